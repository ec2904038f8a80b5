"""The requests that Entra's provisioning service sends, each with the checks that every response must meet."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from scim_conformance.entra import payload
from scim_conformance.entra import sources as ms
from scim_conformance.entra.answering import NOT_NULL, accepts_patch, answers_queries, linked, nobody
from scim_conformance.entra.dialects import Change, Dialect
from scim_conformance.entra.directory.people import Person, Team
from scim_conformance.entra.explained import (
    CREATED,
    GROUP_UNREADABLE,
    GROUPS_FOUND,
    KEPT_LIKE_USERS,
    USERS_FOUND,
    unless_stored,
)
from scim_conformance.entra.finding import found
from scim_conformance.entra.profiles.mapping import AttributeMapping
from scim_conformance.entra.world import World, group_query, user_query
from scim_conformance.scenario.checks import Check
from scim_conformance.scenario.citations import rfc7644
from scim_conformance.scenario.exchange import Creation, Sender
from scim_conformance.scenario.fixes import FixText, Sent
from scim_conformance.scenario.obligations.answers import status, succeeds
from scim_conformance.scenario.obligations.resources import is_resource
from scim_conformance.scenario.steps import Play, Step
from scim_conformance.scim import paths, urns

BODY_HEADERS = (("Content-Type", "application/scim+json; charset=utf-8"),)
"""Observed: getsentry/self-hosted#2280 (quoting Microsoft), MicrosoftDocs/azure-docs#12728, jelhub/scimgateway#22."""

_UNTIL_DELETED = "return the resource by its id until it is deleted"


def probe(world: World) -> Step:
    """Query a user that cannot exist: Test Connection, and the first request of each cycle and on-demand run."""
    return Step("probe", "GET", "/Users", "Test Connection queries a random user", world.nobody()).expecting(
        answers_queries("Test Connection fails, and nothing is ever provisioned"),
        nobody("Test Connection fails, and nothing is ever provisioned", world.probed()),
        NOT_NULL,
    )


def search(kind: str, why: str, query: str, *, key: str = "match", by: Sender = Sender.ENTRA) -> Step:
    """GET the users or groups that a query finds; the response may lag behind the write before it."""
    because = USERS_FOUND if kind == "Users" else GROUPS_FOUND
    return Step(key, "GET", f"/{kind}", why, query, by=by, because=because, play=Play(settles=True))


def match_user(
    world: World,
    person: Person,
    name: str | None = "user",
    *,
    key: str = "match",
    rule: AttributeMapping | None = None,
    value: Any = None,
) -> Step:
    """Find a user by a matching attribute; `name` is the name of the id that must be found, or None.

    `rule`: the matching rule to use instead of the usual one. `value`: the value to query, if it was changed.
    """
    rule = rule or world.match_rule(person)
    wanted = rule.match_value(person.attributes) if value is None else value
    query = user_query(rule.target, wanted)
    step = search("Users", "Match: does this user already exist?", query, key=key)
    step = step.otherwise(unless_stored(f"{CREATED}#read-back.stored.{rule.path.slug}"))
    so = "Entra links another user's account, or reports several matches"
    return step.expecting(
        answers_queries("Entra cannot tell whether the account exists, and does not provision the user"),
        found(world, rule.path, wanted, name, so=so),
    )


def and_see(world: World, person: Person, match: Step, *checks: Check) -> list[Step]:
    """Check what else a match shows of the user; if many users share the matching value, a read by id shows it."""
    if world.is_own(world.match_value(person)):
        return [match.expecting(*checks)]
    return [match, read_back("user", *checks, key="read-matched").but(once_per_target=match.once_per_target)]


def create_user(world: World, person: Person, name: str = "user", *, body: Any = None, key: str = "create") -> Step:
    """POST a user with the mapped attributes; the id is stored as `name`."""
    content = body if body is not None else payload.user(world.profile, person)
    step = Step(
        key,
        "POST",
        "/Users",
        "Create the account",
        body=content,
        headers=BODY_HEADERS,
        takes={name: "id"},
        creates=_creation("User", paths.member(content, "userName") or person.user_name, content),
    )
    return step.expecting(
        status(201).must(
            rfc7644("3.3"),
            so=f"Entra records the creation as failed: {ms.RETRIED}",
            fix="return 201: store or ignore each mapped attribute, or remove its mapping from the profile",
        ),
        linked("Entra cannot link the account and creates it again"),
    )


def _creation(kind: str, name: object, content: dict[str, Any]) -> Creation:
    external = paths.member(content, "externalId")
    return Creation(kind, str(name), None if external is None else str(external))


def read_user(name: str = "user", *checks: Check, key: str = "read", by: Sender = Sender.ENTRA) -> Step:
    """GET a linked user by id."""
    step = Step(key, "GET", f"/Users/{{{name}}}", "Read the linked account", by=by, play=Play(settles=True))
    return step.expecting(
        status(200).must(
            rfc7644("3.4.1"),
            so="Entra treats the link as stale and matches again, which may create a second account",
            fix=FixText(_UNTIL_DELETED, (Sent.INACTIVE, f"{_UNTIL_DELETED}, whether or not it is active")),
        ),
        is_resource(name).must(rfc7644("3.4.1"), so="Entra compares with another user's account, and changes it"),
        *checks,
    )


