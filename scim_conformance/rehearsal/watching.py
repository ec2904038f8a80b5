"""What a cycle itself shows of the target: what it refuses, what a restart sends again, who is created twice."""

from dataclasses import dataclass

from scim_conformance.entra.engine.cycle import Cycle, CycleKind, Phase, Task
from scim_conformance.entra.engine.decide import attributes
from scim_conformance.entra.engine.failing import NOT_OURS, SILENT
from scim_conformance.entra.engine.model import LinkState, LogAction, LogStatus, Outcome, Problem, Rules
from scim_conformance.entra.engine.telling import REDUNDANT
from scim_conformance.rehearsal.findings import UNREAD, Findings
from scim_conformance.rehearsal.links import Debt
from scim_conformance.rehearsal.store import Store
from scim_conformance.scenario.words import one_line
from scim_conformance.scim import paths
from scim_conformance.scim.values import same_value

SOURCE_DOUBLE = "DuplicateSourceEntries"
"""Two objects of the directory match one account: the target is not to blame."""

_OBJECTS = frozenset({Phase.USERS, Phase.GROUPS})


@dataclass
class OutcomeJudge:
    """Judges outcomes, before they are committed."""

    rules: Rules
    store: Store
    findings: Findings

    def outcome(self, cycle: Cycle, task: Task, outcome: Outcome) -> None:
        """Judge what came of a task."""
        self._accepted(task, outcome)
        if cycle.kind is CycleKind.RESTART and task.phase in _OBJECTS:
            self._settled(outcome)
        if cycle.kind is CycleKind.FULL_RESTART and task.phase in _OBJECTS:
            self._found_again(outcome)

    def probe(self, problem: Problem | None) -> None:
        """Judge the first request of a cycle."""
        if problem is not None and problem.code in SILENT:
            self.findings.judge("REH-ANS-01", "", self._silence(problem))
        else:
            self.findings.judge("REH-PRB-01", "", None if problem is None else words(problem))

    def _silence(self, problem: Problem) -> str:
        """Return why there was no response, in the words of the first such request: a target that goes away breaks one
        connection, and refuses the next ones."""
        alike = (problem.code, UNREAD)
        known = (one.text for one in self.findings.of("REH-ANS-01") if one.text.startswith(alike))
        return next(known, words(problem))

    def _accepted(self, task: Task, outcome: Outcome) -> None:
        if outcome.status is LogStatus.SKIPPED and outcome.code != REDUNDANT:
            return
        problem, source = outcome.problem, outcome.subject.id
        if problem is not None and problem.code in {NOT_OURS, SOURCE_DOUBLE}:
            return
        what, key = f"{task.phase.value}, {outcome.action.value}", f"{task.phase.value}.{outcome.action.value}"
        silent = problem is not None and problem.code in SILENT
        self.findings.judge("REH-ANS-01", source, self._silence(problem) if problem and silent else None)
        if silent or self._is_gone_already(outcome):
            return
        if outcome.code == "DuplicateTargetEntries":
            self.findings.judge("REH-MAT-02", source, "several accounts match")
            return
        self.findings.judge("REH-ACC-01", source, None if problem is None else f"{what}: {words(problem)}", key=key)

    def _is_gone_already(self, outcome: Outcome) -> bool:
        """Return whether only removals of deleted accounts were refused: a target may have removed these memberships
        with the accounts, and then has nothing to remove (RFC 7644 section 3.5.2.2)."""
        links = [self.store.links.of(one) for one in outcome.refused]
        return bool(links) and all(link is not None and link.state is LinkState.GONE for link in links)

    def _settled(self, outcome: Outcome) -> None:
        """Judge a restart that keeps the links: who was in order before must not be written to again."""
        source, link = outcome.subject.id, outcome.subject.link
        if link is None or outcome.problem is not None:
            return
        if outcome.code == REDUNDANT:
            self.findings.judge("REH-STL-01", source, None)
        elif outcome.action is LogAction.UPDATE and outcome.status is LogStatus.SUCCESS:
            for one in outcome.modified:
                if one.path in link.sent:
                    fault = "it is sent again"
                    self.findings.judge("REH-STL-01", source, fault, one.path, (one.new, one.old))

    def _found_again(self, outcome: Outcome) -> None:
        """Judge a full restart: who had an account is linked to the same one."""
        source = outcome.subject.id
        before = [one for one in self.store.debts.of_source(source) if self._is_findable(one, outcome)]
        if not before or outcome.problem is not None or outcome.link is None:
            return
        ids = {one.target for one in before}
        fault = None if outcome.link.target in ids else "another account is linked"
        if outcome.action is LogAction.CREATE and outcome.status is LogStatus.SUCCESS:
            fault = "it is not found, and created a second time"
        self.findings.judge("REH-REM-01", source, fault)

    def _is_findable(self, debt: Debt, outcome: Outcome) -> bool:
        """Return whether the account still has the value that was queried: a refused change leaves another one."""
        if debt.body is None or debt.unsure:
            return False
        source = attributes(self.rules, outcome.subject)
        asked = [(row, row.match_value(source)) for row in self.rules.of(debt.kind).matching]
        first = next(((row, value) for row, value in asked if value is not None), None)
        return first is not None and same_value(paths.read(debt.body, first[0].path), first[1], first[0].kind)


def words(problem: Problem) -> str:
    """Return why a request failed: what the target says of it, without the words of Entra's log."""
    said = problem.reason.partition("Web Response:")[2].strip() or problem.reason
    return one_line(f"{problem.code}: {said}", 200)
