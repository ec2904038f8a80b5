"""Twelfth batch: faults of the connection, of /Schemas, and of what lists and filters return."""

import re
from collections.abc import Callable
from http import HTTPStatus

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind
from scim_conformance.demo.shapes import CORE, page, resources
from tests.proof.batches.batch import MUST, NEEDED
from tests.proof.batches.batch_2.store import dumps, is_list
from tests.proof.batches.batch_4.store import group_answers
from tests.proof.batches.batch_5.store import kind_of, refused
from tests.proof.batches.batch_12.store import GALLERY, Resource, groups_of, twelfth


@twelfth(
    Kind.CONNECTION,
    "groups-unrouted",
    "/Groups returns 404 with an HTML page: the proxy does not route it",
    "onyx-dot-app/onyx#9686, nginx gives SCIM paths to the web app, HTML 404; note 1.6, users and groups are asked for",
    NEEDED,
)
async def groups_unrouted(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return page(HTTPStatus.NOT_FOUND) if kind_of(request) == "Groups" else await go(request)


def _described(request: ScimRequest, response: ScimResponse, schema: str) -> list[Resource]:
    """Return the attributes of a schema that an answer describes."""
    found = resources(response) if kind_of(request) == "Schemas" else []
    return [attribute for one in found if one.get("id") == schema for attribute in one.get("attributes") or []]


@twelfth(
    Kind.DISCOVERY,
    "schemas-complex-as-string",
    "/Schemas says that name is a string, without parts",
    "our deduction: note 7, a complex attribute typed string stops the Validator, and the parts of name are mapped",
    MUST,
    profile=GALLERY,
)
async def schemas_complex_as_string(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for attribute in _described(request, response, f"{CORE}User"):
        if attribute.get("name") == "name":
            attribute["type"] = "string"
            attribute.pop("subAttributes", None)
    return response


@twelfth(
    Kind.DISCOVERY,
    "schemas-group-without-members",
    "/Schemas describes groups without members",
    "our deduction: note 7, every mapped target must be found in /Schemas, and 12, members is mapped",
    MUST,
    profile=GALLERY,
)
async def schemas_group_without_members(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for schema in resources(response) if kind_of(request) == "Schemas" else []:
        if schema.get("id") == f"{CORE}Group":
            schema["attributes"] = [one for one in schema["attributes"] if one["name"] != "members"]
    return response


def _lists(request: ScimRequest, kind: str) -> bool:
    return request.method == "GET" and request.path.strip("/") == kind


@twelfth(
    Kind.MATCHING,
    "lists-without-emails",
    "Lists and filters return users without e-mails; a read by id has them",
    "Archer SCIM release 1.1, fixed issues SCIM-550 and SCIM-557: GET of users does not return emails",
    MUST,
)
async def lists_without_emails(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    searches = _lists(request, "Users")
    response = await go(request)
    for user in resources(response) if searches else []:
        user.pop("emails", None)
    return response


@twelfth(
    Kind.MATCHING,
    "local-group-breaks-lists",
    "While one group has no externalId, every query of groups returns 500",
    "Budibase/budibase#13114, groups that SCIM made and others side by side crash the fetch of groups",
    MUST,
)
async def local_group_breaks_lists(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if _lists(request, "Groups") and any(not one.get("externalId") for one in dumps(target, "Group")):
        return refused(target, request, "externalId of undefined", status=HTTPStatus.INTERNAL_SERVER_ERROR)
    return await go(request)


@twelfth(
    Kind.MATCHING,
    "team-name-as-slug",
    "A group is found by its name, and returned with a slug: sre-team for SRE Team",
    "getsentry/sentry#27954, Azure expects the name that it sent to be returned, and the slug was",
    MUST,
)
async def team_name_as_slug(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for group in group_answers(request, response):
        if group.get("displayName"):
            group["displayName"] = re.sub(r"\W+", "-", str(group["displayName"]).lower()).strip("-")
    return response


@twelfth(
    Kind.PAGING,
    "listed-once-per-group",
    "A list of users has a user once for each group of the user",
    "Infisical/infisical#6552, defects: totalResults 136 and 67 ids, each user is there twice; note 17",
    MUST,
)
async def listed_once_per_group(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    def joined(found: list[Resource]) -> list[Resource]:
        return [one for one in found for _ in range(max(1, len(groups_of(target, str(one["id"])))))]

    if is_list(request) and kind_of(request) == "Users":
        return await _paged(request, go, joined)
    return await go(request)


async def _paged(request: ScimRequest, go: Go, change: Callable[[list[Resource]], list[Resource]]) -> ScimResponse:
    """Return a page of what a list becomes."""
    asked = dict(request.query)
    start, count = str(asked.pop("startIndex", "1")), str(asked.pop("count", "1000"))
    if not start.isdigit() or not count.isdigit():
        return await go(request)
    request.query = asked
    response = await go(request)
    if response.body is None or "totalResults" not in response.body:
        return response
    found = change(response.body.get("Resources") or [])
    first = max(int(start), 1)
    kept = found[first - 1 : first - 1 + int(count)]
    response.body |= {"totalResults": len(found), "startIndex": first, "itemsPerPage": len(kept), "Resources": kept}
    return response
