"""Faults in how attributes and excludedAttributes are read, as RFC 7644 sections 3.9 and 3.10 has it."""

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import ENTERPRISE, Go, Target
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import unique
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import CORE, drop_parameters, is_query, is_read, resources

OURS = "our deduction from RFC 7644 section"


def _chosen(request: ScimRequest, start: str) -> None:
    """Read an attribute that begins with this text as an unknown one."""
    if request.query.get("attributes", "").startswith(start):
        request.query = {**request.query, "attributes": "id"}


@defect(
    Kind.STANDARDS,
    "exclusion-of-one-ignored",
    "excludedAttributes has no effect when one user is read",
    f"{OURS} 3.4.2.5",
    named="RFC-ATT-02#read.lacks",
)
async def exclusion_of_one_ignored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_read(request, "Users"):
        drop_parameters(request, "excludedAttributes")
    return await go(request)


@probe("exclusion-of-one-ignored")
def exclusion_of_one_ignored_shows(wire: Wire) -> bool:
    return "title" in wire.get(f"/Users/{wire.user(title='Clerk')}?excludedAttributes=title").json


@defect(
    Kind.STANDARDS,
    "id-left-out-of-lists",
    "A list with excludedAttributes=id has no ids",
    f"{OURS} 3.9",
    named="RFC-ATT-05#always.id",
)
async def id_left_out_of_lists(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if is_query(request, "Users") and "id" in request.query.get("excludedAttributes", "").split(","):
        for one in resources(response):
            one.pop("id", None)
    return response


@probe("id-left-out-of-lists")
def id_left_out_of_lists_shows(wire: Wire) -> bool:
    name = unique()
    wire.user(userName=name)
    return "id" not in wire.find("Users", f'userName eq "{name}"', "&excludedAttributes=id").listed[0]


@defect(
    Kind.STANDARDS,
    "attributes-for-filter",
    "A query with attributes loses its filter",
    "wso2/product-is#5090",
    named="RFC-ATT-05#list.found",
)
async def attributes_for_filter(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_query(request, "Users") and "attributes" in request.query:
        drop_parameters(request, "filter")
    return await go(request)


@probe("attributes-for-filter")
def attributes_for_filter_shows(wire: Wire) -> bool:
    wire.user()
    return bool(wire.find("Users", 'userName eq "nobody"', "&attributes=title").listed)


@defect(
    Kind.STANDARDS,
    "extension-not-chosen",
    "attributes with an attribute of an extension returns the id alone",
    f"{OURS} 3.9",
    named="RFC-ATT-06#read.has",
)
async def extension_not_chosen(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    _chosen(request, f"{ENTERPRISE}:")
    return await go(request)


@probe("extension-not-chosen")
def extension_not_chosen_shows(wire: Wire) -> bool:
    user = wire.user(**{ENTERPRISE: {"department": "Sales"}})
    return ENTERPRISE not in wire.get(f"/Users/{user}?attributes={ENTERPRISE}:department").json


@defect(
    Kind.STANDARDS,
    "core-urn-not-chosen",
    "attributes with the URN of the core schema returns the id alone",
    f"{OURS} 3.10",
    named="RFC-ATT-06#core.has",
)
async def core_urn_not_chosen(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    _chosen(request, f"{CORE}User:")
    return await go(request)


@probe("core-urn-not-chosen")
def core_urn_not_chosen_shows(wire: Wire) -> bool:
    return "title" not in wire.get(f"/Users/{wire.user(title='Clerk')}?attributes={CORE}User:title").json


@defect(
    Kind.STANDARDS,
    "urn-by-letter-case",
    "attributes with a URN in capitals returns the id alone",
    f"{OURS} 3.10",
    named="RFC-ATT-06#folded.has",
)
async def urn_by_letter_case(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    _chosen(request, "URN:")
    return await go(request)


@probe("urn-by-letter-case")
def urn_by_letter_case_shows(wire: Wire) -> bool:
    urn = f"{CORE}User:title".replace("urn:", "URN:")
    return "title" not in wire.get(f"/Users/{wire.user(title='Clerk')}?attributes={urn}").json


@defect(
    Kind.STANDARDS,
    "password-asked-for",
    "A read that asks for password and other attributes returns the password",
    f"{OURS} 3.9",
    named="RFC-ATT-07#read.lacks",
)
async def password_asked_for(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if is_read(request, "Users") and ",password" in request.query.get("attributes", "") and response.body is not None:
        response.body["password"] = "dummy"
    return response


@probe("password-asked-for")
def password_asked_for_shows(wire: Wire) -> bool:
    return "password" in wire.get(f"/Users/{wire.user()}?attributes=userName,password").json
