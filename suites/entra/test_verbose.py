"""Verbose: everything that Microsoft's validator changes on a user, in one request."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from scim_conformance.entra import sources as ms
from scim_conformance.entra.patching import patch_in_shape
from scim_conformance.entra.requests import create_user, read_back
from scim_conformance.entra.world import World
from scim_conformance.scenario.checks import Check, Obligation, View
from scim_conformance.scenario.model import Moment, Scenario, covers, scenario
from scim_conformance.scenario.obligations.answers import status
from scim_conformance.scenario.steps import Step
from scim_conformance.scim import paths, urns
from scim_conformance.scim.values import same_text

_WORK, _PHONES, _ROLE = 'addresses[type eq "work"]', "phoneNumbers[type eq", 'roles[primary eq "True"]'
_ENTERPRISE = urns.ENTERPRISE_USER

VERBOSE: dict[str, Any] = {
    "active": True,
    "displayName": "KGCVBYDSGRUC",
    "title": "HIXDEIPRPSYA",
    'emails[type eq "work"].value': "mallie@verbose.example.com",
    'emails[type eq "work"].primary': True,
    "preferredLanguage": "hsb",
    "name.givenName": "Damaris",
    "name.familyName": "Yesenia",
    "name.formatted": "Alford",
    "name.middleName": "Rosario",
    "name.honorificPrefix": "Wallace",
    "name.honorificSuffix": "Ophelia",
    f"{_WORK}.formatted": "TZLGFGQKXWXU",
    f"{_WORK}.streetAddress": "8210 Verbose Crest",
    f"{_WORK}.locality": "QMWXJNDRJLPE",
    f"{_WORK}.region": "XIVYDTKJGYMP",
    f"{_WORK}.postalCode": "sq26 8kx",
    f"{_WORK}.primary": True,
    f"{_WORK}.country": "Togo",
    f'{_PHONES} "work"].value': "65-555-8230",
    f'{_PHONES} "work"].primary': True,
    f'{_PHONES} "mobile"].value': "65-555-8231",
    f'{_PHONES} "fax"].value': "65-555-8232",
    f"{_ENTERPRISE}:employeeNumber": "PMZHWAVPVJJK",
    f"{_ENTERPRISE}:department": "NGNNDJKBOKTG",
    f"{_ENTERPRISE}:costCenter": "CRNLNKKSEBCI",
    f"{_ENTERPRISE}:organization": "RGYBQVVXPWGD",
    f"{_ENTERPRISE}:division": "UMKKLFYQWHIN",
    f"{_ROLE}.display": "SJXWWEGCFDSN",
    f"{_ROLE}.value": "OJHSVDVAYKIT",
    f"{_ROLE}.type": "DDBEVPXRHCWU",
    "userType": "FHPCTTGSOGZV",
    "nickName": "VYHKNJIZUGOA",
    "locale": "SGHKPMXUVJNB",
    "timezone": "America/Guayaquil",
    "profileUrl": "https://verbose.example.com/WQXPJRMY",
}
"""The 36 paths of the validator, each with a made-up value like the validator's own: words that no locale contains."""

SO = "a required test of Microsoft's validator fails"


LOGINS = ("displayName", "nickName", 'emails[type eq "work"].value', f"{_ENTERPRISE}:employeeNumber")
"""Attributes that a target may use to sign users in or to match them: these contain the run's tag."""


def _values(world: World) -> dict[str, Any]:
    tag = world.directory.tag
    return {path: f"{tag}-{value}" if path in LOGINS else value for path, value in VERBOSE.items()}


def _arrived(values: dict[str, Any], kept_apart: frozenset[str]) -> Obligation:
    wanted = {path: value for path, value in values.items() if path not in kept_apart}
    return Obligation("verbose", "every attribute of the request", lambda view: _lacking(view, wanted))


def _lacking(view: View, wanted: dict[str, Any]) -> str | None:
    # A filter on a role that does not exist creates one; the target may spell its sub-attributes in its own way.
    known = {path: value for path, value in wanted.items() if not path.startswith("roles")}
    lost = [p for p, value in known.items() if not same_text(paths.read(view.body, paths.parse(p)), value, exact=False)]
    return None if not lost else f"{len(lost)} of {len(known)} differ: {', '.join(lost[:5])}"


@scenario("ENT-UPD-17", "Change everything in one request", Moment.UPDATE, validator=True, needs=["unmapped"])
@covers("U6v B47 B74")
def verbose(world: World) -> Scenario:
    """Older runs of Microsoft's validator change 36 attributes of a user in one PATCH, each with its own path;
    ENT-VAL-02 has what it sends now. Some are unmapped, and the values are made-up words: a locale that does not exist,
    and postal codes and numbers of no country. The provisioning service itself sends only mapped attributes, and only
    those that differ. If the target rejects the whole request, the harness sends each attribute separately to find the
    one that fails."""
    values = _values(world)
    alone = [_alone(path, value) for path, value in values.items() if path not in world.unkept]
    whole = _replace(values, "patch", "Change everything at once")
    steps = [whole, read_back("user", _all_stored(values, world.unkept))]
    return Scenario(given=[create_user(world, world.person())], steps=steps, instead=alone)


def _alone(path: str, value: Any) -> Step:
    return _replace({path: value}, f"alone-{paths.parse(path).slug}", f"Change {path} separately").may_be_refused()


def _replace(values: Mapping[str, Any], key: str, why: str) -> Step:
    operations = [{"op": "replace", "path": path, "value": value} for path, value in values.items()]
    fix = "accept the value as it is, or remove the attribute from /Schemas"
    # Refused as a whole, and in any number of separate requests: one thing to fix.
    accepted = replace(status(200, 204), cause="verbose")
    return patch_in_shape(operations, key=key, why=why).expecting_only(accepted.should(ms.VALIDATOR, so=SO, fix=fix))


def _all_stored(values: dict[str, Any], kept_apart: frozenset[str]) -> Check:
    fix = "store every attribute that /Schemas describes"
    return _arrived(values, kept_apart).should(ms.VALIDATOR, so=SO, fix=fix)
