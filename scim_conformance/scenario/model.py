"""A scenario: a request sequence of Entra's under a permanent id, declared by a decorated function."""

import inspect
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal, TypeVar

from scim_conformance.scenario.steps import Step

ID = re.compile(r"^[A-Z]{3}-[A-Z]{3}-\d{2}$")
_PART = re.compile(r"^[A-Za-z0-9._-]+$")


class Moment(StrEnum):
    """The moment in the admin's journey at which a sequence happens. The order is the journey's."""

    TEST_CONNECTION = "test connection"
    MATCH = "match"
    CREATE = "create"
    UPDATE = "update"
    DISABLE = "disable / restore"
    DELETE = "delete"
    GROUPS = "groups"
    MEMBERS = "members"
    DISCOVERY = "account discovery"
    ON_DEMAND = "on demand"
    ALWAYS = "every answer"

    @property
    def order(self) -> int:
        """Position in the journey, from 0."""
        return list(Moment).index(self)


_SUITES = {"ENT": "entra", "RFC": "rfc", "SEC": "security", "SRV": "service", "REH": "rehearsal"}


def suite_of(identifier: str) -> str:
    """Return the suite that owns an id: `entra`, `service`, …, or `own` for your own scenarios."""
    return _SUITES.get(identifier[:3], "own")


@dataclass(frozen=True)
class Scenario:
    """`given` prepares (its failure blocks), `steps` are judged.

    `instead` runs if a write among `steps` is refused: it sends the parts one by one, to find the one that fails.
    `spares`: the kinds of resources that it leaves for later scenarios to reuse: its users are active and complete, its
    groups have never had members. `left_out`: what its preparing creations leave out because the target refuses it.
    """

    steps: Sequence[Step]
    given: Sequence[Step] = ()
    instead: Sequence[Step] = ()
    spares: Sequence[str] = ("User",)
    left_out: Sequence[str] = ()


@dataclass(frozen=True)
class Extra:
    """Requests by which a scenario raises the limit of a full run, and why it needs them.

    Raises:
        ValueError: no requests, or no reason.
    """

    requests: int
    why: str

    def __post_init__(self) -> None:
        """Refuse what says nothing."""
        if self.requests < 1 or not self.why.strip():
            raise ValueError("a scenario that raises the limit of requests says by how many, and why")


SEQUENCE = "only a sequence of requests, or two resources that have something in common, show the fault"
"""Why a scenario needs more requests than a single change."""


@dataclass(frozen=True)
class Template:
    """What the decorator knows: the part of a scenario that no profile changes."""

    id: str
    title: str
    moment: Moment
    build: Callable[..., Scenario]
    dialects: tuple[str, ...] | None
    """The dialects for which there is a case each; None: one case, whatever the dialect."""
    either: bool
    """One of the dialects is enough: the result depends on the target, not on how the request is written."""
    rows: Callable[[Any], Iterable[tuple[str, Any]]] | None
    needs: tuple[str, ...]
    validator: bool
    since: str | None = None
    """The release in which it was added, if the decorator states it; otherwise `released.of_scenario` finds it."""
    covers: tuple[str, ...] = ()
    """Rows of the register (see `requirements`): if a target fails one of them, a check here deviates."""
    gallery: bool = False
    """It still decides the verdict if the profile requires `gallery`, because the gallery's tests require it."""

    extra: Extra | None = None
    """What a run may send more because of it (see `catalogue.limits`)."""
    plainest: bool = False
    """It is the plainest of its kind: its deviations explain those of others (see `verdict.tracing`)."""

    @property
    def suite(self) -> str:
        """The suite that owns the id: its first letters."""
        return suite_of(self.id)

    @property
    def description(self) -> str:
        """The function's docstring: what Entra does, and what the target must do."""
        return inspect.getdoc(self.build) or ""


