"""A probe for each legal variant: True where the answer over a raw socket differs as the variant says."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

from tests.probes.wire import ENTERPRISE, Reply, Wire, added, merged, operation, removed, replaced, unique

Probe = Callable[[Wire], bool]
FILTERED = "/Users?filter=userName+eq+%22nobody%22"
NAMED = {"name": {"givenName": "Ada", "familyName": "Byron"}}


def _mails(*kinds: str) -> list[dict[str, Any]]:
    return [{"type": kind, "value": f"{unique()}@Example.com"} for kind in kinds]


def _made(wire: Wire, **attributes: Any) -> Any:
    """Create a user with names, and read it."""
    return wire.read(quote(wire.user(**(NAMED | attributes)), safe=""))


def _media(wire: Wire) -> str:
    return wire.get("/Users").headers["content-type"]


def _patched(wire: Wire, kind: str = "User", value: str = "x") -> Reply:
    if kind == "User":
        return wire.change(wire.user(), replaced("title", value))
    return wire.patch(f"/Groups/{wire.group()}", replaced("displayName", unique("group")))


def _again(wire: Wire) -> tuple[int, int]:
    """Send the same change twice; return both statuses."""
    user = wire.user()
    return wire.change(user, replaced("title", "x")).status, wire.change(user, replaced("title", "x")).status


def _with_member(wire: Wire) -> Any:
    group = wire.group(wire.user(displayName="Ada"))
    return wire.get(f"/Groups/{group}").json["members"][0]


def _added_ghost(wire: Wire) -> tuple[int, list[str]]:
    group = wire.group(wire.user())
    return wire.patch(f"/Groups/{group}", added("ghost")).status, wire.members(group)


def _after(wire: Wire, deed: Callable[[str], Reply]) -> int:
    """Do something to the only member of a group; return how many members are left."""
    user = wire.user()
    group = wire.group(user)
    deed(user)
    return len(wire.members(group))


def _revived(wire: Wire) -> bool:
    name = f"{unique()}@example.com"
    first = wire.user(userName=name)
    wire.delete(f"/Users/{first}")
    return wire.user(userName=name) == first


def _token(wire: Wire, **changed: str) -> Reply:
    tokens = wire.served.app.tokens
    form = {"grant_type": "client_credentials", "client_id": tokens.client_id, "client_secret": tokens.client_secret}
    body = urlencode(form | changed).encode()
    return wire.send("POST", "/token", body, Content_Type="application/x-www-form-urlencoded", Authorization=None)


def _id(pattern: str) -> Probe:
    """Tell whether ids are so, and the resource can be read and changed under them."""

    def shows(wire: Wire) -> bool:
        first, second = wire.user(), wire.user()
        path = f"/Users/{quote(second, safe='')}"
        assert wire.patch(path, replaced("title", "x")).status == 204
        read = wire.get(path)
        assert (read.id, read.json["title"]) == (second, "x")
        return first != second and re.fullmatch(pattern, second) is not None

    return shows


def _cased(wire: Wire) -> bool:
    first, second = wire.user(), wire.user()
    return first != second and first.lower() == second.lower()


def _duplicate_mail(wire: Wire) -> int:
    mails = _mails("work")
    wire.user(emails=mails)
    return wire.create(emails=mails).status


def _removed_unmatched(wire: Wire) -> int:
    return wire.patch(f"/Groups/{wire.group()}", operation("remove", 'members[value eq "none"]')).status


def _managed(wire: Wire) -> Any:
    boss = wire.user()
    return _made(wire, **{ENTERPRISE: {"manager": {"value": boss}}})[ENTERPRISE]["manager"]


def _crowd(wire: Wire) -> int:
    return wire.patch(f"/Groups/{wire.group()}", removed(*(f"u{number}" for number in range(101)))).status


def _listed(wire: Wire) -> Any:
    for _ in range(5):
        wire.user(**NAMED)
    return wire.get("/Users?startIndex=1&count=5").json


def _emptied(wire: Wire) -> bool:
    user = wire.user(title="x")
    wire.change(user, merged(title=""))
    return "title" not in wire.read(user)


def _echoed(wire: Wire) -> bool:
    microsoft = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"
    core = "urn:ietf:params:scim:schemas:core:2.0:Group"
    return microsoft in wire.create_group(schemas=[core, microsoft]).json["schemas"]


VENDOR = "urn:example:params:scim:schemas:extension:vendor:2.0:User"

PROBES: dict[str, Probe] = {
    "media-type-json": lambda wire: _media(wire) == "application/json",
    "media-type-parameters": lambda wire: "charset" in _media(wire),
    "json-escaped": lambda wire: b"\\/" in wire.get("/Users/none").body or b"    " in wire.get(FILTERED).body,
    "gzip": lambda wire: wire.get("/Users").headers.get("content-encoding") == "gzip",
    "connection-close": lambda wire: wire.send("GET", "/Users", Connection=None).headers.get("connection") == "close",
    "gateway-headers": lambda wire: "set-cookie" in wire.get("/Users").headers,
    "no-location": lambda wire: "location" not in wire.create().headers,
    "no-etags": lambda wire: "etag" not in wire.create().headers,
    "empty-without-resources": lambda wire: "Resources" not in wire.get(FILTERED).json,
    "lists-unpaged": lambda wire: "startIndex" not in wire.get(FILTERED).json,
    "small-pages": lambda wire: len(_listed(wire)["Resources"]) < 5 <= _listed(wire)["totalResults"],
    "cursors-offered": lambda wire: "nextCursor" in wire.get("/Users").json,
    "configuration-open": lambda wire: wire.get("/ServiceProviderConfig", Authorization=None).status == 200,
    "schemas-richer": lambda wire: wire.get("/Schemas").json["Resources"][0]["id"] == VENDOR,
    "token-richer": lambda wire: _token(wire).json["token_type"] == "bearer",
    "client-400": lambda wire: _token(wire, client_secret="wrong").status == 400,
    "not-found-bare": lambda wire: not wire.get("/Users/none").body,
    "unauthorized-bare": lambda wire: not wire.get("/Users", Authorization=None).body,
    "wrong-token-403": lambda wire: wire.get("/Users", Authorization="Bearer wrong").status == 403,
    "errors-richer": lambda wire: "correlationId" in wire.get("/Users/none").json,
    "filters-few": lambda wire: wire.find("Users", 'title eq "x"').status == 400,
    "unknown-refused": lambda wire: wire.create(shoeSize="46").status == 400,
    "long-refused": lambda wire: wire.create(title="x" * 101).status == 400,
    "names-are-addresses": lambda wire: wire.create(userName=unique()).status == 400,
    "remove-no-target": lambda wire: _removed_unmatched(wire) == 400,
    "names-required": lambda wire: wire.create().status == 400,
    "more-is-unique": lambda wire: _duplicate_mail(wire) == 409,
    "hundred-a-request": lambda wire: _crowd(wire) == 413,
    "ids-digits": _id(r"\d{7}"),
    "ids-digits-strict": lambda wire: wire.get("/Users/none").status == 400 and _id(r"\d{7}")(wire),
    "ids-letter-case": _cased,
    "ids-long": _id(r"\w{250}"),
    "ids-names": _id(r"uid=\d+,ou=.*"),
    "ids-urls": _id(r"urn:x:\d+\?a=b&c=%41#d\[e\] .*"),
    "ids-slashes": _id(r"tenant/7/\d+"),
    "ids-unicode": _id(r"käyttäjä-用户-\d+"),
    "ids-quotes": _id(r'a"b\\\d+'),
    "ids-emails": _id(r"u\d+\+scim@.*"),
    "members-told": lambda wire: {"display", "$ref", "type"} <= set(_with_member(wire)),
    "members-empty": lambda wire: wire.create_group().json.get("members") == [],
    "unknown-member-ignored": lambda wire: (found := _added_ghost(wire))[0] == 204 and len(found[1]) == 1,
    "unknown-member-404": lambda wire: _added_ghost(wire)[0] == 404,
    "unknown-member-kept": lambda wire: "ghost" in _added_ghost(wire)[1],
    "members-outlive": lambda wire: _after(wire, lambda user: wire.delete(f"/Users/{user}")) == 1,
    "disabled-leave": lambda wire: _after(wire, lambda user: wire.change(user, merged(active=False))) == 0,
    "group-answers-without-members": lambda wire: "members" not in (_patched(wire, "Group").json or {"members": 1}),
    "user-groups": lambda wire: "groups" in _made(wire),
    "no-groups": lambda wire: wire.get("/Groups").status == 404,
    "names-capitalised": lambda wire: "UserName" in wire.create().json,
    "order-reversed": lambda wire: list(wire.get(FILTERED).json)[-1] == "schemas",
    "extra-attributes": lambda wire: VENDOR in wire.create().json,
    "nulls-shown": lambda wire: b'"title": null' in wire.create().body,
    "empty-lists-shown": lambda wire: wire.create().json.get("roles") == [],
    "schemas-all-listed": lambda wire: VENDOR in wire.create().json["schemas"],
    "meta-sparse": lambda wire: "created" not in wire.create().json["meta"],
    "locations-relative": lambda wire: wire.create().headers["location"].startswith("/v2/Users/"),
    "locations-elsewhere": lambda wire: wire.create().json["meta"]["location"].startswith("https://directory.internal"),
    "dates-with-offset": lambda wire: wire.create().json["meta"]["created"].endswith("+05:30"),
    "dates-without-zone": lambda wire: re.fullmatch(r"[\dT:-]+", wire.create().json["meta"]["created"]) is not None,
    "manager-told": lambda wire: "displayName" in _managed(wire),
    "primary-told": lambda wire: _made(wire, emails=_mails("work"))["emails"][0].get("primary") is False,
    "types-capitalised": lambda wire: _made(wire, emails=_mails("work"))["emails"][0]["type"] == "Work",
    "letters-lowered": lambda wire: _made(wire, emails=_mails("work"))["emails"][0]["value"].endswith("@example.com"),
    "formatted-made": lambda wire: _made(wire)["name"].get("formatted") == "Ada Byron",
    "display-made": lambda wire: "displayName" in _made(wire),
    "one-email": lambda wire: len(_made(wire, emails=_mails("work", "other"))["emails"]) == 1,
    "roles-ignored": lambda wire: "roles" not in _made(wire, roles=[{"value": "Admin"}]),
    "empty-is-absent": _emptied,
    "patch-200": lambda wire: (_patched(wire).status, _patched(wire, "Group").status) == (200, 200),
    "patch-200-of-users": lambda wire: (_patched(wire).status, _patched(wire, "Group").status) == (200, 204),
    "patch-200-if-changed": lambda wire: _again(wire) == (200, 204),
    "created-sparse": lambda wire: "title" not in wire.create(title="x").json,
    "schemas-own": lambda wire: not _echoed(wire),
    "deleted-revived": _revived,
}
"""By the name of the variant."""
