"""Two faults at once: does “fix first” name both? A rule that explains too much would hide one behind the other.

Drawn from one number, so that the same faults meet each time. Left out are faults that the entra suite does not show,
those after which hardly anything can be judged, and those that show only with a profile or flags of their own.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scim_conformance.demo.faults.registry import Defect
from tests.proof.matrix import catchable
from tests.proof.playing import STACKED, Job, Outcome, play_all

DRAWN_FROM, HOW_MANY, LEAST = 20261129, 170, 0.90
"""Of so many couples, more than a hundred show both of their faults."""


@dataclass(frozen=True)
class Couple:
    """Two faults, and what came of a run with both."""

    defects: tuple[Defect, Defect]
    outcome: Outcome

    @property
    def is_independent(self) -> bool:
        """Whether both show: where one keeps the other from being judged, there is nothing to name."""
        seen = {name for one in self.outcome.deviations for name in (one.id, one.check)}
        return all(one.named in seen for one in self.defects)

    @property
    def hidden(self) -> list[Defect]:
        """The faults that show and that “fix first” does not name."""
        return [one for one in self.defects if self.is_independent and not _is_named(one, self.outcome)]


def drawn(how_many: int = HOW_MANY) -> list[tuple[Defect, Defect]]:
    """Return couples of different kinds of faults."""
    alone = [one for one in catchable() if _is_seen_with_others(one)]
    generator, found = random.Random(DRAWN_FROM), list[tuple[Defect, Defect]]()
    while len(found) < how_many:
        first, second = generator.sample(alone, 2)
        if first.kind is not second.kind:
            found.append((first, second))
    return found


def _is_seen_with_others(one: Defect) -> bool:
    is_plain = one.wide is None and one.profile is None and not one.flags
    return is_plain and (one.scenario or "").startswith(("ENT-", "STD-"))


def played(chosen: Sequence[tuple[Defect, Defect]]) -> list[Couple]:
    """Play each couple with all scenarios."""
    jobs = [Job("couple", STACKED.join((first.name, second.name))) for first, second in chosen]
    return [Couple(pair, outcome) for pair, outcome in zip(chosen, play_all(jobs), strict=True)]


def _is_named(one: Defect, outcome: Outcome) -> bool:
    checks = {one.id: one.check for one in outcome.deviations}
    return any(one.named in {cause, checks.get(cause)} for cause in outcome.causes)


def problems(couples: Sequence[Couple]) -> Iterator[str]:
    """Yield the couples of which one fault is hidden, if they are too many."""
    hidden, both = [one for one in couples if one.hidden], [one for one in couples if one.is_independent]
    if len(hidden) > (1 - LEAST) * len(both):
        yield from (told(one) for one in hidden)


def told(one: Couple) -> str:
    """Return which fault is hidden, and what is named instead."""
    names, missing = " and ".join(defect.name for defect in one.defects), ", ".join(d.name for d in one.hidden)
    return f"{names}: {missing} is not named; fix first has {', '.join(one.outcome.causes[:4]) or 'nothing'}"
