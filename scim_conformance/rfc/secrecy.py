"""What no response may show, and what its headers must say: the obligations of `suites/security`."""

import re

from scim_conformance.rfc.obligations import resource, says
from scim_conformance.scenario.checks import Obligation, View
from scim_conformance.scim.paths import elements, member

SLOW = 10.0
"""Seconds after which a filter that is hard to evaluate has had its effect."""

_INTERNALS = {
    "a stack trace": re.compile(
        r"Traceback \(most recent|^\s+at [\w.$]+\(|\bat [\w.$]+\([\w.]+\.java:\d+\)|File \"[^\"]+\", line", re.MULTILINE
    ),
    "SQL": re.compile(
        r"\b(SELECT .+ FROM|INSERT INTO|UPDATE \w+ SET|syntax error at or near|ORA-\d{5}|SQLSTATE)\b", re.IGNORECASE
    ),
    "a path of the server": re.compile(r"(?<![\w.:/-])(/(usr|var|home|opt|srv)/|[A-Z]:\\\\)[\w./\\-]+"),
}
_VERSION = re.compile(r"/\d+\.\d+|\d+\.\d+\.\d+")
BANNERS = ("Server", "X-Powered-By", "X-AspNet-Version")


def no_internals() -> Obligation:
    """Check that an error shows no stack trace, SQL or path of the server."""

    def judge(view: View) -> str | None:
        text = view.answer.body.decode("utf-8", "replace")
        shown = [name for name, pattern in _INTERNALS.items() if pattern.search(text)]
        return f"the response shows {' and '.join(shown)}" if shown else None

    return says("internals", "no stack trace, SQL or path of the server", judge)


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
        places = [body, *(value for name, value in body.items() if name.lower().startswith("urn:"))]
        shown = [name for name in names if any(member(one, name) not in (None, []) for one in places)]
        return f"there: {', '.join(shown)}" if shown else None

    return says("assigned", f"none of {', '.join(names)}", judge)


def at_most_one(name: str) -> Obligation:
    """Check that a list has no resource except the one stored under `name`."""

    def judge(view: View) -> str | None:
        if not view.answer.ok:
            return None
        listed = {str(member(one, "id")) for one in elements(member(view.body, "Resources"))}
        other = listed - {view.bindings.get(name, "?")}
        return f"{len(other)} other resources" if other else None

    return says("literal", f"no resource except {{{name}}}", judge)
