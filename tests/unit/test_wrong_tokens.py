"""Tokens that are nearly right: what they are made from, and that no target which checks a signature accepts them."""

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scim_conformance.demo.keys import Keys
from scim_conformance.scenario.exchange import Credential
from scim_conformance.target import wrong_tokens

JWT = Keys().token
FORGED = [one for one in Credential if one.startswith("jwt-")]


def _part(token: str, number: int) -> Any:
    part = token.split(".")[number]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


@pytest.mark.parametrize("credential", FORGED)
def test_a_forged_token_differs_from_the_right_one(credential: Credential) -> None:
    made = wrong_tokens.made(JWT, credential)
    assert made is not None
    assert made != JWT
    assert made.count(".") == 2


def test_each_is_forged_as_its_name_says() -> None:
    made = {one: str(wrong_tokens.made(JWT, one)) for one in FORGED}
    header, claims, signature = JWT.split(".")
    assert made[Credential.JWT_UNSIGNED] == f"{header}.{claims}."
    assert _part(made[Credential.JWT_NONE], 0)["alg"] == "none"
    assert made[Credential.JWT_CLAIMS].startswith(f"{header}.")
    assert made[Credential.JWT_CLAIMS].endswith(f".{signature}")
    assert _part(made[Credential.JWT_CLAIMS], 1) == _part(JWT, 1) | {"sct": 1}
    signed, _, said = made[Credential.JWT_EMPTY_KEY].rpartition(".")
    right = base64.urlsafe_b64encode(hmac.digest(b"", signed.encode(), hashlib.sha256)).rstrip(b"=").decode()
    assert said == right


@given(st.one_of(st.text(), st.from_regex(r"[\w-]{0,40}\.[\w-]{0,40}\.[\w-]{0,40}", fullmatch=True)))
def test_what_is_no_jwt_is_not_forged(token: str) -> None:
    assert not wrong_tokens.is_jwt(token)
    assert wrong_tokens.made(token, Credential.JWT_NONE) is None


@pytest.mark.parametrize("header", ["[]", "1", "{}", '"alg"', "[" * 5000])
def test_parts_that_are_json_do_not_make_a_jwt(header: str) -> None:
    parts = [base64.urlsafe_b64encode(one.encode()).rstrip(b"=").decode() for one in (header, "{}", "signature")]
    assert not wrong_tokens.is_jwt(".".join(parts))
