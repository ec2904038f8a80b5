"""What the embedded target can be played with: every defect and every legal variant, in an order of their own.

The order is that of the folders, of the files in a folder by name, and of the lines of a file; it does not depend on
which module was imported first.
"""

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from importlib import import_module
from pkgutil import walk_packages
from typing import TypeVar

from scim_conformance.config.settings import SettingsError
from scim_conformance.demo.faults import registry as faults
from scim_conformance.demo.faults.registry import Defect, Kind
from scim_conformance.demo.variants import registry as variants
from scim_conformance.demo.variants.registry import Variant

Chosen = TypeVar("Chosen", Defect, Variant)


def _load(package: str, registered: Mapping[str, Chosen]) -> Iterator[Chosen]:
    """Import every module of a package and of those below it, and yield what each has registered."""
    found = walk_packages(import_module(package).__path__, f"{package}.")
    for module in sorted(one.name for one in found):
        import_module(module)
        yield from (one for one in registered.values() if one.around.__module__ == module)


DEFECTS = {
    one.name: one
    for kind in Kind
    for one in _load(f"scim_conformance.demo.faults.{kind.name.lower()}", faults.REGISTERED)
}
"""Every defect by its name, those of one kind together."""

VARIANTS = {one.name: one for one in _load("scim_conformance.demo.variants", variants.REGISTERED)}
"""Every legal variant by its name, those of one theme together."""


LISTED = {
    "defect": "`demo --list-defects` lists them",
    "variant": "docs/proof.md lists them under Legal variants",
}
"""Where all names of a kind are."""


def listing() -> list[str]:
    """Return the lines that name every defect, under the title of its kind."""
    lines: list[str] = []
    for kind in Kind:
        found = [one for one in DEFECTS.values() if one.kind is kind]
        lines += [f"{kind} ({len(found)})", *(f"  {one.name:24} {one.symptom}" for one in found), ""]
    return [*lines, f"{len(DEFECTS)} defects; docs/proof.md says where each was reported"]


def chosen(defects: Iterable[str], legal: Iterable[str]) -> list[Defect | Variant]:
    """Return defects and variants by their names, in this order.

    Raises:
        SettingsError: there is none of that name.
    """
    return [*_named("defect", DEFECTS, defects), *_named("variant", VARIANTS, legal)]


def _named(what: str, known: Mapping[str, Chosen], names: Iterable[str]) -> Iterator[Chosen]:
    for name in names:
        if name not in known:
            close = " or ".join(get_close_matches(name, known, 3, 0.4))
            meant = f"did you mean {close}? " if close else ""
            raise SettingsError(f"--{what} {name}: there is no such {what}; {meant}{LISTED[what]}")
        yield known[name]
