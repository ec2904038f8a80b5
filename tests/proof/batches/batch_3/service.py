"""Third batch: defects of discovery, paging, errors and robustness, from the note and the RFCs alone."""

from copy import deepcopy
from http import HTTPStatus

from scim2_models import UniquenessException
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind
from scim_conformance.demo.shapes import id_of, is_read, is_write, refusal, resources
from tests.proof.batches.batch import MUST, NEEDED
from tests.proof.batches.batch_2.store import is_list
from tests.proof.batches.batch_3.store import third

GALLERY = "gallery-2026"
WORKERS = 2
"""How many processes `second-worker-old` has."""

# Discovery and paging


@third(
    Kind.DISCOVERY,
    "schemas-active-string",
    "/Schemas says that active is a string, and Entra maps and sends it as one",
    "Note 7 and 14.6 B110, a string active; RFC 7643 sections 4.1.1 and 8.7.1, Boolean",
    NEEDED,
    profile=GALLERY,
)
async def schemas_active_string(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if request.path.startswith("/Schemas") and response.body is not None:
        for schema in response.body.get("Resources", [response.body]):
            for attribute in (one for one in schema.get("attributes", []) if one["name"] == "active"):
                attribute["type"] = "string"
    return response


@third(
    Kind.PAGING,
    "pages-hide-inactive",
    "Read page by page whoever is disabled is missing, though counted: pages have holes",
    "Note 8 no. 7, returned whether active or not, and 16 S13; RFC 7644 section 3.4.2.4",
    MUST,
)
async def pages_hide_inactive(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    """Cut the page first, and then leave out of it what is not active."""
    response = await go(request)
    if is_list(request) and request.path.strip("/") == "Users" and response.body and "Resources" in response.body:
        kept = [one for one in resources(response) if one.get("active") is not False]
        response.body |= {"Resources": kept, "itemsPerPage": len(kept)}
    return response


# Errors


@third(
    Kind.ERRORS,
    "rename-conflict-swallowed",
    "Renaming to a name that is taken answers success, and the old name stays: UPDATE IGNORE",
    "Note 3.4, 409 on a duplicate, and 14.4 B80; RFC 7644 sections 3.5.2 and 3.12, uniqueness",
    MUST,
)
async def rename_conflict_swallowed(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    changing = is_write(request, "PATCH", "Users") or is_write(request, "PATCH", "Groups")
    try:
        return await go(request)
    except UniquenessException:
        if not changing:
            raise
        request.method, request.body = "GET", b""
        return await go(request)


@third(
    Kind.ERRORS,
    "conflict-then-500",
    "After a conflict the next write of anybody answers 500: the transaction was not rolled back",
    "Note 3.4, conflicts are retried, and 14.1 B18; RFC 7644 sections 3.3 and 3.12",
    MUST,
)
async def conflict_then_500(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.method != "GET" and target.notes.get("conflict-then-500"):
        target.check_auth(request)
        target.notes["conflict-then-500"] = False
        return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "current transaction is aborted")
    try:
        return await go(request)
    except UniquenessException:
        target.notes["conflict-then-500"] = True
        raise


# Robustness


@third(
    Kind.ROBUSTNESS,
    "cache-without-query",
    "A group comes with its members though they are left out, or without them though they are asked for: a cache",
    "Note 6.2, honour excludedAttributes, and 14.2 B37 and B37b; RFC 9111 section 2, the whole URI is the key",
    MUST,
)
async def cache_without_query(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    """Keep each group by its path alone until something is written."""
    cache: dict[str, ScimResponse] = target.notes.setdefault("cache-without-query", {})
    if not is_read(request, "Groups"):
        if request.method != "GET":
            cache.clear()
        return await go(request)
    target.check_auth(request)
    if request.path not in cache:
        response = await go(request)
        if response.status != HTTPStatus.OK:
            return response
        cache[request.path] = deepcopy(response)
    return deepcopy(cache[request.path])


@third(
    Kind.ROBUSTNESS,
    "second-worker-old",
    "Every other time a user who was changed or deleted is read as before: each of two processes has its own cache",
    "Note 2.2, GET by id, 5, after DELETE 404, and 16 S5; RFC 7644 sections 3.4.1 and 3.6",
    MUST,
)
async def second_worker_old(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    """Let requests go round the workers; a write is seen by the cache of the one that made it."""
    turn = target.notes["second-worker-old"] = target.notes.get("second-worker-old", 0) + 1
    cache: dict[str, ScimResponse] = target.notes.setdefault(f"worker-{turn % WORKERS}", {})
    key = id_of(request)
    if not is_read(request, "Users") or {"attributes", "excludedAttributes"} & set(request.query):
        if request.method != "GET":
            cache.pop(key, None)
        return await go(request)
    target.check_auth(request)
    if key not in cache:
        response = await go(request)
        if response.status != HTTPStatus.OK:
            return response
        cache[key] = deepcopy(response)
    return deepcopy(cache[key])
