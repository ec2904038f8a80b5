"""A probe for each fresh variant: True where the answer over a raw socket differs as the variant says."""

import re
from typing import Any
from urllib.parse import quote, urlencode

from scim_conformance.demo.app import ENTERPRISE
from scim_conformance.demo.probing.bodies import added, person, replaced, unique, work
from scim_conformance.demo.probing.bodies import op as operation
from scim_conformance.demo.probing.registry import Probe
from scim_conformance.demo.probing.wire import Reply, Wire

MAPPED = {"userName", "emails", "phoneNumbers", "addresses", "active", "displayName"}


def _read(wire: Wire, **attributes: Any) -> Any:
    return wire.read(wire.user(**attributes))


def _quoted(wire: Wire) -> bool:
    reply = wire.create(displayName='Jo "R&D" O\'Neill <b> + \\')
    assert reply.json["displayName"] == 'Jo "R&D" O\'Neill <b> + \\'
    return b"\\u0022R\\u0026D\\u0022" in reply.body and b'": ' not in reply.body


def _measured(wire: Wire) -> bool:
    reply = wire.get("/Users")
    return reply.headers.get("content-length") == str(len(reply.body)) and "transfer-encoding" not in reply.headers


def _untyped(wire: Wire) -> bool:
    user = wire.user()
    replies = [wire.change(user, replaced("title", "x")), wire.delete(f"/Users/{user}")]
    assert [reply.status for reply in replies] == [204, 204]
    return not any("content-type" in reply.headers or "location" in reply.headers for reply in replies)


def _strong(wire: Wire) -> bool:
    reply = wire.create()
    changed = wire.change(reply.id, replaced("title", "x"))
    read = wire.get(f"/Users/{reply.id}")
    assert changed.headers["etag"] == read.headers["etag"] == read.json["meta"]["version"] != reply.headers["etag"]
    assert wire.get(f"/Users/{reply.id}", If_None_Match=read.headers["etag"]).status == 304
    return reply.headers["etag"].startswith('"')


def _newest(wire: Wire) -> bool:
    # So many that no other order looks like this one by chance.
    users = [wire.user() for _ in range(10)]
    pages = [wire.get(f"/Users?startIndex={start}&count=5") for start in (1, 6)]
    assert [(page.json["startIndex"], page.json["totalResults"]) for page in pages] == [(1, 10), (6, 10)]
    listed = [str(one["id"]) for page in pages for one in page.listed]
    assert sorted(listed) == sorted(users)
    return listed == users[::-1]


def _shuffled(wire: Wire) -> bool:
    user = wire.user(emails=[*work("a@example.com"), {"type": "other", "value": "b@example.com"}])
    readings = [[one["value"] for one in wire.read(user)["emails"]] for _ in range(2)]
    assert sorted(readings[0]) == sorted(readings[1])
    return readings[0] != readings[1]


def _terse(wire: Wire) -> bool:
    user = _read(wire)
    replies = [wire.get("/Users/none"), wire.create(userName=user["userName"])]
    assert [(reply.status, reply.json.get("scimType")) for reply in replies] == [(404, None), (409, "uniqueness")]
    return not any("detail" in reply.json for reply in replies)


def _german(wire: Wire) -> bool:
    reply = wire.patch(f"/Groups/{wire.group()}", added("ghost-7"))
    assert (reply.status, "ghost-7" in reply.json["detail"]) == (400, True)
    return str(reply.json["detail"]).startswith("Die Anfrage")


def _without_schemas(wire: Wire) -> bool:
    user, body = wire.user(), person()
    del body["schemas"]
    change = {"Operations": [replaced("title", "x")]}
    statuses = [wire.send("POST", "/Users", body).status, wire.send("PATCH", f"/Users/{user}", change).status]
    assert wire.change(user, replaced("title", "y")).status == 204
    return statuses == [400, 400]


def _json_refused(wire: Wire) -> bool:
    assert wire.send("POST", "/Users", person(), Content_Type="application/scim+json").status == 201
    return wire.send("POST", "/Users", person(), Content_Type="application/json").status == 415


def _id(pattern: str) -> Probe:
    """Tell whether ids are so, and users can be read, changed and made members under them."""

    def shows(wire: Wire) -> bool:
        users = [wire.user() for _ in range(5)]
        assert len(set(users)) == 5
        for user in users:
            path = f"/Users/{quote(user, safe='')}"
            assert wire.patch(path, replaced("title", "x")).status == 204
            assert (wire.get(path).id, wire.get(path).json["title"]) == (user, "x")
        group = wire.create_group().id
        path = f"/Groups/{quote(group, safe='')}"
        assert wire.patch(path, added(*users)).status == 204
        assert wire.patch(path, operation("remove", f'members[value eq "{users[0]}"]')).status == 204
        assert [one["value"] for one in wire.get(path).json["members"]] == users[1:]
        return all(re.fullmatch(pattern, user) for user in users)

    return shows


