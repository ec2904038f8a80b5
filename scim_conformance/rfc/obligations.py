"""What the standards require of one response, beyond what Entra's scenarios ask for."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from scim_conformance.rfc.bodies import ids, is_list, resource, resources, settled, values_of
from scim_conformance.scenario.checks import Judge, Obligation, View
from scim_conformance.scenario.notes import kept
from scim_conformance.scenario.words import quoted, short
from scim_conformance.scim import urns
from scim_conformance.scim.paths import elements, member, parse
from scim_conformance.scim.paths import read as at
from scim_conformance.scim.values import same_text


def says(key: str, expected: str, judge: Judge, *, gate: bool = False) -> Obligation:
    """Make an obligation of a function that returns None, or what it found instead."""
    return Obligation(key, expected, judge, gate=gate)


def when_ok(judge: Judge) -> Judge:
    """Judge a success alone."""
    return lambda view: judge(view) if view.answer.ok else None


def error(scim_type: str, *others: str) -> Obligation:
    """Check that a refusal carries this scimType, or one of the others."""
    wanted = (scim_type, *others)

    def judge(view: View) -> str | None:
        found = member(view.answer.json, "scimType")
        return None if view.answer.ok or found in wanted else f"scimType is {short(found)}"

    return says("scim-type", f"scimType {' or '.join(wanted)}", judge)


def no_other_error(scim_type: str) -> Obligation:
    """Check that a refusal that carries a scimType carries this one."""

    def judge(view: View) -> str | None:
        found = member(view.answer.json, "scimType")
        return None if view.answer.ok or found in (None, "", scim_type) else f"scimType is {short(found)}"

    return says("other-type", f"no scimType other than {scim_type}", judge)


def refused_or(*statuses: int, key: str = "status") -> Obligation:
    """Check for a refusal: one of these statuses. A gate."""
    expected = f"a refusal with status {' or '.join(map(str, statuses))}"
    return says(key, expected, lambda view: None if view.answer.status in statuses else said(view), gate=True)


def not_served(key: str = "refused") -> Obligation:
    """Check that a request is refused with any 4xx or 501."""

    def judge(view: View) -> str | None:
        refused = 400 <= view.answer.status < 500 or view.answer.status == 501
        return None if refused else said(view)

    return says(key, "a refusal with a status of 400 to 499, or 501", judge, gate=True)


def not_found() -> Obligation:
    """Check for 404. No gate, so that what else a step asks for is judged too."""
    return says("not-found", "status 404", lambda view: None if view.answer.status == 404 else said(view))


def no_crash(key: str = "no-crash") -> Obligation:
    """Check for any status below 500, or 501. A 503 with Retry-After says only that the server is busy. 502 and 504 are
    what a gateway makes of a server that crashed."""
    expected = "no status of 500 or above, except 501, or 503 with Retry-After"
    return says(key, expected, lambda view: said(view) if _crashed(view) else None, gate=True)


def _crashed(view: View) -> bool:
    is_busy = view.answer.status == 503 and view.answer.header("Retry-After") is not None
    return view.answer.status >= 500 and view.answer.status != 501 and not is_busy


def said(view: View) -> str:
    """Return the status of a response, with the words of the target."""
    words = quoted(view.answer)
    return f"status {view.answer.status}" + (f": {words}" if words else "")


def is_error() -> Obligation:
    """Check that a refusal is the SCIM error object, in JSON."""

    def judge(view: View) -> str | None:
        if view.answer.status < 400:
            return None
        found = member(view.body, "schemas")
        return None if found == [urns.ERROR] or urns.ERROR in elements(found) else f"schemas is {short(found)}"

    return says("error", "a JSON object whose schemas contains the Error URN", judge)


def status_text() -> Obligation:
    """Check that an error repeats the HTTP status as a string."""

    def judge(view: View) -> str | None:
        if view.answer.status < 400:
            return None
        found = member(view.body, "status")
        return None if found == str(view.answer.status) else f"status is {short(found)}"

    return says("status-text", "status is the HTTP status as a JSON string", judge)


def value(path: str, wanted: Any, *, key: str = "", exact: bool = False) -> Obligation:
    """Check that an attribute has this value. A target may change the letter case of a text that is not caseExact (RFC
    7643 section 7): `exact` for ids, externalId and types."""
    told = parse(path)

    def judge(view: View) -> str | None:
        found = at(resource(view), told)
        return None if same_text(found, wanted, exact=exact) else f"{path} is {short(found)}"

    return says(key or f"value.{told.slug}", f"{path} is {short(wanted)}", judge)


def user_name(wanted: str) -> Obligation:
    """Check for this userName, in any letter case: userName is not caseExact."""

    def judge(view: View) -> str | None:
        found = member(resource(view), "userName")
        same = isinstance(found, str) and found.casefold() == wanted.casefold()
        return None if same else f"userName is {short(found)}"

    return says("kept", f"userName is {wanted}, in any letter case", judge)


def no_value(path: str, *, key: str = "") -> Obligation:
    """Check that an attribute has no value: absent, null or an empty list."""
    told = parse(path)

    def judge(view: View) -> str | None:
        found = at(resource(view), told)
        return None if found in (None, [], {}) else f"{path} is {short(found)}"

    return says(key or f"unset.{told.slug}", f"{path} has no value", judge)


def values(path: str, *wanted: str, key: str = "") -> Obligation:
    """Check that a multi-valued attribute has exactly these values, in any order and letter case. `{name}` is a stored
    id, which has one letter case."""

    def judge(view: View) -> str | None:
        found = values_of(resource(view), path)
        stored = [view.bindings.get(one[1:-1], one) for one in wanted if one.startswith("{")]
        expected = [*stored, *(one for one in wanted if not one.startswith("{"))]
        met = same_text(found, expected, exact=False) and {*stored} <= {*found}
        return None if met else f"{path} has the values {short(found)}"

    return says(key or "values", f"{path} has exactly the values {', '.join(wanted) or 'none'}", judge)


def found(*names: str, key: str = "found") -> Obligation:
    """Check that a list contains exactly the resources stored under these names. RFC-LST-01 asks for totalResults: a
    list with cursors may leave it out (RFC 9865)."""

    def judge(view: View) -> str | None:
        listed = ids(view.body)
        wanted = {view.bindings.get(name, "?"): name for name in names}
        told = [wanted.get(one, "another resource") for one in listed]
        total = member(view.body, "totalResults")
        met = sorted(listed) == sorted(wanted) and total in (None, len(names))
        return None if met else f"totalResults {short(total)}, and listed: {', '.join(told) or 'none'}"

    return says(key, f"exactly {', '.join(names) or 'no resource'}", judge)


def never_lists(*names: str, key: str = "only") -> Obligation:
    """Check that a response, if it is a list, contains no resources except these: a refusal passes too."""

    def judge(view: View) -> str | None:
        if not view.answer.ok:
            return None
        other = {*ids(view.body)} - {view.bindings.get(name, "?") for name in names}
        return f"{resources(len(other))} that should not be listed" if other else None

    return says(key, f"no resources except {', '.join(names)}" if names else "no resources", judge)


def empty_or_refused(key: str = "none") -> Obligation:
    """Check for a list without resources, or a refusal with 400 to 499, or 501."""

    def judge(view: View) -> str | None:
        if 400 <= view.answer.status < 500 or view.answer.status == 501:
            return None
        total, listed = member(view.body, "totalResults"), elements(member(view.body, "Resources"))
        met = view.answer.ok and is_list(view) and total in (None, 0) and not listed
        return None if met else f"{said(view)}, totalResults {short(total)} with {resources(len(listed))}"

    return says(key, "a list without resources, or a refusal", judge)


def has(*names: str, key: str = "has") -> Obligation:
    """Check that the resource has these attributes."""

    def judge(view: View) -> str | None:
        missing = [name for name in names if at(resource(view), parse(name)) in (None, "", [])]
        return f"missing: {', '.join(missing)}" if missing else None

    return says(key, f"the attributes {', '.join(names)}", judge)


def lacks(*names: str, key: str = "lacks") -> Obligation:
    """Check that no resource in the response has these attributes."""

    def judge(view: View) -> str | None:
        listed = elements(member(view.body, "Resources")) or [view.body]
        shown = [name for name in names if any(at(one, parse(name)) not in (None, []) for one in listed)]
        return f"present: {', '.join(shown)}" if shown else None

    return says(key, f"not the attributes {', '.join(names)}", judge)


def as_before(name: str, *changed: str, key: str = "unchanged") -> Obligation:
    """Check that a resource is as in the response kept under `name`, except for these attributes and `meta`."""
    left_out = {one.casefold() for one in (*changed, "meta", "schemas")}

    def judge(view: View) -> str | None:
        before = kept(name, view.bindings)
        differing = [one for one in _differing(before, view.body) if one.casefold() not in left_out]
        return f"different: {', '.join(differing)}" if differing else None

    told = f"everything except {', '.join(changed)}" if changed else "everything"
    return says(key, f"{told} as it was before", judge)


def _differing(before: Any, after: Any) -> Iterator[str]:
    if not isinstance(before, dict) or not isinstance(after, dict):
        yield "the body"
        return
    for name in dict.fromkeys([*before, *after]):
        if settled(before.get(name)) != settled(member(after, name)):
            yield name


DATE = re.compile(r"^-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?$")


def dates(*names: str) -> Obligation:
    """Check that these attributes are dates with a time (xsd:dateTime), where they are there."""

    def judge(view: View) -> str | None:
        values = {name: at(view.body, parse(name)) for name in names}
        bad = [f"{name} is {short(one)}" for name, one in values.items() if one is not None and not _is_date(one)]
        return bad[0] if bad else None

    return says("dates", f"{' and '.join(names)} are an xsd:dateTime", judge)


def _is_date(found: object) -> bool:
    return isinstance(found, str) and DATE.match(found) is not None


def has_header(name: str) -> Obligation:
    """Check that a response has a header with a value."""

    def judge(view: View) -> str | None:
        return None if (view.answer.header(name) or "").strip() else f"{name} is missing"

    return says(name.lower(), f"the header {name}", judge)


def header_contains(name: str, *wanted: str, key: str = "") -> Obligation:
    """Check that a header has one of these values, whatever its parameters and letter case."""

    def judge(view: View) -> str | None:
        found = (view.answer.header(name) or "").partition(";")[0].strip().lower()
        return None if found in wanted else f"{name} is {found or 'missing'}"

    return says(key or name.lower(), f"{name} {' or '.join(wanted)}", judge)


def any_of(checked: Iterable[Any], wrong: Callable[[Any], str | None]) -> str | None:
    """Return the first finding, or None."""
    return next((told for one in checked if (told := wrong(one)) is not None), None)
