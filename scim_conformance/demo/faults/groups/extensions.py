"""Faults of groups with attributes of an extension, and with names of digits."""

from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target, set_body
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import merged, unique
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import changes, created, keys_of, rewrite
from scim_conformance.entra.validator import GROUP_EXTENSION

SESSION = "our deduction, from a session of Microsoft's SCIM Validator (darrenjrobinson/entra-scim-mcp)"


@defect(
    Kind.GROUPS,
    "group-extension-alone",
    "A group that is created with an extension gets no externalId",
    f"{SESSION}: groups with an extension",
    named="ENT-VAL-05#find.as-sent",
)
async def group_extension_alone(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    body = created(request, "Groups")
    if any(isinstance(body[name], dict) for name in body if name.startswith("urn:")):
        set_body(request, {name: value for name, value in body.items() if name != "externalId"})
    return await go(request)


@probe("group-extension-alone")
def group_extension_alone_shows(wire: Wire) -> bool:
    extension: dict[str, Any] = {GROUP_EXTENSION: {"mailEnabled": True}}
    extended = wire.create_group(externalId="1", **extension)
    return "externalId" not in extended.json and wire.create_group(externalId="2").json["externalId"] == "2"


@defect(
    Kind.GROUPS,
    "group-urn-keys",
    "Next to keys with a URN, the other keys of a group's PATCH are ignored",
    f"{SESSION}: five URNs as keys next to externalId",
    named="ENT-VAL-05#find-changed.as-sent",
)
async def group_urn_keys(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request, "Groups")
    for operation in found:
        if any(name.startswith("urn:") for name in keys_of(operation)):
            operation["value"] = {name: one for name, one in operation["value"].items() if name.startswith("urn:")}
    if found:
        rewrite(request, found)
    return await go(request)


@probe("group-urn-keys")
def group_urn_keys_shows(wire: Wire) -> bool:
    group, ids = wire.group(), (unique("id"), unique("id"))
    more: tuple[dict[str, Any], ...] = ({f"{GROUP_EXTENSION}:description": "All"}, {})
    stored = []
    for external, beside in zip(ids, more, strict=True):
        assert wire.patch(f"/Groups/{group}", merged(externalId=external, **beside)).status in {200, 204}
        stored.append(wire.get(f"/Groups/{group}").json.get("externalId"))
    return stored == [None, ids[1]]


@defect(
    Kind.GROUPS,
    "group-digits-as-number",
    "A group's name of digits alone loses its leading zeros",
    "our deduction: a target that reads what looks like a number as one",
    named="ENT-GRP-15/digits#match.one",
)
async def group_digits_as_number(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    body = created(request, "Groups")
    if str(body.get("displayName")).isdecimal():
        set_body(request, {**body, "displayName": str(int(body["displayName"]))})
    return await go(request)


@probe("group-digits-as-number")
def group_digits_as_number_shows(wire: Wire) -> bool:
    found = [wire.create_group(one).json["displayName"] for one in ("0071", "00a1")]
    return found == ["71", "00a1"]
