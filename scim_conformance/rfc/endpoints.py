"""Where resource types are, and what their extensions look like (RFC 7643 section 6)."""

from typing import Any

from scim_conformance.rfc.obligations import says
from scim_conformance.rfc.published import every, listed
from scim_conformance.scenario.checks import Obligation, View
from scim_conformance.scenario.notes import kept
from scim_conformance.scenario.words import short
from scim_conformance.scim import urns
from scim_conformance.scim.paths import elements, member


def relative_endpoints() -> Obligation:
    """Check that each endpoint is a path below the base URL."""

    def wrong(one: Any) -> str | None:
        found = member(one, "endpoint")
        met = not isinstance(found, str) or ("://" not in found and not found.startswith("//") and "?" not in found)
        return None if met else f"endpoint is {short(found)}"

    return every("relative", "each endpoint relative to the base URL", wrong)


def extension_arrays() -> Obligation:
    """Check that schemaExtensions is an array, where it is there."""

    def wrong(one: Any) -> str | None:
        found = member(one, "schemaExtensions")
        return None if found is None or isinstance(found, list) else f"schemaExtensions is {short(found)}"

    return every("array", "schemaExtensions as an array", wrong)


def works_as(types: str, endpoint: str) -> Obligation:
    """Check that an endpoint that the resource types kept under `types` name returns a list, or refuses it."""

    def judge(view: View) -> str | None:
        named = [str(member(one, "endpoint")).strip("/").lower() for one in listed(kept(types, view.bindings))]
        if endpoint.strip("/").lower() not in named:
            return None
        if view.answer.status == 403 or member(view.answer.json, "scimType") == "tooMany":
            return None
        is_list = urns.LIST_RESPONSE in elements(member(view.answer.json, "schemas"))
        return None if view.answer.ok and is_list else f"status {view.answer.status}, and no ListResponse"

    return says("works", f"a ListResponse at {endpoint}, if a resource type names it", judge)
