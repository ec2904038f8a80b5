"""What the interop profile asks of a target that claims to meet it (draft-zollner-scim-interop-profile-01)."""

from typing import Any

from scim_conformance.rfc.advertised import CONFIGURATION_PATH, if_configured
from scim_conformance.rfc.obligations import any_of, says
from scim_conformance.rfc.published import every
from scim_conformance.scenario.checks import Obligation, View
from scim_conformance.scenario.steps import Step
from scim_conformance.scenario.words import short
from scim_conformance.scim.paths import elements, member

CLAIM = "interopProfileConformant"
LEAST = 100
"""The page that a target of this profile must serve."""


def if_claimed() -> Step:
    """Read the configuration: the scenario applies only to a target that says that it meets the profile."""
    said = says(
        "claimed",
        f"{CLAIM} is true in {CONFIGURATION_PATH}",
        lambda view: _wrong_claim(member(view.answer.json, CLAIM)),
    )
    return if_configured(said, "claims", "the target does not claim to meet the interop profile")


def _wrong_claim(found: Any) -> str | None:
    return None if found is True else f"it is {short(found)}"


def named_ids() -> Obligation:
    """Check that each resource type has its name as id."""

    def wrong(one: Any) -> str | None:
        same = member(one, "id") == member(one, "name")
        return None if same else f"the id of {short(member(one, 'name'))} is {short(member(one, 'id'))}"

    return every("ids", "the name of each resource type as its id", wrong)


def canonical_types() -> Obligation:
    """Check that each multi-valued attribute with `type` declares the values of it."""

    def wrong(schema: Any) -> str | None:
        several = [one for one in elements(member(schema, "attributes")) if member(one, "multiValued") is True]
        return any_of(several, _undeclared)

    return every("canonical", "canonicalValues of each sub-attribute type", wrong)


def _undeclared(attribute: Any) -> str | None:
    kinds = [one for one in elements(member(attribute, "subAttributes")) if member(one, "name") == "type"]
    is_open = any(not elements(member(one, "canonicalValues")) for one in kinds)
    return f"{member(attribute, 'name')}.type has no canonicalValues" if is_open else None


def serves_pages() -> Obligation:
    """Check that the limit of a list, if there is one, is at least 100."""

    def judge(view: View) -> str | None:
        found = member(member(view.body, "filter"), "maxResults")
        return f"filter.maxResults is {found}" if isinstance(found, int) and 0 < found < LEAST else None

    return says("pages", f"filter.maxResults of at least {LEAST}, or 0", judge)


def no_basic() -> Obligation:
    """Check that no authentication scheme is HTTP Basic."""

    def judge(view: View) -> str | None:
        found = [str(member(one, "type")).lower() for one in elements(member(view.body, "authenticationSchemes"))]
        return "httpbasic is listed" if "httpbasic" in found else None

    return says("basic", "no authentication scheme httpbasic", judge)
