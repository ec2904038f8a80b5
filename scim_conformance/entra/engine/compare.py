"""The differences between an object of the directory and its account: what an update sends."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from scim_conformance.entra import payload
from scim_conformance.entra.dialects import Change, Verb
from scim_conformance.entra.engine.model import Modified
from scim_conformance.entra.expressions import parser
from scim_conformance.entra.profiles.mapping import AttributeMapping
from scim_conformance.scenario.passwords import is_password
from scim_conformance.scim import paths
from scim_conformance.scim.values import same_value

Flow = tuple[AttributeMapping, Any]
"""A mapping, and the value that it sends for an object."""


@dataclass(frozen=True, slots=True)
class AttributeDifference:
    """An attribute whose value in the target is not the one that the mapping sends."""

    row: AttributeMapping
    old: Any
    new: Any

    @property
    def change(self) -> Change:
        """The operation: `Add` if the target has no value (observed: either verb is sent for either case)."""
        verb = Verb.ADD if self.old in (None, "", []) else Verb.REPLACE
        return Change(self.row.target, self.new, verb)

    @property
    def modified(self) -> Modified:
        """The same as the provisioning log shows it."""
        return Modified(self.row.target, self.old, self.new)


def flowing(rows: Iterable[AttributeMapping], attributes: Mapping[str, Any]) -> list[Flow]:
    """Return the mappings that an update sends, with the value of each: no empty values, defaults or references."""
    source = dict(attributes)
    sent = [row for row in rows if row.apply == "always" and not row.is_reference and not is_password(row.target)]
    found = [(row, row.value(source)) for row in sent]
    return [(row, value) for row, value in found if value is not None]


def differences(flows: Iterable[Flow], resource: Any, sent: Mapping[str, Any]) -> list[AttributeDifference]:
    """Return what differs, in the mapping's order. `sent`: what was last sent to this account, by target path."""
    found = [(row, stored(row, resource), value) for row, value in flows]
    return [AttributeDifference(row, old, new) for row, old, new in found if _differs(row, old, new, sent)]


def stored(row: AttributeMapping, resource: Any) -> Any:
    """Return the value that a resource has for a mapping. A manager that is sent as text is stored as an object with
    that value (RFC 7643 section 4.3)."""
    found = paths.read(resource, row.path)
    is_manager = row.path.name.lower() == "manager" and row.path.sub is None
    return paths.member(found, "value") if is_manager and isinstance(found, dict) else found


def _differs(row: AttributeMapping, old: Any, new: Any, sent: Mapping[str, Any]) -> bool:
    """Text differs if it differs beyond its letter case, or if Entra's own value is not the one that was last sent.

    So a change of letter case is delivered once, and a target that folds letter case is not written to again and again.
    """
    exact = payload.case_exact(row.path)
    if not same_value(old, new, row.kind, exact=exact):
        return True
    return row.target in sent and sent[row.target] != new and not same_value(old, new, row.kind, exact=True)


def depends_on(row: AttributeMapping, *names: str) -> bool:
    """Return whether what a mapping sends depends on one of these source attributes."""
    return not _sources(row.source, row.expression).isdisjoint(names)


@lru_cache(maxsize=4096)
def _sources(source: str | None, expression: str | None) -> frozenset[str]:
    if expression is None:
        return frozenset({source} if source else ())
    return frozenset(parser.attributes(parser.parse(expression)))
