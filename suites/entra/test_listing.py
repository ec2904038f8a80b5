"""Listing and paging, as in Account Discovery and Microsoft's Logic App tests; provisioning cycles query users one by
one."""

from collections.abc import Iterable, Sequence

from scim_conformance.entra import needs
from scim_conformance.entra import sources as ms
from scim_conformance.entra.membership import create_users, some_group
from scim_conformance.entra.patching import disable
from scim_conformance.entra.requests import delete, read_group
from scim_conformance.entra.walking import Judged, walk
from scim_conformance.entra.world import World
from scim_conformance.scenario.checks import Check, Obligation, View
from scim_conformance.scenario.citations import Evidence
from scim_conformance.scenario.exchange import Sender
from scim_conformance.scenario.model import Moment, Scenario, covers, scenario
from scim_conformance.scenario.obligations.answers import status
from scim_conformance.scenario.steps import Step
from scim_conformance.scenario.words import short
from scim_conformance.scim.paths import AttrPath, elements, member, read

MOST = 5
SO = "Account Discovery misses accounts or never ends; SCIM_User_Pagination_Test of Microsoft's Logic App fails"
SO_GROUPS = "SCIM_Group_Pagination_Test, an optional test of Microsoft's Logic App, fails"
PEOPLE = tuple(f"listed_{number}" for number in range(1, 12))


@scenario("ENT-LST-01", "List users in pages", Moment.DISCOVERY, validator=True, gallery=True, needs=["objects:14"])
@covers("L21 M6 B119")
def users(world: World) -> Scenario:
    """Account Discovery lists every user of a target in pages and matches them with Entra's users; page size and query
    are not published. Microsoft's Logic App lists at least eleven users in pages of five, as a mandatory test for the
    gallery: the response must contain startIndex, and no user may appear twice. The harness also requests a hundred
    users at once; the target may return fewer. From the last user on there is exactly one, because startIndex counts
    from 1. A page beyond the end has status 200 and no users: a client that pages until nothing comes asks for it, and
    so does one for which accounts were deleted meanwhile. Finally, the harness reads the whole list to its end, in at
    most twenty pages: every account must be listed once, a disabled one too. Provisioning cycles query users one by one
    and do not list them, so the reports show this result separately from the verdict."""
    judged = _required_by_discovery(world)
    given = create_users(world, *PEOPLE)
    first, *others = _pages("Users", ((1, 5), (6, 5), (11, 100)), judged, least=len(PEOPLE))
    shown = _matching_attribute_shown(world)
    pages = [page.expecting(shown) for page in (first.but(takes={"total": "totalResults"}), *others)]
    asleep = _asleep(world)
    steps = [*pages, _last_page("Users", judged), _beyond("Users"), *_everyone(world, judged, asleep)]
    return Scenario(given=[*given, *asleep], steps=steps)


def _asleep(world: World) -> list[Step]:
    """Prepare a user to be disabled, if the profile disables users."""
    return create_users(world, "asleep") if needs.has(world.profile, "changes:active") else []


def _everyone(world: World, judged: Judged, asleep: Sequence[Step]) -> list[Step]:
    """List all users to the end, one of them disabled: ENT-DIS-01 checks whether a user can be disabled."""
    whole = walk([*PEOPLE, *(name for step in asleep for name in step.takes)], judged)
    if not asleep:
        return [whole]
    # Disabled, the user is no spare for later scenarios.
    over = delete("Users", "asleep").unjudged().but(by=Sender.HARNESS, why="Delete the disabled user")
    return [disable(world.plain, "asleep").unjudged(), whole, over]


@scenario("ENT-LST-02", "List groups in pages", Moment.DISCOVERY, validator=True, needs=["groups"])
@covers("L22 M6")
def groups(world: World) -> Scenario:
    """The same for groups, in pages of one, so that there are two pages. This is an optional test of the Logic App; it
    is not known whether Account Discovery lists groups."""
    # The neighbours' group is the other one. If it could not be created, there is nothing to check.
    there = read_group("neighbour_group", key="read-neighbour")
    pages = _pages("Groups", ((1, 1), (2, 1)), _advised_by_logic_app, least=2)
    return Scenario(given=[some_group(world), there], steps=pages)


def _required_by_discovery(world: World) -> Judged:
    def judged(obligation: Obligation, fix: str) -> Check:
        return world.demanded(obligation, ms.DISCOVERY, by="gallery", so=SO, fix=fix)

    return judged


def _advised_by_logic_app(obligation: Obligation, fix: str) -> Check:
    return obligation.should(ms.LOGIC_APP, so=SO_GROUPS, fix=fix)


def _pages(kind: str, pages: Iterable[tuple[int, int]], judged: Judged, *, least: int) -> list[Step]:
    """List in pages, each with its start and size; `least` is the minimum number of resources in the target."""
    seen: set[str] = set()
    return [_page(kind, start, seen, judged, size=size, least=least) for start, size in pages]


