"""Servers that answer in a wrong way: not at all, too late, too often no, or about too much."""

import time

from tests.failing.kinds import hiding, kind
from tests.failing.server import App, Call, CrashError, Go, HangError, Reply, error
from tests.failing.shapes import Resource

LATE = 1.0
PER_SECOND = 10


def _without_mail(call: Call) -> bool:
    return call.makes("Users") and isinstance(call.body, dict) and not call.body.get("emails")


@kind("hang-no-email", "--timeout", "2")
def hang_without_mail(app: App, call: Call, go: Go) -> Reply:
    """The welcome mail of a user without an address is retried without end. First: such a POST gets no response."""
    if _without_mail(call):
        raise HangError
    return go(call)


@kind("crash-no-email")
def crash_without_mail(app: App, call: Call, go: Go) -> Reply:
    """`emails[0]` of a user without an address ends the process. First: such a POST closes the connection."""
    if _without_mail(call):
        raise CrashError
    return go(call)


@kind("crash-post")
def crash_at_every_post(app: App, call: Call, go: Go) -> Reply:
    """A native library ends the process whenever a user is created. First: POST /Users closes the connection."""
    if call.makes("Users"):
        raise CrashError
    return go(call)


@kind("writes-500")
def writes_fail(app: App, call: Call, go: Go) -> Reply:
    """The database is mounted read-only. First: POST /Users is 500."""
    return error(500, "Internal server error") if call.writes else go(call)


@kind("storm-429")
def storm(app: App, call: Call, go: Go) -> Reply:
    """A gateway allows 10 requests per second, and does not say when to try again. First: it is 429 that comes."""
    recent = [one for one in app.notes.get("recent", []) if one > time.monotonic() - 1]
    allowed = len(recent) < PER_SECOND
    app.notes["recent"] = [*recent, time.monotonic()] if allowed else recent
    return go(call) if allowed else Reply(429, {"message": "Too Many Requests"}, media_type="application/json")


@kind("html-errors")
def html_errors(app: App, call: Call, go: Go) -> Reply:
    """Errors are the framework's pages. First: an error is HTML, not a SCIM error."""
    reply = go(call)
    if reply.status < 400:
        return reply
    page = f"<!doctype html><html><head><title>Error {reply.status}</title></head><body><h1>Error</h1></body></html>"
    return Reply(reply.status, page, reply.headers, media_type="text/html; charset=utf-8")


@kind("filter-ignored")
def filter_ignored(app: App, call: Call, go: Go) -> Reply:
    """The parameter `filter` is not read, and every query lists all resources. First: the filter is ignored."""
    for number in range(3):
        name = f"resident-{number}@example.org"
        meta = {"resourceType": "User", "created": "2026-01-01T00:00:00Z", "lastModified": "2026-01-01T00:00:00Z"}
        app.stored["Users"].setdefault(name, {"id": name, "userName": name, "active": True, "meta": meta})
    call.query.pop("filter", None)
    return go(call)


@kind("filter-404")
def filter_404(app: App, call: Call, go: Go) -> Reply:
    """A query that finds nobody is an exception of the database layer. First: it is 404, not an empty list."""
    reply = go(call)
    empty = call.kind and "filter" in call.query and isinstance(reply.body, dict) and reply.body.get("Resources") == []
    return error(404, "No such user") if empty else reply


@kind("reads-late", "--settle", "5")
def reads_late(app: App, call: Call, go: Go) -> Reply:
    """Reads come from a replica that is one second behind. First: a user who was just created is 404 at first."""
    born: dict[str, float] = app.notes.setdefault("born", {})

    def young(resource: Resource) -> bool:
        return time.monotonic() - born.get(resource.get("id", ""), 0) < LATE

    if call.method == "GET" and call.kind:
        return hiding(app, call, go, young)
    reply = go(call)
    if reply.status == 201:
        born[reply.id] = time.monotonic()
    return reply


@kind("inactive-hidden")
def inactive_hidden(app: App, call: Call, go: Go) -> Reply:
    """Every query of the vendor's code asks for active users. First: a disabled user is 404 and cannot be restored."""

    def inactive(resource: Resource) -> bool:
        return resource.get("active") is False

    if call.kind == "Users" and len(call.path) == 2 and inactive(app.stored["Users"].get(call.path[1], {})):
        return error(404, "User not found")
    return hiding(app, call, go, inactive) if call.kind == "Users" and call.method == "GET" else go(call)
