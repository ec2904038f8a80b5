"""Right servers that the suites on the standards must not turn red, though Entra cannot work with them."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Around, Go, Target, body_of, set_body
from scim_conformance.demo.shapes import (
    answered,
    authorize,
    changes,
    created,
    filter_of,
    page,
    refusal,
    rewrite,
    stored_at,
)

Served = Callable[[Target, ScimRequest, Go], Awaitable[ScimResponse]]
KEPT_AS_SENT = frozenset({"id", "externalId", "schemas", "meta", "value", "$ref", "profileUrl", "password"})


def _is_query(request: ScimRequest) -> bool:
    return request.method == "GET" and request.path.strip("/") in {"Users", "Groups", ""}


def without_filters(status: HTTPStatus) -> Around:
    """The configuration says that filters are not supported, and each is refused with a status."""

    async def around(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
        if filter_of(request) or request.path.endswith("/.search"):
            target.check_auth(request)
            return refusal(status, "Filters are not supported")
        response = await go(request)
        if request.path == "/ServiceProviderConfig" and response.body is not None:
            response.body["filter"] = {"supported": False, "maxResults": 0}
        return response

    return around


async def without_patch(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    """The configuration says that PATCH is not supported, and it is refused as a method."""
    if request.method == "PATCH":
        target.check_auth(request)
        return refusal(HTTPStatus.METHOD_NOT_ALLOWED, "PATCH is not supported")
    response = await go(request)
    if request.path == "/ServiceProviderConfig" and response.body is not None:
        response.body["patch"] = {"supported": False}
    return response


async def without_lists(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    """A list without a filter is refused with 400 tooMany."""
    if _is_query(request) and not filter_of(request):
        target.check_auth(request)
        return refusal(HTTPStatus.BAD_REQUEST, "There are too many", "tooMany")
    return await go(request)


async def without_id_filters(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    """A filter on id is refused with 400 invalidFilter."""
    if _is_query(request) and filter_of(request).lower().startswith("id "):
        target.check_auth(request)
        return refusal(HTTPStatus.BAD_REQUEST, "id cannot be filtered", "invalidFilter")
    return await go(request)


def to_strangers(answer: Callable[[], ScimResponse]) -> Around:
    """Whoever has no right token gets another answer than 401."""

    async def around(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
        response = await answered(target, request, go)
        return answer() if response.status == HTTPStatus.UNAUTHORIZED else response

    return around


async def open_to_registration(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    """Anyone may create an account."""
    if created(request) and not request.header("Authorization"):
        authorize(target, request)
    return await go(request)


async def busy_with_long_filters(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    """A filter that takes long is refused with 503 and Retry-After."""
    if len(filter_of(request)) > 300:
        target.check_auth(request)
        response = refusal(HTTPStatus.SERVICE_UNAVAILABLE, "Too many long queries at the moment")
        response.headers = {**response.headers, "Retry-After": "5"}
        return response
    return await go(request)


async def names_derived(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    """displayName of a user is made of the name, whatever a client sends: it is readOnly."""
    body = body_of(request)
    if request.path.startswith("/Users") and request.method in {"POST", "PUT"} and isinstance(body, dict):
        named = body.get("name") if isinstance(body.get("name"), dict) else {}
        set_body(request, {**body, "displayName": " ".join(str(one) for one in (named or {}).values())})
    kept = stored_at(target, request.path).get("displayName")
    told = [{**one, "value": kept} if one.get("path") == "displayName" else one for one in changes(request)]
    if kept and told:
        rewrite(request, told)
    return await go(request)


async def in_capitals(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    """Texts that are not caseExact are returned in capitals (RFC 7643 section 7)."""
    response = await go(request)
    if request.path.startswith(("/Users", "/Groups")) and response.body is not None:
        response.body = _in_capitals(response.body)
    return response


def _in_capitals(body: Any) -> Any:
    if isinstance(body, list):
        return [_in_capitals(one) for one in body]
    if not isinstance(body, dict):
        return body.upper() if isinstance(body, str) else body
    return {name: one if name in KEPT_AS_SENT else _in_capitals(one) for name, one in body.items()}


MAKES: dict[str, Around] = {
    "filters-501": without_filters(HTTPStatus.NOT_IMPLEMENTED),
    "filters-400": without_filters(HTTPStatus.BAD_REQUEST),
    "patch-405": without_patch,
    "lists-refused": without_lists,
    "id-filters-refused": without_id_filters,
    "strangers-404": to_strangers(lambda: refusal(HTTPStatus.NOT_FOUND, "There is nothing")),
    "strangers-to-login": to_strangers(lambda: page(HTTPStatus.FOUND, Location="/login")),
    "registration-open": open_to_registration,
    "busy-503": busy_with_long_filters,
    "capitals": in_capitals,
    "names-derived": names_derived,
}
"""By name; the suite on security asks for more of `registration-open`."""
