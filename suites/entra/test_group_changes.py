"""Groups that change: renamed, linked to another object, and deleted."""

from dataclasses import replace

from scim_conformance.entra import needs
from scim_conformance.entra import sources as ms
from scim_conformance.entra.answering import linked, not_found
from scim_conformance.entra.dialects import Change, Dialect, Verb, patch_op
from scim_conformance.entra.directory.people import Team
from scim_conformance.entra.explained import GROUP_STILL_THERE
from scim_conformance.entra.group_expectations import group_holds, group_value_of
from scim_conformance.entra.matching import match_no_group
from scim_conformance.entra.membership import (
    altered_by_members,
    create_users,
    exactly,
    joined,
    members,
    other_group_stays,
    read_whole,
    still_active,
)
from scim_conformance.entra.requests import (
    create_group,
    create_user,
    delete,
    group_gone,
    match_group,
    patch,
    prepare_group,
    read_back,
)
from scim_conformance.entra.world import World
from scim_conformance.scenario.checks import Check, Obligation, View
from scim_conformance.scenario.citations import Citation, Evidence, rfc7644
from scim_conformance.scenario.model import Moment, Scenario, covers, scenario
from scim_conformance.scenario.notes import status_of
from scim_conformance.scenario.obligations.answers import status
from scim_conformance.scenario.obligations.values import stored
from scim_conformance.scenario.steps import Because, Step
from scim_conformance.scim import paths

NAME, EXTERNAL_ID = paths.parse("displayName"), paths.parse("externalId")
LINKED = ("groups", "group-changes:externalId")


@scenario("ENT-GRP-08", "Rename a group", Moment.GROUPS, needs=["groups", "group-changes:displayName"], dialects=True)
@covers("G9 L9 L20 M2 B24 B91")
def rename(world: World, dialect: Dialect) -> Scenario:
    """The group gets another name. The request does not contain its members, so they must stay. A match must find the
    new name but not the old one."""
    team = world.team()
    new = world.renamed("New", group_value_of(world, team, "displayName"))
    return Scenario(
        given=[*create_users(world, "user"), prepare_group(world, team), *joined(world, dialect, "user")],
        steps=[
            _change(dialect, Change("displayName", new), key="rename", why="Rename the group"),
            _read_renamed(world, team, new),
            *world.once(dialect, *_matches(world, dialect, team, new)),
        ],
    )


def _change(dialect: Dialect, change: Change, *, key: str, why: str) -> Step:
    return patch("Groups", dialect.body([change]), dialect, "group", key=key, why=why)


def _read_renamed(world: World, team: Team, new: str) -> Step:
    """Read the group: only its name changed."""
    named = stored(NAME, new).must(rfc7644("3.5.2"), so="the old name stays")
    others = [check for check in group_holds(world, team) if check.key != named.key]
    kept = replace(exactly("user"), so="renaming a group removes its members")
    return read_whole(world, "group", named, *others, by=(kept,)).explained_by(altered_by_members(world))


def _matches(world: World, dialect: Dialect, team: Team, new: str) -> list[Step]:
    """Query a group by its new name and its old name; other matching attributes must still find it."""
    renamed = [f"ENT-GRP-08/{dialect}#read-members.stored.displayName"]
    explained = Because("A group that was not renamed has its old name.", {"one": renamed, "none": renamed})
    if world.group_rule(team).target.lower() != "displayname":
        return [match_group(world, team, "group", key="match-new").explained_by(explained)]
    by_new = match_group(world, team, "group", key="match-new", value=new)
    return [step.explained_by(explained) for step in (by_new, match_no_group(world, team, "old"))]


@scenario("ENT-GRP-09", "Change a group's externalId", Moment.GROUPS, needs=LINKED, dialects=True)
@covers("G8 L20 B49 B140")
def external_id(world: World, dialect: Dialect) -> Scenario:
    """A group exists in the target, with a member and without externalId. Entra links it: it PATCHes externalId with
    `Add`, observed in 2026, when a target refused it. With the flag, it is not known whether `add` has a path, so it is
    sent once more without one, with another value. Then the group is linked to another object in Entra, and
    externalId changes: in the compliant dialect, Microsoft's validator sends `replace` without a path. Members and name
    must stay."""
    team, first, new = world.team(), world.guid(), world.guid()
    link = _change(dialect, Change("externalId", first, Verb.ADD), key="link", why="Link the group")
    again, linked_to = _linked_again(world, dialect, first)
    change = _change(dialect, Change("externalId", new), key="relink", why="Link the group to another object")
    return Scenario(
        given=[*create_users(world, "user"), _without_external_id(world, team), *joined(world, dialect, "user")],
        steps=[
            link.expecting_only(_link_accepted(ms.GROUP_LINKED)),
            *again,
            _read_linked(world, team, linked_to),
            change.expecting_only(_link_accepted(ms.TUTORIAL if dialect is Dialect.LEGACY else ms.VALIDATOR)),
            _read_linked(world, team, stored(EXTERNAL_ID, new, exact=True)).but(key="read-relinked"),
        ],
    )


