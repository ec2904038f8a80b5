"""`run --write-baseline FILE`: waivers for what fails today, so that only new failures fail tomorrow."""

import os
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import click

from scim_conformance.config.configuration import Configuration
from scim_conformance.config.settings import Settings, SettingsError
from scim_conformance.entra.profiles.toml_writing import value
from scim_conformance.run.invoke import RunOutcome
from scim_conformance.system import inputs
from scim_conformance.verdict import counting, waivers
from scim_conformance.verdict.exit_codes import is_failing
from scim_conformance.verdict.results import CheckResult, ScenarioResult
from scim_conformance.verdict.run_result import RunResult

DAYS = 90
"""How many days a waiver of a baseline is valid, unless --until says otherwise."""

JUDGED = (0, 1, 6)
"""Exit codes of runs that completed."""


@dataclass(frozen=True)
class Baseline:
    """A baseline to write. `before`: the waivers that the run already has; they stay at the top."""

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
    """Return the baseline to write; errors are reported before the run, not after it.

    Raises:
        SettingsError: the file already exists, its folder does not, or the day cannot be used.
    """
    day = today or datetime.now(UTC).date()
    path, held = Path(file), settings.waivers
    same = held is not None and path.exists() and Path(held).exists() and os.path.samefile(path, held)  # noqa: PTH121
    if path.exists() and not same:
        raise SettingsError(f"{file} already exists: choose another name, or add to it with --waivers {file}")
    if not path.parent.is_dir():
        raise SettingsError(f"--write-baseline {file}: the folder {path.parent} does not exist")
    return Baseline(path, reason or waivers.SAID, owner or waivers.NOBODY, _day(until, day), _text(held))


def _day(until: str | None, today: date) -> date:
    if until is None:
        return today + timedelta(days=DAYS)
    try:
        found = date.fromisoformat(until)
    except ValueError:
        raise SettingsError(f"--until {until} is not a date: use the form {today + timedelta(days=DAYS)}") from None
    if found < today:
        raise SettingsError(f"--until {until} is in the past: a waiver is valid through its date, and today is {today}")
    return found


def _text(file: str | None) -> str:
    try:
        return "" if file is None else inputs.text(file)
    except inputs.CannotRead as error:
        raise SettingsError(f"the waivers {file} {error}") from None


def write(baseline: Baseline, played: RunOutcome, configuration: Configuration) -> None:
    """Write the waivers of a completed run, and print what to do with them."""
    result = played.result
    if result is None or played.code not in JUDGED:
        click.echo(f"{baseline.file} was not written: the run did not complete", err=True)
        return
    found = failing(result)
    if not found:
        click.echo(f"Nothing fails, so {baseline.file} was not written.")
        return
    _replace(baseline, text(baseline, result, found, configuration.settings))
    written = counting.number(len(found), "waiver")
    click.echo(f"{written} written to {baseline.file}, valid until {baseline.until.isoformat()}.")
    if baseline.owner == waivers.NOBODY or baseline.reason == waivers.SAID:
        click.echo("Add an owner and a reason to each of them.")
    if result.counts.get("inconclusive"):
        click.echo("Inconclusive scenarios are not included, unless a waived check blocks them.")
    click.echo(f"Next run: {replace(configuration.origin, waivers=str(baseline.file)).running()}")


def failing(result: RunResult) -> list[CheckResult]:
    """Return the checks that fail the run, causes first, each followed by the checks it explains."""
    failed = {check.id: check for one in result.scenarios for check in _failing(one, result.fail_on)}
    order = [name for fix in result.fix_first for name in (fix.check, *fix.also)]
    return [failed[name] for name in dict.fromkeys([*order, *failed]) if name in failed]


def _failing(one: ScenarioResult, fail_on: str) -> list[CheckResult]:
    hard = [check for check in one.deviations if check.level != "SHOULD" or fail_on == "should"]
    return hard if is_failing(one, fail_on) else []


def text(baseline: Baseline, result: RunResult, found: list[CheckResult], settings: Settings) -> str:
    """Return the file: the earlier waivers, then one block for each check."""
    causes = {name: fix.check for fix in result.fix_first for name in fix.also}
    # An embedded or local target uses a different port every time; there, the waiver applies to any target.
    target = None if settings.is_loopback else settings.base
    head = (
        f"# Baseline of run {result.run_id}, {result.started}: what failed then. Each waiver needs a reason and "
        "an owner."
    )
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
