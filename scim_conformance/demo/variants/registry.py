"""How a legal variant of the embedded target is written down and registered. Nothing that registers is imported here.

A variant is a right behaviour that differs from the target's own, with its source. Real servers legally differ in all
of these: a check that takes one of them for a fault raises a false alarm.
"""

from collections.abc import Callable
from dataclasses import dataclass

from scim_conformance.demo.app import Around

TUTORIAL = "Microsoft: Develop and plan provisioning for a SCIM endpoint"


@dataclass(frozen=True)
class Variant:
    """A right behaviour: its name, what it does, what allows it, and how."""

    name: str
    behaviour: str
    source: str
    around: Around
    profile: str | None = None
    """The profile with which it shows, where it does not with the default one."""
    flags: tuple[str, ...] = ()
    """Flags of the command line without which it does not show."""
    nearest: tuple[str, ...] = ()
    """The defects that differ least from it: wrong, and red. A check that is met by both sees nothing."""
    breaks: tuple[str, ...] = ()
    """Rows of the register of standards whose MUST it breaks: it is legal for Entra alone, and the rfc suite is red."""


REGISTERED: dict[str, Variant] = {}
"""The variants of the modules imported so far, by name, in the order of import."""


def variant(
    name: str,
    behaviour: str,
    source: str,
    profile: str | None = None,
    *,
    flags: tuple[str, ...] = (),
    nearest: tuple[str, ...] = (),
    breaks: tuple[str, ...] = (),
) -> Callable[[Around], Around]:
    """Register a legal variant; the arguments are those of `Variant`. Raises ValueError where its name is taken."""

    def register(around: Around) -> Around:
        if name in REGISTERED:
            raise ValueError(f"there are two variants named {name}")
        REGISTERED[name] = Variant(name, behaviour, source, around, profile, flags, nearest, breaks)
        return around

    return register
