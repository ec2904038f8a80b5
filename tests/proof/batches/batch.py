"""How a batch is kept that no check was made for, apart from the registry of the embedded target, and its record."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from scim_conformance.demo.app import Around
from scim_conformance.demo.faults.registry import Defect, Kind
from scim_conformance.demo.variants.registry import Variant

MUST, NEEDED = "MUST", "Entra needs it"


@dataclass(frozen=True)
class Batch:
    """Keeps defects by name, and how strictly what each breaks is asked for: MUST or Entra needs it."""

    defects: dict[str, Defect] = field(default_factory=dict)
    levels: dict[str, str] = field(default_factory=dict)

    def __call__(
        self, kind: Kind, name: str, symptom: str, source: str, level: str, *, profile: str | None = None
    ) -> Callable[[Around], Around]:
        """Keep a defect here alone. Raises ValueError where its name is taken."""

        def register(around: Around) -> Around:
            if name in self.defects:
                raise ValueError(f"there are two defects named {name}")
            self.defects[name], self.levels[name] = Defect(name, symptom, source, around, profile, kind), level
            return around

        return register


@dataclass(frozen=True)
class Figures:
    """What a run of the suites made of a batch, written down once: today's figures are measured anew."""

    day: date
    defects: str
    """The commit that the batch was at."""
    suites: str
    """The commit that the suites were at."""
    noticed: tuple[str, ...]
    missed: tuple[str, ...]
    alarmed: tuple[str, ...] = ()
    """Right servers that raised an alarm above advice."""
    no_verdict: tuple[str, ...] = ()
    """Right servers without a verdict."""
    profiles_not_yes: tuple[str, ...] = ()
    """Profiles with which the honest target did not get a yes."""
    first_named: tuple[str, ...] = ()
    """Noticed faults for which a check of `Record.named` was the first under “fix first”."""
    first_other: tuple[str, ...] = ()
    """Noticed faults for which another check, or none, was the first."""


@dataclass(frozen=True)
class Record:
    """One batch: what it is, what was first made of it, and what belongs to it."""

    about: str
    faults: Mapping[str, Defect]
    """Filled by the modules of the folder, as are `levels` and `variants`."""
    levels: Mapping[str, str]
    modules: tuple[str, ...]
    """The modules of the folder that register, in the order in which they are listed on docs/proof.md."""
    probes: tuple[str, ...]
    """The modules of the folder that have a `PROBES`, by the names of faults or of variants."""
    first: tuple[Figures, ...]
    """Before anything was tuned to the batch."""
    later: tuple[Figures, ...] = ()
    """After other work, and still untuned."""
    named: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """For each fault the checks, without dialect and row, any of which must be named first. Written before a run."""
    expects: Mapping[str, str] = field(default_factory=dict)
    """For each fault what a good report names first, in words, where the ids of checks were not known."""
    variants: Mapping[str, Variant] = field(default_factory=dict)
    profiles: Path | None = None
    """A directory of profiles, as administrators write them."""
    withdrawn: Mapping[str, str] = field(default_factory=dict)
    """Right servers that were taken out after the first figure, by name, and why they are not right."""
    refused: Mapping[str, str] = field(default_factory=dict)
    """Those of them with which no run may start, by name, and why: a run ends with exit code 4."""
    suites: tuple[str, ...] = ()
    """The suites that it was written for, where that is not the entra suite: its variants are right by the standards,
    and may be wrong for Entra."""

    @property
    def flags(self) -> tuple[str, ...]:
        """The flags of the command line that choose its suites."""
        return tuple(flag for suite in self.suites for flag in ("--suite", suite))
