"""`list`: the contents of the suites, without a target."""

import json
from collections.abc import Iterator, Sequence

import click

from scim_conformance.catalogue import near, requirements, scenarios
from scim_conformance.commands import wrapping
from scim_conformance.config.settings import Settings, SettingsError
from scim_conformance.entra import needs
from scim_conformance.entra.profiles.profile import Profile, ProfileError, load
from scim_conformance.reporting import neutral
from scim_conformance.scenario.checks import Check
from scim_conformance.scenario.citations import Citation
from scim_conformance.scenario.model import Case, Moment, Template
from scim_conformance.scenario.standing import STANDING
from scim_conformance.scenario.standing_check import Standing
from scim_conformance.scenario.steps import Step

NOTHING = 5
"""Exit code: nothing selected."""


def show(profile_name: str, own: Sequence[str], ids: Sequence[str], *, checks: bool, as_json: bool = False) -> int:
    """Print every scenario of a profile, with its checks; 5 if the ids select nothing."""
    profile = loaded(profile_name)
    found = [case for case in cases(profile, own) if scenarios.selected(case.id, ids)]
    standing = [one for one in STANDING if scenarios.selected(one.key, ids)]
    if not found and not standing:
        click.echo(near.sentence(ids[0], names(profile, own)), err=True)
        return NOTHING
    if as_json:
        click.echo(neutral.in_json(_in_json(found, standing, profile, checks=checks)))
        return 0
    for case in found:
        _show_case(case, profile, checks=checks)
    for one in standing:
        _show_standing(one, checks=checks)
    return 0


def _show_case(case: Case, profile: Profile, *, checks: bool) -> None:
    click.echo(wrapping.line(f"{case.id}  {case.title}" + lacks(case.template, profile), " " * 4))
    for step, check in _checks(case, profile) if checks else ():
        _show_check(check.level, f"{case.id}#{step.key}.{check.key}", check.obligation.expected, check.label)


def _show_standing(one: Standing, *, checks: bool) -> None:
    click.echo(f"{one.key}  {one.title}")
    if checks:
        _show_check(one.level, f"{one.key}#any.answer", one.expected, one.label)


def _show_check(level: str, identifier: str, expected: str, label: str) -> None:
    text = f"    {level:6} {identifier}  {expected}" + (f" ({label})" if label else "")
    click.echo(wrapping.line(text, " " * 6))


def _in_json(found: Sequence[Case], standing: Sequence[Standing], profile: Profile, *, checks: bool) -> str:
    """Return an array with an object for each scenario and each check of every response."""
    rows = [_case_in_json(case, profile, checks=checks) for case in found]
    for one in standing:
        row = _row(one.key, one.title, Moment.ALWAYS.value, "entra", "")
        rows.append(
            row
            | (
                {"checks": [_check_in_json(f"{one.key}#any.answer", one.level, one.expected, one.citation)]}
                if checks
                else {}
            )
        )
    return json.dumps(rows, indent=2, ensure_ascii=False)


def _case_in_json(case: Case, profile: Profile, *, checks: bool) -> dict[str, object]:
    lacking = needs.lacks(profile, case.template.needs) or ""
    row = _row(case.id, case.title, case.template.moment.value, case.template.suite, lacking)
    if checks:
        row["checks"] = [
            _check_in_json(f"{case.id}#{step.key}.{one.key}", one.level, one.obligation.expected, one.citation)
            for step, one in _checks(case, profile)
        ]
    return row


def _row(identifier: str, title: str, moment: str, suite: str, lacking: str) -> dict[str, object]:
    return {"id": identifier, "title": title, "moment": moment, "suite": suite, "not_applicable": lacking}


def _check_in_json(identifier: str, level: str, expected: str, citation: Citation) -> dict[str, str]:
    return {"id": identifier, "level": level, "expected": expected, "source": citation.url}


def coverage(ids: Sequence[str]) -> int:
    """Print the requirements with the scenarios that cover each row; 5 if no row has one of the ids."""
    held = requirements.coverage(scenarios.covering())
    rows = [row for row in requirements.register() if not ids or row.id.lower() in {one.lower() for one in ids}]
    for row in rows:
        click.echo(wrapping.line(f"{row.id:5} {row.says}", " " * 6))
        click.echo(_wrapped(", ".join(held[row.id]) or f"none: {row.why}"))
        if ids and row.sources:
            click.echo(_wrapped("reported or requested in: " + ", ".join(row.sources)))
    if not rows:
        click.echo(f"no requirement has the id {', '.join(ids)}; `list --coverage` prints them all", err=True)
    return 0 if rows else NOTHING


def _wrapped(text: str) -> str:
    return wrapping.wrapped(text, " " * 6)


def loaded(name: str) -> Profile:
    """Return a profile.

    Raises:
        SettingsError: it does not exist, or is invalid.
    """
    try:
        return load(name)
    except ProfileError as error:
        raise SettingsError(str(error)) from None


def names(profile: Profile, own: Sequence[str]) -> list[str]:
    """Return every id."""
    return [*(case.id for case in cases(profile, own)), *(one.key for one in STANDING)]


def cases(profile: Profile, own: Sequence[str]) -> list[Case]:
    """Return the cases of the shipped scenarios and of your own, in the order of the journey.

    Raises:
        SettingsError: a file with your own scenarios cannot be imported.
    """
    try:
        templates = [*scenarios.shipped_templates(), *scenarios.own_templates(own)]
    except scenarios.NotLoaded as error:
        raise SettingsError(str(error)) from None
    return scenarios.cases_of(scenarios.in_order(templates), profile, Settings())


def lacks(template: Template, known: Profile) -> str:
    """Return why a scenario does not apply to a profile, in brackets; empty: it applies."""
    lacking = needs.lacks(known, template.needs)
    return f"  (not applicable: {lacking})" if lacking else ""


def _checks(case: Case, profile: Profile) -> Iterator[tuple[Step, Check]]:
    if not lacks(case.template, profile):
        scenario = scenarios.built(case, profile)
        yield from ((step, check) for step in scenario.given for check in step.checks if check.is_vital)
        yield from ((step, check) for step in (*scenario.steps, *scenario.instead) for check in step.checks)
