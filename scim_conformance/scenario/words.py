"""What a target says about a request that it did not serve, in one line and in its own words, whatever their shape.

`said` is the one place for it: checks, what blocks a scenario and `doctor` show what it returns. It knows the shapes of
errors in use: SCIM, problem details (RFC 9457), OAuth, FastAPI, ASP.NET, Django, a text, a page for people. Of any
other document it returns the beginning. It never returns what is only an echo of the request.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from scim_conformance.scenario.exchange import Answer
from scim_conformance.scim import markup, urns
from scim_conformance.scim.paths import elements, member
from scim_conformance.scim.samples import sample, short

__all__ = ["quoted", "said", "short"]

MOST_PLACES = 3
"""Entries of a list of errors that are shown."""

MOST_LOOKED_AT = 20
"""Entries of a list of errors that are evaluated."""

DEEPEST = 4
"""Objects within objects in which words are searched for."""

LONGEST = 200
"""Characters of a text that is meant to be read."""

BEGINNING = 100
"""Characters of a document in which nothing is known to be meant to be read."""

TEXTS = (
    "detail", "error", "message", "errorMessage", "errorSummary", "error_description", "description", "title", "reason",
    "msg", "faultstring", "exception",
)  # fmt: skip
"""The members of an object that say what is wrong; the first of them that says anything."""

MORE = {
    "error": ("error_description", "message"),
    "message": ("errors", "details"),
    "errorSummary": ("errorCauses",),
    "title": ("errors",),
}
"""The members that go into detail: OAuth's error and its description, ASP.NET's title and its list of errors."""

LISTS = ("errors", "details", "errorMessages", "non_field_errors", "fault", "response")
"""The members that contain words one level further down."""

NO_ATTRIBUTES = frozenset({"detail", "details", "error", "errors", "message", "errorMessages", "msg", "reason"})
"""Members whose lists of texts are about no attribute; others, such as `title`, are attributes of a user too."""

PLACES = ("loc", "field", "path", "property", "attribute", "param")
"""The members of an entry that say which attribute its message is about."""

ECHOES = frozenset({"input", "ctx", "body", "request", "payload", "value", "url", "type", "instance", "trace", "stack"})
"""Members that repeat what was sent, or that only a program reads."""

SENT = frozenset({"username", "displayname", "operations", "emails", "members"})
"""Members of a resource, or of a request that changes one: an error has none of them."""


def quoted(answer: Answer) -> str | None:
    """Return what a response says, as a JSON string for a sentence, or None (see `said`)."""
    found = said(answer)
    return None if found is None else short(found, LONGEST)


def said(answer: Answer) -> str | None:
    """Return what a response says about a request that was not served, in one line, or None if it says nothing.

    A response with the status of success has a resource, and no words; unless it is a page for people, or an error all
    the same.
    """
    if 300 <= answer.status < 400 or answer.problem is not None or not answer.body.strip():
        return None
    if answer.unreadable is not None:
        return _text(answer) or None
    if answer.status < 400 and not _is_error(answer.json):
        return None
    return one_line(_words(answer.json, 0)) or _beginning(answer.json) or None


def _is_error(body: Any) -> bool:
    """Return whether a body is an error, whatever the status."""
    if urns.ERROR in elements(member(body, "schemas")):
        return True
    return any(member(body, name) is not None for name in ("error", "errors", "detail")) and member(body, "id") is None


def one_line(text: str, most: int = LONGEST) -> str:
    """Return a text on one line, truncated."""
    line = " ".join(text[: most * 20].split())
    return line if len(line) <= most else line[: most - 1] + "…"


def _text(answer: Answer) -> str:
    """Return the text of a body that is not JSON: of a page, what its reader sees."""
    text = answer.body[: markup.MOST].decode("utf-8", "replace")
    if markup.is_markup(text):
        return one_line(markup.title(text)) or one_line(markup.text(text), BEGINNING)
    if answer.status < 400:
        return ""
    is_plain = (answer.header("Content-Type") or "").lower().startswith("text/plain")
    return one_line(text, LONGEST if is_plain else BEGINNING)


def _words(value: Any, depth: int) -> str:
    """Return what a part of an error says, or an empty string."""
    if isinstance(value, str):
        return value
    if depth >= DEEPEST:
        return ""
    if isinstance(value, list):
        return "; ".join(_texts(value[:MOST_LOOKED_AT], depth)[:MOST_PLACES])
    if not isinstance(value, dict):
        return ""
    return _by_attribute(value) or ("" if _is_sent(value) else _placed(value, depth) or _scim_type(value))


def _texts(values: Iterable[Any], depth: int) -> list[str]:
    """Return what each of these says, each text once."""
    found = (one_line(_words(one, depth + 1)) for one in values)
    return [*dict.fromkeys(one for one in found if one)]


def _placed(value: dict[str, Any], depth: int) -> str:
    """Return what an object says, after the attribute that it is about (FastAPI: `loc` and `msg`)."""
    message, place = _named(value, depth), next((one for one in map(value.get, PLACES) if one), None)
    parts = place[:MOST_LOOKED_AT] if isinstance(place, list) else [place]
    where = ".".join(str(one)[:80] for one in parts if isinstance(one, str | int))
    return f"{where}: {message}" if where and message and not where.startswith("/") else message


def _named(value: dict[str, Any], depth: int) -> str:
    for name in TEXTS:
        found = _texts([member(value, name)], depth)
        if found:
            more = [
                one for one in _texts((member(value, one) for one in MORE.get(name, ())), depth) if one not in found
            ]
            return ": ".join([found[0].rstrip(":. ") if more else found[0], *more])
    return "; ".join(_texts((member(value, name) for name in LISTS), depth))


def _by_attribute(value: dict[str, Any]) -> str:
    """Return what lists of messages for each attribute say, as Django and ASP.NET write them."""
    lists = [isinstance(held, list) and bool(held) and isinstance(held[0], str) for held in value.values()]
    if not lists or not all(lists) or not NO_ATTRIBUTES.isdisjoint(value):
        return ""
    return "; ".join(f"{name[:80]}: {one_line(held[0])}" for name, held in islice(value.items(), MOST_PLACES))


def _scim_type(value: dict[str, Any]) -> str:
    found = member(value, "scimType")
    return f"scimType {found}" if isinstance(found, str) and found else ""


def _is_sent(value: dict[str, Any]) -> bool:
    """Return whether an object is a resource or a request, such as the one that was sent, and no error."""
    schemas = elements(member(value, "schemas"))
    return bool(schemas and urns.ERROR not in schemas) or not SENT.isdisjoint(name.lower() for name in value)


def _beginning(value: Any) -> str:
    """Return the beginning of a document in which nothing is known to be words, without what was sent."""
    kept = _kept(sample(value), 0)
    return "" if kept in NOTHING else short(kept, BEGINNING)


NOTHING: tuple[Any, ...] = (None, "", [], {})


def _kept(value: Any, depth: int) -> Any:
    if isinstance(value, list) and depth < DEEPEST:
        return [one for one in (_kept(held, depth + 1) for held in value) if one not in NOTHING]
    if isinstance(value, dict):
        return {} if depth >= DEEPEST or _is_sent(value) else dict(_members(value, depth))
    return value


def _members(value: dict[str, Any], depth: int) -> Iterator[tuple[str, Any]]:
    for name, held in value.items():
        kept = _kept(held, depth + 1)
        if name.lower() not in {*ECHOES, "schemas", "status"} and kept not in NOTHING:
            yield name, kept
