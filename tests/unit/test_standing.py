"""Standing checks: when they apply, when they are met, and what they say."""

import json
from typing import Any

import pytest

from scim_conformance.scenario import standing
from scim_conformance.scenario.exchange import Answer, Credential, Outgoing
from scim_conformance.scenario.standing_check import Standing
from scim_conformance.scim import urns

SCIM, JSON, HTML = "application/scim+json; charset=utf-8", "application/json", "text/html"
USER: dict[str, Any] = {"schemas": [urns.USER], "id": "1", "userName": "jane"}
GROUP: dict[str, Any] = {"schemas": [urns.GROUP], "id": "1", "displayName": "Team"}
ERROR: dict[str, Any] = {"schemas": [urns.ERROR], "status": "404"}
READ = Outgoing("GET", "/Users/1", resource=("User", "1"))
QUERY, GROUPS = Outgoing("GET", "/Users?filter=x"), Outgoing("GET", "/Groups/1", resource=("Group", "1"))
WRONG_TOKEN = Outgoing("GET", "/Users", credential=Credential.WRONG)
SOME = Outgoing("GET", "/Users?attributes=id&excludedAttributes=x")
DELETE = Outgoing("DELETE", "/Users/1", resource=("User", "1"))


def answer(body: Any = None, status: int = 200, media: str | None = SCIM, **more: Any) -> Answer:
    content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    return Answer(status, () if media is None else (("content-type", media),), content, 0.0, **more)


def twice(*media: str) -> Answer:
    return Answer(200, tuple(("Content-Type", one) for one in media), json.dumps(USER).encode(), 0.0)


def listed(*resources: Any, total: int | None = None) -> dict[str, Any]:
    count = len(resources) if total is None else total
    return {"schemas": [urns.LIST_RESPONSE], "totalResults": count, "Resources": list(resources)}


def typed(name: str) -> dict[str, Any]:
    return {"meta": {"resourceType": name}}


A_GROUP, A_SCHEMA = "meta.resourceType of a user is Group", "meta.resourceType of a user is Schema"

