"""Update, in the less common shapes: less usual PATCH bodies, empty values, the same change twice."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from scim_conformance.entra import needs
from scim_conformance.entra import sources as ms
from scim_conformance.entra.dialects import Dialect
from scim_conformance.entra.directory.people import Person
from scim_conformance.entra.expectations import holds, keeps, value_of
from scim_conformance.entra.patching import patch_in_shape
from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.entra.requests import create_user, read_back
from scim_conformance.entra.world import World
from scim_conformance.scenario.checks import Check, Obligation
from scim_conformance.scenario.citations import Citation, rfc7643, rfc7644
from scim_conformance.scenario.model import Moment, Scenario, covers, scenario
from scim_conformance.scenario.obligations.answers import status
from scim_conformance.scenario.obligations.values import absent, stored
from scim_conformance.scenario.steps import Step
from scim_conformance.scim import paths, urns

PLACE = 'addresses[type eq "work"].formatted'
"""The tutorial's attribute table has such a path with a capital: `addresses[type eq "other"].Formatted`."""

ADDRESS = "zo@example.com"
"""In a shape: an address with this run's tag, because a value that users are matched on must contain the tag."""


@dataclass(frozen=True)
class Shape:
    """A change in another PATCH shape, and the value it sets. `dialect`: the dialect in which Entra uses the shape;
    None if it uses it in neither."""

    operation: dict[str, Any]
    path: str
    value: str
    source: Citation
    dialect: Dialect | None = None
    sure: bool = False
    """Whether several reports show it: a target that returns success and does not store the value loses it."""


def _shapes(profile: Profile) -> Iterable[tuple[str, Shape]]:
    department = f"{urns.ENTERPRISE_USER}:department"
    nested = {"op": "replace", "value": {urns.ENTERPRISE_USER: {"department": "Sales"}}}
    if needs.has(profile, f"changes:{department}"):
        yield "nested-extension", Shape(nested, department, "Sales", ms.NESTED_EXTENSION, Dialect.COMPLIANT)
        added = {**nested, "op": "add"}
        yield (
            "nested-extension-added",
            Shape(added, department, "Sales", ms.EXTENSION_ADDED, Dialect.COMPLIANT, sure=True),
        )
    if needs.has(profile, "changes:title"):
        qualified = {"op": "Replace", "path": f"{urns.USER}:title", "value": "Chief"}
        yield "core-urn-path", Shape(qualified, "title", "Chief", ms.CORE_URN, Dialect.LEGACY)
        lower = {**qualified, "op": "replace"}
        yield "core-urn-path-compliant", Shape(lower, "title", "Chief", ms.CORE_URN, Dialect.COMPLIANT)
    if needs.has(profile, "changes:name.givenName"):
        nested_name: dict[str, Any] = {"op": "replace", "value": {"name": {"givenName": "Zo"}}}
        yield "nested-name", Shape(nested_name, "name.givenName", "Zo", ms.DOTTED_KEYS)
    if needs.has(profile, "changes:displayName"):
        recased = {"op": "Replace", "path": "DisplayName", "value": "Zo"}
        yield "letter-case", Shape(recased, "displayName", "Zo", rfc7643("2.1"))
    if needs.has(profile, f"changes:{PLACE}"):
        part = {"op": "Replace", "path": PLACE.replace("formatted", "Formatted"), "value": "Zo"}
        yield "letter-case-part", Shape(part, PLACE, "Zo", ms.TUTORIAL, sure=True)
    if needs.has(profile, 'changes:emails[type eq "work"].value') and not profile.only_mapped:
        literal = {"op": "replace", "path": "emails[primary eq true].value", "value": ADDRESS}
        yield "boolean-filter", Shape(literal, 'emails[type eq "work"].value', ADDRESS, ms.BOOLEAN_FILTER)


@scenario("ENT-UPD-13", "Less common PATCH shapes", Moment.UPDATE, rows=_shapes)
@covers("B65 B68 B69 B74 B87 B113")
def shapes(world: World, shape: Shape) -> Scenario:
    """Shapes other than the usual ones: an extension, replaced or added, or `name` as a nested object without a path, a
    path with the URN of the core schema, a path or its last part in different letter case, and a filter on a boolean.
    Refusing or ignoring one of them is a warning. Where an administrator maps as the tutorial does, Entra sends
    `.Formatted` with a capital: a target that accepts it must store it. Attributes that are not in the request must
    stay: a nested `name` does not replace the family name. A shape that was observed in one dialect counts for that
    dialect only. A nested `name`, different letter case and a filter on a boolean have not been observed from the
    service, so losing attributes there is advice based on the RFC."""
    person = world.person()
    operation, value = _with_tag(world, person, shape)
    patch = patch_in_shape([operation]).but(spoken=None if shape.dialect is None else str(shape.dialect))
    accepted, arrived = _of_shape(shape, value)
    read = read_back("user", arrived, *_untouched(world, person, shape))
    return Scenario(given=[create_user(world, person)], steps=[patch.expecting_only(accepted), read])


def _with_tag(world: World, person: Person, shape: Shape) -> tuple[dict[str, Any], str]:
    """Return the shape's operation and value; an address gets this run's tag."""
    if shape.value != ADDRESS:
        return shape.operation, shape.value
    value = world.renamed("zo", str(person.attributes["mail"]))
    return {**shape.operation, "value": value}, value


