"""Delete: a user was permanently deleted in Entra."""

from dataclasses import replace

from scim_conformance.entra import needs
from scim_conformance.entra import sources as ms
from scim_conformance.entra.answering import ANY_ERROR, linked, not_found
from scim_conformance.entra.creating import create_named
from scim_conformance.entra.directory.people import Person
from scim_conformance.entra.expectations import holds
from scim_conformance.entra.explained import STILL_THERE
from scim_conformance.entra.matching import match_nobody
from scim_conformance.entra.namesakes import identity_of
from scim_conformance.entra.patching import disable
from scim_conformance.entra.requests import create_user, delete, gone, read_back, read_neighbour
from scim_conformance.entra.world import World
from scim_conformance.scenario.citations import rfc7643, rfc7644
from scim_conformance.scenario.model import Moment, Scenario, covers, scenario
from scim_conformance.scenario.obligations.answers import refused, status
from scim_conformance.scenario.obligations.resources import another_than
from scim_conformance.scenario.steps import Because, Step


@scenario("ENT-DEL-01", "Delete a user", Moment.DELETE, plainest=True)
@covers("U13 L4 M27 M35 B11 B107 B114")
def hard_delete(world: World) -> Scenario:
    """Thirty days after a user is deleted, or when it is permanently deleted earlier, Entra sends DELETE. The account
    must then be gone by id and by filter, and no other account may be affected. Its id must never be reused: Entra
    might still send requests to it, and they would change another account."""
    person = world.person()
    return Scenario(
        given=[create_user(world, person)],
        steps=[
            delete("Users", "user"),
            gone("user"),
            match_nobody(world, person, "after").explained_by(STILL_THERE),
            read_neighbour(),
            _create_with_new_id(world),
        ],
    )


def _create_with_new_id(world: World) -> Step:
    step = create_named(world, world.person(), "other").but(why="Create another user")
    return step.expecting_only(ID_NOT_REUSED).explained_by(WITHOUT_ID)


WITHOUT_ID = Because("A response without an id shows no new id.", {"another": ["ENT-CRE-01#create.id"]})
ID_NOT_REUSED = another_than("user").must(
    rfc7643("3.1"),
    so="Entra's requests for the deleted account change another user's account",
    fix="never reuse an id",
)


@scenario("ENT-DEL-02", "Create a deleted user again", Moment.DELETE)
@covers("L6 B106")
def provision_again(world: World) -> Scenario:
    """A user left: Entra disabled the account, and deleted it thirty days later. The account must be gone. The user is
    then hired again: Entra finds no account and POSTs the same userName and externalId. A record that the target keeps
    for history must not prevent the creation (RFC 7644 section 3.6: it SHOULD NOT count as a conflict), and must not
    restore its old values: the account has only what is sent now. When the user leaves for good, the new account can be
    deleted like the first one."""
    person, other = world.person(), world.person()
    same = identity_of(world, person)
    again = create_user(world, other, "again", body=world.body(other, same), key="create-again")
    return Scenario(
        given=[create_user(world, person), *_disabled(world), delete("Users", "user")],
        steps=[
            _match_deleted(world, person),
            again.expecting_only(NAME_FREED, linked()).explained_by(STILL_THERE),
            read_back("again", *holds(world, other, but=same)),
            delete("Users", "again").but(key="delete-again").explained_by(STILL_THERE),
            gone("again", key="gone-again").explained_by(STILL_THERE),
        ],
    )


NAME_FREED = status(201).entra(
    ms.TOMBSTONE,
    so="a user who comes back gets no account: every attempt ends in 409",
    fix="free the userName and externalId of a deleted account, or reactivate it",
)


def _disabled(world: World) -> list[Step]:
    """Disable the account and ignore the result: ENT-DIS-01 checks it."""
    if not needs.has(world.profile, "changes:active"):
        return []
    return [disable(world.dialects[0]).unjudged().but(also_ok=ANY_ERROR)]


def _match_deleted(world: World, person: Person) -> Step:
    """Match before the second creation: an account that is still found was not deleted."""
    so, fix = "the deleted user still has an account", "delete the account permanently, whether or not it is active"
    step = match_nobody(world, person, "before").explained_by(STILL_THERE)
    answered, *others = step.checks
    return step.expecting_only(answered, *(replace(check, so=so, fix=fix) for check in others))


@scenario("ENT-DEL-03", "Delete a user twice", Moment.DELETE, validator=True)
@covers("P3 P4 B108")
def delete_twice(world: World) -> Scenario:
    """As preview tests, Microsoft's validator deletes the same user again and deletes a user that does not exist. It
    expects 404, as the RFC does. Entra has no reason to delete twice. The harness never sends DELETE to an id that may
    belong to someone else: both ids are from an account of this run."""
    again = (
        delete("Users", "user")
        .but(key="delete-again")
        .expecting_only(NOT_DELETED_TWICE, not_found())
        .explained_by(STILL_THERE)
    )
    return Scenario(given=[create_user(world, world.person()), delete("Users", "user")], steps=[again])


NOT_DELETED_TWICE = refused().rfc_only(
    rfc7644("3.6"), so="nobody notices that the wrong account was deleted", fix="return 404"
)
