"""The bytes of responses, errors and credentials (RFC 7644 sections 2, 3.1, 3.8, 3.12; RFC 6750, 8259, 9110)."""

from scim_conformance.entra.world import World
from scim_conformance.rfc import messages
from scim_conformance.rfc.advertised import ANY_ERROR
from scim_conformance.rfc.conditions import known_configuration
from scim_conformance.rfc.lists import none_found, not_several, one_made
from scim_conformance.rfc.obligations import is_error, not_found, not_served
from scim_conformance.rfc.refusals import closed, if_refused
from scim_conformance.rfc.requests import (
    by_name,
    core_body,
    create,
    deleted,
    find,
    find_if_served,
    get,
    mark,
    name_of,
    op,
    patch,
    post,
    read,
    user_body,
)
from scim_conformance.rfc.rows import must, should
from scim_conformance.scenario.bodies import Var
from scim_conformance.scenario.exchange import Credential
from scim_conformance.scenario.model import Moment, Scenario, covers, scenario
from scim_conformance.scenario.obligations.answers import status

GARBLED = "clients cannot read the response"
UTF_8 = must("7644-3.8-a", so=GARBLED, fix="encode JSON in UTF-8, and name no other charset")
BOM = must("8259-8.1-a", so=GARBLED, fix="write no byte order mark")
MESSAGE = must("7644-3.1-b", so="clients do not know what the message is", fix="use the URN of the message")
WHOLE = must("7643-2.3.4-a", so="clients cannot read the number", fix="write integers without a fraction")

DATED = should("9110-6.6.1-a", so="logs of client and target cannot be compared", fix="send Date with each response")


@scenario("RFC-MED-03", "Responses are JSON in UTF-8", Moment.MATCH)
@covers("7644-3.8-a 8259-8.1-a 7644-3.1-b 7643-2.3.4-a 9110-6.6.1-a")
def encoded(world: World) -> Scenario:
    """A user, a list of at most two users and an error are JSON in UTF-8 without a byte order mark. The list and the
    error name a URN of a message, and the numbers of the list are integers. That each has a Date is advice."""
    both = [UTF_8(messages.in_utf_8()), BOM(messages.no_byte_order_mark()), DATED(messages.dated())]
    steps = [
        read("user", *both),
        get("/Users", *both, MESSAGE(messages.of_api()), WHOLE(messages.whole_numbers()), key="list", query="count=2"),
        get(f"/Users/{world.guid()}", *both, MESSAGE(messages.of_api()), key="unknown"),
    ]
    return Scenario(steps, given=[create(world, world.person())])


FITTING = must("7644-3.12-c", so="clients treat it as another problem", fix="use the scimType of the problem")
KNOWN = should("7644-3.12-c", so="clients do not understand it", fix="use a registered scimType, or none")


@scenario("RFC-ERR-02", "scimType is a registered word", Moment.CREATE)
@covers("7644-3.12-c")
def registered(world: World) -> Scenario:
    """The refusals of a conflict, of a broken filter, of a missing name and of a new id have a scimType that RFC 7644
    defines for their status, or none. That each is refused is judged elsewhere."""
    person, types = world.person(), [FITTING(messages.fitting_type()), KNOWN(messages.registered_type())]
    twin = user_body(world, world.person(), userName=name_of(world, person))
    nameless = {**user_body(world, other := world.person(), userName=None), "externalId": mark(world)}
    steps = [
        post("User", twin, person.user_name, "twin", key="conflict"),
        find("userName eq", key="filter", more="&count=2"),
        post("User", nameless, other.user_name, "nameless", key="nameless"),
        patch([op("replace", "id", Var("gone"))], key="id"),
    ]
    sent = [one.expecting(*types).may_be_refused() for one in steps]
    return Scenario(sent, given=[create(world, person), *deleted(world, "gone")], spares=())


NOWHERE = must("7644-3.12-h", so="clients treat it as a resource", fix="return 404 for an unknown endpoint")
MISSING = should("7644-3.12-h", so="clients treat it as a question of rights", fix="return 404")
SCIM = should("7644-3.12-h", so="clients cannot tell what is wrong", fix="return the SCIM error object as JSON")


