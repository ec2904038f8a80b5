"""`list` and `explain`: the contents of the suites, without a target."""

from collections.abc import Iterator, Sequence

import click

from scim_conformance.catalogue import examples, near, requirements, scenarios
from scim_conformance.commands import wrapping
from scim_conformance.config.settings import Settings, SettingsError
from scim_conformance.entra import needs
from scim_conformance.entra.profiles.profile import Profile, ProfileError, load
from scim_conformance.scenario import released
from scim_conformance.scenario.checks import Check, leveled
from scim_conformance.scenario.model import Case, Template
from scim_conformance.scenario.standing import STANDING, Standing
from scim_conformance.scenario.steps import Step

NOTHING = 5
"""Exit code: nothing selected."""


def show(profile_name: str, ids: Sequence[str], *, checks: bool) -> int:
    """Print every scenario of a profile, with its checks; 5 if the ids select nothing."""
    profile = _profile(profile_name)
    found = [case for case in _cases(profile) if scenarios.selected(case.id, ids)]
    standing = [one for one in STANDING if scenarios.selected(one.key, ids)]
    for case in found:
        click.echo(wrapping.line(f"{case.id}  {case.title}" + _lacks(case.template, profile), " " * 4))
        for step, check in _checks(case, profile) if checks else ():
            label = f" ({check.label})" if check.label else ""
            text = f"    {check.level:6} {case.id}#{step.key}.{check.key}  {check.obligation.expected}{label}"
            click.echo(wrapping.line(text, " " * 6))
    for one in standing:
        click.echo(f"{one.key}  {one.title}")
        if checks:
            click.echo(
                wrapping.line(
                    f"    {one.level:6} {one.key}#any.answer  {one.expected}{f' ({one.label})' if one.label else ''}",
                    " " * 6,
                )
            )
    if not found and not standing:
        click.echo(near.sentence(ids[0], _names(profile)), err=True)
    return 0 if found or standing else NOTHING


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


def _profile(name: str) -> Profile:
    try:
        return load(name)
    except ProfileError as error:
        raise SettingsError(str(error)) from None


def _names(profile: Profile) -> list[str]:
    return [*(case.id for case in _cases(profile)), *(one.key for one in STANDING)]


def _cases(profile: Profile) -> list[Case]:
    return scenarios.cases_of(scenarios.shipped_templates(), profile, Settings())


def _lacks(template: Template, profile: Profile) -> str:
    lacking = needs.lacks(profile, template.needs)
    return f"  (not applicable: {lacking})" if lacking else ""


def _checks(case: Case, profile: Profile) -> Iterator[tuple[Step, Check]]:
    if not _lacks(case.template, profile):
        scenario = scenarios.built(case, profile)
        yield from ((step, check) for step in scenario.given for check in step.checks if check.is_vital)
        yield from ((step, check) for step in (*scenario.steps, *scenario.instead) for check in step.checks)


def explain(profile_name: str, identifier: str) -> int:
    """Print the explanation of a scenario or check; 5 if the id does not exist."""
    profile = _profile(profile_name)
    standing = next((one for one in STANDING if scenarios.matches(one.key, identifier)), None)
    case = next((one for one in _cases(profile) if scenarios.matches(one.id, identifier)), None)
    if standing is not None:
        _explain_standing(standing)
    elif case is not None:
        _explain_case(case, profile, identifier)
    else:
        click.echo(near.sentence(identifier, _names(profile)), err=True)
        return NOTHING
    return 0


def _explain_standing(one: Standing) -> None:
    click.echo(f"{one.key}  {one.title}\nApplies to every response.\n")
    _rows({"level": leveled(one.level, one.label), "expected": one.expected, "impact": one.so, "fix": one.fix})
    _rows({"source": f"{one.citation.title} ({one.citation.evidence})", "": one.citation.url})
    _explain_by_example(one.key)


_VALIDATOR = "Only Microsoft's own tests send this: it does not affect the verdict."
_WITH_GALLERY = f"{_VALIDATOR[:-1]}, unless the profile requires gallery."


def _explain_case(case: Case, profile: Profile, identifier: str) -> None:
    click.echo(
        f"{case.id}  {case.title}\nMoment: {case.template.moment}. Since {released.of_scenario(case.template)}.\n"
    )
    click.echo(wrapping.wrapped(" ".join(case.template.description.split())) + "\n")
    if case.template.validator:
        click.echo(wrapping.wrapped(_WITH_GALLERY if case.template.gallery else _VALIDATOR) + "\n")
    if _lacks(case.template, profile):
        click.echo(_lacks(case.template, profile).strip())
        return
    scenario = scenarios.built(case, profile)
    wanted = identifier if "#" in identifier else None
    for step in scenario.given:
        _explain_step(case, step, "prepare", [check for check in step.checks if check.is_vital], wanted)
    for step in scenario.steps:
        _explain_step(case, step, step.by, step.checks, wanted)
    if scenario.instead:
        click.echo("\nSent instead of the rest where a change above is refused:")
    for step in scenario.instead:
        _explain_step(case, step, step.by, step.checks, wanted)
    if wanted is None:
        _explain_by_example(case.template.id)


def _explain_step(case: Case, step: Step, begin: str, checks: Sequence[Check], wanted: str | None) -> None:
    """Print a request and what is asked of its answer; `wanted`: only the check of this id."""
    click.echo(wrapping.line(f"{begin:8} {step.method} {step.path}  {step.why}", " " * 9))
    for check in checks:
        name = f"{case.id}#{step.key}.{check.key}"
        if wanted in {None, name}:
            _explain_check(name, check)


def _explain_by_example(name: str) -> None:
    pair = examples.load().get(name)
    if pair is None:
        return
    click.echo(f"\nA correct response to {pair.good.request}")
    good, bad = examples.differing(pair)
    _rows({"sent": examples.shown(pair.good.sent), "returned": f"{pair.good.status} {good}"}, 4)
    click.echo(f"A wrong response, with the symptom: {pair.symptom}")
    sent = examples.shown(pair.bad.sent) if pair.bad.request != pair.good.request else ""
    _rows({"sent": sent, "returned": f"{pair.bad.status} {bad}", "check": pair.check, "found": pair.found}, 4)
    _rows({"source": pair.source}, 4)


def _explain_check(identifier: str, check: Check) -> None:
    click.echo(wrapping.line(f"    {leveled(check.level, check.label)} {identifier}", " " * 8))
    _rows({"expected": check.obligation.expected, "impact": check.so, "fix": check.fix}, 8)
    _rows({"source": f"{check.citation.title} ({check.evidence})", "": check.citation.url}, 8)


def _rows(rows: dict[str, str], indent: int = 2) -> None:
    for name, text in rows.items():
        if text:
            click.echo(wrapping.wrapped(text, f"{' ' * indent}{name:<10}"))
