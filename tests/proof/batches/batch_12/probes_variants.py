"""A probe for each legal variant of the twelfth batch: True where the answer differs as the variant says."""

import base64
import hashlib
import re
import time
from typing import Any

from scim_conformance.demo.probing.bodies import MOBILE, TITLE, ids, replaced, unique, work
from scim_conformance.demo.probing.registry import Probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import CORE
from tests.proof.batches.batch_11.published import Extension
from tests.proof.batches.batch_12.variants_service import ERROR
from tests.proof.batches.batch_12.variants_values import INVITATION, SLUG, VERIFIED

OK = {200, 204}


def ids_prefixed(wire: Wire) -> bool:
    user, other = wire.user(), wire.user()
    assert user != other
    assert wire.change(user, TITLE).status in OK
    assert (wire.read(user)["id"], wire.read(user)["title"]) == (user, "Boss")
    return wire.members(wire.group(user)) == [user] and re.fullmatch(r"scim_\w{25}", user) is not None


def error_extension(wire: Wire) -> bool:
    wire.user(userName="jo@example.com")
    replies = [wire.get("/Users/none"), wire.get("/Users", Authorization="Bearer wrong")]
    replies.append(wire.create(userName="jo@example.com"))
    found = [one.json for one in replies]
    assert [one["schemas"][0] for one in found] == ["urn:ietf:params:scim:api:messages:2.0:Error"] * 3
    return all(one["schemas"][1:] == [ERROR] and one[ERROR]["generalErrors"] for one in found)


def ten_results_told(wire: Wire) -> bool:
    for _ in range(12):
        wire.user()
    pages = [wire.get(f"/Users{query}") for query in ("", "?count=100", "?startIndex=11&count=100", "?count=5")]
    assert [one.json["totalResults"] for one in pages] == [12] * 4
    told = wire.get("/ServiceProviderConfig").json["filter"]["maxResults"]
    return [told, *(len(one.listed) for one in pages)] == [10, 10, 10, 2, 5]


def many_operations_413(wire: Wire) -> bool:
    user = wire.user()
    assert wire.change(user, *[TITLE] * 200).status in OK
    return wire.change(user, *[TITLE] * 201).status == 413


def untyped_body_415(wire: Wire) -> bool:
    body = {"schemas": [f"{CORE}User"], "userName": unique()}
    reply = wire.send("POST", "/Users", body, Content_Type=None)
    assert wire.send("POST", "/Users", body | {"userName": unique()}, Content_Type="application/json").status == 201
    return reply.status == 415


def last_modified_told(wire: Wire) -> bool:
    reply = wire.get(f"/Users/{wire.user()}")
    assert reply.status == 200
    return re.fullmatch(r"\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT", reply.headers.get("last-modified", "")) is not None


def accept_patch_told(wire: Wire) -> bool:
    replies = [wire.get(f"/Users/{wire.user()}"), wire.get(f"/Groups/{wire.group()}")]
    return all(one.headers.get("accept-patch") == "application/scim+json" for one in replies)


def schema_linked(wire: Wire) -> bool:
    reply = wire.get(f"/Users/{wire.user()}")
    found = re.match(r'<(\S+)>; rel="describedby"', reply.headers.get("link", ""))
    return found is not None and wire.get(found[1].partition("/v2")[2]).json["id"] == f"{CORE}User"


def digest_told(wire: Wire) -> bool:
    replies = [wire.get(path) for path in ("/Users", "/Users/none", f"/Users/{wire.user(title='Zoë')}")]
    digests = [base64.b64encode(hashlib.sha256(one.body).digest()).decode() for one in replies]
    return [one.headers.get("repr-digest") for one in replies] == [f"sha-256=:{one}:" for one in digests]


def queries_slow(wire: Wire) -> bool:
    begun = time.monotonic()
    assert not wire.find("Users", f'userName eq "{unique()}"').listed
    return time.monotonic() - begun >= 0.2


def primary_first(wire: Wire) -> bool:
    user = wire.user(
        emails=[{"type": "home", "value": "b@a.org"}, {"type": "work", "value": "a@a.org", "primary": True}]
    )
    assert wire.change(user, replaced(MOBILE, "1")).status in OK
    found = [wire.read(user), wire.find("Users", f'id eq "{user}"').listed[0]]
    return [[entry["type"] for entry in one["emails"]] for one in found] == [["work", "home"]] * 2


def _published(wire: Wire, extension: Extension) -> bool:
    listed = wire.get("/Schemas").json
    assert listed["totalResults"] == len(listed["Resources"])
    types = {one["name"]: one for one in wire.get("/ResourceTypes").listed}
    named = [one["schema"] for one in types[extension.kind].get("schemaExtensions") or []]
    return extension.urn in {*ids(listed["Resources"])} & {*named}


def _shown(found: Any, extension: Extension) -> dict[str, Any]:
    assert (extension.urn in found) == (extension.urn in found["schemas"])
    values: dict[str, Any] = found.get(extension.urn) or {}
    return values


def invitation_state_shown(wire: Wire) -> bool:
    user = wire.user()
    before = _shown(wire.read(user), INVITATION)
    assert wire.change(user, replaced("active", "False")).status in OK
    found = wire.read(user)
    assert found["active"] is False
    return _published(wire, INVITATION) and [before, _shown(found, INVITATION)] == [
        {"state": "invited"},
        {"state": "revoked"},
    ]


def email_verified_shown(wire: Wire) -> bool:
    found = [_shown(wire.read(one), VERIFIED) for one in (wire.user(emails=work("jo@a.org")), wire.user())]
    return _published(wire, VERIFIED) and found == [{"workEmailVerified": True}, {}]


def team_slug_shown(wire: Wire) -> bool:
    name = unique("SRE Team")
    group = wire.get(f"/Groups/{wire.group(name=name)}").json
    assert group["displayName"] == name
    return _published(wire, SLUG) and _shown(group, SLUG) == {"slug": name.lower().replace(" ", "-")}


PROBES: dict[str, Probe] = {
    shows.__name__.replace("_", "-"): shows
    for shows in (
        ids_prefixed,
        error_extension,
        ten_results_told,
        many_operations_413,
        untyped_body_415,
        last_modified_told,
        accept_patch_told,
        schema_linked,
        digest_told,
        queries_slow,
        primary_first,
        invitation_state_shown,
        email_verified_shown,
        team_slug_shown,
    )
}
