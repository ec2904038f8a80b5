"""What Microsoft's SCIM Validator sends: users, groups and changes in the shapes of a whole session of August 2026.

In that mode, it fills everything that /Schemas describes. Its shapes are its own: list elements without `type`, marked
by `primary` as the text "true"; `schemas` last; a manager who does not exist; and a change that addresses the elements
by `[primary eq true]` and puts everything else into one object without a path.

Source: darrenjrobinson/entra-scim-mcp, node/test/fixtures/validator (b108a41).
"""

import hashlib
import string
from collections.abc import Iterable, Mapping
from typing import Any

from scim_conformance.entra.described import knows
from scim_conformance.entra.directory.people import Person, Team
from scim_conformance.entra.expectations import value_of
from scim_conformance.entra.group_expectations import group_value_of
from scim_conformance.entra.world import World
from scim_conformance.scenario.checks import Obligation, View
from scim_conformance.scenario.obligations.values import sole
from scim_conformance.scim import paths, urns
from scim_conformance.scim.values import same_text

USER_EXTENSION = "urn:ietf:params:scim:schemas:extension:Microsoft:Entra:2.0:User"
GROUP_EXTENSION = "urn:ietf:params:scim:schemas:extension:Microsoft:Entra:2.0:Group"
"""What that session's target described in addition to the schemas of RFC 7643; it is sent to no other."""

MANAGER = f"{urns.ENTERPRISE_USER}:manager"

Values = dict[str, Any]
"""Values by target path, in the order in which the Validator writes them."""

_KEPT = ("userName", MANAGER)
"""What the change of many attributes leaves out."""


def letters(seed: str) -> str:
    """Return twelve capital letters, the same for the same seed: the Validator's usual value."""
    return "".join(string.ascii_uppercase[one % 26] for one in hashlib.sha256(seed.encode()).digest()[:12])


def user_values(world: World, person: Person, version: str = "first") -> Values:
    """Return what the Validator sends of a user, without the manager; another `version` differs in every value.

    Whatever may become a name, a login or a match has the tag of the run.
    """
    tag, seed = world.directory.tag, f"{person.external_id}/{version}"
    name = str(value_of(world, person, "userName") or person.user_name)
    return {
        "userName": name,
        "displayName": f"{tag}-{letters(f'{seed}/name')}",
        "active": True,
        "externalId": world.guid(),
        "preferredLanguage": {"first": "haw", "third": "sr-Latn-RS"}.get(version, "kok-Deva-IN"),
        **{f"name.{part}": letters(f"{seed}/{part}").title() for part in _NAME},
        "emails[primary eq true].value": f"{tag}-{letters(f'{seed}/mail').lower()}@{world.directory.domain}",
        "phoneNumbers[primary eq true].value": f"{_digits(seed, 2)}-555-{_digits(seed, 4)}",
        **{f"addresses[primary eq true].{part}": value for part, value in _address(seed).items()},
        **_extensions(tag, seed),
    }


_NAME = ("formatted", "familyName", "givenName", "middleName", "honorificPrefix", "honorificSuffix")


def _digits(seed: str, count: int) -> str:
    return str(int(hashlib.sha256(seed.encode()).hexdigest(), 16))[:count]


def _address(seed: str) -> dict[str, str]:
    """Return an address: its country is a name, and its postal code has small letters."""
    words = {part: letters(f"{seed}/{part}") for part in ("locality", "region", "formatted")}
    return {
        "streetAddress": f"{_digits(seed, 4)} {letters(seed).title()} Crest",
        "locality": words["locality"],
        "region": words["region"],
        "postalCode": f"sq{_digits(seed, 2)} 8kx",
        "country": _COUNTRIES.get(seed.rpartition("/")[2], "Guatemala"),
        "formatted": words["formatted"],
    }


_COUNTRIES = {"first": "Togo", "third": "Samoa"}


def _extensions(tag: str, seed: str) -> Values:
    enterprise = ("employeeNumber", "costCenter", "organization", "division", "department")
    own = ("mailNickname", "userType", "employeeLeaveDateTime", "onPremisesImmutableId", "preferredLanguage")
    words = {
        **{f"{urns.ENTERPRISE_USER}:{name}": letters(f"{seed}/{name}") for name in enterprise},
        **{f"{USER_EXTENSION}:{name}": letters(f"{seed}/own/{name}") for name in own},
    }
    named = ("employeeNumber", "mailNickname", "onPremisesImmutableId")
    return {path: f"{tag}-{word}" if path.endswith(named) else word for path, word in words.items()}


