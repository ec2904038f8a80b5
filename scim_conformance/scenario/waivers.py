"""Waivers: deviations that somebody answers for, until a day. They act on checks and stay visible."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import msgspec

from scim_conformance.scenario.results import CheckResult, ScenarioResult, Verdict, hardest


class WaiverError(ValueError):
    """The waivers cannot be used. The message names file and key."""


class Waiver(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One waiver. `check`: a check id, or the beginning of one up to a `/`, `#` or `.`."""

    check: str
    reason: str
    owner: str
    until: date
    target: str | None = None

    def covers(self, identifier: str) -> bool:
        """Tell whether the waiver is for this check."""
        return identifier == self.check or identifier.startswith(tuple(self.check + end for end in "/#."))


class _File(msgspec.Struct, forbid_unknown_fields=True):
    waiver: list[Waiver] = []


@dataclass
class Waivers:
    """The waivers that hold today for this target; `used` collects those that were needed."""

    held: Sequence[Waiver] = ()
    expired: Sequence[Waiver] = ()
    used: set[str] = field(default_factory=set)

    def apply(self, result: ScenarioResult) -> ScenarioResult:
        """Return the result with waived deviations marked; a scenario with no other deviation is waived."""
        checks = [self._applied(check) for check in result.checks]
        if checks == result.checks:
            return result
        if any(check.verdict is Verdict.DEVIATION for check in checks):
            return msgspec.structs.replace(result, checks=checks, level=hardest(checks))
        reasons = "; ".join(dict.fromkeys(check.waiver for check in checks if check.waiver))
        verdict = Verdict.WAIVED if result.verdict is Verdict.DEVIATION else result.verdict
        return msgspec.structs.replace(result, checks=checks, level=None, verdict=verdict, reason=f"waived: {reasons}")

    def _applied(self, check: CheckResult) -> CheckResult:
        waiver = next((one for one in self.held if one.covers(check.id)), None)
        if waiver is None or check.verdict is not Verdict.DEVIATION:
            return check
        self.used.add(waiver.check)
        text = f"{waiver.reason} ({waiver.owner}, until {waiver.until.isoformat()})"
        return msgspec.structs.replace(check, verdict=Verdict.WAIVED, waiver=text)


def load(file: str | None, target: str, today: date) -> Waivers:
    """Read the waivers for a target; expired ones do not hold.

    Raises:
        WaiverError: unreadable, or a key is missing, unknown or of the wrong kind.
    """
    if file is None:
        return Waivers()
    try:
        found = msgspec.convert(tomllib.loads(Path(file).read_text(encoding="utf-8")), _File).waiver
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise WaiverError(f"the waivers {file} cannot be read: {error}") from None
    except msgspec.ValidationError as error:
        raise WaiverError(f"the waivers {file} are wrong: {error}".replace("`$.", "`")) from None
    mine = [one for one in found if one.target is None or one.target.rstrip("/") == target]
    return Waivers([one for one in mine if one.until >= today], [one for one in mine if one.until < today])
