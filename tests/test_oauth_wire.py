"""The token source behind the wire: what goes out, when a token is replaced, what is recorded."""

import threading
import time
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qsl, quote_plus

import pytest

from scim_conformance.demo.server import serve
from scim_conformance.demo.tokens import ASSERTION_TYPE
from scim_conformance.scenario.exchange import Credential, Endpoint, Outgoing, TransportFailure
from scim_conformance.target.auth import WRONG_SECRET, Secret
from tests.support.oauth import ASSERTION, SECRET, TOKEN, answering, empty, endpoint, forms, given, token_url, wired
from tests.support.raw import EMPTY, Received, error, http, listening, scim

USERS = Outgoing("GET", "/Users?startIndex=1&count=1")
ASK = Outgoing("POST", "", endpoint=Endpoint.TOKEN)


BASIC = b64encode(f"client-7:{quote_plus(SECRET)}".encode()).decode()


@pytest.mark.parametrize("sent_in", ["header", "body", "both"])
def test_the_token_request_byte_for_byte(sent_in: str) -> None:
    with (
        listening(answering(lambda _: given(TOKEN), empty)) as target,
        wired(target.url, token_url(target), scope="scim read", sent_in=sent_in) as wire,
    ):
        wire.send(USERS)
        asked, listed = target.received
    assert (asked.method, asked.path) == ("POST", "/token")
    client = "" if sent_in == "header" else f"client_id=client-7&client_secret={quote_plus(SECRET)}&"
    body = f"grant_type=client_credentials&{client}scope=scim+read"
    assert asked.body == body.encode()
    assert [(name.lower(), value) for name, value in asked.headers] == [
        ("host", asked.header("Host")),
        *([] if sent_in == "body" else [("authorization", f"Basic {BASIC}")]),
        ("content-type", "application/x-www-form-urlencoded"),
        ("accept", "application/json"),
        ("content-length", str(len(body))),
    ]
    assert listed.header("Authorization") == f"Bearer {TOKEN}"


def test_federation_sends_the_assertion_instead_of_a_secret() -> None:
    secret = Secret("SCIM_CONFORMANCE_CLIENT_ASSERTION", ASSERTION)
    with (
        listening(answering(lambda _: given(TOKEN), empty)) as target,
        wired(target.url, token_url(target), secret, scope="scim", federated=True) as wire,
    ):
        wire.send(USERS)
        form = parse_qsl(forms(target)[0].decode())
    assert form == [
        ("grant_type", "client_credentials"),
        ("client_id", "client-7"),
        ("client_assertion_type", ASSERTION_TYPE),
        ("client_assertion", ASSERTION),
        ("scope", "scim"),
    ]


def _takes(*ways: str) -> Callable[[Received], bytes]:
    """Answer as a token endpoint that takes credentials in these places alone, and never in both."""

    def answer(request: Received) -> bytes:
        header, body = request.header("Authorization") == f"Basic {BASIC}", b"client_secret=" in request.body
        way = "both" if header and body else "header" if header else "body"
        return given(TOKEN) if way in ways else http(401, b'{"error": "invalid_client"}', media="application/json")

    return lambda request: answer(request) if request.path == "/token" else empty(request)


@pytest.mark.parametrize(
    ("configured", "taken", "asked"),
    [
        ("header", "body", ["header", "body"]),
        ("body", "header", ["body", "header"]),
        ("both", "header", ["both", "header"]),
        ("both", "body", ["both", "header", "body"]),
        ("header", "header", ["header"]),
    ],
)
def test_what_is_refused_is_tried_elsewhere_once(configured: str, taken: str, asked: list[str]) -> None:
    with listening(_takes(taken)) as target, wired(target.url, token_url(target), sent_in=configured) as wire:
        answers = [wire.send(USERS).answer for _ in range(3)]
        sent = [one for one in target.received if one.path == "/token"]
        source = wire.source
    assert [answer.status for answer in answers if answer is not None] == [200] * 3
    assert len(sent) == len(asked)
    assert source is not None
    assert [way for way, _ in source.trials] == (asked if len(asked) > 1 else [])
    assert (source.way, source.advice is None) == (taken, taken == configured)
    assert source.advice is None or f"select {taken.title()} as the way to send credentials" in source.advice


