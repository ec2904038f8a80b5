"""Match after a change: the account is found by the new value, and no longer by the old one."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from scim_conformance.entra import needs
from scim_conformance.entra.dialects import Change, Dialect
from scim_conformance.entra.directory.people import Person
from scim_conformance.entra.expectations import value_of
from scim_conformance.entra.finding import found_by
from scim_conformance.entra.matching import match_by
from scim_conformance.entra.patching import disable
from scim_conformance.entra.profiles.mapping import AttributeMapping
from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.entra.requests import create_user, match_user, patch_user
from scim_conformance.entra.world import World
from scim_conformance.scenario.checks import Check, View
from scim_conformance.scenario.citations import rfc7644
from scim_conformance.scenario.model import Moment, Scenario, covers, scenario
from scim_conformance.scenario.notes import kept
from scim_conformance.scenario.obligations.lists import found_only, nobody_or_refused
from scim_conformance.scenario.steps import Because, Step
from scim_conformance.scim import paths

ALSO = ("externalId", 'emails[type eq "work"].value')
"""What administrators often choose later to match on."""


def _changing(profile: Profile) -> Iterable[tuple[str, str]]:
    """The first matching attribute, unless it is userName; ENT-UPD-03 changes that one."""
    first = next((row for row in profile.user.matching if needs.has(profile, row.target)), profile.user.matching[0])
    others = [one for one in ALSO if one.lower() != first.target.lower()]
    return [
        (paths.parse(one).slug, one)
        for one in (first.target, *others)
        if one.lower() != "username" and needs.has(profile, f"changes:{one}")
    ]


@scenario("ENT-MAT-09", "A changed matching value is found", Moment.MATCH, rows=_changing, dialects="either")
@covers("M21")
def changed_value(world: World, dialect: Dialect, attribute: str) -> Scenario:
    """The matching value of a user changes, such as the work e-mail address after a marriage. The account must be found
    by the new value and no longer by the old one. An index that is not updated leads to a second account, or links the
    next user who gets the old value. externalId and the work address are checked too where the profile does not match
    on them, because administrators often choose them later: a target need not support such a filter, but must not find
    the old value.
    Then the user is disabled. A filter that found the account must still find it: a filter finds every resource that
    matches (RFC 7644 section 3.4.2.2), and Entra needs inactive accounts too."""
    person, other = world.person(), world.person()
    rule = world.profile.user.find(attribute) or world.match_rule(person)
    if not rule.match:
        return _only_mapped(world, dialect, person, other, rule)
    new = rule.match_value(other.attributes)
    steps = [
        patch_user(dialect, [Change(attribute, new)]),
        match_user(world, person, "user", key="match-new", rule=rule, value=new),
    ]
    # Two users may have the same title: then the new value equals the old one.
    same = new == rule.match_value(person.attributes)
    old = [] if same else [match_user(world, person, None, key="match-old", rule=rule)]
    return Scenario(given=[create_user(world, person)], steps=[*steps, *old])


def _only_mapped(world: World, dialect: Dialect, person: Person, other: Person, rule: AttributeMapping) -> Scenario:
    """Change a value that the profile maps and does not match on, and query both values."""
    attribute = rule.target
    old, new = (value_of(world, one, attribute) for one in (person, other))
    by_new = match_by(attribute, new, key="match-new").expecting(*found_by(world, attribute, new)).but(keeps="found")
    by_old = match_by(attribute, old, key="match-old").expecting(_old_is_gone(attribute))
    changed = Because(
        "A value that is not changed is found by its old value.",
        {key: [f"ENT-UPD-02/{one}#read-back.stored.{rule.path.slug}" for one in world.dialects] for key in _FOUND},
    )
    return Scenario(
        given=[create_user(world, person)],
        steps=[
            patch_user(dialect, [Change(attribute, new)]),
            by_new.explained_by(changed),
            by_old.explained_by(changed),
            *_found_when_disabled(world, dialect, attribute, new),
        ],
        spares=(),
    )


_FOUND = ("one", "none")


def _found_when_disabled(world: World, dialect: Dialect, attribute: str, value: Any) -> list[Step]:
    """Disable the user, and query the value again. ENT-DIS-01 queries the attribute that the profile matches on."""
    if not needs.has(world.profile, "changes:active"):
        return []
    hidden = Because(
        "A disabled account that no filter finds is not found by this one.",
        {"still": [f"ENT-DIS-01/{dialect}#match.one"]},
    )
    match = match_by(attribute, value, why="Match the disabled user", key="match-disabled").explained_by(hidden)
    return [disable(dialect).unjudged().may_be_refused(), match.expecting(_still_found(attribute))]


def _still_found(attribute: str) -> Check:
    """A target that did not find the user before does not support the filter, and need not find the user now."""
    plain = found_only("user")

    def judge(view: View) -> str | None:
        before = kept("found", view.bindings)
        known = isinstance(before, dict) and bool(before.get("Resources"))
        return plain.judge(view) if known else None

    return replace(plain, key="still", judge=judge, gate=False).must(
        rfc7644("3.4.2.2"),
        so=f"an administrator who matches on {attribute} gets a second account for each user who comes back",
        fix="return inactive users from every filter, not only from the one on userName",
    )


def _old_is_gone(attribute: str) -> Check:
    so = f"an administrator who matches on {attribute} links the wrong account"
    return nobody_or_refused().must(rfc7644("3.4.2.2"), so=so, fix="update the index when the value changes")
