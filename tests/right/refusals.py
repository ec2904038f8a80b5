"""Right servers that refuse, or do not offer, what they may (RFC 7644 section 3.12)."""

import re
from http import HTTPStatus

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.shapes import answered, created, filter_of, refusal
from tests.right.registry import right


@right("RFC-GRP-03", "RFC-ERR-03", advised=True)
async def a_gateway_hides_what_is_unknown(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    """A group or an endpoint that is not there is 403."""
    response = await answered(target, request, go)
    known = re.match(r"/(Users|Schemas|ResourceTypes|ServiceProviderConfig)\b", request.path)
    if response.status == HTTPStatus.NOT_FOUND and not known:
        return refusal(HTTPStatus.FORBIDDEN, "Forbidden")
    return response


def unsupported(response: ScimResponse, feature: str) -> ScimResponse:
    """Say in the configuration that a feature is not supported."""
    if isinstance(response.body, dict) and feature in response.body:
        response.body[feature] = {**response.body[feature], "supported": False}
    return response


CHANGED = ("RFC-GRP-02", "RFC-USR-05")


@right("RFC-DEL-01", "RFC-RES-05", *CHANGED, spared=CHANGED)
async def no_patch(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    """PATCH is not offered: 501 for every id."""
    if request.method == "PATCH":
        return refusal(HTTPStatus.NOT_IMPLEMENTED, "PATCH is not supported")
    return unsupported(await go(request), "patch")


FOUND = ("RFC-RES-06", "RFC-USR-03")


@right("RFC-RED-02", *FOUND, spared=FOUND)
async def no_filters(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    """Filters are not offered: 501 for each."""
    if filter_of(request):
        target.check_auth(request)
        return refusal(HTTPStatus.NOT_IMPLEMENTED, "Filters are not supported")
    return unsupported(await go(request), "filter")


SECRET = ("RFC-ATT-07", "RFC-FLT-23", "RFC-USR-04")


@right("RFC-USR-01", *SECRET, spared=SECRET)
async def no_passwords(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    """People sign in elsewhere: a creation with a password is refused."""
    if "password" in created(request):
        target.check_auth(request)
        return refusal(HTTPStatus.BAD_REQUEST, "There are no passwords", "invalidValue")
    return unsupported(await go(request), "changePassword")


EXTERNAL = ("RFC-RES-06", "RFC-FLT-05")


@right("RFC-FLT-01", *EXTERNAL, spared=EXTERNAL)
async def no_filter_by_external_id(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    """A filter on externalId is refused: the attribute is kept, but not searched (RFC 7644 section 3.12)."""
    if "externalId" in (filter_of(request) or ""):
        target.check_auth(request)
        return refusal(HTTPStatus.BAD_REQUEST, "externalId is not searched", "invalidFilter")
    return await go(request)
