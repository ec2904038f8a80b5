"""Cookies and passwords are looked for; words are not, and not without end."""

import pytest

from scim_conformance.target.passing import MOST, Passing
from scim_conformance.target.redact import MASK, Redactor


@pytest.mark.parametrize(
    ("header", "echoed", "shown"),
    [
        ("session=0a1b2c3d4e5f6a7b; Path=/; HttpOnly", "is 0a1b2c3d4e5f6a7b", f"is {MASK}"),
        ('session="0a1b2c3d4e5f6a7b"', "is 0a1b2c3d4e5f6a7b", f"is {MASK}"),
        ("s=a1b2c3d4", "is a1b2c3d4, and xa1b2c3d4x", f"is {MASK}, and xa1b2c3d4x"),
        ("lang=English", "English", "English"),
        ("tenant=example.com", "ada@example.com", "ada@example.com"),
        ("n=12345", "12345", "12345"),
        ("nonsense", "nonsense", "nonsense"),
        ("", "", ""),
    ],
)
def test_a_cookie_is_looked_for_and_a_word_is_not(header: str, echoed: str, shown: str) -> None:
    redactor = Redactor()
    Passing(redactor).cookie(header)
    assert redactor.text(echoed) == shown


def test_the_newest_are_looked_for() -> None:
    redactor = Redactor()
    passing = Passing(redactor)
    for number in range(MOST + 50):
        passing.cookie(f"session=cookie-{number:04}-0123456789")
    assert len(redactor.secrets) == MOST
    assert redactor.text(f"cookie-{MOST + 49:04}-0123456789") == MASK
    assert redactor.text("cookie-0000-0123456789") == "cookie-0000-0123456789"


def test_a_password_is_looked_for_from_then_on() -> None:
    redactor = Redactor()
    body = Passing(redactor).without_passwords('{"userName":"ada","password":"Kx7!mq-2026-pw"}')
    assert body == '{"userName":"ada","password":"$SCIM_CONFORMANCE_PASSWORD"}'
    assert redactor.text("it was Kx7!mq-2026-pw") == f"it was {MASK}"
