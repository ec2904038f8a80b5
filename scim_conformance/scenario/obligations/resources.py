"""Which resource a response contains: its id."""

from scim_conformance.scenario.checks import Obligation, View
from scim_conformance.scenario.words import short
from scim_conformance.scim.paths import member


def has_id() -> Obligation:
    """Check for an id that later requests can use."""
    return Obligation("id", "the resource with its id", _no_id)


def _no_id(view: View) -> str | None:
    found = member(view.body, "id")
    # STD-IDS-01 checks once that an id is a string.
    usable = isinstance(found, str | int) and not isinstance(found, bool) and found != ""
    return None if usable else f"id is {short(found)}"


def another_than(name: str) -> Obligation:
    """Check for a resource with a different id than the one stored as `name`."""
    return Obligation(
        "another",
        f"a different id than {{{name}}}",
        lambda view: "the same id" if str(member(view.body, "id")) == view.bindings.get(name) else None,
    )


def is_resource(name: str) -> Obligation:
    """Check for the resource whose id is stored as `name`. A gate: another resource's content proves nothing."""
    return Obligation("same", f"the resource {{{name}}}", lambda view: _other(view, name), gate=True)


def _other(view: View, name: str) -> str | None:
    found = member(view.body, "id")
    return None if str(found) == view.bindings.get(name) else f"id is {short(found)}"
