"""Update, attribute by attribute: every mapped one added, replaced, removed, and the shapes beside the usual ones."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from scim_conformance.entra import payload
from scim_conformance.entra import sources as ms
from scim_conformance.entra.dialects import Change, Dialect, Verb, patch_op
from scim_conformance.entra.expectations import holds, lost_too, to_send, value_of
from scim_conformance.entra.people import Person
from scim_conformance.entra.profile import Profile
from scim_conformance.entra.steps import REFUSED, create_user, patch, patch_user, read_back
from scim_conformance.entra.world import World
from scim_conformance.scenario.citations import Citation, rfc7643, rfc7644
from scim_conformance.scenario.model import Moment, Scenario, scenario
from scim_conformance.scenario.obligations import absent, all_or_nothing, status, stored
from scim_conformance.scenario.steps import Step
from scim_conformance.scim import paths, urns

IDENTITY = ("objectId", "userPrincipalName", "mailNickname", "displayName", "accountEnabled", "IsSoftDeleted")
NAMES = ("givenName", "surname")
"""What a bare account has: the rest of its attributes is empty in Entra. A schema may demand the names, and some do
(RFC 7643 section 2.2)."""


def _bare(person: Person) -> Person:
    return person.with_(**{key: None for key in person.attributes if key not in (*IDENTITY, *NAMES)})


def _changed(person: Person, other: Person) -> Person:
    kept = (*IDENTITY, "preferredLanguage", "country")
    return person.with_(**{key: value for key, value in other.attributes.items() if key not in kept})


def _with_verb(changes: Sequence[Change], verb: Verb) -> list[Change]:
    return [replace(change, verb=verb) for change in changes]


def _upsert(world: World, dialect: Dialect, changes: Sequence[Change]) -> tuple[Step, list[Step]]:
    """The PATCH with all changes, and the same one by one for where it is refused."""
    accepted = status(200, 204).entra(
        ms.UPSERT,
        so="the whole request fails: none of the user's changes arrives",
        fix="take add and replace alike: set the value, make the element where there is none",
    )
    after = {"status": (f"ENT-UPD-04/{dialect}/emails.work.value#patch.status", f"ENT-UPD-08/{dialect}#patch.status")}
    whole = replace(patch_user(dialect, changes), checks=(accepted,), after=after)
    alone = [
        replace(patch_user(dialect, [change], key=f"alone-{paths.parse(change.path).slug}"), checks=(accepted,))
        for change in changes
        if change.path not in world.unkept
    ]
    parts = [step.but(go_on=True, why=f"Send {step.key[6:]} alone", after=after) for step in alone]
    return whole, parts


@scenario(
    "ENT-UPD-08",
    "Add every attribute to a bare account",
    moment=Moment.UPDATE,
    dialects=True,
    needs=["attributes"],
    covers="U7 P1 M13 B43 B54 B59 B60 B62 B67 B83 B86",
)
def add_all(world: World, dialect: Dialect) -> Scenario:
    """The account was made by hand, or before the mappings: it has its names and nothing else. Entra adds every mapped
    attribute in one PATCH, also those within elements that do not exist yet. Where the target refuses the whole, the
    harness sends each attribute alone to name the one at fault. A target that makes no such account demands what many
    people in Entra do not have, an e-mail first of all; a schema may do so (RFC 7643 section 2.2): advice."""
    full = world.person()
    bare = _bare(full)
    made = create_user(world, bare).but(after=REFUSED)
    lacking = status(201).should(
        ms.ATTRIBUTES,
        so="whoever has no e-mail address or no telephone number in Entra gets no account",
        fix="demand no attribute beside userName and the names",
    )
    made = replace(made, checks=(lacking, *made.checks[1:]))
    whole, alone = _upsert(world, dialect, _with_verb(to_send(world.profile, bare, full), Verb.ADD))
    return Scenario(
        steps=[made, whole, read_back("user", *holds(world, full)).but(after=lost_too(world))],
        instead=alone,
    )


@scenario(
    "ENT-UPD-09",
    "Replace every attribute of a bare account",
    moment=Moment.UPDATE,
    dialects=True,
    needs=["attributes"],
    covers="U6 B59",
)
def replace_all(world: World, dialect: Dialect) -> Scenario:
    """The same with `replace`: Entra does not choose consistently between the two, so both must set the value whether
    there is one or not. For `emails[type eq "work"].value` without a work e-mail this goes against the letter of RFC
    7644 section 3.5.2.3, which wants 400 noTarget; Entra needs it all the same."""
    full = world.person()
    bare = _bare(full)
    whole, alone = _upsert(world, dialect, to_send(world.profile, bare, full))
    return Scenario(
        given=[create_user(world, bare).but(owner=f"ENT-UPD-08/{dialect}")],
        steps=[whole, read_back("user", *holds(world, full)).but(after=lost_too(world))],
        instead=alone,
    )


@scenario(
    "ENT-UPD-10",
    "Add where there is a value",
    moment=Moment.UPDATE,
    dialects=True,
    needs=["attributes"],
    covers="M17 B54 B60",
)
def add_over(world: World, dialect: Dialect) -> Scenario:
    """`add` on a single-valued attribute that has a value replaces it (RFC 7644 section 3.5.2.1), and
    `add` on `emails[type eq "work"].value` sets the element's value: no second work e-mail."""
    before = world.person()
    after = _changed(before, world.person())
    whole, alone = _upsert(world, dialect, _with_verb(to_send(world.profile, before, after), Verb.ADD))
    return Scenario(
        given=[create_user(world, before)],
        steps=[whole.but(after={}), read_back("user", *holds(world, after)).but(after=lost_too(world))],
        instead=alone,
    )


