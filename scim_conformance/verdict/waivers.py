"""Waivers: accepted deviations, each with an owner and an end date. They apply to checks and stay visible."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import msgspec

from scim_conformance.system import inputs
from scim_conformance.verdict.accepted import accept, with_waived
from scim_conformance.verdict.results import CheckResult, ScenarioResult, Verdict

SAID = "known when the baseline was written; replace this with the reason for accepting it"
NOBODY = "no owner yet; replace this with the owner"
PLACEHOLDERS = (SAID, NOBODY)
"""What `run --write-baseline` writes for a deviation without a reason or an owner."""


class WaiverError(ValueError):
    """The waivers are invalid. The message names file and key."""


class Waiver(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One waiver. `check`: a check id, or its prefix up to a `/`, `#` or `.`."""

    check: str
    reason: str
    owner: str
    until: date
    target: str | None = None

    def covers(self, identifier: str) -> bool:
        """Return whether the waiver applies to the check."""
        return identifier == self.check or identifier.startswith(tuple(self.check + end for end in "/#."))


class _File(msgspec.Struct, forbid_unknown_fields=True):
    waiver: list[Waiver] = []


@dataclass
class Waivers:
    """The waivers that are valid today for this target; `used` collects those that were needed."""

    held: Sequence[Waiver] = ()
    expired: Sequence[Waiver] = ()
    used: set[str] = field(default_factory=set)

    def apply(self, result: ScenarioResult) -> ScenarioResult:
        """Return the result with its deviations marked that are waived by id.

        What a waived cause explains is known at the end of the run (see `accepted.accept`).
        """
        return with_waived(result, [self._applied(check) for check in result.checks])

    def as_far_as_known(self, results: Sequence[ScenarioResult]) -> ScenarioResult:
        """Return the last of these results according to what has run so far: a waived cause may be among it."""
        return accept(results)[-1] if self.held else results[-1]

    def _applied(self, check: CheckResult) -> CheckResult:
        waiver = next((one for one in self.held if one.covers(check.id)), None)
        if waiver is None or check.verdict is not Verdict.DEVIATION:
            return check
        self.used.add(waiver.check)
        until = waiver.until.isoformat()
        text = f"{waiver.reason} ({waiver.owner}, until {until})"
        return msgspec.structs.replace(check, verdict=Verdict.WAIVED, waiver=text, until=until)


def load(file: str | None, target: str, today: date) -> Waivers:
    """Read the waivers for a target; expired ones do not apply.

    Raises:
        WaiverError: unreadable, or a key is missing, unknown or of the wrong type.
    """
    if file is None:
        return Waivers()
    try:
        found = msgspec.convert(inputs.toml(file), _File).waiver
    except inputs.CannotRead as error:
        raise WaiverError(f"the waivers {file[:300]} {error}") from None
    except msgspec.ValidationError as error:
        raise WaiverError(f"the waivers {file} are invalid: {error}".replace("`$.", "`")) from None
    mine = [one for one in found if one.target is None or one.target.rstrip("/") == target]
    return Waivers([one for one in mine if one.until >= today], [one for one in mine if one.until < today])
