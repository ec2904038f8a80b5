"""Requests that are refused now and then are one line, and what is refused for what it asks is not."""

import msgspec
import pytest

from scim_conformance.verdict.results import ScenarioResult
from tests.unit.test_functions import fixes, refused
from tests.unit.test_tracing import CHANGE, READ

SHAPES = (READ, CHANGE, "POST /Users")


def with_token(result: ScenarioResult, *, served: int = 0) -> ScenarioResult:
    """Return a result whose request had the right token; `served`: as many requests before it that worked."""
    found = [
        msgspec.structs.replace(one, request_headers=[("Authorization", "Bearer $SCIM_CONFORMANCE_TOKEN")])
        for one in result.exchanges
    ]
    worked = [msgspec.structs.replace(one, status=200) for one in found] * served
    return msgspec.structs.replace(result, exchanges=[*found, *worked])


@pytest.mark.parametrize("status", [401, 502, 503, 504])
def test_refusals_of_several_kinds_are_one_line(status: int) -> None:
    results = [with_token(refused(f"S{n}", shape, status, f"part {n}"), served=5) for n, shape in enumerate(SHAPES)]
    (fix,) = fixes(*results)
    assert f"returned {status}" in fix.title
    assert "3 of 18 requests" in fix.actual
    assert len(fix.also) == 2


def test_a_status_of_the_request_is_not() -> None:
    results = [with_token(refused(f"S{n}", shape, 400, f"part {n}"), served=5) for n, shape in enumerate(SHAPES)]
    assert len(fixes(*results)) == 3


def test_one_kind_of_request_is_refused_for_what_it_asks() -> None:
    results = [with_token(refused(f"S{n}", CHANGE, 401, f"part {n}"), served=5) for n in range(4)]
    assert len(fixes(*results)) == 4


def test_what_never_works_is_refused_for_good() -> None:
    results = [with_token(refused(f"S{n}", shape, 401, f"part {n}")) for n, shape in enumerate(SHAPES)]
    assert len(fixes(*results)) == 3


def test_without_the_token_a_refusal_is_right() -> None:
    results = [refused(f"S{n}", shape, 401, f"part {n}") for n, shape in enumerate(SHAPES)]
    assert len(fixes(*results)) == 3
