"""Reads a customer's directory from the files of an export: Graph's JSON, JSON Lines, or the portal's CSV files."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from scim_conformance.config.settings import SettingsError
from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.entra.source import suspending
from scim_conformance.entra.source.gathering import Gathering
from scim_conformance.entra.source.memory import Snapshot
from scim_conformance.entra.source.model import ObjectKind
from scim_conformance.entra.source.names import COMPUTED
from scim_conformance.entra.source.problems import Problems, position
from scim_conformance.entra.source.suspending import Suspended
from scim_conformance.system.inputs import CannotRead
from scim_conformance.system.records import CsvRows, JsonRecords, Numbered


@dataclass(frozen=True)
class InputFiles:
    """The files of one export. `group_names`: for members as CSV, the group of each file."""

    people: str
    groups: str | None = None
    members: Sequence[str] = ()
    group_names: Sequence[str] = ()
    assignments: str | None = None
    deleted: str | None = None


@dataclass(frozen=True)
class SourceDirectory:
    """A directory that was read. `profile`: what of the profile it can fill; `empty`: mapped attributes that no user
    has, which the files have."""

    snapshot: Snapshot
    profile: Profile
    problems: Problems
    suspended: Sequence[Suspended] = ()
    empty: Sequence[str] = ()
    files: InputFiles = field(default_factory=lambda: InputFiles(""))


class BadInput(SettingsError):
    """The files cannot be used; the message has the first problems, one a line."""


def read(files: InputFiles, profile: Profile) -> SourceDirectory:
    """Read a directory.

    Raises:
        BadInput: a file cannot be read, or has errors.
    """
    profile = suspending.without_samples(profile)
    wanted = suspending.wanted(profile)
    gathering = Gathering(frozenset(name for names in wanted.values() for name in names))
    _read_all(gathering, files)
    snapshot = gathering.snapshot()
    if gathering.problems.errors:
        raise BadInput(_sentence(gathering.problems))
    try:
        usable, gone = suspending.suspended(profile, gathering.seen, managers=bool(gathering.managers))
    except suspending.CannotSuspend as error:
        raise BadInput(str(error)) from None
    lacking = {name for one in gone for name in one.lacks}
    filled = gathering.filled.keys() | COMPUTED | lacking | {"originalUserPrincipalName"}
    empty = [name for name in wanted[ObjectKind.USER] if name not in filled]
    return SourceDirectory(snapshot, usable, gathering.problems, gone, empty, files)


def _sentence(problems: Problems) -> str:
    lines = ["the directory cannot be used", *(f"  {one}" for one in problems.errors)]
    if problems.more_errors:
        lines.append(f"  and {problems.more_errors:,} more")
    return "\n".join(lines)


def _read_all(gathering: Gathering, files: InputFiles) -> None:
    _people(gathering, files.people)
    if files.deleted:
        _graph(gathering, ObjectKind.USER, files.deleted, binned=True)
    if files.groups:
        _graph(gathering, ObjectKind.GROUP, files.groups)
    names = iter(files.group_names)
    for file in files.members:
        if _is_csv(file):
            _named_members(gathering, file, next(names, None))
        else:
            _members(gathering, file)
    if files.assignments:
        _json(files.assignments, gathering.assignment, gathering.problems)


def _is_csv(file: str) -> bool:
    return file.lower().endswith(".csv")


def _people(gathering: Gathering, file: str) -> None:
    if not _is_csv(file):
        _graph(gathering, ObjectKind.USER, file)
        return
    rows = CsvRows(file)
    for record in _each(file, rows):
        if record.number == 1:
            _check_columns(file, rows.columns)
        gathering.portal(record.value, position(file, record.number, record.value.get("objectId")))


def _check_columns(file: str, columns: Sequence[str]) -> None:
    known = {one.lower().replace(" ", "") for one in columns}
    if not known & {"objectid", "id", "userprincipalname"}:
        raise BadInput(f"{file} has neither a column objectId nor userPrincipalName: is it the portal's users file?")


def _graph(gathering: Gathering, kind: ObjectKind, file: str, *, binned: bool = False) -> None:
    def add(record: dict[str, Any], where: str) -> None:
        gathering.graph(kind, record, where, binned=binned)

    _json(file, add, gathering.problems)


def _members(gathering: Gathering, file: str) -> None:
    def add(record: dict[str, Any], where: str) -> None:
        gathering.member_list(record.get("id"), record.get("members"), where, expanded="displayName" in record)

    _json(file, add, gathering.problems, mapped=True)


def _named_members(gathering: Gathering, file: str, group: str | None) -> None:
    if group is None:
        raise BadInput(f"{file} does not name its group: add --group-name, one for each such file, in their order")
    rows = CsvRows(file)
    found = [(one.value, position(file, one.number, one.value.get("objectId"))) for one in _each(file, rows)]
    _check_columns(file, rows.columns)
    gathering.named_members(group, found)


def _json(file: str, add: Callable[[dict[str, Any], str], None], problems: Problems, *, mapped: bool = False) -> None:
    records = JsonRecords(file, mapped=mapped)
    for one in _each(file, records):
        if isinstance(one.value, dict):
            add(one.value, position(file, one.number, one.value.get("id")))
        else:
            problems.error(position(file, one.number), "it is not an object")
    if records.next_link is not None:
        raise BadInput(f"{file} is incomplete: it ends with @odata.nextLink; add the pages that follow to the file")


def _each(file: str, records: JsonRecords | CsvRows) -> Iterator[Numbered]:
    try:
        yield from records
    except CannotRead as error:
        raise BadInput(f"{file} {error}") from None
