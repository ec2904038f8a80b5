"""`explain`: a scenario or a check by its id; otherwise what a message of the portal, or a few words, lead to."""

import sys
from collections.abc import Sequence

import click

from scim_conformance.catalogue import examples, handlers, near, portal, scenarios
from scim_conformance.catalogue.portal import PortalMessage
from scim_conformance.commands import listing, unknown_words, wrapping
from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.rehearsal import explained
from scim_conformance.scenario import released
from scim_conformance.scenario.checks import Check, leveled
from scim_conformance.scenario.model import Case
from scim_conformance.scenario.standing import STANDING
from scim_conformance.scenario.standing_check import Standing
from scim_conformance.scenario.steps import Step

MOST_EXPECTED = 3
"""Expectations that are printed of checks that say the same; the others are named."""

MOST_FOUND = 20
"""Scenarios that are listed for a few words."""


def explain(profile_name: str, wanted: str, own: Sequence[str] = ()) -> int:
    """Print the explanation of a scenario or check, or what the words lead to; 5 if they lead nowhere."""
    profile = listing.loaded(profile_name)
    known = listing.cases(profile, own)
    standing = next((one for one in STANDING if scenarios.matches(one.key, wanted)), None)
    case = next((one for one in known if scenarios.matches(one.id, wanted)), None)
    rehearsed = explained.find(wanted)
    if standing is not None:
        _explain_standing(standing)
    elif rehearsed is not None:
        click.echo(f"{explained.head(rehearsed)}\n")
        _rows(explained.rows(rehearsed))
    elif case is not None:
        _explain_case(case, profile, wanted)
    elif not _explain_words(known, wanted):
        is_id = unknown_words.is_id(wanted)
        said = near.sentence(wanted, listing.names(profile, own)) if is_id else unknown_words.sentence(wanted, known)
        click.echo(wrapping.paragraphs(said, sys.stderr), err=True)
        return listing.NOTHING
    return 0


def _explain_words(known: Sequence[Case], wanted: str) -> bool:
    """Print the portal's messages and the scenarios that contain the words; return whether there are any."""
    messages = portal.about(wanted)
    found = [case for case in known if _mentions(case, wanted.lower().split())]
    for message in messages:
        _show_message(message)
    if messages and found:
        click.echo()
    for case in found[:MOST_FOUND]:
        click.echo(wrapping.line(f"{case.id}  {case.title}", " " * 4))
    if len(found) > MOST_FOUND:
        click.echo(f"… and {len(found) - MOST_FOUND} more: use more words")
    if found:
        click.echo(f"\nscim-conformance explain {found[0].id}")
    return bool(messages or found)


def _show_message(message: PortalMessage) -> None:
    click.echo(wrapping.wrapped(message.says))
    _rows({"means": message.meaning, "scenarios": message.scenarios, "source": message.source})


def _mentions(case: Case, words: Sequence[str]) -> bool:
    text = f"{case.id} {case.title} {case.template.description}".lower()
    return bool(words) and all(word in text for word in words)


def _explain_standing(one: Standing) -> None:
    click.echo(f"{one.key}  {one.title}\nApplies to every response.\n")
    _rows({"level": leveled(one.level, one.label), "expected": one.expected, "impact": one.so, "fix": one.fix})
    _rows({"source": f"{one.citation.title} ({one.citation.evidence})", "": one.citation.url})
    _show_handler(one.key)
    _explain_by_example(one.key)


_VALIDATOR = "Only Microsoft's own tests send this: it does not affect the verdict."
_WITH_GALLERY = f"{_VALIDATOR[:-1]}, unless the profile requires gallery."


def _explain_case(case: Case, profile: Profile, identifier: str) -> None:
    _head(case)
    lacking = listing.lacks(case.template, profile)
    if lacking:
        click.echo(lacking.strip())
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
    _show_handler(case.id)
    if wanted is None:
        _explain_by_example(case.template.id)


def _head(case: Case) -> None:
    moment, since = case.template.moment, released.of_scenario(case.template)
    click.echo(f"{case.id}  {case.title}\nMoment: {moment}. Since {since}.\n")
    click.echo(wrapping.wrapped(" ".join(case.template.description.split())) + "\n")
    if case.template.validator:
        click.echo(wrapping.wrapped(_WITH_GALLERY if case.template.gallery else _VALIDATOR) + "\n")


def _explain_step(case: Case, step: Step, begin: str, checks: Sequence[Check], wanted: str | None) -> None:
    """Print a request and what is asked of its answer; `wanted`: only the check of this id.

    Checks that say the same about several attributes are one block.
    """
    click.echo(wrapping.line(f"{begin:8} {step.method} {step.path}  {step.why}", " " * 9))
    prefix = f"{case.id}#{step.key}."
    blocks: dict[tuple[object, ...], list[Check]] = {}
    for check in checks:
        if wanted in {None, prefix + check.key}:
            same = (check.level, check.label, check.so, check.fix, check.citation, check.evidence)
            blocks.setdefault(same, []).append(check)
    for block in blocks.values():
        _explain_block(prefix, block)


def _explain_block(prefix: str, checks: Sequence[Check]) -> None:
    """Print checks that differ only in their attribute."""
    first, *others = checks
    more = f" and {len(others)} more like it" if others else ""
    level = leveled(first.level, first.label)
    click.echo(wrapping.line(f"    {level} {prefix}{first.key}{more}", " " * 8))
    name = "expected"
    for check in checks[:MOST_EXPECTED]:
        _rows({name: check.obligation.expected}, 8)
        name = ""
    if len(checks) > MOST_EXPECTED:
        click.echo(" " * 18 + f"and {len(checks) - MOST_EXPECTED} more")
    if others:
        _rows({"checks": ", ".join(check.key for check in checks)}, 8)
    _rows({"impact": first.so, "fix": first.fix}, 8)
    _rows({"source": f"{first.citation.title} ({first.evidence})", "": first.citation.url}, 8)


def _show_handler(identifier: str) -> None:
    """Print what the fix looks like in code, for a common cause."""
    found = handlers.of_scenario(identifier)
    if found is not None:
        click.echo(f"\nWhat the fix may look like: {found.title.lower()}")
        for line in found.code.strip("\n").splitlines():
            click.echo(f"    {line}")


def _explain_by_example(name: str) -> None:
    pair = examples.load().get(name)
    if pair is None:
        return
    click.echo(f"\nA correct response to {pair.good.request}")
    good, bad = examples.differing(pair)
    _rows(
        {
            "sent": examples.shown(pair.good.sent),
            "headers": examples.headers(pair.good),
            "returned": f"{pair.good.status or ''} {good}".lstrip(),
        },
        4,
    )
    click.echo(f"A wrong response, with the symptom: {pair.symptom}")
    sent = examples.shown(pair.bad.sent) if pair.bad.request != pair.good.request else ""
    _rows(
        {"sent": sent, "headers": examples.headers(pair.bad), "returned": f"{pair.bad.status or ''} {bad}".lstrip()}, 4
    )
    _rows({"check": pair.check, "found": pair.found, "source": pair.source}, 4)


def _rows(rows: dict[str, str], indent: int = 2) -> None:
    for name, text in rows.items():
        if text:
            click.echo(wrapping.wrapped(text, f"{' ' * indent}{name:<10}"))
