"""The requests that Entra's provisioning service sends, each with the checks that every answer to it must meet."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from scim_conformance.entra import payload
from scim_conformance.entra import sources as ms
from scim_conformance.entra.dialects import Change, Dialect
from scim_conformance.entra.people import Person, Team
from scim_conformance.entra.world import World, group_query, user_query
from scim_conformance.scenario.checks import Check
from scim_conformance.scenario.citations import rfc7644
from scim_conformance.scenario.exchange import Creation, Sender
from scim_conformance.scenario.obligations import found_only, has_id, is_resource, none_found, status, succeeds
from scim_conformance.scenario.steps import Step
from scim_conformance.scim import urns

BODY_HEADERS = (("Content-Type", "application/scim+json; charset=utf-8"),)
"""Observed: getsentry/self-hosted#2280 (quoting Microsoft), MicrosoftDocs/azure-docs#12728, jelhub/scimgateway#22."""

PROBED, CREATED, DELETED = "ENT-CON-01", "ENT-CRE-01", "ENT-DEL-01"
GROUP_CREATED, GROUP_FOUND = "ENT-GRP-01", "ENT-GRP-02"
"""Scenarios that own the success of a step: where it only prepares and fails, they are what to fix."""

REFUSED = {"status": (f"{CREATED}#create.status",)}
"""What explains that a creation is refused: the plainest one is, with the same status."""

_CHANGED = ("ENT-UPD-01/legacy#read-back", "ENT-UPD-01/compliant#read-back")

READ = {key: tuple(f"{step}.{key}" for step in ("ENT-CRE-01#read-back", *_CHANGED)) for key in ("status", "same")}
READ["letter-case"] = ("ENT-CRE-01#read-back.letter-case",)
"""What explains that an account cannot be read, or another one is: the first reads of all, after a creation and after a
change."""

UNFILTERED = {
    "status": ("ENT-CON-01#probe.status",),
    "none": ("ENT-CON-01#probe.none", "ENT-MAT-01#match.one"),
    "one": ("ENT-CON-01#probe.none", "ENT-CRE-01#read-back.status", "ENT-MAT-01#match.one"),
    "letter-case": READ["letter-case"],
}
"""What explains a query that fails: the probe fails already, or the plainest match does."""

UNFILTERED_GROUPS = {
    "status": ("ENT-CON-02#probe.status", "ENT-GRP-01#match.status"),
    "none": ("ENT-CON-02#probe.none", "ENT-GRP-01#match.one"),
    "one": ("ENT-CON-02#probe.none", "ENT-GRP-01#match.one"),
}

_JOINED = ("ENT-GRP-05/legacy#read-members", "ENT-GRP-05/compliant#read-members")

READ_GROUP = {
    "status": ("ENT-GRP-01#read.status", *(f"{step}.status" for step in _JOINED)),
    "same": ("ENT-GRP-01#read.same",),
    "members": tuple(f"{step}.members" for step in _JOINED),
}
"""The same for groups and their members."""

STILL_THERE = {
    "status": ("ENT-DEL-01#gone.status",),
    "none": ("ENT-DEL-01#gone.status", *UNFILTERED["none"]),
}
"""What explains that something deleted is still found: the deletion did nothing."""

DISABLE_REFUSED = {"status": ("ENT-DIS-01/legacy#disable.status", "ENT-DIS-01/compliant#disable.status")}
"""What explains that a change of `active` is refused: the plainest one is."""

UNREADABLE_INACTIVE = {
    "status": ("ENT-DIS-01/legacy#read-back.status", "ENT-DIS-01/compliant#read-back.status"),
    "one": (
        "ENT-DIS-01/legacy#read-back.status",
        "ENT-DIS-01/compliant#read-back.status",
        "ENT-DIS-01/legacy#match.one",
    ),
}
"""What explains that a disabled account is not found: it cannot be read at all."""


def probe(world: World) -> Step:
    """Ask for a user that cannot exist: Test Connection, and the first request of every cycle."""
    query = user_query(world.user_match.target, world.guid())
    return Step("probe", "GET", "/Users", "Test Connection asks for a random user", query).expecting(
        answers_queries("Test Connection fails and nothing is ever provisioned"),
        nobody("Test Connection fails and nothing is ever provisioned"),
    )


def answers_queries(so: str) -> Check:
    """The status of every query: 200, also when nothing is found."""
    fix = "answer a filter that matches nothing with 200 and an empty ListResponse"
    return status(200).must(rfc7644("3.4.2"), so=so, fix=fix)