CASES: list[tuple[str, Outgoing, Answer, list[str | None]]] = [
    ("STD-MED-01", READ, answer(USER), [None]),
    ("STD-MED-01", READ, answer(USER, media=JSON), [None]),
    ("STD-MED-01", READ, answer(USER, media=HTML), ["Content-Type is text/html"]),
    ("STD-MED-01", READ, answer(USER, media=None), ["Content-Type is missing"]),
    ("STD-MED-01", DELETE, answer(None, 204, media=None), []),
    ("STD-MED-01", READ, answer(b"<p>", 404, HTML), []),
    ("STD-MED-02", READ, answer(USER, media="APPLICATION/SCIM+JSON"), [None]),
    ("STD-MED-02", READ, answer(USER, media=JSON), ["Content-Type is application/json"]),
    ("STD-MED-02", READ, answer(USER, media=HTML), []),
    ("STD-MED-01", READ, twice(SCIM, HTML), ["Content-Type is text/html"]),
    ("STD-MED-01", READ, twice(SCIM, JSON), [None]),
    ("STD-MED-02", READ, twice(SCIM, JSON), ["Content-Type is sent 2 times: application/scim+json, application/json"]),
    ("STD-MED-02", READ, twice(SCIM, HTML), []),
    ("STD-JSN-01", READ, answer(USER), [None]),
    ("STD-JSN-01", READ, answer(b"<html>"), ["the body is an HTML page, not JSON"]),
    ("STD-JSN-01", READ, answer(None, problem="too large"), ["the body is too large"]),
    ("STD-JSN-01", DELETE, answer(None, 204), []),
    ("STD-IDS-01", READ, answer(USER), [None]),
    ("STD-IDS-01", READ, answer(USER | {"id": 7}), ["id is 7"]),
    ("STD-IDS-01", QUERY, answer(listed(USER, USER | {"id": ""})), [None, "id is "]),
    ("STD-IDS-01", READ, answer({}), []),
    ("STD-IDS-02", READ, answer(USER), [None]),
    ("STD-IDS-02", READ, answer(USER | {"id": "2"}), ["the response for id 1 has the id 2"]),
    ("STD-IDS-02", QUERY, answer(listed(USER)), []),
    ("STD-IDS-02", READ, answer(USER | {"id": "2"}, 404), []),
    ("STD-SEC-01", READ, answer(USER), [None]),
    ("STD-SEC-01", READ, answer(USER | {"Password": "x"}), ["a resource contains the attribute password"]),
    ("STD-SEC-01", QUERY, answer(listed(USER, {"password": "x"})), ["a resource contains the attribute password"]),
    ("STD-SEC-01", READ, answer(USER | {"password": None}), [None]),
    ("STD-SEC-01", READ, answer(None, 500, leaks=("the token",)), ["the response contains the token"]),
    ("STD-SEC-01", DELETE, answer(None, 204), []),
    ("STD-ERR-01", READ, answer(ERROR, 404), [None]),
    ("STD-ERR-01", READ, answer(None, 404), []),
    ("STD-ERR-01", READ, answer(USER), []),
    ("STD-ERR-01", READ, answer(None, 500), ["the 500 has no body"]),
    ("STD-ERR-01", READ, answer(b"<html>", 500), ["the 500 has an HTML page, not JSON"]),
    (
        "STD-ERR-01",
        READ,
        answer(ERROR | {"status": 404}, 404),
        ["the 404 is not a SCIM error: status: 404 is not a JSON string"],
    ),
    ("STD-ERR-01", WRONG_TOKEN, answer(b"<html>", 401), []),
    ("STD-SCH-01", QUERY, answer(listed(USER)), [None]),
    ("STD-SCH-01", QUERY, answer({"schemas": [urns.LIST_RESPONSE]}), ["the body: 'totalResults' is missing"]),
    ("STD-SCH-01", QUERY, answer(listed(USER, total=0)), ["totalResults is 0, but 1 Resources are returned"]),
    ("STD-SCH-01", READ, answer(USER), []),
    ("STD-SCH-02", DELETE, answer({}), []),
    ("STD-SCH-02", READ, answer(USER), [None]),
    ("STD-SCH-02", READ, answer(USER | {"ACTIVE": "True"}), ['active: "True" is not a JSON boolean']),
    ("STD-SCH-02", GROUPS, answer(GROUP | {"members": {}}), ["members: {} is not a JSON array"]),
    ("STD-SCH-02", QUERY, answer(listed(USER, USER | {"active": 1})), [None, "active: 1 is not a JSON boolean"]),
    ("STD-SCH-02", SOME, answer(listed({"id": "1"})), []),
    ("STD-SCH-02", READ, answer(ERROR, 404), []),
    ("STD-SCH-03", READ, answer(USER | {"name": {"givenName": "Jane"}, "custom": 1}), [None]),
    (
        "STD-SCH-03",
        READ,
        answer({"ID": "1", "name": {"GivenName": "J"}}),
        ["spelled in different letter case: GivenName, ID"],
    ),
    (
        "STD-SCH-03",
        QUERY,
        answer(listed({"Emails": [{"Value": "x"}]})),
        ["spelled in different letter case: Emails, Value"],
    ),
    ("STD-SCH-03", DELETE, answer(None, 204), []),
    ("STD-TYP-01", GROUPS, answer(GROUP | typed("Group")), [None]),
    ("STD-TYP-01", GROUPS, answer(GROUP | typed("User")), ["meta.resourceType of a group is User"]),
    ("STD-TYP-01", QUERY, answer(listed(USER | typed("user"), USER | typed("Group"))), [None, A_GROUP]),
    ("STD-TYP-01", Outgoing("POST", "/Users"), answer(USER | typed("Schema"), 201), [A_SCHEMA]),
    ("STD-TYP-01", READ, answer(USER | typed("Employee")), [None]),
    ("STD-TYP-01", READ, answer(USER), []),
    ("STD-TYP-01", READ, answer(USER | {"meta": {}}), []),
    ("STD-TYP-01", READ, answer(ERROR, 404), []),
    ("STD-ERR-01", READ, answer(ERROR | {"status": "400"}, 404), ["the 404 is not a SCIM error: status is 400"]),
    ("STD-PRI-01", READ, answer(USER | {"emails": [{"primary": True}, {"primary": False}]}), [None]),
    ("STD-PRI-01", READ, answer(USER | {"emails": [{"primary": True}] * 2}), ["2 elements of emails are primary"]),
    ("STD-PRI-01", READ, answer(USER | {"emails": [{"primary": "true"}] * 2}), []),
    ("STD-PRI-01", READ, answer(USER), []),
    ("STD-SCH-04", READ, answer(USER | {"urn:x": {"a": 1}, "schemas": ["urn:X"]}), [None]),
    ("STD-SCH-04", READ, answer(USER | {"urn:x": {"a": 1}}), ["schemas does not contain urn:x"]),
    ("STD-SCH-04", READ, answer(USER | {"urn:x": {}}), []),
    ("STD-SCH-04", READ, answer(USER | {"urn:x": {"a": None, "b": []}}), []),
]


@pytest.mark.parametrize(("key", "outgoing", "seen", "wanted"), CASES)
def test_a_standing_check(key: str, outgoing: Outgoing, seen: Answer, wanted: list[str | None]) -> None:
    assert [found.actual for found in standing.judge(outgoing, seen) if found.key == key] == wanted


@pytest.mark.parametrize("check", [one for one in standing.STANDING if one not in standing.BY_THE_RUN])
def test_each_standing_check_is_tried_met_unmet_and_not_applied(check: Standing) -> None:
    found = [wanted for key, _, _, wanted in CASES if key == check.key]
    assert [None] in found
    assert [] in found
    assert any(one is not None for wanted in found for one in wanted)


def test_keys_are_unique_and_texts_are_complete() -> None:
    keys = [check.key for check in standing.STANDING]
    assert len(set(keys)) == len(keys)
    assert all(check.so and check.fix and check.expected and check.citation.url for check in standing.STANDING)


@pytest.mark.parametrize("body", [[], "text", 7, None, True, {"Resources": {}}, {"Resources": [1, None]}])
@pytest.mark.parametrize("outgoing", [READ, QUERY, GROUPS, DELETE])
def test_no_body_upsets_a_standing_check(outgoing: Outgoing, body: Any) -> None:
    found = standing.judge(outgoing, answer(json.dumps(body).encode()))
    assert {one.key for one in found} <= {check.key for check in standing.STANDING}
