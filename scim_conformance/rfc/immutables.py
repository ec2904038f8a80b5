"""Attributes that the published schemas declare immutable, and requests that change one (RFC 7643 section 7)."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from scim_conformance.rfc.declared import described_in
from scim_conformance.rfc.obligations import says
from scim_conformance.rfc.requests import op
from scim_conformance.scenario.checks import Obligation, View
from scim_conformance.scenario.notes import kept
from scim_conformance.scenario.words import short
from scim_conformance.scim import paths, urns
from scim_conformance.scim.paths import member

CORE = ("nickName", "title", "userType", "displayName")
ENTERPRISE = ("employeeNumber", "costCenter", "organization", "division", "department")
IMMUTABLE = "immutable"
"""The name under which the path of the attribute is stored."""
BEFORE = "before"


def texts(value: str) -> dict[str, Any]:
    """Return the attributes that a user is created with: one of them may be immutable."""
    return {**dict.fromkeys(CORE, value), urns.ENTERPRISE_USER: dict.fromkeys(ENTERPRISE, value)}


def first_immutable(schemas: Any) -> str:
    """Return the path of the first of these attributes that is declared immutable; empty if there is none."""
    found = [_path(urn, str(name)) for one, urn, name in described_in(schemas) if _is_immutable(one)]
    known = {*CORE, *(f"{urns.ENTERPRISE_USER}:{one}" for one in ENTERPRISE)}
    return next((one for one in found if one in known), "")


def _path(urn: str | None, name: str) -> str:
    return name if urn is None else f"{urn}:{name}"


def _is_immutable(attribute: Any) -> bool:
    return str(member(attribute, "mutability")).lower() == "immutable"


def has_immutable() -> Obligation:
    """Check that one of these attributes is declared immutable."""
    said = "a text attribute of users that is immutable"
    return says("immutable", said, lambda view: None if first_immutable(view.body) else "there is none")


def change(bindings: Mapping[str, str], value: str) -> dict[str, Any]:
    """Return the body of the PATCH that changes the attribute."""
    return {"schemas": [urns.PATCH_OP], "Operations": [op("replace", bindings.get(IMMUTABLE, CORE[0]), value)]}


def replacement(bindings: Mapping[str, str], body: Mapping[str, Any], value: str) -> dict[str, Any]:
    """Return the body of the PUT that changes the attribute, and nothing else."""
    changed = deepcopy(dict(body))
    paths.write(changed, paths.parse(bindings.get(IMMUTABLE, CORE[0])), value)
    return changed


def as_created() -> Obligation:
    """Check that the attribute has the value that it was created with, if the target stored it."""

    def judge(view: View) -> str | None:
        path = paths.parse(view.bindings.get(IMMUTABLE, CORE[0]))
        before, now = paths.read(kept(BEFORE, view.bindings), path), paths.read(view.body, path)
        return None if before is None or now == before else f"{path.text} is {short(now)}, and was {short(before)}"

    return says("immutable", "the immutable attribute as it was created", judge)
