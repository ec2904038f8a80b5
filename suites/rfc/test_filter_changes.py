"""Filters on values that changed, and on texts that look like numbers (RFC 7644 section 3.4.2.2)."""

from collections.abc import Iterable
from typing import Any

from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.entra.world import World
from scim_conformance.rfc.advertised import ANY_ERROR, patchable, unless_denied
from scim_conformance.rfc.lists import finds
from scim_conformance.rfc.obligations import found
from scim_conformance.rfc.requests import create, find, mark, op, patch, supports, supports_at
from scim_conformance.rfc.rows import must, prerequisite
from scim_conformance.scenario import tags
from scim_conformance.scenario.citations import rfc7644
from scim_conformance.scenario.model import Moment, Scenario, covers, scenario
from scim_conformance.scenario.obligations.answers import status
from scim_conformance.scenario.steps import Step

FEW = "&count=2"
WORK = 'emails[type eq "work"].value'


def _changed(_: Profile) -> Iterable[tuple[str, str]]:
    """The attributes, by the path at which a filter finds them."""
    for path in ("displayName", "externalId", "emails.value", "name.familyName"):
        yield path, path


CURRENT = must(
    "7644-3.4.2.2-a",
    so="a changed account is not found, or is found by what it had before",
    fix="update what you search by with every change",
)


@scenario("RFC-FLT-25", "A filter finds what is stored now", Moment.MATCH, rows=_changed)
@covers("7644-3.4.2.2-a")
def stored_now(world: World, path: str) -> Scenario:
    """A value of a user is changed by PATCH. A filter on the new value finds the user, and one on the old value does
    not. A target that does not filter by the attribute, or does not change it, is not judged."""
    old, new = (_value(world, path, one) for one in ("before", "after"))
    steps = [
        find(f'{path} eq "{new}"', CURRENT(found("user")), key="new", more=FEW),
        find(f'{path} eq "{old}"', CURRENT(found(key="none")), key="old", more=FEW),
    ]
    plain = finds(f'{path} eq "{old}"', "user", key="plain", lacking=f"the target does not filter by {path}")
    made = [*patchable(world, **_attribute(path, old)), plain]
    return Scenario(steps, given=[unless_denied("filter"), *made, _change(path, new), _stored(path, new)], spares=())


def _value(world: World, path: str, word: str) -> str:
    name = f"{mark(world)}-{word}"
    return f"{name}@{world.profile.people.domain}" if path == "emails.value" else name


def _attribute(path: str, value: str) -> dict[str, Any]:
    """Return the attribute with this value, as a creation has it."""
    if path == "emails.value":
        return {"emails": [{"type": "work", "value": value}]}
    return {"name": {"givenName": "Ada", "familyName": value}} if path == "name.familyName" else {path: value}


def _change(path: str, value: str) -> Step:
    """Change the value, as preparation: RFC-PAT-02 and its neighbors judge such a request."""
    operation = op("replace", "emails", [{"type": "work", "value": value}])
    sent = patch([operation if path == "emails.value" else op("replace", path, value)])
    told = prerequisite(status(200, 204), rfc7644("3.5.2"), "the change is refused")
    return sent.expecting(told).but(optional=True, also_ok=ANY_ERROR, lacking="the target refuses the change")


def _stored(path: str, value: str) -> Step:
    if path == "emails.value":
        return supports_at(WORK, value, key="changed")
    return supports(key="changed", **{path.replace(".", "__"): value})


AS_TEXT = must("7644-3.4.2.2-t", so="clients link the account of another person", fix="compare texts as texts")


@scenario("RFC-FLT-26", "Digits in quotation marks are text", Moment.MATCH)
@covers("7644-3.4.2.2-t")
def digits(world: World) -> Scenario:
    """An externalId of digits is text. With zeros before it, or a point and a zero after it, it is another text, which
    does not find the user."""
    number = tags.decimal(world.directory.tag)
    others = {"zeros": f"00{number}", "point": f"{number}.0", "exponent": f"{number}e0"}
    steps = [
        find(f'externalId eq "{other}"', AS_TEXT(found(key="none")), key=key, more=FEW) for key, other in others.items()
    ]
    made = [create(world, world.person(), externalId=number), supports(externalId=number)]
    plain = finds(f'externalId eq "{number}"', "user", key="plain", lacking="the target does not filter by externalId")
    return Scenario(steps, given=[unless_denied("filter"), *made, plain], spares=())
