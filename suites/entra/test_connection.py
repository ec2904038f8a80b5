"""Test Connection: the administrator pastes tenant URL and secret token and presses the button."""

from collections.abc import Iterable
from dataclasses import replace

from scim_conformance.entra import sources as ms
from scim_conformance.entra.dialects import FLAG, Change, Dialect
from scim_conformance.entra.expectations import value_of
from scim_conformance.entra.profile import Profile
from scim_conformance.entra.steps import (
    UNFILTERED,
    answers_queries,
    create_user,
    delete,
    nobody,
    patch_user,
    probe,
    read_back,
    read_user,
)
from scim_conformance.entra.world import World, group_query, user_query
from scim_conformance.scenario.citations import Evidence, rfc7644
from scim_conformance.scenario.exchange import Credential, Sender
from scim_conformance.scenario.model import Moment, Scenario, scenario
from scim_conformance.scenario.obligations import none_found, not_html, refused, status, stored
from scim_conformance.scenario.steps import Step
from scim_conformance.scim import paths


@scenario(
    "ENT-CON-01",
    "Test Connection asks for a random user",
    moment=Moment.TEST_CONNECTION,
    covers="U4 M14 M19 M36 B01 B04 B05 B23 B32",
)
def probe_users(world: World) -> Scenario:
    """Entra filters users by the first matching attribute with a random GUID, on Test Connection and at the start of
    every cycle and every on-demand run. It sends neither User-Agent nor Accept. The target must answer 200 with an
    empty ListResponse; 404, 403 or an HTML page put the job into quarantine."""
    return Scenario([probe(world)])


@scenario(
    "ENT-CON-02", "Test Connection asks for a random group", moment=Moment.TEST_CONNECTION, covers="G4 M14 M19 B02"
)
def probe_groups(world: World) -> Scenario:
    """Microsoft documents that a random user and a random group are asked for; older captures show the user alone. So
    a target without groups in its profile is only advised to answer 200 with an empty list."""
    query = group_query(world.group_match, world.guid())
    step = Step("probe", "GET", "/Groups", "Test Connection asks for a random group", query, after=UNFILTERED)
    so = "Test Connection fails with SystemForCrossDomainIdentityManagementServiceIncompatible"
    if world.profile.group is None:
        fix = "answer 200 with an empty ListResponse, though there are no groups"
        return Scenario(
            [step.expecting(status(200).should(ms.TUTORIAL, so=so, fix=fix), none_found().should(ms.TUTORIAL, so=so))]
        )
    return Scenario([step.expecting(answers_queries(so), nobody(so))])


@scenario("ENT-CON-03", "The tenant URL's flag does not disturb", moment=Moment.TEST_CONNECTION, covers="B14")
def flag_in_query(world: World) -> Scenario:
    """Whether Entra forwards the valueless parameter `aadOptscim062020` of the tenant URL is not documented. A target
    that refuses unknown query parameters would fail if it does."""
    query = f"{FLAG}&" + user_query(world.user_match.target, world.guid())
    step = Step("probe", "GET", "/Users", "Test Connection with the flag in the query", query, after=UNFILTERED)
    so, fix = "Test Connection may fail as soon as the flag is set", "ignore unknown query parameters"
    return Scenario(
        [
            step.expecting(
                status(200).should(ms.COMPATIBILITY, so=so, fix=fix).known_as(Evidence.INFERRED),
                none_found().should(ms.COMPATIBILITY, so=so, fix=fix).known_as(Evidence.INFERRED),
            )
        ]
    )


def _without_right(world: World, credential: Credential, kind: str = "Users", key: str = "probe") -> Step:
    matching = world.user_match.target if kind == "Users" else world.group_match
    query, why = user_query(matching, world.guid()), f"Test Connection, {kind}, token: {credential}"
    by = Sender.HARNESS if credential is Credential.NONE else Sender.ENTRA
    step = Step(key, "GET", f"/{kind}", why, query, credential=credential, by=by)
    return step.expecting(
        refused().entra(
            ms.TUTORIAL,
            so="anybody who knows the URL reads and changes the accounts, and a mistyped token passes Test Connection",
            fix="check the bearer token on every request",
        ),
        status(401).should(
            rfc7644("3.12"),
            so="the administrator is not told that it is the token",
            fix="answer 401 with WWW-Authenticate",
        ),
        not_html().should(
            ms.TUTORIAL, so="Entra says only “You appear to have entered invalid credentials”", fix="answer JSON"
        ),
    )


@scenario("ENT-CON-04", "No token is refused", moment=Moment.TEST_CONNECTION, covers="B06")
def no_token(world: World) -> Scenario:
    """Every request of Entra's carries the token. Without it the target must not serve anything, users or groups."""
    groups = [_without_right(world, Credential.NONE, "Groups", "probe-groups")] if world.profile.group else []
    return Scenario([_without_right(world, Credential.NONE), *groups])


@scenario("ENT-CON-05", "A wrong token is refused", moment=Moment.TEST_CONNECTION, covers="B06 B07")
def wrong_token(world: World) -> Scenario:
    """The administrator pastes the wrong secret token. Test Connection must fail, with 401 and without a login page."""
    return Scenario([_without_right(world, Credential.WRONG)])


