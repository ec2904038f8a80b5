"""Faults in /ResourceTypes and /ServiceProviderConfig."""

from scim2_models import NotFoundException
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import GALLERY, Kind, defect
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire


@defect(
    Kind.DISCOVERY,
    "resource-types-404",
    "There is no /ResourceTypes",
    "Microsoft's app gallery checklist, discovery",
    named="ENT-DSC-02#resource-types.status",
    profile=GALLERY,
)
async def resource_types_404(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.path == "/ResourceTypes":
        raise NotFoundException(detail="There is nothing here")
    return await go(request)


@probe("resource-types-404")
def resource_types_404_shows(wire: Wire) -> bool:
    return wire.get("/ResourceTypes").status == 404


@defect(
    Kind.DISCOVERY,
    "configuration-404",
    "There is no /ServiceProviderConfig",
    "growthbook/growthbook#5258",
    named="ENT-DSC-03#configuration.status",
    profile=GALLERY,
)
async def configuration_404(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.path == "/ServiceProviderConfig":
        raise NotFoundException(detail="There is nothing here")
    return await go(request)


@probe("configuration-404")
def configuration_404_shows(wire: Wire) -> bool:
    return wire.get("/ServiceProviderConfig").status == 404


@defect(
    Kind.DISCOVERY,
    "patch-denied",
    "The configuration says that PATCH is not supported",
    "langwatch/langwatch#6973",
    named="ENT-DSC-03#configuration.patch",
    shows=("ENT-DSC-03",),
    row="B112",
    profile=GALLERY,
)
async def patch_denied(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if request.path == "/ServiceProviderConfig" and response.body is not None:
        response.body["patch"] = {"supported": False}
    return response


@probe("patch-denied")
def patch_denied_shows(wire: Wire) -> bool:
    return not wire.get("/ServiceProviderConfig").json["patch"]["supported"]


@defect(
    Kind.DISCOVERY,
    "filter-denied",
    "The configuration says that filters are not supported, and they are",
    "Tr3kkR/Yuzu#2027",
    named="ENT-DSC-03#configuration.filter",
    row="B112",
    profile=GALLERY,
)
async def filter_denied(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if request.path == "/ServiceProviderConfig" and response.body is not None:
        response.body["filter"] = {"supported": False, "maxResults": 0}
    return response


@probe("filter-denied")
def filter_denied_shows(wire: Wire) -> bool:
    return not wire.get("/ServiceProviderConfig").json["filter"]["supported"]
