"""Test Connection: the administrator enters the tenant URL and the secret token, and selects Test Connection."""

from collections.abc import Iterable

from scim_conformance.entra import sources as ms
from scim_conformance.entra.answering import NOT_NULL, answers_queries, nobody
from scim_conformance.entra.changing import renaming
from scim_conformance.entra.dialects import FLAG
from scim_conformance.entra.directory.people import Person
from scim_conformance.entra.explained import NOT_FILTERED, QUERIED_AS_USERS
from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.entra.requests import create_user, delete, patch_user, probe, read_back, read_before, read_user
from scim_conformance.entra.world import World, user_query
from scim_conformance.scenario.checks import Check, Obligation
from scim_conformance.scenario.citations import Evidence, rfc7644
from scim_conformance.scenario.exchange import Credential, Sender
from scim_conformance.scenario.model import Moment, Scenario, covers, scenario
from scim_conformance.scenario.obligations.answers import not_html, refused, status
from scim_conformance.scenario.obligations.kept import unchanged
from scim_conformance.scenario.obligations.lists import none_found
from scim_conformance.scenario.steps import Because, Step
from scim_conformance.scim import paths


@scenario("ENT-CON-01", "Test Connection queries a random user", Moment.TEST_CONNECTION, plainest=True)
@covers("U4 M14 M19 M36 B116 B01 B04 B05 B23 B32")
def probe_users(world: World) -> Scenario:
    """On Test Connection, and at the start of each cycle and on-demand run, Entra filters users by the first matching
    attribute with a random GUID. It sends neither User-Agent nor Accept. The target must return 200 with an empty
    ListResponse; 404, 403, an HTML page or `"Resources": null` puts the job into quarantine."""
    return Scenario([probe(world)])


@scenario("ENT-CON-02", "Test Connection queries a random group", Moment.TEST_CONNECTION, plainest=True)
@covers("G4 M14 M19 B02")
def probe_groups(world: World) -> Scenario:
    """Microsoft documents that Test Connection queries a random user and a random group; older captures show only the
    user. So a target whose profile has no groups is only advised to return 200 with an empty list, unless the profile
    requires what the gallery requires."""
    step = _probe("Test Connection queries a random group", world.nobody("Groups"), path="/Groups")
    if world.profile.group is None:
        return Scenario([step.expecting(*_advised_without_groups(world))])
    return Scenario(
        [step.expecting(answers_queries(INCOMPATIBLE), nobody(INCOMPATIBLE, world.probed("Groups")), NOT_NULL)]
    )


def _probe(why: str, query: str, *, path: str = "/Users") -> Step:
    """Send a query of Test Connection in another form than the usual one."""
    return Step("probe", "GET", path, why, query).explained_by(QUERIED_AS_USERS, NOT_FILTERED)


INCOMPATIBLE = "Test Connection fails with SystemForCrossDomainIdentityManagementServiceIncompatible"


def _advised_without_groups(world: World) -> list[Check]:
    fix = "return 200 with an empty ListResponse, even without groups"
    asked = (status(200), none_found())
    return [world.demanded(one, ms.TUTORIAL, by="gallery", so=INCOMPATIBLE, fix=fix) for one in asked]


@scenario("ENT-CON-03", "The tenant URL's flag is ignored", Moment.TEST_CONNECTION)
@covers("B14")
def flag_in_query(world: World) -> Scenario:
    """Microsoft does not document whether Entra forwards the parameter `aadOptscim062020`, which has no value, from the
    tenant URL. If it does, a target that rejects unknown query parameters fails."""
    step = _probe("Test Connection with the flag in the query", f"{FLAG}&{world.nobody()}")
    return Scenario([step.expecting(_flag_ignored(status(200)), _flag_ignored(none_found()))])


def _flag_ignored(asked: Obligation) -> Check:
    so, fix = "Test Connection may fail once the flag is set", "ignore unknown query parameters"
    return asked.should(ms.COMPATIBILITY, so=so, fix=fix).known_as(Evidence.INFERRED)


@scenario("ENT-CON-04", "A request without a token is refused", Moment.TEST_CONNECTION)
@covers("B06")
def no_token(world: World) -> Scenario:
    """Every request from Entra carries the token. Without it, the target must not return any users or groups."""
    groups = [_without_right(world, Credential.NONE, "Groups", "probe-groups")] if world.profile.group else []
    return Scenario([_without_right(world, Credential.NONE), *groups])


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


@scenario("ENT-CON-05", "A wrong token is refused", Moment.TEST_CONNECTION)
@covers("B06 B07")
def wrong_token(world: World) -> Scenario:
    """The administrator enters the wrong secret token. Test Connection must fail with 401, not with a login page."""
    return Scenario([_without_right(world, Credential.WRONG)])


@scenario(
    "ENT-CON-10", "A change without a valid token is not applied", Moment.TEST_CONNECTION, needs=["changes:displayName"]
)
@covers("B06")
def unauthorised_writes(world: World) -> Scenario:
    """The target must check the token before it does anything, for every HTTP method. A DELETE without a token and a
    PATCH with a wrong one must not change an account, whatever the target returns. The harness reads the account before
    and after."""
    person = world.person()
    return Scenario(
        given=[create_user(world, person), read_before("displayName")],
        steps=[
            _delete_without_token(),
            _change_with_wrong_token(world, person),
            read_back("user").expecting_only(STILL_THERE, NAME_KEPT).explained_by(ACCEPTED_ANYWAY),
        ],
    )


