"""The flags that name the files of a customer's directory, which `preview` and `rehearse` share."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import click
import msgspec

from scim_conformance.commands.options import Command
from scim_conformance.config.settings import SettingsError
from scim_conformance.entra.profiles.profile import Profile

if TYPE_CHECKING:
    from scim_conformance.rehearsal.reading import InputFiles

# Every command loads this module: what only some of them need is imported there, which keeps start-up fast.

OBJECTS = (
    click.option("--people", metavar="FILE", help="Users: Microsoft Graph's JSON, or the portal's CSV file."),
    click.option("--groups", metavar="FILE", help="Groups: Microsoft Graph's JSON."),
)
OTHERS = (
    click.option(
        "--members", multiple=True, metavar="FILE", help="Members of groups: JSON, or a CSV file with --group-name."
    ),
    click.option("--group-name", multiple=True, metavar="NAME", help="Group of a CSV file of members, in their order."),
    click.option("--assignments", metavar="FILE", help="Assignments to the application: appRoleAssignedTo as JSON."),
    click.option("--deleted", metavar="FILE", help="Deleted users: directory/deletedItems as JSON."),
    click.option(
        "--then",
        multiple=True,
        metavar="DIR",
        help="A later export, with the same file names: the next cycle. May be given more than once.",
    ),
    click.option(
        "--sync",
        type=click.Choice(("assigned", "all")),
        help="Sync only assigned users and groups, or all (default: as in the profile).",
    ),
)


def directory_options(command: Command) -> Command:
    """Add the flags."""
    return more_options(_added(command, OBJECTS))


def more_options(command: Command) -> Command:
    """Add the flags other than those for users and groups."""
    return _added(command, OTHERS)


def _added(command: Command, flags: "tuple[Callable[[Command], Command], ...]") -> Command:
    for flag in reversed(flags):
        command = flag(command)
    return command


def with_scope(profile: Profile, sync: str | None) -> Profile:
    """Return the profile with the scope of a flag."""
    if sync is None:
        return profile
    return msgspec.structs.replace(profile, job=msgspec.structs.replace(profile.job, scope=sync))


def input_files(flags: Mapping[str, Any], profile: Profile) -> "InputFiles":
    """Return the files that the flags name.

    Raises:
        SettingsError: none for users, or none for assignments though they decide.
    """
    from scim_conformance.rehearsal.reading import InputFiles

    if flags["people"] is None:
        raise SettingsError("no users: specify an export with --people; --graph-query prints how to make one")
    if profile.job.scope == "assigned" and flags["assignments"] is None:
        raise SettingsError(
            "the scope is assigned users and groups: specify the assignments with --assignments, or use --sync all"
        )
    return InputFiles(
        flags["people"],
        flags["groups"],
        flags["members"],
        flags["group_name"],
        flags["assignments"] if profile.job.scope == "assigned" else None,
        flags["deleted"],
    )