def _removable(profile: Profile) -> Iterable[tuple[str, tuple[str, bool]]]:
    """Target paths, and whether the old value stands beside the path."""
    email = 'emails[type eq "work"].value'
    if profile.has(email):
        yield "emails.work.value", (email, False)
        yield "emails.work.value-named", (email, True)


@scenario("ENT-UPD-11", "Remove a value", moment=Moment.UPDATE, dialects=True, rows=_removable, covers="M13 B54 B85")
def remove(world: World, dialect: Dialect, row: tuple[str, bool]) -> Scenario:
    """Entra was seen to remove e-mails and the manager, also with the old value beside the path. It is documented not
    to send empty values otherwise, so refusing is a warning, and so is keeping or changing the value."""
    path, named = row
    person = world.person()
    parsed = paths.parse(path)
    old = paths.read(payload.user(world.profile, person), parsed)
    change = Change(path, old if named else None, Verb.REMOVE)
    accepted = status(200, 204).should(ms.REMOVE_UPDATES, so="a value that was removed in Entra stays for ever")
    gone = absent(parsed).should(ms.REMOVE_UPDATES, so="a value that was removed in Entra stays, or changes")
    return Scenario(
        given=[create_user(world, person)],
        steps=[replace(patch_user(dialect, [change]), checks=(accepted,)), read_back("user", gone)],
    )


@scenario(
    "ENT-UPD-12",
    "An unknown attribute among known ones",
    moment=Moment.UPDATE,
    dialects=True,
    needs=["unmapped", "attributes"],
    covers="B82",
)
def unknown_attribute(world: World, dialect: Dialect) -> Scenario:
    """An administrator mapped an attribute that the target does not know. It may refuse the whole request, or ignore
    the unknown attribute and apply the rest; it must not apply half of it (a PATCH is atomic, RFC 7644 section 3.5.2).
    """
    person = world.person()
    usual = ("displayName", "title", "name.givenName", "name.familyName", "preferredLanguage")
    kept = [name for name in usual if value_of(world, person, name) is not None and name not in world.unkept]
    old = {name: str(value_of(world, person, name)) for name in kept[:2]}
    asked = [Change(name, f"New {value}") for name, value in old.items()]
    # In the compliant dialect the simple one travels as a key among the others, the filtered one by itself.
    verb = Verb.ADD if dialect is Dialect.LEGACY else Verb.REPLACE
    custom = "urn:ietf:params:scim:schemas:extension:CustomExtensionName:2.0:User"
    unknown = [
        Change(f"{custom}:tag", "blue", verb),
        Change(f"{custom}:contacts[primary eq true].value", "Ada", Verb.ADD),
    ]
    changes = [*asked[:1], *unknown, *asked[1:]]
    whole = all_or_nothing({name: (value, f"New {value}") for name, value in old.items()}).must(
        rfc7644("3.5.2"), so="Entra believes that nothing arrived, and half of it did", fix="apply all or nothing"
    )
    known = status(200, 204, 400).should(
        rfc7644("3.5.2"),
        so="the administrator does not learn what is wrong",
        fix="answer 400 with invalidPath, or ignore",
    )
    patched = patch_user(dialect, changes)
    return Scenario(
        given=[create_user(world, person)],
        steps=[replace(patched, checks=(known,), go_on=True), read_back("user", whole)],
    )


Shape = tuple[list[dict[str, Any]], str, str, Citation]