def user_body(values: Values, manager: str) -> dict[str, Any]:
    """Return the body of a user's creation; `manager`: the id of no user."""
    body: dict[str, Any] = {}
    for path, value in values.items():
        paths.write(body, paths.parse(path), value)
    body[urns.ENTERPRISE_USER]["manager"] = {"value": manager}
    for name in ("emails", "phoneNumbers", "addresses"):
        body[name][0]["primary"] = "true"
    own = body.pop(USER_EXTENSION)
    return {**body, USER_EXTENSION: own, "schemas": [urns.USER, urns.ENTERPRISE_USER, USER_EXTENSION]}


def compact(values: Values) -> list[dict[str, Any]]:
    """Return the change of all values but userName and manager: eight operations on elements, and one without a path
    for everything that needs no filter."""
    changed = {path: value for path, value in values.items() if path not in _KEPT}
    elements = [path for path in changed if not paths.parse(path).simple]
    rest = {path: value for path, value in changed.items() if path not in elements}
    replaced = [{"op": "replace", "path": path, "value": changed[path]} for path in elements]
    return [*replaced, {"op": "replace", "value": rest}]


def group_values(world: World, team: Team, version: str = "first") -> Values:
    """Return what the Validator sends of a group; another `version` differs in everything but the name."""
    tag, seed, is_first = world.directory.tag, f"{team.display_name}/{version}", version == "first"
    return {
        "displayName": str(group_value_of(world, team, "displayName") or team.display_name),
        "externalId": world.guid(),
        f"{GROUP_EXTENSION}:description": letters(f"{seed}/description"),
        f"{GROUP_EXTENSION}:mailEnabled": is_first,
        f"{GROUP_EXTENSION}:mailNickname": f"{tag}-{letters(f'{seed}/nickname')}",
        f"{GROUP_EXTENSION}:securityEnabled": not is_first,
        f"{GROUP_EXTENSION}:groupTypes": letters(f"{seed}/types"),
    }


def group_body(values: Values) -> dict[str, Any]:
    """Return the body of a group's creation: never with members."""
    body: dict[str, Any] = {}
    for path, value in values.items():
        paths.write(body, paths.parse(path), value)
    return {**body, "schemas": [urns.GROUP, GROUP_EXTENSION]}


def group_change(values: Values) -> list[dict[str, Any]]:
    """Return the change of a group's externalId and extension: one object without a path, with URNs in its keys."""
    return [{"op": "replace", "value": {path: value for path, value in values.items() if path != "displayName"}}]


def without(values: Values, unkept: Iterable[str]) -> Values:
    """Return the values without attributes that the target does not store at all: ENT-CRE-01 reports them, once."""
    lost = {_attribute(path) for path in unkept}
    return {path: value for path, value in values.items() if _attribute(path) not in lost}


def _attribute(path: str) -> tuple[str | None, str, str]:
    """Return what a path names, whichever element of a list it selects."""
    parsed = paths.parse(path)
    return parsed.urn, parsed.name.lower(), (parsed.sub or "").lower()


def as_sent(values: Mapping[str, Any]) -> Obligation:
    """Check that a resource has the values that were sent, by target path: those that the target describes."""
    return Obligation("as-sent", "every value as it was sent", lambda view: _differing(view, values))


def _differing(view: View, values: Mapping[str, Any]) -> str | None:
    resource, known = sole(view.body), knows(view.bindings)
    sent = {path: value for path, value in values.items() if known(paths.parse(path))}
    differs = [path for path, value in sent.items() if not _kept(resource, paths.parse(path), value)]
    return None if not differs else f"{len(differs)} of {len(sent)} differ: {', '.join(differs[:5])}"


def _kept(resource: Any, path: paths.AttrPath, value: Any) -> bool:
    return same_text(_read(resource, path), value, exact=False)


def _read(resource: Any, path: paths.AttrPath) -> Any:
    """Return the value at a path. The only element of a list is the primary one, even if the response does not say
    so: `primary` is optional. Of several elements, none is what was sent."""
    if path.simple:
        return paths.read(resource, path)
    elements = paths.elements(paths.member(resource, path.name))
    return paths.member(elements[0], path.sub or "value") if len(elements) == 1 else None
