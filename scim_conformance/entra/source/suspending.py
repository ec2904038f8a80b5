"""The profile as far as the files of a directory allow: mappings from attributes that they lack are suspended.

A suspended mapping is neither sent nor judged, and named in the report. Values that a profile has only for generated
users (`sample`) do not apply to real ones.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from scim_conformance.entra.directory.wanted import sources
from scim_conformance.entra.profiles.mapping import AttributeMapping, ObjectType
from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.entra.source.model import ObjectKind
from scim_conformance.entra.source.names import COMPUTED


class CannotSuspend(ValueError):
    """Something without which there is no preview depends on an attribute that the files lack. One sentence."""


@dataclass(frozen=True)
class Suspended:
    """A mapping that is not sent, and the source attributes that the files lack."""

    kind: ObjectKind
    target: str
    lacks: Sequence[str]


def wanted(profile: Profile) -> dict[ObjectKind, list[str]]:
    """Return the source attributes that mappings and scoping filters need, in their order, without repetition."""
    found = {}
    for kind, rows in _types(profile).items():
        mapped = [name for row in rows.mapping for name in sources(row)]
        scoped = [clause.attribute for one in rows.scope for clause in one.clauses]
        found[kind] = list(dict.fromkeys([*mapped, *scoped]))
    return found


def _types(profile: Profile) -> dict[ObjectKind, ObjectType]:
    groups = {} if profile.group is None else {ObjectKind.GROUP: profile.group}
    return {ObjectKind.USER: profile.user, **groups}


def without_samples(profile: Profile) -> Profile:
    """Return the profile without the values for generated users."""
    return _replaced(profile, lambda _, row: msgspec.structs.replace(row, sample=[]))


def suspended(
    profile: Profile, seen: Mapping[ObjectKind, set[str]], *, managers: bool
) -> tuple[Profile, list[Suspended]]:
    """Return the profile without the mappings that the files cannot fill, and those.

    `seen`: the source attributes that the files have. `managers`: whether any user has a manager.

    Raises:
        CannotSuspend: a matching attribute or a scoping filter depends on an attribute that the files lack.
    """
    gone: list[Suspended] = []

    def kept(kind: ObjectKind, row: AttributeMapping) -> AttributeMapping | None:
        # Without a single object of a kind, nothing is sent for it anyway.
        lacks = [name for name in sources(row) if seen[kind] and not _has(seen[kind], name, managers=managers)]
        if not lacks:
            return row
        if row.match:
            raise CannotSuspend(
                f"{kind.value}s are matched on {row.target}, which is mapped from {', '.join(lacks)}, and no "
                f"{kind.value} in the files has this attribute: export it too (see --graph-query)"
            )
        gone.append(Suspended(kind, row.target, lacks))
        return None

    found = _replaced(profile, kept)
    _check_scope(found, seen)
    return found, gone


def _has(seen: set[str], name: str, *, managers: bool) -> bool:
    if name == "manager":
        return managers
    return name in COMPUTED or name in seen or (name == "originalUserPrincipalName" and "userPrincipalName" in seen)


def _check_scope(profile: Profile, seen: Mapping[ObjectKind, set[str]]) -> None:
    for kind, rows in _types(profile).items():
        for one in rows.scope:
            lacks = [one for one in (clause.attribute for clause in one.clauses) if one not in seen[kind] | COMPUTED]
            if lacks and seen[kind]:
                raise CannotSuspend(
                    f"the scoping filter {one.title} needs {', '.join(lacks)}, which no {kind.value} in the files has: "
                    "export it too (see --graph-query)"
                )


Changed = Callable[[ObjectKind, AttributeMapping], AttributeMapping | None]


def _replaced(profile: Profile, change: Changed) -> Profile:
    changed = {
        kind.value: msgspec.structs.replace(
            rows, mapping=[new for row in rows.mapping if (new := change(kind, row)) is not None]
        )
        for kind, rows in _types(profile).items()
    }
    return msgspec.structs.replace(profile, **changed)
