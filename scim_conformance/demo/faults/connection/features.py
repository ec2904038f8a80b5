"""Faults in what a target does not support at all: filters, groups, PATCH."""

import re
import uuid
from http import HTTPStatus

from scim2_models import NotFoundException
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import WORK, replaced
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.situations import find_nobody
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import is_query, refusal


@defect(
    Kind.CONNECTION,
    "filter-404",
    "Test Connection fails: a filter that matches nothing returns 404",
    "jelhub/scimgateway#18",
    named="ENT-CON-01#probe.status",
    shows=("ENT-POD-01",),
    row="B01",
    wide="Entra looks before it writes: a target that refuses an empty result refuses every search that finds nobody",
)
async def filter_404(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if "filter" in request.query and response.body is not None and response.body.get("totalResults") == 0:
        raise NotFoundException(detail="No such resource")
    return response


@probe("filter-404")
def filter_404_shows(wire: Wire) -> bool:
    return find_nobody(wire).status == 404


@defect(
    Kind.CONNECTION,
    "filter-403",
    "Test Connection fails: a filter that matches nobody returns 403",
    "indigo-iam/iam#1181",
    named="ENT-CON-01#probe.status",
    row="B01",
)
async def filter_403(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if is_query(request, "Users") and (response.body or {}).get("totalResults") == 0:
        return refusal(HTTPStatus.FORBIDDEN, "Access denied")
    return response


@probe("filter-403")
def filter_403_shows(wire: Wire) -> bool:
    return find_nobody(wire).status == 403


@defect(
    Kind.CONNECTION,
    "filter-400",
    "Filters are not supported: each returns 400 invalidFilter",
    "RFC 7644 section 3.4.2.2, of an option that Entra needs",
    named="ENT-CON-01#probe.status",
)
async def filter_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    target.check_auth(request)
    if is_query(request, "Users") or is_query(request, "Groups"):
        return refusal(HTTPStatus.BAD_REQUEST, "Filters are not supported", "invalidFilter")
    return await go(request)


@probe("filter-400")
def filter_400_shows(wire: Wire) -> bool:
    return find_nobody(wire).status == 400 and wire.get("/Users").status == 200


@defect(
    Kind.CONNECTION,
    "groups-404",
    "An application without groups returns 404 to a query for groups",
    "pranems/SCIMServer, ENDPOINT_PROFILE_ENFORCEMENT_DESIGN.md",
    named="ENT-CON-02#probe.status",
    row="B02",
    wide="every scenario that looks for a group fails with it",
    leaves="groups cannot be looked up, so it is not known whether they were created",
)
async def groups_404(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.path.startswith("/Groups"):
        raise NotFoundException(detail="This application has no groups")
    return await go(request)


@probe("groups-404")
def groups_404_shows(wire: Wire) -> bool:
    return find_nobody(wire, "Groups", "displayName").status == 404


@defect(
    Kind.CONNECTION,
    "email-guid-400",
    "Asked for an e-mail that is a GUID, the target returns 400",
    "FusionAuth/fusionauth-issues#2456",
    named="ENT-CON-06/emails.work.value#probe.status",
    row="B03",
)
async def email_guid_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    wanted = re.search(r'emails.* eq "([^"]*)"$', request.query.get("filter", ""))
    if is_query(request, "Users") and wanted is not None and "@" not in wanted[1]:
        return refusal(HTTPStatus.BAD_REQUEST, "This is no e-mail address", "invalidFilter")
    return await go(request)


@probe("email-guid-400")
def email_guid_400_shows(wire: Wire) -> bool:
    assert wire.find("Users", f'{WORK} eq "jo@example.com"').status == 200
    return wire.find("Users", f'{WORK} eq "{uuid.uuid4()}"').status == 400


@defect(
    Kind.CONNECTION,
    "patch-405",
    "Users can be changed by PUT only: PATCH returns 405",
    "goauthentik/authentik#11249",
    named="ENT-UPD-01/legacy#patch.status",
    row="B12",
    wide="no change of a user is possible",
)
async def patch_405(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.method == "PATCH" and request.path.startswith("/Users"):
        return refusal(HTTPStatus.METHOD_NOT_ALLOWED, "The method PATCH is not allowed")
    return await go(request)


@probe("patch-405")
def patch_405_shows(wire: Wire) -> bool:
    return wire.change(wire.user(), replaced("title", "Boss")).status == 405
