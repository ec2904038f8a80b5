"""What an answer can be asked for. Each returns an Obligation; the call site adds level, source and consequence."""

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from scim_conformance.scenario.checks import Obligation, View
from scim_conformance.scim.paths import AttrPath, elements, member, parse, read

MISSING = "it is missing"
"""What is said of an attribute or a header that an answer does not have."""


def short(value: object, limit: int = 120) -> str:
    """Return a value as JSON for a sentence, cut to `limit` characters."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def status(*allowed: int, key: str = "status") -> Obligation:
    """Ask for one of these statuses. A gate: with another status the rest of the answer says nothing."""
    expected = "status " + " or ".join(map(str, allowed))
    return Obligation(key, expected, lambda view: _not_status(view, allowed), gate=True)


def succeeds(wanted: int) -> Obligation:
    """Ask for success, which is `wanted`, but with any 2xx there is more to judge. A gate."""
    return Obligation(
        "status",
        f"status {wanted}",
        lambda view: None if view.answer.ok else f"status {view.answer.status}{_detail(view)}",
        gate=True,
    )


def _not_status(view: View, allowed: tuple[int, ...]) -> str | None:
    if view.answer.status in allowed:
        return None
    return f"status {view.answer.status}{_detail(view)}"


def _detail(view: View) -> str:
    body = view.answer.json
    if isinstance(body, dict) and isinstance(body.get("detail"), str):
        return f": {short(body['detail'], 200)}"
    where = view.answer.header("Location") if 300 <= view.answer.status < 400 else None
    return f" to {where[:200]}" if where else ""


def status_below(limit: int, key: str = "status") -> Obligation:
    """Ask for any status below `limit`: success or a refusal that says why, but no failure of the server."""
    return Obligation(
        key,
        f"a status below {limit}",
        lambda view: None if view.answer.status < limit else f"status {view.answer.status}{_detail(view)}",
        gate=True,
    )


def served(wanted: int) -> Obligation:
    """Ask of a request under load for the status that it has without; however it fails, it is one fault."""
    plain = status(wanted, key="served")
    return replace(plain, expected=f"{plain.expected} under load too", cause="throttled")


SERVED = ": it was served"
"""How what is found ends where a request should have been refused."""


def refused(key: str = "refused") -> Obligation:
    """Ask that the request is not served: no 2xx."""
    return Obligation(
        key,
        "the request is refused",
        lambda view: f"status {view.answer.status}{SERVED}" if view.answer.ok else None,
    )


def not_html() -> Obligation:
    """Ask that the answer is not a page for people, nor a redirect to one."""
    return Obligation("not-html", "neither an HTML page nor a redirect", _page)


def _page(view: View) -> str | None:
    if 300 <= view.answer.status < 400:
        return f"status {view.answer.status}{_detail(view)}"
    declared = "html" in (view.answer.header("Content-Type") or "").lower()
    return "an HTML page" if declared and view.answer.body.strip() else None


def none_found() -> Obligation:
    """Ask for a ListResponse without any resource."""
    return Obligation("none", "a ListResponse with totalResults 0", lambda view: _count(view, 0))


def nobody_or_refused() -> Obligation:
    """Ask for a ListResponse without any resource, or for a refusal of the filter."""
    return Obligation(
        "none",
        "a ListResponse with totalResults 0, or a refusal of the filter",
        lambda view: None if 400 <= view.answer.status < 500 else _not_status(view, (200,)) or _count(view, 0),
    )


def _count(view: View, wanted: int) -> str | None:
    body = view.body
    if not isinstance(body, dict) or "totalResults" not in body:
        return f"no ListResponse: {short(body)}"
    found = elements(body.get("Resources"))
    if body["totalResults"] != wanted or len(found) != wanted:
        return f"totalResults {short(body['totalResults'])} with {len(found)} Resources"
    return None


def found_only(name: str) -> Obligation:
    """Ask for a ListResponse with exactly the resource whose id was taken as `name`."""
    return Obligation("one", f"a ListResponse with exactly {{{name}}}", lambda view: _only(view, name), gate=True)


def _only(view: View, name: str) -> str | None:
    wrong = _count(view, 1)
    if wrong is not None:
        return wrong
    found, wanted = member(view.body["Resources"][0], "id"), view.bindings.get(name)
    return None if str(found) == wanted else f"another resource, id {short(found)}"


def found_one() -> Obligation:
    """Ask for a ListResponse with exactly one resource, whichever it is."""
    return Obligation("single", "a ListResponse with exactly one resource", lambda view: _count(view, 1), gate=True)


def at_most(name: str) -> Obligation:
    """Ask for nothing or exactly the resource taken as `name`."""
    return Obligation(
        "one-or-none",
        f"a ListResponse with nothing or exactly {{{name}}}",
        lambda view: None if _count(view, 0) is None else _only(view, name),
    )


def has_id() -> Obligation:
    """Ask for an id that later requests can name."""
    return Obligation("id", "the resource with its id", _no_id)


def _no_id(view: View) -> str | None:
    found = member(view.body, "id")
    # That an id is a string is for STD-IDS-01 to say, once.
    usable = isinstance(found, str | int) and not isinstance(found, bool) and found != ""
    return None if usable else f"id is {short(found)}"


def another_than(name: str) -> Obligation:
    """Ask for a resource with another id than the one taken as `name`."""
    return Obligation(
        "another",
        f"another id than {{{name}}}",
        lambda view: "the same id" if str(member(view.body, "id")) == view.bindings.get(name) else None,
    )


def is_resource(name: str) -> Obligation:
    """Ask for the resource whose id was taken as `name`. A gate: what another one holds says nothing."""
    return Obligation("same", f"the resource {{{name}}}", lambda view: _other(view, name), gate=True)


def _other(view: View, name: str) -> str | None:
    found = member(view.body, "id")
    return None if str(found) == view.bindings.get(name) else f"id is {short(found)}"


def same_text(found: Any, wanted: Any, *, exact: bool) -> bool:
    """Tell whether two attribute values are equal; strings without regard to case unless `exact`."""
    if isinstance(found, str) and isinstance(wanted, str):
        return found == wanted or (not exact and found.casefold() == wanted.casefold())
    return type(found) is type(wanted) and bool(found == wanted)


def stored(path: AttrPath, wanted: Any, *, exact: bool = False, prefix: str = "stored") -> Obligation:
    """Ask that the attribute at `path` has this value. Letter case counts where `exact` (RFC 7643 section 2.2)."""
    return Obligation(
        f"{prefix}.{path.slug}",
        f"{path.text} is {short(wanted)}",
        lambda view: _unlike(read(_sole(view), path), wanted, exact=exact),
        cause=f"{prefix}.{path.slug}",
    )


def _sole(view: View) -> Any:
    """The resource of an answer: the body itself, or the only entry of a list."""
    body = view.body
    found = elements(body.get("Resources")) if isinstance(body, dict) else []
    return found[0] if found else body


def _unlike(found: Any, wanted: Any, *, exact: bool) -> str | None:
    if same_text(found, wanted, exact=exact):
        return None
    return MISSING if found is None else f"it is {short(found)}"


def reference(path: AttrPath, name: str, *, or_absent: bool = False) -> Obligation:
    """Ask for a complex reference such as manager, `{"value": id}`, to the resource taken as `name`.

    `or_absent`: an answer that does not show the attribute will do.
    """
    return Obligation(
        f"stored.{path.slug}",
        f"{path.text} is an object with value {{{name}}}",
        lambda view: _not_reference(read(_sole(view), path), view.bindings.get(name), or_absent=or_absent),
        cause=f"reference.{path.slug}",
    )


def _not_reference(found: Any, wanted: str | None, *, or_absent: bool) -> str | None:
    if (isinstance(found, dict) and str(member(found, "value")) == wanted) or (or_absent and found is None):
        return None
    return MISSING if found is None else f"it is {short(found)}"


def letters_kept(values: Iterable[tuple[AttrPath, str]]) -> Obligation:
    """Ask that strings come back in the letter case in which they were sent."""
    pairs = list(values)
    return Obligation("letter-case", "values in the letter case in which they were sent", lambda v: _recased(v, pairs))


def _recased(view: View, pairs: list[tuple[AttrPath, str]]) -> str | None:
    resource = _sole(view)
    changed = [
        f"{path.text} {short(found)}"
        for path, wanted in pairs
        if isinstance(found := read(resource, path), str) and found != wanted and found.casefold() == wanted.casefold()
    ]
    return None if not changed else "changed: " + ", ".join(changed[:3])


def answered_with(path: AttrPath, wanted: Any) -> Obligation:
    """Ask that an answer which has a body shows this value; one without a body says nothing."""
    return Obligation(
        "fresh",
        f"no body, or one in which {path.text} is {short(wanted)}",
        lambda view: _unlike(read(view.body, path), wanted, exact=False) if view.answer.body.strip() else None,
    )


def is_true(path: AttrPath) -> Obligation:
    """Ask for the JSON boolean true."""
    return _boolean(path, wanted=True)


def is_false(path: AttrPath) -> Obligation:
    """Ask for the JSON boolean false."""
    return _boolean(path, wanted=False)


def _boolean(path: AttrPath, *, wanted: bool) -> Obligation:
    return Obligation(
        path.slug,
        f"{path.text} is the JSON boolean {short(wanted)}",
        lambda view: _unlike(read(_sole(view), path), wanted, exact=True),
    )


def absent(path: AttrPath) -> Obligation:
    """Ask that the attribute at `path` has no value: missing, null, empty, or an object with an empty value."""
    return Obligation(
        f"absent.{path.slug}",
        f"{path.text} has no value",
        lambda view: None if _is_nothing(found := read(_sole(view), path)) else f"it is {short(found)}",
        cause=f"absent.{path.slug}",
    )


def _is_nothing(value: Any) -> bool:
    return value is None or value in ("", [])


def no_null_text(sent: Iterable[AttrPath]) -> Obligation:
    """Ask that no attribute at these paths, which were sent as null, is a text that means null."""
    paths = list(sent)
    return Obligation("unset", "no text in place of null", lambda view: _null_texts(view, paths))


def _null_texts(view: View, sent: list[AttrPath]) -> str | None:
    resource = _sole(view)
    texts = {path.text: value for path in sent if isinstance(value := read(resource, path), str)}
    found = [name for name, text in texts.items() if text.lower() in {"null", "undefined", "nil", "none"}]
    return f"the text {short(texts[found[0]])} for {', '.join(found[:5])}" if found else None


def all_or_nothing(values: dict[str, tuple[Any, Any]]) -> Obligation:
    """Ask that attributes, by path, have all their old or all their new values: (old, new)."""
    return Obligation("atomic", "all of the request was applied, or nothing", lambda view: _half(view, values))


def _half(view: View, values: dict[str, tuple[Any, Any]]) -> str | None:
    resource = _sole(view)
    found = {name: read(resource, parse(name)) for name in values}
    if any(all(found[name] == pair[index] for name, pair in values.items()) for index in (0, 1)):
        return None
    return ", ".join(f"{name} is {short(value)}" for name, value in found.items())


def list_of(name: str) -> Obligation:
    """Ask for a ListResponse with the resource taken as `name`, of which only the id need be there."""
    return Obligation("one", f"a ListResponse with exactly {{{name}}}", lambda view: _only(view, name))


def members_are(*names: str) -> Obligation:
    """Ask that the group's members are exactly those taken under these names."""
    shown = ", ".join(f"{{{name}}}" for name in names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
    expected = "members are exactly " + (shown or "none")
    return Obligation("members", expected, lambda view: _members_differ(view, names))


def _members_differ(view: View, names: tuple[str, ...]) -> str | None:
    wanted = [view.bindings.get(name) for name in names]
    found = _members(view)
    lost, foreign = [value for value in wanted if value not in found], [v for v in found if v not in wanted]
    if not lost and not foreign:
        return None
    parts = [f"{len(lost)} missing" if lost else "", f"{len(foreign)} too many" if foreign else ""]
    return f"{len(found)} members: " + ", ".join(part for part in parts if part)


def _members(view: View) -> list[Any]:
    return [str(member(entry, "value")) for entry in elements(member(_sole(view), "members"))]


def members_once() -> Obligation:
    """Ask that no member is listed twice."""
    return Obligation("once", "each member is listed once", _listed_twice)


def _listed_twice(view: View) -> str | None:
    found = _members(view)
    twice = len(found) - len(set(map(str, found)))
    return f"{twice} of {len(found)} entries repeat another" if twice else None


def has_member(name: str, key: str = "member") -> Obligation:
    """Ask that the group has the member taken under this name, whoever else is in it."""
    return Obligation(key, f"{{{name}}} is a member", lambda view: _not_member(view, name))


def _not_member(view: View, name: str) -> str | None:
    found = _members(view)
    return None if view.bindings.get(name) in found else f"it is not among {len(found)} members"


def not_a_member(name: str) -> Obligation:
    """Ask that the group does not have the member taken under this name."""
    return Obligation(
        "ghost",
        f"{{{name}}} is no member",
        lambda view: "it is a member" if view.bindings.get(name) in _members(view) else None,
    )


def no_members() -> Obligation:
    """Ask that `members` is absent or empty, in the resource or in each entry of the list."""
    return Obligation("no-members", "no members in the answer", _members_shown)


def _members_shown(view: View) -> str | None:
    body = view.body
    groups = elements(body.get("Resources")) if isinstance(body, dict) and "Resources" in body else [body]
    shown = sum(len(elements(member(group, "members"))) for group in groups)
    return None if shown == 0 else f"{shown} members are returned"


def scim_type(wanted: str) -> Obligation:
    """Ask for an error with this scimType."""
    return Obligation("scim-type", f"scimType {wanted}", lambda view: _unlike(_scim_type(view), wanted, exact=True))


def _scim_type(view: View) -> Any:
    return view.body.get("scimType") if isinstance(view.body, dict) else None


def has_header(name: str) -> Obligation:
    """Ask for a header."""
    return Obligation(name.lower(), f"the header {name}", lambda view: None if view.answer.header(name) else MISSING)
