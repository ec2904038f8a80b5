"""Discovery: read for gallery applications; the synchronization of a non-gallery application never reads it."""

from typing import Any

from scim_conformance.entra import sources as ms
from scim_conformance.entra.world import World
from scim_conformance.scenario.checks import Obligation, View
from scim_conformance.scenario.citations import rfc7643
from scim_conformance.scenario.model import Moment, Scenario, covers, scenario
from scim_conformance.scenario.obligations.answers import status
from scim_conformance.scenario.steps import Step
from scim_conformance.scenario.words import short
from scim_conformance.scim import paths, urns
from scim_conformance.scim.paths import elements, member

NEEDS = ["discovery"]
SO = "the gallery application cannot be onboarded: Microsoft's checklist requires this"


def _get(key: str, path: str, why: str) -> Step:
    return Step(key, "GET", path, why).expecting(
        status(200).entra(ms.CHECKLIST, so=SO, fix=f"return {path} as described in RFC 7644 section 4")
    )


def _names(view: View, urn: str) -> set[str]:
    schemas = [entry for entry in elements(member(view.body, "Resources")) if str(member(entry, "id")) == urn]
    return {str(member(one, "name")).lower() for entry in schemas for one in elements(member(entry, "attributes"))}


def _described(*wanted: str) -> Obligation:
    expected = f"a ListResponse that describes {', '.join(wanted)}"
    return Obligation("schemas", expected, lambda view: _undescribed(view, wanted))


def _undescribed(view: View, wanted: tuple[str, ...]) -> str | None:
    if not isinstance(view.body, dict) or "Resources" not in view.body:
        return f"no ListResponse: {short(view.body, 60)}"
    lacking = [urn for urn in wanted if not _names(view, urn)]
    return f"no schema {', '.join(lacking)}" if lacking else None


def _mapped(world: World) -> Obligation:
    targets = [row.path for row in world.profile.user.mapping]
    return Obligation("mapped", "every mapped attribute in a schema", lambda view: _unmapped(view, targets))


def _unmapped(view: View, targets: list[paths.AttrPath]) -> str | None:
    lacking = [path.text for path in targets if path.name.lower() not in COMMON and not _is_described(view, path)]
    return f"not described: {', '.join(lacking[:5])}" if lacking else None


COMMON = {"externalid", "id"}
"""Attributes of every resource, which no schema lists (RFC 7643 section 3.1)."""


def _is_described(view: View, path: paths.AttrPath) -> bool:
    """Return whether a schema describes the attribute and, if the mapping names one, its sub-attribute.

    A list of simple values has the sub-attribute `value` (RFC 7643 section 2.4).
    """
    schemas = [one for one in elements(member(view.body, "Resources")) if member(one, "id") == (path.urn or urns.USER)]
    described = [one for entry in schemas for one in elements(member(entry, "attributes"))]
    own = [one for one in described if str(member(one, "name")).lower() == path.name.lower()]
    parts = {str(member(part, "name")).lower() for one in own for part in elements(member(one, "subAttributes"))}
    plain = path.sub is None or (path.sub.lower() == "value" and not parts)
    return bool(own) and (plain or str(path.sub).lower() in parts)


CHARACTERISTICS = {
    "type": {"string", "boolean", "decimal", "integer", "dateTime", "reference", "complex", "binary"},
    "mutability": {"readOnly", "readWrite", "immutable", "writeOnly"},
    "returned": {"always", "never", "default", "request"},
    "uniqueness": {"none", "server", "global"},
}
"""The values that RFC 7643 section 7 defines, in its letter case."""


def _spelled() -> Obligation:
    return Obligation("values", "characteristics with the values of RFC 7643 section 7", _strange)


def _strange(view: View) -> str | None:
    found = sorted(
        {f"{name} {short(one[name])}" for one in _attributes(view) for name in CHARACTERISTICS if _unknown(one, name)}
    )
    return f"unknown: {', '.join(found[:5])}" if found else None


def _unknown(attribute: dict[str, Any], name: str) -> bool:
    return name in attribute and attribute[name] not in CHARACTERISTICS[name]


def _attributes(view: View) -> list[dict[str, Any]]:
    """Return every attribute that the schemas describe, including sub-attributes."""
    found: list[dict[str, Any]] = []
    waiting = [
        one for entry in elements(member(view.body, "Resources")) for one in elements(member(entry, "attributes"))
    ]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            found.append(one)
            waiting += elements(member(one, "subAttributes"))
    return found


SEVERAL = {"emails", "phonenumbers", "addresses", "roles", "groups", "members"}


def _multi_valued() -> Obligation:
    return Obligation("multi-valued", "multi-valued attributes described as multi-valued", _single)


