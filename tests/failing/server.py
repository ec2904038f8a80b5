"""A SCIM server in memory that is right for Entra ID: resources, their rules, and what each request does."""

import copy
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeAlias

from tests.failing import filters, patching
from tests.failing.discovery import discovered
from tests.failing.shapes import CORE, ENTERPRISE, SPECS, Resource, ScimError, fit, known

LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"
MOST = 200
"""How many resources a page has at most."""


@dataclass
class Call:
    """A request as the server sees it: `path` without the base, `body` as parsed JSON."""

    method: str
    path: list[str]
    query: dict[str, str]
    headers: dict[str, str]
    body: Any = None
    base: str = ""

    @property
    def kind(self) -> str:
        """`Users`, `Groups`, or what else the path begins with."""
        return next((one for one in ("Users", "Groups") if self.path and self.path[0].lower() == one.lower()), "")

    @property
    def writes(self) -> bool:
        """Whether it changes something."""
        return self.method in ("POST", "PUT", "PATCH", "DELETE")

    def makes(self, kind: str) -> bool:
        """Whether it creates a resource of a kind."""
        return self.method == "POST" and self.kind == kind and len(self.path) == 1

    def changes(self, kind: str) -> bool:
        """Whether it changes an existing resource of a kind with PATCH."""
        return self.method == "PATCH" and self.kind == kind and len(self.path) == 2


@dataclass
class Reply:
    """A response. A body of text is sent as it is, everything else as JSON; `id` is the resource that it is about."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    id: str = ""
    media_type: str = "application/scim+json"


class HangError(Exception):
    """The server reads the request and never responds."""


class CrashError(Exception):
    """The process ends: all connections are closed, and nothing listens until a supervisor has restarted it."""


Go: TypeAlias = Callable[[Call], Reply]
Twist: TypeAlias = Callable[["App", Call, Go], Reply]
"""What a failing server does around the right one: it may change the request, the response, or what is stored."""


def error(status: int, detail: str, scim_type: str = "") -> Reply:
    """Return an error of RFC 7644 section 3.12."""
    extra = {"scimType": scim_type} if scim_type else {}
    return Reply(status, {"schemas": [ERROR], "status": str(status), "detail": detail} | extra)


def stamp() -> str:
    """Return the time as `meta` has it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class App:
    """The server without its connections: a request in, a response out, one at a time."""

    def __init__(self, token: str, twist: Twist | None = None) -> None:
        self.token, self.twist = token, twist
        self.stored: dict[str, dict[str, Resource]] = {"Users": {}, "Groups": {}}
        self.notes: dict[str, Any] = {}
        """What a twist remembers."""
        self.new_id: Callable[[], str] = lambda: str(uuid.uuid4())
        self._lock = threading.RLock()

    def handle(self, call: Call) -> Reply:
        """Return the response to a request. A twist sees only requests with the right token."""
        with self._lock:
            if call.headers.get("authorization") != f"Bearer {self.token}":
                refused = error(401, "The bearer token is missing or wrong")
                return Reply(401, refused.body, {"WWW-Authenticate": "Bearer"})
            return self.twist(self, call, self._right) if self.twist else self._right(call)

    def _right(self, call: Call) -> Reply:
        try:
            return self._routed(call)
        except ScimError as found:
            return error(found.status, found.detail, found.scim_type)

    def _routed(self, call: Call) -> Reply:
        if not call.kind or len(call.path) > 2:
            return discovered(call.base, call.method, call.path)
        one = len(call.path) == 2
        actions = {
            ("GET", False): self._listed, ("POST", False): self._made, ("GET", True): self._read,
            ("PUT", True): self._put, ("PATCH", True): self._patched, ("DELETE", True): self._deleted,
        }  # fmt: skip
        action = actions.get((call.method, one))
        if action is None:
            raise ScimError(405, f"{call.method} is not supported here")
        return action(call)

    def found(self, call: Call) -> Resource:
        """Return the resource that a path names."""
        resource = self.stored[call.kind].get(call.path[1])
        if resource is None:
            raise ScimError(404, f"Resource {call.path[1]} not found")
        return resource

    def shown(self, call: Call, resource: Resource) -> Resource:
        """Return a resource as a response has it: its place, its groups, and only the attributes that are asked for."""
        kind = "Groups" if resource["id"] in self.stored["Groups"] else "Users"
        whole = copy.deepcopy(resource)
        whole["meta"]["location"] = f"{call.base}/{kind}/{whole['id']}"
        for member in whole.get("members", []):
            place = "Groups" if member["value"] in self.stored["Groups"] else "Users"
            member |= {"$ref": f"{call.base}/{place}/{member['value']}", "type": place[:-1]}
        if kind == "Users" and (groups := self._groups_of(call, whole["id"])):
            whole["groups"] = groups
        whole["schemas"] = [CORE[kind], *([ENTERPRISE] if whole.get(ENTERPRISE) else [])]
        return _chosen(whole, call.query)

    def _groups_of(self, call: Call, identifier: str) -> list[Resource]:
        return [
            {
                "value": one["id"],
                "display": one["displayName"],
                "type": "direct",
                "$ref": f"{call.base}/Groups/{one['id']}",
            }
            for one in self.stored["Groups"].values()
            if any(member["value"] == identifier for member in one.get("members", []))
        ]

    def _listed(self, call: Call) -> Reply:
        every = list(self.stored[call.kind].values())
        if text := call.query.get("filter"):
            test = filters.parse(text)
            every = [one for one in every if test(one)]
        start = max(1, _number(call.query.get("startIndex"), 1))
        count = min(MOST, max(0, _number(call.query.get("count"), MOST)))
        page = [self.shown(call, one) for one in every[start - 1 : start - 1 + count]]
        body = {"schemas": [LIST], "totalResults": len(every), "startIndex": start, "itemsPerPage": len(page)}
        return Reply(200, body | {"Resources": page})

    def _made(self, call: Call) -> Reply:
        resource = self._fitted(call) | {"id": self.new_id()}
        resource["meta"] = {"resourceType": call.kind[:-1], "created": stamp(), "lastModified": stamp()}
        self._checked(call.kind, resource)
        self.stored[call.kind][resource["id"]] = resource
        return self.reply(call, resource, 201)

    def reply(self, call: Call, resource: Resource, status: int) -> Reply:
        """Return a response that has a resource."""
        shown = self.shown(call, resource)
        place = f"{call.base}/{call.kind}/{resource['id']}"
        return Reply(status, shown, {"Location": place} if status == 201 else {}, resource["id"])

    def _fitted(self, call: Call) -> Resource:
        if not isinstance(call.body, dict):
            raise ScimError(400, "The body must be a JSON object", "invalidSyntax")
        spec = SPECS[call.kind]
        given = {own: fit(spec[own], value, own) for key, value in call.body.items() if (own := known(spec, key))}
        resource = {key: value for key, value in given.items() if value is not None}
        return {"active": True} | resource if call.kind == "Users" else resource

    def _checked(self, kind: str, resource: Resource) -> None:
        """Refuse what may not be stored: no name, a name that another resource has, a member that does not exist."""
        name = "userName" if kind == "Users" else "displayName"
        value = resource.get(name)
        if not value:
            raise ScimError(400, f"{name} is required", "invalidValue")
        others = (one for one in self.stored[kind].values() if one["id"] != resource["id"])
        if any(one[name].lower() == value.lower() for one in others):
            raise ScimError(409, f"{name} {value} is already in use", "uniqueness")
        for member in resource.get("members", []):
            if not any(member.get("value") in every for every in self.stored.values()):
                raise ScimError(400, f"There is no user or group with the id {member.get('value')}", "invalidValue")

    def _read(self, call: Call) -> Reply:
        return self.reply(call, self.found(call), 200)

    def _put(self, call: Call) -> Reply:
        held = self.found(call)
        return self._kept(call, self._fitted(call) | {"id": held["id"], "meta": held["meta"]})

    def _patched(self, call: Call) -> Reply:
        changed = copy.deepcopy(self.found(call))
        if not isinstance(call.body, dict):
            raise ScimError(400, "The body must be a JSON object", "invalidSyntax")
        given = next((value for key, value in call.body.items() if key.lower() == "operations"), None)
        patching.apply(call.kind, changed, given)
        return self._kept(call, changed)

    def _kept(self, call: Call, changed: Resource) -> Reply:
        self._checked(call.kind, changed)
        changed["meta"] = changed["meta"] | {"lastModified": stamp()}
        self.stored[call.kind][changed["id"]] = changed
        if call.kind == "Groups" and call.method == "PATCH":
            return Reply(204, id=changed["id"])
        return self.reply(call, changed, 200)

    def _deleted(self, call: Call) -> Reply:
        identifier = self.found(call)["id"]
        del self.stored[call.kind][identifier]
        for group in self.stored["Groups"].values():
            group["members"] = [one for one in group.get("members", []) if one["value"] != identifier]
        return Reply(204)


