"""Sorting (RFC 7644 section 3.4.2.3). The users have a title in common, so that no query returns others.

The values that are compared have the same length, and differ in one letter: digits, punctuation and letter case follow
the collation of the target, which the RFC leaves open.
"""

from dataclasses import replace
from typing import Any

from scim_conformance.entra.world import World
from scim_conformance.rfc.advertised import if_denied, if_offered, unless_denied
from scim_conformance.rfc.conditions import CONFIGURATION, if_indexed, known_schemas
from scim_conformance.rfc.generated import schema_of
from scim_conformance.rfc.lists import family, in_order
from scim_conformance.rfc.obligations import no_crash, value
from scim_conformance.rfc.requests import create, find, get, mark
from scim_conformance.rfc.rows import must, prerequisite, should
from scim_conformance.scenario.checks import Check, Obligation, View
from scim_conformance.scenario.citations import rfc7643
from scim_conformance.scenario.model import Moment, Scenario, covers, scenario
from scim_conformance.scenario.notes import kept
from scim_conformance.scenario.steps import Step
from scim_conformance.scim.paths import elements, member

WRONG = "clients show, or process, users in the wrong order"
ORDERED = must("7644-3.4.2.3-a", so=WRONG, fix="sort the list by the attribute that sortBy names")
ASCENDING = must("7644-3.4.2.3-b", so=WRONG, fix="sort ascending where sortOrder is missing")
REVERSED = must("7644-3.4.2.3-c", so=WRONG, fix="reverse the order for sortOrder=descending")
BY_TYPE = must("7644-3.4.2.3-d", so=WRONG, fix="ignore letter case where caseExact is false")
PART = must("7644-3.4.2.3-f", so=WRONG, fix="sort by the sub-attribute")
FIRST = should("7644-3.4.2.3-f", so=WRONG, fix="sort by the primary value, or the first one")
"""Advice: some targets know sortBy=emails alone, and the RFC does not say how several values are named."""
PAGED = must("7644-3.4.2.3-i", so="clients miss accounts, or see them twice", fix="sort before a page is taken")
BARE = should("7644-3.4.2.3-e", so=WRONG, fix="put what has no value last when ascending, first when descending")
LETTERS = (("b", "B", "c", "a"), ("c", "c", "a", "c"), ("a", "a", "b", "b"))
"""For each of three users: the letters of displayName, nickName, the family name, and the e-mail address."""
MIDDLE = ("b", "a", None)
"""The letter of the middle name of each; the last one has none."""


def _sorted(world: World) -> tuple[str, list[Step]]:
    """Return a filter that finds three users, and the steps that create them and see what is stored of them."""
    start, text, made = mark(world), "", []
    for number, (shown, nick, last, mail) in enumerate(LETTERS, 1):
        body: dict[str, Any] = {
            "title": start,
            "displayName": f"{world.directory.tag}-{shown}",
            "nickName": f"{world.directory.tag}-{nick}",
            "name": {"givenName": "Ada", "familyName": f"{world.directory.tag}-{last}", **_middle(world, number)},
            "emails": [{"type": "work", "value": f"{start}-{mail}@{world.profile.people.domain}"}],
        }
        made.append(create(world, world.person(), f"user{number}", **body))
    text = f'title eq "{start}"'
    (last_step,) = family(world, 3)[1][-1:]
    known = last_step.but(query=find(text).query, keeps="all")
    return text, [if_offered("sort").but(keeps=CONFIGURATION), known_schemas(), *made, known, *_stored(world)]


def _middle(world: World, number: int) -> dict[str, str]:
    letter = MIDDLE[number - 1]
    return {"middleName": f"{world.directory.tag}-{letter}"} if letter else {}


def _stored(world: World) -> list[Step]:
    """See that the target stores the values as they are: it may alter them (RFC 7644 section 3.3)."""
    checks = []
    for name, letter in (("displayName", "b"), ("nickName", "B"), ("name.familyName", "c")):
        told = value(name, f"{world.directory.tag}-{letter}")
        checks.append(prerequisite(told, rfc7643("2.2"), "the target alters the value"))
    step = get("/Users/{user1}", *checks, key="stored", why="Does the target store the values?")
    return [step.but(optional=True)]


