"""Changes that are accepted and never made: no value that a PATCH changed is there when it is read back, or none of an
extension."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scim_conformance.scenario.model import Moment
from scim_conformance.verdict.results import CheckResult, ScenarioResult

LEAST = 4
"""Changed values from which on it is the whole function."""

LEAST_ATTRIBUTES = 2
"""Attributes of an extension of which they must be."""


@dataclass(frozen=True)
class Unchanged:
    """Values that were changed and not kept. `dialect`, `extension`: only in this one; empty: in any, everywhere."""

    dialect: str
    count: int
    extension: str = ""

    def covers(self, check: CheckResult) -> bool:
        """Return whether a deviation is about one of these values."""
        spoken = not self.dialect or self.dialect in check.situation.spoken
        return check.changed and spoken and check.attribute.startswith(self.extension)

    @property
    def title(self) -> str:
        """What to fix, in a few words."""
        where = f" in {self.extension.rstrip(':')}" if self.extension else ""
        return f"PATCH changes nothing{where}{f' in the {self.dialect} dialect' if self.dialect else ''}"

    @property
    def seen(self) -> str:
        """How many values show it."""
        return f"all {self.count} values that a PATCH changed{' there' if self.extension else ''}"

    @property
    def fix(self) -> str:
        """What the vendor changes."""
        if self.extension:
            return "apply changes whose path or key is the URN, a colon and the attribute: the URN has dots itself"
        also = ", with op in any letter case" if self.dialect == "legacy" else ""
        return f"apply the operations of a PATCH{also}, or refuse it"


def unchanged(results: Sequence[ScenarioResult]) -> list[Unchanged]:
    """Return whether a target ignores all changes, or those of one dialect, or those of an extension."""
    # Other moments change a value and change it back.
    updates = [one for one in results if one.moment == Moment.UPDATE.value]
    judged = [(one.dialect or "", check) for one in updates for check in _kept_in(one)]
    for dialect in ("", "legacy", "compliant"):
        found = [check for spoken, check in judged if dialect in {"", spoken}]
        if _none_kept(found):
            return [Unchanged(dialect, len({check.id for check in found}))]
    return [*_extensions([check for _, check in judged])]


def _extensions(judged: Iterable[CheckResult]) -> Iterable[Unchanged]:
    by_urn: dict[str, list[CheckResult]] = {}
    for check in judged:
        urn, colon, _ = check.attribute.rpartition(":")
        by_urn.setdefault(f"{urn}{colon}", []).append(check)
    for urn, found in by_urn.items():
        if urn and _none_kept(found) and len({check.attribute for check in found}) >= LEAST_ATTRIBUTES:
            yield Unchanged("", len({check.id for check in found}), urn)


def _none_kept(found: Sequence[CheckResult]) -> bool:
    return len(found) >= LEAST and all(check.actual is not None for check in found)


def _kept_in(scenario: ScenarioResult) -> list[CheckResult]:
    """Return the checks of values that a PATCH changed; a change of the letter case alone shows in a check of its own,
    and to this one the old value is the new."""
    recased = " ".join(one.actual or "" for one in scenario.checks if one.id.endswith(".letter-case"))
    kept = [one for one in scenario.checks if one.changed and ".stored." in one.id.partition("#")[2]]
    return [one for one in kept if one.actual is not None or f"{one.attribute} " not in recased]
