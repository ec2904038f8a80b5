"""Faults in which accounts and attributes can be searched at all."""

from http import HTTPStatus

from scim2_models import NotFoundException, UniquenessException
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import ENTERPRISE, Go, Target
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import person, replaced, unique
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.situations import created_and_found, found_by_number
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import created, filter_of, is_query, listed, refusal, resources

NUMBER = f"{ENTERPRISE}:employeeNumber"
LOCAL_ADMIN = "local.admin@example.com"
"""An account that nobody made by SCIM."""


@defect(
    Kind.MATCHING,
    "only-username",
    "Nobody is found by externalId or by e-mail",
    "langwatch/langwatch#6973",
    named="ENT-MAT-05/externalId#match.one",
    row="B22",
    wide="every search by another attribute finds nobody",
)
async def only_username(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if is_query(request, "Users") and not request.query["filter"].startswith("userName eq "):
        response.body = {**(response.body or {}), "Resources": [], "totalResults": 0, "itemsPerPage": 0}
    return response


@probe("only-username")
def only_username_shows(wire: Wire) -> bool:
    key = unique("key")
    wire.user(externalId=key)
    return wire.find("Users", f'externalId eq "{key}"').listed == []


@defect(
    Kind.MATCHING,
    "found-by-email",
    "Users are looked up by e-mail: another userName finds nobody",
    "boxyhq/saml-jackson 26.2.0, of its index of users",
    named="ENT-MAT-01#match.one",
    wide="almost every user's e-mail address differs from the userName, so that no match finds anyone",
)
async def found_by_email(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    wanted = str(request.query.get("filter", ""))
    if is_query(request, "Users") and wanted.startswith("userName eq "):
        request.query = {**request.query, "filter": wanted.replace("userName", "emails.value", 1)}
    return await go(request)


@probe("found-by-email")
def found_by_email_shows(wire: Wire) -> bool:
    name = f"{unique()}@example.com"
    body = person() | {"userName": name, "emails": [{"type": "work", "value": f"mail.{name}"}]}
    assert wire.send("POST", "/Users", body).status == 201
    return wire.find("Users", f'userName eq "{name}"').listed == []


@defect(
    Kind.MATCHING,
    "employee-number-404",
    "Matching by employeeNumber returns 404: an unknown path",
    "grokability/snipe-it#19347",
    named="ENT-CON-01#probe.status",
    row="B22",
    profile="employee-number",
)
async def employee_number_404(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_query(request, "Users") and ENTERPRISE in filter_of(request) and "manager" not in filter_of(request):
        raise NotFoundException(detail="Unknown path")
    return await go(request)


@probe("employee-number-404")
def employee_number_404_shows(wire: Wire) -> bool:
    status: int = found_by_number(wire).status
    return status == 404


@defect(
    Kind.MATCHING,
    "only-employee-number",
    "Users are found by employeeNumber alone: a userName finds nobody",
    "grokability/snipe-it#19347, the other way round",
    named="ENT-MAT-04#match.one",
    row="B22",
    profile="employee-number",
)
async def only_employee_number(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if is_query(request, "Users") and filter_of(request).startswith("userName eq "):
        listed(response, [])
    return response


@probe("only-employee-number")
def only_employee_number_shows(wire: Wire) -> bool:
    assert len(found_by_number(wire).listed) == 1
    return bool(created_and_found(wire, f"{unique()}@example.com")[1] == [])


@defect(
    Kind.MATCHING,
    "username-filter-400",
    "Matched by employee number, a filter on userName returns 400",
    "better-auth/better-auth#10420, of a filter that is not supported",
    named="ENT-MAT-04#match.status",
    row="B22",
    profile="employee-number",
)
async def username_filter_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.query.get("filter", "").startswith("userName eq "):
        return refusal(HTTPStatus.BAD_REQUEST, "This filter is not supported", "invalidFilter")
    return await go(request)


@probe("username-filter-400")
def username_filter_400_shows(wire: Wire) -> bool:
    return wire.find("Users", f'userName eq "{unique()}"').status == 400


def _of_number(wire: Wire, number: str) -> int:
    return len(wire.find("Users", f'{ENTERPRISE}:employeeNumber eq "{number}"').listed)


@defect(
    Kind.MATCHING,
    "unknown-number-all",
    "When no user has the employee number, all users are returned",
    "PowerDMS/Owin.Scim#35",
    named="ENT-CRE-01#match-before.none",
    shows=("ENT-MAT-06",),
    row="B23",
    profile="employee-number",
    wide="every scenario that looks for a user searches for this attribute",
)
async def unknown_number_all(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    asked = request.query.get("filter", "")
    # A GUID is no number, and is not looked up at all.
    if is_query(request, "Users") and asked.startswith(ENTERPRISE) and "-" not in asked and not resources(response):
        request.query = {name: value for name, value in request.query.items() if name != "filter"}
        return await go(request)
    return response


@probe("unknown-number-all")
def unknown_number_all_shows(wire: Wire) -> bool:
    number = unique().replace("-", "")
    wire.user(**{ENTERPRISE: {"employeeNumber": number}})
    wire.user()
    assert _of_number(wire, number) == 1
    return _of_number(wire, f"{number}0") > 1


def _first_numbers(target: Target) -> dict[str, str]:
    found: dict[str, str] = target.notes.setdefault("number-index-old", {})
    for user in target.stored():
        number = (user.model_dump().get(ENTERPRISE) or {}).get("employeeNumber")
        if number:
            found.setdefault(str(user.id), str(number))
    return found


@defect(
    Kind.MATCHING,
    "number-index-old",
    "After a new employee number the old one alone finds the account",
    "RFC 7644 section 3.4.2.2, of an index that a change does not reach",
    named="ENT-MAT-09/legacy/enterprise.employeeNumber#match-new.one",
    profile="employee-number",
)
async def number_index_old(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    wanted = str(request.query.get("filter", ""))
    if not is_query(request, "Users") or "employeeNumber eq" not in wanted:
        response = await go(request)
        _first_numbers(target)
        return response
    asked = wanted.partition(" eq ")[2].strip('"')
    there = [id_ for id_, number in _first_numbers(target).items() if number == asked]
    request.query = {name: value for name, value in request.query.items() if name != "filter"} | {"count": "1000"}
    response = await go(request)
    listed(response, [one for one in resources(response) if one["id"] in there])
    return response


@probe("number-index-old")
def number_index_old_shows(wire: Wire) -> bool:
    old, new = unique("number"), unique("number")
    user = wire.user(**{ENTERPRISE: {"employeeNumber": old}})
    wire.change(user, replaced(NUMBER, new))
    found = {value: len(wire.find("Users", f'{NUMBER} eq "{value}"').listed) for value in (old, new)}
    return found == {old: 1, new: 0}


@defect(
    Kind.MATCHING,
    "local-accounts-hidden",
    "A local account is not found, and then creating it returns 409",
    "Metatavu/keycloak-scim-server#74",
    row="B26",
    uncatchable="needs an account that was not created by SCIM, which no SCIM request can create",
)
async def local_accounts_hidden(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if created(request).get("userName") == LOCAL_ADMIN:
        raise UniquenessException(detail="userName is taken")
    return await go(request)


@probe("local-accounts-hidden")
def local_accounts_hidden_shows(wire: Wire) -> bool:
    assert wire.find("Users", f'userName eq "{LOCAL_ADMIN}"').listed == []
    return wire.create(userName=LOCAL_ADMIN).status == 409


@defect(
    Kind.MATCHING,
    "first-thousand",
    "A user beyond the first thousand is not found",
    "kortix-ai/suna#7297",
    row="B28",
    uncatchable="needs more than a thousand users, which no run creates",
)
async def first_thousand(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if is_query(request, "Users"):
        scanned = {one.id for one in [one for one in target.stored() if hasattr(one, "user_name")][:1000]}
        listed(response, [one for one in resources(response) if one["id"] in scanned])
    return response


@probe("first-thousand")
def first_thousand_shows(wire: Wire) -> bool:
    wire.post_all("/Users", (person() for _ in range(1001)))
    name = f"{unique()}@example.com"
    wire.user(userName=name)
    return wire.find("Users", f'userName eq "{name}"').listed == []
