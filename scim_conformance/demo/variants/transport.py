"""Legal variants of the transport."""

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.secured import over_tls
from scim_conformance.demo.variants.registry import variant


@variant("tls", "TLS 1.2 and TLS 1.3 are spoken", "RFC 7644 section 7.2")
@over_tls()
async def tls(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return await go(request)


@probe("tls")
def tls_differs(wire: Wire) -> bool:
    return wire.served.url.startswith("https:") and wire.get("/Users?count=1").status == 200
