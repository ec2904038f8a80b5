"""Faults with people as they are: their names and addresses are not those of a sample."""

from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import ENTERPRISE, Go, Target, set_body
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import unique, work
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import created, refusal, users


@defect(
    Kind.CREATE,
    "mail-from-name",
    "The e-mail address of each account is the userName, whatever was sent",
    "cloudflare/cloudflare-docs#22766, of users whose names differ",
    named="ENT-CRE-01#read-back.stored.emails.work.value",
    row="B121",
)
async def mail_from_name(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    body = created(request)
    for email in body.get("emails") or []:
        email["value"] = body["userName"]
    if body:
        set_body(request, body)
    return await go(request)


@probe("mail-from-name")
def mail_from_name_shows(wire: Wire) -> bool:
    name = f"{unique()}@example.com"
    found = wire.read(wire.user(userName=name, emails=work(f"other.{name}")))
    return bool(found["emails"][0]["value"] == name)


@defect(
    Kind.CREATE,
    "mail-of-name-dropped",
    "An e-mail address that is the userName is not stored",
    "our deduction: a target that keeps an address only where it says something new",
    named="ENT-CRE-04/mail-is-name#match.stored.emails.work.value",
)
async def mail_of_name_dropped(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    body = created(request)
    if body.get("emails"):
        kept = [one for one in body["emails"] if one.get("value") != body["userName"]]
        set_body(request, {**body, "emails": kept})
    return await go(request)


@probe("mail-of-name-dropped")
def mail_of_name_dropped_shows(wire: Wire) -> bool:
    name = f"{unique()}@example.com"
    same, other = (wire.create(userName=f"{part}{name}", emails=work(f"a{name}")).json for part in "ab")
    return "emails" not in same and bool(other["emails"])


@defect(
    Kind.CREATE,
    "one-name-unnamed",
    "A user without a family name is stored without any name",
    "our deduction: a target that takes a name only as a whole",
    named="ENT-CRE-04/one-name#match.stored.name.givenName",
)
async def one_name_unnamed(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    body = created(request)
    if body.get("name") and not body["name"].get("familyName"):
        set_body(request, {name: value for name, value in body.items() if name != "name"})
    return await go(request)


@probe("one-name-unnamed")
def one_name_unnamed_shows(wire: Wire) -> bool:
    one, both = (wire.create(name=name).json for name in ({"givenName": "Jo"}, {"givenName": "Jo", "familyName": "Y"}))
    return "name" not in one and bool(both["name"]["givenName"] == "Jo")


@defect(
    Kind.CREATE,
    "digits-as-number",
    "An externalId or a display name of digits alone loses its leading zeros",
    "our deduction: a target that reads what looks like a number as one",
    named="ENT-CRE-04/digits#match.stored.displayName",
)
async def digits_as_number(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    body = created(request)
    for name in ("externalId", "displayName"):
        if str(body.get(name)).isdecimal():
            body[name] = str(int(body[name]))
    if body:
        set_body(request, body)
    return await go(request)


@probe("digits-as-number")
def digits_as_number_shows(wire: Wire) -> bool:
    found = [wire.create(externalId=one).json["externalId"] for one in ("0071", "00a1")]
    return found == ["71", "00a1"]


@defect(
    Kind.CREATE,
    "employee-number-as-number",
    "An employee number of digits is stored as a number: 00815 becomes 815",
    "our deduction: an integer column of a payroll system",
    named="ENT-CRE-04/digits#match.stored.enterprise.employeeNumber",
)
async def employee_number_as_number(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    body = created(request)
    extension = body.get(ENTERPRISE) or {}
    if str(extension.get("employeeNumber")).isdecimal():
        set_body(request, body | {ENTERPRISE: extension | {"employeeNumber": str(int(extension["employeeNumber"]))}})
    return await go(request)


@probe("employee-number-as-number")
def employee_number_as_number_shows(wire: Wire) -> bool:
    extensions = [{ENTERPRISE: {"employeeNumber": one}} for one in ("00815", "a0815")]
    return [wire.create(**one).json[ENTERPRISE]["employeeNumber"] for one in extensions] == ["815", "a0815"]


@defect(
    Kind.CREATE,
    "first-line-only",
    "Of a street with two lines only the first one is stored",
    "our deduction: a target whose address has one line",
    named="ENT-CRE-04/quotes#match.stored.addresses.work.streetAddress",
)
async def first_line_only(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    body = created(request)
    for address in body.get("addresses") or []:
        address |= {name: text.splitlines()[0] for name, text in address.items() if "\n" in str(text)}
    if body:
        set_body(request, body)
    return await go(request)


@probe("first-line-only")
def first_line_only_shows(wire: Wire) -> bool:
    found = wire.create(addresses=[{"type": "work", "streetAddress": "1 Main Street\nFloor 2"}]).json
    return bool(found["addresses"][0]["streetAddress"] == "1 Main Street")


@defect(
    Kind.CREATE,
    "parentheses-cut",
    "What is in parentheses in a display name is not stored",
    "our deduction: a target that removes what it takes for a remark",
    named="ENT-CRE-04/words#match.stored.displayName",
)
async def parentheses_cut(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    body = created(request)
    if "(" in str(body.get("displayName")):
        set_body(request, {**body, "displayName": body["displayName"].partition("(")[0].strip()})
    return await go(request)


@probe("parentheses-cut")
def parentheses_cut_shows(wire: Wire) -> bool:
    return [wire.create(displayName=one).json["displayName"] for one in ("Jo (EMEA)", "Jo")] == ["Jo", "Jo"]


@defect(
    Kind.CREATE,
    "no-mail-made-up",
    "A user without an e-mail address gets an address made from the userName",
    "our deduction: a target that needs an address",
    named="ENT-CRE-20/no-mail#match.absent.emails.work.value",
)
async def no_mail_made_up(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    body = created(request)
    if body and not body.get("emails"):
        set_body(request, {**body, "emails": [{"type": "work", "value": body["userName"], "primary": True}]})
    return await go(request)


@probe("no-mail-made-up")
def no_mail_made_up_shows(wire: Wire) -> bool:
    name = f"{unique()}@example.com"
    return [one["value"] for one in wire.create(userName=name).json.get("emails", [])] == [name]


@defect(
    Kind.CREATE,
    "no-mail-once",
    "Only one user without an e-mail address can be created",
    "our deduction: a unique index in which an empty text is a value",
    named="ENT-CRE-20/no-mail#create-second.status",
)
async def no_mail_once(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    body = created(request)
    if body and not body.get("emails") and any(not one.get("emails") for one in users(target)):
        return refusal(HTTPStatus.CONFLICT, "The e-mail address is taken", "uniqueness")
    return await go(request)


@probe("no-mail-once")
def no_mail_once_shows(wire: Wire) -> bool:
    with_mail = [wire.create(emails=work("jo@example.com")).status for _ in range(2)]
    return [*with_mail, *(wire.create().status for _ in range(2))] == [201, 201, 201, 409]


@defect(
    Kind.CREATE,
    "no-mail-500",
    "A user without an e-mail address is answered with 500",
    "smallstep/docs#537",
    named="ENT-CRE-20/no-mail#create.answered",
    row="B120",
)
async def no_mail_500(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    body = created(request)
    if body and not body.get("emails"):
        return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "Cannot read properties of undefined")
    return await go(request)


@probe("no-mail-500")
def no_mail_500_shows(wire: Wire) -> bool:
    return [wire.create(emails=one).status for one in (work("jo@example.com"), [])] == [201, 500]


LITERALS = {"null": None, "no": "false", "off": "false", "yes": "true", "on": "true"}
"""Texts that a YAML 1.1 parser does not take for texts."""


def _parsed(value: Any) -> Any:
    """Return a part of a body as such a parser reads it, and as a column of texts then stores it."""
    if isinstance(value, dict):
        return {name: one if name == "userName" else _parsed(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_parsed(one) for one in value]
    return LITERALS.get(value.lower(), value) if isinstance(value, str) else value


@defect(
    Kind.CREATE,
    "literals-parsed",
    "The texts NO and ON are stored as false and true, and Null as nothing",
    "our deduction: a queue that keeps bodies as YAML 1.1",
    named="ENT-CRE-04/plus#match.stored.name.familyName",
)
async def literals_parsed(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if body := created(request):
        set_body(request, _parsed(body))
    return await go(request)


@probe("literals-parsed")
def literals_parsed_shows(wire: Wire) -> bool:
    found = [wire.create(title=one).json.get("title") for one in ("No", "Null", "Clerk")]
    return found == ["false", None, "Clerk"]