def _linked_again(world: World, dialect: Dialect, first: str) -> tuple[list[Step], Obligation]:
    """Return the second `add` and what is stored then: still `first` if it is refused.

    It is about the `add` without a path: if both dialects are played, the legacy one, which always has one, sends none.
    """
    before, value = stored(EXTERNAL_ID, first, exact=True), world.guid()
    if dialect is not world.dialects[-1]:
        return [], before
    body = dialect.body([Change("externalId", value, Verb.ADD)])
    if dialect is Dialect.COMPLIANT:
        body = patch_op([{"op": "add", "value": {"externalId": value}}])
    step = patch("Groups", body, dialect, "group", key="link-again", why="Link the group to another object, by add")
    accepted = _link_accepted(ms.GROUP_LINKED).obligation.should(
        ms.GROUP_LINKED, so="if Entra sends this, the group is not linked", fix="accept add, with and without a path"
    )
    after = stored(EXTERNAL_ID, value, exact=True)
    return [step.expecting_only(accepted.known_as(Evidence.INFERRED)).may_be_refused()], _unless_refused(after, before)


def _unless_refused(after: Obligation, before: Obligation) -> Obligation:
    """Return what is stored after the second `add`, or what was before if the target refused it."""

    def judge(view: View) -> str | None:
        refused = (status_of("link-again", view.bindings) or 0) >= 400
        return (before if refused else after).judge(view)

    return replace(after, judge=judge)


def _without_external_id(world: World, team: Team) -> Step:
    """Create a group without an externalId, as an administrator does in the target itself."""
    made = prepare_group(world, team)
    return made.but(body={name: value for name, value in made.body.items() if name != "externalId"})


def _link_accepted(source: Citation) -> Check:
    return status(200, 204).entra(
        source,
        so="the group is not linked, and the other changes in the request are lost",
        fix="allow PATCH to set externalId, with add and with replace",
    )


def _read_linked(world: World, team: Team, linked_to: Obligation) -> Step:
    """Read the group: only its externalId changed."""
    linked = linked_to.entra(ms.EXTERNAL_ID, so=f"the old link stays: {ms.RESENT}")
    others = [check for check in group_holds(world, team) if check.key != linked.key]
    return read_whole(world, "group", linked, *others, by=(exactly("user"),))


@scenario("ENT-GRP-14", "Delete a group", Moment.GROUPS, needs=["groups"])
@covers("G12 P6 P7 L10 L14 B102 B106")
def delete_group(world: World) -> Scenario:
    """The group is unassigned or deleted in Entra, which sends DELETE. The group must be gone. Its members must keep
    their accounts, with `active` unchanged, and other groups must stay. A new group with the same name can be created
    and has no members."""
    team = world.team()
    return Scenario(
        given=[create_user(world, world.person()), prepare_group(world, team), *joined(world, world.plain, "user")],
        steps=[
            delete("Groups", "group"),
            group_gone("group"),
            read_back("user", *still_active(world), key="read-member"),
            *other_group_stays(world),
            match_no_group(world, team, "after").explained_by(GROUP_STILL_THERE),
            _delete_again(),
            _change_when_gone(world, team),
            *_created_again(world, team),
        ],
    )


def _delete_again() -> Step:
    step = delete("Groups", "group").but(key="delete-again", why="Delete a group that does not exist")
    return step.expecting_only(not_found()).may_be_refused().explained_by(GROUP_STILL_THERE)


def _change_when_gone(world: World, team: Team) -> Step:
    """PATCH a group that no longer exists, as Entra does when it was deleted in the target.

    A target that ignored the DELETE takes the new name: it has the run's tag too, so that the group can be cleaned up.
    """
    gone = world.renamed("Gone", str(group_value_of(world, team, "displayName")))
    body = world.plain.body([Change("displayName", gone)])
    missing = status(404).must(
        rfc7644("3.12"),
        so="Entra does not notice that the group is gone, and members are never added",
        fix="return 404",
    )
    step = patch("Groups", body, None, "group", key="change-gone", why="Change a group that does not exist")
    return step.expecting_only(missing).may_be_refused().explained_by(GROUP_STILL_THERE)


def _created_again(world: World, team: Team) -> list[Step]:
    """Create a group with the same name; it has no members."""
    accepted = status(201).entra(
        ms.TOMBSTONE, so="a group that is assigned again is never created", fix="free the name of a deleted group"
    )
    again = create_group(world, team, "again", key="create-again").may_be_refused()
    created = again.expecting_only(accepted, linked("Entra cannot link the group"))
    empty = members(group="again", key="read-again")
    return [created, empty] if needs.has(world.profile, "group:members") else [created]
