"""`run --write-baseline FILE`: waivers for what fails today, so that only what is new fails tomorrow."""

import os
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import click

from scim_conformance.entra.toml_writing import value
from scim_conformance.playing import Played
from scim_conformance.reporting.run import RunResult
from scim_conformance.scenario import waivers
from scim_conformance.scenario.folding import is_failing
from scim_conformance.scenario.results import CheckResult, ScenarioResult
from scim_conformance.settings import Settings, SettingsError

DAYS = 90
"""How long a waiver of a baseline holds, unless --until says otherwise."""

SAID = "known when the baseline was written; say here why it is accepted"
NOBODY = "nobody yet; say here who answers for it"
JUDGED = (0, 1, 6)
"""Exit codes of runs that came to an end."""


@dataclass(frozen=True)
class Baseline:
    """A baseline to be written. `before`: the waivers that the run already has; they stay in front."""

    file: Path
    reason: str
    owner: str
    until: date
    before: str = ""


def planned(
    file: str,
    settings: Settings,
    *,
    reason: str | None,
    owner: str | None,
    until: str | None,
    today: date | None = None,
) -> Baseline:
    """Return the baseline that will be written; what is wrong with it is said before the run, not after it.

    Raises:
        SettingsError: the file is there already, its folder is not, or the day cannot be used.
    """
    day = today or datetime.now(UTC).date()
    path, held = Path(file), settings.waivers
    same = held is not None and path.exists() and Path(held).exists() and os.path.samefile(path, held)  # noqa: PTH121
    if path.exists() and not same:
        raise SettingsError(f"{file} is there already: give another name, or add to it with --waivers {file}")
    if not path.parent.is_dir():
        raise SettingsError(f"--write-baseline {file}: there is no folder {path.parent}")
    return Baseline(path, reason or SAID, owner or NOBODY, _day(until, day), _text(held))


def _day(until: str | None, today: date) -> date:
    if until is None:
        return today + timedelta(days=DAYS)
    try:
        found = date.fromisoformat(until)
    except ValueError:
        raise SettingsError(f"--until {until} is no day: write it as {today + timedelta(days=DAYS)}") from None
    if found < today:
        raise SettingsError(f"--until {until} is over: a waiver holds up to its day, and today is {today}")
    return found


def _text(file: str | None) -> str:
    try:
        return "" if file is None else Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"the waivers {file} cannot be read: {error}") from None


def write(baseline: Baseline, played: Played, settings: Settings) -> None:
    """Write the waivers of a run that has ended, and say what to do with them."""
    result = played.result
    if result is None or played.code not in JUDGED:
        click.echo(f"\n{baseline.file} was not written: the run did not come to its end", err=True)
        return
    found = failing(result)
    if not found:
        click.echo(f"\nNothing fails, so {baseline.file} was not written.")
        return
    _replace(baseline, text(baseline, result, found, settings))
    click.echo(f"\n{len(found)} waivers stand in {baseline.file}, until {baseline.until.isoformat()}.")
    if baseline.owner == NOBODY or baseline.reason == SAID:
        click.echo("Write into it who answers for each, and why.")
    if result.counts.get("inconclusive"):
        click.echo("What could not be judged is not among them, unless one of them stands in its way.")
    click.echo(f"The next run: scim-conformance run --waivers {baseline.file}")


def failing(result: RunResult) -> list[CheckResult]:
    """Return the checks that fail the run, causes first, each followed by what it explains."""
    failed = {check.id: check for one in result.scenarios for check in _failing(one, result.fail_on)}
    order = [name for fix in result.fix_first for name in (fix.check, *fix.also)]
    return [failed[name] for name in dict.fromkeys([*order, *failed]) if name in failed]


def _failing(one: ScenarioResult, fail_on: str) -> list[CheckResult]:
    hard = [check for check in one.deviations if check.level != "SHOULD" or fail_on == "should"]
    return hard if is_failing(one, fail_on) else []


def text(baseline: Baseline, result: RunResult, found: list[CheckResult], settings: Settings) -> str:
    """Return the file: the waivers from before, then one block for each check."""
    causes = {name: fix.check for fix in result.fix_first for name in fix.also}
    # An embedded or local target has another port every time; there the waiver holds for any target.
    target = None if settings.is_loopback else settings.base
    head = f"# Baseline of run {result.run_id}, {result.started}: what failed then. Each needs a reason and an owner."
    blocks = [_block(check, baseline, causes.get(check.id), target) for check in found]
    before = baseline.before.rstrip("\n") + "\n\n" if baseline.before.strip() else ""
    return before + "\n\n".join([head, *blocks]) + "\n"


def _block(check: CheckResult, baseline: Baseline, cause: str | None, target: str | None) -> str:
    lines = [
        "[[waiver]]",
        f"check = {value(check.id)}",
        f"reason = {value(baseline.reason)}",
        f"owner = {value(baseline.owner)}",
        f"until = {baseline.until.isoformat()}",
    ]
    lines += [f"target = {value(target)}"] if target else []
    note = f"# explained by {cause}" if cause and cause != check.id else _comment(check)
    return "\n".join([note, *lines])


def _comment(check: CheckResult) -> str:
    said = f"{check.level}: expected {check.expected}; actual {check.actual}"
    return "# " + "".join(letter if letter.isprintable() else " " for letter in said)[:300]


def _replace(baseline: Baseline, content: str) -> None:
    draft = baseline.file.with_name(baseline.file.name + ".part")
    try:
        draft.write_text(content, encoding="utf-8")
        waivers.load(str(draft), "", datetime.now(UTC).date())
        draft.replace(baseline.file)
    except OSError as error:
        raise SettingsError(f"{baseline.file} cannot be written: {error.strerror}") from None
    finally:
        draft.unlink(missing_ok=True)
