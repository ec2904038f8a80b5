"""What the obligations of the rfc and security suites take for right, and what for wrong, where no server shows it."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from scim_conformance.rfc import metadata, references, representations, secrecy
from scim_conformance.scenario.checks import View
from scim_conformance.scenario.exchange import Answer

BASE = "https://scim.example.com/v2"
USERS = f"{BASE}/Users"


def view(body: Any, url: str = USERS, bindings: Mapping[str, str] | None = None, **headers: str) -> View:
    fields = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return View(Answer(200, fields, json.dumps(body).encode(), 0.0), bindings or {}, url)


@pytest.mark.parametrize(
    ("version", "tag", "coding", "right"),
    [
        ('W/"3"', 'W/"3"', "", True),
        ('"3"', 'W/"3"', "", True),
        ('"3"', '"3-gzip"', "", True),
        ('W/"3"', 'W/"3-br"', "", True),
        ('"3"', '"3;gzip"', "", True),
        ('"3"', '"4"', "gzip", True),
        ('"3"', '"4"', "", False),
        ('"3"', '"4-gzip"', "", False),
    ],
)
def test_a_proxy_may_change_the_tag_of_what_it_compresses(version: str, tag: str, coding: str, right: bool) -> None:
    headers = {"ETag": tag, **({"Content-Encoding": coding} if coding else {})}
    told = metadata.same_tag().judge(view({"meta": {"version": version}}, USERS, None, **headers))
    assert (told is None) is right


@pytest.mark.parametrize(
    ("location", "place", "right"),
    [
        (f"{USERS}/7", f"{USERS}/7", True),
        ("/v2/Users/7", f"{USERS}/7", True),
        (f"{USERS}/7", "/v2/Users/7", True),
        (f"{USERS}/7", None, True),
        (USERS, None, False),
        (f"{USERS}/8", None, False),
        ("/Users/7", f"{USERS}/7", False),
        (f"{USERS}/8", f"{USERS}/7", False),
    ],
)
def test_location_and_meta_location_are_the_same_address(location: str, place: str | None, right: bool) -> None:
    body = {"id": "7", "meta": {"location": place} if place else {}}
    assert (representations.location().judge(view(body, Location=location)) is None) is right


def test_an_id_may_be_written_with_escapes_in_its_address() -> None:
    assert representations.location().judge(view({"id": "a/b"}, Location=f"{USERS}/a%2Fb")) is None


@pytest.mark.parametrize(
    "detail",
    [
        "Select another user from the directory",
        "Cannot update attribute set of the user",
        "insert into the list is not allowed",
        "The path /Users/7 is unknown",
    ],
)
def test_an_error_in_english_shows_nothing_of_the_inside(detail: str) -> None:
    assert secrecy.no_internals().judge(view({"detail": detail})) is None


@pytest.mark.parametrize(
    "detail",
    [
        "SELECT id FROM users",
        "select * from users where id = 7",
        "insert into users (id) values (7)",
        "update users set title = 'x'",
        "SQLSTATE 23505",
        "syntax error at or near",
        "ORA-00942: table or view",
    ],
)
def test_sql_in_an_error_is_found(detail: str) -> None:
    assert secrecy.no_internals().judge(view({"detail": detail})) is not None


@pytest.mark.parametrize(
    ("body", "right"),
    [
        ({"password": None, "title": "Clerk"}, True),
        ({"urn:x:User": {"passwordExpires": "2027-01-01", "changePassword": True}}, True),
        ({"password": "********"}, False),
        ({"urn:x:User": {"passwordHash": "$2b$"}}, False),
        ({"urn:x:User": [{"pwd_digest": "00"}]}, False),
        ({"Resources": [{"title": "Pw-1-9z"}]}, False),
    ],
)
def test_a_password_is_found_under_any_name(body: Any, right: bool) -> None:
    assert (secrecy.hides("Pw-1-9z").judge(view(body)) is None) is right


@pytest.mark.parametrize(
    ("ref", "right"),
    [
        (f"{USERS}/7", True),
        ("Users/7", True),
        ("/v2/Users/7", True),
        ("https://inner.example/scim/Users/7", True),
        ("https://inner.example/scim/people/7", True),
        ("https://inner.example/v2/Users/7", True),
        (f"{BASE}/people/7", False),
        (f"{BASE}/User/7", False),
        (f"{USERS}/8", False),
        (USERS, False),
    ],
)
def test_a_reference_of_a_member_leads_to_it(ref: str, right: bool) -> None:
    body = {"members": [{"value": "7", "$ref": ref}]}
    assert (references.lead_to_value().judge(view(body, f"{BASE}/Groups/1")) is None) is right


@pytest.mark.parametrize(
    ("before", "after", "right"),
    [
        ("2026-11-30T10:00:00.900Z", "2026-11-30T10:00:00Z", True),
        ("2026-11-30T10:00:00Z", "2026-11-30T12:00:00+02:00", True),
        ("2026-11-30T10:00:00Z", "2026-11-30T10:00:07Z", False),
        (None, None, True),
        ("2026-11-30T10:00:00Z", None, False),
    ],
)
def test_a_time_may_lose_its_fractions(before: str | None, after: str | None, right: bool) -> None:
    bodies = [{"meta": {"created": one}} for one in (before, after)]
    assert metadata.same_creation(*bodies) is right


def test_what_another_user_has_too_is_no_effect_of_a_field() -> None:
    own = {"urn:x:User": {"role": "admin", "verified": True}}
    bindings = {"body of before": json.dumps(own)}
    judge = secrecy.without_effect({"role": "admin", "isAdmin": True}, "before").judge
    assert judge(view({**own, "isAdmin": False}, bindings=bindings)) is None
    assert judge(view({**own, "isAdmin": True}, bindings=bindings)) == "present: isAdmin"
    assert judge(view({**own, "role": "admin"}, bindings=bindings)) == "present: role"
