"""Servers that accept a write and store something else, or nothing."""

import copy
from typing import Any

from tests.failing.kinds import forgetting, heads, kind, operations, resaved
from tests.failing.server import App, Call, Go, Reply
from tests.failing.shapes import ENTERPRISE, Resource


@kind("lost-title")
def lost_title(app: App, call: Call, go: Go) -> Reply:
    """There is no column for the title, and it is dropped without a word. First: title is not stored."""
    return forgetting("title")(app, call, go)


@kind("lost-several")
def lost_several(app: App, call: Call, go: Go) -> Reply:
    """Only names and e-mail have columns. First: an attribute that is not stored, with its name."""
    return forgetting("title", "phoneNumbers", "addresses", ENTERPRISE)(app, call, go)


@kind("username-is-mail")
def username_is_mail(app: App, call: Call, go: Go) -> Reply:
    """Accounts have one name, the e-mail address, and saving copies it to userName. First: userName is the e-mail."""

    def change(resource: Resource) -> None:
        if call.kind == "Users" and (mails := resource.get("emails")):
            resource["userName"] = mails[0].get("value", resource["userName"])

    return resaved(app, call, go(call), change)


@kind("boolean-strings")
def boolean_strings(app: App, call: Call, go: Go) -> Reply:
    """The column of `active` is a text. First: active comes back as a string, not as a JSON boolean."""

    def change(resource: Resource) -> None:
        if "active" in resource:
            resource["active"] = str(resource["active"])

    return resaved(app, call, go(call), change)


@kind("delete-keeps")
def delete_keeps(app: App, call: Call, go: Go) -> Reply:
    """DELETE returns 204, and the transaction is never committed. First: after DELETE the user is still found."""
    known = len(call.path) == 2 and call.path[1] in app.stored.get(call.kind, {})
    return Reply(204) if call.method == "DELETE" and known else go(call)


@kind("members-lost")
def members_lost(app: App, call: Call, go: Go) -> Reply:
    """There is no table of members: a PATCH of them is 204, and is lost. First: members are not stored."""
    if call.kind != "Groups":
        return go(call)
    reply = resaved(app, call, go(call), lambda group: group.pop("members", None))
    wanted = "members" in call.query.get("attributes", "members")
    if wanted and "members" not in call.query.get("excludedAttributes", "") and isinstance(reply.body, dict):
        for one in reply.body.get("Resources", [reply.body] if "id" in reply.body else []):
            one["members"] = []
    return reply


@kind("patch-noop")
def patch_noop(app: App, call: Call, go: Go) -> Reply:
    """PATCH reads the resource, saves it as it was, and returns 200. First: PATCH is 200 and changes nothing."""
    resource = app.stored[call.kind].get(call.path[1]) if call.kind and len(call.path) == 2 else None
    return go(call) if resource is None or call.method != "PATCH" else app.reply(call, resource, 200)


@kind("patch-wipes")
def patch_wipes(app: App, call: Call, go: Go) -> Reply:
    """PATCH saves a user with the named attributes alone. First: a PATCH loses all others."""
    if not call.changes("Users"):
        return go(call)
    kept = heads(call) | {"id", "meta", "username", "active"}

    def change(resource: Resource) -> None:
        for name in [one for one in resource if one.lower() not in kept]:
            del resource[name]

    return resaved(app, call, go(call), change)


@kind("add-replaces-members")
def add_replaces_members(app: App, call: Call, go: Go) -> Reply:
    """`add` and `replace` share one line, which sets the list of members. First: adding one removes the others."""
    for one in operations(call) if call.kind == "Groups" else []:
        if str(one.get("op")).lower() == "add" and str(one.get("path")).lower() == "members":
            one["op"] = "replace"
    return go(call)


@kind("ids-numbers")
def ids_numbers(app: App, call: Call, go: Go) -> Reply:
    """Ids are the integers of the database, and are shown as JSON numbers. First: id must be a string."""
    app.new_id = lambda: str(app.notes.setdefault("last", []).append(0) or len(app.notes["last"]))
    call.body = _texts(call.body)
    reply = go(call)
    reply.body = _numbers(copy.deepcopy(reply.body))
    return reply


def _texts(value: Any) -> Any:
    """Read numbers as the texts that the server itself uses."""
    if isinstance(value, dict):
        return {key: _texts(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_texts(item) for item in value]
    return str(value) if type(value) is int else value


def _numbers(body: Any) -> Any:
    if isinstance(body, dict):
        body |= {"id": int(body["id"])} if str(body.get("id", "")).isdigit() else {}
        for name in ("members", "groups"):
            for one in body.get(name, []):
                one["value"] = int(one["value"])
        for one in body.get("Resources", []):
            _numbers(one)
    return body
