"""Defects of the embedded target in what can be read after a change, a deletion or a new beginning."""

from http import HTTPStatus

from scim2_models import NotFoundException
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.defects import Kind, defect
from scim_conformance.demo.shapes import (
    changes,
    created,
    id_of,
    is_query,
    is_read,
    is_write,
    keys_of,
    path_of,
    refusal,
    resources,
    stored_at,
)


def _remember(target: Target, request: ScimRequest, kind: str) -> set[str]:
    """Return the ids of what was changed so far, this request included."""
    changed: set[str] = target.notes.setdefault(f"changed {kind}", set())
    if changes(request, kind) and stored_at(target, request.path):
        changed.add(id_of(request))
    return changed


@defect(
    Kind.PATCH,
    "changed-user-500",
    "Whoever was changed answers 500 when read by id",
    "our deduction from ssoready/ssoready#164, of a change that hides the user",
)
async def changed_user_500(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_read(request, "Users") and id_of(request) in _remember(target, request, "Users"):
        return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong")
    _remember(target, request, "Users")
    return await go(request)


@defect(
    Kind.PATCH,
    "id-of-version",
    "Whoever was changed comes back with another id, that of the new version",
    "our deduction from OneUptime/oneuptime#2134, of two ids",
    row="B40",
)
async def id_of_version(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    changed = _remember(target, request, "Users")
    response = await go(request)
    for resource in resources(response):
        if resource["id"] in changed:
            resource["id"] += "-2"
    return response


@defect(
    Kind.PATCH,
    "renamed-match-500",
    "Asked for the new name of whoever was renamed, the target answers 500",
    "our deduction from ssoready/ssoready#164, of a rename that hides the user",
    row="B79",
)
async def renamed_match_500(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    renamed: set[str] = target.notes.setdefault("renamed-match-500", set())
    if any(path_of(one) == "userName" or "userName" in keys_of(one) for one in changes(request)):
        renamed.add(id_of(request))
    response = await go(request)
    if is_query(request, "Users") and any(one["id"] in renamed for one in resources(response)):
        return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong")
    return response


@defect(
    Kind.LIFECYCLE,
    "delete-takes-all",
    "Deleting one user deletes everybody",
    "our deduction: the RFC's DELETE is of one resource (RFC 7644 section 3.6)",
)
async def delete_takes_all(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    deletes = is_write(request, "DELETE", "Users") and bool(stored_at(target, request.path))
    response = await go(request)
    if deletes:
        target.memory.resources = [one for one in target.stored() if not hasattr(one, "user_name")]
    return response


@defect(
    Kind.LIFECYCLE,
    "created-again-unreadable",
    "Whoever was deleted and is created again cannot be read: 404",
    "our deduction from better-auth/better-auth#11111, of what a deletion leaves",
    row="B106",
)
async def created_again_unreadable(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    gone: set[str] = target.notes.setdefault("gone names", set())
    name = str(stored_at(target, request.path).get("userName"))
    if is_read(request, "Users") and name in gone:
        raise NotFoundException(detail="No such user")
    response = await go(request)
    if is_write(request, "DELETE", "Users") and response.status == HTTPStatus.NO_CONTENT:
        gone.add(name)
    return response


@defect(
    Kind.LIFECYCLE,
    "created-again-empty",
    "Creating again what was deleted answers 201 with nothing",
    "our deduction from Unleash/unleash#9190, of a record that is revived",
    row="B106",
)
async def created_again_empty(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    gone: set[object] = target.notes.setdefault("gone", set())
    if request.method == "DELETE":
        held = stored_at(target, request.path)
        gone.add(held.get("userName") or held.get("displayName"))
    name = created(request).get("userName") or created(request, "Groups").get("displayName")
    response = await go(request)
    if name is not None and name in gone and response.status == HTTPStatus.CREATED:
        response.body = None
    return response


@defect(
    Kind.GROUPS,
    "changed-group-500",
    "A group whose members were changed answers 500 when it is read",
    "our deduction from grokability/snipe-it#19115, of reads that load all members",
)
async def changed_group_500(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    changed = _remember(target, request, "Groups")
    excluded = "members" in request.query.get("excludedAttributes", "")
    if is_read(request, "Groups") and id_of(request) in changed and not excluded:
        return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong")
    return await go(request)


@defect(
    Kind.GROUPS,
    "other-group-by-id",
    "Asked for a group by its id, the target returns another one",
    "grokability/snipe-it#19493",
    row="B25",
)
async def other_group_by_id(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if is_read(request, "Groups"):
        for group in resources(response):
            group.update({"id": "everybody", "displayName": "Everybody"})
    return response


@defect(
    Kind.GROUPS,
    "group-by-id-500",
    "A group answers 500 when it is read by its id",
    "our deduction from grokability/snipe-it#19115, of reads that load all members",
)
async def group_by_id_500(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_read(request, "Groups") and stored_at(target, request.path):
        return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong")
    return await go(request)


@defect(
    Kind.GROUPS,
    "found-group-500",
    "Whatever group a filter finds answers 500",
    "our deduction from grokability/snipe-it#19115, of reads that load all members",
)
async def found_group_500(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if is_query(request, "Groups") and resources(response):
        return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong")
    return response


@defect(
    Kind.GROUPS,
    "group-created-empty",
    "Creating a group answers 201 with nothing: its id has to be asked for",
    "RFC 7644 section 3.3, of an answer without the resource",
)
async def group_created_empty(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    creates = bool(created(request, "Groups"))
    response = await go(request)
    if creates and response.status == HTTPStatus.CREATED:
        response.body = None
    return response


@defect(
    Kind.GROUPS,
    "last-group-only",
    "Only the group that was changed last can be read; the others answer 404",
    "our deduction from grokability/snipe-it#19493, of one group that stands for all",
    row="B25",
)
async def last_group_only(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if changes(request, "Groups"):
        target.notes["last group"] = id_of(request)
    if is_read(request, "Groups") and target.notes.get("last group", id_of(request)) != id_of(request):
        raise NotFoundException(detail="No such group")
    return await go(request)


@defect(
    Kind.GROUPS,
    "group-delete-takes-all",
    "Deleting one group deletes all of them",
    "our deduction: the RFC's DELETE is of one resource (RFC 7644 section 3.6)",
)
async def group_delete_takes_all(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    deletes = is_write(request, "DELETE", "Groups") and bool(stored_at(target, request.path))
    response = await go(request)
    if deletes:
        target.memory.resources = [one for one in target.stored() if hasattr(one, "user_name")]
    return response
