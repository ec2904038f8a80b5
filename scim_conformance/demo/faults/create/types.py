"""Faults in the types of values. They show with a profile that maps every type."""

from datetime import timedelta

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import OWN_TYPES, Kind, defect
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.situations import read_own
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import own_extensions, retyped
from scim_conformance.scim.values import moment


@defect(
    Kind.CREATE,
    "numbers-as-text",
    "An integer comes back as a text",
    "RFC 7643 section 2.3.4; the nearest wrong server to one that writes 5.0",
    named="ENT-CRE-01#read-back.stored.vendor.level",
    profile=OWN_TYPES,
)
async def numbers_as_text(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return retyped(await go(request), int, str)


@probe("numbers-as-text")
def numbers_as_text_shows(wire: Wire) -> bool:
    return read_own(wire).get("level") == "5"


@defect(
    Kind.CREATE,
    "booleans-as-text",
    "A boolean of an extension comes back as the text True or False",
    "ory/polis#1199, of active; here of any boolean",
    named="ENT-CRE-01#read-back.stored.vendor.remote",
    profile=OWN_TYPES,
)
async def booleans_as_text(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return retyped(await go(request), bool, str)


@probe("booleans-as-text")
def booleans_as_text_shows(wire: Wire) -> bool:
    return read_own(wire).get("remote") == "True"


def _local(value: str) -> str:
    found = moment(value)
    return value if found is None else (found + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M:%S")


@defect(
    Kind.CREATE,
    "dates-shifted",
    "A date comes back in local time without an offset: another moment",
    "RFC 7643 section 2.3.5; the nearest wrong server to one that answers in another offset",
    named="ENT-CRE-01#read-back.stored.vendor.hired",
    profile=OWN_TYPES,
)
async def dates_shifted(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return retyped(await go(request), str, _local)


@probe("dates-shifted")
def dates_shifted_shows(wire: Wire) -> bool:
    return read_own(wire).get("hired") == "2024-03-01T02:00:00"


@defect(
    Kind.CREATE,
    "binary-cut",
    "Binary data comes back without its last bytes",
    "RFC 7643 section 2.3.6; the nearest wrong server to one that leaves out the padding",
    named="ENT-CRE-01#read-back.stored.vendor.badge",
    profile=OWN_TYPES,
)
async def binary_cut(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for extension in own_extensions(response):
        if "badge" in extension:
            extension["badge"] = extension["badge"][:-4]
    return response


@probe("binary-cut")
def binary_cut_shows(wire: Wire) -> bool:
    return read_own(wire).get("badge") == "YWJjZGVm"
