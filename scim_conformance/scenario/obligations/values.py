"""The values of a resource's attributes: in a body of its own, or as the only entry of a list."""

from collections.abc import Iterable
from typing import Any

from scim_conformance.scenario import passwords
from scim_conformance.scenario.checks import Obligation, View
from scim_conformance.scenario.passwords import is_password
from scim_conformance.scenario.words import short
from scim_conformance.scim.paths import AttrPath, elements, member, read
from scim_conformance.scim.values import same_text, same_value

MISSING = "it is missing"
"""The finding for an attribute or a header that a response does not have."""


def stored(
    path: AttrPath, wanted: Any, *, kind: str = "String", exact: bool = False, prefix: str = "stored"
) -> Obligation:
    """Check that the attribute at `path` has this value, compared in the mapping's type `kind` (see `scim.values`).

    Case-sensitive if `exact` (RFC 7643 section 2.2).
    """
    return Obligation(
        f"{prefix}.{path.slug}",
        f"{path.text} is {_told(path, wanted)}",
        lambda view: _unlike(sole(view.body), path, _kept(path, wanted), kind, exact=exact),
        cause=f"{prefix}.{path.slug}",
        attribute=path.text,
    )


def _unlike(resource: Any, path: AttrPath, wanted: Any, kind: str, *, exact: bool) -> str | None:
    found = read(resource, path)
    said = unlike(found, wanted, kind, exact=exact)
    return said if said is None else f"{said}{_address_of(resource, path, found)}"


def _address_of(resource: Any, path: AttrPath, found: Any) -> str:
    """Return that another attribute has been overwritten with the e-mail address, where it shows; otherwise nothing."""
    mails = {member(one, "value") for one in elements(member(resource, "emails"))}
    is_mail = isinstance(found, str) and "@" in found and found in mails
    return f", the e-mail address instead of {path.text}" if is_mail and path.name.casefold() != "emails" else ""


def _told(path: AttrPath, wanted: Any) -> str:
    return passwords.MASK if is_password(path.text) else short(wanted)


def _kept(path: AttrPath, wanted: Any) -> Any:
    """Return what a response shows of a value: passwords are masked when the response arrives."""
    return passwords.MASK if is_password(path.text) else wanted


def sole(body: Any) -> Any:
    """Return the resource of a response's body: the body itself, or the only entry of a list."""
    found = elements(body.get("Resources")) if isinstance(body, dict) else []
    return found[0] if found else body


def unlike(found: Any, wanted: Any, kind: str = "String", *, exact: bool) -> str | None:
    """Return what was found if it is not the expected value, in the mapping's type `kind` (see `scim.values`)."""
    if same_value(found, wanted, kind, exact=exact):
        return None
    return MISSING if found is None else f"it is {short(found)}"


def is_true(path: AttrPath) -> Obligation:
    """Check for the JSON boolean true."""
    return _boolean(path, wanted=True)


def is_false(path: AttrPath) -> Obligation:
    """Check for the JSON boolean false."""
    return _boolean(path, wanted=False)


def _boolean(path: AttrPath, *, wanted: bool) -> Obligation:
    return Obligation(
        path.slug,
        f"{path.text} is the JSON boolean {short(wanted)}",
        lambda view: unlike(read(sole(view.body), path), wanted, exact=True),
        attribute=path.text,
    )


def reference(path: AttrPath, name: str, *, or_absent: bool = False) -> Obligation:
    """Check for a complex reference such as manager, `{"value": id}`, to the resource stored as `name`.

    `or_absent`: a response without the attribute passes too.
    """
    return Obligation(
        f"stored.{path.slug}",
        f"{path.text} is an object with value {{{name}}}",
        lambda view: _not_reference(read(sole(view.body), path), view.bindings.get(name), or_absent=or_absent),
        cause=f"reference.{path.slug}",
        attribute=path.text,
    )


def _not_reference(found: Any, wanted: str | None, *, or_absent: bool) -> str | None:
    if (isinstance(found, dict) and str(member(found, "value")) == wanted) or (or_absent and found is None):
        return None
    return MISSING if found is None else f"it is {short(found)}"


def absent(path: AttrPath) -> Obligation:
    """Check that the attribute at `path` has no value: missing, null, empty, or an object with an empty value."""
    return Obligation(
        f"absent.{path.slug}",
        f"{path.text} has no value",
        lambda view: None if _is_nothing(found := read(sole(view.body), path)) else f"it is {short(found)}",
        cause=f"absent.{path.slug}",
        attribute=path.text,
    )


def _is_nothing(value: Any) -> bool:
    return value is None or value in ("", [])


def no_null_text(sent: Iterable[AttrPath]) -> Obligation:
    """Check that no attribute at these paths, which were sent as null, is a text that means null."""
    paths = list(sent)
    return Obligation("unset", "no text instead of null", lambda view: _null_texts(view, paths))


def _null_texts(view: View, sent: list[AttrPath]) -> str | None:
    resource = sole(view.body)
    texts = {path.text: value for path in sent if isinstance(value := read(resource, path), str)}
    found = [name for name, text in texts.items() if text.lower() in {"null", "undefined", "nil", "none"}]
    return f"the text {short(texts[found[0]])} for {', '.join(found[:5])}" if found else None


def letters_kept(values: Iterable[tuple[AttrPath, str]]) -> Obligation:
    """Check that strings are returned in the letter case in which they were sent."""
    pairs = list(values)
    return Obligation("letter-case", "values in the letter case in which they were sent", lambda v: _recased(v, pairs))


def _recased(view: View, pairs: list[tuple[AttrPath, str]]) -> str | None:
    resource = sole(view.body)
    changed = [
        f"{path.text} {short(found)}"
        for path, wanted in pairs
        if isinstance(found := read(resource, path), str) and found != wanted and found.casefold() == wanted.casefold()
    ]
    return None if not changed else "changed: " + ", ".join(changed[:3])


def answered_with(path: AttrPath, wanted: Any) -> Obligation:
    """Check that a response with a body shows this value; one without a body passes."""
    kept = _kept(path, wanted)
    return Obligation(
        "fresh",
        f"no body, or {path.text} is {_told(path, wanted)} in it",
        lambda view: unlike(read(view.body, path), kept, exact=False) if view.answer.body.strip() else None,
        attribute=path.text,
    )


def another_value(path: AttrPath, taken: str, whose: str) -> Obligation:
    """Check that the attribute at `path` does not have this value, which another resource has."""
    return Obligation(
        f"taken.{path.slug}",
        f"a different {path.text} than {whose}",
        lambda view: (
            f"{path.text} is {short(taken)} in both"
            if same_text(read(sole(view.body), path), taken, exact=False)
            else None
        ),
    )
