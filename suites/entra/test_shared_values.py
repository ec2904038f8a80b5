"""Two users with one value: an e-mail address that both have, or an externalId that was assigned twice."""

from collections.abc import Iterable

from scim_conformance.entra import needs, payload
from scim_conformance.entra import sources as ms
from scim_conformance.entra.answering import no_server_error
from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.entra.requests import create_user, read_back, read_before, search
from scim_conformance.entra.world import World, user_query
from scim_conformance.scenario.checks import Obligation, View
from scim_conformance.scenario.citations import Evidence, rfc7643, rfc7644
from scim_conformance.scenario.model import Moment, Scenario, scenario
from scim_conformance.scenario.obligations.answers import status
from scim_conformance.scenario.obligations.kept import unchanged
from scim_conformance.scenario.steps import Step
from scim_conformance.scim import paths
from scim_conformance.scim.paths import elements, member


def _shared(profile: Profile) -> Iterable[tuple[str, str]]:
    offered = {"emails.work.value": 'emails[type eq "work"].value', "externalId": "externalId"}
    matching = profile.user.matching[0].target.lower()
    return [(name, path) for name, path in offered.items() if needs.has(profile, path) and path.lower() != matching]


def _another(name: str) -> Obligation:
    """Check that a creation that succeeded created a different resource than the one stored as `name`."""
    return Obligation("another", f"a refusal, or a different account than {{{name}}}", lambda view: _same(view, name))


def _same(view: View, name: str) -> str | None:
    taken = view.answer.ok and member(view.body, "id") == view.bindings.get(name)
    return f"status {view.answer.status} with the id of {{{name}}}" if taken else None


def _all_of(*names: str) -> Obligation:
    """Check for a list of exactly those resources stored under these names that were created."""
    return Obligation("all", "every user with the value, and no others", lambda view: _differ(view, names))


def _differ(view: View, names: tuple[str, ...]) -> str | None:
    wanted = {view.bindings[name] for name in names if name in view.bindings}
    found = [str(member(entry, "id")) for entry in elements(member(view.body, "Resources"))]
    return None if set(found) == wanted and len(found) == len(wanted) else f"{len(found)} instead of {len(wanted)}"


@scenario(
    "ENT-CRE-09",
    "Another user with the same value",
    moment=Moment.CREATE,
    rows=_shared,
    needs=["userName"],
    covers="B50 B52",
)
def shared(world: World, path: str) -> Scenario:
    """Two users share an e-mail address, or the same externalId was assigned twice. Entra finds no account for the
    second userName and sends POST. The target may create a second account or refuse (409). It must not return the first
    account: two users in Entra would then change and disable it. A filter on the value must find every user who has it:
    if there are several, Entra stops for this user (DuplicateTargetEntries) instead of linking the wrong account."""
    first, other = world.person(), world.person()
    parsed = paths.parse(path)
    value = paths.read(payload.user(world.profile, first), parsed)
    body = payload.user(world.profile, other)
    paths.write(body, parsed, value)
    kept = [
        unchanged(paths.parse(name))
        .should(rfc7644("3.3"), so=so, fix="on POST, create a new resource or refuse; never change an existing one")
        .known_as(Evidence.INFERRED)
        for name, so in (
            ("userName", "two people in Entra share one account"),
            (path, "the value no longer finds the first user"),
        )
    ]
    key = f"ENT-CRE-09/{parsed.slug}#create-other.another"
    return Scenario(
        given=[create_user(world, first, "first"), read_before("userName", path, name="first")],
        steps=[
            _creation(create_user(world, other, "other", body=body, key="create-other")),
            read_back("first", *kept).but(after={kept[0].key: (key,)}),
            # If the target does not store the value at all, ENT-CRE-01 reports it.
            *([] if path in world.unkept or not world.is_own(value) else [_query(path, value)]),
        ],
    )


def _creation(step: Step) -> Step:
    fix = "create another account, or return 409 uniqueness"
    answered = no_server_error(fix, key="status")
    another = _another("first").entra(ms.TAKEN_OVER, so="two people in Entra share one account", fix=fix)
    return step.but(
        checks=(another, answered), owner=None, continue_on_failure=True, why="Create another user with the same value"
    )


def _query(path: str, value: str) -> Step:
    plainest = f"ENT-MAT-05/{paths.parse(path).slug}#match"
    explained = {"status": (f"{plainest}.status",), "all": (f"{plainest}.one",)}
    query = user_query(path, value)
    step = search("Users", f"Match by {path}", query, after=explained)
    so = "Entra links the first account that the target returns"
    return step.expecting(
        status(200).should(ms.TUTORIAL, so=so, fix=f"support the filter {path} eq"),
        _all_of("first", "other").should(rfc7643("3.1"), so=so, fix="return every resource that has the value"),
    )
