"""What `doctor` finds: each finding with its severity, and with what to do."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """The severity of a finding."""

    OK = "ok"
    WARNING = "warning"
    FAULT = "ERROR"


@dataclass(frozen=True)
class Finding:
    """One thing that was checked. `stops`: without it, the target cannot be tested."""

    severity: Severity
    what: str
    says: str
    do: str = ""
    stops: bool = False


def ok(what: str, says: str) -> Finding:
    """Return a finding that needs no action."""
    return Finding(Severity.OK, what, says)


def parted(sentence: str) -> tuple[str, str]:
    """Separate the problem from what to do: the transport's sentences have a colon between them."""
    says, _, do = sentence.rpartition(": ")
    return (says, do) if says else (sentence, "check the target's log")