def nobody(so: str) -> Check:
    """The body of a query that finds nothing."""
    fix = "apply the filter, and answer totalResults 0 when nothing matches"
    return none_found().must(rfc7644("3.4.2"), so=so, fix=fix)


def match_user(
    world: World, person: Person, name: str | None = "user", *, key: str = "match", value: str | None = None
) -> Step:
    """Find a person by the first matching attribute; `name` is the id that must be found, None for nobody.

    `value`: look for this one, where the attribute was changed.
    """
    query = user_query(world.user_match.target, value or world.match_value(person))
    step = Step(key, "GET", "/Users", "Match: is this person already there?", query, settles=True, after=UNFILTERED)
    return step.expecting(
        answers_queries("Entra cannot tell whether the account exists; it is not provisioned")
    ).expecting(the_one(name) if name else nobody("Entra links a stranger's account, or reports several matches"))


def the_one(name: str, what: str = "account") -> Check:
    """The body of a query that finds exactly one resource."""
    return found_only(name).must(
        rfc7644("3.4.2.2"),
        so=f"Entra does not recognise the {what}: it creates a second one, or stops with DuplicateTargetEntries",
        fix="compare the whole value with eq, and return exactly the resources for which it holds",
    )


def create_user(world: World, person: Person, name: str = "user", *, body: Any = None, key: str = "create") -> Step:
    """POST a person with the mapped attributes; the id is taken as `name`."""
    content = body if body is not None else payload.user(world.profile, person)
    step = Step(
        key,
        "POST",
        "/Users",
        "Create the account",
        body=content,
        headers=BODY_HEADERS,
        takes={name: "id"},
        creates=Creation("User", str(content.get("userName", person.user_name)), content.get("externalId")),
        owner=CREATED,
    )
    return step.expecting(
        status(201).must(
            rfc7644("3.3"),
            so="Entra counts the creation as failed and retries it",
            fix="answer 201; implement what the answer names, ignore it, or take its mapping out of the profile",
        ),
        has_id().must(rfc7644("3.3"), so="Entra cannot link the account and creates it again", fix="return the id"),
    )


def read_user(name: str = "user", *checks: Check, key: str = "read", by: Sender = Sender.ENTRA) -> Step:
    """GET a linked user by id."""
    step = Step(key, "GET", f"/Users/{{{name}}}", "Read the linked account", by=by, settles=True, after=READ)
    return step.expecting(
        status(200).must(
            rfc7644("3.4.1"),
            so="Entra takes the link for stale and matches again, which may create a second account",
            fix="return the resource under its id as long as it is not deleted, whether active or not",
        ),
        is_resource(name).must(rfc7644("3.4.1"), so="Entra compares with, and changes, somebody else's account"),
        *checks,
    )


def read_back(name: str = "user", *checks: Check, key: str = "read-back") -> Step:
    """GET a user to see what a write did: the faults that matter answer 200 or 204."""
    return read_user(name, *checks, key=key, by=Sender.HARNESS).but(why="Read the account back")


def gone(name: str = "user", *, key: str = "gone") -> Step:
    """GET a deleted user."""
    step = Step(key, "GET", f"/Users/{{{name}}}", "The account is gone", by=Sender.HARNESS, settles=True)
    return step.expecting(_absent())


def _absent() -> Check:
    return status(404).must(
        rfc7644("3.6"), so="a deleted account still exists", fix="answer 404 for a deleted resource, body or not"
    )


def patch_user(
    dialect: Dialect, changes: Sequence[Change], name: str = "user", *, key: str = "patch", why: str = "Send the change"
) -> Step:
    """PATCH a user with the changed attributes in the way of the dialect."""
    return patch("Users", dialect.body(changes), dialect, name, key=key, why=why)


def patch(
    kind: str, body: Any, dialect: Dialect | None, name: str, *, key: str = "patch", why: str = "Send the change"
) -> Step:
    """PATCH a user or group with a body."""
    plainest = f"ENT-UPD-01/{dialect}#patch.status" if kind == "Users" else f"ENT-GRP-05/{dialect}#add-one.status"
    after = {"status": (plainest,)} if dialect else {}
    step = Step(key, "PATCH", f"/{kind}/{{{name}}}", why, body=body, headers=BODY_HEADERS, after=after)
    return step.expecting(accepts_patch(dialect))


