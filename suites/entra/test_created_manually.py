"""Accounts and groups with a name alone: created manually in the application, or of people without other attributes."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from scim_conformance.entra import needs
from scim_conformance.entra import sources as ms
from scim_conformance.entra.answering import ANY_REFUSAL
from scim_conformance.entra.bare import bare_of
from scim_conformance.entra.changing import sources
from scim_conformance.entra.dialects import Change, Dialect
from scim_conformance.entra.directory.people import Person
from scim_conformance.entra.expectations import value_of
from scim_conformance.entra.explained import CREATED, never_stored, refused_at_all
from scim_conformance.entra.group_expectations import group_value_of
from scim_conformance.entra.patching import disable
from scim_conformance.entra.profiles.mapping import AttributeMapping
from scim_conformance.entra.requests import (
    create_group,
    create_user,
    match_group,
    match_user,
    patch_user,
    prepare_group,
    read_back,
    read_before,
)
from scim_conformance.entra.world import World
from scim_conformance.scenario.checks import Check
from scim_conformance.scenario.citations import rfc7644
from scim_conformance.scenario.model import SEQUENCE, Extra, Moment, Scenario, covers, scenario
from scim_conformance.scenario.obligations.answers import status
from scim_conformance.scenario.obligations.kept import unchanged
from scim_conformance.scenario.obligations.values import stored
from scim_conformance.scenario.passwords import is_password
from scim_conformance.scenario.steps import Step
from scim_conformance.scim import paths, urns

LINKS = ("displayName", "externalId")


@scenario(
    "ENT-MAT-10",
    "Link an account that was created manually",
    Moment.MATCH,
    dialects="either",
    needs=["unmapped", "changes:displayName"],
    extra=Extra(10, SEQUENCE),
)
@covers("L2 B59")
def account(world: World, dialect: Dialect) -> Scenario:
    """An administrator created an account in the application: it has names and an e-mail address, and neither a display
    name nor an externalId. The match must find it, and Entra then sends what is missing: there is nothing to replace,
    so the target sets the values. A target that requires more of an account is not judged."""
    person = world.person()
    found = match_user(world, person, "user")
    sent = [Change(name, value) for name, value in _missing(world, person)]
    steps = [found, *(_link(dialect, sent) if sent else [])]
    return Scenario(steps, given=[_created_manually(world, person)], spares=())


def _link(dialect: Dialect, sent: list[Change]) -> list[Step]:
    """Send what the account lacks, and read it back."""
    patch = patch_user(dialect, sent).explained_by(refused_at_all(f"ENT-UPD-01/{dialect}#patch.status"))
    return [patch, _read_linked(sent)]


def _missing(world: World, person: Person) -> Iterator[tuple[str, Any]]:
    """Yield what an account that was created manually lacks, and the value that Entra sends: no matching attribute."""
    matched = world.match_rule(person).target.lower()
    for name in LINKS:
        value = value_of(world, person, name)
        if value is not None and name.lower() != matched and needs.has(world.profile, f"changes:{name}"):
            yield name, value


def _created_manually(world: World, person: Person) -> Step:
    """POST an account with names, an e-mail address and what it is matched on, as a form of the application would."""
    body = world.body(_plain(world, person))
    for name, _ in _missing(world, person):
        body.pop(paths.find_key(body, name) or "", None)
    made = create_user(world, person, body=body).but(why="Create an account manually")
    return _optional(made, "it requires more of an account than names")


def _plain(world: World, person: Person) -> Person:
    """Return the same user with names, an e-mail address and what it is matched on alone."""
    filled = sources(world, 'emails[type eq "work"].value', *(row.target for row in world.profile.user.matching))
    found = {name: person.attributes[name] for name in filled & person.attributes.keys()}
    return bare_of(world, person).with_(**found)


def _optional(made: Step, lacking: str) -> Step:
    accepted = status(201).should(ms.ATTRIBUTES, so="the account is not there").vital()
    return made.expecting_only(accepted).but(optional=True, also_ok=ANY_REFUSAL, lacking=lacking)


def _read_linked(sent: list[Change]) -> Step:
    """Read the account: it has what Entra sent. ENT-CRE-01 reports what is never stored."""
    checks = [_set(one) for one in sent]
    never = [never_stored(check.key, plainest=[f"{CREATED}#read-back.{check.key}"]) for check in checks]
    return read_back("user", *checks).explained_by(*never)


def _set(change: Change) -> Check:
    fix = "set the value, whether or not there was one"
    return stored(paths.parse(change.path), change.value).entra(ms.UPSERT, so="the value is not saved", fix=fix)


@scenario(
    "ENT-GRP-30",
    "A group that was created manually",
    Moment.GROUPS,
    needs=["unmapped", "groups", "group:externalId"],
    extra=Extra(6, SEQUENCE),
)
@covers("G4 L8")
def group(world: World) -> Scenario:
    """An administrator created a group in the application: it has a name, and no externalId. The match must find it by
    its name, and must still find the groups that Entra created. A target that requires an externalId is not judged."""
    local, team = world.team(), world.team()
    body = {"schemas": [urns.GROUP], "displayName": group_value_of(world, local, "displayName")}
    made = create_group(world, local, "local", body=body, key="create-local").but(why="Create a group manually")
    steps = [match_group(world, team, "group"), *_match_local(world, local)]
    given = [prepare_group(world, team), _optional(made, "it requires an externalId of a group")]
    return Scenario(steps, given=given, spares=())


def _match_local(world: World, local: Any) -> list[Step]:
    """Find the group by its name, where groups are matched on it."""
    if world.group_rule(local).target.lower() != "displayname":
        return []
    return [match_group(world, local, "local", key="match-local")]


@scenario(
    "ENT-DIS-09",
    "Disable a user who lacks most attributes",
    Moment.DISABLE,
    dialects="either",
    needs=["attributes", "changes:active"],
    extra=Extra(8, SEQUENCE),
)
@covers("L3 B54")
def disable_bare(world: World, dialect: Dialect) -> Scenario:
    """A user who has names and an e-mail address alone leaves: Entra sends `active` and nothing else. What was empty
    must stay empty: no text such as None, and no value of another user."""
    bare = _plain(world, world.person())
    made = _optional(create_user(world, bare), "it requires more of an account than names")
    empty = [*_empty(world, bare)]
    return Scenario(
        given=[made, read_before(*empty)],
        steps=[disable(dialect).unjudged().may_be_refused(), read_back("user", *map(_stays_empty, empty))],
        spares=(),
    )


def _empty(world: World, bare: Person) -> Iterator[str]:
    """Yield the target paths of texts that this user does not have."""
    for row in world.profile.user.mapping:
        if _is_text(row) and value_of(world, bare, row.target) is None:
            yield row.target


def _is_text(row: AttributeMapping) -> bool:
    return row.kind == "String" and not row.is_reference and not is_password(row.target)


def _stays_empty(target: str) -> Check:
    obligation = replace(unchanged(paths.parse(target)), cause="kept.empty")
    return obligation.must(
        rfc7644("3.5.2"),
        so="leavers have data that nobody sent, such as the text None",
        fix="change `active` alone: write no values that the request does not name",
    )