def _shapes(profile: Profile) -> Iterable[tuple[str, Shape]]:
    department = f"{urns.ENTERPRISE_USER}:department"
    nested = {urns.ENTERPRISE_USER: {"department": "Sales"}}
    if profile.has(department):
        yield "nested-extension", ([{"op": "replace", "value": nested}], department, "Sales", ms.NESTED_EXTENSION)
    if profile.has("title"):
        qualified = {"op": "Replace", "path": f"{urns.USER}:title", "value": "Chief"}
        yield "core-urn-path", ([qualified], "title", "Chief", ms.CORE_URN)
        lower = {**qualified, "op": "replace"}
        yield "core-urn-path-compliant", ([lower], "title", "Chief", ms.CORE_URN)
    if profile.has("name.givenName"):
        nested_name: dict[str, Any] = {"op": "replace", "value": {"name": {"givenName": "Zo"}}}
        yield "nested-name", ([nested_name], "name.givenName", "Zo", ms.DOTTED_KEYS)
    if profile.has("displayName"):
        recased = {"op": "Replace", "path": "DisplayName", "value": "Zo"}
        yield "letter-case", ([recased], "displayName", "Zo", rfc7643("2.1"))
    if profile.has('emails[type eq "work"].value') and not profile.only_mapped:
        literal = {"op": "replace", "path": "emails[primary eq true].value", "value": "zo@example.com"}
        yield "boolean-filter", ([literal], 'emails[type eq "work"].value', "zo@example.com", ms.BOOLEAN_FILTER)


@scenario(
    "ENT-UPD-13", "Other shapes of a change", moment=Moment.UPDATE, rows=_shapes, covers="B65 B68 B69 B74 B87 B113"
)
def shapes(world: World, shape: Shape) -> Scenario:
    """Shapes beside the usual ones: an extension or `name` as a nested object without a path, a path that is qualified
    with the URN of the core schema, one in other letter case, and a filter by a boolean. Refusing one is a warning; so
    is ignoring it. What was not sent must stay: a nested `name` does not replace the family name."""
    operations, path, value, source = shape
    person = world.person()
    parsed = paths.parse(path)
    # A target may make name.formatted itself from the parts (RFC 7643 section 4.1.1).
    excepted = {f"stored.{parsed.slug}", "stored.name.formatted", "letter-case"}
    others = [check for check in holds(world, person) if check.key not in excepted]
    step = patch("Users", patch_op(operations), None, "user")
    so = "where Entra writes it so, the change never arrives"
    arrived = stored(parsed, value).should(source, so=so)
    return Scenario(
        given=[create_user(world, person)],
        steps=[
            replace(step, checks=(status(200, 204).should(source, so=so, fix="accept it"),)),
            read_back("user", arrived, *others),
        ],
    )


def _nothings(_: Profile) -> Iterable[tuple[str, Any]]:
    return {"empty-string": "", "null": None}.items()


@scenario(
    "ENT-UPD-14", "Set an attribute to nothing", moment=Moment.UPDATE, rows=_nothings, needs=["title"], covers="L16"
)
def nothing(world: World, value: Any) -> Scenario:
    """Microsoft's Logic App tests replace optional attributes by an empty string, then by null, and read null, an empty
    string or no attribute. Entra itself does not send empty values."""
    person = world.person()
    step = patch("Users", patch_op([{"op": "replace", "path": "title", "value": value}]), None, "user")
    so = "SCIM_Null_Update_Test of Microsoft's Logic App fails"
    return Scenario(
        given=[create_user(world, person)],
        steps=[
            replace(step, checks=(status(200, 204).should(ms.LOGIC_APP, so=so),)),
            read_back("user", absent(paths.parse("title")).should(ms.LOGIC_APP, so=so)),
        ],
    )


@scenario(
    "ENT-UPD-15", "Several changes of one attribute", moment=Moment.UPDATE, validator=True, needs=["title"], covers="P2"
)
def twice(world: World) -> Scenario:
    """A preview test of Microsoft's validator: the operations are applied in order, so the last one counts."""
    person = world.person()
    one, other = ({"op": "replace", "path": "title", "value": value} for value in ("First", "Last"))
    operations = [one, {"op": "remove", "path": "title"}, other]
    step = patch("Users", patch_op(operations), None, "user")
    so = "a preview test of Microsoft's validator fails"
    last = stored(paths.parse("title"), "Last").should(ms.VALIDATOR, so=so, fix="apply the operations in order")
    return Scenario(
        given=[create_user(world, person)],
        steps=[replace(step, checks=(status(200, 204).should(ms.VALIDATOR, so=so),)), read_back("user", last)],
    )
