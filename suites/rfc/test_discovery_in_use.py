"""Discovery against what the target does: endpoints, methods, and what describes the common attributes."""

from scim_conformance.entra.world import World
from scim_conformance.rfc import declared, endpoints
from scim_conformance.rfc.messages import allows
from scim_conformance.rfc.obligations import not_served
from scim_conformance.rfc.requests import JSON, get
from scim_conformance.rfc.rows import must
from scim_conformance.scenario.exchange import Sender
from scim_conformance.scenario.model import Moment, Scenario, covers, scenario
from scim_conformance.scenario.steps import Step

FIXED = must(
    "7644-4-i", so="a client changes what all clients rely on", fix="refuse POST on the discovery endpoints with 405"
)
NAMED = must("9110-15.5.6-a", so="clients do not know which methods work", fix="add the header Allow to each 405")


@scenario("RFC-DSC-07", "Discovery cannot be written", Moment.TEST_CONNECTION)
@covers("7644-4-i 9110-15.5.6-a")
def read_only(world: World) -> Scenario:
    """POST of an empty object to /ServiceProviderConfig, /Schemas and /ResourceTypes is refused. A 405 names the
    methods that are allowed."""
    del world
    places = {"configuration": "/ServiceProviderConfig", "schemas": "/Schemas", "types": "/ResourceTypes"}
    return Scenario(
        [_written(key, path).expecting(FIXED(not_served()), NAMED(allows())) for key, path in places.items()]
    )


def _written(key: str, path: str) -> Step:
    step = Step(key, "POST", path, f"Is {path} read-only?", body={}, headers=JSON, by=Sender.HARNESS)
    return step.may_be_refused()


RELATIVE = must("7644-3-a", so="clients do not find the endpoint", fix="return it relative to the base URL: /Users")
WORKS = must("7644-4-j", so="clients do not find the resources", fix="serve the endpoint that /ResourceTypes names")
LISTED = must("7643-6-g", so="clients cannot read the extensions", fix="return schemaExtensions as an array")
COMMON = must(
    "7643-7-j", so="clients write an id, or confuse two accounts", fix="describe them as in RFC 7643 section 3.1"
)


@scenario("RFC-DSC-08", "Each resource type is where it says", Moment.TEST_CONNECTION)
@covers("7644-3-a 7644-4-j 7643-6-g 7643-7-j")
def where(world: World) -> Scenario:
    """/ResourceTypes names an endpoint below the base URL for each type, and the endpoints of users and groups return
    a list. A refusal with 403, or because there are too many, is correct. /Schemas describes id, externalId and
    meta as RFC 7643 section 3.1 does, if it lists them."""
    del world
    types = get(
        "/ResourceTypes", RELATIVE(endpoints.relative_endpoints()), LISTED(endpoints.extension_arrays()), key="types"
    )
    steps = [
        types.but(keeps="types"),
        get("/Users", WORKS(endpoints.works_as("types", "/Users")), key="users", query="count=1"),
        get("/Groups", WORKS(endpoints.works_as("types", "/Groups")), key="groups", query="count=1"),
        get("/Schemas", COMMON(declared.common_characteristics()), key="schemas"),
    ]
    return Scenario(steps)
