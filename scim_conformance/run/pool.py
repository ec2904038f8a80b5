"""Resources that earlier scenarios left and later ones may reuse, within a process or between those of a run."""

import itertools
import json
import os
import shutil
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from scim_conformance.target.session import Session

PLACE = ".spares"
"""The directory in the report directory through which the processes of a run share resources."""

Resource = tuple[str, str]
"""Type and id."""


def sweep(report_dir: Path) -> None:
    """Remove the directory when no process can claim anything: what is left in the target is in the journal."""
    shutil.rmtree(report_dir / PLACE, ignore_errors=True)


class Spares:
    """The pool of a process that runs alone. A user serves one scenario after another, a group only one: it gets
    members."""

    def __init__(self) -> None:
        self._all: list[Resource] = []
        self._used: set[Resource] = set()

    def put(self, made: Iterable[Resource]) -> None:
        """Put what a scenario created into the pool."""
        self._all += made

    def take(self, kind: str) -> Resource | None:
        """Return a resource of this type that the scenario does not use yet; None if there is none."""
        spare = next((one for one in self._all if one[0] == kind and one not in self._used), None)
        if spare is not None:
            self._used.add(spare)
        if spare is not None and kind == "Group":
            self._all.remove(spare)
        return spare

    def give_back(self) -> None:
        """Let the next scenario reuse the users that this one took."""
        self._used.clear()

    def kept(self) -> set[Resource]:
        """Return what must not be deleted after a scenario."""
        return set(self._all)

    def reclaim(self) -> bool:
        """Leave the rest to the clean-up at the end; return whether there is more to come."""
        self._all.clear()
        return False


class SharedSpares(Spares):
    """The pool of all processes of a run: one file per resource, which is claimed by renaming it, so that one process
    wins.

    A resource in the directory belongs to no process and no session. If one gets lost through a crash or an interrupt,
    it is still in the journal: the run's clean-up finds it.
    """

    def __init__(self, session: Session, place: Path, writer: str) -> None:
        super().__init__()
        self._session, self._place, self._writer = session, place, writer
        self._numbers = itertools.count(1)
        self._taken: dict[str, Resource] = {}

    def put(self, made: Iterable[Resource]) -> None:
        """Put what a scenario created into the pool, for any process."""
        for resource in made:
            name = f"{resource[0]}.{self._writer}-{next(self._numbers):06}"
            with suppress(OSError):  # a full disk: it stays in this process
                self._place.mkdir(parents=True, exist_ok=True)
                self._offer(name, resource)

    def take(self, kind: str) -> Resource | None:
        """Claim a resource, preferably one of this process, so that its traffic depends little on the others."""
        own = f"{kind}.{self._writer}-"
        names = [name for name in self._names() if name.startswith(f"{kind}.")]
        claims = (self._claim(name) for name in sorted(names, key=lambda name: (not name.startswith(own), name)))
        return next((resource for resource in claims if resource is not None), None)

    def give_back(self) -> None:
        """Let any process reuse the users that the last scenario took and left unchanged."""
        still_there = set(self._session.still_there())
        for name, resource in self._taken.items():
            if resource[0] == "User" and resource in still_there:
                self._offer(name, resource)
        self._taken.clear()

    def reclaim(self) -> bool:
        """Claim one of the remaining resources, whichever process created it: processes that finish early delete more.
        Return whether there was one."""
        return self.take("Group") is not None or self.take("User") is not None

    def _names(self) -> list[str]:
        try:
            return os.listdir(self._place)  # noqa: PTH208 - a Path for each file takes longer than the look
        except FileNotFoundError:
            return []

    def _held(self, name: str) -> Path:
        """Return the file of a resource that this process has claimed: no other process looks for that name."""
        return self._place / f"{self._writer}.{name}"

    def _offer(self, name: str, resource: Resource) -> None:
        # Release first: for a moment, a resource may belong to no process, but never to two.
        confirmed = self._session.ledger.is_confirmed(resource)
        self._session.ledger.release(resource)
        try:
            # The claiming process need not find out again which resource it is.
            self._held(name).write_text(json.dumps([*resource, confirmed]), encoding="utf-8")
            self._held(name).rename(self._place / name)
        except OSError:  # the report directory was deleted
            self._session.ledger.adopt(resource, confirmed=confirmed)

    def _claim(self, name: str) -> Resource | None:
        try:
            (self._place / name).rename(self._held(name))
            kind, identifier, confirmed = json.loads(self._held(name).read_text(encoding="utf-8"))
        except OSError:
            return None  # another process was faster
        self._taken[name] = (kind, identifier)
        self._session.ledger.adopt((kind, identifier), confirmed=confirmed)
        return kind, identifier
