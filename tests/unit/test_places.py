"""Where a created resource says that it is, what a change leaves elsewhere, and a list without resources."""

import json
from typing import Any

import pytest

from scim_conformance.scenario.checks import View
from scim_conformance.scenario.exchange import Answer
from scim_conformance.scenario.obligations.answers import located_here, located_itself
from scim_conformance.scenario.obligations.kept import no_strays
from scim_conformance.scenario.obligations.lists import resources_listed

POST = "https://scim.example.com/v2/Users?aadOptscim062020"


def created(place: str | None, meta: Any = None, url: str = POST) -> str | None:
    headers = () if place is None else (("Location", place),)
    body = json.dumps({"id": "7", "meta": {"location": meta}}).encode()
    return located_here().judge(View(Answer(201, headers, body, 0.0), {}, url))


@pytest.mark.parametrize(
    "place",
    [
        None,
        "https://scim.example.com/v2/Users/7",
        "https://SCIM.example.com:443/v2/Users/7",
        "/v2/Users/7",
        "Users/7",
    ],
)
def test_a_place_below_the_tenant_url_or_a_relative_one_is_right(place: str | None) -> None:
    assert created(place, place) is None


@pytest.mark.parametrize(
    "place",
    [
        "http://scim.example.com/v2/Users/7",
        "https://backend.internal/v2/Users/7",
        "https://scim.example.com/Users/7",
        "https://scim.example.com/v2/UsersOld/7",
    ],
)
def test_another_host_scheme_or_path_is_named(place: str) -> None:
    assert created(place) == f'Location is "{place}"'
    assert created(None, place) == f'meta.location is "{place}"'


def test_a_trailing_slash_of_the_request_does_not_count() -> None:
    assert created("http://h:80/v2/Users/7", url="http://h/v2/Users/") is None


def its_own(place: str | None, meta: Any = None, identifier: Any = "a b") -> str | None:
    headers = () if place is None else (("Location", place),)
    body = json.dumps({"id": identifier, "meta": {"location": meta}}).encode()
    return located_itself().judge(View(Answer(201, headers, body, 0.0), {}, POST))


@pytest.mark.parametrize("place", [None, "/Users/a%20b", "https://inner/x/Users/a b/", "Users/a%20b?x=1#top"])
def test_an_address_that_ends_with_the_id_is_its_own(place: str | None) -> None:
    assert its_own(place, place) is None


@pytest.mark.parametrize("place", ["https://scim.example.com/v2/Users", "/v2/Users/", "/v2/Users/7", ""])
def test_the_address_of_the_list_or_of_another_resource_is_named(place: str) -> None:
    assert its_own(place) == f'Location is "{place}", and the id is "a b"'
    assert its_own(None, place) == f'meta.location is "{place}", and the id is "a b"'


def test_an_address_is_not_compared_without_an_id() -> None:
    assert its_own("/v2/Users", "/v2/Users", None) is None


def strayed(before: Any, body: Any) -> str | None:
    noted = {"before name": json.dumps(before.get("name")), "before emails": json.dumps(before.get("emails"))}
    view = View(Answer(200, (), json.dumps(body).encode(), 0.0), noted)
    return no_strays("displayName", ("name", "emails")).judge(view)


NAME, MAIL = {"givenName": "Jo"}, {"type": "work", "value": "jo@example.com"}
STRAY = {"displayName": "Joan"}


def test_what_appears_in_other_attributes_is_named() -> None:
    before = {"name": NAME, "emails": [MAIL]}
    assert strayed(before, {**before, "displayName": "Joan"}) is None
    assert strayed(before, {"name": NAME | STRAY, "emails": [MAIL | STRAY]}) == "name, emails has displayName now"


def test_what_was_there_before_or_was_not_shown_is_not_named() -> None:
    after = {"name": NAME | STRAY, "emails": [MAIL]}
    assert strayed({"name": NAME | {"displayName": "Jo"}}, after) is None
    assert strayed({}, after) is None


@pytest.mark.parametrize("body", [{"totalResults": 0}, {"Resources": []}, {"Resources": [{}]}, []])
def test_resources_may_be_absent_and_empty(body: Any) -> None:
    assert resources_listed().judge(View(Answer(200, (), json.dumps(body).encode(), 0.0), {})) is None


def test_resources_must_not_be_null() -> None:
    view = View(Answer(200, (), b'{"totalResults": 0, "Resources": null}', 0.0), {})
    assert resources_listed().judge(view) == "Resources is null"