@scenario("RFC-SRT-01", "A list is sorted", Moment.MATCH)
@covers("7644-3.4.2.3-a 7644-3.4.2.3-b 7644-3.4.2.3-c 7644-3.4.2.3-d 7644-3.4.2.3-f 7644-3.4.2.3-i 7644-3.4.2.3-e")
def sorting(world: World) -> Scenario:
    """Three users are sorted by displayName in both directions, by nickName regardless of letter case, by the family
    name, and over two pages. The order by e-mail address is advice, and so is the place of a user without the value.
    Without sorting, this does not apply."""
    text, given = _sorted(world)
    pages = [PAGED(if_indexed(in_order(*names, most=2))) for names in (("user3", "user1"), ("user2",))]
    steps = [
        find(text, ORDERED(in_order("user3", "user1", "user2")), key="up", more=f"{BY_NAME}&sortOrder=ascending"),
        find(text, ASCENDING(in_order("user3", "user1", "user2")), key="default", more=BY_NAME),
        find(text, REVERSED(in_order("user2", "user1", "user3")), key="down", more=f"{BY_NAME}{DOWN}"),
        find(text, BY_TYPE(_unless_exact(in_order("user3", "user1", "user2"))), key="folded", more="&sortBy=nickName"),
        find(text, PART(in_order("user2", "user3", "user1")), key="part", more="&sortBy=name.familyName"),
        find(text, FIRST(in_order("user1", "user3", "user2")), key="values", more="&sortBy=emails.value"),
        find(text, pages[0], key="page-one", more=f"{BY_NAME}&startIndex=1&count=2"),
        find(text, pages[1], key="page-two", more=f"{BY_NAME}&startIndex=3&count=2"),
        find(text, _bare(world, "user2", "user1", "user3"), key="bare-last", more="&sortBy=name.middleName"),
        find(text, _bare(world, "user3", "user1", "user2"), key="bare-first", more=f"&sortBy=name.middleName{DOWN}"),
    ]
    return Scenario(steps, given=given, spares=())


def _unless_exact(told: Obligation) -> Obligation:
    """Judge the order without letter case, unless /Schemas says that nickName is case-sensitive."""

    def judge(view: View) -> str | None:
        found = elements(member(schema_of(view.bindings), "attributes"))
        exact = any(member(one, "name") == "nickName" and member(one, "caseExact") is True for one in found)
        return None if exact else told.judge(view)

    return replace(told, judge=judge)


def _bare(world: World, *names: str) -> Check:
    """Check the order by the middle name, if the target has stored it as it was sent."""
    told, sent = in_order(*names), {_middle(world, number).get("middleName") for number in (1, 2, 3)}

    def judge(view: View) -> str | None:
        listed = elements(member(kept("all", view.bindings), "Resources"))
        stored = {member(member(one, "name"), "middleName") for one in listed}
        return told.judge(view) if stored == sent else None

    return BARE(replace(told, judge=judge))


BY_NAME, DOWN = "&sortBy=displayName", "&sortOrder=descending"
HARMLESS = should("7644-3.4.2.3-h", so="clients repeat the request again and again", fix="return 400, or ignore it")


@scenario("RFC-SRT-02", "A sort that cannot be done is no crash", Moment.MATCH)
@covers("7644-3.4.2.3-h")
def bad_sort(world: World) -> Scenario:
    """An unknown sortOrder, or an unknown attribute in sortBy, is refused or ignored: advice."""
    text, given = family(world, 1)
    steps = [
        find(text, HARMLESS(no_crash()), key="order", more="&sortBy=userName&sortOrder=sideways"),
        find(text, HARMLESS(no_crash()), key="attribute", more="&sortBy=sctUnknown"),
    ]
    return Scenario(steps, given=[if_offered("sort"), unless_denied("filter"), *given])


UNSORTED = should("7644-3.4.2.3-g", so="a client that sorts gets nothing", fix="ignore sortBy, or return 400 or 501")


@scenario("RFC-SRT-03", "A target without sorting ignores or refuses it", Moment.MATCH)
@covers("7644-3.4.2.3-g")
def not_offered(world: World) -> Scenario:
    """Where the configuration says that sorting is not supported, sortBy is ignored or refused: advice. With sorting,
    this does not apply."""
    text, given = family(world, 1)
    step = find(text, UNSORTED(no_crash()), more="&sortBy=userName")
    return Scenario([step], given=[if_denied("sort"), unless_denied("filter"), *given])
