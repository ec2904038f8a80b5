"""A target with other people's resources in it: serves them, and notes each request that would change one of them."""

import dataclasses
import json
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target, body_of
from scim_conformance.demo.shapes import refusal
from tests.hostile.filtering import matches
from tests.hostile.population import stored

KINDS = ("Users", "Groups")
NAMING = {"Users": "userName", "Groups": "displayName"}
LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
PAGE, MOST = 100, 500
TAG = re.compile(r"sct[0-9a-f]{6,12}")


def place(path: str) -> tuple[str, str]:
    """Return the endpoint and the id that a decoded path names; empty where it names none."""
    kind, _, identifier = path.strip("/").partition("/")
    return kind, identifier


def decoded(spelled: str) -> str:
    """Return an id as a careless target resolves it: percent-decoded to the end, without dots, in lower case."""
    for _ in range(4):
        spelled = unquote(spelled)
    return posixpath.normpath(spelled).rpartition("/")[2].casefold()


@dataclass
class World:
    """Foreign resources as stored bytes, what they must be afterwards, and what was wrongly asked of them."""

    people: dict[str, bytes]
    expected: dict[str, bytes] = field(init=False)
    parsed: dict[str, dict[str, Any]] = field(init=False)
    aliases: dict[str, str] = field(init=False)
    wrongs: list[str] = field(default_factory=list)
    created: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {kind: [] for kind in KINDS})
    """The bodies of the POSTs so far."""
    phase: str = "run"
    """`run`, then `clean`: whom the target serves at the moment."""
    notes: dict[str, Any] = field(default_factory=dict)
    """What an attack must remember."""
    mutations: int = 0
    intimate: bool = False
    """Whether strangers take on what is ours: externalId, e-mail address, our people as members of their groups."""

    def __post_init__(self) -> None:
        self.people = dict(self.people)
        self.expected = dict(self.people)
        self.parsed = {identifier: json.loads(data) for identifier, data in self.people.items()}
        self.aliases = {identifier.casefold(): identifier for identifier in self.people}

    # -- what an attack asks --------------------------------------------------------------------------------------

    def ids(self, kind: str) -> list[str]:
        """Return the ids of a kind, in the order in which they were made."""
        return [one["id"] for one in self.parsed.values() if one["meta"]["resourceType"] == kind[:-1]]

    def some(self, kind: str, number: int) -> dict[str, Any]:
        """Return a copy of the n-th stranger of a kind; each number is another one, up to their count."""
        found = self.ids(kind)
        return self.resource(found[(17 + number * 3) % len(found)])

    def resource(self, identifier: str) -> dict[str, Any]:
        """Return a copy of a stranger."""
        found: dict[str, Any] = json.loads(self.people[identifier])
        return found

    @property
    def tag(self) -> str | None:
        """The tag of the run, once something was created."""
        for kind, bodies in self.created.items():
            for body in bodies:
                if found := TAG.search(str(body.get(NAMING[kind])).lower()):
                    return found[0]
        return None

    def settle(self, resource: dict[str, Any]) -> None:
        """Let the target itself make or change a stranger: from now on it must be so."""
        identifier = resource["id"]
        self.people[identifier] = self.expected[identifier] = stored(resource)
        self.parsed[identifier] = json.loads(self.people[identifier])
        self.aliases[identifier.casefold()] = identifier

    def alias(self, spelled: str, identifier: str) -> None:
        """Let the target know a stranger by another id too."""
        self.aliases[decoded(spelled)] = identifier

    def stranger(self, spelled: str) -> str | None:
        """Return the id of the stranger whom an id names, however it is spelled."""
        return self.aliases.get(spelled.casefold()) or self.aliases.get(decoded(spelled))

    def damage(self) -> list[str]:
        """Return what is no longer as it must be."""
        gone = [f"{one} is gone" for one in self.expected if one not in self.people]
        changed = [f"{one} has changed" for one, data in self.people.items() if self.expected.get(one, data) != data]
        return [*gone, *changed]

    # -- what the target does -------------------------------------------------------------------------------------

    async def watch(self, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
        """Note what a request would do to strangers. Outermost: it sees what was sent."""
        kind, identifier = place(request.path)
        if request.method in {"PUT", "PATCH", "DELETE"} and kind in KINDS:
            self.mutations += 1
            self._note_target(request, identifier)
        if request.method in {"POST", "PUT", "PATCH"} and kind in KINDS:
            self._note_references(request)
        body = body_of(request)
        if request.method == "POST" and kind in KINDS and isinstance(body, dict) and body.get(NAMING[kind]):
            self.created[kind].append(body)
            if self.intimate and kind == "Users":
                self._take_after(body)
        return await go(request)

    def _take_after(self, body: dict[str, Any]) -> None:
        number = len(self.created["Users"])
        stranger, group = self.some("Users", 60 + number), self.some("Groups", number)
        emails = [
            *stranger["emails"],
            *({**one, "type": "other", "primary": False} for one in body.get("emails") or []),
        ]
        self.settle({**stranger, "externalId": body.get("externalId"), "emails": emails, "nickName": body["userName"]})
        ours = {"value": f"alias-of-{body['userName']}", "display": body["userName"]}
        self.settle({**group, "members": [*group["members"], ours]})

    def _note_target(self, request: ScimRequest, identifier: str) -> None:
        said = f"{self.phase}: {request.method} {request.path}"
        if decoded(identifier) in {"", ".", "..", "users", "groups"}:
            self.wrongs.append(f"{said} would hit a whole collection")
        elif found := self.stranger(identifier):
            self.wrongs.append(f"{said} hits the stranger {found}")

    def _note_references(self, request: ScimRequest) -> None:
        for text in _leaves(body_of(request)):
            for spelled in (text, text.rpartition("/")[2], *re.findall(r'"([^"]*)"', text)):
                if found := self.stranger(spelled) if spelled else None:
                    said = f"{self.phase}: {request.method} {request.path}"
                    self.wrongs.append(f"{said} names the stranger {found} in its body")

    async def serve(self, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
        """Answer for strangers; what is about ours goes on. Innermost, and honest."""
        kind, identifier = place(request.path)
        if kind not in KINDS:
            return await go(request)
        target.check_auth(request)
        if request.method == "POST":
            return await self._create(kind, request, go)
        # A careless target: it decodes ids twice, walks over dots, and does not regard letter case.
        if identifier and (found := self.stranger(identifier)) in self.parsed:
            return self._single(request, str(found))
        if identifier or request.method != "GET":
            return await go(request)
        return await self._listed(kind, request, go)

    async def _create(self, kind: str, request: ScimRequest, go: Go) -> ScimResponse:
        body = body_of(request)
        if isinstance(body, dict):
            name = str(body.get(NAMING[kind])).casefold()
            if any(name == str(one.get(NAMING[kind])).casefold() for one in self._of(kind)):
                return refusal(HTTPStatus.CONFLICT, "The name is taken", "uniqueness")
        return await go(request)

    def _of(self, kind: str) -> Iterator[dict[str, Any]]:
        return (one for one in self.parsed.values() if one["meta"]["resourceType"] == kind[:-1])

    def _single(self, request: ScimRequest, identifier: str) -> ScimResponse:
        if request.method == "DELETE":
            del self.people[identifier], self.parsed[identifier]
            return ScimResponse(HTTPStatus.NO_CONTENT, None)
        if request.method in {"PATCH", "PUT"}:
            changed = {**self.parsed[identifier], "title": f"changed by {request.method}"}
            self.people[identifier], self.parsed[identifier] = stored(changed), changed
        return ScimResponse(HTTPStatus.OK, projected(self.resource(identifier), request.query))

    async def _listed(self, kind: str, request: ScimRequest, go: Go) -> ScimResponse:
        everyone = {name: value for name, value in request.query.items() if name not in {"startIndex", "count"}}
        inner = await go(dataclasses.replace(request, query={**everyone, "startIndex": "1", "count": "5000"}))
        if inner.status != HTTPStatus.OK or not inner.body:
            return inner
        text = request.query.get("filter")
        found = [one for one in self._of(kind) if text is None or matches(one, text)]
        ours = inner.body.get("Resources") or []
        return page([*(projected(one, request.query) for one in found), *ours], request.query)


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for one in value.values():
            yield from _leaves(one)
    elif isinstance(value, list):
        for one in value:
            yield from _leaves(one)
    elif isinstance(value, str | int):
        yield str(value)


def projected(resource: dict[str, Any], query: Mapping[str, str]) -> dict[str, Any]:
    """Return a resource with what `attributes` or `excludedAttributes` leave of it."""
    wanted = {name.lower() for name in query.get("attributes", "").split(",") if name}
    unwanted = {name.lower() for name in query.get("excludedAttributes", "").split(",") if name}
    always = {"schemas", "id", "meta"}
    return {
        name: value
        for name, value in resource.items()
        if name in always or ((not wanted or name.lower() in wanted) and name.lower() not in unwanted)
    }


def page(found: list[dict[str, Any]], query: Mapping[str, str]) -> ScimResponse:
    """Return a page of a list, as startIndex and count ask for it."""
    start = max(1, _number(query.get("startIndex"), 1))
    count = min(MOST, max(0, _number(query.get("count"), PAGE)))
    part = found[start - 1 : start - 1 + count]
    said = {"schemas": [LIST], "totalResults": len(found), "startIndex": start, "itemsPerPage": len(part)}
    return ScimResponse(HTTPStatus.OK, {**said, "Resources": part})


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and re.fullmatch(r"-?\d+", text) else otherwise