def test_where_every_place_is_refused_each_was_tried_once() -> None:
    with listening(_takes()) as target, wired(target.url, token_url(target)) as wire:
        for _ in range(3):
            with pytest.raises(
                TransportFailure, match="requested with the credentials in the header, then in the body"
            ):
                wire.send(USERS)
        sent = [one for one in target.received if one.path == "/token"]
    assert len(sent) == 2 + 1 + 1


@pytest.mark.parametrize("said", ["invalid_scope", "unauthorized_client", "unsupported_grant_type"])
def test_an_answer_that_knows_the_client_is_no_reason_to_try_elsewhere(said: str) -> None:
    denied = http(400, f'{{"error": "{said}"}}'.encode(), media="application/json")
    with listening(answering(lambda _: denied, empty)) as target, wired(target.url, token_url(target)) as wire:
        with pytest.raises(TransportFailure, match=said):
            wire.send(USERS)
        assert len(target.received) == 1


@pytest.mark.parametrize("secret", [SECRET, "short", "plain-secret-of-some-length"])
def test_a_secret_in_the_header_is_masked_however_it_comes_back(secret: str) -> None:
    basic = b64encode(f"client-7:{quote_plus(secret)}".encode()).decode()
    plain = b64encode(f"client-7:{secret}".encode()).decode()

    def echo(request: Received) -> bytes:
        said = {**EMPTY, "basic": basic, "in": f"Authorization: Basic {basic}", "form": quote_plus(secret)}
        return scim(200, said) if request.path != "/token" else given(TOKEN, scope=f"{secret} {basic}")

    known = Secret("SCIM_CONFORMANCE_CLIENT_SECRET", secret)
    with listening(echo) as target, wired(target.url, token_url(target), known) as wire:
        exchanges = [wire.send(ASK), wire.send(USERS)]
    for exchange in exchanges:
        assert exchange.answer is not None
        shown = repr(exchange.request) + exchange.answer.body.decode()
        for held in (basic, quote_plus(secret), secret):
            assert held not in shown
    assert plain not in repr(exchanges)
    assert dict(exchanges[0].request.headers)["Authorization"] == (
        "Basic base64(client-7:$SCIM_CONFORMANCE_CLIENT_SECRET)"
    )


def test_what_is_recorded_names_a_variable_and_no_secret() -> None:
    with (
        listening(answering(lambda _: given(TOKEN, refresh_token="canary-refresh-0123456789"), empty)) as target,
        wired(target.url, token_url(target), sent_in="body") as wire,
    ):
        asked, listed = wire.send(ASK), wire.send(USERS)
    assert asked.request.body is not None
    assert asked.request.body.endswith("client_secret=$SCIM_CONFORMANCE_CLIENT_SECRET")
    assert dict(listed.request.headers)["Authorization"] == "Bearer $SCIM_CONFORMANCE_TOKEN"
    assert asked.answer is not None
    assert asked.answer.json == {
        "access_token": "***",
        "token_type": "Bearer",
        "expires_in": 3600,
        "refresh_token": "***",
    }
    assert asked.answer.leaks == ()


def test_a_token_that_comes_back_is_found() -> None:
    def echo(_: Received) -> bytes:
        return scim(200, {**EMPTY, "token": TOKEN, "secret": SECRET})

    with listening(answering(lambda _: given(TOKEN), echo)) as target, wired(target.url, token_url(target)) as wire:
        answer = wire.send(USERS).answer
    assert answer is not None
    assert answer.leaks == ("an access token", "the client secret")
    assert (answer.json["token"], answer.json["secret"]) == ("***", "***")


def test_a_token_is_fetched_once_and_replaced_before_it_ends() -> None:
    with serve(tokens=endpoint(life=2.0)) as served, wired(served.url, served.token_url) as wire:
        ends = time.monotonic() + 3
        answers = [wire.send(USERS).answer for _ in iter(lambda: time.monotonic() < ends, False)]
        assert {one.status for one in answers if one is not None} == {200}
        assert len(answers) > 20
        assert len(served.app.tokens.forms) == 2


