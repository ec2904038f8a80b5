"""Discovery: read for gallery applications; the synchronization of a non-gallery application never reads it."""

from collections.abc import Sequence

from scim_conformance.entra import sources as ms
from scim_conformance.entra.world import World
from scim_conformance.scenario.checks import Check, Obligation, View
from scim_conformance.scenario.citations import rfc7643
from scim_conformance.scenario.model import Moment, Scenario, covers, scenario
from scim_conformance.scenario.obligations.answers import status
from scim_conformance.scenario.obligations.schemas import (
    described_as_boolean,
    describes,
    describes_all,
    describes_all_of_groups,
    known_characteristics,
    no_nulls,
    no_password,
    several_described,
)
from scim_conformance.scenario.steps import Step
from scim_conformance.scenario.words import short
from scim_conformance.scim import urns
from scim_conformance.scim.paths import AttrPath, member

NEEDS = ["discovery"]
SO = "the gallery application cannot be onboarded: Microsoft's checklist requires this"


def _get(key: str, path: str, why: str) -> Step:
    return Step(key, "GET", path, why).expecting(
        status(200).entra(ms.CHECKLIST, so=SO, fix=f"return {path} as described in RFC 7644 section 4")
    )


@scenario("ENT-DSC-01", "The schemas are published", Moment.TEST_CONNECTION, needs=NEEDS)
@covers("L15 M8 M26 B110 B111")
def schemas(world: World) -> Scenario:
    """When an administrator saves the provisioning configuration of a gallery application, Entra reads /Schemas. The
    target must return a ListResponse with the core schemas and every mapped attribute, without null values. Entra does
    not read it for non-gallery applications."""
    wanted = [urns.USER, *([urns.GROUP] if world.profile.group else [])]
    mapped = [row.path for row in world.profile.user.mapping]
    of_groups = [row.path for row in world.profile.group.mapping] if world.profile.group else []
    step = _get("schemas", "/Schemas", "Read the schemas").expecting(*_published(wanted, mapped, of_groups))
    return Scenario([step.expecting(NO_NULLS, KNOWN_CHARACTERISTICS, SEVERAL_VALUES, ACTIVE_IS_BOOLEAN, NO_PASSWORD)])


def _published(wanted: Sequence[str], mapped: Sequence[AttrPath], of_groups: Sequence[AttrPath]) -> list[Check]:
    so, fix = "the target's attributes are missing from the attribute mappings", "describe every mapped attribute"
    groups = describes_all_of_groups(of_groups).entra(ms.LOGIC_APP, so=so, fix=fix)
    return [
        describes(*wanted).entra(ms.CHECKLIST, so=so, fix="describe the core schemas"),
        describes_all(mapped).entra(ms.LOGIC_APP, so=so, fix=fix),
        *([groups] if of_groups else []),
    ]


UNREAD = "Entra cannot read the schemas"
NO_NULLS = no_nulls().entra(ms.TUTORIAL, so=UNREAD, fix="omit attributes that have no value")
KNOWN_CHARACTERISTICS = known_characteristics().entra(
    ms.TUTORIAL,
    so=UNREAD,
    fix="use the values of RFC 7643 section 7, such as readWrite, default, none and string",
)
SEVERAL_VALUES = several_described().must(
    rfc7643("4.1.2"),
    so="the administrator cannot map to one of several values",
    fix='describe emails, phoneNumbers, addresses and members with "multiValued": true',
)
ACTIVE_IS_BOOLEAN = described_as_boolean("active").must(
    rfc7643("4.1.1"),
    so="Entra sends a string where the target expects a boolean",
    fix="describe it as type boolean",
)
NO_PASSWORD = no_password().should(
    ms.PASSWORD_SCHEMA,
    so="Microsoft's validator reports that the attribute is not supported",
    fix="omit password from the published schema",
)


@scenario("ENT-DSC-02", "The resource types are published", Moment.TEST_CONNECTION, needs=NEEDS)
def resource_types(world: World) -> Scenario:
    """Microsoft's checklist of 2026 requires /ResourceTypes; no synchronization job has been observed to read it."""
    del world
    return Scenario([_get("resource-types", "/ResourceTypes", "Read the resource types")])


@scenario("ENT-DSC-03", "The configuration is published", Moment.TEST_CONNECTION, needs=NEEDS)
@covers("B12 B112")
def configuration(world: World) -> Scenario:
    """Microsoft's checklist of 2026 requires /ServiceProviderConfig. It must state that PATCH and filters are
    supported; without them Entra cannot change or find anything."""
    del world
    step = _get("configuration", "/ServiceProviderConfig", "Read the configuration")
    return Scenario([step.expecting(_states("patch"), _states("filter"))])


def _states(name: str) -> Check:
    so, fix = "a reviewer reads that PATCH or filters are not supported", "return what the target actually supports"
    return _supports(name).should(rfc7643("5"), so=so, fix=fix)


def _supports(name: str) -> Obligation:
    return Obligation(name, f"{name}.supported is true", lambda view: _unsupported(view, name))


def _unsupported(view: View, name: str) -> str | None:
    found = member(member(view.body, name), "supported")
    return None if found is True else f"{name}.supported is {short(found)}"
