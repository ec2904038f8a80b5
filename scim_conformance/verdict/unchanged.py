"""Changes that are accepted and never made: no value that a PATCH changed is there when it is read back."""

from collections.abc import Sequence
from dataclasses import dataclass

from scim_conformance.scenario.model import Moment
from scim_conformance.verdict.results import CheckResult, ScenarioResult

LEAST = 4
"""Changed values from which on it is the whole function."""


@dataclass(frozen=True)
class Unchanged:
    """Values that were changed and not kept; `dialect`: only in this one; empty: in any."""

    dialect: str
    count: int

    def covers(self, check: CheckResult) -> bool:
        """Return whether a deviation is about one of these values."""
        return check.changed and (not self.dialect or self.dialect in check.situation.spoken)

    @property
    def title(self) -> str:
        """What to fix, in a few words."""
        return f"PATCH changes nothing{f' in the {self.dialect} dialect' if self.dialect else ''}"

    @property
    def seen(self) -> str:
        """How many values show it."""
        return f"all {self.count} values that a PATCH changed"

    @property
    def fix(self) -> str:
        """What the vendor changes."""
        also = ", with op in any letter case" if self.dialect == "legacy" else ""
        return f"apply the operations of a PATCH{also}, or refuse it"


def unchanged(results: Sequence[ScenarioResult]) -> list[Unchanged]:
    """Return whether a target ignores all changes, or those of one dialect."""
    # Other moments change a value and change it back.
    updates = [one for one in results if one.moment == Moment.UPDATE.value]
    judged = [(one.dialect or "", check) for one in updates for check in _kept_in(one)]
    for dialect in ("", "legacy", "compliant"):
        found = [check for spoken, check in judged if dialect in {"", spoken}]
        if len(found) >= LEAST and all(check.actual is not None for check in found):
            return [Unchanged(dialect, len({check.id for check in found}))]
    return []


def _kept_in(scenario: ScenarioResult) -> list[CheckResult]:
    """Return the checks of values that a PATCH changed; a change of the letter case alone shows in a check of its own,
    and to this one the old value is the new."""
    recased = " ".join(one.actual or "" for one in scenario.checks if one.id.endswith(".letter-case"))
    kept = [one for one in scenario.checks if one.changed and ".stored." in one.id.partition("#")[2]]
    return [one for one in kept if one.actual is not None or f"{one.attribute} " not in recased]
