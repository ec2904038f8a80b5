"""Probes of the defects in the PATCH of users."""

from typing import Any

from tests.probes.wire import (
    CORE,
    ENTERPRISE,
    MOBILE,
    WORK,
    Wire,
    merged,
    operation,
    probe,
    replaced,
    unique,
    values,
    work,
)

TITLE = replaced("title", "Boss")
DEPARTMENT = f"{ENTERPRISE}:department"


def _changed(wire: Wire, *operations: dict[str, Any], **attributes: Any) -> Any:
    """Create somebody, change that one with success, and return what is stored."""
    user = wire.user(**attributes)
    reply = wire.change(user, *operations)
    assert reply.status in {200, 204}, (reply.status, reply.body)
    return wire.read(user)


def _status(wire: Wire, *operations: dict[str, Any], **attributes: Any) -> int:
    return wire.change(wire.user(**attributes), *operations).status


@probe("op-case")
def op_case(wire: Wire) -> bool:
    assert _status(wire, operation("replace", "title", "Boss")) in {200, 204}
    return _status(wire, TITLE) == 400


@probe("op-pascal-only")
def op_pascal_only(wire: Wire) -> bool:
    assert _status(wire, TITLE) in {200, 204}
    return _status(wire, operation("replace", "title", "Boss")) == 400


@probe("only-replace")
def only_replace(wire: Wire) -> bool:
    assert _status(wire, TITLE) in {200, 204}
    return _status(wire, operation("Add", "title", "Boss")) == 400


@probe("no-change-400")
def no_change_400(wire: Wire) -> bool:
    assert _status(wire, TITLE) in {200, 204}
    return _status(wire, TITLE, title="Boss") == 400


@probe("stale-body")
def stale_body(wire: Wire) -> bool:
    reply = wire.change(wire.user(title="Clerk"), TITLE)
    assert reply.status in {200, 204}
    return bool(reply.json) and reply.json["title"] == "Clerk"


@probe("username-fixed")
def username_fixed(wire: Wire) -> bool:
    name = f"{unique()}@example.com"
    return bool(_changed(wire, replaced("userName", name))["userName"] != name)


@probe("rename-deletes")
def rename_deletes(wire: Wire) -> bool:
    user = wire.user()
    assert wire.change(user, replaced("userName", f"{unique()}@example.com")).status in {200, 204}
    return wire.get(f"/Users/{user}").status == 404


def _to_taken(wire: Wire) -> int:
    name = f"{unique()}@example.com"
    wire.user(userName=name)
    return _status(wire, replaced("userName", name))


@probe("rename-to-taken")
def rename_to_taken(wire: Wire) -> bool:
    return _to_taken(wire) in {200, 204}


@probe("rename-to-taken-500")
def rename_to_taken_500(wire: Wire) -> bool:
    return _to_taken(wire) == 500


@probe("half-applied")
def half_applied(wire: Wire) -> bool:
    user = wire.user(title="Clerk")
    refused = wire.change(user, TITLE, replaced("favouriteColour", "blue")).status == 400
    return refused and wire.read(user)["title"] == "Boss"


@probe("first-of-a-kind")
def first_of_a_kind(wire: Wire) -> bool:
    found = _changed(wire, replaced("displayName", "Jo"), TITLE, title="Clerk")
    assert found["displayName"] == "Jo"
    return bool(found["title"] == "Clerk")


@probe("first-change-wins")
def first_change_wins(wire: Wire) -> bool:
    return bool(_changed(wire, replaced("title", "Clerk"), TITLE)["title"] == "Clerk")


@probe("array-wanted")
def array_wanted(wire: Wire) -> bool:
    return _status(wire, TITLE) == 400


@probe("pathless-is-put")
def pathless_is_put(wire: Wire) -> bool:
    return "displayName" not in _changed(wire, merged(title="Boss"), displayName="Jo")


@probe("change-of-nobody-204")
def change_of_nobody_204(wire: Wire) -> bool:
    return wire.change("nobody", TITLE).status == 204


@probe("thirty-operations")
def thirty_operations(wire: Wire) -> bool:
    assert _status(wire, *[TITLE] * 30) in {200, 204}
    return _status(wire, *[TITLE] * 31) == 400


@probe("no-target")
def no_target(wire: Wire) -> bool:
    assert _status(wire, replaced(WORK, "new@example.com"), emails=work("jo@example.com")) in {200, 204}
    return _status(wire, operation("Add", WORK, "jo@example.com")) == 400


@probe("replace-no-target")
def replace_no_target(wire: Wire) -> bool:
    assert _status(wire, operation("Add", WORK, "jo@example.com")) in {200, 204}
    return _status(wire, replaced(WORK, "jo@example.com")) == 400


@probe("filter-path-400")
def filter_path_400(wire: Wire) -> bool:
    return _status(wire, replaced(WORK, "new@example.com"), emails=work("jo@example.com")) == 400


@probe("list-replaced")
def list_replaced(wire: Wire) -> bool:
    emails = [*work("jo@example.com"), {"type": "other", "value": "jo@home.example"}]
    return "jo@home.example" not in values(_changed(wire, replaced(WORK, "new@example.com"), emails=emails)["emails"])


@probe("phone-type-500")
def phone_type_500(wire: Wire) -> bool:
    phones = [{"type": "work", "value": "1"}]
    assert _status(wire, replaced('phoneNumbers[type eq "work"].value', "2"), phoneNumbers=phones) in {200, 204}
    return _status(wire, operation("Add", MOBILE, "3"), phoneNumbers=phones) == 500


