"""Every batch, in the order of their numbers. A new one is a folder with a `record.py`; nothing else names it."""

from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

from scim_conformance.demo.choices import VARIANTS
from scim_conformance.demo.faults.registry import Defect
from scim_conformance.demo.server import Served
from scim_conformance.demo.variants.registry import Variant
from tests.proof.batches.batch import Record


def _load(folder: str) -> Record:
    found: Record = import_module(f"{__package__}.{folder}.record").RECORD
    for module in found.modules:
        import_module(f"{__package__}.{folder}.{module}")
    return found


def _folders() -> list[str]:
    return [path.name for path in Path(__file__).parent.glob("batch_*")]


def _number(folder: str) -> int:
    return int(folder.rpartition("_")[2])


EVERY = {name: _load(name) for name in sorted(_folders(), key=_number)}
"""The record of each batch, by the name of its folder, such as `batch_2`."""

BATCHES = {name: one for name, one in EVERY.items() if one.first}
"""Those that were played. A batch without a first figure is kept unplayed until the suites are ready for it: the first
figure shows how many faults that nobody looked at the suites detect."""


def unseen() -> dict[str, Defect]:
    """Return the defects that were written without a look at the suites, by name, each with the flags of its batch."""
    found = ((batch.flags, one) for batch in BATCHES.values() for one in batch.faults.values())
    return {one.name: replace(one, flags=(*one.flags, *flags)) for flags, one in found}


def right() -> dict[str, Variant]:
    """Return the variants, legal for Entra, that were written without a look at the suites, by name."""
    return {name: one for batch in BATCHES.values() if not batch.suites for name, one in batch.variants.items()}


def standard() -> dict[str, Variant]:
    """Return those that are right by the standards, and need not be legal for Entra."""
    return {name: one for batch in BATCHES.values() if batch.suites for name, one in batch.variants.items()}


def legal() -> dict[str, Variant]:
    """Return the legal variants by name: those of the embedded target, and those that were written blind."""
    return {**VARIANTS, **right()}


def levels() -> dict[str, str]:
    """Return how strictly what each of the defects breaks is asked for: MUST, Entra needs it, or SHOULD."""
    return {name: level for batch in BATCHES.values() for name, level in batch.levels.items()}


def profiles() -> list[Path]:
    """Return the files of the profiles that were written with a batch."""
    folders = [batch.profiles for batch in BATCHES.values() if batch.profiles is not None]
    return [file for folder in folders for file in sorted(folder.glob("*.toml"))]


def refused() -> dict[str, str]:
    """Return why no run may start with a profile, by its name."""
    return {name: why for batch in BATCHES.values() for name, why in batch.refused.items()}


def probes(folder: str) -> dict[str, Callable[[Served], bool]]:
    """Return the probes of a batch by the name of what they show; each takes a running target."""
    found: dict[str, Callable[[Served], bool]] = {}
    for name in EVERY[folder].probes:
        module = import_module(f"{__package__}.{folder}.{name}")
        found |= {key: _over(module.Wire, shows) for key, shows in module.PROBES.items()}
    return found


def _over(wire: Callable[[Served], Any], shows: Callable[[Any], bool]) -> Callable[[Served], bool]:
    return lambda served: shows(wire(served))
