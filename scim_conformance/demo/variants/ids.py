"""Legal variants in what an id looks like: any non-empty string (RFC 7643 section 3.1)."""

import json
import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Around, Go, Target, body_of, operations, set_body
from scim_conformance.demo.probing.bodies import replaced
from scim_conformance.demo.probing.registry import Probe, probe
from scim_conformance.demo.probing.wire import Wire
from scim_conformance.demo.shapes import answered, of_type, refusal
from scim_conformance.demo.variants.registry import variant

SOURCE = "RFC 7643 section 3.1, id"
Name = Callable[[int], str]
"""Makes the n-th id."""


def with_ids(kind: str, name: Name) -> Around:
    """Return a variant whose ids are made by `name`; the store keeps its own."""

    async def around(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
        # The server cuts the body of a request whose path it does not know: one with a slash in the id.
        target.service.max_body_size = lambda request: None  # type: ignore[method-assign]  # noqa: ARG005
        shown: dict[str, str] = target.notes.setdefault(kind, {})
        _in(request, {outer: inner for inner, outer in shown.items()})
        response = await answered(target, request, go)
        for _, resource in of_type(request, response):
            shown.setdefault(str(resource["id"]), name(len(shown) + 1))
        response.body = _out(response.body, shown)
        response.headers = {key: _located(value, shown) for key, value in response.headers.items()}
        return response

    return around


def _out(value: Any, shown: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: _out(entry, shown) for name, entry in value.items()}
    if isinstance(value, list):
        return [_out(entry, shown) for entry in value]
    if isinstance(value, str):
        return _located(value, shown) if "://" in value else shown.get(value, value)
    return value


def _located(text: str, shown: dict[str, str]) -> str:
    """Return a URL with the shown id in its last segment."""
    start, slash, last = text.rpartition("/")
    return f"{start}{slash}{quote(shown[last], safe='')}" if last in shown else text


def _in(request: ScimRequest, known: dict[str, str]) -> None:
    kind, _, identifier = request.path.lstrip("/").partition("/")
    request.path = f"/{kind}/{known[identifier]}" if identifier in known else request.path
    if "filter" in request.query:
        request.query = {**request.query, "filter": _quoted(request.query["filter"], known)}
    body = body_of(request)
    for operation in operations(body):
        if "path" in operation:
            operation["path"] = _quoted(str(operation["path"]), known)
    if isinstance(body, dict):
        set_body(request, _out(body, known))


def _quoted(text: str, known: dict[str, str]) -> str:
    """Return a filter with the store's ids where it compares with shown ones."""
    for outer, inner in known.items():
        text = text.replace(f"eq {json.dumps(outer, ensure_ascii=False)}", f'eq "{inner}"')
    return text


def _cased(number: int) -> str:
    """Tell resources apart by the letter case alone."""
    letters = "scimresource"
    return "".join(one.upper() if number >> place & 1 else one for place, one in enumerate(letters))


DIGITS = "ids-digits-strict"


def _ids_like(pattern: str) -> Probe:
    """Tell whether ids are so, and the resource can be read and changed under them."""

    def shows(wire: Wire) -> bool:
        first, second = wire.user(), wire.user()
        path = f"/Users/{quote(second, safe='')}"
        assert wire.patch(path, replaced("title", "x")).status == 204
        read = wire.get(path)
        assert (read.id, read.json["title"]) == (second, "x")
        return first != second and re.fullmatch(pattern, second) is not None

    return shows


@variant(DIGITS, "An id that is no number is malformed: 400", "RFC 7644 section 3.12, 400; SHOULD only")
async def ids_digits_strict(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    identifier = request.path.lstrip("/").partition("/")[2]
    if request.path.startswith(("/Users/", "/Groups/")) and identifier and not identifier.isdecimal():
        return refusal(HTTPStatus.BAD_REQUEST, f"{identifier} is no id", "invalidValue")
    return await with_ids(DIGITS, lambda number: str(1_000_000 + number))(target, request, go)


@probe("ids-digits-strict")
def ids_digits_strict_differs(wire: Wire) -> bool:
    return wire.get("/Users/none").status == 400 and _ids_like(r"\d{7}")(wire)


def _differ_in_case(wire: Wire) -> bool:
    first, second = wire.user(), wire.user()
    return first != second and first.lower() == second.lower()


IDS: dict[str, tuple[str, Name, Probe]] = {
    "ids-digits": ("Ids are strings of digits", lambda number: str(1_000_000 + number), _ids_like(r"\d{7}")),
    "ids-letter-case": ("Ids differ only in letter case", _cased, _differ_in_case),
    "ids-long": ("Ids have 250 characters", lambda number: f"{number:05}" + "x" * 245, _ids_like(r"\w{250}")),
    "ids-names": (
        "Ids are distinguished names",
        lambda number: f"uid={number},ou=people;dc=example+dc=com",
        _ids_like(r"uid=\d+,ou=.*"),
    ),
    "ids-urls": (
        "Ids contain characters that URLs reserve",
        lambda number: f"urn:x:{number}?a=b&c=%41#d[e] $!*'()@",
        _ids_like(r"urn:x:\d+\?a=b&c=%41#d\[e\] .*"),
    ),
    "ids-slashes": ("Ids contain slashes", lambda number: f"tenant/7/{number}", _ids_like(r"tenant/7/\d+")),
    "ids-unicode": ("Ids are not ASCII", lambda number: f"käyttäjä-用户-{number}", _ids_like(r"käyttäjä-用户-\d+")),
    "ids-quotes": ("Ids contain quotes and backslashes", lambda number: f'a"b\\{number}', _ids_like(r'a"b\\\d+')),
    "ids-emails": (
        "Ids look like addresses",
        lambda number: f"u{number}+scim@directory.example",
        _ids_like(r"u\d+\+scim@.*"),
    ),
}

for _name, (_behaviour, _make, _differs) in IDS.items():
    variant(_name, _behaviour, SOURCE)(with_ids(_name, _make))
    probe(_name)(_differs)