def _page(kind: str, start: int, seen: set[str], judged: Judged, *, size: int, least: int) -> Step:
    query = f"startIndex={start}&count={size}"
    step = Step(f"page-{start}", "GET", f"/{kind}", f"List {kind}, from {start}", query)
    page = step.expecting(
        judged(status(200), "support startIndex and count"),
        judged(_at_most(size), "return no more than count resources"),
        judged(_echoed(start), "return the requested startIndex"),
        judged(_counts(least), "set totalResults to the number of all resources, not of the page"),
    )
    if start == 1:
        return page.expecting(judged(_some(seen), "start with the first resource"))
    return page.expecting(
        judged(_some(set()), "start each page at startIndex, whatever its size"),
        judged(_new_ones(seen), "use the same order for all pages"),
    )


def _at_most(size: int) -> Obligation:
    return Obligation("count", f"at most {size} Resources", lambda view: _too_many(len(_ids(view)), size))


def _too_many(found: int, size: int) -> str | None:
    return None if found <= size else f"{found} Resources"


def _ids(view: View) -> list[str]:
    return [str(member(entry, "id")) for entry in elements(view.body.get("Resources"))]


def _echoed(start: int) -> Obligation:
    return Obligation("start-index", f"startIndex {start}", lambda view: _other_start(view, start))


def _other_start(view: View, start: int) -> str | None:
    found = view.body.get("startIndex")
    return None if found == start else f"startIndex is {short(found)}"


def _counts(least: int) -> Obligation:
    return Obligation("total", f"totalResults of at least {least}", lambda view: _too_low(view, least))


def _too_low(view: View, least: int) -> str | None:
    found = view.body.get("totalResults")
    return None if isinstance(found, int) and found >= least else f"totalResults is {short(found)}"


def _some(seen: set[str]) -> Obligation:
    """Require at least one resource; `seen` collects the resources of the first page."""
    return Obligation("some", "at least one resource", lambda view: _nothing(view, seen))


def _nothing(view: View, seen: set[str]) -> str | None:
    seen.update(_ids(view))
    return None if _ids(view) else "no Resources"


def _new_ones(seen: set[str]) -> Obligation:
    """Require resources that no earlier page contained; `seen` grows page by page."""
    return Obligation("new", "resources that no earlier page contained", lambda view: _repeated(view, seen))


def _repeated(view: View, seen: set[str]) -> str | None:
    ids = _ids(view)
    again = len(seen.intersection(ids))
    seen.update(ids)
    return f"{again} of {len(ids)} were on an earlier page" if again else None


def _rest() -> Obligation:
    return Obligation("last", "the remaining resources from startIndex on", _not_the_rest)


def _not_the_rest(view: View) -> str | None:
    # Use the response's own total: resources may come and go between two requests, for example in a parallel run.
    total, found = view.body.get("totalResults"), len(_ids(view))
    left = max(0, total - int(view.bindings["total"]) + 1) if isinstance(total, int) else 1
    return None if found == min(left, MOST) else f"{found} Resources, of {short(total)} in total"


def _last_page(kind: str, judged: Judged) -> Step:
    """List from the last resource on: a target that counts from 0 returns nothing here, and skips the first resource
    elsewhere."""
    why = f"List {kind} from the last one on"
    step = Step("last", "GET", f"/{kind}", why, f"startIndex={{total}}&count={MOST}")
    last = judged(_rest(), "count from 1: startIndex 1 is the first resource")
    return step.expecting(judged(status(200), "support startIndex and count"), last)


def _beyond(kind: str) -> Step:
    """List from far beyond the end. Whether Microsoft's clients ask for such a page is not known, so it is advice."""
    why, query = f"List {kind} from beyond the end", f"startIndex={{total}}00&count={MOST}"
    step = Step("beyond", "GET", f"/{kind}", why, query)
    asked = (
        (status(200), "return 200 with no resources: the endpoint exists, whatever the page"),
        (Obligation("empty", "no Resources", lambda view: _too_many(len(_ids(view)), 0)), "do not repeat a page"),
        (_counts(1), "set totalResults to the number of all resources, on each page"),
    )
    so = "a client that pages until nothing comes fails at the end of the list, or never ends"
    return step.expecting(*(one.should(ms.DISCOVERY, so=so, fix=fix).known_as(Evidence.INFERRED) for one, fix in asked))


def _matching_attribute_shown(world: World) -> Check:
    shown = _matchable(world.match_rule(world.person()).path)
    fix = "return the matching attribute in lists too"
    return shown.should(ms.DISCOVERY, so=SO, fix=fix).known_as(Evidence.INFERRED)


def _matchable(path: AttrPath) -> Obligation:
    """Check that the listed users of this run have the attribute by which they are matched."""
    return Obligation("matching", f"{path.text} in every resource that has it", lambda view: _unmatchable(view, path))


def _unmatchable(view: View, path: AttrPath) -> str | None:
    ours = {view.bindings.get(name) for name in PEOPLE}
    found = [entry for entry in elements(view.body.get("Resources")) if str(member(entry, "id")) in ours]
    lacking = sum(read(entry, path) is None for entry in found)
    return f"missing in {lacking} of {len(found)}" if lacking else None
