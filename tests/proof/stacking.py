"""Legal variants on top of each other, as real servers have them: a few runs instead of many."""

from collections.abc import Iterator, Mapping

from scim_conformance.demo.variants import VARIANTS, Variant
from tests.proof.playing import STACKED, Job, Outcome, play_all

ORDER = ("answers", "resources", "ids", "values", "writes", "members", "errors")
"""From the outside in: what looks into the store must see its own ids."""


def _theme(one: Variant) -> str:
    return one.around.__module__.rpartition("variants_")[2]


def stacks() -> list[Job]:
    """Return runs in each of which one variant of every theme is on; those of other profiles run by themselves."""
    usual = [one for one in VARIANTS.values() if one.profile is None]
    themes = [[one.name for one in usual if _theme(one) == theme] for theme in ORDER]
    rows = [[names[row] for names in themes if row < len(names)] for row in range(max(map(len, themes)))]
    alone = [Job("variant", one.name, one.profile) for one in VARIANTS.values() if one.profile is not None]
    return [*(Job("variant", STACKED.join(names)) for names in rows), *alone]


def parts(outcomes: Mapping[str, Outcome]) -> Iterator[tuple[str, Outcome]]:
    """Yield the outcomes of runs without an alarm; of another also those of its variants, each played by itself."""
    for name, outcome in outcomes.items():
        yield name, outcome
        names = name.split(STACKED)
        if outcome.alarms and len(names) > 1:
            yield from zip(names, play_all([Job("variant", one) for one in names]), strict=True)
