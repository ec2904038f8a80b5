"""What no response may show, and what its headers must say: the obligations of `suites/security`."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from scim_conformance.rfc.bodies import ids, resource, resources, values_of
from scim_conformance.rfc.obligations import says
from scim_conformance.scenario.checks import Obligation, View
from scim_conformance.scenario.notes import kept, status_of
from scim_conformance.scim.paths import attributes, elements, member

SLOW = 10.0
"""Seconds after which a filter that is hard to evaluate has had its effect."""

_INTERNALS = {
    "a stack trace": re.compile(
        r"Traceback \(most recent|^\s+at [\w.$]+\(|\bat [\w.$<>]+\([\w.]+\.\w+:\d+\)|File \"[^\"]+\", line"
        r"|\bat [^\n]{0,80}\([^()\s]+:\d+:\d+\)|goroutine \d+ \[|\w/[\w-]+\.(rb|php|py|go|rs|cs):(line )?\d+",
        re.MULTILINE,
    ),
    "SQL": re.compile(
        # Statements in small letters need a second sign: an error in English may select a user from a directory.
        r"\b(SELECT .+ FROM|INSERT INTO|UPDATE \w+ SET|ORA-\d{5}|(?i:syntax error at or near|sqlstate)\b"
        r"|(?i:select [^.]+ from \S+ where |insert into \S+ ?\(|update \S+ set \S+ ?= ?))"
    ),
    "a path of the server": re.compile(r"(?<![\w.:/-])(/(usr|var|home|opt|srv)/|[A-Z]:\\{1,2})[\w./\\-]+"),
    "the class of an exception": re.compile(
        r"\b(?:[a-z_]\w*\.){2,}[A-Z]\w*(?:Exception|Error)\b|\bSystem\.(?:\w+\.)*\w+Exception\b"
    ),
}
_VERSION = re.compile(r"/\d+\.\d+|\d+\.\d+\.\d+")
BANNERS = ("Server", "X-Powered-By", "X-AspNet-Version")


def no_internals() -> Obligation:
    """Check that an error shows no stack trace, SQL, path of the server or class of an exception."""

    def judge(view: View) -> str | None:
        text = _as_read(view.answer.body.decode("utf-8", "replace"))
        shown = [name for name, pattern in _INTERNALS.items() if pattern.search(text)]
        return f"the response shows {' and '.join(shown)}" if shown else None

    return says("internals", "no stack trace, SQL, path of the server or class of an exception", judge)


def _as_read(text: str) -> str:
    """Return a body with what JSON escapes as it is read: a line of a stack trace begins after a break and a tab."""
    for escaped, read in ESCAPES.items():
        text = text.replace(escaped, read)
    return text


ESCAPES = {"\\r": "", "\\n": "\n", "\\t": "\t", '\\"': '"', "\\\\": "\\"}


def no_versions() -> Obligation:
    """Check that no header names the version of a product."""

    def judge(view: View) -> str | None:
        found = [(name, view.answer.header(name) or "") for name in BANNERS]
        shown = [f"{name}: {value}" for name, value in found if _VERSION.search(value)]
        return shown[0] if shown else None

    return says("versions", "no version of a product in Server and X-Powered-By", judge)


def not_cached() -> Obligation:
    """Check that a response with personal data is not stored in a cache that others share."""

    def judge(view: View) -> str | None:
        found = (view.answer.header("Cache-Control") or "").lower()
        words = {one.strip().partition("=")[0] for one in found.split(",")}
        return None if words & {"no-store", "private", "no-cache"} else f"Cache-Control is {found or 'missing'}"

    return says("cache", "Cache-Control with no-store, private or no-cache", judge)


def not_public() -> Obligation:
    """Check that a response with personal data does not ask to be cached for all."""

    def judge(view: View) -> str | None:
        found = (view.answer.header("Cache-Control") or "").lower()
        return f"Cache-Control is {found}" if re.search(r"\bpublic\b", found) else None

    return says("public", "no Cache-Control: public", judge)


def no_foreign_origin(origin: str) -> Obligation:
    """Check that a page of another site may not read the response."""

    def judge(view: View) -> str | None:
        found = view.answer.header("Access-Control-Allow-Origin")
        return f"Access-Control-Allow-Origin is {found}" if found == origin else None

    return says("origin", "no Access-Control-Allow-Origin with the origin of the request", judge)


def in_time() -> Obligation:
    """Check that a response comes within ten seconds."""

    def judge(view: View) -> str | None:
        seconds = view.answer.seconds
        return f"after {seconds:.0f} s" if seconds > SLOW else None

    return says("in-time", f"a response within {SLOW:.0f} seconds", judge)


def none_of(*names: str) -> Obligation:
    """Check that a resource has none of these members, at its top or below a URN."""

    def judge(view: View) -> str | None:
        body = resource(view)
        places = [body, *(value for name, value in attributes(body).items() if name.lower().startswith("urn:"))]
        shown = [name for name in names if any(member(one, name) not in (None, []) for one in places)]
        return f"present: {', '.join(shown)}" if shown else None

    return says("assigned", f"none of {', '.join(names)}", judge)


def without_effect(sent: Mapping[str, object], before: str) -> Obligation:
    """Check that a resource has none of these values, at its top or below a URN. What the user kept under `before`, who
    was made without them, has too is the target's own."""

    def judge(view: View) -> str | None:
        own = set(_told(kept(before, view.bindings), sent))
        shown = {name for name, place, value in _told(resource(view), sent) if (name, place, value) not in own}
        return f"present: {', '.join(sorted(shown))}" if shown else None

    return says("assigned", f"none of {', '.join(sent)} with the value that was sent", judge)


