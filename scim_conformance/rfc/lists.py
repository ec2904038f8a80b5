"""Lists and their pages (RFC 7644 section 3.4.2)."""

from dataclasses import replace
from typing import Any

from scim_conformance.entra.world import World
from scim_conformance.rfc.bodies import ids, is_list, resources
from scim_conformance.rfc.conditions import TYPES, counts
from scim_conformance.rfc.metadata import names_of
from scim_conformance.rfc.obligations import found, says
from scim_conformance.rfc.refusals import REFUSED, if_served
from scim_conformance.rfc.requests import create, find, mark
from scim_conformance.rfc.rows import prerequisite
from scim_conformance.scenario.checks import Obligation, View
from scim_conformance.scenario.citations import rfc7644
from scim_conformance.scenario.notes import kept, status_of
from scim_conformance.scenario.steps import Step
from scim_conformance.scenario.words import short
from scim_conformance.scim import urns
from scim_conformance.scim.paths import attributes, elements, member


def is_list_response() -> Obligation:
    """Check that a response says that it is a ListResponse. A gate."""

    def judge(view: View) -> str | None:
        found = member(view.body, "schemas")
        return None if urns.LIST_RESPONSE in elements(found) else f"schemas is {short(found)}"

    return says("list", f"schemas contains {urns.LIST_RESPONSE}", judge, gate=True)


def total() -> Obligation:
    """Check that totalResults is an integer; a target that offers cursors may leave it out."""

    def judge(view: View) -> str | None:
        found = member(view.body, "totalResults")
        met = type(found) is int or not counts(view)
        return None if met else f"totalResults is {short(found)}"

    return says("total", "totalResults as a JSON integer", judge)


def listed_number(exactly: int | None = None, *, at_most: int | None = None, of: int | None = None) -> Obligation:
    """Check how many resources a page has, and how many there are in total."""

    def judge(view: View) -> str | None:
        number, all_of = len(elements(member(view.body, "Resources"))), member(view.body, "totalResults")
        counted = of in (None, all_of) or not counts(view)
        met = exactly in (None, number) and (at_most is None or number <= at_most) and counted
        return None if met else f"{resources(number)}, and totalResults {short(all_of)}"

    number = resources(exactly) if exactly is not None else f"at most {resources(at_most or 0)}"
    return says("page", number + (f", and totalResults {of}" if of is not None else ""), judge)


def another_page(*names: str) -> Obligation:
    """Check for one resource that is on none of the pages kept under these names."""

    def judge(view: View) -> str | None:
        seen = {one for name in names for one in ids(kept(name, view.bindings))}
        now = ids(view.body)
        met = len(now) == 1 and not seen & {*now}
        return None if met else f"{resources(len(now))}, {len(seen & {*now})} seen before"

    return says("another", f"one resource that is not on the page {' or '.join(names)}", judge)


def same_page(name: str) -> Obligation:
    """Check for the same resources as on the page kept under `name`."""

    def judge(view: View) -> str | None:
        return None if ids(view.body) == ids(kept(name, view.bindings)) else "other resources"

    return says("same-page", f"the same resources as on the page {name}", judge)


def finds(text: str, *names: str, key: str, lacking: str, kind: str = "Users") -> Step:
    """Find exactly these resources, as preparation: where the target does not, the scenario does not apply. It may
    refuse such a filter (RFC 7644 section 3.12, invalidFilter)."""
    told = prerequisite(found(*names), rfc7644("3.4.2.2"), "the filter is not supported")
    return find(text, told, key=key, kind=kind).but(optional=True, also_ok=REFUSED, lacking=lacking)


def family(world: World, number: int, **more: Any) -> tuple[str, list[Step]]:
    """Return a filter that only users of this scenario match, and the steps that create them.

    They have a title in common. The last step finds them all.
    """
    title = mark(world)
    names = [f"user{place}" for place in range(1, number + 1)]
    made = [create(world, world.person(), name, title=title, **more) for name in names]
    text = f'title eq "{title}"'
    lacking = "the target does not find the users of this scenario by their title"
    return text, [*made, finds(text, *names, key="all", lacking=lacking)]


def filters_by(world: World, attribute: str) -> list[Step]:
    """Return the steps that show whether the target supports a plain filter on an attribute of users: without it, what
    a scenario asks of its values does not apply."""
    value = mark(world)
    made = create(world, world.person(), "plain", key="create-plain", **{attribute: value})
    lacking = f"the target does not filter by {attribute}"
    return [made, finds(f'{attribute} eq "{value}"', "plain", key="plain", lacking=lacking)]


def none_counted() -> Obligation:
    """Check for a list without any resource, whose totalResults is 0, or left out by a target that offers cursors."""
    told = none_found()

    def judge(view: View) -> str | None:
        return None if view.answer.ok and not ids(view.body) and not counts(view) else told.judge(view)

    return replace(told, judge=judge)


def not_several() -> Obligation:
    """Check for a list with at most one resource. A target that offers cursors may leave totalResults out."""

    def judge(view: View) -> str | None:
        if not is_list(view):
            return f"no ListResponse: {short(view.body)}"
        number, said = len(ids(view.body)), member(view.body, "totalResults")
        met = number <= 1 and (said == number or not counts(view))
        return None if met else f"totalResults {short(said)} with {resources(number)}"

    return says("single", "a ListResponse with at most one resource", judge, gate=True)


def found_among(name: str, other: str) -> Obligation:
    """Check that a list contains one resource and not another one; it may contain more."""

    def judge(view: View) -> str | None:
        listed = {*ids(view.body)}
        if view.bindings.get(name) not in listed:
            return f"{resources(len(listed))} without {name}"
        return f"{resources(len(listed))} with {other}" if view.bindings.get(other) in listed else None

    return says("found", f"{name} among the resources, and not {other}", judge)


