"""What a target must store of a group: one check for each mapped attribute except members."""

from collections.abc import Mapping
from typing import Any

from scim_conformance.entra import payload
from scim_conformance.entra import sources as ms
from scim_conformance.entra.directory.people import Team
from scim_conformance.entra.world import World
from scim_conformance.scenario.checks import Check
from scim_conformance.scenario.citations import rfc7643
from scim_conformance.scenario.obligations.values import stored

_SO = f"the group has a wrong value: {ms.RESENT}"


def group_value_of(world: World, team: Team, target: str) -> Any:
    """Return the value that the mapping sends to a target path for this group; None if it sends none."""
    flowing = payload.flowing_of(world.profile, team)
    return next((value for row, value in flowing if row.target.lower() == target.lower()), None)


def group_holds(world: World, team: Team, *, but: Mapping[str, Any] | None = None) -> list[Check]:
    """Check the mapped attributes of this group against the values that Entra sent; `but`: other values, by target."""
    other = {target.lower(): value for target, value in (but or {}).items()}
    checks = []
    for row, sent in payload.flowing_of(world.profile, team):
        value = other.get(row.target.lower(), sent)
        obligation = stored(row.path, value, kind=row.kind, exact=payload.case_exact(row.path))
        if row.target.lower() == "displayname":
            checks.append(obligation.must(rfc7643("4.2"), so=_SO))
        else:
            source = ms.EXTERNAL_ID if row.target.lower() == "externalid" else ms.TUTORIAL
            checks.append(obligation.entra(source, so=_SO))
    return checks
