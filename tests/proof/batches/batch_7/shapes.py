"""Seventh batch: faults in the shapes of requests: order of keys, nulls, empty lists, roles and URN keys."""

from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target, set_body
from scim_conformance.demo.faults.registry import Kind
from scim_conformance.demo.shapes import changes, created, keys_of, path_of, verb
from tests.proof.batches.batch import MUST, NEEDED
from tests.proof.batches.batch_2.store import amend, written
from tests.proof.batches.batch_7.store import LISTS, left, seventh


@seventh(
    Kind.CREATE,
    "schemas-last-lost",
    "Extensions that come before schemas in the body of a creation are not stored: the body is read as a stream",
    "The session of Microsoft's validator, schemas is last, and note 3.2; RFC 8259 section 4, members are unordered",
    MUST,
)
async def schemas_last_lost(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    sent = {**created(request), **created(request, "Groups")}
    if "schemas" in sent:
        early = list(sent)[: list(sent).index("schemas")]
        set_body(request, {key: value for key, value in sent.items() if not (key in early and key.startswith("urn:"))})
    return await go(request)


ALWAYS = {"schemas", "userName", "active"}


@seventh(
    Kind.CREATE,
    "null-ends-reading",
    "In a creation the attributes that come after one that is null are not stored",
    "Note 3.2, nulls present, and 14.3 B42; RFC 7643 section 2.5, null is no value; a break for a continue",
    MUST,
)
async def null_ends_reading(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    sent, kept = created(request), dict[str, Any]()
    ended = False
    for key, value in sent.items():
        ended = ended or value is None
        if not ended or key in ALWAYS:
            kept[key] = value
    if sent:
        set_body(request, kept)
    return await go(request)


@seventh(
    Kind.CREATE,
    "empty-list-blank-entry",
    "An empty list in the creation of a user is stored as one element with an empty value",
    'Note 3.2, "roles":[] in the sample; RFC 7643 section 2.5, an empty list is no value; a form that sends one field',
    MUST,
)
async def empty_list_blank_entry(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    blank = {name: [{"value": ""}] for name in LISTS if created(request).get(name) == []}
    response = await go(request)
    if blank:
        amend(target, written(request, response), lambda user: user.update(blank), response)
    return response


@seventh(
    Kind.PATCH,
    "roles-replace-adds",
    "A replace of the list of roles adds the new ones: the user keeps the roles that were taken away",
    "Note 4.4, AssertiveAppRoleAssignmentsComplex, replace removes others; RFC 7644 section 3.5.2.3",
    MUST,
)
async def roles_replace_adds(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request)
    for operation in found:
        if verb(operation) == "replace" and path_of(operation) == "roles" and operation.get("value"):
            operation["op"] = "add"
    left(request, found, lambda _: True)
    return await go(request)


@seventh(
    Kind.PATCH,
    "added-urn-keys-ignored",
    "An add without a path stores its plain keys and not those that begin with a URN; in a replace both are stored",
    "Note 4.1, add with a URN-keyed object or key, and 14.4 B64; Entra's flagged dialect",
    NEEDED,
)
async def added_urn_keys_ignored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request)
    for operation in found:
        if verb(operation) == "add" and keys_of(operation):
            said = keys_of(operation).items()
            operation["value"] = {key: value for key, value in said if not key.startswith("urn:")}
    left(request, found, lambda one: one.get("value") != {})
    return await go(request)
