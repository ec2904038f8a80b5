"""Fresh legal variants in what ids look like, and in what is made of the values that were sent."""

from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import ENTERPRISE, Go, Target, set_body
from scim_conformance.demo.shapes import created, id_of, is_write, of_type
from scim_conformance.demo.variants.ids import SOURCE, Name, with_ids
from tests.proof.batches.batch_2.store import amend, dumps, extension, written
from tests.proof.batches.batch_3.variants_store import legal


def _like_a_number(number: int) -> str:
    return (f"00{number}", f"{number}e3", f"0x{number:x}", f"{number}.50")[number % 4]


# RFC 7643 section 3.1: an id is any non-empty string that the server chooses; the note's 6.2: ids are opaque.
IDS: dict[str, tuple[str, Name]] = {
    "ids-short": ("Ids are 1, 2, 3", str),
    "ids-like-numbers": ("Ids read as numbers, and would change if they were: 004, 1e3, 0x2, 3.50", _like_a_number),
    "ids-dotted": ("Ids hold dots, colons and tildes", lambda number: f"acme.users:7~{number}.v2.0"),
}

for _name, (_behaviour, _make) in IDS.items():
    legal(_name, _behaviour, SOURCE)(with_ids(_name, _make))


# RFC 7643 section 2.4: at most one value is primary, and the server may say so; the note's 3.1 has it in the sample.
@legal("primary-chosen", "Of e-mails, phones and addresses one is primary where none was sent as such", "RFC 7643 2.4")
async def primary_chosen(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for _, resource in of_type(request, response):
        for name in ("emails", "phoneNumbers", "addresses"):
            values: list[dict[str, Any]] = resource.get(name) or []
            if values and not any(one.get("primary") for one in values):
                next((one for one in values if one.get("type") == "work"), values[0])["primary"] = True
    return response


# RFC 7644 section 3.3: the server is free to alter what was posted, as by defaults for what was left out.
@legal("defaults-stored", "Who comes without language, time zone and type gets those of the tenant", "RFC 7644 3.3")
async def defaults_stored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    body = created(request)
    if body:
        defaults = {"preferredLanguage": "en-GB", "locale": "en-GB", "timezone": "Europe/London", "userType": "Member"}
        missing = {name: value for name, value in defaults.items() if body.get(name) is None}
        set_body(request, body | missing)
    return await go(request)


# RFC 7644 section 3.3, as above. The e-mail can be replaced later as any other (note 4.1).
@legal("email-made", "Who comes without an e-mail gets the userName as the work one", "RFC 7644 section 3.3")
async def email_made(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    body = created(request)
    if body and not body.get("emails") and "@" in str(body.get("userName")):
        set_body(request, {**body, "emails": [{"type": "work", "value": body["userName"], "primary": True}]})
    return await go(request)


# RFC 7643 sections 3.3 and 4.3: a resource may have an extension, and organization is one of its optional attributes;
# RFC 7644 section 3.3: the server may add to what was sent.
@legal("organization-told", "Every user has the tenant's name as organization", "RFC 7643 sections 3.3 and 4.3")
async def organization_told(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for kind, resource in of_type(request, response):
        if kind == "Users":
            resource[ENTERPRISE] = {"organization": "Example Ltd", **resource.get(ENTERPRISE, {})}
            resource["schemas"] = list(dict.fromkeys([*resource.get("schemas", []), ENTERPRISE]))
    return response


# RFC 7643 section 2.5: what has no value is unassigned, and RFC 7644 section 3.5.2.2: so is a list without values.
# The note's 14.4 B85 asks that the e-mail be removed; of an entry that keeps its type alone it says nothing.
@legal("element-ends-with-value", "An e-mail or phone whose value is removed is gone, type and all", "RFC 7643 2.5")
async def element_ends_with_value(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    def change(user: dict[str, Any]) -> None:
        for name in ("emails", "phoneNumbers"):
            kept = [one for one in user.get(name) or [] if one.get("value")]
            if len(kept) < len(user.get(name) or []):
                user[name] = kept or None

    changing = is_write(request, "PATCH", "Users")
    response = await go(request)
    if changing:
        amend(target, written(request, response), change, response)
    return response


# RFC 7643 section 4.1.2, addresses: formatted is the address as it is to be shown; the server may make it (7644, 3.3).
@legal("address-formatted-made", "addresses.formatted is made of the parts where none was sent", "RFC 7643 4.1.2")
async def address_formatted_made(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for _, resource in of_type(request, response):
        for entry in resource.get("addresses") or []:
            parts = [entry.get(part) for part in ("streetAddress", "postalCode", "locality", "region", "country")]
            if any(parts):
                entry.setdefault("formatted", "\n".join(str(part) for part in parts if part))
    return response


# RFC 7643 section 2.3.7: a reference may be relative to where it stands, as the manager's in the sample of 8.3.
@legal("refs-relative", "$ref of members and managers is relative: ../Users/ and the id", "RFC 7643 2.3.7 and 8.3")
async def refs_relative(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for kind, resource in of_type(request, response):
        manager = resource.get(ENTERPRISE, {}).get("manager")
        for entry in resource.get("members") or [] if kind == "Groups" else [manager] if manager else []:
            entry["$ref"] = f"../Users/{entry['value']}"
    return response


# RFC 7643 section 4.3: manager.value is the id of a user, and manager is optional: without that user it can go, as
# memberships do. Entra sends the new manager by itself (note 4.3).
@legal("manager-ends-with-account", "Who reported to a deleted account has no manager any more", "RFC 7643 4.3")
async def manager_ends_with_account(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    deleting, gone = is_write(request, "DELETE", "Users"), id_of(request)
    response = await go(request)
    if deleting and response.status == HTTPStatus.NO_CONTENT:
        for user in dumps(target, "User"):
            if (extension(user).get("manager") or {}).get("value") == gone:
                amend(target, user["id"], lambda found: found[ENTERPRISE].pop("manager"))
    return response