@dataclass(frozen=True)
class Case:
    """A template with its dialect and row filled in: one pytest item, one verdict."""

    template: Template
    dialect: Any = None
    row: tuple[str, Any] | None = None
    counts: bool = False
    """It decides the verdict although only Microsoft's own tests send it: the profile requires `gallery`."""

    @property
    def validator(self) -> bool:
        """Whether only Microsoft's own tests send this, so that it never changes the verdict for this profile."""
        return self.template.validator and not self.counts

    @property
    def id(self) -> str:
        """`ENT-UPD-03/compliant/emails.work.value`: permanent, of letters, digits and `. _ / -`."""
        parts = [self.template.id, str(self.dialect or ""), self.row[0] if self.row else ""]
        return "/".join(part for part in parts if part)

    @property
    def title(self) -> str:
        """The template's title with the row's name."""
        return self.template.title if self.row is None else f"{self.template.title}: {self.row[0]}"

    def build(self, world: Any) -> Scenario:
        """Build the steps for a world: a profile with its users (see `entra.world`)."""
        arguments: list[Any] = [world]
        if self.template.dialects is not None:
            arguments.append(self.dialect)
        if self.row is not None:
            arguments.append(self.row[1])
        return self.template.build(*arguments)


DIALECTS = ("legacy", "compliant")
"""The names of Entra's two ways to write PATCH; `entra.dialects` explains them."""

Built = TypeVar("Built", bound=Callable[..., Scenario])


def scenario(
    id: str,  # noqa: A002 - the word of the design
    title: str,
    moment: Moment,
    *,
    dialects: bool | Sequence[str] | Literal["either"] = False,
    rows: Callable[[Any], Iterable[tuple[str, Any]]] | None = None,
    needs: Sequence[str] = (),
    validator: bool = False,
    gallery: bool = False,
    since: str | None = None,
    extra: Extra | None = None,
    plainest: bool = False,
) -> Callable[[Built], Built]:
    """Declare a scenario.

    The function takes the world, then the dialect when `dialects` (True: a case for each; "either": one case, in the
    first one of the run, which counts for both in the verdict; or the names of those that matter), then the row's value
    when `rows` are given, and returns a Scenario. `rows` maps a profile to (name, value) pairs. `needs`
    names what the profile must have (see `entra.needs`). `validator`: only Microsoft's own tests send this, so that
    it never changes the Entra verdict; with `gallery` it does if the profile requires that. `since` is the release in
    which it was added; without it, that is determined (see `scenario.released`). `extra` raises the limit of requests
    of a full run, with the reason. `plainest`: every other scenario that sends such a request resembles it, so that its
    deviations explain theirs. The decorator `covers` below this one names the requirements that it judges.

    Raises:
        ValueError: the id is not of the form `AAA-BBB-00`.
    """
    if ID.match(id) is None:
        raise ValueError(f"a scenario id looks like ENT-DIS-01, not {id!r}")

    either = dialects == "either"
    chosen = (DIALECTS if either or dialects is True else tuple(dialects)) if dialects else None

    def mark(build: Built) -> Built:
        covered: tuple[str, ...] = getattr(build, "__scim_covers__", ())
        template = Template(
            id,
            title,
            moment,
            build,
            chosen,
            either,
            rows,
            tuple(needs),
            validator,
            since,
            covered,
            gallery,
            extra,
            plainest,
        )
        build.__scim_template__ = template  # type: ignore[attr-defined]
        return build

    return mark


def covers(rows: str) -> Callable[[Built], Built]:
    """Name the rows of the register of requirements that a scenario's checks judge: ids, separated by spaces.

    It goes between `scenario` and the function.
    """

    def mark(build: Built) -> Built:
        build.__scim_covers__ = tuple(rows.split())  # type: ignore[attr-defined]
        return build

    return mark


def cases(template: Template, profile: Any, dialects: Sequence[Any]) -> list[Case]:
    """Return the cases of a template for a profile: one for each dialect and row, or for the first dialect of either.

    Raises:
        ValueError: a row's name has a character that ids do not allow.
    """
    rows = list(template.rows(profile)) if template.rows is not None else [None]
    for row in rows:
        if row is not None and _PART.match(row[0]) is None:
            raise ValueError(f"{template.id}: the row name {row[0]!r} may hold only letters, digits and . _ -")
    spoken = [None] if template.dialects is None else [one for one in dialects if str(one) in template.dialects]
    chosen = spoken[:1] if template.either else spoken
    counts = template.gallery and "gallery" in profile.requires
    return [Case(template, dialect, row, counts) for dialect in chosen for row in rows]
