"""Compressed bodies are undone under a cap, and whatever is wrong with them is one sentence."""

import gzip
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scim_conformance.target.inflate import CannotInflate, inflate

CAP = 1_000_000
BODY = b'{"id": "1"}'
PACK: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress, "x-gzip": gzip.compress, "deflate": zlib.compress, "identity": bytes
}  # fmt: skip


@pytest.mark.parametrize("codings", [None, "", "identity", " , "])
def test_a_plain_body_stays(codings: str | None) -> None:
    assert inflate(BODY, codings, CAP) == BODY


@given(st.binary(max_size=200), st.lists(st.sampled_from(["gzip", "deflate", "identity", "X-GZIP"]), max_size=3))
def test_codings_are_undone_from_the_last_to_the_first(body: bytes, codings: list[str]) -> None:
    packed = body
    for coding in codings:
        packed = PACK[coding.lower()](packed)
    assert inflate(packed, ", ".join(codings), CAP) == body


@pytest.mark.parametrize(
    ("body", "coding", "reason"),
    [
        (BODY, "br", "compressed as br, which was not requested"),
        (BODY, "gzip", "declared as gzip, but damaged"),
        (gzip.compress(BODY, mtime=0)[:-9], "gzip", "declared as gzip, but truncated"),
        (b"", "gzip", "declared as gzip, but truncated"),
        (gzip.compress(b"x" * 1_000_001, mtime=0), "gzip", "larger than 1 MB after decompression"),
        (
            gzip.compress(gzip.compress(b"\0" * 5_000_000, mtime=0), mtime=0),
            "gzip, gzip",
            "larger than 1 MB after decompression",
        ),
    ],
)
def test_what_cannot_be_undone_is_said(body: bytes, coding: str, reason: str) -> None:
    with pytest.raises(CannotInflate) as caught:
        inflate(body, coding, CAP)
    assert str(caught.value) == reason


def test_exactly_the_cap_is_allowed() -> None:
    assert len(inflate(gzip.compress(b"x" * CAP, mtime=0), "gzip", CAP)) == CAP


@given(st.binary(max_size=60), st.sampled_from(["gzip", "deflate", "gzip, deflate", "br", "\0"]))
def test_nothing_but_its_own_error_is_raised(body: bytes, codings: str) -> None:
    try:
        reason, found = "", inflate(body, codings, 100)
    except CannotInflate as error:
        reason, found = str(error), b""
    assert reason or len(found) <= 100
