"""The second part of a preview's screen: what Entra would do, the accounts that exist, and what to fix first."""

from collections import Counter
from collections.abc import Iterator
from statistics import median

from scim_conformance.entra.engine.model import LogAction, LogStatus
from scim_conformance.entra.source.model import ObjectKind
from scim_conformance.rehearsal.discovered import AccountClass
from scim_conformance.rehearsal.findings import CHECKS
from scim_conformance.rehearsal.held_against import LOST, QUERY_FAILS, listed
from scim_conformance.rehearsal.lines import Fact, folded, named, table
from scim_conformance.rehearsal.masking import Mask
from scim_conformance.rehearsal.prediction import would
from scim_conformance.rehearsal.previewing import Cost, Previewed
from scim_conformance.rehearsal.scoping import ScopeReport
from scim_conformance.reporting.rehearsal_words import counted, either

SECOND_ACCOUNT = "each of these users gets a second account"
"""Impact of REH-MAT-01 in a preview: unlike in a rehearsal, the account is not the harness's own."""
UNANSWERED_QUERY = (
    "nothing is provisioned for these users",
    "answer the query for each of these values with status 200 and a ListResponse",
)
"""Impact and fix if the query itself fails."""
MOST_ATTRIBUTES = 5
MOST_NAMED = 3
_LEAST, _MOST = 0.01, 0.08
"""Minutes of an initial cycle for each assigned user, group and membership (Microsoft: How long will it take?)."""


def cost(given: Cost, rate: float | None, width: int) -> list[str]:
    """Return what will be sent, before it is."""
    at = f" at {rate:g} requests per second" if rate else ""
    text = (
        f"{counted(given.pages, 'more page')} of {counted(given.accounts, 'account')} and up to "
        f"{either(given.queries, 'match query', 'match queries')}, about {duration(given.seconds)}{at}"
    )
    note = "the matching values of all users in scope are sent in query strings, as Entra sends them"
    return [*named("reading", text, width), *named("", note, width)]


def duration(seconds: float) -> str:
    """Return a time in words: `83 s`, `34 min`, `2 h 18 min`."""
    if seconds < 120:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h {minutes % 60} min"


def plan(found: Previewed, width: int) -> list[str]:
    """Return what Entra would do with the users and groups in scope."""
    plans = Counter(would(one) for one in found.in_scope().values())
    facts = [
        Fact(plans["link"] + plans["update"], "link to an existing account", _updates(found, plans)),
        Fact(plans["create"], "create", _creations(found)),
        Fact(plans["fail"], "stop with an error", _codes(found, "fail")),
        Fact(plans["skip"], "skip", _codes(found, "skip")),
        Fact(0, "disable or delete", "the first cycle does neither"),
        *_groups(found),
    ]
    return ["What Entra would do", *table([one for one in facts if one.number or "disable" in one.label], width)]


def _updates(found: Previewed, plans: Counter[str]) -> str:
    changed = Counter(one.path for outcome in found.in_scope().values() if would(outcome) == "update"
                      for one in outcome.modified)  # fmt: skip
    most = ", ".join(f"{path} {number:,}" for path, number in changed.most_common(MOST_ATTRIBUTES))
    more = len(changed) - MOST_ATTRIBUTES
    updated = f", {plans['update']:,} updated: {most}" if changed else ""
    updated += f" and {more:,} more" if more > 0 else ""
    return f"{plans['link']:,} unchanged{updated}"


def _creations(found: Previewed) -> str:
    users = {one.source.id: one for one in found.report.in_scope()}
    lost = sum(listed(found, users[one]) is not None for one in found.groups_of("create"))
    fresh = len(found.groups_of("create")) - lost
    return f"{fresh:,} without an account, {lost:,} with one that the query does not find" if lost else ""


def _codes(found: Previewed, which: str) -> str:
    codes = Counter(one.code or "" for one in found.in_scope().values() if would(one) == which)
    return ", ".join(f"{code} {number:,}" for code, number in codes.most_common())


def _groups(found: Previewed) -> Iterator[Fact]:
    inside = found.report.in_scope(ObjectKind.GROUP) if found.report.profile.group else []
    if not inside:
        return
    plans = Counter(would(found.prediction.groups[one.source.id]) for one in inside)
    said = ", ".join(f"{plans[one]:,} {one}" for one in ("link", "update", "create", "fail", "skip") if plans[one])
    lost = found.prediction.unlinked
    unsent = f"; {either(lost, 'is', 'are')} not sent: the users have no account" if lost else ""
    yield Fact(len(inside), "groups", f"{said}; then {counted(found.prediction.memberships, 'membership')}{unsent}")


def later(found: Previewed, width: int) -> list[str]:
    """Return what the later exports change, a cycle each, with disablings and deletions against the threshold."""
    lines = []
    for one in found.prediction.later:
        number, tally = one.done.cycle.number, one.done.tally
        lines += _hanging(f"cycle {number}  {_would_do(tally) or 'nothing to do'}", "  ", " " * 11, width)
        changed = ", ".join(f"{text} {count:,}" for text, count in one.changes.items() if count)
        lines += folded(f"changes in Entra: {changed or 'none'}", " " * 11, width)
        if one.held_back:
            said = (
                f"more than the {found.report.profile.job.deletion_threshold:,} of deletion_threshold are disabled or"
            )
            lines += folded(f"{said} deleted: Entra holds them back (TooManyDeletes)", " " * 11, width)
    return ["Later cycles", *lines, ""] if lines else []