def accepts_patch(dialect: Dialect | None) -> Check:
    """The status of every PATCH. The legacy dialect is Entra's own: the RFC knows `replace`, not `Replace`."""
    accepted = status(200, 204)
    so, fix = (
        "the change never arrives; Entra sends it again in every cycle",
        "implement these operations for this attribute, and answer 200 or 204",
    )
    if dialect is Dialect.LEGACY:
        return accepted.entra(ms.COMPATIBILITY, so=so, fix=f"{fix}; op may be written in any letter case")
    return accepted.must(rfc7644("3.5.2"), so=so, fix=fix)


def delete(kind: str, name: str, owner: str = DELETED) -> Step:
    """DELETE a user or group: hard deletion in Entra."""
    step = Step("delete", "DELETE", f"/{kind}/{{{name}}}", "Delete it", owner=owner)
    return step.expecting(
        succeeds(204).must(
            rfc7644("3.6"), so="who was deleted in Entra keeps the account; Entra retries for ever", fix="answer 204"
        ),
        # Whether it is gone is for the reads that follow to say: 200 is no reason not to ask.
        replace(status(204, key="no-content"), gate=False, cause="delete.no-content").must(
            rfc7644("3.6"), so="a deletion that was done may be taken for failed, and sent again", fix="answer 204"
        ),
    )


def match_group(world: World, team: Team, name: str | None = "group", *, key: str = "match") -> Step:
    """Find a group by its matching attribute."""
    query = group_query(world.group_match, team.display_name)
    step = Step(
        key, "GET", "/Groups", "Match: is this group already there?", query, settles=True, after=UNFILTERED_GROUPS
    )
    return step.expecting(
        answers_queries("Entra cannot tell whether the group exists; it is not provisioned")
    ).expecting(the_one(name, "group") if name else nobody("Entra links another group, whose members then change"))


def create_group(world: World, team: Team, name: str = "group", *, key: str = "create") -> Step:
    """POST a group without members, with Microsoft's own schema beside the core one."""
    content = payload.group(world.profile, team)
    step = Step(
        key,
        "POST",
        "/Groups",
        "Create the group",
        body=content,
        headers=BODY_HEADERS,
        takes={name: "id"},
        creates=Creation("Group", str(content["displayName"]), content.get("externalId")),
        owner=GROUP_CREATED,
        after={} if key == "create" else {"status": (f"{GROUP_CREATED}#create.status",)},
    )
    return step.expecting(
        # The RFC does not oblige a target to accept a schema that it does not know; Entra always sends one.
        status(201).entra(
            ms.TUTORIAL,
            so="no group is ever provisioned",
            fix="answer 201: take a group without members, and ignore a schema URN that is unknown",
        ),
        has_id().must(rfc7644("3.3"), so="Entra cannot link the group and creates it again", fix="return the id"),
    )


def prepare_group(world: World, team: Team, name: str = "group", *, key: str = "create-group") -> Step:
    """POST a group with the core schema alone, where it only prepares: a target that refuses Microsoft's schema is told
    so once, and judged on everything else."""
    step = create_group(world, team, name, key=key)
    return step.but(body={**step.body, "schemas": [urns.GROUP]}, why="Prepare a group")


def read_group(name: str = "group", *checks: Check, key: str = "read") -> Step:
    """GET a linked group as Entra does: without members."""
    step = Step(
        key,
        "GET",
        f"/Groups/{{{name}}}",
        "Read the linked group",
        query="excludedAttributes=members",
        settles=True,
        after=READ_GROUP,
    )
    return step.expecting(
        _group_answers(), is_resource(name).must(rfc7644("3.4.1"), so="Entra changes another group"), *checks
    )


def read_members(name: str = "group", *checks: Check, key: str = "read-members") -> Step:
    """GET a group with its members, which Entra never does but its Logic App tests do."""
    why = "Read the members back"
    step = Step(key, "GET", f"/Groups/{{{name}}}", why, by=Sender.HARNESS, settles=True, after=READ_GROUP)
    return step.expecting(_group_answers(), *checks)


def _group_answers() -> Check:
    return status(200).must(rfc7644("3.4.1"), so="Entra takes the link for stale and matches the group again")


def group_gone(name: str = "group", *, key: str = "gone") -> Step:
    """GET a deleted group."""
    step = Step(key, "GET", f"/Groups/{{{name}}}", "The group is gone", by=Sender.HARNESS, settles=True)
    return step.expecting(_absent())
