"""Update: something changed in Entra, so it PATCHes the linked account with the differences."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from scim_conformance.entra import needs
from scim_conformance.entra import sources as ms
from scim_conformance.entra.answering import no_server_error
from scim_conformance.entra.changing import changed, in_capitals, new_value, renaming, some_change
from scim_conformance.entra.creating import create_named
from scim_conformance.entra.dialects import Change, Dialect
from scim_conformance.entra.directory.people import Person
from scim_conformance.entra.expectations import holds, holds_after, to_send, value_of
from scim_conformance.entra.explained import STILL_THERE
from scim_conformance.entra.matching import match_nobody
from scim_conformance.entra.patching import read_updated
from scim_conformance.entra.requests import create_user, delete, match_user, patch_user, read_back, read_neighbour
from scim_conformance.entra.world import World
from scim_conformance.scenario.checks import Check
from scim_conformance.scenario.citations import Evidence, rfc7643, rfc7644
from scim_conformance.scenario.exchange import Sender
from scim_conformance.scenario.model import Moment, Scenario, covers, scenario
from scim_conformance.scenario.obligations.answers import refused, status
from scim_conformance.scenario.obligations.kept import no_strays
from scim_conformance.scenario.obligations.values import another_value, answered_with
from scim_conformance.scenario.steps import Because, Step
from scim_conformance.scim import paths, urns


@scenario(
    "ENT-UPD-01", "Change one attribute", Moment.UPDATE, dialects=True, needs=["changes:displayName"], plainest=True
)
@covers("L2 L18 M2 M13 M39 B08 B11 B12 B40 B53 B84 B87 B114 B77 B127")
def one_attribute(world: World, dialect: Dialect) -> Scenario:
    """The smallest PATCH that Entra sends: a new displayName. In the legacy dialect, the operation is `Replace` with a
    path; in the compliant one, `replace` with an object and no path. No other attribute may change."""
    person = world.person()
    renamed = renaming(world, person)
    steps = [
        patch_user(dialect, [renamed]).expecting(_fresh(renamed)),
        read_back("user", *holds_after(world, person, renamed), NO_STRAYS),
    ]
    made = create_user(world, person)
    return Scenario(given=[made.but(notes=("name", "emails", "phoneNumbers", "addresses"))], steps=steps)


NO_STRAYS = no_strays("displayName", ("name", "emails", "phoneNumbers", "addresses")).must(
    rfc7644("3.5.2.3"),
    so="every change leaves values in other attributes, where they become wrong with the next change",
    fix="write the value of an operation to its own target, not to every attribute that has parts",
)


def _fresh(change: Change) -> Check:
    return answered_with(paths.parse(change.path), change.value).should(
        ms.STALE_BODY,
        so="Microsoft's validator reads the old value",
        fix="reread the account before returning it with 200",
    )


@scenario(
    "ENT-UPD-02", "Link an existing user and send all differences", Moment.UPDATE, dialects=True, needs=["attributes"]
)
@covers("L2 M11 B60 B63 B64 B67 B83 B86 B66")
def differences_at_once(world: World, dialect: Dialect) -> Scenario:
    """The account already exists. Entra has found it by the matching attribute (see ENT-CRE-01) and sends all
    differences in one PATCH: simple, nested, filtered and extension attributes. In the compliant dialect, the simple
    attributes are keys of one object without a path, including `name.givenName` and `urn:…:User:department`. The
    department is the same but for its letter case, which is a change as well."""
    before = world.person()
    after = in_capitals(world, before, changed(world, before, world.person()))
    sent = patch_user(dialect, to_send(world.profile, before, after))
    read = read_updated(world, after, before=before)
    return Scenario(given=[create_user(world, before)], steps=[sent, read])


@scenario("ENT-UPD-03", "Rename a user", Moment.UPDATE, dialects=True, needs=["changes:userName"])
@covers("U8 M34 B78 B79")
def rename(world: World, dialect: Dialect) -> Scenario:
    """A user marries, and the userPrincipalName changes. Entra PATCHes userName on the linked id. The id must stay, and
    the account must be found by the new name but not by the old one. Another user may then take the old name."""
    person = world.person()
    married = renaming(world, person, "married", "userName")
    return Scenario(
        given=[create_user(world, person)],
        steps=[
            patch_user(dialect, [married]),
            read_back("user", *holds_after(world, person, married)),
            *world.once(dialect, *_matches(world, dialect, person, married)),
        ],
    )


def _matches(world: World, dialect: Dialect, person: Person, married: Change) -> list[Step]:
    """Match by the new name and the old one, and let another user take the old one, if users are matched by name."""
    if world.match_rule(person).target.lower() != "username":
        return []
    steps = [
        match_user(world, person, "user", key="match-new", value=married.value),
        match_nobody(world, person, "old"),
        _successor(world, person),
    ]
    unchanged = [f"ENT-UPD-03/{dialect}#read-back.stored.userName"]
    explained = Because(
        "A name that was not changed is still taken.", dict.fromkeys(("one", "none", "status"), unchanged)
    )
    return [step.explained_by(explained) for step in steps]


def _successor(world: World, person: Person) -> Step:
    """Create a user with a name that another user has given up."""
    other = world.person()
    body = {**world.body(other), "userName": value_of(world, person, "userName")}
    step = create_user(world, other, "other", body=body, key="create-successor")
    return step.but(why="Create a user with the old name").expecting_only(NAME_IS_FREE)


NAME_IS_FREE = status(201).entra(
    ms.TOMBSTONE, so="a name that a user gave up can never be used again", fix="free the old userName"
)


@scenario("ENT-UPD-05", "The same value again", Moment.UPDATE, dialects="either", needs=["changes:displayName"])
@covers("B75")
def no_change(world: World, dialect: Dialect) -> Scenario:
    """Entra sends a value that the account already has. The target must return success, not an error. The same applies
    to a userName of which only the letter case changes, as when a name is corrected in Entra: the account itself has
    that name, and no other account does. No source shows such a change, so refusing it is a warning."""
    person = world.person()
    same = Change("displayName", value_of(world, person, "displayName"))
    patch = patch_user(dialect, [same]).expecting_only(NO_CHANGE_ACCEPTED).may_be_refused()
    return Scenario(given=[create_user(world, person)], steps=[patch, *_recased(world, dialect, person)])


def _recased(world: World, dialect: Dialect, person: Person) -> list[Step]:
    """Change the letter case of the first letters of the name, and of nothing that identifies this run."""
    if not needs.has(world.profile, "changes:userName"):
        return []
    name = str(value_of(world, person, "userName"))
    tag, rest = name[: len(world.directory.tag)], name[len(world.directory.tag) :]
    change = Change("userName", f"{tag}{rest.swapcase()}")
    step = patch_user(dialect, [change], key="recase", why="Change the letter case of the userName")
    return [step.expecting_only(OWN_NAME)] if change.value != name else []


OWN_NAME = (
    status(200, 204)
    .should(
        ms.RENAME_TAKEN,
        so="a name whose letter case is corrected in Entra is never corrected in the application",
        fix="leave the account itself out when you check whether a userName is taken",
    )
    .known_as(Evidence.INFERRED)
)


NO_CHANGE_ACCEPTED = status(200, 204).entra(
    ms.NO_CHANGE, so="the request counts as failed, although nothing is wrong", fix="return 200 or 204"
)


@scenario(
    "ENT-UPD-18",
    "Change one part of each complex attribute",
    Moment.UPDATE,
    dialects=True,
    needs=["changes:name.givenName"],
)
@covers("B61 B64")
def parts(world: World, dialect: Dialect) -> Scenario:
    """One attribute of the extension, one part of the name, one part of the address and one phone number change. The
    other parts were not sent: employee number, family name, street and the other numbers must stay as they are. Another
    user with the same values must not change either."""
    colleague = world.neighbour or world.person()
    person = _with_parts_of(world, colleague)
    changes = _changed_parts(world, person)
    return Scenario(
        given=[create_user(world, person)],
        steps=[
            patch_user(dialect, changes),
            read_back("user", *_other_parts_too(world, person, changes)),
            *world.once(dialect, read_neighbour(*holds(world, colleague))),
        ],
    )


PARTS = {
    f"{urns.ENTERPRISE_USER}:department": "Director's Office",
    "name.givenName": "Zo",
    'addresses[type eq "work"].locality': "Changed",
    'phoneNumbers[type eq "mobile"].value': "+1 312 555 0199",
}


def _with_parts_of(world: World, colleague: Person) -> Person:
    return world.person().with_(**{name: colleague.attributes[name] for name in IN_COMMON})


ADDRESS = ("streetAddress", "city", "state", "postalCode", "country", "physicalDeliveryOfficeName")
IN_COMMON = ("department", "givenName", "mobile", *ADDRESS)
"""What two users may have in common: one department, and one address at work."""


def _changed_parts(world: World, person: Person) -> list[Change]:
    can = [path for path in PARTS if needs.has(world.profile, f"changes:{path}") and path not in world.unkept]
    return [Change(path, _part(world, person, path)) for path in can or ["name.givenName"]]


def _other_parts_too(world: World, person: Person, changes: Sequence[Change]) -> list[Check]:
    # A target may build name.formatted and the formatted address itself (RFC 7643 section 4.1).
    apart = {"stored.name.formatted", "stored.addresses.work.formatted"}
    return [check for check in holds_after(world, person, *changes) if check.key not in apart]


def _part(world: World, person: Person, path: str) -> Any:
    row = world.profile.user.find(path)
    return PARTS[path] if row is None else new_value(row, value_of(world, person, path), PARTS[path])


@scenario("ENT-UPD-07", "A change to a deleted account", Moment.UPDATE, dialects="either")
@covers("M27")
def unknown_id(world: World, dialect: Dialect) -> Scenario:
    """The account was deleted in the target. Entra PATCHes the id that it has stored and must get 404, which its log
    calls InvalidAnchor. It is not known whether Entra matches the user again by itself; after a restart of
    provisioning, it does. An id that never existed must not return another account either."""
    person = world.person()
    given = [create_user(world, person), delete("Users", "user")]
    return Scenario(given=given, steps=[_change_when_gone(world, dialect, person), _never_there(world)])


def _never_there(world: World) -> Step:
    """Read a user by an id that no user ever had."""
    step = Step("read-never", "GET", f"/Users/{world.guid()}", "Read an id that never existed", by=Sender.HARNESS)
    return step.expecting(NOT_SOMEBODY, NEVER_THERE)


NOT_SOMEBODY = replace(refused(key="no-account"), gate=True).must(
    rfc7644("3.4.1"),
    so="a stale link leads to another account, which Entra then changes and disables",
    fix="compare the whole id, and return 404 for one that does not exist",
)
NEVER_THERE = status(404).should(
    rfc7644("3.12"),
    so="Entra retries what looks like an error of the target, instead of noticing that the account is gone",
    fix="return 404 for an unknown id, whatever its form",
)


def _change_when_gone(world: World, dialect: Dialect, person: Person) -> Step:
    step = patch_user(dialect, [some_change(world, person)])
    missing = status(404).must(
        rfc7644("3.12"),
        so="Entra does not notice that the account is gone, and does not create it again",
        fix="return 404 for an unknown id",
    )
    return step.expecting_only(missing).explained_by(STILL_THERE)


@scenario("ENT-UPD-16", "Rename to a name that is taken", Moment.UPDATE, dialects="either", needs=["changes:userName"])
@covers("B18 B80")
def rename_taken(world: World, dialect: Dialect) -> Scenario:
    """A user takes over an address that another account in the target still has. The target must refuse the change with
    409: two accounts with one name cannot be distinguished, and after success Entra treats the change as stored. The
    refusal must end there: the next change is accepted, as after any other request."""
    holder, person = world.person(), world.person()
    name = str(value_of(world, holder, "userName"))
    change = patch_user(dialect, [Change("userName", name)]).expecting_only(
        no_server_error(UNIQUENESS), REFUSED, CONFLICT
    )
    after = patch_user(dialect, [some_change(world, person)], key="after", why="Send another change")
    after = after.expecting_only(AFTER_CONFLICT)
    return Scenario(
        given=[create_named(world, holder, "holder"), create_user(world, person)],
        steps=[change.may_be_refused(), read_back("user", _keeps_another_name(name)), after],
    )


UNIQUENESS = "return 409 uniqueness"
REFUSED = replace(refused(), gate=True, cause="name-taken").must(
    rfc7644("3.5.2"),
    so="Entra takes the change as done: two accounts have one name, or this one keeps the old one without notice",
    fix="refuse a userName that another account has: return 409 uniqueness, in PATCH too",
)
AFTER_CONFLICT = status(200, 204).entra(
    ms.COMPATIBILITY, so="one conflict makes another change fail", fix="roll back what a refused request began"
)
CONFLICT = status(409).should(ms.RENAME_TAKEN, so="the log does not show that the name is taken", fix=UNIQUENESS)


def _keeps_another_name(taken: str) -> Check:
    different = another_value(paths.parse("userName"), taken, "the other account")
    return replace(different, cause="name-taken").must(
        rfc7643("4.1.1"), so="two accounts have the same name", fix="enforce a unique userName in PATCH too"
    )
