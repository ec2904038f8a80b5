"""summary.md: the verdict and what to fix, for a pull request or a mail."""

from scim_conformance.reporting import curl
from scim_conformance.reporting.run import RunResult, evidence, explained
from scim_conformance.scenario.folding import Fix, by_moment
from scim_conformance.scenario.results import Recorded

MOST_FIXES = 20


def summary(result: RunResult) -> str:
    """Return the summary, verdict first."""
    dialects = list(result.verdict_by_dialect)
    columns = [by_moment(result.scenarios, dialect) for dialect in dialects]
    moments = [
        f"| {moment} | " + " | ".join(column.get(moment, "") for column in columns) + " |"
        for moment in result.verdict_by_moment
    ]
    counts = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in result.counts.items() if count)
    lines = [
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
        *_fixes(result),
        *(f"- Warning: {_inline(warning)}" for warning in result.warnings),
        *(
            f"- Left behind: {_code(str(one['type']))} {_code(str(one['name']))} ({_inline(one['why'])})"
            for one in result.leftovers
        ),
        "",
        result.disclaimer,
        "",
    ]
    return "\n".join(lines)


def _fixes(result: RunResult) -> list[str]:
    if not result.fix_first:
        return []
    shown = result.fix_first[:MOST_FIXES]
    more = len(result.fix_first) - len(shown)
    rest = [f"… and {more} more in result.json.", ""] if more else []
    return [
        "## Fix first",
        "",
        "The run removed what it made: the ids in these commands are those of this run.",
        "",
        *(line for number, fix in enumerate(shown, 1) for line in _fix(number, fix, evidence(result, fix))),
        *rest,
    ]


def _fix(number: int, fix: Fix, shown: Recorded | None) -> list[str]:
    found = [
        f"{number}. **{fix.level}** {_code(fix.check)} {_inline(fix.title)}",
        f"   - expected: {_inline(fix.expected)}",
        f"   - actual: {_inline(fix.actual)}",
        f"   - so: {_inline(fix.so)}",
        f"   - fix: {_inline(fix.fix)}" if fix.fix else "",
        f"   - source: [{_inline(fix.citation.title)}]({fix.citation.url}) ({fix.evidence})",
        f"   - explains {explained(fix)}" if explained(fix) else "",
        "",
    ]
    # The fence is longer than any run of backticks that a target can have put into an id or a name.
    block = ["   ````sh", f"   {curl.command(shown).replace('````', '')}", "   ````"] if shown else []
    return [line for line in found[:-1] if line] + [*block, ""]


def _code(text: str) -> str:
    return "`" + text.replace("`", "'").replace("\n", " ") + "`"


def _inline(text: str) -> str:
    """Escape what a target may have written: no markup of its own, no line of its own."""
    flat = text.replace("\n", " ").replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return "".join("\\" + char if char in "\\`*_[]|#!" else char for char in flat)