@pytest.mark.parametrize(("life", "left"), [(600, 60), (3600, 300), (21_600, 300)])
def test_when_a_token_is_due(life: int, left: int) -> None:
    now = [1000.0]
    with (
        listening(answering(lambda number: given(f"{TOKEN}-{number}", expires_in=life), empty)) as target,
        wired(target.url, token_url(target)) as wire,
    ):
        assert wire.source is not None
        wire.source.clock = lambda: now[0]
        wire.send(USERS)
        now[0] += life - left - 1
        wire.send(USERS)
        assert len(forms(target)) == 1
        now[0] += 1
        wire.send(USERS)
        assert len(forms(target)) == 2


def test_threads_share_one_fetch() -> None:
    with (
        listening(answering(lambda _: given(TOKEN), empty)) as target,
        wired(target.url, token_url(target)) as wire,
    ):
        source = wire.source
        assert source is not None
        threads = [threading.Thread(target=wire._have_token, args=(source,)) for _ in range(8)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        assert len(forms(target)) == 1


def test_a_refused_token_of_unknown_life_is_replaced_and_nothing_is_sent_twice() -> None:
    good = {f"Bearer {TOKEN}-1"}

    def guarded(request: Received) -> bytes:
        return scim(200, EMPTY) if request.header("Authorization") in good else error(401)

    with (
        listening(answering(lambda number: given(f"{TOKEN}-{number}", expires_in=None), guarded)) as target,
        wired(target.url, token_url(target)) as wire,
    ):
        first = wire.send(USERS).answer
        good.clear()
        refused = wire.send(USERS).answer
        good.add(f"Bearer {TOKEN}-2")
        again = wire.send(USERS).answer
        paths = [one.path.partition("?")[0] for one in target.received]
    assert [one.status for one in (first, refused, again) if one is not None] == [200, 401, 200]
    assert paths == ["/token", "/scim/Users", "/scim/Users", "/token", "/scim/Users"]


def test_a_token_that_never_works_is_not_fetched_again_and_again() -> None:
    with (
        listening(answering(lambda _: given(TOKEN, expires_in=None), lambda _: error(401))) as target,
        wired(target.url, token_url(target)) as wire,
    ):
        for _ in range(4):
            wire.send(USERS)
        assert len(forms(target)) == 1


def test_no_token_is_fetched_for_a_request_without_one() -> None:
    with (
        listening(answering(lambda _: given(TOKEN), lambda _: error(401))) as target,
        wired(target.url, token_url(target)) as wire,
    ):
        wire.send(Outgoing("GET", "/Users", credential=Credential.NONE))
        wire.send(Outgoing("GET", "/Users", credential=Credential.WRONG))
        assert forms(target) == []


def test_a_wrong_secret_is_nobodys_and_its_answer_is_not_used() -> None:
    with (
        listening(answering(lambda number: given(f"{TOKEN}-{number}"), empty)) as target,
        wired(target.url, token_url(target)) as wire,
    ):
        wire.send(Outgoing("POST", "", credential=Credential.WRONG, endpoint=Endpoint.TOKEN))
        wire.send(USERS)
        basic = b64encode(f"client-7:{WRONG_SECRET}".encode()).decode()
        assert target.received[0].header("Authorization") == f"Basic {basic}"
        assert target.received[-1].header("Authorization") == f"Bearer {TOKEN}-2"


def test_a_rotated_secret_is_taken_without_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(SECRET + "\n", encoding="utf-8")
    with (
        serve(tokens=endpoint(life=0.5)) as served,
        wired(served.url, served.token_url, Secret("SCIM_CONFORMANCE_CLIENT_SECRET", file=file)) as wire,
    ):
        wire.send(USERS)
        served.app.tokens.client_secret = "another-secret-after-rotation"
        file.write_text("another-secret-after-rotation", encoding="utf-8")
        time.sleep(0.6)
        answer = wire.send(USERS).answer
        file.unlink()
        time.sleep(0.6)
        with pytest.raises(TransportFailure, match=r"the secret's file .* cannot be read: No such"):
            wire.send(USERS)
    assert answer is not None
    assert answer.status == 200
