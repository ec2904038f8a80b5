"""Eighth batch: faults when users are disabled and enabled."""

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind
from scim_conformance.demo.shapes import changes, drop, id_of, of_type, stored_at
from tests.proof.batches.batch import MUST
from tests.proof.batches.batch_2.store import amend
from tests.proof.batches.batch_4.store import told
from tests.proof.batches.batch_5.store import succeeded
from tests.proof.batches.batch_8.store import eighth

SHOWN = {"schemas", "id", "userName", "active", "meta"}


@eighth(
    Kind.LIFECYCLE,
    "disabled-shown-bare",
    "A disabled user is returned with id, userName and active alone, until the user is enabled again",
    "Note 2.2, returned even when active is false, and 8 no. 7; RFC 7643 section 7, returned by default",
    MUST,
)
async def disabled_shown_bare(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    for kind, user in of_type(request, response):
        if kind == "Users" and user.get("active") is False:
            for key in set(user) - SHOWN:
                del user[key]
    return response


@eighth(
    Kind.LIFECYCLE,
    "active-only-alone",
    "Disabling works where a request has nothing else; beside another change active is ignored, and that one is made",
    "Note 4.1, all changes of a user are in one PATCH, 5 and 0 no. 8; RFC 7644 section 3.5.2, each is applied",
    MUST,
)
async def active_only_alone(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if changes(request) and set(told(request)) > {"active"}:
        drop(request, lambda name: name.lower() == "active")
    return await go(request)


SUFFIX = ".disabled"


@eighth(
    Kind.LIFECYCLE,
    "disabled-renamed",
    "A disabled user has a userName that ends in .disabled until the user is enabled again, so the filter finds nobody",
    "Note 0 no. 6, readable by filter; RFC 7644 section 3.5.2, a PATCH changes its target alone; the seat is set free",
    MUST,
)
async def disabled_renamed(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    user = stored_at(target, request.path) if changes(request) and succeeded(response) else {}
    if user:
        name = str(user["userName"]).removesuffix(SUFFIX)
        name += SUFFIX if user.get("active") is False else ""
        amend(target, id_of(request), lambda one: one.update(userName=name), response)
    return response
