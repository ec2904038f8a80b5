"""Delete: a user was permanently deleted in Entra."""

from dataclasses import replace
from typing import Any

from scim_conformance.entra import needs, payload
from scim_conformance.entra import sources as ms
from scim_conformance.entra.answering import linked
from scim_conformance.entra.dialects import Change
from scim_conformance.entra.directory.people import Person
from scim_conformance.entra.expectations import holds
from scim_conformance.entra.explained import STILL_THERE
from scim_conformance.entra.requests import create_user, delete, gone, match_user, patch_user, read_back
from scim_conformance.entra.world import World
from scim_conformance.scenario.citations import rfc7643, rfc7644
from scim_conformance.scenario.model import Moment, Scenario, scenario
from scim_conformance.scenario.obligations.answers import refused, status
from scim_conformance.scenario.obligations.resources import another_than
from scim_conformance.scenario.steps import Step
from scim_conformance.scim import paths


@scenario("ENT-DEL-01", "Delete a user", moment=Moment.DELETE, covers="U13 L4 M27 M35 B11 B107 B114")
def hard_delete(world: World) -> Scenario:
    """Thirty days after a user is deleted, or when it is permanently deleted earlier, Entra sends DELETE. The account
    must then be gone by id and by filter, and no other account may be affected. Its id must never be reused: Entra
    might still send requests to it, and they would change another account."""
    person = world.person()
    other = create_user(world, world.person(), "other", key="create-other").but(why="Create another user")
    reassigned = another_than("user").must(
        rfc7643("3.1"),
        so="Entra's requests for the deleted account change another user's account",
        fix="never reuse an id",
    )
    return Scenario(
        given=[create_user(world, person)],
        steps=[
            delete("Users", "user"),
            gone("user"),
            match_user(world, person, None, key="match-after").but(after=STILL_THERE),
            read_back("neighbour", key="read-neighbour"),
            other.but(checks=(reassigned,), after={"another": ("ENT-CRE-01#create.id",)}, owner=None),
        ],
    )


@scenario("ENT-DEL-02", "Create a deleted user again", moment=Moment.DELETE, covers="L6 B106")
def provision_again(world: World) -> Scenario:
    """A user left: Entra disabled the account, and deleted it thirty days later. The account must be gone. The user is
    then hired again: Entra finds no account and POSTs the same userName and externalId. A record that the target keeps
    for history must not prevent the creation (RFC 7644 section 3.6: it SHOULD NOT count as a conflict), and must not
    restore its old values: the account has only what is sent now."""
    person, other = world.person(), world.person()
    body, same = _with_names_of(world, person, payload.user(world.profile, other))
    again = create_user(world, other, "again", body=body, key="create-again").but(owner=None)
    accepted = status(201).entra(
        ms.TOMBSTONE,
        so="a user who comes back gets no account: every attempt ends in 409",
        fix="free the userName and externalId of a deleted account, or reactivate it",
    )
    return Scenario(
        given=[create_user(world, person), *_disabled(world), delete("Users", "user")],
        steps=[
            _not_found(match_user(world, person, None, key="match-before").but(after=STILL_THERE)),
            again.but(checks=(accepted, linked())),
            read_back("again", *holds(world, other, but=same)),
        ],
    )


def _disabled(world: World) -> list[Step]:
    """Disable the account and ignore the result: ENT-DIS-01 checks it."""
    if not needs.has(world.profile, "changes:active"):
        return []
    step = patch_user(world.dialects[0], [Change("active", value=False)], key="disable", why="Disable the account")
    return [step.but(checks=(), also_ok=ANY_REFUSAL)]


ANY_REFUSAL = tuple(range(400, 600))


def _not_found(step: Step) -> Step:
    """Return the checks that fail if an account is still found after its deletion."""
    so, fix = "the deleted user still has an account", "delete the account permanently, whether or not it is active"
    return step.but(checks=(step.checks[0], *(replace(check, so=so, fix=fix) for check in step.checks[1:])))


def _with_names_of(world: World, person: Person, body: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a creation's body with the values that identify this user, and those values by target attribute."""
    rows = [row for row in world.profile.user.mapping if row.match or row.target in {"userName", "externalId"}]
    values = {row.target: row.value(person.attributes, creating=True) for row in rows}
    known = {target: value for target, value in values.items() if value is not None}
    for target, value in known.items():
        paths.write(body, paths.parse(target), value)
    return body, known


@scenario("ENT-DEL-03", "Delete a user twice", moment=Moment.DELETE, validator=True, covers="P3 P4 B108")
def delete_twice(world: World) -> Scenario:
    """As preview tests, Microsoft's validator deletes the same user again and deletes a user that does not exist. It
    expects 404, as the RFC does. Entra has no reason to delete twice. The harness never sends DELETE to an id that may
    belong to someone else: both ids are from an account of this run."""
    person = world.person()
    second = delete("Users", "user").but(key="delete-again")
    refusal = refused().rfc_only(
        rfc7644("3.6"), so="nobody notices that the wrong account was deleted", fix="return 404"
    )
    missing = status(404).rfc_only(rfc7644("3.6"), so="a preview test of Microsoft's validator fails", fix="return 404")
    return Scenario(
        given=[create_user(world, person), delete("Users", "user")],
        steps=[second.but(checks=(refusal, missing))],
    )
