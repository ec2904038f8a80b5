"""A correct SCIM target for Entra: `scim2-server` with the tolerance that Entra needs, in memory.

What scim2-server 0.8.3 lacks is added here: manager as a plain string or a list, group names kept unique, members that
must exist, that are there once (`members`), and whose memberships end with the account.
"""

import json
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from email.utils import formatdate
from functools import cached_property
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import msgspec
from scim2_models import (
    ForbiddenException,
    InvalidSyntaxException,
    InvalidValueException,
    ScimPolicy,
    ScimProvider,
    UnauthorizedException,
)
from scim2_server.applications.asgi import ASGIApplication, Receive, Scope, Send
from scim2_server.memory import AsyncInMemoryStorage, InMemoryStorage
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo import members, quick, required, tolerance
from scim_conformance.demo.keys import Keys
from scim_conformance.demo.schemas import described as of_profile
from scim_conformance.demo.tokens import PATH, TokenEndpoint
from scim_conformance.entra.profiles.profile import Profile

Go = Callable[[ScimRequest], Awaitable[ScimResponse]]
Around = Callable[["Target", ScimRequest, Go], Awaitable[ScimResponse]]
"""What a defect is: it may change the request before it calls `go`, and the answer after it."""

ENTERPRISE = tolerance.ENTERPRISE

_PROVIDERS: dict[bytes, tuple[ScimProvider, list[Any]]] = {}
"""What targets are described by: it takes a quarter of a second to make one, and nobody changes it. Beside each: what
it needs for each answer."""


def provider(profile: Profile | None = None) -> ScimProvider:
    """Return what describes the target that a profile needs; None: that of RFC 7643 alone. Made once in a process."""
    key = msgspec.json.encode(profile)
    if key not in _PROVIDERS:
        made = _provider(profile)
        _PROVIDERS[key] = made, quick.prepare(made)
    return _PROVIDERS[key][0]


def _provider(profile: Profile | None) -> ScimProvider:
    """Describe the target: the schemas that a profile needs, with unique group names, and Entra's tolerance.

    That is: unknown attributes are ignored, a value beside a remove is applied, an element that is not there is made.
    """
    schemas, types = of_profile(profile)
    policy = ScimPolicy(
        unknown=ScimPolicy.Unknown.ignore,
        remove_value_as_filter=ScimPolicy.RemoveValue.apply,
        unmatched_path_filter=ScimPolicy.UnmatchedPathFilter.create,
    )
    return ScimProvider.from_discovery(schemas, types, required.configuration(schemas), policy)


READS = frozenset({"GET", "HEAD"})
RAW_QUERY = ":query"
"""The header under which a request carries its query as it came, before it was decoded."""


@dataclass
class RawResponse(ScimResponse):
    """An answer whose body is sent as it is: not JSON."""

    raw: bytes = b""


@dataclass
class BrokenResponse(RawResponse):
    """An answer that promises more than it sends, and then the connection is closed."""


