"""Requests of the suites on the standards: sent by the harness, to resources of the run alone."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from scim_conformance.entra.directory.people import Person
from scim_conformance.entra.world import World
from scim_conformance.rfc.refusals import if_served
from scim_conformance.rfc.rows import prerequisite
from scim_conformance.scenario.checks import Check, Obligation
from scim_conformance.scenario.citations import rfc7643, rfc7644
from scim_conformance.scenario.exchange import Creation, Headers, Sender
from scim_conformance.scenario.obligations.answers import status
from scim_conformance.scenario.obligations.values import stored
from scim_conformance.scenario.steps import Because, Play, Step
from scim_conformance.scim import paths, urns

JSON = (("Content-Type", "application/scim+json"),)
ENTERPRISE = urns.ENTERPRISE_USER
READ = Play(settles=True)
SEARCH = "urn:ietf:params:scim:api:messages:2.0:SearchRequest"
"""The schema of a query by POST."""
NO_PASSWORDS = "the target refuses passwords"
"""What is said of a target that keeps no passwords: people sign in elsewhere."""

_NAMES = {"User": "userName", "Group": "displayName"}
"""By which attribute a resource of the run is recognized."""


def user_body(world: World, person: Person, /, **more: Any) -> dict[str, Any]:
    """Return the body that creates a user: what the profile maps, so that a target with required attributes of its own
    accepts it, and `more`. None leaves an attribute out."""
    body = {**world.body(person), **more}
    return {name: value for name, value in body.items() if value is not None}


def core_body(world: World, person: Person, /, **more: Any) -> dict[str, Any]:
    """Return the body that creates a user without any extension: a target may refuse those that it does not have."""
    body = {name: value for name, value in user_body(world, person).items() if not name.lower().startswith("urn:")}
    return {name: value for name, value in {**body, "schemas": [urns.USER], **more}.items() if value is not None}


def mark(world: World) -> str:
    """Return a text that only resources of this scenario have."""
    return f"{world.directory.tag}-{world.guid()[-12:]}"


def name_of(world: World, person: Person) -> str:
    """Return the userName with which the profile creates a person: it may map another attribute than the
    userPrincipalName."""
    return str(paths.member(world.body(person), "userName") or person.user_name)


def by_name(world: World, person: Person) -> str:
    """Return the filter that finds the user whom the profile creates for a person."""
    return f'userName eq "{name_of(world, person)}"'


def post(kind: str, body: Any, tagged: str, name: str, *, key: str = "create", headers: Headers = JSON) -> Step:
    """POST a resource; its id is stored as `name`. `tagged`: the name by which it is recognized, where `body` has
    none."""
    step = Step(key, "POST", urns.ENDPOINTS[kind], f"Create a {kind.lower()}", body=body, headers=headers)
    external, named = paths.member(body, "externalId"), paths.member(body, _NAMES[kind])
    known = named if named and isinstance(named, str) else tagged
    creation = Creation(kind, known, external if isinstance(external, str) else None, bool(named))
    return step.but(takes={name: "id"}, creates=creation, by=Sender.HARNESS)


def create(world: World, person: Person, name: str = "user", /, *, key: str = "", **more: Any) -> Step:
    """POST a user."""
    return post("User", user_body(world, person, **more), person.user_name, name, key=key or f"create-{name}")


def create_core(world: World, person: Person, name: str = "user", /, **more: Any) -> Step:
    """POST a user without any extension."""
    return post("User", core_body(world, person, **more), person.user_name, name, key=f"create-{name}")


def accepted(step: Step, lacking: str) -> Step:
    """Return a creation as preparation: where the target refuses it, the scenario does not apply."""
    told = prerequisite(status(201), rfc7644("3.3"), "the creation is refused")
    return step.expecting(told).but(optional=True, also_ok=tuple(range(400, 500)), lacking=lacking)


def create_group(world: World, name: str = "group", /, *, key: str = "", **more: Any) -> Step:
    """POST a group; `more` may have another displayName, which must contain the tag of the run."""
    shown = world.team().display_name
    body = {"schemas": [urns.GROUP], "displayName": shown, **more}
    return post("Group", body, str(body["displayName"]), name, key=key or f"create-{name}")


def read(name: str = "user", *checks: Check, key: str = "read", query: str | None = None, kind: str = "Users") -> Step:
    """GET a resource of the run by its id."""
    step = Step(key, "GET", f"/{kind}/{{{name}}}", "Read it back", query=query, by=Sender.HARNESS, play=READ)
    return step.explained_by(NO_ARRAYS).expecting(*checks)


def read_before(name: str = "user", *, kind: str = "Users", keeps: str = "before") -> Step:
    """GET a resource of the run, and keep it to compare it with what a later read shows."""
    return read(name, key="before", kind=kind).but(keeps=keeps, settles=False)


def get(path: str, *checks: Check, key: str = "get", why: str = "", query: str | None = None) -> Step:
    """GET what is no resource of the run, such as /Schemas."""
    return Step(key, "GET", path, why or f"Read {path}", query=query, by=Sender.HARNESS, checks=checks)


UNREADABLE = Because(
    "A list whose total or resources cannot be read finds nothing.",
    {
        key: ["RFC-LST-01#list.total", "RFC-LST-01#filtered.total", "RFC-LST-01#filtered.resources"]
        for key in ("found", "none", "has", "page", "another", "order", "sorted", "same")
    },
)
NO_ARRAYS = Because(
    "Values that are not in an array are not found.", {key: ["RFC-RES-02#read.arrays"] for key in ("values", "value")}
)


def find(text: str, *checks: Check, key: str = "find", more: str = "", kind: str = "Users") -> Step:
    """GET what a filter matches; `more`: other parameters. `{name}` in the filter is the value of that name."""
    query = f"filter={quote(text, safe='{}')}{more}"
    step = Step(key, "GET", f"/{kind}", "Find it", query=query, by=Sender.HARNESS, play=READ, because=(UNREADABLE,))
    return step.expecting(*checks)


def find_if_served(text: str, *checks: Check, key: str = "find", more: str = "", kind: str = "Users") -> Step:
    """The same, judged unless the target refuses to filter."""
    told = (replace(one, obligation=if_served(one.obligation)) for one in checks)
    return find(text, *told, key=key, more=more, kind=kind)


def search(text: str, *, key: str, path: str = "/Users/.search", **more: Any) -> Step:
    """Query by POST: a filter, and `more` parameters."""
    body = {"schemas": [SEARCH], "filter": text, **more}
    step = Step(key, "POST", path, "Search by POST", body=body, headers=JSON, by=Sender.HARNESS)
    return step.may_be_refused()


def op(verb: str, path: str | None = None, value: Any = None) -> dict[str, Any]:
    """Return an operation of a PATCH; None leaves its path or its value out."""
    said = {"op": verb, "path": path, "value": value}
    return {name: one for name, one in said.items() if one is not None}


def patch(operations: Sequence[dict[str, Any]], name: str = "user", *, key: str = "patch", kind: str = "Users") -> Step:
    """PATCH a resource of the run."""
    body = {"schemas": [urns.PATCH_OP], "Operations": [*operations]}
    return Step(key, "PATCH", f"/{kind}/{{{name}}}", "Change it", body=body, headers=JSON, by=Sender.HARNESS)


def put(body: Any, name: str = "user", *, key: str = "put", kind: str = "Users") -> Step:
    """PUT a resource of the run."""
    return Step(key, "PUT", f"/{kind}/{{{name}}}", "Replace it", body=body, headers=JSON, by=Sender.HARNESS)


def delete(name: str = "user", *, key: str = "delete", kind: str = "Users") -> Step:
    """DELETE a resource of the run."""
    return Step(key, "DELETE", f"/{kind}/{{{name}}}", "Delete it", by=Sender.HARNESS)


def deleted(world: World, name: str = "user") -> list[Step]:
    """Create a user and delete it: an id that the target gave, and that no resource has any more."""
    return [create(world, world.person(), name), read(name, key=f"read-{name}"), delete(name, key=f"delete-{name}")]


def supports(name: str = "user", *, kind: str = "Users", key: str = "supported", **wanted: Any) -> Step:
    """GET a resource that was created: without these values the scenario does not apply, since a target may implement a
    part of the schema (RFC 7644 section 3.1). `__` in a name stands for a dot."""
    step = read(name, key=key, kind=kind).but(optional=True, settles=False)
    return step.expecting(*(_kept(paths.parse(one.replace("__", ".")), value) for one, value in wanted.items()))


def supports_at(path: str, value: Any, name: str = "user", *, key: str = "supported", kind: str = "Users") -> Step:
    """The same for one attribute whose path has a filter or a URN."""
    return read(name, _kept(paths.parse(path), value), key=key, kind=kind).but(optional=True, settles=False)


def members(name: str, *checks: Check, key: str = "read") -> Step:
    """GET a group with its members, which a target may return only when they are asked for (RFC 7643 section 7)."""
    return read(name, *checks, key=key, kind="Groups", query="attributes=displayName,members")


def shows_members(name: str, obligation: Obligation) -> Step:
    """The same as preparation: where the target does not show members, the scenario does not apply."""
    told = prerequisite(obligation, rfc7643("4.2"), "the target does not show members")
    shown = members(name, told, key="shown").but(optional=True)
    return shown.but(lacking="the target does not show members by their value")


def _kept(path: paths.AttrPath, value: Any) -> Check:
    told = stored(path, value, exact=False)
    return prerequisite(told, rfc7643("2.2"), "the target does not implement the attribute")
