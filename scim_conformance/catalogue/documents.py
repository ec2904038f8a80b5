"""Writes the catalogue of everything that is judged, and the table of requirements that it covers: `make catalogue`.

Both are checked in, so that a change of the contract is a diff. They do not depend on the profile: a dialect, a row and
an attribute are shown as `{dialect}`, `{row}` and `{attribute}`.
"""

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

from scim_conformance.catalogue import requirements, scenarios
from scim_conformance.catalogue.checks import check_templates, generic, in_order_of_title
from scim_conformance.catalogue.standards.page import page as standards_page
from scim_conformance.config.page import page as settings_page
from scim_conformance.scenario import released
from scim_conformance.scenario.checks import leveled
from scim_conformance.scenario.citations import Citation
from scim_conformance.scenario.model import Template
from scim_conformance.scenario.standing import STANDING
from scim_conformance.scenario.standing_check import Standing
from scim_conformance.scim.locations import CATALOGUE_SHA256

SCHEMA_VERSION = "1"
HEAD = "<!-- Written by `make catalogue`; a test compares it with what is declared. -->\n"


def the_catalogue() -> dict[str, Any]:
    """Return everything that is judged."""
    return {
        "schema_version": SCHEMA_VERSION,
        "scenarios": [_scenario(template) for template in scenarios.shipped_templates()],
        "standing": [
            {
                "id": one.key,
                "title": one.title,
                "level": one.level,
                **({"labels": [one.label]} if one.label else {}),
                "evidence": one.citation.evidence,
                "source": {"title": one.citation.title, "url": one.citation.url},
                "covers": list(one.covers),
                "since": released.of_standing(one),
            }
            for one in STANDING
        ],
    }


def _scenario(template: Template) -> dict[str, Any]:
    return {
        "id": generic(template),
        "title": template.title,
        "moment": template.moment,
        "dialects": list(template.dialects or ()),
        "needs": list(template.needs),
        "validator": template.validator,
        **({"gallery": True} if template.gallery else {}),
        "since": released.of_scenario(template),
        "covers": list(template.covers),
        "checks": [check.data() for check in check_templates(template)],
    }


def catalogue_text() -> str:
    """Return the text of `docs/catalogue.json`."""
    return json.dumps(the_catalogue(), indent=1, ensure_ascii=False) + "\n"


def sha256(text: str) -> str:
    """Return the hash of the catalogue: that of the file's bytes."""
    return hashlib.sha256(text.encode()).hexdigest()


def coverage_text() -> str:
    """Return the text of `docs/coverage.md`."""
    lines = [HEAD, "# Coverage of requirements", *_INTRODUCTION, ""]
    held = requirements.coverage(scenarios.covering())
    for table in requirements.register().tables:
        lines += _requirements(table, held)
    return "\n".join([*lines, *_checks()]) + "\n"


_INTRODUCTION = [
    "",
    "Which scenario covers which requirement, and why the others are not covered. A row is covered if a target that",
    "fails it makes a check of that scenario deviate. `scim-conformance explain ID` explains a scenario,",
    "`scim-conformance list --coverage` prints these tables. Not issued or endorsed by Microsoft.",
]


def _requirements(table: requirements.Table, held: dict[str, list[str]]) -> list[str]:
    covered = sum(bool(held[row.id]) for row in table.rows)
    rows = [_requirement(row, held[row.id]) for row in table.rows]
    sourced = any(row.sources for row in table.rows)
    heading = ["row", "requirement", "covered by"] + (["source"] if sourced else [])
    if any(row.id.startswith("B") for row in table.rows):
        heading[1] = "bug"
    return [
        f"## {table.title}",
        "",
        f"{table.about} {len(table.rows)} rows: {covered} covered, {len(table.rows) - covered} with a reason.",
        "",
        _line(heading),
        _line(["---"] * len(heading)),
        *(_line(cells[: len(heading)]) for cells in rows),
        "",
    ]


def _requirement(row: requirements.RegisterRow, ids: list[str]) -> list[str]:
    return [row.id, row.says, ", ".join(ids) or f"*{row.why}*", ", ".join(map(requirements.link, row.sources))]


def _checks() -> list[str]:
    heading = ["check", "level", "source", "evidence", "since"]
    rows = [row for template in scenarios.shipped_templates() for row in _check_rows(template)]
    rows += [_standing_row(one) for one in STANDING]
    return ["## Every check", "", f"{len(rows)} checks.", "", _line(heading), _line(["---"] * 5), *map(_line, rows)]


def _standing_row(one: Standing) -> list[str]:
    level, since = leveled(one.level, one.label), released.of_standing(one)
    return [one.key, level, _cited({one.citation}), one.citation.evidence, since]


def _check_rows(template: Template) -> list[list[str]]:
    return [
        [
            f"`{check.id}`",
            leveled(", ".join(check.ranked), "; ".join(sorted(check.labels))),
            _cited(check.sources),
            ", ".join(sorted(check.evidence)),
            check.since,
        ]
        for check in check_templates(template)
    ]


def _cited(sources: set[Citation]) -> str:
    return ", ".join(f"[{one.title}]({one.url})" for one in in_order_of_title(sources))


def _line(cells: list[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def main(docs: Path) -> None:
    """Write the catalogue, its hash, the tables of coverage and that of settings."""
    text = catalogue_text()
    (docs / "catalogue.json").write_text(text, encoding="utf-8")
    (docs / "coverage.md").write_text(coverage_text(), encoding="utf-8")
    (docs / "standards.md").write_text(standards_page(), encoding="utf-8")
    (docs / "settings.md").write_text(settings_page(), encoding="utf-8")
    CATALOGUE_SHA256.write_text(sha256(text) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
