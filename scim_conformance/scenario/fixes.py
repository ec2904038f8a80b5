"""What the vendor changes, where that depends on what was sent before: a fix is about what was seen.

The same check is asked after a creation and after a change, with booleans and with texts. A `FixText` is a text that is
true in every case, with others for what a scenario may have sent; `fitting` chooses.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from enum import Enum, auto
from typing import Any

from scim_conformance.scenario.exchange import Request
from scim_conformance.scim.paths import elements, member


class Sent(Enum):
    """What a scenario sent before a check: a change, the checked attribute as a text, `active` as false."""

    CHANGE = auto()
    TEXT = auto()
    INACTIVE = auto()


class FixText(str):
    """A text for every case, and others: where something was sent, the first of these that applies."""

    where: tuple[tuple[Sent, str], ...]

    def __new__(cls, text: str, *where: tuple[Sent, str]) -> "FixText":
        """Make a text with others."""
        found = super().__new__(cls, text)
        found.where = where
        return found


CHANGED = "change what the request names, keep everything else, and return what is stored"
"""The usual fix of a change that is not what it should be."""

_USUAL: dict[str, str] = {
    "same": "return the resource with the requested id, and no other",
    "letter-case": "store and return texts in the letter case in which they were sent",
    "stored": FixText("store what was sent, and return it", (Sent.CHANGE, CHANGED)),
    "absent": "remove the attribute that the request names",
    "one": "return the one resource that matches the filter",
    "one-or-none": "return the one resource that matches the filter, or an empty list",
    "member": "change only the members that the request names",
    "id": "return the resource with its id",
}


def usual(key: str, expected: str) -> str:
    """Return the fix of a check that has none of its own, by the kind of what it expects; empty: there is none."""
    if key == "status":
        return "return status 200 with the resource" if expected == "status 200" else f"accept it: return {expected}"
    return _USUAL.get(key.partition(".")[0], "")


def fitting(fix: str, attribute: str, requests: Sequence[Request]) -> str:
    """Return the fix of a check on this attribute, after these requests."""
    where = fix.where if isinstance(fix, FixText) else ()
    return next((text for sent, text in where if _WAS[sent](requests, attribute)), str(fix))


def of_refusal(expected: str, actual: str, request: Request) -> str:
    """Return what to change where a request is refused for its headers, whatever it asks for; empty: it is not."""
    status, _, words = actual.partition(":")
    if not expected.startswith("status 20") or not status.startswith("status "):
        return ""
    if status == "status 406":
        return "accept requests without Accept: Entra sends none"
    if status == "status 415":
        return _of_media_type(request)
    named = next((name for name, _ in request.headers if name.lower() in _OWN and name.lower() in words.lower()), None)
    return "" if named is None else f"accept the header {named}: ignore what you do not know"


_OWN = ("adscimversion",)


def _of_media_type(request: Request) -> str:
    if request.body is None:
        return "accept GET and DELETE without Content-Type: they have no body, and Entra sends none"
    said = next((value for name, value in request.headers if name.lower() == "content-type"), "application/scim+json")
    return f"accept Content-Type {said}, as Entra sends it"


def _was_changed(requests: Sequence[Request], attribute: str) -> bool:
    del attribute
    return any(one.method == "PATCH" for one in requests)


def _was_text(requests: Sequence[Request], attribute: str) -> bool:
    """Return whether the last request that sets the attribute sets it to a text."""
    values = [value for one in requests for value in _values(one, attribute)]
    return bool(values) and isinstance(values[-1], str)


def _was_inactive(requests: Sequence[Request], attribute: str) -> bool:
    del attribute
    return any(str(value).lower() == "false" for one in requests for value in _values(one, "active"))


_WAS: dict[Sent, Callable[[Sequence[Request], str], bool]] = {
    Sent.CHANGE: _was_changed,
    Sent.TEXT: _was_text,
    Sent.INACTIVE: _was_inactive,
}


def _values(request: Request, attribute: str) -> Iterator[Any]:
    """Yield the values to which a request sets an attribute."""
    try:
        body = json.loads(request.body or "") if request.method in {"POST", "PATCH"} else None
    except (ValueError, RecursionError):
        return
    if request.method == "POST":
        yield from _of(body, attribute)
    for one in elements(member(body, "Operations")):
        path, value = member(one, "path"), member(one, "value")
        if isinstance(path, str) and path.lower() == attribute.lower():
            yield value
        elif path is None:
            yield from _of(value, attribute)


def _of(value: Any, attribute: str) -> Iterator[Any]:
    found = member(value, attribute)
    if found is not None:
        yield found
