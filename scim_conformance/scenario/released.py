"""The contents of the last release: everything else is new, whether or not its author says so.

`released.json` is written once for each release (`make released`), never manually. A scenario, a check or a standing
check that it does not contain was added after that release, so its `since` is the current version: it is advice until
the next minor release (see `verdict.grace_period`). An author who forgets `since` breaks no pipeline.

Your own scenarios (docs/own-scenarios.md) count at once, unless they set `since`.
"""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import msgspec

from scim_conformance import __version__
from scim_conformance.scenario.checks import Check
from scim_conformance.scenario.model import Template
from scim_conformance.scenario.standing_check import Standing

FILE = Path(__file__).with_name("released.json")

FIRST = "0.1.0"
"""The first release: there was none before it, in which a check could have been missing."""

_STEPS = ((re.compile(r"^alone-.+$"), "alone-{attribute}"), (re.compile(r"^load-\d+$"), "load-{number}"))
"""Steps that differ in an attribute or a number alone are one in the catalogue."""
_ATTRIBUTE = re.compile(r"^(stored|absent|made|kept)\..+$")


class Known(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A check as the last release had it."""

    since: str
    levels: list[str]


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The last release: its version, None before the first; scenarios with their `since`; checks by `catalogued` id."""

    release: str | None = None
    scenarios: Mapping[str, str] = {}
    checks: Mapping[str, Known] = {}


@cache
def record() -> Record:
    """Return the record of the last release.

    Raises:
        msgspec.DecodeError: the file is not what `make released` writes.
    """
    return msgspec.json.decode(FILE.read_bytes(), type=Record)


def catalogued(template: str, step: str, check: str) -> str:
    """Return the id of a check as the catalogue has it, without dialect and row: attributes are left open."""
    for pattern, general in _STEPS:
        step = pattern.sub(general, step)
    key = _ATTRIBUTE.sub(r"\1.{attribute}", check)
    return f"{template}#{step}.{key}"


def of_scenario(template: Template) -> str:
    """Return the release in which a scenario came in."""
    if template.since is not None:
        return template.since
    return FIRST if template.suite == "own" else record().scenarios.get(template.id, __version__)


def of_check(template: Template, step: str, check: Check) -> str:
    """Return the release in which a check of a scenario came in; `step` is the key of the step that it judges."""
    if check.since or template.suite == "own" or template.id not in record().scenarios:
        return check.since or of_scenario(template)
    return _first_seen(catalogued(template.id, step, check.key))


def of_standing(check: Standing) -> str:
    """Return the release in which a check of every answer came in."""
    return check.since or _first_seen(check.key)


def _first_seen(check: str) -> str:
    found = record().checks.get(check)
    return __version__ if found is None else found.since
