"""Targets that answer what none should: the harness does not hang, crash or grow, nor call them conformant."""

import gzip
import itertools
import json
import re
import zlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.support.cli import Ended, Run, assert_calm
from tests.support.raw import (
    EMPTY,
    Accounts,
    Answering,
    Pieces,
    Received,
    dripping,
    http,
    listening,
    listing,
    scim,
)
from tests.support.turns import due

pytestmark = pytest.mark.slow

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/scim+json\r\n"
SCRIPT = "<script>alert(1)</script>\x1b[31m\x1b]0;owned\x07\x9b2J\u202e\x00'\"&<!--"
MOST_MEGABYTES = 300


def endless(request: Received) -> Iterator[bytes]:
    """Send a body that never ends."""
    yield HEAD + b'\r\n{"a":"'
    yield from itertools.repeat(b"x" * 65536)


def endless_chunks(request: Received) -> Iterator[bytes]:
    """Send chunks for ever."""
    yield HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
    yield from itertools.repeat(b"10000\r\n" + b" " * 65536 + b"\r\n")


def endless_headers(request: Received) -> Iterator[bytes]:
    """Send 10 MB of headers."""
    yield HEAD
    yield from itertools.repeat(b"X-A: " + b"a" * 1000 + b"\r\n", 10_000)


def drip(request: Received) -> Iterator[bytes]:
    """Send a byte now and then, in the body."""
    yield HEAD + b"Content-Length: 500\r\n\r\n"
    yield from dripping(b" " * 500, 0.1)


@cache
def _bomb(megabytes: int) -> bytes:
    # In pieces: what this process once held counts as held by the children that it starts.
    machine = zlib.compressobj(9, wbits=31)
    return b"".join([*(machine.compress(b"0" * 1_000_000) for _ in range(megabytes)), machine.flush()])


@cache
def _double_bomb() -> bytes:
    return gzip.compress(_bomb(400))


DEEP = b"[" * 100_000 + b"]" * 100_000
TWICE = b'{"totalResults":0,"totalResults":5,"Resources":[],"schemas":[],"id":"1","id":"2"}'
CROWD = json.dumps(
    listing(*({"id": str(n), "userName": f"u{n}", "displayName": f"g{n}"} for n in range(10_000)))
).encode()
LONE = b'{"schemas":["\\ud800"],"id":"\\udfff","userName":"\\ud83d","totalResults":0,"Resources":[]}'