def _delete_without_token() -> Step:
    step = delete("Users", "user").but(credential=Credential.NONE, by=Sender.HARNESS, why="Delete without a token")
    return step.expecting_only(WRITE_REFUSED).explained_by(OPEN_DOORS).may_be_refused()


def _change_with_wrong_token(world: World, person: Person) -> Step:
    step = patch_user(world.plain, [renaming(world, person, "Changed")], why="Change with a wrong token")
    step = step.but(credential=Credential.WRONG)
    return step.expecting_only(WRITE_REFUSED).explained_by(OPEN_DOORS).may_be_refused()


OPEN_DOORS = Because(
    "A target that answers queries without a valid token also accepts changes.",
    {"refused": ["ENT-CON-04#probe.refused", "ENT-CON-05#probe.refused"]},
)


def _unauthorised(asked: Obligation) -> Check:
    so, fix = "anyone who knows the URL can change accounts", "check the bearer token before doing anything else"
    return asked.entra(ms.TUTORIAL, so=so, fix=fix)


WRITE_REFUSED = _unauthorised(refused())
STILL_THERE, NAME_KEPT = _unauthorised(status(200)), _unauthorised(unchanged(paths.parse("displayName")))
ACCEPTED_ANYWAY = Because(
    "An account is not as it was if a change without a valid token was accepted.",
    {key: ["ENT-CON-10#delete.refused", "ENT-CON-10#patch.refused"] for key in ("status", NAME_KEPT.key)},
)


def _other_attributes(profile: Profile) -> Iterable[tuple[str, str]]:
    first = profile.user.matching[0].target.lower()
    offered = {"externalId": "externalId", "emails.work.value": 'emails[type eq "work"].value', "userName": "userName"}
    return [(name, path) for name, path in offered.items() if path.lower() != first]


@scenario(
    "ENT-CON-06", "Test Connection with another matching attribute", Moment.TEST_CONNECTION, rows=_other_attributes
)
@covers("M21 B03 B30")
def probe_by(world: World, attribute: str) -> Scenario:
    """An administrator may match on another attribute; Test Connection then sends the GUID there. The target must
    return an empty result, not an error because a GUID is not an e-mail address."""
    step = _probe(f"Test Connection by {attribute}", user_query(attribute, world.guid()))
    return Scenario([step.expecting(*_nobody_has(attribute))])


def _nobody_has(attribute: str) -> list[Check]:
    source = ms.EMAIL_FILTER if "emails" in attribute else ms.TUTORIAL
    so = f"an administrator who matches on {attribute} cannot connect"
    return [
        status(200).should(source, so=so, fix=f"support the filter {attribute} eq"),
        none_found().should(source, so=so, fix="apply the filter; no user matches a random GUID"),
    ]


def _places(_: Profile) -> Iterable[tuple[str, str]]:
    return {"double-slash": "//Users", "trailing-slash": "/Users/"}.items()


@scenario("ENT-CON-07", "An extra slash", Moment.TEST_CONNECTION, rows=_places)
@covers("B13")
def slashes(world: World, path: str) -> Scenario:
    """An administrator enters the tenant URL with a slash at the end. Microsoft does not document whether Entra then
    sends two slashes; some targets with strict routes are reported to return 404."""
    step = _probe("Test Connection with an extra slash", world.nobody(), path=path)
    return Scenario([step.expecting(SLASH_IGNORED)])


SLASH_IGNORED = (
    status(200)
    .should(ms.SLASHES, so="Test Connection may fail because of a slash", fix="ignore an extra slash")
    .known_as(Evidence.INFERRED)
)


@scenario("ENT-CON-08", "The tenant URL's flag on every request", Moment.TEST_CONNECTION, needs=["changes:displayName"])
@covers("B14")
def flag_everywhere(world: World) -> Scenario:
    """The same for the life of one account, because it is not documented whether Entra forwards the flag: create, read,
    change and delete the account, each time with the valueless parameter in the query."""
    person = world.person()
    change = patch_user(world.plain, [renaming(world, person, "Flagged")])
    steps = [create_user(world, person), read_user(), change, delete("Users", "user")]
    return Scenario([_flagged(step) for step in steps])


def _flagged(step: Step) -> Step:
    """Send the flag with a request, and judge only its status."""
    query = f"{FLAG}&{step.query}" if step.query else FLAG
    so, fix = "provisioning may fail once the flag is set", "ignore unknown query parameters, on writes too"
    answered = step.checks[0].obligation.should(ms.COMPATIBILITY, so=so, fix=fix).known_as(Evidence.INFERRED)
    return step.but(query=query).expecting_only(answered)


@scenario("ENT-CON-09", "Test Connection with an Accept header", Moment.TEST_CONNECTION)
@covers("B05")
def accept_header(world: World) -> Scenario:
    """Entra sends no Accept header; Microsoft's Logic App tests send `application/scim+json`, which a service provider
    MUST support (RFC 7644 section 3.8)."""
    step = _probe(f"Test Connection with Accept: {SCIM_JSON}", world.nobody())
    step = step.but(headers=(("Accept", SCIM_JSON),), by=Sender.HARNESS)
    return Scenario([step.expecting(*ACCEPT_SUPPORTED)])


SCIM_JSON = "application/scim+json"
ACCEPT_SUPPORTED = tuple(
    asked.must(
        rfc7644("3.8"),
        so="Microsoft's Logic App tests for the gallery fail",
        fix=f"return JSON for Accept: {SCIM_JSON}",
    )
    for asked in (status(200), none_found())
)