def _single(view: View) -> str | None:
    core = [one for one in elements(member(view.body, "Resources")) if member(one, "id") in (urns.USER, urns.GROUP)]
    described = [one for entry in core for one in elements(member(entry, "attributes"))]
    several = [one for one in described if str(member(one, "name")).lower() in SEVERAL]
    wrong = [str(member(one, "name")) for one in several if member(one, "multiValued") is not True]
    return f"described as single-valued: {', '.join(wrong[:5])}" if wrong else None


def _a_boolean(name: str) -> Obligation:
    return Obligation("boolean", f"{name} described as boolean", lambda view: _other_type(view, name))


def _other_type(view: View, name: str) -> str | None:
    core = [one for one in elements(member(view.body, "Resources")) if member(one, "id") == urns.USER]
    described = [one for entry in core for one in elements(member(entry, "attributes"))]
    types = [member(one, "type") for one in described if str(member(one, "name")).lower() == name.lower()]
    wrong = [short(one) for one in types if one != "boolean"]
    return f"its type is {wrong[0]}" if wrong else None


def _no_password() -> Obligation:
    def judge(view: View) -> str | None:
        return "the User schema describes password" if "password" in _names(view, urns.USER) else None

    return Obligation("password", "no attribute password in the User schema", judge)


def _no_nulls() -> Obligation:
    return Obligation("nulls", "no null anywhere", lambda view: "a null" if _holds_null(view.body) else None)


def _holds_null(value: object) -> bool:
    if isinstance(value, dict):
        return any(_holds_null(entry) for entry in value.values())
    return any(_holds_null(entry) for entry in value) if isinstance(value, list) else value is None


@scenario("ENT-DSC-01", "The schemas are published", moment=Moment.TEST_CONNECTION, needs=NEEDS)
@covers("L15 M8 M26 B110 B111")
def schemas(world: World) -> Scenario:
    """When an administrator saves the provisioning configuration of a gallery application, Entra reads /Schemas. The
    target must return a ListResponse with the core schemas and every mapped attribute, without null values. Entra does
    not read it for non-gallery applications."""
    wanted = [urns.USER, *([urns.GROUP] if world.profile.group else [])]
    so = "the target's attributes are missing from the attribute mappings"
    return Scenario(
        [
            _get("schemas", "/Schemas", "Read the schemas").expecting(
                _described(*wanted).entra(ms.CHECKLIST, so=so, fix="describe the core schemas"),
                _mapped(world).entra(ms.LOGIC_APP, so=so, fix="describe every mapped attribute"),
                _no_nulls().entra(
                    ms.TUTORIAL, so="Entra cannot read the schemas", fix="omit attributes that have no value"
                ),
                _spelled().entra(
                    ms.TUTORIAL,
                    so="Entra cannot read the schemas",
                    fix="use the values of RFC 7643 section 7, such as readWrite, default, none and string",
                ),
                _multi_valued().must(
                    rfc7643("4.1.2"),
                    so="the administrator cannot map to one of several values",
                    fix='describe emails, phoneNumbers, addresses and members with "multiValued": true',
                ),
                _a_boolean("active").must(
                    rfc7643("4.1.1"),
                    so="Entra sends a string where the target expects a boolean",
                    fix="describe it as type boolean",
                ),
                _no_password().should(
                    ms.PASSWORD_SCHEMA,
                    so="Microsoft's validator reports that the attribute is not supported",
                    fix="omit password from the published schema",
                ),
            )
        ]
    )


@scenario("ENT-DSC-02", "The resource types are published", moment=Moment.TEST_CONNECTION, needs=NEEDS)
def resource_types(world: World) -> Scenario:
    """Microsoft's checklist of 2026 requires /ResourceTypes; no synchronization job has been observed to read it."""
    del world
    return Scenario([_get("resource-types", "/ResourceTypes", "Read the resource types")])


def _supports(name: str) -> Obligation:
    return Obligation(name, f"{name}.supported is true", lambda view: _unsupported(view, name))


def _unsupported(view: View, name: str) -> str | None:
    found = member(member(view.body, name), "supported")
    return None if found is True else f"{name}.supported is {short(found)}"


@scenario("ENT-DSC-03", "The configuration is published", moment=Moment.TEST_CONNECTION, needs=NEEDS)
@covers("B12 B112")
def configuration(world: World) -> Scenario:
    """Microsoft's checklist of 2026 requires /ServiceProviderConfig. It must state that PATCH and filters are
    supported; without them Entra cannot change or find anything."""
    del world
    step = _get("configuration", "/ServiceProviderConfig", "Read the configuration")
    so = "a reviewer reads that PATCH or filters are not supported"
    said = [
        _supports(name).should(rfc7643("5"), so=so, fix="return what the target actually supports")
        for name in ("patch", "filter")
    ]
    return Scenario([step.expecting(*said)])