def none_found() -> Obligation:
    """Check for a list without resources."""

    def judge(view: View) -> str | None:
        if not is_list(view):
            return f"no ListResponse: {short(view.body)}"
        total, listed = member(view.body, "totalResults"), elements(member(view.body, "Resources"))
        met = total in (None, 0) and not listed
        return None if met else f"totalResults {short(total)} with {resources(len(listed))}"

    return says("none", "a ListResponse without resources", judge)


def found_if_served(*names: str, key: str = "found") -> Obligation:
    """Check that a list contains exactly these resources. A target may refuse a filter that is right but costly (RFC
    7644 section 3.12, invalidFilter)."""
    return if_served(found(*names, key=key))


def one_made(*steps: str) -> Obligation:
    """Check that one of the creations in these steps succeeded, and that a filter finds what it made. A target that is
    busy may refuse them all."""

    def judge(view: View) -> str | None:
        seen = [status_of(one, view.bindings) for one in steps]
        if 201 not in seen:
            return None if {*seen} & {429, 503} else f"none succeeded: status {' and '.join(map(str, seen))}"
        return None if view.answer.status in REFUSED or ids(view.body) else "the account is not found"

    return says("made", "one creation that succeeded, and its account", judge)


def in_order(*names: str, most: int = 1000) -> Obligation:
    """Check that a list has the resources stored under these names in this order. A refusal with 400 is no order, and a
    page with more than `most` resources is another fault."""

    def judge(view: View) -> str | None:
        if view.answer.status in REFUSED or len(ids(view.body)) > most:
            return None
        known = {view.bindings.get(name, "?"): name for name in names}
        told = [known.get(one, "another resource") for one in ids(view.body)]
        return None if told == [*names] else f"listed: {', '.join(told) or 'none'}"

    return says("order", f"the order {', '.join(names)}", judge)


def numbered() -> Obligation:
    """Check that a page that is not the whole list has startIndex and itemsPerPage as integers."""

    def judge(view: View) -> str | None:
        if member(view.body, "totalResults") == len(ids(view.body)):
            return None
        values = {name: member(view.body, name) for name in ("startIndex", "itemsPerPage")}
        bad = [f"{name} is {short(one)}" for name, one in values.items() if type(one) is not int]
        return bad[0] if bad else None

    return says("numbered", "startIndex and itemsPerPage as integers", judge)


def has_resources() -> Obligation:
    """Check that a list with a total has Resources: an array with entries."""

    def judge(view: View) -> str | None:
        total, listed = member(view.body, "totalResults"), member(view.body, "Resources")
        met = isinstance(listed, list) and (listed or not total)
        return None if met else f"Resources is {short(listed)}, and totalResults {short(total)}"

    return says("resources", "Resources as an array with entries", judge)


def only_type(urn: str) -> Obligation:
    """Check that every resource of a list that says its type is of one with this schema."""
    usual = urn.rpartition(":")[2]

    def judge(view: View) -> str | None:
        listed = elements(member(view.body, "Resources"))
        kinds = {str(member(member(one, "meta"), "resourceType")) for one in listed} - {"None"}
        met = kinds <= (names_of(TYPES, urn, view) or {usual})
        return None if met else f"resources of the types {', '.join(sorted(kinds))}"

    return says("type", f"only resources of the type {usual}", judge)


def as_listed(name: str) -> Obligation:
    """Check that the only resource of a list has every attribute of the one kept under `name`."""

    def judge(view: View) -> str | None:
        listed, before = elements(member(view.body, "Resources")), attributes(kept(name, view.bindings))
        missing = sorted(set(before) - set(attributes(listed[0]) if listed else ()))
        return f"missing in the list: {', '.join(missing)}" if missing else None

    return says("whole", "every attribute that a read by the id shows", judge)


def same_set(name: str) -> Obligation:
    """Check for the same resources, in any order, as in the list kept under `name`."""

    def judge(view: View) -> str | None:
        now, before = ids(view.body), ids(kept(name, view.bindings))
        both = len({*now} & {*before})
        return None if sorted(now) == sorted(before) else f"{resources(len(now))}, of which {both} in the list {name}"

    return says("same-set", f"the same resources as in the list {name}", judge)


def page_of(total: int, *, start: int) -> Obligation:
    """Check that a page which is not the whole list says how many it has, how many there are, and where it begins. A
    target that offers cursors may leave totalResults out (RFC 9865 section 2)."""

    def judge(view: View) -> str | None:
        number = len(ids(view.body))
        wanted = {"totalResults": total} if counts(view) else {}
        wanted |= {"itemsPerPage": number, "startIndex": start}
        wrong = [one for one, right in wanted.items() if member(view.body, one) != right]
        told = f"{wrong[0]} is {short(member(view.body, wrong[0]))}" if wrong and number < total else None
        return told and f"{told}, with {resources(number)} in the page"

    return says("counted", f"itemsPerPage is the number in the page, startIndex {start}, totalResults {total}", judge)


def no_other_case(name: str) -> Obligation:
    """Check that a filter for the id stored under `name` in different letter case finds nothing, or is refused. An id
    without letters has no other case."""

    def judge(view: View) -> str | None:
        known = view.bindings.get(name, "")
        found = ids(view.body) if view.answer.ok and known != known.swapcase() else []
        return "the user is found" if known in found else None

    return says("exact", "not the user whose id has different letter case", judge)
