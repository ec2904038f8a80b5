"""What `profile import` and `profile show` say of a profile, other than its mappings: assumptions, gaps, filters."""

import shlex
from collections.abc import Iterator, Sequence
from typing import Any

from scim_conformance.entra.profiles.importing import Imported
from scim_conformance.entra.profiles.mapping import ObjectType
from scim_conformance.entra.profiles.unfilled import unfilled
from scim_conformance.verdict.counting import number

ASSUMED, LOST = "Imported with an assumption", "Not imported"


def missing(kind: str, sources: Sequence[tuple[str | None, str | None]]) -> list[str]:
    """Return which source attributes of an object type are unknown."""
    names = unfilled(kind, sources)
    noun = "source attribute" if len(names) == 1 else "source attributes"
    said = f"{kind}: this version does not know the {noun} {', '.join(names)}: mappings from it are not tested"
    return [said] if names else []


def all_missing(table: dict[str, Any]) -> list[str]:
    """Return the same for a profile in TOML's structure."""
    rows = {kind: table.get(kind, {}).get("mapping", []) for kind in ("user", "group")}
    sources = {kind: [(row.get("source"), row.get("expression")) for row in found] for kind, found in rows.items()}
    return [note for kind, found in sources.items() for note in missing(kind, found)]


def lost(found: Imported) -> list[str]:
    """Return what is not in the profile."""
    return [note for note in found.notes if note not in found.assumed]


def headed(found: Imported) -> Iterator[tuple[str, list[str]]]:
    """Yield what was assumed and what was left out, each with its heading."""
    yield from ((head, notes) for head, notes in ((ASSUMED, found.assumed), (LOST, lost(found))) if notes)


def head(found: Imported, unknown: Sequence[str]) -> list[str]:
    """Return the comment at the top of an imported profile."""
    lines = [
        "Imported from a provisioning schema. A schema does not contain the action on unassign, credentials, dialect",
        "and users: add them if they differ from the defaults.",
    ]
    for title, notes in headed(found):
        lines += [f"{title}:", *(f"- {note}" for note in notes)]
    return [*lines, *unknown]


def written(found: Imported, output: str) -> list[str]:
    """Return the next command, and what was written: the last line."""
    kinds = [found.table.get(kind, {}) for kind in ("user", "group")]
    mappings, filters = (sum(len(one.get(key, ())) for one in kinds) for key in ("mapping", "scope"))
    parts = [number(mappings, "mapping"), *([number(filters, "scoping filter")] if filters else [])]
    parts += [f"{len(lost(found))} left out"] if lost(found) else []
    return [f"  scim-conformance profile show {shlex.quote(output)}", f"{output} written: {', '.join(parts)}"]


def filters(found: ObjectType) -> Iterator[str]:
    """Yield the scoping filters of an object type."""
    for one in found.scope:
        said = " and ".join(str(clause) for clause in one.clauses)
        yield f"scoping filter {one.title}: {said}" + (" (drops objects when they are read)" if one.input else "")