def _of_shape(shape: Shape, value: str) -> tuple[Check, Check]:
    """Return what the change in this shape must meet, and what a read after it must."""
    so = "where Entra uses this shape, the change is not saved"
    accepted = status(200, 204).should(shape.source, so=so, fix="accept this shape")
    arrived = stored(paths.parse(shape.path), value)
    fix = "store the value, or refuse the request"
    return accepted, (arrived.entra if shape.sure else arrived.should)(shape.source, so=so, fix=fix)


def _untouched(world: World, person: Person, shape: Shape) -> list[Check]:
    """Check that attributes not in the request stay unchanged. For shapes that Entra is not known to use, only the RFC
    requires this."""
    # A target may build name.formatted from the parts (RFC 7643 section 4.1.1).
    excepted = {f"stored.{paths.parse(shape.path).slug}", "stored.name.formatted", "letter-case"}
    others = [check for check in holds(world, person, before=person) if check.key not in excepted]
    if shape.dialect is not None:
        return others
    so, fix = "clients that use this shape lose attributes that they did not send", "change only what the request names"
    return [check.obligation.rfc_only(rfc7644("3.5.2.3"), so=so, fix=fix) for check in others]


def _nothings(_: Profile) -> Iterable[tuple[str, Any]]:
    return {"empty-string": "", "null": None}.items()


@scenario("ENT-UPD-14", "Clear an attribute", Moment.UPDATE, rows=_nothings, needs=["changes:title"])
@covers("L16")
def nothing(world: World, value: Any) -> Scenario:
    """Microsoft's Logic App tests, which are mandatory for the gallery, replace optional attributes with an empty
    string and then with null. They then accept null, an empty string or no attribute. Entra itself does not send empty
    values. Where one part of an address is cleared, the other parts must stay."""
    person = world.person()
    cleared = patch_in_shape([{"op": "replace", "path": "title", "value": value}])
    accepted, gone = (_null_update(world, asked) for asked in (status(200, 204), absent(TITLE)))
    part, kept = _part_cleared(world, person, value)
    steps = [cleared.expecting_only(accepted), *part, read_back("user", gone, *kept)]
    return Scenario(given=[create_user(world, person)], steps=steps)


WORK = 'addresses[type eq "work"].'
STREET, TOWN = f"{WORK}streetAddress", f"{WORK}locality"


def _part_cleared(world: World, person: Person, value: Any) -> tuple[list[Step], list[Check]]:
    """Clear one part of an address with an empty string too, accepted or not: the other parts must stay."""
    town = value_of(world, person, TOWN)
    if value is None or town is None or TOWN in world.unkept or not needs.has(world.profile, f"changes:{STREET}"):
        return [], []
    operation = {"op": "replace", "path": STREET, "value": value}
    step = patch_in_shape([operation], key="clear-part", why="Clear one part of the address")
    return [step.unjudged().may_be_refused()], _other_parts(world, person)


def _other_parts(world: World, person: Person) -> list[Check]:
    """Check the other parts of the address. A target may build `formatted` from the parts (RFC 7643 section 4.1.2)."""
    so = "clearing one part of an address removes the others"
    parts = [row.target for row in world.profile.user.mapping if row.target.startswith(WORK)]
    others = [one for one in parts if one not in {STREET, f"{WORK}formatted"} | world.unkept]
    sent = ((one, value_of(world, person, one)) for one in others)
    return [keeps(one, value, so) for one, value in sent if isinstance(value, str)]


TITLE = paths.parse("title")


def _null_update(world: World, asked: Obligation) -> Check:
    so, fix = "SCIM_Null_Update_Test of Microsoft's Logic App fails", "treat an empty string and null as no value"
    return world.demanded(asked, ms.LOGIC_APP, by="gallery", so=so, fix=fix)


@scenario("ENT-UPD-15", "Several changes to one attribute", Moment.UPDATE, validator=True, needs=["changes:title"])
@covers("P2")
def twice(world: World) -> Scenario:
    """A preview test of Microsoft's validator sends a remove, an add and a replace of one attribute in one request, the
    last two without a path. The target must apply the operations in order, so the last one decides the value. The
    harness sends a replace and an add of another attribute with them, so that no other order gives both values."""
    removed: dict[str, Any] = {"op": "remove", "path": "title"}
    added, replaced = _set("add", "title", "First"), _set("replace", "title", "Last")
    others, arrived = _the_other_way_round(world)
    patch = patch_in_shape([removed, added, replaced, *others]).expecting_only(SEVERAL_ACCEPTED)
    return Scenario(given=[create_user(world, world.person())], steps=[patch, read_back("user", LAST_STORED, *arrived)])


def _set(op: str, name: str, value: str) -> dict[str, Any]:
    return {"op": op, "value": {name: value}}


def _the_other_way_round(world: World) -> tuple[list[dict[str, Any]], list[Check]]:
    """Return a replace and then an add of one attribute, and what is stored: nothing if the profile does not map it."""
    name = LANGUAGE.text
    if not needs.has(world.profile, f"changes:{name}") or name in world.unkept:
        return [], []
    return [_set("replace", name, "de-DE"), _set("add", name, "fr-FR")], [LANGUAGE_STORED]


PREVIEW_FAILS = "a preview test of Microsoft's validator fails"
SEVERAL_ACCEPTED = status(200, 204).should(ms.VALIDATOR, so=PREVIEW_FAILS)
LANGUAGE = paths.parse("preferredLanguage")
LANGUAGE_STORED = stored(LANGUAGE, "fr-FR").should(ms.VALIDATOR, so=PREVIEW_FAILS, fix="apply the operations in order")
LAST_STORED = stored(TITLE, "Last").should(ms.VALIDATOR, so=PREVIEW_FAILS, fix="apply the operations in order")
