"""Test Connection: the administrator enters the tenant URL and the secret token, and selects Test Connection."""

from collections.abc import Iterable

from scim_conformance.entra import sources as ms
from scim_conformance.entra.answering import answers_queries, nobody
from scim_conformance.entra.dialects import FLAG, Change
from scim_conformance.entra.expectations import value_of
from scim_conformance.entra.explained import UNFILTERED
from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.entra.requests import create_user, delete, patch_user, probe, read_back, read_before, read_user
from scim_conformance.entra.world import World, user_query
from scim_conformance.scenario.citations import Evidence, rfc7644
from scim_conformance.scenario.exchange import Credential, Sender
from scim_conformance.scenario.model import Moment, Scenario, covers, scenario
from scim_conformance.scenario.obligations.answers import not_html, refused, status
from scim_conformance.scenario.obligations.kept import unchanged
from scim_conformance.scenario.obligations.lists import none_found
from scim_conformance.scenario.steps import Step
from scim_conformance.scim import paths


@scenario("ENT-CON-01", "Test Connection queries a random user", moment=Moment.TEST_CONNECTION)
@covers("U4 M14 M19 M36 B01 B04 B05 B23 B32")
def probe_users(world: World) -> Scenario:
    """On Test Connection, and at the start of each cycle and on-demand run, Entra filters users by the first matching
    attribute with a random GUID. It sends neither User-Agent nor Accept. The target must return 200 with an empty
    ListResponse; 404, 403 or an HTML page puts the job into quarantine."""
    return Scenario([probe(world)])


@scenario("ENT-CON-02", "Test Connection queries a random group", moment=Moment.TEST_CONNECTION)
@covers("G4 M14 M19 B02")
def probe_groups(world: World) -> Scenario:
    """Microsoft documents that Test Connection queries a random user and a random group; older captures show only the
    user. So a target whose profile has no groups is only advised to return 200 with an empty list, unless the profile
    requires what the gallery requires."""
    why = "Test Connection queries a random group"
    step = Step("probe", "GET", "/Groups", why, world.nobody("Groups"), after=UNFILTERED)
    so = "Test Connection fails with SystemForCrossDomainIdentityManagementServiceIncompatible"
    if world.profile.group is None:
        fix = "return 200 with an empty ListResponse, even without groups"
        asked = (status(200), none_found())
        checks = [world.demanded(one, ms.TUTORIAL, by="gallery", so=so, fix=fix) for one in asked]
        return Scenario([step.expecting(*checks)])
    return Scenario([step.expecting(answers_queries(so), nobody(so, world.probed("Groups")))])


@scenario("ENT-CON-03", "The tenant URL's flag is ignored", moment=Moment.TEST_CONNECTION)
@covers("B14")
def flag_in_query(world: World) -> Scenario:
    """Microsoft does not document whether Entra forwards the parameter `aadOptscim062020`, which has no value, from the
    tenant URL. If it does, a target that rejects unknown query parameters fails."""
    query = f"{FLAG}&{world.nobody()}"
    step = Step("probe", "GET", "/Users", "Test Connection with the flag in the query", query, after=UNFILTERED)
    so, fix = "Test Connection may fail once the flag is set", "ignore unknown query parameters"
    return Scenario(
        [
            step.expecting(
                status(200).should(ms.COMPATIBILITY, so=so, fix=fix).known_as(Evidence.INFERRED),
                none_found().should(ms.COMPATIBILITY, so=so, fix=fix).known_as(Evidence.INFERRED),
            )
        ]
    )


def _without_right(world: World, credential: Credential, kind: str = "Users", key: str = "probe") -> Step:
    query, why = world.nobody(kind), f"Test Connection, {kind}, token: {credential}"
    by = Sender.HARNESS if credential is Credential.NONE else Sender.ENTRA
    step = Step(key, "GET", f"/{kind}", why, query, credential=credential, by=by)
    return step.expecting(
        refused().entra(
            ms.TUTORIAL,
            so="anyone who knows the URL can read and change accounts, and a mistyped token passes Test Connection",
            fix="check the bearer token on every request",
        ),
        status(401).should(
            rfc7644("3.12"),
            so="the administrator cannot see that the token is the problem",
            fix="return 401 with WWW-Authenticate",
        ),
        not_html().should(
            ms.TUTORIAL, so="Entra shows only “You appear to have entered invalid credentials”", fix="return JSON"
        ),
    )


@scenario("ENT-CON-04", "A request without a token is refused", moment=Moment.TEST_CONNECTION)
@covers("B06")
def no_token(world: World) -> Scenario:
    """Every request from Entra carries the token. Without it, the target must not return any users or groups."""
    groups = [_without_right(world, Credential.NONE, "Groups", "probe-groups")] if world.profile.group else []
    return Scenario([_without_right(world, Credential.NONE), *groups])


@scenario("ENT-CON-05", "A wrong token is refused", moment=Moment.TEST_CONNECTION)
@covers("B06 B07")
def wrong_token(world: World) -> Scenario:
    """The administrator enters the wrong secret token. Test Connection must fail with 401, not with a login page."""
    return Scenario([_without_right(world, Credential.WRONG)])


