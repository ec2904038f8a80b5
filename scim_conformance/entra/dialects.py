"""How Entra writes PATCH: `legacy` without a flag, `compliant` with `aadOptscim062020` in the tenant URL.

Source: Microsoft, "Known issues and resolutions with SCIM 2.0 protocol compliance of the Microsoft Entra provisioning
service", whose before-and-after examples these functions follow. Legacy is the default for non-gallery applications.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from scim_conformance.scenario.bodies import Fill, Var
from scim_conformance.scim import paths, urns

FLAG = "aadOptscim062020"
"""The valueless query parameter of the tenant URL that selects the compliant dialect."""


class Verb(StrEnum):
    """The three operations of PATCH (RFC 7644 section 3.5.2)."""

    ADD = "add"
    REPLACE = "replace"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class Change:
    """One changed attribute of a mapping: its target path, the new value, and the operation."""

    path: str
    value: Any
    verb: Verb = Verb.REPLACE


class Dialect(StrEnum):
    """The two ways in which Entra sends the same change."""

    LEGACY = "legacy"
    COMPLIANT = "compliant"

    def body(self, changes: Sequence[Change]) -> dict[str, Any]:
        """Return the PatchOp for the changed attributes of one object, all in one request."""
        operations = _legacy(changes) if self is Dialect.LEGACY else _compliant(changes)
        return patch_op(operations)

    def add_members(self, *names: str) -> dict[str, Any]:
        """Return the PatchOp that adds the members stored under these names, one operation with several values."""
        return patch_op([{"op": self.op(Verb.ADD), "path": "members", "value": member_values(names)}])

    def remove_members(self, *names: str) -> dict[str, Any]:
        """Return the PatchOp that removes members: a value list (legacy), a filter for each (compliant)."""
        if self is Dialect.LEGACY:
            return patch_op([{"op": "Remove", "path": "members", "value": member_values(names)}])
        return patch_op([{"op": "remove", "path": Fill(f'members[value eq "{{{name}}}"]')} for name in names])

    def op(self, verb: Verb) -> str:
        """Return the operation's name in this dialect: `Replace` or `replace`."""
        return verb.value.capitalize() if self is Dialect.LEGACY else verb.value


DIALECTS = (Dialect.LEGACY, Dialect.COMPLIANT)


def patch_op(operations: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the envelope of a PATCH body."""
    return {"schemas": [urns.PATCH_OP], "Operations": list(operations)}


def member_values(names: Sequence[str], *, with_ref: bool = False) -> list[dict[str, Any]]:
    """Return member objects with the ids stored under these names.

    `with_ref`: with the `"$ref": null` of the tutorial's sample, seen in Azure/AzureAD-BYOA-Provisioning-Samples#24.
    """
    return [{**({"$ref": None} if with_ref else {}), "value": Var(name)} for name in names]


def _legacy(changes: Sequence[Change]) -> list[dict[str, Any]]:
    return [_with_path(change, change.verb.value.capitalize(), _spelled(change.value)) for change in changes]


def _spelled(value: Any) -> Any:
    """Booleans are sent as the strings "True" and "False" in the legacy dialect."""
    return str(value) if isinstance(value, bool) else value


def _compliant(changes: Sequence[Change]) -> list[dict[str, Any]]:
    """Filtered paths and `active` each need their own operation; replaced simple attributes share one without a
    path."""
    merged = {change.path: change.value for change in changes if _merges(change)}
    own = [_with_path(change, change.verb.value, change.value) for change in changes if not _merges(change)]
    return [*own, *([{"op": "replace", "value": merged}] if merged else [])]


def _merges(change: Change) -> bool:
    return change.verb is Verb.REPLACE and change.path.lower() != "active" and paths.parse(change.path).simple


def _with_path(change: Change, op: str, value: Any) -> dict[str, Any]:
    operation = {"op": op, "path": change.path}
    return operation if change.verb is Verb.REMOVE and value is None else {**operation, "value": value}
