"""Third batch: defects of PATCH in both dialects, written from the note and the RFCs alone."""

import re
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind
from scim_conformance.demo.shapes import changes, id_of, is_write, keys_of, path_of, rewrite, stored_at, verb
from tests.proof.batches.batch import MUST, NEEDED
from tests.proof.batches.batch_2.store import dumps, extension
from tests.proof.batches.batch_3.store import Operation, held, kept_if, sets, third, told

INSIDE = re.compile(r"(\w+)\[.*\](\.\w+)?")
"""A path into one element of a list."""


def _list_of(operation: Operation) -> str:
    """Return the list into one of whose elements an operation goes, or nothing."""
    found = INSIDE.fullmatch(path_of(operation))
    return found[1] if found else ""


@third(
    Kind.PATCH,
    "json-false-ignored",
    "Disabling with JSON's false answers success, and the account stays active; with the text “False” it works",
    "Note 4.1, disable in the flagged dialect, and 4.2; RFC 7644 section 3.5.2.3; a value that is tested for truth",
    MUST,
)
async def json_false_ignored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    kept_if(request, changes(request), lambda operation, _, value: verb(operation) == "remove" or value is not False)
    return await go(request)


@third(
    Kind.PATCH,
    "add-keeps-old",
    "“Add” of a title or department answers success where there is one already, and the old one stays",
    "Note 4.1, Add and Replace must both upsert; RFC 7644 section 3.5.2.1, the existing value is replaced",
    MUST,
)
async def add_keeps_old(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    """Insert where nothing is yet, and nowhere else."""
    user = stored_at(target, request.path) if is_write(request, "PATCH", "Users") else {}
    kept_if(
        request,
        changes(request),
        lambda operation, path, _: verb(operation) != "add" or not isinstance(held(user, path), str),
    )
    return await go(request)


@third(
    Kind.PATCH,
    "dotted-keys-collide",
    "Of given and family name in one object without a path only the one that stands last is changed",
    "Note 4.1, replace several simple attributes, and 14.4 B63 and B64; a dotted key that becomes an object of its own",
    MUST,
)
async def dotted_keys_collide(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    """Make an object of each dotted key, and let the later one take the place of the earlier one."""
    found = changes(request)
    for operation in found:
        last = {_above(key): key for key in keys_of(operation)}
        if last:
            operation["value"] = {key: said for key, said in operation["value"].items() if last[_above(key)] == key}
    if found:
        rewrite(request, found)
    return await go(request)


def _above(key: str) -> str:
    """Return the object in which a key is, or the key itself."""
    if key.lower().startswith("urn:"):
        return key.rpartition(":")[0]
    return key.partition(".")[0]


@third(
    Kind.PATCH,
    "list-from-snapshot",
    "Of a work and a mobile number in one request only the one that stands last is changed",
    "Note 4.1, all changes in one PATCH, and 13.1 U6; RFC 7644 section 3.5.2, one operation after the other",
    MUST,
)
async def list_from_snapshot(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    """Begin each operation from the list that was loaded before the first."""
    found = changes(request)
    last = {_list_of(operation): number for number, operation in enumerate(found)}
    kept = [one for number, one in enumerate(found) if not _list_of(one) or last[_list_of(one)] == number]
    if found:
        rewrite(request, kept)
    return await go(request)


@third(
    Kind.PATCH,
    "remove-one-removes-list",
    "When the mobile number is removed all numbers are gone: the filter in the path of a remove is not looked at",
    "Note 4.1, remove, and 14.4 B61, touch only the matching entry; RFC 7644 section 3.5.2.2",
    MUST,
)
async def remove_one_removes_list(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request)
    for operation in found:
        if verb(operation) == "remove" and _list_of(operation) not in {"", "manager"}:
            operation["path"] = _list_of(operation)
    if found:
        rewrite(request, found)
    return await go(request)


@third(
    Kind.PATCH,
    "clearing-ignored",
    "A title or number that is set to nothing answers success and stays: only what is present is assigned",
    "Note 4.5, empty string or null, 13.2 no. 16 and 16 S15; RFC 7643 section 2.5, null is unassigned",
    NEEDED,
)
async def clearing_ignored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    kept_if(
        request,
        changes(request),
        lambda operation, path, value: (
            not sets(operation) or value not in ("", None) or path.partition("[")[0] == "manager"
        ),
    )
    return await go(request)


@third(
    Kind.PATCH,
    "manager-swap-ignored",
    "Who reports to somebody cannot become their manager: answered with success, and nothing is changed",
    "Note 4.3 and 9.1, references one after the other, as when two people swap places; RFC 7644 section 3.5.2",
    NEEDED,
)
async def manager_swap_ignored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    """Refuse a circle in the tree of employees, and tell nobody."""
    managers = {one["id"]: (extension(one).get("manager") or {}).get("value") for one in dumps(target, "User")}

    def keep(operation: Operation, path: str, value: Any) -> bool:
        if not sets(operation) or path.lower() != "manager":
            return True
        return id_of(request) not in _line(managers, _identifier(value))

    kept_if(request, changes(request), keep)
    return await go(request)


def _identifier(value: Any) -> str:
    value = value[0] if isinstance(value, list) and value else value
    return str(value.get("value") if isinstance(value, dict) else value)


def _line(managers: dict[str, str | None], user: str) -> set[str]:
    """Return the managers of a user, and those above them."""
    line: set[str] = set()
    above = managers.get(user)
    while above and above not in line:
        line.add(above)
        above = managers.get(above)
    return line


@third(
    Kind.LIFECYCLE,
    "rename-hides-disable",
    "Who is renamed and disabled in one request is renamed and stays active: the rename returns early",
    "Note 5, soft-deleted, and 16 S6; onyx-dot-app/onyx#14074, a userName and active together",
    MUST,
)
async def rename_hides_disable(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request)
    if "username" in told(found):
        kept_if(request, found, lambda operation, path, value: path.lower() != "active")
    return await go(request)