def _told(body: Any, sent: Mapping[str, object]) -> Iterator[tuple[str, str, str]]:
    """Yield the names of which a resource has the value that was sent, each with its place and the value."""
    members = body.items() if isinstance(body, dict) else ()
    extensions = {urn: one for urn, one in members if urn.lower().startswith("urn:")}
    for place, found in {"": body, **extensions}.items():
        for name, value in sent.items():
            shown = member(found, name)
            if str(shown).lower() == str(value).lower():
                yield name, place, str(shown)


_SECRET = re.compile(
    r"pass(word|wd|_?phrase)|pwd|(pass(word|wd)?|pwd).*(hash|digest|salt)"
    r"|(hash(ed)?|encrypted)_?(pass(word|wd)?|pwd)",
    re.IGNORECASE,
)


def hides(secret: str) -> Obligation:
    """Check that a response has no password at any depth: no text with the one that was sent, and no text under a name
    such as password or passwordHash."""

    def judge(view: View) -> str | None:
        shown = [name for name, text in _texts(view.body) if secret in text or _SECRET.fullmatch(name)]
        return f"present: {', '.join(dict.fromkeys(shown))}" if shown else None

    return says("lacks", "no password, in clear or as a hash", judge)


def _texts(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Yield each text at any depth that is not empty, with the name of what it is in."""
    if isinstance(value, str) and value:
        yield name, value
    for key, one in value.items() if isinstance(value, dict) else ():
        yield from _texts(one, key)
    for one in value if isinstance(value, list) else ():
        yield from _texts(one, name)


def no_object(name: str) -> Obligation:
    """Check that an attribute of what is found, if it is there, is a text and no object."""

    def judge(view: View) -> str | None:
        found = member(resource(view), name) if view.answer.ok else None
        return None if found is None or isinstance(found, str) else f"{name} is {str(found)[:60]}"

    return says("text", f"{name} as a text, or none", judge)


def at_most_one(name: str) -> Obligation:
    """Check that a list has no resource except the one stored under `name`."""

    def judge(view: View) -> str | None:
        if not view.answer.ok:
            return None
        other = {*ids(view.body)} - {view.bindings.get(name, "?")}
        return f"{resources(len(other), 'other ')}" if other else None

    return says("literal", f"no resource except {{{name}}}", judge)


def not_linked(host: str) -> Obligation:
    """Check that no address in a response names this host."""

    def judge(view: View) -> str | None:
        headers = " ".join(view.answer.header(name) or "" for name in ("Location", "Content-Location"))
        shown = host in headers or host in view.answer.body.decode("utf-8", "replace")
        return f"the response names {host}" if shown else None

    return says("links", f"no address with the host {host}", judge)


def only_user(name: str) -> Obligation:
    """Check that a response has no resource except the one stored under `name`: a refusal passes too."""

    def judge(view: View) -> str | None:
        if not view.answer.ok:
            return None
        listed = elements(member(view.answer.json, "Resources"))
        shown = [*listed, *([view.answer.json] if member(view.answer.json, "id") else [])]
        other = [one for one in shown if str(member(one, "id")) != view.bindings.get(name, "?")]
        return f"status {view.answer.status} with {resources(len(other), 'other ')}" if other else None

    return says("only-user", f"a refusal, or no resource except {{{name}}}", judge)


def no_header(name: str) -> Obligation:
    """Check that a response does not have this header."""

    def judge(view: View) -> str | None:
        return f"the response has {name}" if view.answer.header(name) is not None else None

    return says("split", f"no header {name}", judge)


def not_evaluated(name: str) -> Obligation:
    """Check that no part of a text was evaluated as a template: 7*7 is not 49."""

    def judge(view: View) -> str | None:
        found = str(member(resource(view), name) or "")
        return f"{name} is {found[:60]}" if re.search(r"(?<!\w)49", found.partition(" ")[2]) else None

    return says("evaluated", f"{name} in which 7*7 is text", judge)


def is_json() -> Obligation:
    """Check that the media type of a resource is JSON, so that no browser runs it."""

    def judge(view: View) -> str | None:
        found = (view.answer.header("Content-Type") or "").lower()
        return None if "json" in found else f"Content-Type is {found or 'missing'}"

    return says("json", "a media type of JSON", judge)


def joined(*names: str) -> Obligation:
    """Check that the users whose addition, in the step `join-` with their name, succeeded are members."""

    def judge(view: View) -> str | None:
        found = values_of(view.body, "members")
        added = [name for name in names if status_of(f"join-{name}", view.bindings) in {200, 204}]
        lost = [name for name in added if view.bindings.get(name) not in found]
        return f"not a member: {', '.join(lost)}" if lost else None

    return says("joined", "each user whose addition succeeded is a member", judge)
