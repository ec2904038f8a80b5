"""The modules of the shipped suites, as pytest collects them."""

from pathlib import Path

import pytest

from scim_conformance.catalogue import scenarios
from scim_conformance.run import items


class SuiteFile(pytest.File):
    """A module of the shipped suites: it declares scenarios, and no fixtures or tests.

    So it is loaded once, for pytest and for the catalogue, and pytest does not search its names for fixtures and tests.
    """

    def collect(self) -> list[pytest.Item]:
        """Return the scenarios that it declares, as one item for each dialect and row."""
        return [item for one in scenarios.templates_at(self.path) for item in items.items(self, one)]


def collected(path: Path, parent: pytest.Collector) -> SuiteFile | None:
    """Return the collector of a module, or None for the tests of a rehearsal."""
    if not path.name.startswith("test_"):
        return None
    found: SuiteFile = SuiteFile.from_parent(parent, path=path)
    return found