ANSWERS: dict[str, Answering] = {
    "endless-body": endless,
    "endless-chunks": endless_chunks,
    "ten-megabytes-of-headers": endless_headers,
    "drip": drip,
    "gzip-bomb": lambda _: http(200, _bomb(400), [("Content-Encoding", "gzip")]),
    "double-gzip-bomb": lambda _: http(200, _double_bomb(), [("Content-Encoding", "gzip, gzip")]),
    "damaged-gzip": lambda _: http(200, gzip.compress(b"{}" * 99)[:20], [("Content-Encoding", "gzip")]),
    "unknown-coding": lambda _: http(200, b"{}", [("Content-Encoding", "br")]),
    "half-an-answer": lambda _: [HEAD + b"Content-Length: 999\r\n\r\n{"],
    "broken-chunks": lambda _: [HEAD + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\n{}\r\n"],
    "two-lengths": lambda _: [HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}"],
    "invalid-utf-8": lambda _: http(200, b'{"id":"\xff\xfe","userName":"\xc3\x28"}'),
    "utf-16": lambda _: http(200, json.dumps(EMPTY).encode("utf-16")),
    "deep": lambda _: http(200, DEEP),
    "duplicate-keys": lambda _: http(200, TWICE),
    "not-a-number": lambda _: http(200, b'{"totalResults":NaN,"Resources":[],"id":Infinity}'),
    "number-too-large": lambda _: http(200, b'{"Resources":[],"totalResults":1e999,"id":-1e999}'),
    "lone-surrogates": lambda _: http(200, LONE),
    "no-object": lambda _: http(200, b"[[],null,0]"),
    "null-everywhere": lambda _: http(
        200, b'{"schemas":null,"totalResults":null,"Resources":[null,0,"x",[]],"id":null}'
    ),
    "crowd": lambda _: http(200, CROWD),
    "bad-status": lambda _: [b"HTTP/1.1 999 \x1b[31m\r\nContent-Length: 0\r\n\r\n"],
    "no-content": lambda _: http(204),
    "only-100-continue": lambda _: itertools.repeat(b"HTTP/1.1 100 Continue\r\n\r\n", 5),
    "scripts": lambda _: scim(200, {**EMPTY, "detail": SCRIPT, "schemas": [SCRIPT], "id": SCRIPT, SCRIPT: SCRIPT}),
    "scripts-in-errors": lambda _: scim(
        400, {"schemas": [SCRIPT], "detail": SCRIPT, "scimType": SCRIPT, "status": SCRIPT}
    ),
    "scripts-in-headers": lambda _: http(302, b"", [("Location", "/x\x1b[31m\x9b2J"), ("X\x1b", "y")]),
    "bad-location": lambda _: http(302, b"", [("Location", "http://[bad:port")]),
    "bad-cookies": lambda _: http(200, b"{}", [("Set-Cookie", "=;;=\x01; expires=never"), ("Set-Cookie", "a" * 9000)]),
}
"""What is answered to every request after the probe."""

FROM_THE_START = [
    "endless-body",
    "ten-megabytes-of-headers",
    "drip",
    "double-gzip-bomb",
    "half-an-answer",
    "deep",
    "lone-surrogates",
    "null-everywhere",
    "crowd",
    "scripts-in-headers",
    "bad-location",
]
"""What is answered to the probe too: the run ends before it begins."""

UNANSWERED = {
    "drip",
    "half-an-answer",
    "broken-chunks",
    "two-lengths",
    "ten-megabytes-of-headers",
    "only-100-continue",
    "scripts-in-headers",
}
"""What counts as no response: a run waits for ten timeouts for such a target to come back."""


def assert_survived(run: Run, ended: Ended) -> None:
    """It ended in order, small, without calling the target conformant."""
    assert_calm(ended)
    assert ended.code in {1, 6}, ended.screen
    assert ended.megabytes < MOST_MEGABYTES
    assert run.result["verdict"] != "yes"
    assert run.result["exit_code"] == ended.code


@pytest.mark.parametrize("kind", due(FROM_THE_START, 3))
def test_every_answer_is_hostile(tmp_path: Path, kind: str) -> None:
    with listening(ANSWERS[kind]) as target:
        run = Run(tmp_path, target.url, "a-secret-of-the-test")
        assert_survived(run, run.run("--timeout", "1", "ENT-CON-01", "ENT-CRE-01", within=40))


@pytest.mark.parametrize("kind", due(ANSWERS, 3))
def test_every_answer_after_the_probe_is_hostile(tmp_path: Path, kind: str) -> None:
    with listening(lambda request: scim(200, EMPTY) if request.number == 1 else ANSWERS[kind](request)) as target:
        run = Run(tmp_path, target.url, "a-secret-of-the-test")
        timeout = "0.4" if kind in UNANSWERED else "1"
        assert_survived(run, run.run("--timeout", timeout, "ENT-CRE-01", "ENT-DIS-01", "ENT-DEL-01", within=60))
        assert len(target.received) > 1, "only the probe was answered"


class Renaming(Accounts):
    """An honest target, but for the ids that it gives: `spell` makes each from its own and the number of the answer."""

    def __init__(self, spell: Any) -> None:
        super().__init__()
        self.spell, self.told = spell, 0

    def __call__(self, request: Received) -> bytes:
        """Answer honestly, and swap the id in the answer."""
        self.told += 1
        head, _, body = super().__call__(request).partition(b"\r\n\r\n")
        held = json.loads(body) if body else None
        if isinstance(held, dict) and "id" in held:
            return scim(int(head[9:12]), {**held, "id": self.spell(held["id"], self.told)})
        return head + b"\r\n\r\n" + body


IDS: dict[str, Any] = {
    "url": lambda told, _: f"http://127.0.0.1:9/elsewhere/{told}?x=1#y",
    "path": lambda told, _: f"../Groups/{told}",
    "dots": lambda _, __: "..",
    "dot": lambda _, __: ".",
    "backslashes": lambda told, _: f"..\\..\\{told}",
    "long": lambda told, _: told + "x" * 10_000,
    "long-and-wide": lambda told, _: told + "\u6771" * 10_000,
    "changing": lambda told, number: f"{told}-{number}",
    "number": lambda _, number: number,
    "boolean": lambda _, __: True,
    "object": lambda told, _: {"value": told},
    "control-characters": lambda told, _: f"{told}\r\nX-Injected: yes\x1b[31m\x00",
    "placeholder": lambda told, _: "{user}{twin}",
}


@pytest.mark.parametrize("name", due(IDS, 3))
def test_ids_that_lead_elsewhere(tmp_path: Path, name: str) -> None:
    with listening(Renaming(IDS[name])) as target:
        run = Run(tmp_path, target.url, "a-secret-of-the-test")
        ended = run.run("--timeout", "1", "ENT-CRE-01", "ENT-DIS-01", "ENT-DEL-01", within=60)
        assert_survived(run, ended)
        for request in target.received:
            assert re.match(r"/scim/(Schemas(/urn[^/]*)?$|(Users|Groups)([/?]|$))", request.path), request.path[:200]
            assert request.header("X-Injected") is None
            if request.method in {"PUT", "PATCH", "DELETE"}:
                assert re.fullmatch(r"/scim/(Users|Groups)/[^/?]+", request.path)
                assert not re.match(r"/scim/\w+/\.{1,2}(%2F|%5C|$)", request.path, re.IGNORECASE)


@pytest.mark.parametrize("where", ["loop", "other-host"])
def test_redirects_are_never_followed(tmp_path: Path, where: str) -> None:
    with listening(lambda _: scim(200, EMPTY)) as other:
        location = f"{other.url}/Users" if where == "other-host" else "/scim/Users?again"
        with listening(lambda _: http(307, b"", [("Location", location)])) as target:
            run = Run(tmp_path, target.url, "a-secret-of-the-test")
            assert_survived(run, run.run("--timeout", "1", "ENT-CON-01"))
            assert other.received == []
            assert not any("again" in request.path for request in target.received)


def test_scripts_in_every_string_stay_text(tmp_path: Path) -> None:
    """What a target writes into the names it returns cannot steer a terminal, in any of our ways to print."""
    honest = Accounts()

    def scripted(request: Received) -> Pieces:
        head, _, body = honest(request).partition(b"\r\n\r\n")
        return scim(int(head[9:12]), _scripted(json.loads(body))) if body else head + b"\r\n\r\n"

    with listening(scripted) as target:
        run = Run(tmp_path, target.url, "a-secret-of-the-test")
        flags = ("--", "-vv", "--tb=long", "-s", "-rA")
        assert_survived(run, run.run("--timeout", "1", "ENT-CRE-01", "ENT-DIS-01", "ENT-GRP-01", *flags))


def _scripted(value: Any, key: str = "") -> Any:
    if isinstance(value, dict):
        return {name: _scripted(one, name) for name, one in value.items()}
    if isinstance(value, list):
        return [_scripted(one) for one in value]
    return value + SCRIPT if isinstance(value, str) and key != "id" else value


def _old_http(answer: bytes) -> bytes:
    return answer.replace(b"HTTP/1.1", b"HTTP/1.0", 1)


def _hanging_up(answer: bytes) -> bytes:
    return answer.replace(b"\r\n", b"\r\nConnection: close\r\n", 1)


@pytest.mark.parametrize("change", [_old_http, _hanging_up], ids=["http-1.0", "closed-after-each"])
def test_old_fashioned_targets_are_served_all_the_same(tmp_path: Path, change: Any) -> None:
    """These are no faults: a target that hangs up after every answer works with Entra."""
    honest = Accounts()
    with listening(lambda request: iter([change(honest(request))])) as target:
        run = Run(tmp_path, target.url, "a-secret-of-the-test")
        ended = run.run("--timeout", "2", "ENT-CON-01", "ENT-CON-02", "ENT-CRE-01")
        assert_calm(ended)
        assert ended.code == 0, ended.screen
        assert run.result["counts"]["inconclusive"] == 0
    assert honest.held == {}
