"""Secrets that come and go during a run: cookies that the target sets, passwords that are sent to it."""

import threading

from scim_conformance.scenario import passwords
from scim_conformance.target.redact import Redactor

MOST = 300
"""Cookies and passwords that responses are searched for, newest first: a target may set any number of cookies."""

SHORTEST_COOKIE = 8

PASSWORD = "a password"  # noqa: S105 - what the redactor calls one


class Passing:
    """Has the redactor search for the newest of them."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor, self._lock = redactor, threading.Lock()
        self._held: list[str] = []

    def cookie(self, header: str) -> None:
        """Learn the value in a Set-Cookie header."""
        value = header.partition(";")[0].partition("=")[2].strip().strip('"')
        # A value without a digit is a word, such as a language or a domain, and would be masked in every response.
        if len(value) >= SHORTEST_COOKIE and any(one.isdigit() for one in value):
            self._learn("a cookie", value)

    def without_passwords(self, body: str) -> str:
        """Return a request's body with a variable for each password, and learn the passwords."""
        clean, held = passwords.masked_request(body)
        for password in held:
            if passwords.worth_looking_for(password):
                self._learn(PASSWORD, password)
        return clean

    def _learn(self, name: str, value: str) -> None:
        with self._lock:
            if value in self._redactor.secrets:
                return
            self._redactor.add(name, value, common_only=True)
            self._held.append(value)
            for old in self._held[:-MOST]:
                self._redactor.forget(old)
            del self._held[:-MOST]
