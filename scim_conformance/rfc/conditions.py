"""When an obligation is judged: only where the target offers, publishes, stores or refuses what it depends on."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from scim_conformance.rfc.advertised import ANY_ERROR, CONFIGURATION_PATH, if_configured
from scim_conformance.rfc.generated import SCHEMAS
from scim_conformance.rfc.obligations import values
from scim_conformance.rfc.requests import get, read
from scim_conformance.rfc.rows import prerequisite
from scim_conformance.scenario.checks import Check, Obligation, View
from scim_conformance.scenario.citations import rfc7644
from scim_conformance.scenario.notes import kept
from scim_conformance.scenario.steps import Step
from scim_conformance.scim.paths import member, parse
from scim_conformance.scim.paths import read as at
from scim_conformance.scim.values import same_text

CONFIGURATION = "configuration"
TYPES = "types"
"""Under these names, the configuration and the resource types are kept."""


def known_schemas() -> Step:
    """Read /Schemas, which responses are compared with. Without it, a scenario is judged all the same."""
    return _known("/Schemas", SCHEMAS)


def known_types() -> Step:
    """Read /ResourceTypes, which names the types. Without it, a scenario is judged all the same."""
    return _known("/ResourceTypes", TYPES)


def known_configuration() -> Step:
    """Read /ServiceProviderConfig. Without it, a scenario is judged all the same."""
    return _known(CONFIGURATION_PATH, CONFIGURATION)


def _known(path: str, name: str) -> Step:
    return get(path, key=f"known-{name}").but(keeps=name, also_ok=ANY_ERROR)


def published_schemas(*checks: Check) -> Step:
    """Read /Schemas, which a scenario is made from: where a vital check fails, the scenario does not apply."""
    step = get("/Schemas", *checks, key="schemas", why="What does the target publish?")
    return step.but(keeps=SCHEMAS, optional=True, also_ok=ANY_ERROR, lacking="the target does not publish it")


def offers(bindings: Mapping[str, str], feature: str, name: str = "supported") -> Any:
    """Return what the configuration says of a feature; None: nothing."""
    return member(member(kept(CONFIGURATION, bindings), feature), name)


def if_shown(wanted: Mapping[str, Any], told: Obligation) -> Obligation:
    """Judge a resource only if it shows one of these values: a target may leave the others out."""

    def judge(view: View) -> str | None:
        return told.judge(view) if any(_is(view, *one) for one in wanted.items()) else None

    return replace(told, expected=f"{told.expected}, if the change is shown", judge=judge)


def _is(view: View, path: str, wanted: Any) -> bool:
    return same_text(at(view.body, parse(path)), wanted, exact=False)


def if_without(name: str, path: str, told: Obligation) -> Obligation:
    """Judge only if the resource kept under `name` shows no value here: a target may set one by default."""

    def judge(view: View) -> str | None:
        return told.judge(view) if at(kept(name, view.bindings), parse(path)) in (None, "", []) else None

    return replace(told, judge=judge)


def if_indexed(told: Obligation) -> Obligation:
    """Judge a page by its index, unless the configuration says that there is none (RFC 9865 section 4)."""

    def judge(view: View) -> str | None:
        return None if offers(view.bindings, "pagination", "index") is False else told.judge(view)

    return replace(told, judge=judge)


def has_only(path: str, *wanted: str, key: str = "no-more") -> Step:
    """Read a new user: the scenario applies only where it has exactly these values, and none of the target's own."""
    without = "the target adds or leaves out values"
    told = prerequisite(values(path, *wanted), rfc7644("3.3"), without)
    return read("user", told, key=key).but(optional=True, settles=False, lacking=without)


def counts(view: View) -> bool:
    """Return whether a list must have totalResults: with a cursor, a target may leave it out (RFC 9865 section 2)."""
    left_out = member(view.answer.json, "totalResults") is None
    return not (left_out and offers(view.bindings, "pagination", "cursor") is True)


def pages_by_index() -> Step:
    """Read the configuration: the scenario applies unless it says that there are no pages by index."""
    told = Obligation(
        "indexed",
        f"pagination.index is not false in {CONFIGURATION_PATH}",
        lambda view: "it is false" if member(member(view.answer.json, "pagination"), "index") is False else None,
    )
    return if_configured(told, "pages", "the target has no pages by index").but(keeps=CONFIGURATION)


def or_denied(feature: str, told: Obligation) -> Obligation:
    """Accept 405 and 501 too, where the configuration says that the feature is not supported."""

    def judge(view: View) -> str | None:
        denied = view.answer.status in {405, 501} and offers(view.bindings, feature) is False
        return None if denied else told.judge(view)

    return replace(told, judge=judge)