def read_back(name: str = "user", *checks: Check, key: str = "read-back") -> Step:
    """GET a user to see what a write did: serious errors often return 200 or 204."""
    return read_user(name, *checks, key=key, by=Sender.HARNESS).but(why="Read the account back")


def read_neighbour(*checks: Check) -> Step:
    """GET the user who always exists, to see that a write to another account did not change this one."""
    return read_back("neighbour", *checks, key="read-neighbour")


def read_before(*noted: str, name: str = "user", key: str = "read-before") -> Step:
    """GET a user before the request under test, and store the values at these target paths."""
    step = read_back(name, key=key).but(why="Read the account before", notes=noted)
    return replace(step, checks=tuple(check.vital() for check in step.checks))


def gone(name: str = "user", *, key: str = "gone") -> Step:
    """GET a deleted user."""
    step = Step(key, "GET", f"/Users/{{{name}}}", "The account is gone", by=Sender.HARNESS, play=Play(settles=True))
    return step.expecting(_absent())


def _absent() -> Check:
    return status(404).must(
        rfc7644("3.6"),
        so="a deleted account still exists",
        fix="return 404 for a deleted resource, with or without a body",
    )


def patch_user(
    dialect: Dialect, changes: Sequence[Change], name: str = "user", *, key: str = "patch", why: str = "Send the change"
) -> Step:
    """PATCH a user with the changed attributes in the given dialect."""
    return patch("Users", dialect.body(changes), dialect, name, key=key, why=why)


def patch(
    kind: str, body: Any, dialect: Dialect | None, name: str, *, key: str = "patch", why: str = "Send the change"
) -> Step:
    """PATCH a user or group with a body."""
    step = Step(key, "PATCH", f"/{kind}/{{{name}}}", why, body=body, headers=BODY_HEADERS)
    return step.expecting(accepts_patch(dialect))


def delete(kind: str, name: str) -> Step:
    """DELETE a user or group: permanent deletion in Entra.

    The RFC allows a target to refuse it (RFC 7644 section 3.12, 403 and 501). Microsoft's tutorial requires a target to
    support it.
    """
    step = Step("delete", "DELETE", f"/{kind}/{{{name}}}", "Delete it")
    return step.expecting(
        succeeds(204).entra(
            ms.TUTORIAL, so=f"a user deleted in Entra keeps the account: {ms.RETRIED}", fix="return 204"
        ),
        # The reads that follow check whether it is gone: 200 is no reason not to check.
        replace(status(204, key="no-content"), gate=False, cause="delete.no-content").must(
            rfc7644("3.6"), so="Entra may record a successful deletion as failed, and send it again", fix="return 204"
        ),
    )


def match_group(world: World, team: Team, name: str | None = "group", *, key: str = "match", value: Any = None) -> Step:
    """Find a group by its matching attribute; `value`: the value to query, if the attribute was changed."""
    rule, wanted = world.group_rule(team), world.group_value(team) if value is None else value
    query, why = group_query(rule.target, wanted), "Match: does this group already exist?"
    step = search("Groups", why, query, key=key).otherwise(unless_stored(f"ENT-GRP-01#read.stored.{rule.path.slug}"))
    so = "Entra links the wrong group and changes its members"
    return step.expecting(
        answers_queries("Entra cannot tell whether the group exists, and does not provision it"),
        found(world, rule.path, wanted, name, what="group", so=so),
    )


def create_group(world: World, team: Team, name: str = "group", *, body: Any = None, key: str = "create") -> Step:
    """POST a group without members, with Microsoft's own schema in addition to the core one."""
    content = body if body is not None else payload.group(world.profile, team)
    step = Step(
        key,
        "POST",
        "/Groups",
        "Create the group",
        body=content,
        headers=BODY_HEADERS,
        takes={name: "id"},
        creates=_creation("Group", paths.member(content, "displayName"), content),
    )
    return step.expecting(
        # The RFC does not require a target to accept an unknown schema; Entra always sends one.
        status(201).entra(
            ms.TUTORIAL,
            so="no group is ever provisioned",
            fix="return 201: accept a group without members, and ignore unknown schema URNs",
        ),
        linked("Entra cannot link the group and creates it again"),
    )


def prepare_group(world: World, team: Team, name: str = "group", *, key: str = "create-group") -> Step:
    """POST a group with only the core schema, to prepare a scenario: a target that refuses Microsoft's schema is
    reported once, and everything else is still checked."""
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
        play=Play(settles=True),
    )
    return step.expecting(
        _group_answers(), is_resource(name).must(rfc7644("3.4.1"), so="Entra changes the wrong group"), *checks
    )


def read_members(name: str = "group", *checks: Check, key: str = "read-members") -> Step:
    """GET a group with its members; Entra never does this, but its Logic App tests do."""
    why = "Read the members back"
    step = Step(key, "GET", f"/Groups/{{{name}}}", why, by=Sender.HARNESS, play=Play(settles=True))
    return step.explained_by(GROUP_UNREADABLE).expecting(_group_answers(), *checks)


def _group_answers() -> Check:
    return status(200).must(rfc7644("3.4.1"), so="Entra treats the link as stale and matches the group again")


def group_gone(name: str = "group", *, key: str = "gone") -> Step:
    """GET a deleted group."""
    step = Step(key, "GET", f"/Groups/{{{name}}}", "The group is gone", by=Sender.HARNESS, play=Play(settles=True))
    return step.explained_by(KEPT_LIKE_USERS).expecting(_absent())
