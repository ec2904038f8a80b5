"""Servers that refuse what they should accept: a method, an attribute, a spelling, a media type."""

from typing import Any

from tests.failing.kinds import kind, operations
from tests.failing.server import App, Call, Go, Reply, Twist, error

REFUSED_SIX = (
    "title", "preferredLanguage", "addresses", "phoneNumbers", "displayName",
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
)  # fmt: skip


def refusing(names: tuple[str, ...], say: Any) -> Twist:
    """Return a server that refuses a new user who has one of these attributes."""

    def twist(app: App, call: Call, go: Go) -> Reply:
        given = call.body if call.makes("Users") and isinstance(call.body, dict) else {}
        found = next((one for one in names if one in given), None)
        refused: Reply = go(call) if found is None else say(found)
        return refused

    return twist


def _unknown(name: str) -> Reply:
    return error(400, f"Unknown field '{name}'", "invalidSyntax")


@kind("patch-405")
def no_patch(app: App, call: Call, go: Go) -> Reply:
    """The router has no handler for PATCH. First: every PATCH is 405, PATCH is not implemented."""
    return Reply(405, {"error": "Method Not Allowed"}) if call.method == "PATCH" else go(call)


@kind("patch-501")
def patch_not_implemented(app: App, call: Call, go: Go) -> Reply:
    """The handler of PATCH is a stub, which returns 501. First: every PATCH is 501, PATCH is not implemented."""
    return error(501, "Not implemented") if call.method == "PATCH" else go(call)


@kind("put-only")
def put_only(app: App, call: Call, go: Go) -> Reply:
    """Updates are made with PUT alone, and PATCH is refused. First: every PATCH is 405, and Entra sends no PUT."""
    if call.method != "PATCH":
        return go(call)
    refused = error(405, "Method PATCH is not allowed. Use PUT.")
    return Reply(405, refused.body, {"Allow": "GET, PUT, DELETE"})


@kind("refused-title")
def refused_title(app: App, call: Call, go: Go) -> Reply:
    """The serializer refuses a field that it does not know, `title`. First: users with a title cannot be created."""
    return refusing(("title",), _unknown)(app, call, go)


@kind("refused-six")
def refused_six(app: App, call: Call, go: Go) -> Reply:
    """The serializer knows only names and e-mail, and names the first unknown field. First: all six, in one entry."""
    return refusing(REFUSED_SIX, _unknown)(app, call, go)


@kind("errors-object")
def errors_object(app: App, call: Call, go: Go) -> Reply:
    """Telephone numbers are validated, and `detail` is an object of fields. First: what it says of which field."""
    words = {"phoneNumbers": ["Enter a valid phone number."]}
    return refusing(("phoneNumbers",), lambda name: Reply(400, {"detail": words}))(app, call, go)


@kind("errors-list")
def errors_list(app: App, call: Call, go: Go) -> Reply:
    """Departments are a fixed list, and `detail` is a list of texts. First: what it says of the department."""
    words = ["department is not in the list of departments"]
    return refusing((REFUSED_SIX[5],), lambda name: Reply(400, {"detail": words}))(app, call, go)


@kind("errors-message")
def errors_message(app: App, call: Call, go: Go) -> Reply:
    """Only some locales are allowed, and the words are in `error.message`. First: what it says of the language."""
    words = {"error": {"code": "VALIDATION", "message": "preferredLanguage: unsupported locale"}}
    return refusing(("preferredLanguage",), lambda name: Reply(400, words))(app, call, go)


@kind("errors-fastapi")
def errors_fastapi(app: App, call: Call, go: Go) -> Reply:
    """A model of FastAPI limits the region, and returns its own list. First: its place and message, not its input."""

    def say(name: str) -> Reply:
        place = ["body", "addresses", 0, "region"]
        one = {"type": "value_error", "loc": place, "msg": "Value should have two letters", "input": call.body}
        return Reply(422, {"detail": [one]}, media_type="application/json")

    return refusing(("addresses",), say)(app, call, go)


@kind("op-case")
def op_case(app: App, call: Call, go: Go) -> Reply:
    """`op` is compared with lower-case words. First: the letter case of `op` is why Add and Replace are refused."""
    ops = [one.get("op") for one in operations(call)]
    wrong = next((one for one in ops if one not in ("add", "replace", "remove")), None)
    return go(call) if wrong is None else error(400, f"Invalid op '{wrong}'", "invalidSyntax")


@kind("no-groups")
def no_groups(app: App, call: Call, go: Go) -> Reply:
    """There is no route for groups. First: /Groups is 404."""
    return error(404, "Not found") if call.kind == "Groups" else go(call)


@kind("media-415")
def media_type(app: App, call: Call, go: Go) -> Reply:
    """The framework parses `application/json` alone. First: a body of application/scim+json is refused with 415."""
    said = call.headers.get("content-type", "")
    if call.body is not None and not said.startswith("application/json"):
        return Reply(415, {"detail": f'Unsupported media type "{said}" in request.'}, media_type="application/json")
    return go(call)


@kind("value-path-500")
def value_path(app: App, call: Call, go: Go) -> Reply:
    """A path is split at its dots, and brackets raise an exception. First: `emails[type eq "work"].value` is 500."""
    bad = call.kind == "Users" and any("[" in str(one.get("path") or "") for one in operations(call))
    return error(500, "Internal server error") if bad else go(call)


@kind("node-401")
def node_with_an_old_secret(app: App, call: Call, go: Go) -> Reply:
    """One of nine nodes does not know the token. First: some requests return 401, and others of the kind work."""
    app.notes["calls"] = app.notes.get("calls", 0) + 1
    return error(401, "Invalid token") if app.notes["calls"] > 3 and app.notes["calls"] % 9 == 0 else go(call)
