"""A judge of the suites on the standards never raises, whatever a target answers: it is met, or says what it found."""

import json
from collections.abc import Sequence
from functools import cache
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from scim_conformance.catalogue import scenarios
from scim_conformance.config.settings import Settings
from scim_conformance.entra.profiles.profile import load
from scim_conformance.scenario.bodies import Made
from scim_conformance.scenario.checks import Check, Unreadable, View
from scim_conformance.scenario.exchange import Answer
from scim_conformance.scenario.notes import kept_as
from scim_conformance.scenario.steps import Step, prepare
from scim_conformance.scim import urns

NAMES = (
    "schemas", "Resources", "totalResults", "itemsPerPage", "startIndex", "id", "externalId", "meta", "location",
    "created", "lastModified", "resourceType", "version", "userName", "displayName", "name", "familyName", "title",
    "emails", "value", "type", "primary", "display", "$ref", "members", "groups", "active", "status", "scimType",
    "detail", "attributes", "subAttributes", "multiValued", "mutability", "returned", "uniqueness", "caseExact",
    "required", "referenceTypes", "canonicalValues", "endpoint", "schema", "schemaExtensions", "supported", "patch",
    "filter", "sort", "bulk", "etag", "pagination", "authenticationSchemes", "x509Certificates", "password",
    "access_token", "token_type", "expires_in", "error", "description", urns.USER, urns.ENTERPRISE_USER,
)  # fmt: skip
"""Names that judges look for, so that what is beneath them is odd too."""
TEXTS = (urns.LIST_RESPONSE, urns.ERROR, urns.USER, urns.GROUP, "complex", "string", "dateTime", "2026-01-01T00:00:00Z")
HEADERS = ("Content-Type", "Location", "ETag", "Content-Location", "WWW-Authenticate", "Allow", "Date", "Cache-Control")

SCALARS: st.SearchStrategy[Any] = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8)
)
KEYS = st.sampled_from(NAMES) | st.text(max_size=5)
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS | st.sampled_from(TEXTS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=25,
)
LISTS = st.fixed_dictionaries({"schemas": VALUES, "totalResults": VALUES, "Resources": st.lists(VALUES, max_size=3)})
RESOURCES = st.fixed_dictionaries({}, optional=dict.fromkeys(NAMES, VALUES))
BODIES = VALUES | LISTS | RESOURCES
RAW = BODIES.map(lambda one: json.dumps(one).encode()) | st.sampled_from([b"", b"<html>", b"{", b"\xff"])
SENT = st.lists(st.tuples(st.sampled_from(HEADERS), st.text('aZ09 /";=,:()é?#[]%', max_size=12)), max_size=3)
STATUSES = st.sampled_from([200, 201, 204, 302, 400, 401, 403, 404, 405, 409, 412, 429, 500, 501, 503])


@cache
def _steps() -> list[tuple[str, Step]]:
    """Return every step of both suites, with the id of its case."""
    profile, told = load("entra-default"), Settings(url="http://127.0.0.1:1/v2")
    chosen = [one for one in scenarios.shipped_templates() if one.suite in {"rfc", "security"}]
    built = {one.id: scenarios.built(one, profile) for one in scenarios.cases_of(chosen, profile, told)}
    return [(name, step) for name, one in built.items() for step in (*one.given, *one.steps, *one.instead)]


def _bindings(kept: Any, text: str, status: int) -> dict[str, str]:
    """Return what earlier responses may have stored: the same body, id and status for every step."""
    found: dict[str, str] = {}
    for _, step in _steps():
        found |= dict.fromkeys([*step.takes, *(f"{name}_swapped" for name in step.takes)], text)
        found[f"status of {step.key}"] = str(status)
        if step.keeps:
            found[kept_as(step.keeps)] = json.dumps(kept)
    return found


def _raised(check: Check, view: View) -> str | None:
    try:
        said = check.obligation.judge(view)
    except Unreadable:
        return None
    except Exception as error:  # noqa: BLE001 - whatever it is, a judge must not raise it
        return f"{type(error).__name__}: {error}"
    return None if said is None or isinstance(said, str) else f"it returned {said!r}"


@settings(max_examples=40, deadline=None)
@given(body=RAW, kept=BODIES, status=STATUSES, headers=SENT, text=st.text("aA0-", min_size=1, max_size=4))
def test_no_judge_raises(body: bytes, kept: Any, status: int, headers: Sequence[tuple[str, str]], text: str) -> None:
    answer = Answer(status, tuple(headers), body, 0.0)
    for bindings in ({}, _bindings(kept, text, status)):
        view = View(answer, bindings, "http://127.0.0.1:1/v2/Users/7")
        told = {f"{name}#{step.key}.{one.key}": _raised(one, view) for name, step in _steps() for one in step.checks}
        assert {name: one for name, one in told.items() if one is not None} == {}


@settings(max_examples=100, deadline=None)
@given(kept=BODIES, text=st.text("aA0-", min_size=1, max_size=4))
def test_no_body_that_is_made_of_a_response_raises(kept: Any, text: str) -> None:
    bindings = _bindings(kept, text, 200)
    for _, step in _steps():
        if isinstance(step.body, Made):
            prepare(step, bindings)
