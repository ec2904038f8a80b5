"""Faults in slashes and query parameters of the tenant URL."""

from http import HTTPStatus

from scim2_models import NotFoundException
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import person
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.situations import find_nobody
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import refusal

KNOWN_PARAMETERS = {"filter", "attributes", "excludedAttributes", "startIndex", "count", "sortBy", "sortOrder"}


@defect(
    Kind.CONNECTION,
    "slash-404",
    "A tenant URL with a slash at its end returns 404",
    "lightdash/lightdash#15753",
    named="ENT-CON-07/double-slash#probe.status",
    row="B13",
)
async def slash_404(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.path.startswith("//"):
        raise NotFoundException(detail="There is nothing here")
    return await go(request)


@probe("slash-404")
def slash_404_shows(wire: Wire) -> bool:
    return find_nobody(wire, "/Users").status == 404


@defect(
    Kind.CONNECTION,
    "trailing-slash-404",
    "/Users/ with a slash at its end returns 404",
    "AzureAD/SCIMReferenceCode#44",
    named="ENT-CON-07/trailing-slash#probe.status",
    row="B13",
)
async def trailing_slash_404(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.path.endswith("/"):
        raise NotFoundException(detail="There is nothing here")
    return await go(request)


@probe("trailing-slash-404")
def trailing_slash_404_shows(wire: Wire) -> bool:
    return find_nobody(wire, "Users/").status == 404


@defect(
    Kind.CONNECTION,
    "strict-query",
    "Query parameters that are not SCIM's return 400",
    "MicrosoftDocs/entra-docs#949",
    named="ENT-CON-03#probe.status",
    row="B14",
)
async def strict_query(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    unknown = [name for name in request.query if name not in KNOWN_PARAMETERS]
    if unknown:
        return refusal(HTTPStatus.BAD_REQUEST, f"The parameter {unknown[0]} is not known", "invalidValue")
    return await go(request)


@probe("strict-query")
def strict_query_shows(wire: Wire) -> bool:
    return find_nobody(wire, more="&aadOptscim062020").status == 400


@defect(
    Kind.CONNECTION,
    "strict-query-writes",
    "With aadOptscim062020 in the query every write returns 400",
    "MicrosoftDocs/entra-docs#949, of the tenant URL's flag",
    named="ENT-CON-08#create.status",
    row="B14",
)
async def strict_query_writes(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    unknown = [name for name in request.query if name not in KNOWN_PARAMETERS]
    if unknown and request.method != "GET":
        return refusal(HTTPStatus.BAD_REQUEST, f"The parameter {unknown[0]} is not known", "invalidValue")
    return await go(request)


@probe("strict-query-writes")
def strict_query_writes_shows(wire: Wire) -> bool:
    assert find_nobody(wire, more="&aadOptscim062020").status == 200
    return wire.send("POST", "/Users?aadOptscim062020", person()).status == 400