@scenario(
    "ENT-CON-10",
    "A change without the right token is not made",
    moment=Moment.TEST_CONNECTION,
    needs=["displayName"],
    covers="B06",
)
def unauthorised_writes(world: World) -> Scenario:
    """The token is looked at before anything is done, on every verb: neither a DELETE without one nor a PATCH with a
    wrong one changes an account, whatever it is answered with."""
    person = world.person()
    change = [Change("displayName", "Changed without the token")]
    without = delete("Users", "user").but(credential=Credential.NONE, by=Sender.HARNESS, why="Delete without a token")
    wrong = patch_user(Dialect.COMPLIANT, change).but(credential=Credential.WRONG, why="Change with a wrong token")
    so, fix = "anybody who knows the URL changes the accounts", "check the bearer token before anything else is done"
    served = refused().entra(ms.TUTORIAL, so=so, fix=fix)
    there = status(200).entra(ms.TUTORIAL, so=so, fix=fix)
    name = paths.parse("displayName")
    kept = stored(name, value_of(world, person, "displayName"), prefix="kept").entra(ms.TUTORIAL, so=so, fix=fix)
    open_doors = {"refused": ("ENT-CON-04#probe.refused", "ENT-CON-05#probe.refused")}
    done = ("ENT-CON-10#delete.refused", "ENT-CON-10#patch.refused")
    return Scenario(
        given=[create_user(world, person)],
        steps=[
            replace(without, checks=(served,), owner=None, go_on=True, after=open_doors),
            replace(wrong, checks=(served,), go_on=True, after=open_doors),
            replace(
                read_back("user"),
                checks=(there, *([] if "displayName" in world.unkept else [kept])),
                after={"status": done, kept.key: done},
            ),
        ],
    )


def _other_attributes(profile: Profile) -> Iterable[tuple[str, str]]:
    first = profile.user.matching[0].target
    offered = {"externalId": "externalId", "emails.work.value": 'emails[type eq "work"].value', "userName": "userName"}
    return [(name, path) for name, path in offered.items() if path != first]


@scenario(
    "ENT-CON-06",
    "The probe with another matching attribute",
    moment=Moment.TEST_CONNECTION,
    rows=_other_attributes,
    covers="M21 B03 B30",
)
def probe_by(world: World, attribute: str) -> Scenario:
    """An administrator may match on another attribute; the probe then carries its GUID there. It must be answered as
    “not found”, not refused because a GUID is no e-mail address."""
    query = user_query(attribute, world.guid())
    step = Step("probe", "GET", "/Users", f"Test Connection by {attribute}", query, after=UNFILTERED)
    source = ms.EMAIL_FILTER if "emails" in attribute else ms.TUTORIAL
    so = f"an administrator who matches on {attribute} cannot connect"
    return Scenario(
        [
            step.expecting(
                status(200).should(source, so=so, fix=f"support the filter {attribute} eq"),
                none_found().should(source, so=so, fix="apply the filter; nothing matches a random GUID"),
            )
        ]
    )


def _places(_: Profile) -> Iterable[tuple[str, str]]:
    return {"double-slash": "//Users", "trailing-slash": "/Users/"}.items()


@scenario("ENT-CON-07", "A slash too many", moment=Moment.TEST_CONNECTION, rows=_places, covers="B13")
def slashes(world: World, path: str) -> Scenario:
    """An administrator pastes the tenant URL with a slash at its end. Whether Entra then sends two slashes is not
    documented; targets with strict routes were reported to answer 404."""
    query = user_query(world.user_match.target, world.guid())
    step = Step("probe", "GET", path, "Test Connection with a slash too many", query, after=UNFILTERED)
    so, fix = "Test Connection may fail for a slash", "ignore a slash too many"
    answered = status(200).should(ms.SLASHES, so=so, fix=fix).known_as(Evidence.INFERRED)
    return Scenario([step.expecting(answered)])


def _flagged(step: Step) -> Step:
    query = f"{FLAG}&{step.query}" if step.query else FLAG
    so, fix = "provisioning may fail as soon as the flag is set", "ignore unknown query parameters, on writes too"
    answered = step.checks[0].obligation.should(ms.COMPATIBILITY, so=so, fix=fix).known_as(Evidence.INFERRED)
    return step.but(query=query, checks=(answered,), owner=None)


@scenario(
    "ENT-CON-08",
    "The tenant URL's flag on every request",
    moment=Moment.TEST_CONNECTION,
    needs=["displayName"],
    covers="B14",
)
def flag_everywhere(world: World) -> Scenario:
    """The same for the life of one account, since it is not documented whether Entra forwards the flag: created, read,
    changed and deleted, each with the valueless parameter in the query."""
    person = world.person()
    change = [Change("displayName", "Flagged")]
    steps = [
        create_user(world, person),
        read_user(),
        patch_user(Dialect.COMPLIANT, change),
        delete("Users", "user"),
    ]
    return Scenario([_flagged(step) for step in steps])


@scenario("ENT-CON-09", "The probe with an Accept header", moment=Moment.TEST_CONNECTION, covers="B05")
def accept_header(world: World) -> Scenario:
    """Entra sends no Accept header; Microsoft's Logic App tests send `application/scim+json`, which a service provider
    MUST support (RFC 7644 section 3.8)."""
    media = "application/scim+json"
    query = user_query(world.user_match.target, world.guid())
    why = f"Test Connection with Accept: {media}"
    step = Step("probe", "GET", "/Users", why, query, headers=(("Accept", media),), by=Sender.HARNESS, after=UNFILTERED)
    so, fix = "Microsoft's Logic App tests for the gallery fail", f"answer JSON to Accept: {media}"
    answered, nothing = (one.must(rfc7644("3.8"), so=so, fix=fix) for one in (status(200), none_found()))
    return Scenario([step.expecting(answered, nothing)])
