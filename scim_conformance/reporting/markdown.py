"""summary.md: the verdict and what to fix, for a pull request, an e-mail or the summary of a CI job."""

from collections import Counter
from collections.abc import Iterable, Iterator

from scim_conformance.reporting import script
from scim_conformance.reporting.curl import TOKEN
from scim_conformance.reporting.marked import block, code, inline, link
from scim_conformance.scenario.blocking import in_words
from scim_conformance.scenario.checks import Level, leveled
from scim_conformance.verdict import counting
from scim_conformance.verdict.account_discovery import in_words as discovered
from scim_conformance.verdict.blocked import unowned
from scim_conformance.verdict.causes import Fix
from scim_conformance.verdict.decision import cells, of_dialects
from scim_conformance.verdict.results import Verdict
from scim_conformance.verdict.run_result import RunResult, evidence, explained

UNDOCUMENTED = "How Entra's provisioning service behaves here is not documented, or only in part"
"""What precedes the assumptions of a rehearsal."""

MOST_FIXES = 20
MOST_WAIVED = 50
MOST_BLOCKERS = 5
LONGEST_CURL = 4000
"""Maximum characters of a command in a summary with limited space."""


def summary(result: RunResult, room: int | None = None, place: str = "result.json") -> str:
    """Return the summary, verdict first.

    `room`: its maximum bytes; causes are omitted before it is truncated. `place`: the report directory in commands.
    """
    head, tail = _head(result), _tail(result)
    short = room is not None
    known = script.library(result, place)
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
    note = "\n\n… truncated: summary.md has all of it\n"
    kept = raw[: max(0, room - len(note.encode()))].decode("utf-8", "ignore")
    return kept.rpartition("\n")[0] + note


def _head(result: RunResult) -> list[str]:
    return [
        f"# {inline(result.sentence)}",
        "",
        f"Target {code(result.target)}, profile {code(result.profile)}, run {inline(result.run_id)}, "
        f"{inline(result.started)}; scim-conformance {inline(result.suite_version)}.",
        "",
        *_table(result),
        *_played(result),
        *([inline(discovered(result.account_discovery)), ""] if result.account_discovery else []),
        _counted(result),
        "",
        *(
            line
            for text in (result.mappings_tested, result.prepared_without)
            if text
            for line in (f"{inline(text)}.", "")
        ),
    ]


def _played(result: RunResult) -> list[str]:
    """Return what each cycle of a rehearsal did; nothing for a run."""
    return [*(f"- {inline(one)}" for one in result.played), ""] if result.played else []


def _counted(result: RunResult) -> str:
    """Return how scenarios ended, which checks failed, and how many requests were sent."""
    levels = ", ".join(f"{result.counts[level]} {level}" for level in Level if result.counts.get(level))
    said = [*counting.played(result.scenarios, result.fail_on), *([f"failed checks: {levels}"] if levels else [])]
    sent = counting.number(sum(result.requests.values()), "request")
    return f"{'; '.join(said)}. {sent}, {result.requests['entra']} of them as Entra sends them."


def _table(result: RunResult) -> list[str]:
    """Return the verdict for each dialect and each moment; nothing if there is no verdict."""
    dialects = list(result.verdict_by_dialect)
    if not dialects:
        return []
    columns = [cells(result.scenarios, dialect) for dialect in dialects]
    shown = of_dialects(result.scenarios, result.verdict_by_dialect)
    moments = [
        "| " + " | ".join(_cells([moment, *(column.get(moment, "") for column in columns)])) + " |"
        for moment in result.verdict_by_moment
    ]
    return [
        " · ".join(f"{inline(one)}: **{inline(verdict)}**" for one, verdict in shown.items()),
        "",
        f"| moment | {' | '.join(_cells(dialects))} |",
        "| --- |" + " --- |" * len(dialects),
        *moments,
        "",
    ]


def _tail(result: RunResult) -> list[str]:
    return [
        *_blockers(result),
        *_waived(result),
        *(f"- Warning: {inline(warning)}" for warning in result.warnings),
        *(
            f"- Left behind: {code(str(one['type']))} {code(str(one['name']))} ({inline(one['why'])})"
            for one in result.leftovers
        ),
        *_assumptions(result),
        "",
        inline(result.disclaimer),
    ]


def _assumptions(result: RunResult) -> list[str]:
    """Return what a rehearsal assumes; nothing for a run."""
    if not result.assumptions:
        return []
    return ["", "## Assumptions", "", f"{UNDOCUMENTED}:", "", *(f"- {inline(one)}" for one in result.assumptions)]


def _blockers(result: RunResult) -> list[str]:
    blockers = Counter(in_words(by, result.target) for by in unowned(result.scenarios))
    rows = [f"- {count}: {inline(text)}" for text, count in blockers.most_common(MOST_BLOCKERS)]
    return ["## Scenarios blocked by", "", *rows, ""] if rows else []


def _waived(result: RunResult) -> list[str]:
    held = [check for one in result.scenarios for check in one.checks if check.verdict is Verdict.WAIVED]
    if not held:
        return []
    rows = [f"- {code(check.id)} {inline(check.waiver or '')}" for check in held[:MOST_WAIVED]]
    rest = [f"- … and {len(held) - MOST_WAIVED} more in result.json"] if len(held) > MOST_WAIVED else []
    return ["## Waived", "", *rows, *rest, ""]


_REPEATING = (
    "The run deleted what it created. If a request needs that, or creates something, the command runs its whole",
    f"scenario, and deletes what it creates. The commands read the secret token from `{TOKEN}`.",
    "",
)
_DEMO = ("The embedded target ended with the run. The command starts it again, and plays the scenario.", "")


def _about_commands(result: RunResult) -> tuple[str, ...]:
    """Return what to know about the commands below the causes; a rehearsal has no requests, and so no commands."""
    if not any(one.exchanges for one in result.scenarios):
        return ()
    return _DEMO if result.demo else _REPEATING


def _fixes(result: RunResult, blocks: list[list[str]]) -> list[str]:
    if not result.fix_first:
        return []
    more = len(result.fix_first) - len(blocks)
    rest = [f"… and {more} more in result.json.", ""] if more else []
    return [
        "## Fix first",
        "",
        *_about_commands(result),
        *(line for block in blocks for line in block),
        *rest,
    ]


def _repeated(result: RunResult, fix: Fix, known: script.Library) -> str | None:
    shown, place = evidence(result, fix), script.placed(result, fix.check)
    return None if shown is None or place is None else script.repeating(shown, known, place[0])


def _fix(number: int, fix: Fix, command: str | None, *, short: bool) -> list[str]:
    found = [
        f"{number}. **{inline(leveled(fix.level, fix.label))}** {code(fix.check)} {inline(fix.title)}",
        f"   - expected: {inline(fix.expected)}",
        f"   - actual: {inline(fix.actual)}",
        f"   - impact: {inline(fix.so)}",
        f"   - fix: {inline(fix.fix)}" if fix.fix else "",
        f"   - source: {link(fix.citation.title, fix.citation.url)} ({inline(fix.evidence)})",
        f"   - explains {inline(explained(fix))}" if explained(fix) else "",
    ]
    return [*(line for line in found if line), *(_command(command, short=short) if command else []), ""]


def _command(text: str, *, short: bool) -> list[str]:
    if short and len(text) > LONGEST_CURL:
        return ["   - the curl command is long: summary.md has it"]
    return block(text, "   ")


def _cells(texts: Iterable[str]) -> list[str]:
    return [inline(text, cell=True) for text in texts]
