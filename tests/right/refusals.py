"""Right servers that refuse, or do not offer, what they may (RFC 7644 section 3.12)."""

import re
from http import HTTPStatus

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.shapes import answered, refusal
from tests.right.registry import right


@right("RFC-GRP-03", "RFC-ERR-03", advised=True)
async def a_gateway_hides_what_is_unknown(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    """A group or an endpoint that is not there is 403."""
    response = await answered(target, request, go)
    known = re.match(r"/(Users|Schemas|ResourceTypes|ServiceProviderConfig)\b", request.path)
    if response.status == HTTPStatus.NOT_FOUND and not known:
        return refusal(HTTPStatus.FORBIDDEN, "Forbidden")
    return response


@right("RFC-DEL-01")
async def no_patch(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    """PATCH is not offered: 501 for every id."""
    if request.method == "PATCH":
        return refusal(HTTPStatus.NOT_IMPLEMENTED, "PATCH is not supported")
    response = await go(request)
    if request.path == "/ServiceProviderConfig" and response.body is not None:
        response.body["patch"] = {"supported": False}
    return response
