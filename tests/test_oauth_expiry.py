"""A token that expires on the way to the target: the refusal is no fault of the target, and is not its answer."""

from scim_conformance.scenario.exchange import Outgoing
from tests.support.oauth import TOKEN, answering, given, token_url, wired
from tests.support.raw import EMPTY, Received, error, listening, scim

USERS = Outgoing("GET", "/Users")


def _expiring(late: float) -> list[str]:
    """Return the paths that a target received whose second answer is a refusal, `late` seconds after the request. The
    tokens are valid for 60 seconds."""
    now, answers = [1000.0], iter([200, 401, 200])

    def guarded(_: Received) -> bytes:
        status = next(answers)
        now[0] += late if status == 401 else 0
        return error(status) if status == 401 else scim(status, EMPTY)

    with (
        listening(answering(lambda number: given(f"{TOKEN}-{number}", expires_in=60), guarded)) as target,
        wired(target.url, token_url(target)) as wire,
    ):
        assert wire.source is not None
        wire.source.clock = lambda: now[0]
        wire.send(USERS)
        wire.send(USERS)
        return [one.path.partition("?")[0] for one in target.received]


def test_what_is_refused_because_its_token_expired_on_the_way_is_sent_again_once() -> None:
    assert _expiring(late=60) == ["/token", "/scim/Users", "/scim/Users", "/token", "/scim/Users"]


def test_a_refusal_before_the_token_expired_is_the_answer() -> None:
    assert _expiring(late=59) == ["/token", "/scim/Users", "/scim/Users"]