def _number(text: str | None, otherwise: int) -> int:
    try:
        return otherwise if text is None else int(text)
    except ValueError as found:
        raise ScimError(400, f"{text} is not a number", "invalidValue") from found


def _chosen(whole: Resource, query: dict[str, str]) -> Resource:
    """Leave out what `attributes` and `excludedAttributes` leave out. A response always has `id` and `schemas`."""
    always = {"id", "schemas"}
    if "attributes" in query:
        wanted = [one.strip().lower() for one in query["attributes"].split(",")]
        return {
            key: _within(key, value, wanted) for key, value in whole.items() if key in always or _named(key, wanted)
        }
    unwanted = {
        one.strip().lower().rpartition(":2.0:user:")[2] for one in query.get("excludedAttributes", "").split(",")
    }
    return {key: value for key, value in whole.items() if key in always or key.lower() not in unwanted}


def _named(key: str, wanted: list[str]) -> bool:
    own = key.lower()
    bare = [one.replace("urn:ietf:params:scim:schemas:core:2.0:user:", "") for one in wanted]
    return any(one == own or one.startswith((f"{own}.", f"{own}:")) for one in bare)


def _within(key: str, value: Any, wanted: list[str]) -> Any:
    """Return the sub-attributes that are asked for, or all of them."""
    begin = f"{key.lower()}{':' if key == ENTERPRISE else '.'}"
    subs = {one.removeprefix(begin).partition(".")[0] for one in wanted if one.startswith(begin)}
    if not subs or key.lower() in wanted:
        return value
    if isinstance(value, list):
        return [{name: item for name, item in one.items() if name.lower() in subs} for one in value]
    return {name: item for name, item in value.items() if name.lower() in subs} if isinstance(value, dict) else value
