"""The target's own schemas are what its responses are compared with (RFC 7643 section 7)."""

from scim_conformance.entra.world import World
from scim_conformance.rfc import declared, generated
from scim_conformance.rfc.conditions import published_schemas
from scim_conformance.rfc.requests import mark, name_of, post, read, user_body
from scim_conformance.rfc.rows import must, should
from scim_conformance.scenario.bodies import Made
from scim_conformance.scenario.model import Moment, Scenario, covers, scenario
from scim_conformance.scenario.obligations.answers import status

KEPT = should("7643-7-k", so="clients send values that are lost", fix="store it, or do not publish the attribute")
NUMBER = must("7643-2.3.3-a", so="clients cannot read the number", fix="return a JSON number, not a text")


@scenario("RFC-SCH-01", "What the schemas publish is stored", Moment.CREATE)
@covers("7643-7-k 7643-2.3.3-a")
def stored(world: World) -> Scenario:
    """One user is created with a valid value for each attribute of the published User schema that a client may set, at
    most 60. Each that was sent should be returned, and a decimal must be a number. Certificates and references are left
    out."""
    person = world.person()
    body = Made(generated.full_body(user_body(world, person), world.directory.tag, person.user_name))
    made = post("User", body, name_of(world, person), "user").expecting(KEPT(status(201)))
    return Scenario(
        [made, read("user", KEPT(generated.stores_published()), NUMBER(declared.decimals()))],
        given=[published_schemas(KEPT(generated.is_published()).vital())],
        spares=(),
    )


REQUIRED = must("7643-7-n", so="a resource lacks what the schema promises", fix="return 400 with invalidValue")


@scenario("RFC-SCH-02", "A required attribute must be given", Moment.CREATE)
@covers("7643-7-n")
def required(world: World) -> Scenario:
    """A creation without an attribute that the published User schema requires is refused, or the target sets a value
    itself. The same body with the attribute is accepted first. Required attributes that it lacks, or that are never
    shown, such as a password, are left out."""
    person = world.person()
    whole = user_body(world, person)
    base = {**user_body(world, other := world.person()), "externalId": mark(world)}
    body = Made(generated.without_required(base))
    sent = post("User", body, name_of(world, other), "made").expecting(REQUIRED(generated.refused_or_filled(base)))
    known = published_schemas(REQUIRED(generated.requires_any(base)).vital())
    given = [post("User", whole, name_of(world, person), "user", key="whole"), known]
    return Scenario([sent.may_be_refused()], given=given, spares=())
