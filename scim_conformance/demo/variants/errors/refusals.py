"""Legal variants in what may be refused."""

import re
from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import ENTERPRISE, Go, Target, body_of, operations
from scim_conformance.demo.probing.bodies import op, removed, unique
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.situations import mails
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import is_write, refusal, stored_at
from scim_conformance.demo.variants.registry import TUTORIAL, variant

FILTERS = {"Users": {"username", "externalid", "displayname", "id"}, "Groups": {"displayname", "externalid", "id"}}


@variant(
    "filters-few",
    "A filter that is not supported returns 400 invalidFilter",
    "RFC 7644 section 3.12, invalidFilter",
    nearest=("filter-400",),
)
async def filters_few(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    kind = request.path.strip("/")
    wanted = request.query.get("filter")
    if request.method == "GET" and kind in FILTERS and wanted is not None:
        simple = re.fullmatch(r'\s*(\w+) eq "(?:[^"\\]|\\.)*"\s*', wanted, re.IGNORECASE)
        if simple is None or simple[1].lower() not in FILTERS[kind]:
            return refusal(HTTPStatus.BAD_REQUEST, "This filter is not supported", "invalidFilter")
    return await go(request)


@probe("filters-few")
def filters_few_differs(wire: Wire) -> bool:
    return wire.find("Users", 'title eq "x"').status == 400


SIMPLE = {"id", "schemas", "meta", "externalid", "username", "displayname", "nickname", "profileurl", "title"}
COMPLEX = {"name", "emails", "phonenumbers", "ims", "photos", "addresses", "groups", "roles", "members", "manager"}
OTHER = {"usertype", "preferredlanguage", "locale", "timezone", "active", "password", "entitlements"}
KNOWN = SIMPLE | COMPLEX | OTHER


def _is_known(path: str) -> bool:
    """Tell whether an attribute path, or a key of a resource, is of the core schemas or the enterprise extension."""
    core = re.sub(r"^urn:ietf:params:scim:schemas:core:2\.0:(User|Group):?", "", path, flags=re.IGNORECASE)
    if core.lower().startswith("urn:"):
        return core.lower().startswith(ENTERPRISE.lower())
    return re.split(r"[\[.]", core.lower(), maxsplit=1)[0] in KNOWN


def _paths(body: Any) -> list[str]:
    """Name the attributes that a creation or a PATCH is about."""
    if not isinstance(body, dict):
        return []
    changes = operations(body)
    bare = [one["value"] for one in changes if "path" not in one and isinstance(one.get("value"), dict)]
    named = [str(one["path"]) for one in changes if "path" in one]
    return [*named, *(key for value in bare for key in value), *([] if changes else body)]


@variant(
    "unknown-refused",
    "An attribute that is not known returns 400",
    "RFC 7644 section 3.12, invalidSyntax",
    nearest=("half-applied",),
)
async def unknown_refused(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    unknown = [path for path in _paths(body_of(request)) if not _is_known(path)]
    if request.method in {"POST", "PATCH"} and request.path.startswith(("/Users", "/Groups")) and unknown:
        kind = "invalidPath" if request.method == "PATCH" else "invalidSyntax"
        return refusal(HTTPStatus.BAD_REQUEST, f"{unknown[0]} is not known", kind)
    return await go(request)


@probe("unknown-refused")
def unknown_refused_differs(wire: Wire) -> bool:
    return wire.create(shoeSize="46").status == 400


LONGEST = 100


def _longest(value: Any) -> int:
    if isinstance(value, dict):
        return max((_longest(one) for name, one in value.items() if name not in {"path", "schemas"}), default=0)
    if isinstance(value, list):
        return max((_longest(one) for one in value), default=0)
    return len(value) if isinstance(value, str) else 0


@variant(
    "long-refused", f"A value of more than {LONGEST} characters returns 400", "RFC 7644 section 3.12, invalidValue"
)
async def long_refused(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.path.startswith(("/Users", "/Groups")) and _longest(body_of(request)) > LONGEST:
        return refusal(HTTPStatus.BAD_REQUEST, f"More than {LONGEST} characters", "invalidValue")
    return await go(request)


@probe("long-refused")
def long_refused_differs(wire: Wire) -> bool:
    return wire.create(title="x" * 101).status == 400


ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(\.[\w-]+)+")


def _named(request: ScimRequest) -> list[Any]:
    body = body_of(request)
    holders = [body, *(one.get("value") for one in operations(body) if "path" not in one)]
    found = [one["userName"] for one in holders if isinstance(one, dict) and "userName" in one]
    return found + [one.get("value") for one in operations(body) if one.get("path") == "userName"]


@variant(
    "names-are-addresses",
    "A userName must be an e-mail address",
    f"{TUTORIAL}: refuse what is not valid, and say why",
    nearest=("upn-400",),
)
async def names_are_addresses(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    wrong = [name for name in _named(request) if not ADDRESS.fullmatch(str(name))]
    if request.path.startswith("/Users") and wrong:
        return refusal(HTTPStatus.BAD_REQUEST, "userName is no e-mail address", "invalidValue")
    return await go(request)


@probe("names-are-addresses")
def names_are_addresses_differs(wire: Wire) -> bool:
    return wire.create(userName=unique()).status == 400


def _removed_unmatched(wire: Wire) -> int:
    return wire.patch(f"/Groups/{wire.group()}", op("remove", 'members[value eq "none"]')).status


@variant(
    "remove-no-target",
    "Removing by a filter that matches nothing returns 400",
    "RFC 7644 section 3.12, noTarget",
    nearest=("no-target",),
)
async def remove_no_target(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    for operation in operations(body_of(request)) if request.method == "PATCH" else []:
        found = re.match(r'(\w+)\[(\w+) eq "(.*)"\]', str(operation.get("path", "")))
        if found is not None and str(operation.get("op")).lower() == "remove" and not _holds(target, request, found):
            return refusal(HTTPStatus.BAD_REQUEST, "The path matches nothing", "noTarget")
    return await go(request)


@probe("remove-no-target")
def remove_no_target_differs(wire: Wire) -> bool:
    return _removed_unmatched(wire) == 400


def _holds(target: Target, request: ScimRequest, found: re.Match[str]) -> bool:
    # A member may be added by an earlier operation of the same request.
    if any(found[3] in str(one.get("value")) for one in operations(body_of(request))):
        return True
    entries = stored_at(target, request.path).get(found[1]) or []
    return isinstance(entries, list) and any(entry.get(found[2]) == found[3] for entry in entries)


@variant(
    "names-required", "Given and family name are required", "RFC 7643 section 2.2, required; Amazon IAM Identity Center"
)
async def names_required(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    body = body_of(request)
    if request.method == "POST" and request.path == "/Users" and isinstance(body, dict):
        name = body.get("name") or {}
        if not name.get("givenName") or not name.get("familyName"):
            return refusal(HTTPStatus.BAD_REQUEST, "name.givenName and name.familyName are required", "invalidValue")
    return await go(request)


@probe("names-required")
def names_required_differs(wire: Wire) -> bool:
    return wire.create().status == 400


def _duplicate_mail(wire: Wire) -> int:
    work = mails("work")
    wire.user(emails=work)
    return wire.create(emails=work).status


@variant(
    "more-is-unique",
    "externalId and the work e-mail are unique too",
    "RFC 7644 section 3.3, conflicts",
    nearest=("duplicate-500",),
)
async def more_is_unique(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    body = body_of(request)
    if request.method == "POST" and request.path == "/Users" and isinstance(body, dict):
        taken = {key for one in target.stored() for key in _keys(one.model_dump(mode="json", by_alias=True))}
        if taken & _keys(body):
            return refusal(HTTPStatus.CONFLICT, "There is such an account already", "uniqueness")
    return await go(request)


@probe("more-is-unique")
def more_is_unique_differs(wire: Wire) -> bool:
    return _duplicate_mail(wire) == 409


def _keys(resource: dict[str, Any]) -> set[str]:
    listed = resource.get("emails")
    emails = [one for one in listed if one.get("type") == "work"] if isinstance(listed, list) else []
    named = [resource.get("externalId"), *(str(one.get("value")).lower() for one in emails)]
    return {str(one) for one in named if one and "userName" in resource}


MANY = 100


def _crowd(wire: Wire) -> int:
    return wire.patch(f"/Groups/{wire.group()}", removed(*(f"u{number}" for number in range(101)))).status


@variant(
    "hundred-a-request",
    f"More than {MANY} members in one request return 413",
    "RFC 7644 section 3.12, 413",
    nearest=("hundred-members",),
)
async def hundred_a_request(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    values = [one.get("value") for one in operations(body_of(request))]
    if is_write(request, "PATCH", "Groups") and any(isinstance(one, list) and len(one) > MANY for one in values):
        return refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"More than {MANY} members")
    return await go(request)


@probe("hundred-a-request")
def hundred_a_request_differs(wire: Wire) -> bool:
    return _crowd(wire) == 413