def _would_do(tally: Counter[str]) -> str:
    """Return in words what a cycle would do: `users 3 create, 2 disable; memberships 4 added`."""
    said = []
    for phase in ("users", "groups"):
        found = {action: tally[f"{phase} {action.value} success"] for action in LogAction}
        failed = sum(count for name, count in tally.items() if name.startswith(phase) and name.endswith("failure"))
        parts = [f"{count:,} {action.value}" for action, count in found.items() if count]
        said += [f"{phase} {', '.join([*parts, *([f'{failed:,} fail'] if failed else [])])}"] if parts or failed else []
    moved = [f"{tally[f'members {one}']:,} {one}" for one in ("added", "removed") if tally[f"members {one}"]]
    return "; ".join([*said, *([f"memberships {', '.join(moved)}"] if moved else [])])


def accounts(found: Previewed, width: int) -> list[str]:
    """Return the accounts of the application, in the classes of Account Discovery."""
    title = f"Accounts in the application: {len(found.accounts.found):,}"
    rule = found.report.profile.user.matching[0]
    if not found.discovered.usable:
        text = f"not classified: users are matched on {rule.target} by an expression, which Account Discovery ignores"
        return [title, *folded(text, "  ", width)]
    said = {
        AccountClass.ASSIGNED: "",
        AccountClass.UNASSIGNED: "a user of Entra matches, and is not assigned",
        AccountClass.LOCAL: "no user of Entra matches",
    }
    facts = [Fact(len(found.discovered.of(one)), one.value, text) for one, text in said.items()]
    return [title, *table(facts, width)]


def fix_first(found: Previewed, mask: Mask, width: int) -> list[str]:
    """Return the findings, the most severe first."""
    lines: list[str] = []
    for number, (check, text, sources) in enumerate(findings(found), 1):
        asks = CHECKS[check]
        who = ""
        if "list" not in sources:
            names = ", ".join(mask.person(one) for one in list(sources)[:MOST_NAMED])
            who = f"{counted(len(sources), 'user')} ({names}{', …' if len(sources) > MOST_NAMED else ''}): "
        first = f"{number} {asks.level.name} {check}  {who}{text}"
        lines += [*_hanging(first, "  ", "       ", width)]
        so, fix = advice(check, text)
        lines += _hanging(f"so   {so}", "       ", "            ", width)
        lines += _hanging(f"fix  {fix}", "       ", "            ", width)
    return ["To fix first", *lines] if lines else ["Nothing to fix in the application"]


def advice(check: str, text: str) -> tuple[str, str]:
    """Return the impact and the fix of a finding, as they are in a preview."""
    if check == LOST and text.startswith(QUERY_FAILS):
        return UNANSWERED_QUERY
    return SECOND_ACCOUNT if check == LOST else CHECKS[check].so, CHECKS[check].fix


def _hanging(text: str, first: str, further: str, width: int) -> list[str]:
    lines = folded(text, further, width)
    return [first + lines[0].lstrip(), *lines[1:]]


def findings(found: Previewed) -> list[tuple[str, str, dict[str, None]]]:
    """Return the findings, the most severe first: the check, the text, and the ids of the users."""
    held = [one for check in CHECKS for one in found.findings.of(check)]
    held.sort(key=lambda one: (list(_SEVERITY).index(CHECKS[one.check].level.name), -len(one.sources)))
    return [(one.check, one.text, one.sources) for one in held]


_SEVERITY = ("MUST", "ENTRA", "SHOULD")


def time_line(found: Previewed, width: int) -> list[str]:
    """Return how long an initial cycle takes, as a line of the screen."""
    return _hanging(time_needed(found.report, found.seconds), "Time   ", "       ", width)


def time_needed(report: ScopeReport, seconds: list[float]) -> str:
    """Return how long an initial cycle takes by Microsoft's formula, and by the target's own responses."""
    number = assigned_objects(report)
    formula = ""
    if report.profile.job.scope == "assigned":
        least, most = duration(number * _LEAST * 60), duration(number * _MOST * 60)
        formula = f"Entra: {least} to {most} (Microsoft's formula, {counted(number, 'object')}); "
    each = median(seconds) if seconds else 0.0
    return f"{formula}the target alone, at {each * 1000:.0f} ms: {duration(number * each)}"


def assigned_objects(report: ScopeReport) -> int:
    """Return the users and groups in scope, and the memberships of these groups."""
    groups = report.in_scope(ObjectKind.GROUP)
    members = sum(len(report.view.members(one.source.id)) for one in groups)
    return len(report.in_scope()) + len(groups) + members


def result(found: Previewed, width: int) -> list[str]:
    """Return the result in one sentence, for the end of the screen."""
    plans = Counter(would(one) for one in found.in_scope().values())
    said = {"link": "unchanged", "update": "updated", "create": "created", "fail": "failed", "skip": "skipped"}
    counts = ", ".join(f"{plans[one]:,} {word}" for one, word in said.items() if plans[one])
    wrong = [counted(len(findings(found)), "finding")] if findings(found) else []
    wrong += [f"{counted(failing(found), 'user')} would fail"] if failing(found) else []
    verdict = f"fix first: {', '.join(wrong)}" if wrong else "nothing to fix"
    return folded(f"Preview: {verdict}. {counted(len(found.in_scope()), 'user')} in scope: {counts}", "", width)


def failing(found: Previewed) -> int:
    """Return how many users would fail or be created twice, whatever the reason."""
    return sum(one.status is LogStatus.FAILURE for one in found.in_scope().values())
