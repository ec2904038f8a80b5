"""A draw, played twice: against the honest target, and with one mapped attribute broken."""

import traceback
from dataclasses import dataclass, field
from pathlib import Path

from scim_conformance.entra.profiles import profile as profiles
from scim_conformance.entra.profiles.profile import Profile, ProfileError
from tests.property import faults
from tests.property.counting import features, untested
from tests.property.drawing import draw
from tests.property.faults import Fault
from tests.property.playing import Play, Refused, played
from tests.property.serving import House

YES = "yes"


@dataclass(frozen=True)
class Draw:
    """What came of one number."""

    number: int
    honest: str
    """`yes`, or what was wrong with the verdict on the honest target."""
    features: frozenset[str] = frozenset()
    mappings: int = 0
    untested: list[str] = field(default_factory=list)
    fault: Fault | None = None
    broken: str = ""
    """`named` where the verdict was no and the first cause named the attribute, or what it was instead."""

    @property
    def is_right(self) -> bool:
        """Tell whether both halves hold."""
        return self.honest == YES and self.broken in {"", "named"}

    def __str__(self) -> str:
        """Say what is wrong, and how it is made again."""
        broken = f"; with {self.fault}: {self.broken}" if self.fault else ""
        return f"draw {self.number}: {self.honest}{broken} (python -m tests.property --show {self.number})"


def judged(house: House, number: int) -> Draw:
    """Draw the profile of a number, and play it against the honest target and a broken one."""
    try:
        profile = profiles.loads(draw(number), "drawn.toml")
        play = played(house, profile, number=number)
    except (ProfileError, Refused) as error:
        return Draw(number, f"refused: {error}")
    except Exception as error:  # noqa: BLE001 - a draw that ends the harness is a draw that is not right
        return Draw(number, f"crash: {error!r} in {_place(error)}")
    found = Draw(
        number,
        honest(play),
        frozenset(features(profile)),
        sum(len(thing.mapping) for thing in (profile.user, profile.group) if thing),
        untested(profile, play),
    )
    fault = faults.drawn(profile, number) if found.honest == YES else None
    return found if fault is None else _with_fault(house, profile, found, fault)


def _place(error: Exception) -> str:
    """Return the file and line that raised it, without the folders of the machine on which it was played."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{Path(frame.filename).name}:{frame.lineno}, {frame.name}"


def honest(play: Play) -> str:
    """Return `yes`, or what the verdict on the honest target says instead."""
    return YES if play.verdict == YES and not play.hard and not play.open else play.told[:2000]


def _with_fault(house: House, profile: Profile, found: Draw, fault: Fault) -> Draw:
    play = played(house, profile, [fault.around], number=found.number)
    return Draw(found.number, found.honest, found.features, found.mappings, found.untested, fault, broken(play, fault))


def broken(play: Play, fault: Fault) -> str:
    """Return `named`, or what the verdict on the broken target says instead."""
    first = play.fixes[0] if play.fixes else None
    if play.verdict == "no" and first is not None and fault.is_named(first):
        return "named"
    return f"{play.verdict}; first {first.check if first else 'nothing'}; {play.told[:1500]}"
