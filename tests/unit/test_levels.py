"""Levels, sources and words of every check: whose demand it is, how sure that is, and how it is said."""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from scim_conformance.catalogue import scenarios
from scim_conformance.catalogue.checks import check_templates
from scim_conformance.config.settings import Settings
from scim_conformance.entra import needs
from scim_conformance.entra.profiles.profile import Profile, load, shipped_names
from scim_conformance.scenario.checks import RFC_ONLY, Level
from scim_conformance.scenario.citations import Citation, Evidence
from scim_conformance.scenario.standing import STANDING

DECIDED: list[dict[str, Any]] = tomllib.loads(Path(__file__).with_name("levels.toml").read_text("utf-8"))["decided"]

NOT_READ_AGAIN = (
    "Microsoft Q&A 1373350",
    "Microsoft Q&A 2278290",
    "Microsoft Q&A 1185756",
    "Microsoft Q&A 2238842",
    "lightdash/lightdash#24458",
    "simpleidserver/SimpleIdServer#245",
    "simpleidserver/SimpleIdServer#208",
    "Captain-P-Goldfish/SCIM-SDK#686",
    "pydantic/logfire#2356",
)
"""Reports that could not be reached again, or did not say it when they were read again."""

WORDS = re.compile(
    r"\b(every cycle|for ever|(?<!person )who left|whoever|(?:is|was|be) told|mend(?:s|ed)?|stands?)\b|never arrives",
    re.IGNORECASE,
)
"""What is not said: it is undocumented, or not plain."""


OF_OTHERS = ("SEC-", "RFC-INT-")
"""Scenarios whose MUST is that of another document: OWASP's, or a profile's that the target claims."""


class Held(NamedTuple):
    """A check as one case of one profile has it, or a standing check."""

    id: str
    level: Level
    citation: Citation
    evidence: Evidence
    label: str
    texts: tuple[str, ...]


@cache
def held() -> list[Held]:
    profiles = [load(name) for name in shipped_names()]
    always = [
        Held(one.key, one.level, one.citation, one.citation.evidence, one.label, (one.title, one.so, one.fix))
        for one in STANDING
    ]
    return [*(one for profile in profiles for one in _of(profile)), *always]


def _of(profile: Profile) -> Iterator[Held]:
    for case in scenarios.cases_of(scenarios.shipped_templates(), profile, Settings()):
        if needs.lacks(profile, case.template.needs) is None:
            built = scenarios.built(case, profile)
            for step in (*built.given, *built.steps, *built.instead):
                for check in step.checks:
                    texts = (case.title, case.template.description, check.so, check.fix)
                    yield Held(
                        f"{case.id}#{step.key}.{check.key}",
                        check.level,
                        check.citation,
                        check.evidence,
                        check.label,
                        texts,
                    )


def test_a_must_is_the_rfcs() -> None:
    wrong = {
        (one.id, one.citation.title)
        for one in held()
        if one.level is Level.MUST and one.evidence is not Evidence.RFC and not one.id.startswith(OF_OTHERS)
    }
    assert wrong == set()


def test_what_entra_needs_cites_more_than_the_rfc() -> None:
    wrong = {one.id for one in held() if one.level is Level.ENTRA and one.citation.evidence is Evidence.RFC}
    assert wrong == set()


def test_examples_of_the_rfc_demand_nothing() -> None:
    """RFC 7643 section 8.7.1: the schemas are examples, of which a provider may change the values."""
    assert {one.id for one in held() if "8.7.1" in one.citation.title} == set()


def test_what_is_inferred_or_unconfirmed_is_advice_and_says_so() -> None:
    unsure = [one for one in held() if one.evidence in {Evidence.INFERRED, Evidence.UNCONFIRMED}]
    assert len(unsure) > 10
    assert {one.id for one in unsure if one.level is not Level.SHOULD or one.evidence.value not in one.label} == set()


def test_a_report_that_cannot_be_read_again_is_called_unconfirmed() -> None:
    cited = [one for one in held() if one.citation.title in NOT_READ_AGAIN]
    assert {one.id for one in cited if one.evidence is not Evidence.UNCONFIRMED} == set()


def test_what_the_rfc_alone_demands_is_advice_with_its_section() -> None:
    labelled = [one for one in held() if one.label == RFC_ONLY]
    assert len({one.id for one in labelled}) >= 6
    assert {one.id for one in labelled if one.level is not Level.SHOULD or one.evidence is not Evidence.RFC} == set()


def test_nothing_undocumented_is_said_and_nothing_in_odd_words() -> None:
    said = {(one.id, found[0]) for one in held() for text in one.texts if (found := WORDS.search(text))}
    assert said == set(), "say it in other words: no source says that it is so, or the word is not plain English"


@cache
def _catalogued() -> dict[str, tuple[list[Level], list[str], list[str]]]:
    checks = [check for template in scenarios.shipped_templates() for check in check_templates(template)]
    found = {one.id: (one.ranked, [source.title for source in one.sources], sorted(one.labels)) for one in checks}
    return found | {one.key: ([one.level], [one.citation.title], [one.label] if one.label else []) for one in STANDING}


@pytest.mark.parametrize(
    ("identifier", "row"),
    [(identifier, row) for row in DECIDED for identifier in row["checks"]],
    ids=lambda one: str(one)[:60],
)
def test_a_level_is_as_it_was_decided(identifier: str, row: dict[str, Any]) -> None:
    levels, sources, labels = _catalogued()[identifier]
    level, _, condition = row["level"].partition(" where ")
    if condition:
        assert set(levels) <= {Level(level), Level.SHOULD}
        assert any(condition in one for one in labels)
    else:
        assert levels == [Level(level)]
        assert all(row.get("label", "\0") in one for one in labels)
        assert bool(labels) == ("label" in row)
    assert all(one.startswith(row["source"]) for one in sources)
