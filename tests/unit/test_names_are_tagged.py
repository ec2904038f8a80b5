"""Whatever a scenario writes into a naming attribute has the run's tag, so that it can be confirmed and cleaned up."""

from collections.abc import Iterator
from typing import Any

import pytest

from scim_conformance.catalogue import scenarios
from scim_conformance.entra import needs
from scim_conformance.entra.dialects import DIALECTS
from scim_conformance.entra.profiles.profile import load, shipped_names
from scim_conformance.scenario import tags
from scim_conformance.scenario.model import cases
from scim_conformance.scenario.steps import Step

pytestmark = pytest.mark.slow

NAMING = {"Users": "username", "Groups": "displayname"}
NAMELESS = (None, "")
"""Values that are no name (RFC 7643 section 2.5)."""


def written(step: Step) -> Iterator[Any]:
    """Yield the values that a request writes into the naming attribute of its kind of resource."""
    naming = next((name for kind, name in NAMING.items() if f"/{kind}" in f"/{step.path}"), None)
    if naming is None or not isinstance(step.body, dict):
        return
    yield from _named(step.body, naming)
    for operation in step.body.get("Operations", ()):
        value = operation.get("value")
        if str(operation.get("path", "")).lower() == naming and value not in NAMELESS:
            yield value  # an account whose name becomes empty keeps the displayName with which it was created
        elif isinstance(value, dict):
            yield from _named(value, naming)


def _named(body: dict[str, Any], naming: str) -> Iterator[Any]:
    for key, value in body.items():
        if key.lower() == naming:
            # What is created without a name is recognized by its displayName.
            yield body.get("displayName") if value in NAMELESS else value


@pytest.mark.parametrize("name", shipped_names())
def test_every_name_that_is_written_has_the_tag(name: str) -> None:
    profile = load(name)
    seen = 0
    known = [one for one in scenarios.shipped_templates() if needs.lacks(profile, one.needs) is None]
    for template in known:
        for case in cases(template, profile, DIALECTS):
            built = scenarios.built(case, profile)
            for step in (*built.given, *built.steps, *built.instead):
                for value in written(step):
                    seen += 1
                    assert tags.carries(tags.EXAMPLE, str(value)), (case.id, step.key, value)
    assert seen > 100
