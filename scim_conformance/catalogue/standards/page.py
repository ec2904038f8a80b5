"""The page of the register: for each document, every requirement with the checks that judge it (docs/standards.md)."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from scim_conformance.catalogue.checks import CheckTemplate, check_templates
from scim_conformance.catalogue.columns.model import judged_by
from scim_conformance.catalogue.scenarios import shipped_templates
from scim_conformance.catalogue.standards.rows import StandardRow, by_id, by_topic, of_document
from scim_conformance.scenario.checks import Level

HEAD = "<!-- Written by `make catalogue`; a test compares it with what is declared. -->\n"
_INTRODUCTION = """
What RFC 7643, RFC 7644 and related documents require of a SCIM target, row by row, and the check that judges each row.
`scim-conformance run --suite rfc` plays the checks of the RFCs, `--suite security` those of OWASP. A row applies when
its condition is met: a target that does not offer a feature is not judged by it. Contested rows are advice, because the
text is ambiguous or implementations differ. A row without a check is not tested yet, or says why it is not. A row of a
profile that asks for the same as others names them, and is not counted as tested.
"""


@cache
def judging() -> Mapping[str, Sequence[CheckTemplate]]:
    """Return the checks that judge each row, by its id: those that cite it."""
    found: dict[str, list[CheckTemplate]] = {}
    citing = (one for one in shipped_templates() if by_id().keys() & set(one.covers))
    for template in citing:
        for check in check_templates(template):
            for row in check.rows:
                found.setdefault(row, []).append(check)
    return found


def page() -> str:
    """Return the text of `docs/standards.md`."""
    documents = of_document(by_id().values())
    lines = [HEAD, "# Coverage of standards", _INTRODUCTION.rstrip(), ""]
    lines += _line(["document", "rows", "tested", "MUST rows", "tested", "first wave", "tested"])
    lines += _line(["---"] * 7)
    for document, rows in documents.items():
        lines += _line([document, *_figures(rows)])
    lines += _line(["**all**", *_figures(list(by_id().values()))])
    lines += _by_topic()
    for document, rows in documents.items():
        lines += ["", f"## {document}", "", *_line(["row", "level", "requirement", "checks"]), *_line(["---"] * 4)]
        for row in rows:
            lines += _line([row.id, _level(row), _says(row), _checks(row)])
    return "\n".join(lines) + "\n"


LATER = frozenset({"bulk", "conditional", "me", "ipsie", "interop"})
"""Topics of which no release tests more than single rows yet."""

_BY_TOPIC = """
The same by topic, MUST rows alone. Left are those that no check judges and that have no reason: features that few
targets offer, such as cursors. Of bulk, ETags, /Me, IPSIE and the interop profile only single rows are tested yet.
"""


def _by_topic() -> list[str]:
    lines = [_BY_TOPIC.rstrip(), "", *_line(["topic", "MUST rows", "tested", "with a reason", "left"])]
    lines += _line(["---"] * 5)
    chosen = {topic: rows for topic, rows in by_topic().items() if topic not in LATER}
    for topic, rows in chosen.items():
        lines += _line([topic, *_of_topic(rows)])
    return lines + _line(["**all of these**", *_of_topic([row for rows in chosen.values() for row in rows])])


def _of_topic(rows: Sequence[StandardRow]) -> list[str]:
    hard = [row for row in rows if row.hardest is Level.MUST]
    tested = _tested(hard)
    reasons = sum(bool(row.why) for row in hard if row.id not in judging())
    return [str(figure) for figure in (len(hard), tested, reasons, len(hard) - tested - reasons)]


def _figures(rows: Sequence[StandardRow]) -> list[str]:
    chosen = (rows, [row for row in rows if row.hardest is Level.MUST], [row for row in rows if row.first_wave])
    return [str(figure) for part in chosen for figure in (len(part), _tested(part))]


def _tested(rows: Iterable[StandardRow]) -> int:
    return sum(row.id in judging() for row in rows)


def _level(row: StandardRow) -> str:
    return f"{row.level} (contested)" if row.contested else row.level


def _says(row: StandardRow) -> str:
    return row.says if row.condition == "always" else f"{row.says} ({row.condition})"


def _checks(row: StandardRow) -> str:
    ids = [f"`{one.id}`" for one in judging().get(row.id, ())]
    return ", ".join(ids) or _repeats(row) or (f"*{row.why}*" if row.why else "")


def _repeats(row: StandardRow) -> str:
    """Return what judges a row that asks for what other rows or checks already judge (see `catalogue.columns`)."""
    how = judged_by().get(row.id)
    if how is None:
        return ""
    if how.column:
        return f"as all rows of {how.column}"
    same, opposite = (", ".join(f"`{name}`" for name in names) for names in (how.by, how.broken_by))
    if same:
        return f"as {same}"
    refused = ", ".join(f"`{name}`" for name in how.refused)
    return f"fails where {opposite} passes" + (f"; {how.error} at {refused}" if refused else "")


def _line(cells: Sequence[str]) -> list[str]:
    return ["| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"]
