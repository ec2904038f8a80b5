"""A query by POST creates nothing, so it is sent without stating what it creates; any other such POST is not sent."""

from typing import Any

import pytest

from scim_conformance.scenario.exchange import Answer, Exchange, Outgoing, RefusedByHarness, Request
from scim_conformance.target.ledger import Ledger
from scim_conformance.target.session import Session


class Wire:
    """Keeps what it was to send, and answers each request with an empty list."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    def send(self, outgoing: Outgoing) -> Exchange:
        self.sent.append(f"{outgoing.method} {outgoing.target}")
        request = Request(outgoing.method, f"http://t{outgoing.target}", (), None)
        return Exchange(request, Answer(200, (), b'{"totalResults": 0}', 0.0))


def session(wire: Wire) -> Session:
    of_a_run: Any = (wire, None, Ledger("sct0123456789ab"))
    return Session(*of_a_run)


@pytest.mark.parametrize("path", ["/Users/.search", "/Groups/.search", "/.search"])
def test_a_search_is_sent(path: str) -> None:
    wire = Wire()
    session(wire).send(Outgoing("POST", path, body=b"{}"))
    assert wire.sent == [f"POST {path}"]


@pytest.mark.parametrize("path", ["/Users", "/Users/7", "/Bulk", "/Users?x=/.search"])
def test_another_post_that_does_not_state_what_it_creates_is_not_sent(path: str) -> None:
    wire = Wire()
    with pytest.raises(RefusedByHarness, match="does not state what it creates"):
        session(wire).send(Outgoing("POST", path, body=b"{}"))
    assert wire.sent == []


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_a_write_to_a_search_is_not_sent(method: str) -> None:
    wire = Wire()
    with pytest.raises(RefusedByHarness, match="did not create that resource"):
        session(wire).send(Outgoing(method, "/Users/.search"))
    assert wire.sent == []
