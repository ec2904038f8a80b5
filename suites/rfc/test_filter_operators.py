"""Operators and names in filters (RFC 7644 section 3.4.2.2). As in `test_filter`, no query can return more than two
resources of others."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from scim_conformance.entra.world import World
from scim_conformance.rfc.advertised import if_denied, unless_denied
from scim_conformance.rfc.bodies import ids, resources
from scim_conformance.rfc.conditions import counts, if_without, known_configuration
from scim_conformance.rfc.lists import family, found_among, found_if_served
from scim_conformance.rfc.metadata import moment
from scim_conformance.rfc.obligations import (
    empty_or_refused,
    error,
    found,
    never_lists,
    no_crash,
    refused_or,
    says,
    values,
)
from scim_conformance.rfc.refusals import REFUSED, if_served
from scim_conformance.rfc.requests import (
    NO_PASSWORDS,
    accepted,
    by_name,
    create,
    create_group,
    find,
    mark,
    name_of,
    read,
    shows_members,
    supports,
)
from scim_conformance.rfc.rows import must, should
from scim_conformance.scenario.bodies import Var
from scim_conformance.scenario.checks import Check, Obligation, View
from scim_conformance.scenario.model import Moment, Scenario, covers, scenario
from scim_conformance.scenario.steps import Step
from scim_conformance.scim import urns
from scim_conformance.scim.paths import member

FEW = "&count=2"
OTHERS = "clients get other accounts than they asked for"
DIFFERS = must("7644-3.4.2.2-g", so=OTHERS, fix="return the resources whose value differs")
PARTS = must("7644-3.4.2.2-h", so=OTHERS, fix="compare the beginning, the end or any part of the value")
PRESENT = must("7644-3.4.2.2-i", so=OTHERS, fix="return the resources that have a value")


@scenario("RFC-FLT-15", "ne, co, sw, ew and pr", Moment.MATCH)
@covers("7644-3.4.2.2-g 7644-3.4.2.2-h 7644-3.4.2.2-i")
def operators(world: World) -> Scenario:
    """Three users have a title in common, and one of them has a nickname. Each operator finds exactly the
    users who meet it. A target may refuse an operator with 400, which is not judged. `pr` is not judged where the
    target gives a nickname to all."""
    text, given = family(world, 2, nickName=None)
    nick = f"{world.directory.tag}-mid-end"
    named = create(world, world.person(), "named", title=_title(given), nickName=nick)
    one = str(given[0].creates.name) if given[0].creates else ""
    asked = {
        "differs": (DIFFERS, f'userName ne "{one}"', ("user2", "named")),
        "contains": (PARTS, 'nickName co "-mid-"', ("named",)),
        "contains-not": (PARTS, 'nickName co "-none-"', ()),
        "starts": (PARTS, f'nickName sw "{world.directory.tag}-mid"', ("named",)),
        "starts-not": (PARTS, 'nickName sw "mid-end"', ()),
        "ends": (PARTS, 'nickName ew "mid-end"', ("named",)),
        "present": (PRESENT, "nickName pr", ("named",)),
    }
    steps = [
        find(f"{text} and {said}", rule(_unless_default(key, found_if_served(*names))), key=key)
        for key, (rule, said, names) in asked.items()
    ]
    bare = read("user1", key="bare").but(keeps="bare", settles=False)
    known = [*given[:-1], named, supports("named", nickName=nick), bare]
    return Scenario(steps, given=[unless_denied("filter"), *known, _all(given[-1], "named")], spares=())


def _unless_default(key: str, told: Obligation) -> Obligation:
    return if_without("bare", "nickName", told) if key == "present" else told


def _title(given: list[Step]) -> str:
    return str(given[0].body["title"])


def _all(step: Step, *more: str) -> Step:
    """Return the step of `family` that finds all of them, with more users."""
    (check,) = step.checks
    wanted = found("user1", "user2", *more)
    changed = Check(wanted, check.level, check.citation, check.so, check.fix).vital()
    return step.expecting_only(changed)


ORDERED = must("7644-3.4.2.2-j", so=OTHERS, fix="compare dates by time, and texts by their order")


@scenario("RFC-FLT-16", "gt, ge, lt and le", Moment.MATCH)
@covers("7644-3.4.2.2-j")
def order(world: World) -> Scenario:
    """Two users were created after the year 2001, and not in the future. Texts are compared by their order: their title
    is greater than its own beginning. A time with an offset is compared as the moment that it means: one hour before
    the creation, written with +02:00, is before the creation."""
    text, given = family(world, 2)
    early, late, title = "2001-01-01T00:00:00Z", "2901-01-01T00:00:00Z", _title(given)
    both = ("user1", "user2")
    asked = [
        ("later", f'meta.created gt "{early}"', both),
        ("not-later", f'meta.created ge "{late}"', ()),
        ("earlier", f'meta.created lt "{late}"', both),
        ("not-earlier", f'meta.created le "{early}"', ()),
        ("equal", f'title ge "{title}" and title le "{title}"', both),
        ("greater", f'title gt "{title}"', ()),
        ("above", f'title gt "{title[:-1]}"', both),
        ("below", f'title lt "{title[:-1]}"', ()),
        ("offset", 'meta.created gt "{hour_before}"', both),
    ]
    steps = [find(f"{text} and {said}", ORDERED(found_if_served(*names)), key=key) for key, said, names in asked]
    born = read("user1", key="born").but(makes={"hour_before": _hour_before}, settles=False)
    return Scenario(steps, given=[unless_denied("filter"), *given, born])


def _hour_before(user: Any) -> str:
    """Return one hour before the creation of a user, with the offset +02:00."""
    created = moment(user, "created") or datetime(2001, 1, 1, tzinfo=UTC)
    before = (created - timedelta(hours=1)).astimezone(timezone(timedelta(hours=2)))
    return before.isoformat(timespec="seconds")


NO_ORDER = must("7644-3.4.2.2-k", so="clients treat a wrong answer as a right one", fix="return 400 invalidFilter")
SAID = should("7644-3.4.2.2-k", so="clients cannot tell what is wrong", fix="add scimType invalidFilter")


@scenario("RFC-FLT-17", "Booleans have no order", Moment.MATCH)
@covers("7644-3.4.2.2-k")
def no_order(world: World) -> Scenario:
    """A filter that asks for users whose active is greater than true is refused with 400 and invalidFilter."""
    text, given = family(world, 1)
    step = find(f"active gt true and {text}", NO_ORDER(refused_or(*REFUSED)), SAID(error("invalidFilter")))
    return Scenario([step], given=[unless_denied("filter"), *given, supports("user1", active=True)])


SPELLED = must("7644-3.4.2.2-e", so="accounts are not found", fix="ignore the letter case of names and operators")
NAMED = must("7644-3.4.2.2-q", so="clients that write the URN find no account", fix="read the URN before the name")
SPACES = should("7644-3.4.2.2-ae", so="accounts are not found", fix="ignore spaces around the filter")
LITERAL = must("7644-3.4.2.2-ad", so="a value selects other accounts", fix="read text in quotation marks as text")


@scenario("RFC-FLT-18", "How a filter is written", Moment.MATCH)
@covers("7644-3.4.2.2-e 7644-3.4.2.2-q 7644-3.4.2.2-ae 7644-3.4.2.2-ad")
def spelling(world: World) -> Scenario:
    """The letter case of names and operators does not matter, and a name may have the URN of its schema. Text in
    quotation marks is never read as a part of the filter. Spaces around the filter are advice."""
    person = world.person()
    name, tag = name_of(world, person), world.directory.tag
    steps = [
        find(f'USERNAME EQ "{name}"', SPELLED(found("user")), key="case", more=FEW),
        find(f'{urns.USER}:userName eq "{name}"', NAMED(found_if_served("user")), key="urn", more=FEW),
        find(f' userName eq "{name}" ', SPACES(found("user")), key="spaces", more=FEW),
    ]
    for key, value in (("quotes", f'{tag}\\" or userName pr or userName eq \\"x'), ("words", f"{tag}) or (a and b")):
        steps.append(find(f'userName eq "{value}"', LITERAL(never_lists()), LITERAL(_served()), key=key, more=FEW))
    return Scenario(steps, given=[unless_denied("filter"), create(world, person), create(world, world.person(), "o")])


def _served() -> Obligation:
    """Check that a right filter on userName is served. A 403 comes from something in front of the target."""
    return says(
        "served",
        "status 200",
        lambda view: None if view.answer.status in {200, 403} else f"status {view.answer.status}",
    )


BINDS = must("7644-3.4.2.2-m", so=OTHERS, fix="evaluate `and` before `or`")


@scenario("RFC-FLT-19", "and binds more strongly than or", Moment.MATCH)
@covers("7644-3.4.2.2-m")
def precedence(world: World) -> Scenario:
    """`a or b and c` is `a or (b and c)`: with a wrong c, a alone is found. With parentheses, nothing is found."""
    given = family(world, 2)[1]
    one, two = (step.creates.name for step in given if step.creates is not None)
    either, wrong = f'userName eq "{one}" or userName eq "{two}"', f'title eq "{world.directory.tag}-none"'
    steps = [
        find(f"{either} and {wrong}", BINDS(found_if_served("user1")), key="bare", more=FEW),
        find(f"({either}) and {wrong}", BINDS(found_if_served()), key="grouped", more=FEW),
    ]
    return Scenario(steps, given=[unless_denied("filter"), *given])


DEFAULTED = must("7644-3.4.2.2-v", so="accounts are not found by what they show", fix="filter by the value that is set")


@scenario("RFC-FLT-20", "A value that the target has set is found", Moment.MATCH)
@covers("7644-3.4.2.2-v")
def defaulted(world: World) -> Scenario:
    """A user is created without active. If a read shows active as true, a filter on it finds the user."""
    person = world.person()
    step = find(f"active eq true and {by_name(world, person)}", DEFAULTED(found_if_served("user")), more=FEW)
    given = [unless_denied("filter"), create(world, person, active=None), supports(active=True)]
    return Scenario([step], given=given, spares=())


COUNTED = must("7644-3.4.2.2-aa", so="clients miss accounts", fix="filter first, then return a page of the matches")


@scenario("RFC-FLT-21", "A filter comes before the pages", Moment.MATCH)
@covers("7644-3.4.2.2-aa")
def before_pages(world: World) -> Scenario:
    """Three users match, and a page of one is asked for: totalResults is 3, and the page has one of them."""
    text, given = family(world, 3)
    step = find(text, COUNTED(_of_matches(3, "user1", "user2", "user3")), more="&count=1")
    return Scenario([step], given=[known_configuration(), *given])


def _of_matches(total: int, *names: str) -> Obligation:
    def judge(view: View) -> str | None:
        said = member(view.body, "totalResults")
        other = {*ids(view.body)} - {view.bindings.get(name, "?") for name in names}
        counted = said == total or not counts(view)
        wrong = f"totalResults {said}, and {resources(len(other))} that should not be listed"
        return None if counted and not other else wrong

    return says("matches", f"totalResults {total}, and no resource that does not match", judge)


OF_MEMBER = must("7644-3.4.2.2-ab", so="the groups of a user are not found", fix="compare the value of each member")


@scenario("RFC-FLT-22", "The groups of a member are found", Moment.GROUPS, needs=["groups"])
@covers("7644-3.4.2.2-ab")
def of_member(world: World) -> Scenario:
    """A filter on members.value finds the group that the user is in, and not that of another user. The user may be in
    further groups of the target's own. A target may refuse it with 400."""
    found = OF_MEMBER(if_served(found_among("group", "empty")))
    step = find('members.value eq "{user}"', found, more="&count=50", kind="Groups")
    made = [create(world, world.person()), create(world, world.person(), "other")]
    groups = [create_group(world, members=[{"value": Var("user")}])]
    groups.append(create_group(world, "empty", members=[{"value": Var("other")}]))
    return Scenario(
        [step], given=[unless_denied("filter"), *made, *groups, shows_members("group", values("members", "{user}"))]
    )


