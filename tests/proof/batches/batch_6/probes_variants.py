"""A probe for each legal variant of the sixth batch: True where the answer differs as the variant says."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from email.utils import parsedate_to_datetime
from typing import Any

from scim_conformance.demo.app import ENTERPRISE
from scim_conformance.demo.probing.bodies import added, ids, op, replaced, unique, values
from scim_conformance.demo.probing.registry import Probe
from scim_conformance.demo.probing.situations import ask_for_token, quoted
from scim_conformance.demo.probing.wire import Reply, Wire
from scim_conformance.demo.shapes import PATCH_OP
from tests.proof.batches.batch_6.variants_references import EVERYONE
from tests.proof.batches.batch_6.variants_values import VENDOR

OK = {200, 204}


def token_cached(wire: Wire) -> bool:
    first, second = ask_for_token(wire).json, ask_for_token(wire).json
    assert wire.get("/Users", Authorization=f"Bearer {second['access_token']}").status == 200
    return bool(first["access_token"] == second["access_token"] and 3600 <= second["expires_in"] <= 7200)


def token_six_hours(wire: Wire) -> bool:
    return bool(ask_for_token(wire).json["expires_in"] == 21600)


def client_error_bare(wire: Wire) -> bool:
    reply = ask_for_token(wire, client_secret="wrong")
    assert (reply.status, reply.json["error"]) == (401, "invalid_client")
    return set(reply.json) == {"error"} and reply.headers.get("www-authenticate", "").startswith("Basic")


def token_media_charset(wire: Wire) -> bool:
    return ask_for_token(wire).headers["content-type"] == "application/json;charset=UTF-8"


def configuration_richer(wire: Wire) -> bool:
    found = wire.get("/ServiceProviderConfig").json
    return bool(found["patch"]["supported"]) and len(found.get("authenticationSchemes") or []) == 3


def _seconds(wire: Wire, **headers: str) -> float:
    begun = time.monotonic()
    wire.get("/Users/none", **headers)
    return time.monotonic() - begun


def cold_start(wire: Wire) -> bool:
    first, second = _seconds(wire), _seconds(wire)
    return first > 1.9 and second < 1.9


def _together(send: Callable[[str], Reply]) -> float:
    begun = time.monotonic()
    with ThreadPoolExecutor(5) as pool:
        sent = [pool.submit(send, f"/Users/{number}") for number in range(20)]
    assert {one.result().status for one in sent} == {404}
    return time.monotonic() - begun


def writes_queued(wire: Wire) -> bool:
    return _together(wire.delete) - _together(wire.get) > 0.6


def retry_after_date(wire: Wire) -> bool:
    replies = wire.post_all("/Users/none", [{}] * 80)
    refused = [one.headers["retry-after"] for one in replies if one.status == 429]
    return bool(refused) and parsedate_to_datetime(refused[0]).tzinfo is not None


def refusals_slow(wire: Wire) -> bool:
    assert wire.get("/Users", Authorization="Bearer wrong").status == 401
    return _seconds(wire, Authorization="Bearer wrong") - _seconds(wire) > 0.4


def patch_200_of_groups(wire: Wire) -> bool:
    name = unique("group")
    reply = wire.patch(f"/Groups/{wire.group()}", replaced("displayName", name))
    assert wire.change(wire.user(), replaced("title", "Boss")).status == 204
    return reply.status == 200 and reply.json["displayName"] == name


def changes_by_itself(wire: Wire) -> bool:
    user = wire.user()
    first, second = wire.read(user)["meta"], wire.read(user)["meta"]
    assert first["created"] == second["created"]
    reply = wire.get(f"/Users/{user}")
    assert reply.headers["etag"] == reply.json["meta"]["version"]
    changing = {"schemas": [PATCH_OP], "Operations": [replaced("title", "Boss")]}
    assert wire.send("PATCH", f"/Users/{user}", changing, If_Match=reply.headers["etag"]).status in OK
    return bool(first["lastModified"] < second["lastModified"] and first["version"] != second["version"])


def tombstone_prefix_dropped(wire: Wire) -> bool:
    name = f"{unique()}@example.com"
    user = wire.user(userName=name)
    buried = replaced("userName", f"{'0a' * 16}{name}")
    assert wire.change(user, buried, replaced("active", "False")).status in OK
    found = wire.read(user)
    assert found["active"] is False
    return bool(found["userName"] == name)


def country_as_code(wire: Wire) -> bool:
    user = wire.user(addresses=[{"type": "work", "country": "United States", "locality": "Reno"}])
    assert wire.read(user)["addresses"][0]["locality"] == "Reno"
    return bool(wire.read(user)["addresses"][0]["country"] == "US")


def type_filled_in(wire: Wire) -> bool:
    user = wire.user(emails=[{"value": "a@example.com", "primary": True}])
    assert wire.change(user, op("replace", "emails[primary eq true].value", "b@example.com")).status in OK
    return bool(wire.read(user)["emails"] == [{"value": "b@example.com", "primary": True, "type": "other"}])


def role_json_parsed(wire: Wire) -> bool:
    user, said = wire.user(), '{"id":"1","value":"User","displayName":"A user"}'
    assert wire.change(user, op("Add", "roles", [{"value": said}])).status in OK
    return bool(wire.read(user)["roles"] == [{"value": "User", "display": "A user"}])


def roles_described(wire: Wire) -> bool:
    user = wire.user(roles=[{"value": "Admin"}])
    return bool(wire.read(user)["roles"] == [{"value": "Admin", "display": "Role Admin", "type": "assigned"}])


def one_role(wire: Wire) -> bool:
    user = wire.user(roles=[{"value": "Reader"}, {"value": "Admin", "primary": True}])
    return values(wire.read(user)["roles"]) == ["Admin"]


def badge_inline(wire: Wire) -> bool:
    reply = wire.get(f"/Users/{wire.user()}")
    assert reply.status == 200
    return len(reply.body) > 20_000 and VENDOR in reply.json["schemas"]


def alias_added(wire: Wire) -> bool:
    name = unique()
    user = wire.user(userName=f"{name}@example.com", emails=[{"type": "work", "value": "a@example.com"}])
    return values(wire.read(user)["emails"]) == ["a@example.com", f"{name}@app.example"]


def unquoted_tolerated(wire: Wire) -> bool:
    external = unique()
    user = wire.user(externalId=external)
    assert ids(wire.find("Users", f"externalId eq {quoted(external)}").listed) == [user]
    reply = wire.find("Users", f"externalId eq {external}")
    return reply.status == 200 and ids(reply.listed) == [user]


def _manager(wire: Wire, manager: str) -> Any:
    user = wire.user(**{ENTERPRISE: {"department": "Sales", "manager": {"value": manager}}})
    found = wire.read(user)[ENTERPRISE]
    assert found["department"] == "Sales"
    return (found.get("manager") or {}).get("value")


def unknown_manager_left_out(wire: Wire) -> bool:
    known = wire.user()
    assert _manager(wire, known) == known
    return _manager(wire, "nobody") is None


def nested_group_left_out(wire: Wire) -> bool:
    user, inner = wire.user(), wire.group()
    group = wire.group(user)
    assert wire.patch(f"/Groups/{group}", added(inner)).status in OK
    return wire.members(group) == [user]


def unknown_member_422(wire: Wire) -> bool:
    reply = wire.patch(f"/Groups/{wire.group(wire.user())}", added("nobody"))
    assert "nobody" in reply.json["detail"]
    return reply.status == 422


def group_external_id_unique(wire: Wire) -> bool:
    external = unique()
    assert wire.create_group(externalId=external).status == 201
    return wire.create_group(externalId=external).status == 409


def everyone_group(wire: Wire) -> bool:
    user = wire.user()
    found = wire.find("Groups", f'displayName eq "{EVERYONE}"').listed
    return len(found) == 1 and user in values(found[0]["members"]) and _is_fixed(wire, found[0]["id"])


def _is_fixed(wire: Wire, group: str) -> bool:
    return wire.delete(f"/Groups/{group}").status == 403 and wire.get(f"/Groups/{group}").status == 200


PROBES: dict[str, Probe] = {
    shows.__name__.replace("_", "-"): shows
    for shows in (
        token_cached,
        token_six_hours,
        client_error_bare,
        token_media_charset,
        configuration_richer,
        cold_start,
        writes_queued,
        retry_after_date,
        refusals_slow,
        patch_200_of_groups,
        changes_by_itself,
        tombstone_prefix_dropped,
        country_as_code,
        type_filled_in,
        role_json_parsed,
        roles_described,
        one_role,
        badge_inline,
        alias_added,
        unquoted_tolerated,
        unknown_manager_left_out,
        nested_group_left_out,
        unknown_member_422,
        group_external_id_unique,
        everyone_group,
    )
}
