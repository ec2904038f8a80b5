"""Legal variants in how values of a type are written: the same number, moment or bytes."""

from datetime import timedelta, timezone

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import OWN_TYPES
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.situations import read_own
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import own_extensions, retyped
from scim_conformance.demo.variants.registry import variant
from scim_conformance.scim.values import moment

CENTRAL = timezone(timedelta(hours=2))


@variant(
    "numbers-with-point", "An integer is written 5.0", "RFC 8259 section 6", OWN_TYPES, nearest=("numbers-as-text",)
)
async def numbers_with_point(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return retyped(await go(request), int, float)


@probe("numbers-with-point")
def numbers_with_point_differs(wire: Wire) -> bool:
    return isinstance(read_own(wire).get("level"), float)


@variant(
    "values-elsewhere",
    "Dates come back in another offset, with fractions of a second",
    "RFC 7643 section 2.3.5: an xsd:dateTime",
    OWN_TYPES,
    nearest=("dates-shifted",),
)
async def values_elsewhere(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return retyped(await go(request), str, _elsewhere)


@probe("values-elsewhere")
def values_elsewhere_differs(wire: Wire) -> bool:
    return read_own(wire).get("hired") == "2024-03-01T02:00:00.000+02:00"


def _elsewhere(value: str) -> str:
    found = moment(value)
    return value if found is None else found.astimezone(CENTRAL).isoformat(timespec="milliseconds")


@variant(
    "binary-unpadded",
    "Binary data comes back without its padding",
    "RFC 4648 section 3.2, for RFC 7643 section 2.3.6",
    OWN_TYPES,
    nearest=("binary-cut",),
)
async def binary_unpadded(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for extension in own_extensions(response):
        if "badge" in extension:
            extension["badge"] = extension["badge"].rstrip("=")
    return response


@probe("binary-unpadded")
def binary_unpadded_differs(wire: Wire) -> bool:
    return read_own(wire).get("badge") == "YWJjZGVmZw"
