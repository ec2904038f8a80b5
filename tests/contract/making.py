"""The parts of `make contract`, in order. Each makes what is behind, and returns in a few words what that was."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from typing import Any

from scim_conformance.catalogue import documents
from tests.contract import figures, stale

DOCS = figures.ROOT / "docs"
MOST_NAMED = 6


def named(names: Iterable[str]) -> str:
    """Return names in few words: `2 (a, b)`; empty where there are none."""
    every = list(names)
    more = f" and {len(every) - MOST_NAMED} more" if len(every) > MOST_NAMED else ""
    return f"{len(every)} ({', '.join(every[:MOST_NAMED])}{more})" if every else ""


def catalogue() -> str:
    """Write docs/catalogue.json, docs/coverage.md, docs/settings.md and the hash of the catalogue."""
    before, pages = _checked_in(), _texts()
    documents.main(DOCS)
    after = _checked_in()
    changed = sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
    return named(changed) or named(f"docs/{name}" for name, text in _texts().items() if text != pages[name])


def _texts() -> dict[str, str]:
    names = ("catalogue.json", "coverage.md", "settings.md", "standards.md")
    return {name: (DOCS / name).read_text(encoding="utf-8") for name in names}


def _checked_in() -> dict[str, Any]:
    content = json.loads((DOCS / "catalogue.json").read_text(encoding="utf-8"))
    return {one["id"].partition("/")[0]: one for kind in ("scenarios", "standing") for one in content[kind]}


def requests() -> str:
    """Measure how many requests a full run sends, when scenarios changed."""
    from tests.contract import measuring

    return measuring.write() if stale.stale("examples") else ""


def pages() -> str:
    """Correct the figures that pages carry."""
    return ", ".join(figures.write())


def examples() -> str:
    """Play what `explain` shows, for the scenarios and defects that changed."""
    names = stale.stale("examples")
    if not names:
        return ""
    from tests.examples import writing

    missing = writing.write(names)
    green = f"; {', '.join(missing)} did not deviate with the defect that names it" if missing else ""
    return named(names) + green


def proof() -> str:
    """Play the new rows of docs/proof.md and some of those that changed (`ROWS=all`: all), and new variants."""
    from tests.proof import behind as rows_behind
    from tests.proof import catching_up, updating

    names = rows_behind.due(every=os.environ.get("ROWS") == "all")
    rows = updating.update(names) if names else []
    problems = [f"{row.defect.name} is not found by {row.defect.named}" for row in rows if not row.is_detected]
    behind = [row for row in rows if row.is_detected and not row.is_first]
    problems += [f"with {row.defect.name}, {row.outcome.first} is to be fixed first" for row in behind]
    problems += catching_up.catch_up() if catching_up.is_behind() else ()
    return "; ".join(filter(None, [named(names), *problems, rows_behind.write()]))


def screens() -> str:
    """Show the screens that scenarios and defects appear on, where these changed."""
    names = stale.stale("screens")
    if names:
        wanted = " or ".join(f"{name}-" for name in names)
        pytest = (sys.executable, "-m", "pytest", "-q", "tests/test_screens.py", "-k", f"test_a_screen and ({wanted})")
        environ = os.environ | {"SCREENS": "write"}
        ended = subprocess.run(pytest, cwd=figures.ROOT, env=environ, check=False, capture_output=True, text=True)
        if ended.returncode:
            return f"{named(names)} could not be shown: {ended.stdout[-300:]}"
        stale.remember("screens", names)
    return named(names)


PARTS = (
    (catalogue, "docs/catalogue.json, docs/coverage.md, docs/settings.md, docs/standards.md, catalogue.sha256"),
    (requests, "catalogue/requests.json"),
    (pages, "figures in README.md and docs"),
    (examples, "catalogue/examples.json"),
    (proof, "docs/proof.md, docs/proof.json"),
    (screens, "tests/screens"),
)
