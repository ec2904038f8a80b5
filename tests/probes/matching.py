"""Probes of the defects in what a filter finds, and in the resources that are returned."""

from typing import Any
from urllib.parse import quote

from scim_conformance.demo.matching_defects import LOCAL_ADMIN
from tests.probes.wire import ENTERPRISE, WORK, Wire, person, probe, replaced, unique


def _ids(found: list[dict[str, Any]]) -> list[Any]:
    return [one["id"] for one in found]


def _named(wire: Wire, name: str) -> list[Any]:
    """Create somebody, and return what a filter on this name finds besides."""
    created = wire.user(userName=name)
    found = _ids(wire.find("Users", f"userName eq {_quoted(name)}").listed)
    return [created, found]


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


@probe("match-case")
def match_case(wire: Wire) -> bool:
    name = f"{unique()}@example.com"
    wire.user(userName=name)
    assert len(wire.find("Users", f'userName eq "{name}"').listed) == 1
    return wire.find("Users", f'userName eq "{name.upper()}"').listed == []


@probe("group-name-case")
def group_name_case(wire: Wire) -> bool:
    name = unique("group")
    wire.group(name=name)
    assert len(wire.find("Groups", f'displayName eq "{name}"').listed) == 1
    return wire.find("Groups", f'displayName eq "{name.upper()}"').listed == []


@probe("only-username")
def only_username(wire: Wire) -> bool:
    key = unique("key")
    wire.user(externalId=key)
    return wire.find("Users", f'externalId eq "{key}"').listed == []


def _by_number(wire: Wire) -> Any:
    number = unique("number")
    wire.user(**{ENTERPRISE: {"employeeNumber": number}})
    wire.user()
    return wire.find("Users", f'{ENTERPRISE}:employeeNumber eq "{number}"')


@probe("employee-number-404")
def employee_number_404(wire: Wire) -> bool:
    status: int = _by_number(wire).status
    return status == 404


@probe("only-employee-number")
def only_employee_number(wire: Wire) -> bool:
    assert len(_by_number(wire).listed) == 1
    return bool(_named(wire, f"{unique()}@example.com")[1] == [])


@probe("filter-name-case")
def filter_name_case(wire: Wire) -> bool:
    name = f"{unique()}@example.com"
    wire.user(userName=name)
    assert len(wire.find("Users", f'userName eq "{name}"').listed) == 1
    return wire.find("Users", f'UserName eq "{name}"').listed == []


@probe("extension-filter-ignored")
def extension_filter_ignored(wire: Wire) -> bool:
    return len(_by_number(wire).listed) > 1


@probe("filter-ignored")
def filter_ignored(wire: Wire) -> bool:
    wire.user()
    return len(wire.find("Users", f'userName eq "{unique()}"').listed) > 0


@probe("eq-contains")
def eq_contains(wire: Wire) -> bool:
    name = unique()
    wire.user(userName=f"{name}@example.com")
    return len(wire.find("Users", f'userName eq "{name}"').listed) == 1


@probe("other-group")
def other_group(wire: Wire) -> bool:
    names = [unique("group"), unique("group")]
    groups = [wire.group(name=name) for name in names]
    found = [_ids(wire.find("Groups", f'displayName eq "{name}"').listed) for name in names]
    assert [len(one) for one in found] == [1, 1]
    return found != [[one] for one in groups]


@probe("local-accounts-hidden")
def local_accounts_hidden(wire: Wire) -> bool:
    assert wire.find("Users", f'userName eq "{LOCAL_ADMIN}"').listed == []
    return wire.create(userName=LOCAL_ADMIN).status == 409


@probe("first-thousand")
def first_thousand(wire: Wire) -> bool:
    wire.post_all("/Users", (person() for _ in range(1001)))
    name = f"{unique()}@example.com"
    wire.user(userName=name)
    return wire.find("Users", f'userName eq "{name}"').listed == []


@probe("rows-twice")
def rows_twice(wire: Wire) -> bool:
    created, found = _named(wire, f"{unique()}@example.com")
    return bool(found == [created, created])


@probe("email-filter-400")
def email_filter_400(wire: Wire) -> bool:
    assert wire.find("Users", 'userName eq "jo"').status == 200
    return wire.find("Users", f'{WORK} eq "jo@example.com"').status == 400


@probe("decoded-twice")
def decoded_twice(wire: Wire) -> bool:
    return bool(_named(wire, f"{unique()}+x@example.com")[1] == [])


@probe("escapes-misread")
def escapes_misread(wire: Wire) -> bool:
    return bool(_named(wire, f'{unique()} "jo" x')[1] == [])


@probe("accents-not-found")
def accents_not_found(wire: Wire) -> bool:
    return bool(_named(wire, f"{unique()}.zoë@example.com")[1] == [])


@probe("apostrophe-400")
def apostrophe_400(wire: Wire) -> bool:
    name = f"{unique()}.o'hara@example.com"
    wire.user(userName=name)
    return wire.find("Users", f'userName eq "{name}"').status == 400


@probe("and-refused")
def and_refused(wire: Wire) -> bool:
    user = wire.user()
    return wire.find("Users", f'id eq "{user}" and manager eq "{user}"').status == 400


@probe("plus-only")
def plus_only(wire: Wire) -> bool:
    text = 'userName eq "jo"'
    assert wire.find("Users", text).status == 200
    return wire.get(f"/Users?filter={quote(text)}").status == 400


def _list(wire: Wire) -> Any:
    name = f"{unique()}@example.com"
    wire.user(userName=name)
    return wire.find("Users", f'userName eq "{name}"').json


@probe("list-without-schemas")
def list_without_schemas(wire: Wire) -> bool:
    return "schemas" not in _list(wire)


@probe("list-without-total")
def list_without_total(wire: Wire) -> bool:
    return "totalResults" not in _list(wire)


@probe("lower-case-resources")
def lower_case_resources(wire: Wire) -> bool:
    return "resources" in _list(wire)


@probe("numeric-ids")
def numeric_ids(wire: Wire) -> bool:
    return isinstance(wire.create().json["id"], int)


@probe("no-active")
def no_active(wire: Wire) -> bool:
    return "active" not in wire.read(wire.user())


@probe("pascal-case")
def pascal_case(wire: Wire) -> bool:
    found = wire.read(wire.user())
    return "UserName" in found and "userName" not in found


@probe("nulls-returned")
def nulls_returned(wire: Wire) -> bool:
    return None in wire.read(wire.user()).values()


@probe("active-number")
def active_number(wire: Wire) -> bool:
    active = wire.read(wire.user())["active"]
    return active == 1 and not isinstance(active, bool)


@probe("active-text")
def active_text(wire: Wire) -> bool:
    return isinstance(wire.read(wire.user())["active"], str)


@probe("patch-other-id")
def patch_other_id(wire: Wire) -> bool:
    user = wire.user()
    reply = wire.change(user, replaced("title", "Boss"))
    assert reply.status in {200, 204}
    return bool(reply.json) and reply.json["id"] != user


@probe("created-id-unknown")
def created_id_unknown(wire: Wire) -> bool:
    return wire.get(f"/Users/{wire.user()}").status == 404


@probe("other-user-by-id")
def other_user_by_id(wire: Wire) -> bool:
    wire.user()
    user = wire.user()
    return bool(wire.read(user)["id"] != user)


@probe("password-returned")
def password_returned(wire: Wire) -> bool:
    return "password" in wire.read(wire.user())
