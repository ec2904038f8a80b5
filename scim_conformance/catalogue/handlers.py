"""What the fix of a common cause looks like in a handler."""

from functools import cache

import msgspec

from scim_conformance.catalogue.scenarios import matches
from scim_conformance.scim.locations import HANDLERS
from scim_conformance.system import inputs


class Handler(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"wanted": "for"}):
    """A few lines of code. `wanted`: the scenarios that ask for it, by id or prefix."""

    title: str
    wanted: list[str]
    code: str


class _Handlers(msgspec.Struct, forbid_unknown_fields=True):
    handler: list[Handler]


@cache
def handlers() -> list[Handler]:
    """Return all of them."""
    return msgspec.convert(inputs.toml(HANDLERS), _Handlers).handler


def of_scenario(identifier: str) -> Handler | None:
    """Return what the fix of a scenario looks like, or None."""
    return next((one for one in handlers() if any(matches(identifier, wanted) for wanted in one.wanted)), None)
