"""What scenarios that went well left, for later ones where any will do: within a process, or between those of a run."""

import itertools
import json
import shutil
from collections.abc import Iterable
from pathlib import Path

from scim_conformance.target.session import Session

PLACE = ".spares"
"""The directory below the report directory in which the processes of a run leave their spares for each other."""

Resource = tuple[str, str]
"""Type and id."""


def sweep(report_dir: Path) -> None:
    """Remove the directory once nobody is there to claim anything: what is left in the target is in the journal."""
    shutil.rmtree(report_dir / PLACE, ignore_errors=True)


class Spares:
    """Those of a process that plays alone. A user serves one scenario after another, a group one: it gets members."""

    def __init__(self) -> None:
        self._all: list[Resource] = []
        self._used: set[Resource] = set()

    def put(self, made: Iterable[Resource]) -> None:
        """Set aside what a scenario made."""
        self._all += made

    def take(self, kind: str) -> Resource | None:
        """Return a spare of this type that the scenario does not have yet; None: there is none."""
        spare = next((one for one in self._all if one[0] == kind and one not in self._used), None)
        if spare is not None:
            self._used.add(spare)
        if spare is not None and kind == "Group":
            self._all.remove(spare)
        return spare

    def give_back(self) -> None:
        """Let the next scenario have the users that this one took."""
        self._used.clear()

    def kept(self) -> set[Resource]:
        """Return what is not to be tidied away after a scenario."""
        return set(self._all)

    def reclaim(self) -> bool:
        """Leave what is left to the tidying up at the end; tell whether there is more to come."""
        self._all.clear()
        return False


class SharedSpares(Spares):
    """Those of all processes of a run: one file each, which is claimed by renaming it, so that one claimant wins.

    A spare that lies there belongs to no process, and is in no session. One that is lost on the way, by a crash or an
    interrupt, is in the journal still: the clean-up of the run finds it.
    """

    def __init__(self, session: Session, place: Path, writer: str) -> None:
        super().__init__()
        self._session, self._place, self._writer = session, place, writer
        self._numbers = itertools.count(1)
        self._taken: dict[str, Resource] = {}

    def put(self, made: Iterable[Resource]) -> None:
        """Set aside what a scenario made, for any process."""
        self._place.mkdir(parents=True, exist_ok=True)
        for resource in made:
            name = f"{resource[0]}.{self._writer}-{next(self._numbers):06}"
            self._held(name).write_text(json.dumps(resource), encoding="utf-8")
            self._offer(name, resource)

    def take(self, kind: str) -> Resource | None:
        """Claim a spare: an own one first, so that the traffic of a process depends little on the others."""
        own = f"{kind}.{self._writer}-"
        names = [name for name in self._names() if name.startswith(f"{kind}.")]
        claims = (self._claim(name) for name in sorted(names, key=lambda name: (not name.startswith(own), name)))
        return next((resource for resource in claims if resource is not None), None)

    def give_back(self) -> None:
        """Let any process have the users that the last scenario took and left as they were."""
        still_there = set(self._session.still_there())
        for name, resource in self._taken.items():
            if resource[0] == "User" and resource in still_there:
                self._offer(name, resource)
        self._taken.clear()

    def reclaim(self) -> bool:
        """Claim one of those that are left, whoever made it: who is done first deletes more. Tell whether one was."""
        return self.take("Group") is not None or self.take("User") is not None

    def _names(self) -> list[str]:
        try:
            return [path.name for path in self._place.iterdir()]
        except FileNotFoundError:
            return []

    def _held(self, name: str) -> Path:
        """Return where a spare lies that is in the hands of this process: nobody looks for that name."""
        return self._place / f"{self._writer}.{name}"

    def _offer(self, name: str, resource: Resource) -> None:
        # Let go first: a spare may for a moment be in nobody's hands, and never in those of two.
        self._session.release(resource)
        self._held(name).rename(self._place / name)

    def _claim(self, name: str) -> Resource | None:
        try:
            (self._place / name).rename(self._held(name))
        except OSError:
            return None  # somebody else was faster
        kind, identifier = json.loads(self._held(name).read_text(encoding="utf-8"))
        self._taken[name] = (kind, identifier)
        self._session.adopt((kind, identifier))
        return kind, identifier