ORACLE = should("7644-3.4.2.2-ac", so="a client can guess passwords", fix="refuse a filter on password")


@scenario("RFC-FLT-23", "A filter tells nothing about a password", Moment.MATCH)
@covers("7644-3.4.2.2-ac")
def oracle(world: World) -> Scenario:
    """A filter on the beginning of a password is refused, or finds no user: advice. A target that refuses passwords is
    not judged."""
    person, secret = world.person(), f"Pw-{mark(world)}-9z"
    step = find(f'{by_name(world, person)} and password sw "Pw-"', ORACLE(empty_or_refused()), more=FEW)
    given = [unless_denied("filter"), accepted(create(world, person, password=secret), NO_PASSWORDS)]
    return Scenario([step], given=[*given, find(by_name(world, person), key="plain")], spares=())


UNFILTERED = must(
    "7644-3.4.2.2-b", so="clients link the account of another person", fix="refuse filters, or apply them"
)


@scenario("RFC-FLT-24", "A target without filters does not ignore one", Moment.MATCH)
@covers("7644-3.4.2.2-b")
def unfiltered(world: World) -> Scenario:
    """Where the configuration says that filters are not supported, a filter is refused, or applied all the same. It
    must never return users who do not match. With filters, this does not apply."""
    text = f'userName eq "{world.directory.tag}-none"'
    step = find(text, UNFILTERED(no_crash()), UNFILTERED(empty_or_refused()), more="&count=1")
    return Scenario([step], given=[if_denied("filter"), create(world, world.person())])
