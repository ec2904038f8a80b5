"""Fifth batch: faults of groups and of their members."""

import uuid

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind
from scim_conformance.demo.shapes import changes, created, id_of, is_write, path_of, rewrite, stored_at, verb
from tests.proof.batches.batch import MUST, NEEDED
from tests.proof.batches.batch_5.store import fifth, refused, succeeded


@fifth(
    Kind.GROUPS,
    "group-create-needs-members",
    "Creating a group without members returns 400: members is required",
    "Note 0 no. 4 and 6.1, POST without members; RFC 7643 section 4.2, members is not required",
    NEEDED,
)
async def group_create_needs_members(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    group = created(request, "Groups")
    if group and not group.get("members"):
        return refused(target, request, "members is required", "invalidValue")
    return await go(request)


@fifth(
    Kind.GROUPS,
    "group-rename-new-id",
    "A renamed group has a new id, and the old id returns 404",
    "Note 6.1, rename of a group; RFC 7643 section 3.1, the id is stable; an id that is made from the name",
    MUST,
)
async def group_rename_new_id(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    changing = is_write(request, "PATCH", "Groups")
    before = stored_at(target, request.path).get("displayName") if changing else None
    response = await go(request)
    if changing and succeeded(response) and stored_at(target, request.path).get("displayName") != before:
        _reidentify(target, id_of(request))
    return response


def _reidentify(target: Target, identifier: str) -> None:
    kept = target.stored()
    for resource in kept:
        if resource.id == identifier:
            resource.id = uuid.uuid4().hex
    target.memory.resources = kept


@fifth(
    Kind.GROUPS,
    "group-add-overwrites",
    "Adding members removes those who were in the group before",
    "Note 0 no. 4 and 6.2, PATCH Add members; RFC 7644 section 3.5.2.1, added to the existing values",
    MUST,
)
async def group_add_overwrites(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request, "Groups")
    for operation in found:
        if verb(operation) == "add" and path_of(operation) == "members":
            operation["op"] = "replace"
    if found:
        rewrite(request, found)
    return await go(request)


@fifth(
    Kind.GROUPS,
    "member-filter-ignored",
    'Removing a member by members[value eq "id"] returns a success, and the member stays',
    "Note 0 no. 1 and 6.2, removal in the flagged dialect; RFC 7644 section 3.5.2.2",
    MUST,
)
async def member_filter_ignored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request, "Groups")
    if found:
        rewrite(request, [one for one in found if verb(one) != "remove" or not path_of(one).startswith("members[")])
    return await go(request)
