"""CONFORMANCE.md: the conformance document as Markdown, for a repository or a documentation site."""

import re
from collections.abc import Iterable, Iterator, Sequence

from scim_conformance.catalogue import requirements, scenarios
from scim_conformance.catalogue.columns.model import DocumentRow
from scim_conformance.reporting.columns import ENOUGH, ColumnResult
from scim_conformance.reporting.conformance import Conformance, Dispute, Group, Line
from scim_conformance.reporting.marked import code, inline, link
from scim_conformance.reporting.pieces import Piece
from scim_conformance.reporting.rehearsal_words import either
from scim_conformance.verdict.extent import named
from scim_conformance.verdict.run_result import RunResult

NAME = "CONFORMANCE.md"

MOST_SOURCES = 3
"""Reports of a bug that a row names."""

HOW = [
    "A requirement is *passed* if all checks that judge it ran in this run and passed, and *failed* if one of them",
    "failed. It is *not applicable* if the target's responses say so, or for Entra what the profile maps. Otherwise",
    "it is *not tested*. *failed (advice)* is a failure that does not count. Contested rows are advice, because the",
    f"text is ambiguous or implementations differ. A standard has a verdict only if at least {ENOUGH} % of its MUST",
    "requirements that apply were checked. The verdict on both Entra dialects is that of the entra suite alone.",
]
"""How to read it."""


def document(found: Conformance) -> str:
    """Return the document."""
    lines = [
        *_head(found),
        *_summary(found.columns),
        *_disputes(found.disputes),
        *(line for group in found.groups for line in _group(group)),
        "",
        inline(found.run.disclaimer),
        "",
    ]
    return "\n".join(lines)


def facts(found: Conformance) -> Iterator[tuple[str, str]]:
    """Yield what the document is about: names and values."""
    said, run = found.remarks.about, found.run
    stated = {"product": f"{said.product} {said.version}".strip(), "vendor": said.vendor, "contact": said.contact}
    yield from ((name, text or "not stated") for name, text in stated.items())
    yield "target", run.target
    yield "profile", run.profile
    yield "run", f"{run.run_id}, {run.started}, {_extent(run)}"
    if found.unplayed:
        yield "not run", not_run(found)
    yield "tool", f"scim-conformance {run.suite_version}, catalogue SHA-256 {run.catalogue_sha256}"
    yield "Entra", run.sentence


def not_run(found: Conformance) -> str:
    """Return which suites the run did not have, and how many requirements are therefore not tested."""
    played = {one.template for one in found.run.scenarios}
    suites = dict.fromkeys(one.suite for one in scenarios.shipped_templates() if one.id not in played)
    many = either(len(found.unplayed), "requirement is", "requirements are")
    noun = "suite" if len(suites) == 1 else "suites"
    return f"{many} not tested, because the run did not have all of the {noun} {named(list(suites), len(suites))}"


def _extent(run: RunResult) -> str:
    suites = dict.fromkeys(one.suite for one in run.scenarios)
    limited = ", selected scenarios only" if run.selectors else ""
    return f"suites {', '.join(suites)}{limited}"


def _head(found: Conformance) -> list[str]:
    product = found.remarks.about.product
    return [
        f"# Conformance of {inline(product or found.run.target)}",
        "",
        *_table(["", ""], ([name, inline(text, cell=True)] for name, text in facts(found))),
        "",
        *HOW,
        "",
    ]


def _summary(columns: Sequence[ColumnResult]) -> list[str]:
    heading = [
        "standard",
        "version",
        "as of",
        "verdict",
        "passed",
        "failed",
        "advice",
        "not applicable",
        "not tested",
        "why",
    ]
    return ["## Standards", "", "Numbers are MUST requirements.", "", *_table(heading, map(_standard, columns)), ""]


def _standard(one: ColumnResult) -> list[str]:
    column, tally = one.column, one.tally
    counts = (tally.passed, tally.failed, tally.advice, tally.not_applicable, tally.not_tested)
    return [
        f"{link(column.title, column.url)}: {inline(column.document, cell=True)}",
        inline(column.version, cell=True),
        column.as_of,
        f"**{one.verdict}**",
        *map(str, counts),
        inline(one.why, cell=True),
    ]


def _disputes(disputes: Sequence[Dispute]) -> list[str]:
    if not disputes:
        return []
    rows = [cells for one in disputes for cells in _dispute(one)]
    return [
        "## Where the standards contradict each other",
        "",
        "What each of them asks for, whether the target does it (– where no check shows it), and what a server can do.",
        "",
        *_table(["", "topic", "standard", "asks for", "this target", "what a server can do"], rows),
        "",
    ]


def _dispute(one: Dispute) -> Iterator[list[str]]:
    first = [f'<a id="{one.told.id}"></a>{one.told.id}', _prose(one.told.topic)]
    advice = _prose(f"{one.told.do} ({one.one_server})")
    for number, position in enumerate(one.positions):
        names = ", ".join(column.title for column in position.columns)
        state = position.cell.word if position.cell is not None else "–"
        lead, last = (first, advice) if number == 0 else (["", ""], "")
        yield [*lead, inline(names, cell=True), _prose(position.asks), state, last]


def _group(group: Group) -> list[str]:
    heading = [
        "requirement",
        "",
        "section",
        "level",
        *(one.column.title for one in group.columns),
        "evidence",
        "deviation, or reason",
        "remark of the vendor",
    ]
    note = [group.note, ""] if group.note else []
    return [f"## {inline(group.document)}", "", *note, *_table(heading, map(_line, group.lines)), ""]


def _line(line: Line) -> list[str]:
    row = line.row
    return [
        row.id,
        _prose(row.says),
        _section(row),
        line.level,
        *line.words,
        _evidence(line),
        "; ".join(inline(text, cell=True) for text in line.says),
        "; ".join([*map(_named, line.contradictions), *([inline(line.remark, cell=True)] if line.remark else [])]),
    ]


def _prose(text: str) -> str:
    """Return a text of ours for a cell: between backticks is code."""
    parts = re.split(r"`([^`]+)`", text)
    return "".join(code(part, cell=True) if at % 2 else inline(part, cell=True) for at, part in enumerate(parts))


def _section(row: DocumentRow) -> str:
    """Return where a requirement is from, with a link if there is one."""
    if row.sources:
        return ", ".join(_source(one) for one in shown_sources(row))
    return link(row.section, row.url) if row.url else inline(row.section, cell=True)


def _source(source: str) -> str:
    told = requirements.link(source)
    return told if told.startswith("[") else inline(source, cell=True)


def shown_sources(row: DocumentRow) -> list[str]:
    """Return the sources of a requirement that are shown, and how many more there are."""
    more = len(row.sources) - MOST_SOURCES
    return [*row.sources[:MOST_SOURCES], *([f"and {more} more"] if more > 0 else [])]


def _evidence(line: Line) -> str:
    told = [_piece(piece) for piece in line.evidence]
    return ", ".join([*told, *([f"and {line.more} more"] if line.more else [])])


def _piece(piece: Piece) -> str:
    return f"{code(piece.check, cell=True)} {code(piece.request, cell=True)}".rstrip()


def _named(contradiction: str) -> str:
    return f"contradiction [{contradiction}](#{contradiction})"


def _table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    return [_row(heading), _row(["---"] * len(heading)), *map(_row, rows)]


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"
