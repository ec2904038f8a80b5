"""The probes of faults and of variants, by the name of what they show."""

from collections.abc import Callable

from scim_conformance.demo.probing.wire import Wire

Probe = Callable[[Wire], bool]
"""Tells over a raw socket whether a fault, or a variant, is there."""

PROBES: dict[str, Probe] = {}
"""The probes of the modules imported so far."""


def probe(name: str) -> Callable[[Probe], Probe]:
    """Register the probe of a defect or of a variant. Raises ValueError where there is one of that name."""

    def register(shows: Probe) -> Probe:
        if name in PROBES:
            raise ValueError(f"there are two probes of {name}")
        PROBES[name] = shows
        return shows

    return register
