"""`list` and `explain`: what the suites hold, without a target."""

from collections.abc import Iterator, Sequence

import click

from scim_conformance import catalogue, examples, fitting, requirements
from scim_conformance.entra.profile import Profile, ProfileError, load
from scim_conformance.scenario.checks import Check
from scim_conformance.scenario.model import Case, Template
from scim_conformance.scenario.standing import STANDING, Standing
from scim_conformance.scenario.steps import Step
from scim_conformance.settings import Settings, SettingsError

NOTHING = 5
"""Exit code: nothing selected."""


def show(profile_name: str, ids: Sequence[str], *, checks: bool) -> int:
    """Print every scenario of a profile, with its checks; 5 when the ids select nothing."""
    profile = _profile(profile_name)
    found = [case for case in _cases(profile) if catalogue.selected(case.id, ids)]
    standing = [one for one in STANDING if catalogue.selected(one.key, ids)]
    for case in found:
        click.echo(fitting.line(f"{case.id}  {case.title}" + _lacks(case.template, profile), " " * 4))
        for step, check in _checks(case, profile) if checks else ():
            text = f"    {check.level:6} {case.id}#{step.key}.{check.key}  {check.obligation.expected}"
            click.echo(fitting.line(text, " " * 6))
    for one in standing:
        click.echo(f"{one.key}  {one.title}")
        if checks:
            click.echo(fitting.line(f"    {one.level:6} {one.key}#any.answer  {one.expected}", " " * 6))
    if not found and not standing:
        click.echo(f"no scenario has the id {', '.join(ids)}; `scim-conformance list` names them all", err=True)
    return 0 if found or standing else NOTHING


def coverage(ids: Sequence[str]) -> int:
    """Print the register of requirements with the scenarios that cover each row; 5 when no row has one of the ids."""
    held = requirements.coverage(catalogue.covering())
    rows = [row for row in requirements.register() if not ids or row.id.lower() in {one.lower() for one in ids}]
    for row in rows:
        click.echo(fitting.line(f"{row.id:5} {row.says}", " " * 6))
        click.echo(_wrapped(", ".join(held[row.id]) or f"none: {row.why}"))
        if ids and row.sources:
            click.echo(_wrapped("reported or asked for in: " + ", ".join(row.sources)))
    if not rows:
        click.echo(f"no requirement has the id {', '.join(ids)}; `list --coverage` prints them all", err=True)
    return 0 if rows else NOTHING


def _wrapped(text: str) -> str:
    return fitting.wrapped(text, " " * 6)


def _profile(name: str) -> Profile:
    try:
        return load(name)
    except ProfileError as error:
        raise SettingsError(str(error)) from None


def _cases(profile: Profile) -> list[Case]:
    return catalogue.cases_of(catalogue.shipped_templates(), profile, Settings())


def _lacks(template: Template, profile: Profile) -> str:
    lacking = profile.lacks(template.needs)
    return f"  (not applicable: {lacking})" if lacking else ""


def _checks(case: Case, profile: Profile) -> Iterator[tuple[Step, Check]]:
    if not _lacks(case.template, profile):
        for step in catalogue.built(case, profile).steps:
            for check in step.checks:
                yield step, check


def explain(profile_name: str, identifier: str) -> int:
    """Print what a scenario or check is about; 5 when there is none of that id."""
    profile = _profile(profile_name)
    standing = next((one for one in STANDING if catalogue.matches(one.key, identifier)), None)
    case = next((one for one in _cases(profile) if catalogue.matches(one.id, identifier)), None)
    if standing is not None:
        _explain_standing(standing)
    elif case is not None:
        _explain_case(case, profile, identifier)
    else:
        click.echo(f"there is no {identifier}; `scim-conformance list` names all scenarios and checks", err=True)
        return NOTHING
    return 0


def _explain_standing(one: Standing) -> None:
    click.echo(f"{one.key}  {one.title}\nHolds for every answer.\n")
    _rows({"level": one.level.value, "expected": one.expected, "so": one.so, "fix": one.fix})
    _rows({"source": f"{one.citation.title} ({one.citation.evidence})", "": one.citation.url})
    _explain_by_example(one.key)


def _explain_case(case: Case, profile: Profile, identifier: str) -> None:
    click.echo(f"{case.id}  {case.title}\nAt the moment: {case.template.moment}. Since {case.template.since}.\n")
    click.echo(fitting.wrapped(" ".join(case.template.description.split())) + "\n")
    if _lacks(case.template, profile):
        click.echo(_lacks(case.template, profile).strip())
        return
    scenario = catalogue.built(case, profile)
    for step in scenario.given:
        click.echo(fitting.line(f"prepare  {step.method} {step.path}  {step.why}", " " * 9))
    for step in scenario.steps:
        click.echo(fitting.line(f"{step.by:8} {step.method} {step.path}  {step.why}", " " * 9))
        for check in step.checks:
            if "#" not in identifier or identifier == f"{case.id}#{step.key}.{check.key}":
                _explain_check(f"{case.id}#{step.key}.{check.key}", check)
    if "#" not in identifier:
        _explain_by_example(case.template.id)


def _explain_by_example(name: str) -> None:
    pair = examples.load().get(name)
    if pair is None:
        return
    click.echo(f"\nA good answer to {pair.good.request}")
    good, bad = examples.differing(pair)
    _rows({"sent": examples.shown(pair.good.sent), "answered": f"{pair.good.status} {good}"}, 4)
    click.echo(f"A bad one, of which people say: {pair.symptom}")
    sent = examples.shown(pair.bad.sent) if pair.bad.request != pair.good.request else ""
    _rows({"sent": sent, "answered": f"{pair.bad.status} {bad}", "check": pair.check, "found": pair.found}, 4)
    _rows({"source": pair.source}, 4)


def _explain_check(identifier: str, check: Check) -> None:
    click.echo(f"    {check.level} {identifier}")
    _rows({"expected": check.obligation.expected, "so": check.so, "fix": check.fix}, 8)
    _rows({"source": f"{check.citation.title} ({check.evidence})", "": check.citation.url}, 8)


def _rows(rows: dict[str, str], indent: int = 2) -> None:
    for name, text in rows.items():
        if text:
            click.echo(fitting.wrapped(text, f"{' ' * indent}{name:<10}"))
