"""Faults in the values of a creation: some are changed, some are not kept."""

import re
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import ENTERPRISE, Go, Target, set_body
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import WORK, unique, work
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import changes, created, resources, rewrite, without


@defect(
    Kind.CREATE,
    "phones-reformatted",
    "Phone numbers come back in another form than they were sent",
    "Microsoft: Develop and plan provisioning for a SCIM endpoint",
    named="ENT-CRE-01#read-back.stored.phoneNumbers.work.value",
    row="B48",
)
async def phones_reformatted(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for resource in resources(response):
        for phone in resource.get("phoneNumbers") or []:
            phone["value"] = "tel:" + re.sub(r"\W", "-", str(phone.get("value", "")).lstrip("+"))
    return response


@probe("phones-reformatted")
def phones_reformatted_shows(wire: Wire) -> bool:
    phone = {"type": "work", "value": "+1 206 555 0132"}
    return bool(wire.read(wire.user(phoneNumbers=[phone]))["phoneNumbers"] != [phone])


@defect(
    Kind.CREATE,
    "names-lowered",
    "userName and e-mail come back in lower case",
    "Microsoft: Develop and plan provisioning for a SCIM endpoint",
    named="ENT-CRE-01#read-back.letter-case",
    row="B48",
)
async def names_lowered(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for resource in resources(response):
        for holder, name in [(resource, "userName"), *((one, "value") for one in resource.get("emails") or [])]:
            if isinstance(holder.get(name), str):
                holder[name] = holder[name].lower()
    return response


@probe("names-lowered")
def names_lowered_shows(wire: Wire) -> bool:
    name = f"{unique('Jo')}@example.com"
    return bool(wire.read(wire.user(userName=name))["userName"] != name)


@defect(
    Kind.CREATE,
    "accents-garbled",
    "Zoë comes back as ZoÃ«",
    "Microsoft: Develop and plan provisioning for a SCIM endpoint, of values that change",
    named="ENT-CRE-04/accents#match.stored.displayName",
    row="B48",
)
async def accents_garbled(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for resource in resources(response):
        name = str(resource.get("displayName", ""))
        if name and not name.isascii():
            resource["displayName"] = name.encode().decode("latin-1")
    return response


@probe("accents-garbled")
def accents_garbled_shows(wire: Wire) -> bool:
    return bool(wire.read(wire.user(displayName="Zoë"))["displayName"] == "ZoÃ«")


@defect(
    Kind.CREATE,
    "external-id-lost",
    "externalId is not stored",
    "simpleidserver/SimpleIdServer#208",
    named="ENT-CRE-01#read-back.stored.externalId",
    shows=("ENT-CRE-01",),
    row="B49",
)
async def external_id_lost(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    made = created(request)
    if made:
        set_body(request, {name: value for name, value in made.items() if name != "externalId"})
    if changes(request):
        rewrite(request, without(changes(request), "externalId"))
    return await go(request)


@probe("external-id-lost")
def external_id_lost_shows(wire: Wire) -> bool:
    return "externalId" not in wire.read(wire.user(externalId=unique()))


@defect(
    Kind.CREATE,
    "email-type-lost",
    "E-mails are kept without their type",
    "zitadel/zitadel#9690",
    named="ENT-CRE-01#read-back.stored.emails.work.value",
    row="B51",
)
async def email_type_lost(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    body = created(request)
    for email in body.get("emails") or []:
        email.pop("type", None)
    if body:
        set_body(request, body)
    return await go(request)


@probe("email-type-lost")
def email_type_lost_shows(wire: Wire) -> bool:
    address = f"{unique()}@example.com"
    wire.user(emails=work(address))
    return wire.find("Users", f'{WORK} eq "{address}"').listed == []


@defect(
    Kind.CREATE,
    "created-active",
    "Every user is active after the creation",
    "getprobo/probo#711",
    named="ENT-CRE-06#read-back.active",
)
async def created_active(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    made = created(request)
    if made:
        set_body(request, {**made, "active": True})
    return await go(request)


@probe("created-active")
def created_active_shows(wire: Wire) -> bool:
    return bool(wire.read(wire.user(active=False))["active"])


@defect(
    Kind.CREATE,
    "extension-in-creation-lost",
    "department and employeeNumber of a creation never arrive",
    "fleetdm/fleet#42678, of an extension that is not read",
    named="ENT-CRE-01#read-back.stored.enterprise.employeeNumber",
    row="B69",
)
async def extension_in_creation_lost(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    body = created(request)
    if body:
        set_body(request, {name: value for name, value in body.items() if name != ENTERPRISE})
    return await go(request)


@probe("extension-in-creation-lost")
def extension_in_creation_lost_shows(wire: Wire) -> bool:
    return "department" not in wire.read(wire.user(**{ENTERPRISE: {"department": "Sales"}})).get(ENTERPRISE, {})


@defect(
    Kind.CREATE,
    "first-of-a-list",
    "Of several e-mails or phones in a creation, only the first is kept",
    "our deduction from zitadel/zitadel#9690, of a list that is kept in part",
    named="ENT-CRE-01#read-back.stored.phoneNumbers.mobile.value",
)
async def first_of_a_list(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    body = created(request)
    for name in ("emails", "phoneNumbers"):
        if body.get(name):
            body[name] = body[name][:1]
    if body:
        set_body(request, body)
    return await go(request)


@probe("first-of-a-list")
def first_of_a_list_shows(wire: Wire) -> bool:
    emails = [{"type": kind, "value": f"{kind}@example.com"} for kind in ("work", "other")]
    return bool(wire.read(wire.user(emails=emails))["emails"] == emails[:1])


@defect(
    Kind.CREATE,
    "phone-kept-once",
    "The same number for work and mobile is kept only once",
    "RFC 7643 section 2.4, of a key that leaves out the type",
    named="ENT-CRE-11#read-back.stored.phoneNumbers.mobile.value",
)
async def phone_kept_once(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    body = created(request)
    numbers: dict[Any, Any] = {}
    for one in body.get("phoneNumbers") or []:
        numbers.setdefault(one.get("value"), one)
    if numbers:
        set_body(request, {**body, "phoneNumbers": list(numbers.values())})
    return await go(request)


@probe("phone-kept-once")
def phone_kept_once_shows(wire: Wire) -> bool:
    both = [{"type": kind, "value": "+1 206 555 0100"} for kind in ("work", "mobile")]
    return len(wire.read(wire.user(phoneNumbers=both))["phoneNumbers"]) == 1


@defect(
    Kind.CREATE,
    "null-ends-body",
    "What follows a null in a creation is not stored",
    "our deduction from RFC 7643 section 2.5: a loop that ends where it should go on",
    named="ENT-CRE-03#read-back.stored.displayName",
)
async def null_ends_body(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    body = created(request)
    first = next((number for number, value in enumerate(body.values()) if value is None), None)
    if first is not None:
        set_body(request, dict(list(body.items())[:first]))
    return await go(request)


@probe("null-ends-body")
def null_ends_body_shows(wire: Wire) -> bool:
    lost, kept = wire.user(title=None, displayName="Jo"), wire.user(displayName="Jo")
    return "displayName" not in wire.read(lost) and wire.read(kept)["displayName"] == "Jo"
