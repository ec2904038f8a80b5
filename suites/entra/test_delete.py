"""Delete: somebody was deleted in Entra for good."""

from dataclasses import replace

from scim_conformance.entra import sources as ms
from scim_conformance.entra.expectations import holds
from scim_conformance.entra.steps import STILL_THERE, create_user, delete, gone, match_user, read_back
from scim_conformance.entra.world import World
from scim_conformance.scenario.citations import rfc7643, rfc7644
from scim_conformance.scenario.model import Moment, Scenario, scenario
from scim_conformance.scenario.obligations import another_than, has_id, refused, status


@scenario("ENT-DEL-01", "Delete a user", moment=Moment.DELETE, covers="U13 L4 M27 M35 B11 B107 B114")
def hard_delete(world: World) -> Scenario:
    """Thirty days after a deletion, or when it is purged, Entra sends DELETE. The account is then gone by id and by
    filter, and nobody else is. Its id is never given to anybody else: what Entra still knows of it would hit them."""
    person = world.person()
    other = create_user(world, world.person(), "other", key="create-other").but(why="Create somebody else")
    reassigned = another_than("user").must(
        rfc7643("3.1"), so="what Entra remembers of the deleted account changes a stranger", fix="never reuse an id"
    )
    return Scenario(
        given=[create_user(world, person)],
        steps=[
            delete("Users", "user"),
            gone("user"),
            match_user(world, person, None, key="match-after").but(after=STILL_THERE),
            read_back("neighbour", key="read-neighbour"),
            replace(other, checks=(reassigned,), after={"another": ("ENT-CRE-01#create.id",)}, owner=None),
        ],
    )


@scenario("ENT-DEL-02", "Create a deleted user again", moment=Moment.DELETE, covers="L6 B106")
def provision_again(world: World) -> Scenario:
    """Somebody is hired again: after the deletion Entra finds nobody and POSTs the same userName and externalId. A
    record that was kept for history must not stand in the way."""
    person = world.person()
    again = create_user(world, person, "again", key="create-again").but(owner=None)
    accepted = status(201).entra(
        ms.TOMBSTONE,
        so="who comes back never gets an account: 409 in every cycle",
        fix="free userName and externalId of a deleted account, or revive it",
    )
    return Scenario(
        given=[create_user(world, person), delete("Users", "user")],
        steps=[
            match_user(world, person, None, key="match-before").but(after=STILL_THERE),
            replace(again, checks=(accepted, has_id().must(rfc7644("3.3"), so="Entra cannot link the account"))),
            read_back("again", *holds(world, person)),
        ],
    )


@scenario("ENT-DEL-03", "Delete a user twice", moment=Moment.DELETE, validator=True, covers="P4 B108")
def delete_twice(world: World) -> Scenario:
    """Microsoft's validator deletes the same user again, as a preview test, and wants 404."""
    person = world.person()
    second = delete("Users", "user").named("delete-again").but(owner=None)
    missing = status(404).should(ms.VALIDATOR, so="a preview test of Microsoft's validator fails", fix="answer 404")
    return Scenario(
        given=[create_user(world, person), delete("Users", "user")], steps=[replace(second, checks=(missing,))]
    )


@scenario("ENT-DEL-04", "Delete a user that never was", moment=Moment.DELETE, covers="P3")
def delete_unknown(world: World) -> Scenario:
    """The account is already gone in the target. Entra takes 404 for done; 500 is retried."""
    del world
    step = delete("Users", "ghost")
    # The id is a GUID that the target never gave: one whose ids look different may also call it malformed.
    refusal = refused().should(rfc7644("3.6"), so="what is deleted by mistake is never noticed", fix="answer 404")
    missing = status(404).should(rfc7644("3.6"), so="Entra may retry the deletion for ever", fix="answer 404")
    return Scenario([replace(step, checks=(refusal, missing))])