@scenario("RFC-ERR-03", "An unknown endpoint is 404", Moment.TEST_CONNECTION)
@covers("7644-3.12-h")
def unknown_endpoint(world: World) -> Scenario:
    """A path below the base URL that no resource type has is refused. That the status is 404 is advice, and that there
    is a SCIM error: a gateway may answer. Two GET requests."""
    name = f"T-{world.directory.tag}"
    checks = (NOWHERE(not_served(key="status")), MISSING(not_found()), SCIM(is_error()))
    return Scenario([get(f"/{name}", *checks, key="list"), get(f"/{name}/1", *checks, key="one")])


CHALLENGE = must("9110-11.6.1-a", so="clients do not know how to authenticate", fix="begin with a scheme: Bearer")
OPEN = should("7644-7.6-a", so="anyone can create accounts", fix="check the credential before the body")
NOTHING = must("7644-3.3-i", so="anyone can create accounts", fix="check the credential before anything is stored")
BEARER = must("6750-2.1-a", so="clients that follow the configuration get nothing", fix="accept Authorization: Bearer")


@scenario("RFC-AUT-04", "Nobody creates an account without a credential", Moment.CREATE)
@covers("7644-7.6-a 7644-3.3-i 9110-11.6.1-a")
def anonymous(world: World) -> Scenario:
    """A creation without a credential is refused: advice here, since RFC 7644 section 2.2 allows people to register
    themselves; `--suite security` asks for it. A refused creation leaves no account. A 401 names the scheme of
    authentication."""
    person = world.person()
    sent = post("User", user_body(world, person), person.user_name, "made").expecting(
        CHALLENGE(messages.challenged()), OPEN(closed("status"))
    )
    none = NOTHING(if_refused("create", none_found()))
    steps = [sent.but(credential=Credential.NONE).may_be_refused(), find_if_served(by_name(world, person), none)]
    return Scenario(steps, spares=())


ANY_CASE = should(
    "9110-11.1-a",
    so="clients that write it in another way get nothing",
    fix="compare the scheme without regard to letter case",
)
TWICE = should("6750-2-a", so="clients cannot tell what is wrong", fix="return 400 invalid_request, or use the header")


@scenario("RFC-AUT-05", "A bearer token is accepted where the configuration says so", Moment.TEST_CONNECTION)
@covers("6750-2.1-a 9110-11.1-a 6750-2-a")
def bearer(world: World) -> Scenario:
    """If /ServiceProviderConfig lists oauthbearertoken, a request with the token in the Authorization header is
    served. That the scheme may be in lower case is advice, and that another token in the URL, which is none, is ignored
    or refused with 400. Each is a GET for at most one user, which a
    target may refuse because of its rights (403) or because there are too many users (400)."""
    del world
    offered = messages.offers_bearer()
    given = get("/ServiceProviderConfig", BEARER(offered).vital(), key="configuration")
    given = given.but(optional=True, also_ok=ANY_ERROR, lacking="no bearer tokens are offered")
    lower, double = ANY_CASE(status(200, 400, 403)), TWICE(status(200, 400, 403))
    steps = [
        get("/Users", BEARER(status(200, 400, 403)), key="list", query="count=1"),
        get("/Users", lower, key="lower", query="count=1").but(credential=Credential.LOWER),
        get("/Users", double, key="twice", query="count=1&access_token=x"),
    ]
    return Scenario(steps, given=[given])


ALONE = must("7644-3.3-n", so="two accounts have the same name", fix="enforce a unique userName in the database")
WINNER = must("7644-3.3-n", so="the account is created again each time", fix="return 409 to the second one only")


@scenario("RFC-CRE-05", "Of two creations at once, one wins", Moment.CREATE)
@covers("7644-3.3-n")
def at_once(world: World) -> Scenario:
    """Two creations with one userName arrive at the same moment: one account is created, and the other request is
    refused. A target that is busy may refuse them with 429 or 503."""
    person = world.person()
    body = core_body(world, person)
    answers = WINNER(status(201, 409, 429, 503))
    first = post("User", body, person.user_name, "first", key="first").expecting(answers).may_be_refused()
    second = post("User", body, person.user_name, "second", key="second").expecting(answers).may_be_refused()
    alone = find_if_served(by_name(world, person), ALONE(not_several()), key="find")
    alone = alone.expecting(WINNER(one_made("first", "second")))
    return Scenario([first, second.but(with_previous=True), alone], given=[known_configuration()], spares=())
