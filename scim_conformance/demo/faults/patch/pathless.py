"""Faults in a PATCH without a path: its keys name what is changed."""

import re

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import ENTERPRISE, Go, Target, body_of, operations, set_body
from scim_conformance.demo.faults.registry import Kind, defect
from scim_conformance.demo.probing.bodies import merged, op, replaced
from scim_conformance.demo.probing.registry import probe
from scim_conformance.demo.probing.situations import changed_user
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import changes, drop, keys_of, path_of, rewrite, stored_at, verb


@defect(
    Kind.PATCH,
    "pathless-is-put",
    "An object without a path replaces the whole user",
    "ssoready/ssoready#206",
    named="ENT-UPD-01/compliant#read-back.stored.title",
    shows=("RFC-PAT-31",),
    row="B87",
    wide="every change in the compliant dialect has an object without a path",
)
async def pathless_is_put(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request)
    whole = [keys_of(one) for one in found if verb(one) == "replace" and keys_of(one)]
    if whole:
        said = {re.split(r"[.:\[]", key)[0] for keys in whole for key in keys}
        kept = {"id", "meta", "schemas", "userName", "active", *said}
        gone = [name for name in stored_at(target, request.path) if name not in kept and not name.startswith("urn:")]
        rewrite(request, [*({"op": "remove", "path": name} for name in gone), *found])
    return await go(request)


@probe("pathless-is-put")
def pathless_is_put_shows(wire: Wire) -> bool:
    return "displayName" not in changed_user(wire, merged(title="Boss"), displayName="Jo")


@defect(
    Kind.PATCH,
    "dotted-keys",
    "Names with a dot in a PATCH without path are ignored",
    "thomaspoignant/scim-patch#132",
    named="ENT-UPD-02/compliant#read-back.stored.name.givenName",
    shows=("ENT-UPD-02",),
    row="B63",
    wide="several scenarios change parts of a name without a path",
)
async def dotted_keys(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    body = body_of(request)
    for operation in operations(body):
        if "path" not in operation and isinstance(operation.get("value"), dict):
            # An extension's URN has a dot too: it names an object, and none of the values in it.
            operation["value"] = {
                key: value for key, value in operation["value"].items() if "." not in key or isinstance(value, dict)
            }
    if request.method == "PATCH":
        set_body(request, body)
    return await go(request)


@probe("dotted-keys")
def dotted_keys_shows(wire: Wire) -> bool:
    found = changed_user(wire, merged(**{"title": "Boss", "name.givenName": "Jo"}))
    assert found["title"] == "Boss"
    return bool(found.get("name", {}).get("givenName") != "Jo")


@defect(
    Kind.PATCH,
    "name-replaced",
    "A new given name deletes the family name",
    "simpleidserver/SimpleIdServer#690",
    named="ENT-UPD-13/nested-name#read-back.stored.name.familyName",
    row="B65",
)
async def name_replaced(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request)
    for operation in list(found):
        value = operation.get("value")
        if "path" not in operation and isinstance(value, dict) and isinstance(value.get("name"), dict):
            rewrite(request, [{"op": "remove", "path": "name"}, *found])
    return await go(request)


@probe("name-replaced")
def name_replaced_shows(wire: Wire) -> bool:
    name = {"givenName": "Jo", "familyName": "Young"}
    return "familyName" not in changed_user(wire, merged(name={"givenName": "Joan"}), name=name)["name"]


@defect(
    Kind.PATCH,
    "name-case-ignored",
    "DisplayName and other names in another letter case are ignored",
    "python-scim/scim2-models#39",
    named="ENT-UPD-13/letter-case#read-back.stored.displayName",
    row="B113",
)
async def name_case_ignored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    drop(request, lambda name: name[:1].isupper())
    return await go(request)


@probe("name-case-ignored")
def name_case_ignored_shows(wire: Wire) -> bool:
    return bool(changed_user(wire, replaced("Title", "Boss"), title="Clerk")["title"] == "Clerk")


@defect(
    Kind.PATCH,
    "part-case-ignored",
    "A sub-attribute in another letter case, .Formatted, is ignored",
    "our deduction: the table of Microsoft's tutorial has the capital, and RFC 7643 section 2.1 ignores letter case",
    named="ENT-UPD-13/letter-case-part#read-back.stored.addresses.work.formatted",
    row="B113",
)
async def part_case_ignored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request)
    if found:
        rewrite(request, [one for one in found if not re.search(r"\]\.[A-Z]", path_of(one))])
    return await go(request)


@probe("part-case-ignored")
def part_case_ignored_shows(wire: Wire) -> bool:
    path, place = 'addresses[type eq "work"].Formatted', {"type": "work", "formatted": "18/2111"}
    found = changed_user(wire, replaced(path, "19/3000"), addresses=[place])
    return bool(found["addresses"][0]["formatted"] == "18/2111")


@defect(
    Kind.PATCH,
    "external-id-alone",
    "Beside externalId in an object without path every other key is ignored",
    "simpleidserver/SimpleIdServer#377",
    named="ENT-UPD-02/compliant#read-back.stored.displayName",
    row="B66",
)
async def external_id_alone(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request)
    for operation in found:
        if "externalId" in keys_of(operation):
            operation["value"] = {"externalId": keys_of(operation)["externalId"]}
    if found:
        rewrite(request, found)
    return await go(request)


@probe("external-id-alone")
def external_id_alone_shows(wire: Wire) -> bool:
    found = changed_user(wire, merged(externalId="1", title="Boss"), title="Clerk")
    assert found["externalId"] == "1"
    return bool(found["title"] == "Clerk")


@defect(
    Kind.PATCH,
    "added-names-literal",
    "An add without a path ignores names with a dot or a URN",
    "pond/scimitar#123",
    named="ENT-UPD-21/compliant#read-back.stored.name.givenName",
)
async def added_names_literal(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request)
    added = [one for one in found if verb(one) == "add" and keys_of(one)]
    for operation in added:
        operation["value"] = {key: value for key, value in keys_of(operation).items() if not re.search("[.:]", key)}
    if added:
        rewrite(request, [one for one in found if one.get("value") != {}])
    return await go(request)


@probe("added-names-literal")
def added_names_literal_shows(wire: Wire) -> bool:
    found = changed_user(wire, op("add", None, {"title": "Boss", "name.givenName": "Jo"}))
    assert found["title"] == "Boss"
    return "name" not in found


@defect(
    Kind.PATCH,
    "added-extension-ignored",
    "An add without a path ignores an extension as an object",
    "grokability/snipe-it#19095",
    named="ENT-UPD-13/nested-extension-added#read-back.stored.enterprise.department",
)
async def added_extension_ignored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    found = changes(request)
    added = [one for one in found if verb(one) == "add" and keys_of(one)]
    for operation in added:
        operation["value"] = {key: value for key, value in keys_of(operation).items() if not isinstance(value, dict)}
    if added:
        rewrite(request, [one for one in found if one.get("value") != {}])
    return await go(request)


@probe("added-extension-ignored")
def added_extension_ignored_shows(wire: Wire) -> bool:
    found = changed_user(wire, op("add", None, {"title": "Boss", ENTERPRISE: {"department": "Sales"}}))
    assert found["title"] == "Boss"
    return "department" not in found.get(ENTERPRISE, {})
