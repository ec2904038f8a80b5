"""What a scenario is built from: the profile, and its own users and groups."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scim_conformance.entra import payload
from scim_conformance.entra.dialects import DIALECTS, Dialect
from scim_conformance.entra.directory.people import PeopleMaker, Person, Team
from scim_conformance.entra.directory.wanted import directory_of, example_of
from scim_conformance.entra.expressions.values import ExpressionError
from scim_conformance.entra.profiles.mapping import AttributeMapping
from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.entra.typed import unheard_of
from scim_conformance.scenario import tags
from scim_conformance.scenario.checks import Check, Obligation
from scim_conformance.scenario.citations import Citation
from scim_conformance.scenario.steps import Step
from scim_conformance.scim import filters, paths
from scim_conformance.scim.urlencode import dotnet_quote


@dataclass(frozen=True)
class Neighbours:
    """What a process of a run knows about its neighbours: the first user, and which of that user's values were not
    stored."""

    person: Person | None = None
    unkept: frozenset[str] = frozenset()
    plain: Dialect | None = None
    """The dialect in which a member was added, if it is not the usual one."""
    joins: bool = True
    """Whether a member could be added to a group, in any dialect."""


NONE_YET = Neighbours()


@dataclass(frozen=True)
class World:
    """A scenario's view: `profile`, and a `directory` that creates the users of this scenario."""

    profile: Profile
    directory: PeopleMaker
    unkept: frozenset[str] = frozenset()
    """Target paths that this target did not store when a neighbour was created: ENT-CRE-01 reports them, once."""
    neighbour: Person | None = None
    """The user who always exists, stored as `neighbour`; None if nothing is played."""
    dialects: Sequence[Dialect] = DIALECTS
    """The dialects of the run, in the order in which they are played."""
    adds_in: Dialect | None = None
    """See `Neighbours.plain`."""
    joins: bool = True
    """See `Neighbours.joins`: if it is not so, what does not need members is judged without them."""

    @property
    def plain(self) -> Dialect:
        """The dialect of scenarios in which it does not matter: the compliant one, if it is played and supported.

        A target that supports only one dialect is then judged in it, and does not fail because of the other.
        """
        return self.adds_in or plainest(self.dialects)

    def person(self) -> Person:
        """Create the next user of this scenario."""
        return self.directory.person()

    def team(self) -> Team:
        """Create the next group of this scenario."""
        return self.directory.team()

    def guid(self) -> str:
        """Create the next random GUID of this scenario."""
        return self.directory.guid()

    def renamed(self, word: str, name: str) -> str:
        """Return another name made from one of ours with a word: it still starts with the run's tag."""
        return self.directory.renamed(word, name)

    def body(self, person: Person, but: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Return the body of the request that creates a user; `but`: other values, by target path."""
        body = payload.user(self.profile, person)
        for path, value in (but or {}).items():
            paths.write(body, paths.parse(path), value)
        return body

    def once(self, dialect: Dialect, *steps: Step) -> list[Step]:
        """Return steps for the first dialect of the run, and none for the others: they check the same in either."""
        return [step.but(once_per_target=True) for step in steps] if dialect is self.dialects[0] else []

    def once_in_last(self, dialect: Dialect, *steps: Step) -> list[Step]:
        """As `once`, for the last dialect of the run: another scenario sends the same in the first."""
        return [step.but(once_per_target=True) for step in steps] if dialect is self.dialects[-1] else []

    def demanded(self, obligation: Obligation, source: Citation, *, by: str, so: str, fix: str = "") -> Check:
        """Return a check that is ENTRA if the profile `requires` what `by` names, and advice otherwise.

        Its label says so, whatever the profile.
        """
        applies = by in self.profile.requires
        return obligation.entra_where(f"the profile requires {by}", applies=applies, source=source, so=so, fix=fix)

    def match_rule(self, person: Person) -> AttributeMapping:
        """Return the rule that finds this user: the first with a value, because Entra skips those without.

        A rule whose value many share comes after those that identify one user: with several matches, Entra stops.
        """
        return self._rule(self.profile.user.matching, person.attributes)

    def match_value(self, person: Person) -> Any:
        """Return the value by which this user is matched."""
        return self.match_rule(person).match_value(person.attributes)

    def group_rule(self, team: Team) -> AttributeMapping:
        """Return the rule that finds this group; the default one if the profile has no groups."""
        return self._rule(_group_rules(self.profile), team.attributes)

    def _rule(self, rules: Sequence[AttributeMapping], attributes: dict[str, Any]) -> AttributeMapping:
        own = (row for row in rules if self.is_own(row.match_value(attributes)))
        return next(own, None) or _first(rules, attributes)

    def group_value(self, team: Team) -> Any:
        """Return the value by which this group is matched."""
        return self.group_rule(team).match_value(team.attributes)

    def probed(self, kind: str = "Users") -> str:
        """Return the attribute that Test Connection queries."""
        return probe_rule(self.profile, kind).target

    def nobody(self, kind: str = "Users") -> str:
        """Return the query that finds nothing: Test Connection's, by the first matching attribute."""
        return probe_query(self.profile, self.guid(), kind)

    def is_own(self, value: Any) -> bool:
        """Return whether a value belongs to exactly one user or group of this run: a match then finds exactly this one.

        Many users may share a title, a department, a role or a number.
        """
        return isinstance(value, str) and tags.names_one(self.directory.tag, value)


def plainest(dialects: Sequence[Dialect]) -> Dialect:
    """Return the compliant dialect, if it is among these."""
    return Dialect.COMPLIANT if Dialect.COMPLIANT in dialects else dialects[0]


@dataclass(frozen=True)
class Origin:
    """What every world of a run is built from: read from `result.json` when the run is judged again."""

    profile: Profile
    tag: str
    seed: int
    dialects: Sequence[Dialect]

    def world(self, scope: str, neighbours: Neighbours = NONE_YET) -> World:
        """Return the world of a scope: the same users for the same seed, tag and scope."""
        made = directory_of(self.profile, self.tag, scope, self.seed)
        known = (neighbours.unkept, neighbours.person, self.dialects, neighbours.plain, neighbours.joins)
        return World(self.profile, made, *known)

    def neighbours(
        self, process: str, unkept: Sequence[str], plain: str | None = None, *, again: bool = False
    ) -> Neighbours:
        """Return what a process knows about its neighbours; their first user is the first one of their scope.

        `again`: they were created a second time, without what the target refuses.
        """
        first = self.world(scope_of_neighbours(process, again=again)).person()
        joins = plain != UNJOINED
        return Neighbours(first, frozenset(unkept), Dialect(plain) if plain is not None and joins else None, joins)


UNJOINED = "none"
"""In place of the dialect in which a process could add members: in none."""


def scope_of_neighbours(process: str, *, again: bool = False) -> str:
    """Return the scope from which the neighbours of a process are created; `again`: a second time."""
    return f"neighbours-{process}{'-again' if again else ''}"


def _first(rules: Sequence[AttributeMapping], attributes: dict[str, Any]) -> AttributeMapping:
    return next((row for row in rules if row.match_value(attributes) is not None), rules[0])


def _group_rules(profile: Profile) -> list[AttributeMapping]:
    return (
        profile.group.matching
        if profile.group
        else [AttributeMapping(target="displayName", source="displayName", match=1)]
    )


def probe_query(profile: Profile, guid: str, kind: str = "Users") -> str:
    """Return the query of Test Connection on users or groups: a GUID as the first matching attribute."""
    rule = probe_rule(profile, kind)
    value = unheard_of(rule.kind, guid)
    return user_query(rule.target, value) if kind == "Users" else group_query(rule.target, value)


def probe_rule(profile: Profile, kind: str = "Users") -> AttributeMapping:
    """Return the rule that Test Connection uses: the first whose value can be one that no resource has; a boolean
    cannot."""
    rules = profile.user.matching if kind == "Users" else _group_rules(profile)
    return next((row for row in rules if row.kind != "Boolean"), AttributeMapping(target="userName"))


def unmatchable(profile: Profile) -> str | None:
    """Return why no user can be matched: no generated user has a matching attribute; None if some can."""
    person = example_of(profile, "match").person()
    row = _first(profile.user.matching, person.attributes)
    if row.match_value(person.attributes) is not None:
        return None
    what = row.source or row.expression
    said = f"the profile {profile.name} matches users on {row.target}, and no generated user has {what}"
    return f"{said}: add `sample` values to that mapping"


def untagged(profile: Profile) -> str | None:
    """Return why the names of users or groups cannot be distinguished from others; None if they can.

    The run writes only to resources whose name carries its tag (see `target.ledger`).
    """
    made = example_of(profile, "names")
    names = {"userName": paths.member(payload.user(profile, made.person()), "userName")}
    if profile.group is not None:
        names["displayName"] = paths.member(payload.group(profile, made.team()), "displayName")
    unlike = [(attribute, name) for attribute, name in names.items() if not tags.carries(tags.EXAMPLE, str(name))]
    return _unlike(profile, *unlike[0]) if unlike else None


def stays_named(profile: Profile, change: Callable[[Person], Person]) -> bool:
    """Return whether users who are changed like this still have a userName with the tag, and a matching value."""
    person = change(example_of(profile, "names").person())
    try:
        name = paths.member(payload.user(profile, person), "userName")
        matches = any(row.match_value(person.attributes) is not None for row in profile.user.matching)
    except ExpressionError:
        return False  # the scenarios of all users report what is wrong with the expression
    return matches and tags.carries(tags.EXAMPLE, str(name))


def group_stays_named(profile: Profile, change: Callable[[str], str]) -> bool:
    """Return whether groups whose name is changed like this still have a displayName with the tag."""
    if profile.group is None:
        return False
    team = example_of(profile, "names").team()
    try:
        body = payload.group(profile, team.with_(displayName=change(team.display_name)))
    except ExpressionError:
        return False
    return tags.carries(tags.EXAMPLE, str(paths.member(body, "displayName")))


def _unlike(profile: Profile, attribute: str, name: object) -> str:
    what, source = ("user", "userPrincipalName") if attribute == "userName" else ("group", "displayName")
    made = f"maps no source to a {what}'s {attribute}" if name is None else f"sets {attribute} to {str(name)[:60]!r}"
    return (
        f"the profile {profile.name} {made}, so the run cannot tell its {what}s from others: map {attribute} from "
        f"an attribute that is sent unchanged, such as {source}"
    )


def user_query(attribute: str, value: str | int | bool) -> str:
    """Return the raw query of a match on users, as sent: `filter=userName+eq+%22…%22`."""
    return "filter=" + dotnet_quote(filters.eq(attribute, value))


def group_query(attribute: str, value: str | int | bool) -> str:
    """Return the raw query of a match on groups. Entra never requests members here (Microsoft's tutorial)."""
    return "excludedAttributes=members&" + user_query(attribute, value)
