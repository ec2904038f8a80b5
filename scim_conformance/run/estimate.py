"""The maximum that a run will create, printed before its first write to another machine."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest

from scim_conformance.catalogue import scenarios
from scim_conformance.catalogue.required import excludes
from scim_conformance.config.configuration import Configuration
from scim_conformance.config.settings import Settings
from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.run import named
from scim_conformance.scenario.model import Case

NEIGHBOURS = Counter({"User": 2, "Group": 1})
"""What each process of a run creates in addition to its scenarios (see `neighbours`)."""

COST = "New accounts may trigger e-mails or use licenses."


_WORDS = {"User": "user", "Group": "group"}


def most(cases: Iterable[Case], profile: Profile, processes: int = 1) -> Counter[str]:
    """Return the maximum number of resources of each type that these cases create, and the neighbours of each process.

    It is fewer if scenarios reuse accounts of earlier ones. A throttled scenario runs again, and counts once here.
    """
    found: Counter[str] = Counter({kind: number * processes for kind, number in NEIGHBOURS.items()})
    if profile.group is None:
        del found["Group"]
    for case in cases:
        if excludes(profile, case) is None:
            scenario = scenarios.built(case, profile)
            steps = [*scenario.given, *scenario.steps, *scenario.instead]
            found.update(step.creates.type for step in steps if step.creates is not None)
    return found


def in_words(found: Counter[str], *, others: bool = False) -> str:
    """Return the number of users and groups; `others`: your own scenarios create more."""
    parts = [f"{found[kind]} {word}{'s' * (found[kind] > 1)}" for kind, word in _WORDS.items() if found[kind]]
    return " and ".join(parts) + (", plus whatever your own scenarios create" if others else "")


def sentence(settings: Settings, found: Counter[str], *, others: bool = False) -> str:
    """Return the line that is printed before the first write."""
    will = f"The run creates up to {in_words(found, others=others)} there, and deletes them again."
    return f"{settings.base} is not on this machine. {will} {COST}"


def planned(configuration: Configuration, ids: Sequence[str], processes: int, extra: Sequence[str] = ()) -> str:
    """Return the line for a run of the command line; `extra`: pytest's arguments."""
    settings, profile = configuration.settings, configuration.profile
    found = scenarios.cases_of(scenarios.shipped_templates(), profile, settings)
    chosen = [case for case in found if scenarios.asked_for(case, ids, settings)]
    others = any(not one.startswith("-") and Path(one.partition("::")[0]).exists() for one in extra)
    return sentence(settings, most(chosen, profile, processes), others=others)


class Announcement:
    """Prints it in a pytest session, once it is known what will run."""

    def __init__(self, config: pytest.Config, settings: Settings, profile: Profile) -> None:
        self.config, self.settings, self.profile = config, settings, profile
        self._is_said = False

    @pytest.hookimpl(trylast=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Print it, without xdist."""
        self._say([item.nodeid for item in session.items], 1)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, node: Any, ids: list[str]) -> None:
        """Print it, with xdist."""
        self._say(ids, int(node.workerinput["workercount"]))

    def _say(self, nodeids: Sequence[str], processes: int) -> None:
        names = {nodeid.rpartition("::")[2] for nodeid in nodeids}
        reporter = self.config.pluginmanager.get_plugin("terminalreporter")
        if self._is_said or not names or reporter is None or self.settings.is_loopback:
            return
        self._is_said = True
        found = scenarios.cases_of(scenarios.shipped_templates(), self.profile, self.settings)
        chosen = [case for case in found if case.id in names]
        others = len(chosen) < sum(named.is_scenario(name) for name in names)
        reporter.write_line(sentence(self.settings, most(chosen, self.profile, processes), others=others))
