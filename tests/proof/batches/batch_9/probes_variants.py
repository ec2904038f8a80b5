"""A probe for each legal variant of the ninth batch: True where the answer differs as the variant says."""

from scim_conformance.demo.probing.bodies import replaced, unique
from scim_conformance.demo.probing.registry import Probe
from scim_conformance.demo.probing.wire import Wire
from tests.proof.batches.batch_9.variants_values import FACTS, ROOM, SECURITY

OK = {200, 204}


def challenges_several(wire: Wire) -> bool:
    reply = wire.get("/Users", Authorization="Bearer wrong")
    assert reply.status == 401
    return reply.headers["www-authenticate"].startswith("Basic") and "Bearer" in reply.headers["www-authenticate"]


def json_after_blanks(wire: Wire) -> bool:
    user = wire.user(title="Boss")
    assert wire.read(user)["title"] == "Boss"
    return all(wire.get(path).body.startswith(b"\n  ") for path in (f"/Users/{user}", "/Users", "/Users/none"))


def lists_tagged(wire: Wire) -> bool:
    before = wire.get("/Users").headers.get("etag")
    wire.user()
    return before is not None and wire.get("/Users").headers.get("etag") != before


def next_page_linked(wire: Wire) -> bool:
    for _ in range(3):
        wire.user()
    first, last = (wire.get(f"/Users?startIndex={start}&count=2") for start in (1, 3))
    assert [len(one.listed) for one in (first, last)] == [2, 1]
    assert "link" not in last.headers
    return 'startIndex=3&count=2>; rel="next"' in first.headers.get("link", "")


def control_characters_400(wire: Wire) -> bool:
    assert wire.create(title="Boss\nof all").status == 201
    return wire.create(title="Boss\x07").status == 400


def group_name_limit(wire: Wire) -> bool:
    assert wire.create_group(f"{unique('g')}{'a' * 200}").status == 201
    return wire.create_group(f"{unique('g')}{'a' * 250}").status == 400


def nick_name_made(wire: Wire) -> bool:
    assert wire.read(wire.user(nickName="Babs"))["nickName"] == "Babs"
    name = unique()
    found = [wire.read(wire.user(**one)).get("nickName") for one in ({"userName": f"{name}@a.example"}, {"name": NAME})]
    return found == [name, "Barbara"]


NAME = {"givenName": "Barbara", "familyName": "Jensen"}


def locale_follows_language(wire: Wire) -> bool:
    user = wire.user(preferredLanguage="en-US")
    found = [wire.read(user).get("locale")]
    assert wire.change(user, replaced("preferredLanguage", "nb-NO")).status in OK
    return [*found, wire.read(user).get("locale")] == ["en-US", "nb-NO"]


def chat_handle_made(wire: Wire) -> bool:
    return [one["type"] for one in wire.read(wire.user()).get("ims") or []] == ["xmpp"]


def security_facts_shown(wire: Wire) -> bool:
    found = wire.read(wire.user())
    return found.get(SECURITY) == FACTS and SECURITY in found["schemas"]


def room_shown(wire: Wire) -> bool:
    found = wire.get(f"/Groups/{wire.group(wire.user())}?excludedAttributes=members").json
    assert "members" not in found
    return ROOM in found and ROOM in found["schemas"]


def departure_touches_groups(wire: Wire) -> bool:
    user = wire.user()
    group = wire.group(user)
    before = wire.get(f"/Groups/{group}").json["meta"]
    assert wire.delete(f"/Users/{user}").status == 204
    after = wire.get(f"/Groups/{group}").json["meta"]
    assert before["created"] == after["created"]
    return bool(before["lastModified"] < after["lastModified"])


PROBES: dict[str, Probe] = {
    shows.__name__.replace("_", "-"): shows
    for shows in (
        challenges_several,
        json_after_blanks,
        lists_tagged,
        next_page_linked,
        control_characters_400,
        group_name_limit,
        nick_name_made,
        locale_follows_language,
        chat_handle_made,
        security_facts_shown,
        room_shown,
        departure_touches_groups,
    )
}
