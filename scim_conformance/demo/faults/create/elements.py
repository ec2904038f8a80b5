"""Faults in the elements of lists, in what names the extensions, and in values that are stored in another form."""

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import ENTERPRISE, Go, Target, set_body
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import created, resources

PHONES = [{"type": "work", "value": "+1 206 555 0132"}, {"type": "mobile", "value": "+1 206 555 0133"}]


@defect(
    Kind.CREATE,
    "all-primary",
    "Every telephone number is returned as the primary one",
    "our deduction: a column with the default true",
    named="STD-PRI-01#any.answer",
    shows=("STD-PRI-01",),
)
async def all_primary(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for resource in resources(response):
        for phone in resource.get("phoneNumbers") or []:
            phone["primary"] = True
    return response


@probe("all-primary")
def all_primary_shows(wire: Wire) -> bool:
    return [one.get("primary") for one in wire.read(wire.user(phoneNumbers=PHONES))["phoneNumbers"]] == [True, True]


@defect(
    Kind.CREATE,
    "extension-unnamed",
    "schemas of a user lacks the enterprise extension that the user has",
    "our deduction: a constant in the code that writes users",
    named="STD-SCH-04#any.answer",
    shows=("STD-SCH-04",),
)
async def extension_unnamed(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for resource in resources(response):
        resource["schemas"] = [one for one in resource.get("schemas") or [] if one != ENTERPRISE]
    return response


@probe("extension-unnamed")
def extension_unnamed_shows(wire: Wire) -> bool:
    found = wire.read(wire.user(**{ENTERPRISE: {"department": "Sales"}}))
    return ENTERPRISE in found and ENTERPRISE not in found["schemas"]


@defect(
    Kind.CREATE,
    "postal-code-closed",
    "Postal codes are stored without their spaces",
    "our deduction: a code that is brought into the form of one country",
    named="ENT-CRE-04/quotes#match.stored.addresses.work.postalCode",
)
async def postal_code_closed(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    body = created(request)
    for address in body.get("addresses") or []:
        if "postalCode" in address:
            address["postalCode"] = str(address["postalCode"]).replace(" ", "")
    if body:
        set_body(request, body)
    return await go(request)


@probe("postal-code-closed")
def postal_code_closed_shows(wire: Wire) -> bool:
    address = {"type": "work", "postalCode": "SW1A 1AA"}
    return bool(wire.read(wire.user(addresses=[address]))["addresses"][0]["postalCode"] == "SW1A1AA")