def _made_email(wire: Wire) -> bool:
    user = _read(wire)
    assert wire.change(user["id"], replaced('emails[type eq "work"].value', "jo@example.com")).status == 204
    emails = wire.read(user["id"])["emails"]
    assert [one["value"] for one in emails] == ["jo@example.com"]
    return bool(user.get("emails") == [{"type": "work", "value": user["userName"], "primary": True}])


def _removed_whole(wire: Wire) -> bool:
    user = wire.user(emails=[*work("a@example.com"), {"type": "other", "value": "b@example.com"}])
    assert wire.change(user, operation("Remove", 'emails[type eq "work"].value')).status == 204
    emails = wire.read(user)["emails"]
    assert [one["value"] for one in emails if "value" in one] == ["b@example.com"]
    return len(emails) == 1


def _manager(wire: Wire, user: str) -> Any:
    return wire.read(user).get(ENTERPRISE, {}).get("manager") or {}


def _relative(wire: Wire) -> bool:
    boss = wire.user()
    user = wire.user(**{ENTERPRISE: {"manager": {"value": boss}}})
    member = wire.get(f"/Groups/{wire.group(user)}").json["members"][0]
    said = [_manager(wire, user).get("$ref"), member.get("$ref")]
    return said == [f"../Users/{boss}", f"../Users/{user}"]


def _manager_gone(wire: Wire) -> bool:
    boss = wire.user()
    user = wire.user(title="x", **{ENTERPRISE: {"manager": {"value": boss}, "department": "R&D"}})
    assert wire.delete(f"/Users/{boss}").status == 204
    body = wire.read(user)
    assert (body["title"], body[ENTERPRISE]["department"]) == ("x", "R&D")
    return "manager" not in body[ENTERPRISE]


def _token(wire: Wire) -> bool:
    tokens = wire.served.app.tokens
    form = {"grant_type": "client_credentials", "client_id": tokens.client_id, "client_secret": tokens.client_secret}
    media = "application/x-www-form-urlencoded"
    reply = wire.send("POST", "/token", urlencode(form).encode(), Content_Type=media, Authorization=None)
    token = reply.json["access_token"]
    assert wire.get("/Users", Authorization=f"Bearer {token}").status == 200
    assert wire.get("/Users", Authorization=f"Bearer {token[:-1]}").status == 401
    return 1500 < len(token) < 4000 and token.count(".") == 2


def _off(wire: Wire) -> bool:
    config = wire.get("/ServiceProviderConfig").json
    assert config["patch"]["supported"] is True
    user: Reply = wire.create()
    told = {config[name]["supported"] for name in ("bulk", "sort", "etag", "changePassword")}
    bulk = wire.send("POST", "/Bulk", {"schemas": [], "Operations": []}).status
    return told == {False} and bulk == 501 and "etag" not in user.headers and "version" not in user.json["meta"]


def _attributes(wire: Wire) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for schema in wire.get("/Schemas").listed for one in schema["attributes"]}


def _fewer(wire: Wire) -> bool:
    found = _attributes(wire)
    assert set(found) >= MAPPED
    return "photos" not in found


def _shorter(wire: Wire) -> bool:
    found = _attributes(wire)
    assert found["userName"]["required"] is True
    return "required" not in found["title"] and "caseExact" not in found["emails"]["subAttributes"][0]


PROBES: dict[str, Probe] = {
    "json-safe-escapes": _quoted,
    "bodies-measured": _measured,
    "no-content-untyped": _untyped,
    "etags-strong": _strong,
    "newest-first": _newest,
    "values-shuffled": _shuffled,
    "errors-terse": _terse,
    "errors-localised": _german,
    "schemas-required": _without_schemas,
    "only-scim-media": _json_refused,
    "ids-short": _id(r"\d"),
    "ids-like-numbers": _id(r"00\d+|\d+e3|0x[0-9a-f]+|\d+\.50"),
    "ids-dotted": _id(r"acme\.users:7~\d+\.v2\.0"),
    "primary-chosen": lambda wire: _read(wire, emails=work(unique()))["emails"][0].get("primary") is True,
    "defaults-stored": lambda wire: _read(wire).get("preferredLanguage") == "en-GB",
    "email-made": _made_email,
    "organization-told": lambda wire: "organization" in _read(wire).get(ENTERPRISE, {}),
    "element-ends-with-value": _removed_whole,
    "address-formatted-made": lambda wire: (
        _read(wire, addresses=[{"type": "work", "locality": "Oslo", "country": "Norway"}])["addresses"][0].get(
            "formatted"
        )
        == "Oslo\nNorway"
    ),
    "refs-relative": _relative,
    "manager-ends-with-account": _manager_gone,
    "token-jwt": _token,
    "extras-off": _off,
    "schemas-fewer": _fewer,
    "schemas-terse": _shorter,
}
"""By the name of the variant."""
