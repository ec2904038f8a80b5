"""Tenth batch: faults of PUT, PATCH and DELETE."""

from copy import deepcopy
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target, set_body
from scim_conformance.demo.faults.registry import Kind
from scim_conformance.demo.shapes import (
    PATCH_OP,
    answered,
    changes,
    id_of,
    is_write,
    path_of,
    record_of,
    rewrite,
    stored_at,
    verb,
)
from tests.proof.batches.batch import MUST
from tests.proof.batches.batch_2.store import amend
from tests.proof.batches.batch_5.store import succeeded
from tests.proof.batches.batch_9.store import patches
from tests.proof.batches.batch_10.store import replaces, tenth


@tenth(
    Kind.STANDARDS,
    "put-empty-204",
    "A PUT stores the resource and returns 204 without a body: the handler of PATCH answers for both",
    "RFC 7644 section 3.5.1, a successful PUT returns 200 and the entire resource",
    MUST,
)
async def put_empty_204(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    puts = bool(replaces(request))
    response = await go(request)
    if puts and succeeded(response):
        return ScimResponse(HTTPStatus.NO_CONTENT, None, response.headers)
    return response


@tenth(
    Kind.STANDARDS,
    "put-created-anew",
    "After a PUT meta.created of the user or group is the time of the PUT: the row is deleted and inserted again",
    "RFC 7643 section 3.1, created, when the resource was added, and readOnly; RFC 7644 section 3.5.1",
    MUST,
)
async def put_created_anew(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    puts = bool(replaces(request))
    response = await go(request)
    stored = record_of(target, id_of(request)) if puts and succeeded(response) else None
    if stored is not None:
        stored.meta.created = stored.meta.last_modified
        meta = (response.body or {}).get("meta") or {}
        if "created" in meta:
            meta["created"] = meta["lastModified"]
    return response


@tenth(
    Kind.PATCH,
    "patch-half-kept",
    "A PATCH that fails at its second operation returns 400 and keeps the first one: each is saved by itself",
    "RFC 7644 section 3.5.2, a PATCH is atomic: on an error the original resource MUST be restored",
    MUST,
)
async def patch_half_kept(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found, original = deepcopy(patches(request)), replace(request)
    response = await answered(target, request, go)
    if succeeded(response) or len(found) < 2:
        return response
    for operation in found:
        one = replace(original)
        rewrite(one, [operation])
        response = await answered(target, one, go)
        if not succeeded(response):
            return response
    return response


LISTS = ("emails", "phoneNumbers", "addresses", "roles")


@tenth(
    Kind.PATCH,
    "primary-stays",
    "Where a PATCH makes another e-mail the primary one, the former one is primary too: only the new row is written",
    "RFC 7644 section 3.5.2, the server SHALL set primary of other values to false; RFC 7643 section 2.4, once at most",
    MUST,
)
async def primary_stays(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    former = stored_at(target, request.path) if changes(request) else {}
    response = await go(request)

    def restore(user: dict[str, Any]) -> None:
        for name in LISTS:
            _restore(former.get(name) or [], user.get(name) or [])

    if former and succeeded(response):
        amend(target, id_of(request), restore, response)
    return response


def _restore(former: list[dict[str, Any]], now: list[dict[str, Any]]) -> None:
    values = [one.get("value") for one in former if one.get("primary") and one.get("value")]
    if any(one.get("primary") for one in now):
        for one in now:
            if one.get("value") in values:
                one["primary"] = True


@tenth(
    Kind.PATCH,
    "replace-unmatched-204",
    "A replace whose filter matches no element returns 204: an UPDATE that finds no row is taken for a success",
    "RFC 7644 section 3.5.2.3, where no match was made the server SHALL return 400 with the scimType noTarget",
    MUST,
)
async def replace_unmatched_204(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = patches(request)
    lenient = len(found) == 1 and verb(found[0]) == "replace" and "[" in path_of(found[0])
    response = await answered(target, request, go)
    if lenient and (response.body or {}).get("scimType") == "noTarget":
        return ScimResponse(HTTPStatus.NO_CONTENT)
    return response


@tenth(
    Kind.GROUPS,
    "group-delete-empties",
    "Deleting a group takes its members out, and it can still be read: the statement deletes memberships alone",
    "RFC 7644 section 3.6, after a DELETE all operations on the id MUST return 404",
    MUST,
)
async def group_delete_empties(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if not is_write(request, "DELETE", "Groups"):
        return await go(request)
    request.method = "PATCH"
    set_body(request, {"schemas": [PATCH_OP], "Operations": [{"op": "remove", "path": "members"}]})
    await go(request)
    return ScimResponse(HTTPStatus.NO_CONTENT)
