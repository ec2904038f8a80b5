"""How a right server is written down: what is done around the embedded target, and the scenarios that it concerns."""

from collections.abc import Callable
from dataclasses import dataclass

from scim_conformance.demo.app import Around


@dataclass(frozen=True)
class Right:
    """A right server: how it differs, and the ids of the cases that must find nothing at MUST."""

    around: Around
    cases: tuple[str, ...]
    advised: bool
    """Whether advice is given."""
    spared: tuple[str, ...]
    """The cases that do not apply to it."""


SERVERS: dict[str, Right] = {}


def right(*cases: str, advised: bool = False, spared: tuple[str, ...] = ()) -> Callable[[Around], Around]:
    """Register a right server under the name of its function."""

    def register(around: Around) -> Around:
        SERVERS[around.__name__] = Right(around, cases, advised, spared)
        return around

    return register
