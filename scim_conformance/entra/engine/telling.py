"""The steps of a provisioning log record, in Microsoft's words where they are published.

Source of names and texts: Microsoft Graph, "provisioningObjectSummary" and "provisioningStep", with their samples.
`OURS` lists the steps whose name or text no published record has.
"""

import json
from dataclasses import dataclass, field, replace

from scim_conformance.entra.engine.model import (
    Link,
    LogAction,
    LogStatus,
    LogStep,
    Modified,
    Outcome,
    Problem,
    Rules,
    Subject,
)
from scim_conformance.entra.source.model import ObjectKind

SOURCE = "Azure Active Directory"

OURS = frozenset(
    {"EntryImportDelete", "EntryExportDelete", "EntrySynchronizationDelete", "EntryReference", "EntryRetry"}
)
"""Steps whose names are not in Microsoft's samples."""

RETRIED = LogStep("EntryRetry", "processing", "We are retrying an operation that previously failed.")
NOT_ENTITLED, REDUNDANT = "NotEffectivelyEntitled", "RedundantExport"


@dataclass
class Telling:
    """Collects the steps of one object's record."""

    rules: Rules
    subject: Subject
    steps: list[LogStep] = field(default_factory=list)

    @property
    def who(self) -> str:
        """The object as texts name it: `User 'alice@example.com'`."""
        return f"{'User' if self.subject.kind is ObjectKind.USER else 'Group'} '{name_of(self.subject)}'"

    @property
    def app(self) -> str:
        """The application's name."""
        return self.rules.application

    def add(self, name: str, kind: str, text: str, *, status: LogStatus = LogStatus.SUCCESS, **details: str) -> None:
        """Add a step."""
        self.steps.append(LogStep(name, kind, text, status, details))

    def imported(self) -> None:
        """The object was read from the directory."""
        if self.subject.retry:
            self.steps.append(RETRIED)
        if self.subject.source is None:
            self.add("EntryImportDelete", "import", f"Received {self.who} change of type (Delete) from {SOURCE}")
        elif self.subject.again:
            self.add("EntryImport", "import", f"Retrieved {self.who} from {SOURCE}")
        else:
            change = "Add" if self.subject.link is None else "Update"
            text = f"Received {self.who} change of type ({change}) from {SOURCE}"
            self.add(f"EntryImport{change}", "import", text)

    def found(self, *, joined: bool) -> None:
        """The account was read: by its id if the object is linked, otherwise by a matching attribute."""
        way = "Joining" if joined else "Matching"
        self.add(f"EntryImportBy{way}Property", "matching", f"Retrieved {self.who} from {self.app}")

    def scoped(self) -> None:
        """It was determined whether the object is in scope."""
        told, kind = self.subject.standing, self.subject.kind.value.capitalize()
        details = {
            "Active in the source system": str(told.active),
            "Assigned to the application": str(told.assigned),
            "User has the required role": str(told.role),
            "Scoping filter evaluation passed": str(told.passed),
            "ScopeEvaluationResult": json.dumps(dict(told.clauses), ensure_ascii=False, separators=(",", ":")),
        }
        text = f"Determine if {kind} in scope by evaluating against each scoping filter"
        self.steps.append(LogStep("EntrySynchronizationScoping", "scoping", text, details=details))

    def exported(self, name: str, text: str) -> None:
        """A request was accepted."""
        self.add(name, "export", text, ReportableIdentifier=name_of(self.subject))

    def failed(self, name: str, kind: str, text: str) -> None:
        """A request was refused."""
        self.add(name, kind, text, status=LogStatus.FAILURE)

    def skip(self, link: Link | None, action: LogAction, reason: str, text: str, kind: str = "processing") -> Outcome:
        """Return the outcome of an object for which nothing is sent."""
        self.add("EntrySynchronizationSkip", kind, text, status=LogStatus.SKIPPED, SkipReason=reason)
        return Outcome(self.subject, action, LogStatus.SKIPPED, link, reason, steps=tuple(self.steps))

    def failure(self, link: Link | None, action: LogAction, problem: Problem) -> Outcome:
        """Return the outcome of an object that failed."""
        steps = tuple(self.steps)
        return Outcome(self.subject, action, LogStatus.FAILURE, link, problem.code, problem, steps=steps)

    def success(self, link: Link | None, action: LogAction, modified: tuple[Modified, ...] = ()) -> Outcome:
        """Return the outcome of an object that arrived."""
        steps = tuple(self.steps)
        return Outcome(self.subject, action, LogStatus.SUCCESS, link, modified=modified, steps=steps)


def name_of(subject: Subject) -> str:
    """Return what texts call the object: never the name that it has in the recycle bin."""
    if subject.source is not None:
        return subject.source.name
    return (subject.link.name if subject.link else "") or subject.id


def display_of(subject: Subject) -> str:
    """Return the object's displayName."""
    if subject.source is not None:
        return str(subject.source.attributes.get("displayName") or "")
    return subject.link.display if subject.link else ""


def linked(subject: Subject, link: Link) -> Link:
    """Return a link with the object's present names."""
    return replace(link, name=name_of(subject), display=display_of(subject))
