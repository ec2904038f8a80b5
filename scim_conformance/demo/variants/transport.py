"""Legal variants in how TLS is spoken."""

from http import HTTPStatus
from http.client import HTTPConnection
from urllib.parse import urlsplit

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.secured import Speaking, over_tls
from scim_conformance.demo.variants.registry import variant


@variant("tls", "TLS 1.2 and TLS 1.3 are spoken", "RFC 7644 section 7.2", flags=("--suite", "all"))
@over_tls()
async def tls(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return await go(request)


@probe("tls")
def tls_differs(wire: Wire) -> bool:
    return wire.served.url.startswith("https:") and wire.get("/Users?count=1").status == 200


@variant(
    "clear-text-redirected",
    "A request without TLS is redirected to https",
    "RFC 9110 section 15.4",
    flags=("--suite", "security"),
    nearest=("clear-text-served",),
)
@over_tls(Speaking(also_plain=True))
async def clear_text_redirected(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.base_url.startswith("https:"):
        return await go(request)
    return ScimResponse(HTTPStatus.PERMANENT_REDIRECT, headers={"Location": request.url.replace("http:", "https:", 1)})


@probe("clear-text-redirected")
def clear_text_redirected_differs(wire: Wire) -> bool:
    place = urlsplit(wire.served.url)
    if place.scheme == "http":
        return False
    connection = HTTPConnection(place.hostname or "", place.port, timeout=10)
    try:
        connection.request("GET", f"{place.path}/Users")
        return connection.getresponse().status == HTTPStatus.PERMANENT_REDIRECT
    finally:
        connection.close()
