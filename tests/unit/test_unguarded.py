"""A target that checks no token is one line, however many methods and endpoints show it."""

import msgspec

from scim_conformance.verdict.results import ScenarioResult
from tests.unit.test_functions import fixes, sent
from tests.unit.test_tracing import CHANGE, READ, deviation

LIST = "GET /Users"
WRONG = "Bearer <the token, one character changed>"


def served(scenario: str, shape: str, said: str = "", *, key: str = "closed", status: int = 200) -> ScenarioResult:
    """Return a scenario whose request was served, with this Authorization header."""
    method, _, path = shape.partition(" ")
    found = deviation(scenario, shape, "part " + scenario, actual=f"status {status}", exchange=0)
    checks = [msgspec.structs.replace(one, id=f"{scenario}#probe.{key}") for one in found.checks]
    request = sent(method, "/v2" + path.replace("{id}", "7"), status)
    request = msgspec.structs.replace(request, request_headers=[("Authorization", said)] if said else [])
    return msgspec.structs.replace(found, checks=checks, exchanges=[request])


def test_without_a_token_everything_is_open() -> None:
    (fix,) = fixes(served("A", LIST, key="refused"), served("B", CHANGE, key="closed"), served("C", LIST, WRONG))
    assert fix.title == "No request needs a token"
    assert "all 3 requests" in fix.actual
    assert len(fix.also) == 2


def test_with_any_token_everything_is_open() -> None:
    other = "Bearer $SCIM_CONFORMANCE_EXPIRED_TOKEN"
    results = [served("A", LIST, WRONG), served("B", CHANGE, WRONG, key="closed"), served("C", READ, other, key="old")]
    (fix,) = fixes(*results)
    assert fix.title == "Any token is accepted"


def test_an_endpoint_that_is_open_alone_is_not_the_whole_target() -> None:
    refused = served("C", CHANGE, status=401)
    assert len(fixes(served("A", LIST, key="refused"), served("B", LIST, key="closed"), refused)) > 1


def test_what_is_read_after_an_open_write_follows_from_it() -> None:
    write = served("A", CHANGE)
    after = msgspec.structs.replace(write.checks[0], id="A#after.same", exchange=1)
    request = msgspec.structs.replace(sent("GET", "/v2/Users/7", 200), request_headers=[("Authorization", "Bearer $X")])
    both = msgspec.structs.replace(write, checks=[*write.checks, after], exchanges=[*write.exchanges, request])
    (fix,) = fixes(both, served("B", LIST))
    assert len(fix.also) == 2


def test_the_token_of_the_run_shows_nothing() -> None:
    own = "Bearer $SCIM_CONFORMANCE_TOKEN"
    assert len(fixes(served("A", LIST, own, key="one"), served("B", CHANGE, own, key="two"))) == 2
