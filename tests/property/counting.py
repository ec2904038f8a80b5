"""What a draw has in it, and which of its mappings were sent and compared."""

from collections.abc import Iterator

from scim_conformance.entra.expressions import parser
from scim_conformance.entra.profiles.mapping import AttributeMapping, ObjectType
from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.scenario.passwords import is_password
from scim_conformance.scim import paths
from tests.property.playing import Play

LEAST = 0.02
"""The share of draws in which each value of each key, and each function, is to be met."""


def features(profile: Profile) -> set[str]:
    """Return the values of every key of the schema, and the functions, that a profile has."""
    found = {f"dialect {profile.dialect}", f"groups {'mapped' if profile.group else 'none'}"}
    found |= {f"requires {one}" for one in profile.requires} | {"unclaimed" for _ in profile.unclaimed}
    found |= {"only_mapped"} if profile.only_mapped else set()
    found |= {"members hidden"} if profile.members else set()
    found |= {f"credentials.sent_in {profile.credentials.sent_in}"} if profile.credentials.kind != "bearer" else set()
    found |= {"credentials.client_id"} if profile.credentials.client_id else set()
    found |= {
        f"people.{key}" for key, usual in (("domain", "example.com"), ("most", None)) if _people(profile, key) != usual
    }
    found |= {f"credentials {profile.credentials.kind}", *(["credentials.scope"] if profile.credentials.scope else [])}
    for kind, rows in (("user", profile.user), ("group", profile.group)):
        found |= set(_of_object(kind, rows)) if rows else set()
    return found | {f"mappings {_size(len(profile.user.mapping))}"}


def _people(profile: Profile, key: str) -> object:
    return getattr(profile.people, key)


def _size(count: int) -> str:
    return next(name for most, name in ((4, "1-4"), (12, "5-12"), (30, "13-30"), (500, "31-60")) if count <= most)


def _of_object(kind: str, thing: ObjectType) -> Iterator[str]:
    yield f"{kind} unassign {thing.unassign}"
    yield f"{kind} actions {' '.join(thing.actions)}"
    for row in thing.mapping:
        yield from (f"{kind} {one}" for one in _of_row(row))
        yield from _functions(row)


def _of_row(row: AttributeMapping) -> Iterator[str]:
    yield f"type {row.type}"
    yield f"apply {row.apply}"
    yield f"match {row.match}"
    yield from (key for key in ("source", "expression", "constant") if getattr(row, key) is not None)
    yield from (key for key in ("default", "sample") if getattr(row, key))
    path = row.path
    yield "target of an extension" if path.urn else "target of the core schema"
    yield from [f"target with a filter on {path.key.lower()}"] if path.key else []


def _functions(row: AttributeMapping) -> Iterator[str]:
    found = [parser.parse(row.expression)] if row.expression else []
    while found:
        one = found.pop()
        if isinstance(one, parser.Call):
            yield f"function {one.name}"
            found += one.arguments


def untested(profile: Profile, play: Play) -> list[str]:
    """Return the target paths that were not both sent and compared. A password is sent, and never shown."""
    rows = [(kind, row) for kind, thing in _objects(profile) for row in thing.mapping]
    return [row.target for kind, row in rows if not (_is_sent(kind, row, play) and _is_compared(row, play))]


def _objects(profile: Profile) -> list[tuple[str, ObjectType]]:
    return [("Users", profile.user), *([("Groups", profile.group)] if profile.group else [])]


def _is_sent(kind: str, row: AttributeMapping, play: Play) -> bool:
    return any(_holds(body, row) for _, path, body in play.heard if path.startswith(f"/{kind}"))


def _holds(body: object, row: AttributeMapping) -> bool:
    """Tell whether the body of a creation or a change has a value at a row's path."""
    if not isinstance(body, dict):
        return False
    said = [one for one in body.get("Operations", []) if isinstance(one, dict)]
    named = {str(one.get("path", "")).lower() for one in said}
    named |= {key.lower() for one in said if isinstance(one.get("value"), dict) for key in one["value"]}
    return row.target.lower() in named or paths.read(body, row.path) is not None


def _is_compared(row: AttributeMapping, play: Play) -> bool:
    if is_password(row.target):
        return True
    end = row.path.slug.lower()
    keys = (check.id.partition("#")[2].lower() for check in play.compared)
    return any(key.endswith(f".{end}") for key in keys)
