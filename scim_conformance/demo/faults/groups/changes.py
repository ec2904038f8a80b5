"""Faults in changing a group's name and externalId."""

from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import merged, op, replaced, unique
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.situations import deleted_group, grouped
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import changes, is_write, keys_of, path_of, refusal, rewrite, stored_at, verb, without


@defect(
    Kind.GROUPS,
    "group-patch-405",
    "Groups can be changed by PUT only: PATCH returns 405",
    "getsentry/self-hosted#2280",
    named="ENT-GRP-05/legacy#add-one.status",
    row="B100",
)
async def group_patch_405(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_write(request, "PATCH", "Groups"):
        return refusal(HTTPStatus.METHOD_NOT_ALLOWED, "The method PATCH is not allowed")
    return await go(request)


@probe("group-patch-405")
def group_patch_405_shows(wire: Wire) -> bool:
    return wire.patch(f"/Groups/{wire.group()}", replaced("displayName", unique("group"))).status == 405


@defect(
    Kind.GROUPS,
    "gone-group-changed",
    "A PATCH of a group that does not exist returns 204",
    "RFC 7644 section 3.12, 404; Microsoft's tutorial, InvalidAnchor in the provisioning log",
    named="ENT-GRP-14#change-gone.status",
)
async def gone_group_changed(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if is_write(request, "PATCH", "Groups") and not stored_at(target, request.path):
        target.check_auth(request)
        return ScimResponse(HTTPStatus.NO_CONTENT)
    return await go(request)


@probe("gone-group-changed")
def gone_group_changed_shows(wire: Wire) -> bool:
    return wire.patch(f"/Groups/{deleted_group(wire)[0]}", replaced("displayName", unique("group"))).status == 204


@defect(
    Kind.GROUPS,
    "group-not-renamed",
    "Renaming a group answers with success, and the name stays",
    "NorthlandPositronics/Cogtrix#2803, of changes that are ignored",
    named="ENT-GRP-08/legacy#read-members.stored.displayName",
    row="B86",
)
async def group_not_renamed(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request, "Groups")
    if found:
        rewrite(request, without(found, "displayName"))
    return await go(request)


@probe("group-not-renamed")
def group_not_renamed_shows(wire: Wire) -> bool:
    name, group = unique("group"), wire.group()
    assert wire.patch(f"/Groups/{group}", replaced("displayName", name)).status in {200, 204}
    return bool(wire.get(f"/Groups/{group}").json["displayName"] != name)


def _of_group(request: ScimRequest, name: str) -> bool:
    return any(path_of(one) == name or name in keys_of(one) for one in changes(request, "Groups"))


@defect(
    Kind.GROUPS,
    "group-rename-400",
    "Renaming a group returns 400: displayName is immutable",
    "langwatch/langwatch#7136, of renames",
    named="ENT-GRP-08/legacy#rename.status",
    row="B91",
)
async def group_rename_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if _of_group(request, "displayName"):
        return refusal(HTTPStatus.BAD_REQUEST, "displayName is immutable", "mutability")
    return await go(request)


@probe("group-rename-400")
def group_rename_400_shows(wire: Wire) -> bool:
    return wire.patch(f"/Groups/{wire.group()}", replaced("displayName", unique("group"))).status == 400


@defect(
    Kind.GROUPS,
    "rename-empties",
    "Renaming a group empties it",
    "langwatch/langwatch#7131",
    named="ENT-GRP-08/compliant#read-members.members",
    shows=("ENT-GRP-08",),
    row="B91",
)
async def rename_empties(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request, "Groups")
    for operation in found:
        # Whatever is replaced, and is not displayName by its path, is taken for a list of members.
        if verb(operation) == "replace" and operation.get("path") not in {"members", "displayName"}:
            rewrite(request, [*found, {"op": "remove", "path": "members"}])
    return await go(request)


@probe("rename-empties")
def rename_empties_shows(wire: Wire) -> bool:
    group = grouped(wire)[1]
    assert wire.patch(f"/Groups/{group}", merged(displayName=unique("group"))).status in {200, 204}
    return wire.members(group) == []


@defect(
    Kind.GROUPS,
    "group-external-id-fixed",
    "A group's externalId cannot be changed",
    "simpleidserver/SimpleIdServer#280",
    named="ENT-GRP-09/legacy#read-members.stored.externalId",
    row="B49",
)
async def group_external_id_fixed(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    kept = [one for one in changes(request, "Groups") if one.get("path") != "externalId"]
    for operation in kept:
        if isinstance(operation.get("value"), dict):
            operation["value"] = {name: value for name, value in operation["value"].items() if name != "externalId"}
    if changes(request, "Groups"):
        rewrite(request, [one for one in kept if one.get("value") != {}])
    return await go(request)


@probe("group-external-id-fixed")
def group_external_id_fixed_shows(wire: Wire) -> bool:
    key, group = unique("key"), wire.create_group(externalId=unique("key")).id
    assert wire.patch(f"/Groups/{group}", merged(externalId=key)).status in {200, 204}
    return bool(wire.get(f"/Groups/{group}").json["externalId"] != key)


@defect(
    Kind.GROUPS,
    "group-external-id-400",
    "Changing a group's externalId returns 400",
    "open-webui/open-webui#30074",
    named="ENT-GRP-09/legacy#link.status",
    row="B140",
)
async def group_external_id_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if _of_group(request, "externalId"):
        return refusal(HTTPStatus.BAD_REQUEST, "externalId is not known", "invalidPath")
    return await go(request)


@probe("group-external-id-400")
def group_external_id_400_shows(wire: Wire) -> bool:
    return wire.patch(f"/Groups/{wire.group()}", merged(externalId=unique())).status == 400


def _added_without_path(request: ScimRequest) -> list[dict[str, Any]]:
    return [one for one in changes(request, "Groups") if verb(one) == "add" and keys_of(one)]


@defect(
    Kind.GROUPS,
    "group-pathless-add-ignored",
    "An add without a path is ignored if it changes a group",
    "our deduction from RFC 7644 section 3.5.2.1: the code for groups looks for the path members alone",
    named="ENT-GRP-09/compliant#read-members.stored.externalId",
)
async def group_pathless_add_ignored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if dropped := _added_without_path(request):
        rewrite(request, [one for one in changes(request, "Groups") if one not in dropped])
    return await go(request)


@probe("group-pathless-add-ignored")
def group_pathless_add_ignored_shows(wire: Wire) -> bool:
    group, links, stored = wire.group(), (unique("link"), unique("link")), []
    for one in (op("add", None, {"externalId": links[0]}), op("add", "externalId", links[1])):
        assert wire.patch(f"/Groups/{group}", one).status in {200, 204}
        stored.append(wire.get(f"/Groups/{group}").json.get("externalId"))
    return stored == [None, links[1]]


@defect(
    Kind.GROUPS,
    "group-pathless-add-400",
    "An add without a path is refused if it changes a group",
    "rancher/rancher#55776, of add with a path",
    named="ENT-GRP-09/compliant#link-again.status",
    row="B140",
)
async def group_pathless_add_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if _added_without_path(request):
        return refusal(HTTPStatus.BAD_REQUEST, "add needs a path", "invalidPath")
    return await go(request)


@probe("group-pathless-add-400")
def group_pathless_add_400_shows(wire: Wire) -> bool:
    group, link = wire.group(), unique("link")
    operations = (op("add", None, {"externalId": link}), op("add", "externalId", link))
    return [wire.patch(f"/Groups/{group}", one).status for one in operations] in ([400, 200], [400, 204])


@defect(
    Kind.GROUPS,
    "first-members-not-set",
    "Replacing the members of a group without members is ignored",
    "our deduction from RFC 7644 section 3.5.2.3: an update where there is no row",
    named="ENT-GRP-18#read-members.members",
)
async def first_members_not_set(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request, "Groups")
    sets = [one for one in found if verb(one) == "replace" and path_of(one) == "members"]
    if sets and not stored_at(target, request.path).get("members"):
        rewrite(request, [one for one in found if one not in sets])
    return await go(request)


@probe("first-members-not-set")
def first_members_not_set_shows(wire: Wire) -> bool:
    users, found = [wire.user(), wire.user()], []
    for group in (wire.group(), wire.group(users[0])):
        assert wire.patch(f"/Groups/{group}", replaced("members", [{"value": users[1]}])).status in {200, 204}
        found.append(wire.members(group))
    return found == [[], users[1:]]
