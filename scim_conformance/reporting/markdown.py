"""summary.md: the verdict and what to fix, for a pull request, a mail or the summary of a CI job."""

from collections.abc import Iterator

from scim_conformance.reporting import script
from scim_conformance.reporting.run import RunResult, evidence, explained
from scim_conformance.scenario.folding import Fix, by_moment
from scim_conformance.scenario.results import Verdict

MOST_FIXES = 20
MOST_WAIVED = 50
LONGEST_CURL = 4000
"""Characters of a command that still go into a summary for which room is short."""


def summary(result: RunResult, room: int | None = None) -> str:
    """Return the summary, verdict first. `room`: the most bytes it may have; causes are left out before it is cut."""
    head, tail = _head(result), _tail(result)
    short = room is not None
    known = script.library(result)
    blocks = [_fix(number, fix, _repeated(result, fix, known), short=short) for number, fix in _numbered(result)]
    shown = len(blocks)
    text = _joined(result, head, blocks, tail)
    while room is not None and shown and len(text.encode()) > room:
        shown -= 1
        text = _joined(result, head, blocks[:shown], tail)
    return text if room is None else _cut(text, room)


def _numbered(result: RunResult) -> Iterator[tuple[int, Fix]]:
    yield from enumerate(result.fix_first[:MOST_FIXES], 1)


def _joined(result: RunResult, head: list[str], blocks: list[list[str]], tail: list[str]) -> str:
    return "\n".join([*head, *_fixes(result, blocks), *tail, ""])


def _cut(text: str, room: int) -> str:
    raw = text.encode()
    if len(raw) <= room:
        return text
    note = "\n\n… cut here: summary.md has all of it\n"
    kept = raw[: max(0, room - len(note.encode()))].decode("utf-8", "ignore")
    return kept.rpartition("\n")[0] + note


def _head(result: RunResult) -> list[str]:
    dialects = list(result.verdict_by_dialect)
    columns = [by_moment(result.scenarios, dialect) for dialect in dialects]
    moments = [
        f"| {moment} | " + " | ".join(column.get(moment, "") for column in columns) + " |"
        for moment in result.verdict_by_moment
    ]
    counts = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in result.counts.items() if count)
    return [
        f"# {_inline(result.sentence)}",
        "",
        f"Target {_code(result.target)}, profile {_code(result.profile)}, run {result.run_id}, {result.started}; "
        f"scim-conformance {result.suite_version}.",
        "",
        " · ".join(f"{dialect}: **{verdict}**" for dialect, verdict in result.verdict_by_dialect.items()),
        "",
        f"| moment | {' | '.join(dialects)} |",
        "| --- |" + " --- |" * len(dialects),
        *moments,
        "",
        f"{counts}. {sum(result.requests.values())} requests, {result.requests['entra']} of them as Entra sends them.",
        "",
    ]


def _tail(result: RunResult) -> list[str]:
    return [
        *_waived(result),
        *(f"- Warning: {_inline(warning)}" for warning in result.warnings),
        *(
            f"- Left behind: {_code(str(one['type']))} {_code(str(one['name']))} ({_inline(one['why'])})"
            for one in result.leftovers
        ),
        "",
        result.disclaimer,
    ]


def _waived(result: RunResult) -> list[str]:
    held = [check for one in result.scenarios for check in one.checks if check.verdict is Verdict.WAIVED]
    if not held:
        return []
    rows = [f"- {_code(check.id)} {_inline(check.waiver or '')}" for check in held[:MOST_WAIVED]]
    rest = [f"- … and {len(held) - MOST_WAIVED} more in result.json"] if len(held) > MOST_WAIVED else []
    return ["## Waived", "", *rows, *rest, ""]


def _fixes(result: RunResult, blocks: list[list[str]]) -> list[str]:
    if not result.fix_first:
        return []
    more = len(result.fix_first) - len(blocks)
    rest = [f"… and {more} more in result.json.", ""] if more else []
    return [
        "## Fix first",
        "",
        "The run removed what it made. Where a request names some of that, the command makes it anew and plays the",
        "scenario; DIR is the report directory.",
        "",
        *(line for block in blocks for line in block),
        *rest,
    ]


def _repeated(result: RunResult, fix: Fix, known: script.Library) -> str | None:
    shown, place = evidence(result, fix), script.placed(result, fix.check)
    return None if shown is None or place is None else script.repeating(shown, known, place[0].id)


def _fix(number: int, fix: Fix, command: str | None, *, short: bool) -> list[str]:
    found = [
        f"{number}. **{fix.level}** {_code(fix.check)} {_inline(fix.title)}",
        f"   - expected: {_inline(fix.expected)}",
        f"   - actual: {_inline(fix.actual)}",
        f"   - so: {_inline(fix.so)}",
        f"   - fix: {_inline(fix.fix)}" if fix.fix else "",
        f"   - source: [{_inline(fix.citation.title)}]({fix.citation.url}) ({fix.evidence})",
        f"   - explains {explained(fix)}" if explained(fix) else "",
    ]
    return [*(line for line in found if line), *(_command(command, short=short) if command else []), ""]


def _command(text: str, *, short: bool) -> list[str]:
    if short and len(text) > LONGEST_CURL:
        return ["   - the curl command is long: summary.md has it"]
    # The fence is longer than any run of backticks that a target can have put into an id or a name.
    lines = text.replace("````", "").splitlines()
    return ["   ````sh", *(f"   {line}" for line in lines), "   ````"]


def _code(text: str) -> str:
    return "`" + text.replace("`", "'").replace("\n", " ") + "`"


def _inline(text: str) -> str:
    """Escape what a target may have written: no markup of its own, no line of its own."""
    flat = text.replace("\n", " ").replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return "".join("\\" + char if char in "\\`*_[]|#!" else char for char in flat)