class Target(ASGIApplication):
    """The target. `defects` are applied around each request, the first outermost; `profile`: what it is set up for."""

    def __init__(
        self,
        token: str,
        defects: Sequence[Around] = (),
        tokens: TokenEndpoint | None = None,
        profile: Profile | None = None,
        keys: Keys | None = None,
    ) -> None:
        self.memory = InMemoryStorage()
        self.tokens = tokens or TokenEndpoint()
        self.keys, self.profile = keys or Keys(token=token), profile
        described = provider(profile)
        super().__init__(AsyncInMemoryStorage(self.memory), described, members.MemberService(described))
        self.token, self.defects = token, tuple(defects)
        self.notes: dict[str, Any] = {}
        """Where a defect keeps what it must remember."""

    def check_auth(self, request: ScimRequest) -> None:
        """Accept the one bearer token, those of the token endpoint, and for reads the one that may only read. The name
        of a scheme does not care about letter case (RFC 9110 section 11.1)."""
        scheme, _, said = (request.header("Authorization") or "").partition(" ")
        if scheme.lower() == "bearer" and said == self.keys.read_only:
            if request.method not in READS:
                raise ForbiddenException(detail="This token may only read")
        elif scheme.lower() != "bearer" or (said != self.token and not self.tokens.knows(said)):
            raise UnauthorizedException(detail="The bearer token is missing or wrong")

    @cached_property
    def other_tenant(self) -> "Target":
        """The other tenant of this service, with data of its own."""
        return Target(self.keys.other_tenant, profile=self.profile)

    async def read_request(self, scope: Scope, receive: Receive) -> ScimRequest:
        """Read a request, and keep its query as it came."""
        request = await super().read_request(scope, receive)
        headers = request.headers.items() if isinstance(request.headers, Mapping) else request.headers
        request.headers = [*headers, (RAW_QUERY, scope["query_string"].decode())]
        return request

    @staticmethod
    async def send_response(response: ScimResponse, send: Send) -> None:
        """Send an answer; the body of a `RawResponse` as it is."""
        if not isinstance(response, RawResponse):
            return await ASGIApplication.send_response(response, send)
        headers = [(name.encode(), value.encode()) for name, value in response.headers.items()]
        if isinstance(response, BrokenResponse):
            headers.append((b"Content-Length", str(len(response.raw) + 1000).encode()))
        await send({"type": "http.response.start", "status": int(response.status), "headers": headers})
        if isinstance(response, BrokenResponse):
            return await send({"type": "http.response.body", "body": response.raw, "more_body": True})
        await send({"type": "http.response.body", "body": response.raw})
        return None

    async def dispatch_request(self, request: ScimRequest) -> ScimResponse:
        """Serve a request through the defects."""
        return await self._through(0, request)

    async def _through(self, index: int, request: ScimRequest) -> ScimResponse:
        if index < len(self.defects):
            return await self.defects[index](self, request, lambda changed: self._through(index + 1, changed))
        return await self._honest(request)

    async def _honest(self, request: ScimRequest) -> ScimResponse:
        if request.path == PATH:
            return self.tokens.answer(request)
        if request.header("Authorization") == f"Bearer {self.keys.other_tenant}" != f"Bearer {self.token}":
            return await self.other_tenant.serve(request)
        self.check_auth(request)
        body = self._tolerated(request)
        required.check_user_name(request, body, operations(body))
        if "filter" in request.query:
            request.query = {**request.query, "filter": tolerance.reference_query(request.query["filter"])}
        if request.method in {"POST", "PATCH"} and request.path.startswith("/Groups"):
            self._check_members(request)
        response = await super().dispatch_request(request)
        if response.status == HTTPStatus.CREATED and required.PARTIAL & {*request.query}:
            response.body = await self._as_asked(request, response)
        if request.method == "DELETE" and request.path.startswith("/Users/"):
            self._end_memberships(request.path.removeprefix("/Users/"))
        return response

    @staticmethod
    def _tolerated(request: ScimRequest) -> Any:
        """Rewrite a body from the shapes that Entra sends into the RFC's, and return it."""
        body = body_of(request)
        if isinstance(body, dict):
            tolerance.tolerate(body, operations(body))
            set_body(request, body)
        return body

    async def _as_asked(self, request: ScimRequest, response: ScimResponse) -> Any:
        """Return a new resource with the attributes that its creation asks for (RFC 7644 section 3.9)."""
        path = f"{request.path.rstrip('/')}/{quote(str((response.body or {}).get('id')))}"
        read = replace(request, method="GET", path=path, body=b"")
        return (await super().dispatch_request(read)).body

    async def serve(self, request: ScimRequest) -> ScimResponse:
        """Serve a request; whatever goes wrong is answered as SCIM."""
        try:
            response = await self.dispatch_request(request)
        except Exception as error:  # noqa: BLE001 - the border of the server
            response = self.handle_exception(request, error)
        return self.finalize_response(request, response)

    def handle_exception(self, request: ScimRequest, error: Exception) -> ScimResponse:
        """Answer what went wrong as SCIM; a 401 with a challenge."""
        response = required.without_classes(super().handle_exception(request, error))
        if response.status == HTTPStatus.UNAUTHORIZED:
            response.headers = {**response.headers, **required.CHALLENGE}
        return response

    def finalize_response(self, request: ScimRequest, response: ScimResponse) -> ScimResponse:
        """Add what every answer carries; a header that a defect left empty is not sent."""
        response = super().finalize_response(request, response)
        headers = {"Date": formatdate(usegmt=True), **response.headers}
        response.headers = {name: _on_one_line(value) for name, value in headers.items() if value}
        return response

    def _check_members(self, request: ScimRequest) -> None:
        known = {resource.id for resource in self.stored()}
        body = body_of(request)
        for identifier in tolerance.named_members(body, operations(body)):
            if identifier not in known:
                raise InvalidValueException(detail=f"No user or group has the id {identifier}")

    def stored(self) -> list[Any]:
        """Return every stored resource."""
        return list(self.memory.resources)

    def _end_memberships(self, identifier: str) -> None:
        kept, changed = self.stored(), False
        for resource in kept:
            members = getattr(resource, "members", None)
            if members and any(member.value == identifier for member in members):
                resource.members = [member for member in members if member.value != identifier] or None
                changed = True
        if changed:
            # All is indexed again, which takes as long as the target is large.
            self.memory.resources = kept


def _on_one_line(value: str) -> str:
    """Return a header whose control characters are percent-encoded: scim2-server 0.8.3 repeats the decoded path."""
    return re.sub(r"[\x00-\x1f\x7f]", lambda found: quote(found[0]), value)


def body_of(request: ScimRequest) -> Any:
    """Return the parsed body, or None.

    Raises:
        InvalidSyntaxException: it is nested too deeply to read.
    """
    try:
        return json.loads(request.body) if request.body else None
    except ValueError:
        return None
    except RecursionError:
        raise InvalidSyntaxException(detail="The body is nested too deeply") from None


def set_body(request: ScimRequest, body: Any) -> None:
    """Replace the body."""
    request.body = json.dumps(body).encode()


def operations(body: Any) -> list[dict[str, Any]]:
    """Return the operations of a PATCH body."""
    found = body.get("Operations") if isinstance(body, dict) else None
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