@scenario(
    "ENT-CON-10",
    "A change without a valid token is not applied",
    moment=Moment.TEST_CONNECTION,
    needs=["changes:displayName"],
)
@covers("B06")
def unauthorised_writes(world: World) -> Scenario:
    """The target must check the token before it does anything, for every HTTP method. A DELETE without a token and a
    PATCH with a wrong one must not change an account, whatever the target returns. The harness reads the account before
    and after."""
    person = world.person()
    change = [Change("displayName", world.renamed("Changed", value_of(world, person, "displayName")))]
    without = delete("Users", "user").but(credential=Credential.NONE, by=Sender.HARNESS, why="Delete without a token")
    wrong = patch_user(world.plain, change).but(credential=Credential.WRONG, why="Change with a wrong token")
    so, fix = "anyone who knows the URL can change accounts", "check the bearer token before doing anything else"
    served = refused().entra(ms.TUTORIAL, so=so, fix=fix)
    there = status(200).entra(ms.TUTORIAL, so=so, fix=fix)
    name = paths.parse("displayName")
    kept = unchanged(name).entra(ms.TUTORIAL, so=so, fix=fix)
    open_doors = {"refused": ("ENT-CON-04#probe.refused", "ENT-CON-05#probe.refused")}
    done = ("ENT-CON-10#delete.refused", "ENT-CON-10#patch.refused")
    return Scenario(
        given=[create_user(world, person), read_before(name.text)],
        steps=[
            without.but(checks=(served,), owner=None, continue_on_failure=True, after=open_doors),
            wrong.but(checks=(served,), continue_on_failure=True, after=open_doors),
            read_back("user").but(checks=(there, kept), after={"status": done, kept.key: done}),
        ],
    )


def _other_attributes(profile: Profile) -> Iterable[tuple[str, str]]:
    first = profile.user.matching[0].target.lower()
    offered = {"externalId": "externalId", "emails.work.value": 'emails[type eq "work"].value', "userName": "userName"}
    return [(name, path) for name, path in offered.items() if path.lower() != first]


@scenario(
    "ENT-CON-06",
    "Test Connection with another matching attribute",
    moment=Moment.TEST_CONNECTION,
    rows=_other_attributes,
)
@covers("M21 B03 B30")
def probe_by(world: World, attribute: str) -> Scenario:
    """An administrator may match on another attribute; Test Connection then sends the GUID there. The target must
    return an empty result, not an error because a GUID is not an e-mail address."""
    query = user_query(attribute, world.guid())
    step = Step("probe", "GET", "/Users", f"Test Connection by {attribute}", query, after=UNFILTERED)
    source = ms.EMAIL_FILTER if "emails" in attribute else ms.TUTORIAL
    so = f"an administrator who matches on {attribute} cannot connect"
    return Scenario(
        [
            step.expecting(
                status(200).should(source, so=so, fix=f"support the filter {attribute} eq"),
                none_found().should(source, so=so, fix="apply the filter; no user matches a random GUID"),
            )
        ]
    )


def _places(_: Profile) -> Iterable[tuple[str, str]]:
    return {"double-slash": "//Users", "trailing-slash": "/Users/"}.items()


@scenario("ENT-CON-07", "An extra slash", moment=Moment.TEST_CONNECTION, rows=_places)
@covers("B13")
def slashes(world: World, path: str) -> Scenario:
    """An administrator enters the tenant URL with a slash at the end. Microsoft does not document whether Entra then
    sends two slashes; some targets with strict routes are reported to return 404."""
    query = world.nobody()
    step = Step("probe", "GET", path, "Test Connection with an extra slash", query, after=UNFILTERED)
    so, fix = "Test Connection may fail because of a slash", "ignore an extra slash"
    answered = status(200).should(ms.SLASHES, so=so, fix=fix).known_as(Evidence.INFERRED)
    return Scenario([step.expecting(answered)])


def _flagged(step: Step) -> Step:
    query = f"{FLAG}&{step.query}" if step.query else FLAG
    so, fix = "provisioning may fail once the flag is set", "ignore unknown query parameters, on writes too"
    answered = step.checks[0].obligation.should(ms.COMPATIBILITY, so=so, fix=fix).known_as(Evidence.INFERRED)
    return step.but(query=query, checks=(answered,), owner=None)


@scenario(
    "ENT-CON-08", "The tenant URL's flag on every request", moment=Moment.TEST_CONNECTION, needs=["changes:displayName"]
)
@covers("B14")
def flag_everywhere(world: World) -> Scenario:
    """The same for the life of one account, because it is not documented whether Entra forwards the flag: create, read,
    change and delete the account, each time with the valueless parameter in the query."""
    person = world.person()
    change = [Change("displayName", world.renamed("Flagged", value_of(world, person, "displayName")))]
    steps = [create_user(world, person), read_user(), patch_user(world.plain, change), delete("Users", "user")]
    return Scenario([_flagged(step) for step in steps])


@scenario("ENT-CON-09", "Test Connection with an Accept header", moment=Moment.TEST_CONNECTION)
@covers("B05")
def accept_header(world: World) -> Scenario:
    """Entra sends no Accept header; Microsoft's Logic App tests send `application/scim+json`, which a service provider
    MUST support (RFC 7644 section 3.8)."""
    media = "application/scim+json"
    query = world.nobody()
    why = f"Test Connection with Accept: {media}"
    step = Step("probe", "GET", "/Users", why, query, headers=(("Accept", media),), by=Sender.HARNESS, after=UNFILTERED)
    so, fix = "Microsoft's Logic App tests for the gallery fail", f"return JSON for Accept: {media}"
    answered, nothing = (one.must(rfc7644("3.8"), so=so, fix=fix) for one in (status(200), none_found()))
    return Scenario([step.expecting(answered, nothing)])