@probe("dotted-keys")
def dotted_keys(wire: Wire) -> bool:
    found = _changed(wire, merged(**{"title": "Boss", "name.givenName": "Jo"}))
    assert found["title"] == "Boss"
    return bool(found.get("name", {}).get("givenName") != "Jo")


@probe("urn-keys-ignored")
def urn_keys_ignored(wire: Wire) -> bool:
    found = _changed(wire, merged(**{"title": "Boss", DEPARTMENT: "Sales"}))
    assert found["title"] == "Boss"
    return bool(found.get(ENTERPRISE, {}).get("department") != "Sales")


@probe("name-replaced")
def name_replaced(wire: Wire) -> bool:
    name = {"givenName": "Jo", "familyName": "Young"}
    return "familyName" not in _changed(wire, merged(name={"givenName": "Joan"}), name=name)["name"]


@probe("external-id-alone")
def external_id_alone(wire: Wire) -> bool:
    found = _changed(wire, merged(externalId="1", title="Boss"), title="Clerk")
    assert found["externalId"] == "1"
    return bool(found["title"] == "Clerk")


@probe("extension-misplaced")
def extension_misplaced(wire: Wire) -> bool:
    return bool(_changed(wire, replaced(DEPARTMENT, "Sales")).get("department") == "Sales")


@probe("extension-replaced")
def extension_replaced(wire: Wire) -> bool:
    found = _changed(wire, replaced(DEPARTMENT, "Sales"), **{ENTERPRISE: {"employeeNumber": "1"}})
    return "employeeNumber" not in found[ENTERPRISE]


@probe("core-urn-501")
def core_urn_501(wire: Wire) -> bool:
    return _status(wire, replaced(f"{CORE}User:title", "Boss")) == 501


@probe("core-urn-key-ignored")
def core_urn_key_ignored(wire: Wire) -> bool:
    found = _changed(wire, merged(**{f"{CORE}User:title": "Boss", "displayName": "Jo"}))
    assert found["displayName"] == "Jo"
    return bool(found.get("title") != "Boss")


@probe("nested-extension-ignored")
def nested_extension_ignored(wire: Wire) -> bool:
    found = _changed(wire, merged(**{ENTERPRISE: {"department": "Sales"}, "title": "Boss"}))
    assert found["title"] == "Boss"
    return bool(found.get(ENTERPRISE, {}).get("department") != "Sales")


@probe("literal-in-filter-400")
def literal_in_filter_400(wire: Wire) -> bool:
    emails = [{"type": "work", "value": "jo@example.com", "primary": True}]
    return _status(wire, replaced("emails[primary eq true].value", "new@example.com"), emails=emails) == 400


@probe("remove-sets")
def remove_sets(wire: Wire) -> bool:
    found = _changed(wire, operation("Remove", WORK, "jo@example.com"), emails=work("jo@example.com"))
    return "jo@example.com" in values(found.get("emails") or [])


@probe("path-ignored")
def path_ignored(wire: Wire) -> bool:
    return MOBILE_NUMBER not in values(
        _changed(wire, operation("Add", MOBILE, MOBILE_NUMBER)).get("phoneNumbers") or []
    )


MOBILE_NUMBER = "+1 312 555 0146"


@probe("name-case-ignored")
def name_case_ignored(wire: Wire) -> bool:
    return bool(_changed(wire, replaced("Title", "Boss"), title="Clerk")["title"] == "Clerk")


@probe("add-appends")
def add_appends(wire: Wire) -> bool:
    found = _changed(wire, operation("Add", WORK, "new@example.com"), emails=work("jo@example.com"))
    return len(found["emails"]) == 2


MANAGER = f"{ENTERPRISE}:manager"


def _manager(found: Any) -> Any:
    return found.get(ENTERPRISE, {}).get("manager")


@probe("manager-string-400")
def manager_string_400(wire: Wire) -> bool:
    return _status(wire, operation("Add", MANAGER, wire.user())) == 400


@probe("manager-object-400")
def manager_object_400(wire: Wire) -> bool:
    boss = wire.user()
    assert _status(wire, operation("Add", MANAGER, boss)) in {200, 204}
    return _status(wire, operation("Add", MANAGER, {"value": boss})) == 400


@probe("manager-as-text")
def manager_as_text(wire: Wire) -> bool:
    boss = wire.user()
    return bool(_manager(_changed(wire, operation("Add", MANAGER, boss))) == boss)


@probe("manager-outside")
def manager_outside(wire: Wire) -> bool:
    found = _changed(wire, operation("Add", MANAGER, wire.user()))
    return "manager" in found and _manager(found) is None


@probe("manager-empty")
def manager_empty(wire: Wire) -> bool:
    user = wire.user()
    for one in (operation("Add", MANAGER, wire.user()), replaced(MANAGER, "")):
        assert wire.change(user, one).status in {200, 204}
    return bool(_manager(wire.read(user)) == {"value": ""})


@probe("manager-filter-400")
def manager_filter_400(wire: Wire) -> bool:
    user, boss = wire.user(), wire.user()
    assert wire.change(user, operation("Add", MANAGER, boss)).status in {200, 204}
    return wire.change(user, operation("Remove", f'{MANAGER}[value eq "{boss}"]')).status == 400


ROLE = {"primary": True, "type": "WindowsAzureActiveDirectoryRole", "value": "Admin"}


@probe("primary-string-400")
def primary_string_400(wire: Wire) -> bool:
    return _status(wire, replaced('roles[primary eq "True"].value', "Owner"), roles=[ROLE]) == 400


@probe("role-json-400")
def role_json_400(wire: Wire) -> bool:
    assert _status(wire, operation("Add", "roles", [ROLE])) in {200, 204}
    return _status(wire, operation("Add", "roles", [{"value": '{"id":"1","value":"User"}'}])) == 400
