"""Two people with one value: an address that both have, or an externalId that was given twice."""

from collections.abc import Iterable
from dataclasses import replace

from scim_conformance.entra import payload
from scim_conformance.entra import sources as ms
from scim_conformance.entra.expectations import value_of
from scim_conformance.entra.profile import Profile
from scim_conformance.entra.steps import create_user, read_back
from scim_conformance.entra.world import World, user_query
from scim_conformance.scenario.checks import Obligation, View
from scim_conformance.scenario.citations import rfc7643, rfc7644
from scim_conformance.scenario.model import Moment, Scenario, scenario
from scim_conformance.scenario.obligations import status, status_below, stored
from scim_conformance.scenario.steps import Step
from scim_conformance.scim import paths
from scim_conformance.scim.paths import elements, member


def _shared(profile: Profile) -> Iterable[tuple[str, str]]:
    offered = {"emails.work.value": 'emails[type eq "work"].value', "externalId": "externalId"}
    matching = profile.user.matching[0].target
    return [(name, path) for name, path in offered.items() if profile.has(path) and path != matching]


def _another(name: str) -> Obligation:
    """Ask that a creation which succeeded made something else than the resource taken as `name`."""
    return Obligation("another", f"a refusal, or another account than {{{name}}}", lambda view: _same(view, name))


def _same(view: View, name: str) -> str | None:
    taken = view.answer.ok and member(view.body, "id") == view.bindings.get(name)
    return f"status {view.answer.status} with the id of {{{name}}}" if taken else None


def _all_of(*names: str) -> Obligation:
    """Ask for a list of exactly those of the resources taken under these names that were made."""
    return Obligation("all", "everybody who has the value, and nobody else", lambda view: _differ(view, names))


def _differ(view: View, names: tuple[str, ...]) -> str | None:
    wanted = {view.bindings[name] for name in names if name in view.bindings}
    found = [str(member(entry, "id")) for entry in elements(member(view.body, "Resources"))]
    return None if set(found) == wanted and len(found) == len(wanted) else f"{len(found)} instead of {len(wanted)}"


@scenario(
    "ENT-CRE-09",
    "Somebody else with the same value",
    moment=Moment.CREATE,
    rows=_shared,
    needs=["userName"],
    covers="B50 B52",
)
def shared(world: World, path: str) -> Scenario:
    """Two people share an address, or one externalId was given twice. Entra found nobody under the second userName and
    POSTs. The target may make a second account or refuse (409); it must not answer with the first account, which two
    people in Entra would then change and disable. A filter on the value names everybody who has it: where these are
    several, Entra stops at this person (DuplicateTargetEntries) instead of linking a stranger."""
    first, other = world.person(), world.person()
    parsed = paths.parse(path)
    value = paths.read(payload.user(world.profile, first), parsed)
    body = payload.user(world.profile, other)
    paths.write(body, parsed, value)
    kept = stored(paths.parse("userName"), value_of(world, first, "userName"), prefix="kept").must(
        rfc7644("3.3"), so="two people in Entra share one account", fix="POST makes a resource or refuses"
    )
    key = f"ENT-CRE-09/{parsed.slug}#create-other.another"
    return Scenario(
        given=[create_user(world, first, "first")],
        steps=[
            _creation(create_user(world, other, "other", body=body, key="create-other")),
            read_back("first", kept).but(after={kept.key: (key,)}),
            # Who does not keep the value at all is told so by ENT-CRE-01.
            *([] if path in world.unkept else [_query(path, str(value))]),
        ],
    )


def _creation(step: Step) -> Step:
    fix = "make another account, or answer 409 uniqueness"
    answered = status_below(500).should(
        ms.EXTERNAL_ID_500, so="Entra takes it for a passing fault and retries for ever", fix=fix
    )
    another = _another("first").entra(ms.TAKEN_OVER, so="two people in Entra share one account", fix=fix)
    return replace(step, checks=(another, answered), owner=None, go_on=True, why="Create somebody else with the value")


def _query(path: str, value: str) -> Step:
    plainest = f"ENT-MAT-05/{paths.parse(path).slug}#match"
    explained = {"status": (f"{plainest}.status",), "all": (f"{plainest}.one",)}
    query = user_query(path, value)
    step = Step("match", "GET", "/Users", f"Match by {path}", query, settles=True, after=explained)
    so = "Entra links whoever the target names first"
    return step.expecting(
        status(200).should(ms.TUTORIAL, so=so, fix=f"support the filter {path} eq"),
        _all_of("first", "other").should(rfc7643("3.1"), so=so, fix="return every resource for which the filter holds"),
    )
