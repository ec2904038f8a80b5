"""Every check that there is, whatever the profile: with some profiles or rows, it has another level or source."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from scim_conformance.catalogue import scenarios
from scim_conformance.config.settings import Settings
from scim_conformance.entra import needs
from scim_conformance.entra.profiles.profile import Profile, load, shipped_names
from scim_conformance.scenario import released
from scim_conformance.scenario.checks import Check, Level
from scim_conformance.scenario.citations import Citation
from scim_conformance.scenario.model import Scenario, Template, cases
from scim_conformance.scenario.steps import Step


@dataclass
class CheckTemplate:
    """A check of a scenario in any profile: with some profiles or rows, it has another level or source."""

    id: str
    levels: set[Level] = field(default_factory=set)
    evidence: set[str] = field(default_factory=set)
    sources: set[Citation] = field(default_factory=set)
    labels: set[str] = field(default_factory=set)
    since: str = ""
    raised: str = ""

    def add(self, check: Check, since: str) -> None:
        """Add the check as it is in one case, with the release in which it was added."""
        self.levels.add(check.level)
        self.evidence.add(check.evidence)
        self.sources.add(check.citation)
        self.labels |= {check.label} - {""}
        self.raised = check.raised or self.raised
        self.since = since

    @property
    def rows(self) -> list[str]:
        """The rows of the register of standards that it judges."""
        return sorted({one.row for one in self.sources} - {""})

    @property
    def ranked(self) -> list[Level]:
        """The levels, the highest first."""
        return sorted(self.levels, key=lambda level: level.rank)

    def data(self) -> dict[str, Any]:
        """Return it in the form of the catalogue."""
        return {
            "id": self.id,
            "levels": self.ranked,
            **({"labels": sorted(self.labels)} if self.labels else {}),
            "evidence": sorted(self.evidence),
            **({"rows": self.rows} if self.rows else {}),
            "sources": [{"title": one.title, "url": one.url} for one in in_order_of_title(self.sources)],
            "since": self.since,
            **({"raised": self.raised} if self.raised else {}),
        }


def in_order_of_title(sources: set[Citation]) -> list[Citation]:
    return sorted(sources, key=lambda one: (one.title, one.url))


def generic(template: Template) -> str:
    """Return a scenario's id with placeholders for dialect and row: `ENT-UPD-04/{dialect}/{row}`."""
    dialect = "/{dialect}" if template.dialects is not None else ""
    return template.id + dialect + ("/{row}" if template.rows is not None else "")


@cache
def check_templates(template: Template) -> tuple[CheckTemplate, ...]:
    """Return the checks of a scenario over all shipped profiles, in the order in which they are judged."""
    found: dict[str, CheckTemplate] = {}
    for scenario in _built(template):
        for step, check in _judged(scenario):
            key = released.catalogued("", step.key, check.key)
            known = CheckTemplate(f"{generic(template)}{key}")
            found.setdefault(key, known).add(check, released.of_check(template, step.key, check))
    return tuple(found.values())


def _built(template: Template) -> Iterator[Scenario]:
    for profile in _profiles():
        if needs.lacks(profile, template.needs) is None:
            yield from (scenarios.built(case, profile) for case in cases(template, profile, Settings().dialects))


@cache
def _profiles() -> list[Profile]:
    return [load(name) for name in shipped_names()]


def _judged(scenario: Scenario) -> Iterator[tuple[Step, Check]]:
    for step in scenario.given:
        yield from ((step, check) for check in step.checks if check.is_vital)
    for step in (*scenario.steps, *scenario.instead):
        yield from ((step, check) for check in step.checks)
