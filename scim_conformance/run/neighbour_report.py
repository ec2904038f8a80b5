"""What each process of a run knows about its neighbours, as it is sent to the controller and into the result."""

from collections.abc import Mapping
from typing import Any

import msgspec

from scim_conformance.entra.looking import NEIGHBOURS
from scim_conformance.entra.visibility import Way
from scim_conformance.entra.world import UNJOINED
from scim_conformance.run.runner import Runner
from scim_conformance.verdict.results import READABLE, Refusal, Visibility
from scim_conformance.verdict.run_result import RunResult


def known(runner: Runner) -> dict[str, Any]:
    """Return what this process knows: its neighbours by the names that the steps use, the paths that were not stored,
    how memberships can be seen, and what creations are refused for."""
    seen = runner.neighbours.visibility if runner.neighbours.settled is not None else READABLE
    plain = None if runner.neighbours.plain is None else str(runner.neighbours.plain)
    plain = plain if runner.neighbours.joins else UNJOINED
    found = {"neighbours": runner.neighbours.settled, "not_kept": sorted(runner.neighbours.not_kept), "plain": plain}
    learned = {"memberships": seen, "refused": runner.neighbours.refusals}
    return found | {name: msgspec.to_builtins(one) for name, one in learned.items()}


def told(result: RunResult, workers: Mapping[str, Mapping[str, Any]], runner: Runner) -> RunResult:
    """Return the result with what its processes sent; those that ran nothing have no neighbours."""
    said = {**workers, runner.writer: known(runner)}
    seen = {
        name: msgspec.convert(one["memberships"], Visibility)
        for name, one in said.items()
        if {*NEIGHBOURS} <= (one.get("neighbours") or {}).keys()
    }
    return msgspec.structs.replace(
        result,
        neighbours={name: dict(one["neighbours"]) for name, one in said.items() if one.get("neighbours") is not None},
        plain={name: str(one["plain"]) for name, one in said.items() if one.get("plain")},
        not_kept={name: [*one["not_kept"]] for name, one in said.items() if one.get("not_kept")},
        memberships=seen,
        refused={
            name: msgspec.convert(one["refused"], list[Refusal]) for name, one in said.items() if one.get("refused")
        },
        warnings=[*result.warnings, *_contradicted(result, seen)],
    )


def _contradicted(result: RunResult, seen: Mapping[str, Visibility]) -> list[str]:
    """Warn if the profile states that memberships are hidden, but the target shows them."""
    hidden = result.profile_definition.get("members") == "hidden"
    if not hidden or all(one.way in {Way.HIDDEN, Way.UNSEEN} for one in seen.values()):
        return []
    said = f"the profile {result.profile} states that the target hides memberships, but it shows them"
    return [f'{said}: the run checked them; remove members = "hidden" from the profile']
