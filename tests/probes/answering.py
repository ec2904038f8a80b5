"""Probes of the defects in discovery, paging and errors."""

from typing import Any

from tests.probes.wire import CORE, ENTERPRISE, Reply, Wire, person, probe, unique


def _schemas(wire: Wire) -> Any:
    return wire.get("/Schemas").json["Resources"]


def _schema(wire: Wire, urn: str) -> list[Any]:
    return [one for one in _schemas(wire) if one["id"] == urn]


def _attributes(wire: Wire) -> list[Any]:
    found: list[Any] = _schema(wire, f"{CORE}User")[0]["attributes"]
    return found


@probe("schemas-array")
def schemas_array(wire: Wire) -> bool:
    return isinstance(wire.get("/Schemas").json, list)


@probe("schemas-nulls")
def schemas_nulls(wire: Wire) -> bool:
    return any(None in attribute.values() for attribute in _attributes(wire))


@probe("schemas-404")
def schemas_404(wire: Wire) -> bool:
    return wire.get("/Schemas").status == 404


@probe("schemas-without-extension")
def schemas_without_extension(wire: Wire) -> bool:
    return _schema(wire, ENTERPRISE) == []


@probe("schemas-without-groups")
def schemas_without_groups(wire: Wire) -> bool:
    return _schema(wire, f"{CORE}Group") == []


@probe("schemas-password")
def schemas_password(wire: Wire) -> bool:
    return "password" in [attribute["name"] for attribute in _attributes(wire)]


@probe("resource-types-404")
def resource_types_404(wire: Wire) -> bool:
    return wire.get("/ResourceTypes").status == 404


@probe("configuration-404")
def configuration_404(wire: Wire) -> bool:
    return wire.get("/ServiceProviderConfig").status == 404


@probe("patch-denied")
def patch_denied(wire: Wire) -> bool:
    return not wire.get("/ServiceProviderConfig").json["patch"]["supported"]


@probe("filter-denied")
def filter_denied(wire: Wire) -> bool:
    return not wire.get("/ServiceProviderConfig").json["filter"]["supported"]


def _page(wire: Wire, start: int, count: int = 2, kind: str = "Users") -> Reply:
    return wire.get(f"/{kind}?startIndex={start}&count={count}")


def _ids(reply: Reply) -> list[Any]:
    return [one["id"] for one in reply.listed]


def _peopled(wire: Wire) -> None:
    wire.post_all("/Users", (person() for _ in range(5)))


@probe("pages-repeat")
def pages_repeat(wire: Wire) -> bool:
    _peopled(wire)
    return len(_ids(_page(wire, 1))) > 2 and _ids(_page(wire, 1)) == _ids(_page(wire, 3))


@probe("start-ignored")
def start_ignored(wire: Wire) -> bool:
    _peopled(wire)
    return _ids(_page(wire, 1)) == _ids(_page(wire, 3))


@probe("count-ignored")
def count_ignored(wire: Wire) -> bool:
    _peopled(wire)
    return len(_ids(_page(wire, 1))) > 2


@probe("start-from-zero")
def start_from_zero(wire: Wire) -> bool:
    _peopled(wire)
    return bool(_page(wire, 1).json["startIndex"] == 0)


@probe("total-of-page")
def total_of_page(wire: Wire) -> bool:
    _peopled(wire)
    return bool(_page(wire, 1).json["totalResults"] == 2)


@probe("later-page-empty")
def later_page_empty(wire: Wire) -> bool:
    _peopled(wire)
    assert len(_ids(_page(wire, 2))) == 2
    return _ids(_page(wire, 3)) == []


@probe("pages-overlap")
def pages_overlap(wire: Wire) -> bool:
    _peopled(wire)
    return bool(_ids(_page(wire, 1))[-1] == _ids(_page(wire, 3))[0])


def _grouped(wire: Wire) -> None:
    for _ in range(3):
        wire.group()


@probe("group-pages-400")
def group_pages_400(wire: Wire) -> bool:
    return _page(wire, 1, kind="Groups").status == 400


@probe("group-pages-repeat")
def group_pages_repeat(wire: Wire) -> bool:
    _grouped(wire)
    return _ids(_page(wire, 1, 1, "Groups")) == _ids(_page(wire, 2, 1, "Groups"))


@probe("errors-of-their-own")
def errors_of_their_own(wire: Wire) -> bool:
    return isinstance(wire.get("/Users/nobody").json["detail"], list)


@probe("status-number")
def status_number(wire: Wire) -> bool:
    return isinstance(wire.get("/Users/nobody").json["status"], int)


@probe("error-page")
def error_page(wire: Wire) -> bool:
    reply = wire.get("/Users/nobody")
    return reply.status == 404 and reply.body.startswith(b"<!DOCTYPE html>")


@probe("error-with-200")
def error_with_200(wire: Wire) -> bool:
    name = f"{unique()}@example.com"
    wire.user(userName=name)
    again = wire.create(userName=name)
    return again.status == 200 and again.json["status"] == "409"


@probe("unknown-id-200")
def unknown_id_200(wire: Wire) -> bool:
    return wire.get("/Users/nobody").status == 200


@probe("unknown-group-500")
def unknown_group_500(wire: Wire) -> bool:
    return wire.get("/Groups/nobody").status == 500


@probe("token-in-error")
def token_in_error(wire: Wire) -> bool:
    return wire.served.token.encode() in wire.get("/Users/nobody").body
