"""Listing and paging, as Microsoft's Logic App tests do; the provisioning service itself looks up one by one."""

from collections.abc import Iterable

from scim_conformance.entra import sources as ms
from scim_conformance.entra.membership import create_users, some_group
from scim_conformance.entra.world import World
from scim_conformance.scenario.checks import Obligation, View
from scim_conformance.scenario.citations import rfc7644
from scim_conformance.scenario.model import Moment, Scenario, scenario
from scim_conformance.scenario.obligations import short, status
from scim_conformance.scenario.steps import Step
from scim_conformance.scim.paths import elements, member

MOST = 5
SO = "SCIM_User_Pagination_Test or SCIM_Group_Pagination_Test of Microsoft's Logic App fails"
PEOPLE = tuple(f"listed_{number}" for number in range(1, 12))


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
    """Ask for at least one resource; those of the first page are noted in `seen`."""
    return Obligation("some", "at least one resource", lambda view: _nothing(view, seen))


def _nothing(view: View, seen: set[str]) -> str | None:
    seen.update(_ids(view))
    return None if _ids(view) else "no Resources"


def _new_ones(seen: set[str]) -> Obligation:
    """Ask for resources that no earlier page had; `seen` is filled as the pages come."""
    return Obligation("new", "resources that no earlier page had", lambda view: _repeated(view, seen))


def _repeated(view: View, seen: set[str]) -> str | None:
    ids = _ids(view)
    again = len(seen.intersection(ids))
    seen.update(ids)
    return f"{again} of {len(ids)} stood on an earlier page" if again else None


def _pages(kind: str, starts: Iterable[int], size: int, least: int) -> list[Step]:
    """List in pages; `least` is how many resources are there at the least."""
    seen: set[str] = set()
    return [_page(kind, start, size, least, seen) for start in starts]


def _page(kind: str, start: int, size: int, least: int, seen: set[str]) -> Step:
    query = f"startIndex={start}&count={size}"
    step = Step(f"page-{start}", "GET", f"/{kind}", f"List {kind}, from {start}", query)
    page = step.expecting(
        status(200).should(ms.LOGIC_APP, so=SO, fix="support startIndex and count"),
        _at_most(size).should(rfc7644("3.4.2.4"), so=SO, fix="return no more than count"),
        _echoed(start).should(rfc7644("3.4.2.4"), so=SO, fix="echo startIndex"),
        _counts(least).should(rfc7644("3.4.2.4"), so=SO, fix="let totalResults count everything, not the page"),
    )
    if start == 1:
        return page.expecting(_some(seen).should(ms.LOGIC_APP, so=SO, fix="begin with the first resource"))
    fix = "let a page begin at startIndex, whatever its size"
    return page.expecting(
        _some(set()).should(ms.LOGIC_APP, so=SO, fix=fix),
        _new_ones(seen).should(ms.LOGIC_APP, so=SO, fix="keep one order over all pages"),
    )


def _rest() -> Obligation:
    return Obligation("last", "what is left from startIndex on", _not_the_rest)


def _not_the_rest(view: View) -> str | None:
    # By the answer's own total: others may come and go between two requests, in this very run when it is parallel.
    total, found = view.body.get("totalResults"), len(_ids(view))
    left = max(0, total - int(view.bindings["total"]) + 1) if isinstance(total, int) else 1
    return None if found == min(left, MOST) else f"{found} Resources, of {short(total)} in all"


def _last_page(kind: str) -> Step:
    """Ask from the last resource on: who counts from 0 answers with none, and leaves out the first of all."""
    why = f"List {kind}, from the last on"
    step = Step("last", "GET", f"/{kind}", why, f"startIndex={{total}}&count={MOST}")
    last = _rest().should(rfc7644("3.4.2.4"), so=SO, fix="count from 1: startIndex 1 is the first resource")
    return step.expecting(status(200).should(ms.LOGIC_APP, so=SO, fix="support startIndex and count"), last)


@scenario("ENT-LST-01", "List users in pages", moment=Moment.INITIAL, validator=True, covers="L21 M6")
def users(world: World) -> Scenario:
    """Microsoft's Logic App lists at least eleven users in pages of five: startIndex comes back, and no user comes
    twice. A target may return fewer than asked for. From the last on there is exactly one, since startIndex counts from
    1."""
    first, *others = _pages("Users", (1, 6, 11), 5, len(PEOPLE))
    counted = first.but(takes={"total": "totalResults"})
    return Scenario(given=create_users(world, *PEOPLE), steps=[counted, *others, _last_page("Users")])


@scenario(
    "ENT-LST-02", "List groups in pages", moment=Moment.INITIAL, validator=True, needs=["groups"], covers="L22 M6"
)
def groups(world: World) -> Scenario:
    """The same for groups, in pages of one, so that there are two of them."""
    return Scenario(given=[some_group(world)], steps=_pages("Groups", (1, 2), 1, 2))
