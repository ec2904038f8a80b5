"""Legal variants on top of each other, as real servers have them: a few runs instead of many."""

from collections.abc import Iterator, Mapping

from scim_conformance.demo.choices import VARIANTS
from scim_conformance.demo.variants.registry import Variant
from tests.proof.playing import STACKED, Job, Outcome, play_all

ORDER = (
    "answers",
    "resources",
    "ids",
    "values",
    "writes",
    "hidden",
    "members",
    "conflicts",
    "strict",
    "errors",
    "queries",
    "headers",
)
"""From the outside in: what looks into the store must see its own ids."""


def theme(one: Variant) -> str:
    """Return the theme of a variant: its file, or the folder of its file, within `demo/variants`."""
    return one.around.__module__.partition("demo.variants.")[2].partition(".")[0]


def stacks() -> list[Job]:
    """Return runs in each of which one variant of every theme is on; those of other profiles run by themselves."""
    usual = [one for one in VARIANTS.values() if one.profile is None and not one.flags]
    themes = [[one.name for one in usual if theme(one) == part] for part in ORDER]
    rows = [[names[row] for names in themes if row < len(names)] for row in range(max(map(len, themes)))]
    alone = [Job("variant", one.name, one.profile, one.flags) for one in VARIANTS.values() if one not in usual]
    return [*(Job("variant", STACKED.join(names)) for names in rows), *alone]


def parts(outcomes: Mapping[str, Outcome]) -> Iterator[tuple[str, Outcome]]:
    """Yield the outcomes of runs without an alarm; of another also those of its variants, each played by itself."""
    for name, outcome in outcomes.items():
        yield name, outcome
        names = name.split(STACKED)
        if outcome.alarms and len(names) > 1:
            yield from zip(names, play_all([Job("variant", one) for one in names]), strict=True)
