"""What /Schemas says of an attribute, and what responses do (RFC 7643 section 7)."""

import base64
import binascii
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from scim_conformance.rfc.conditions import TYPES
from scim_conformance.rfc.generated import SCHEMAS, schema_of
from scim_conformance.rfc.obligations import any_of, lacks, says, when_ok
from scim_conformance.rfc.published import listed, types_with, walk
from scim_conformance.scenario.checks import Obligation, View
from scim_conformance.scenario.notes import kept
from scim_conformance.scenario.words import short
from scim_conformance.scim import urns
from scim_conformance.scim.paths import elements, find_key, member, parse
from scim_conformance.scim.paths import read as at

USUAL = ("userName", "nickName", "title", "displayName", "name", "emails", "password", "active")
"""Core attributes that are asked for by name."""
MOST_NAMES = 20
"""Attributes that are never returned and are asked for by name."""
ALWAYS_THERE = frozenset({"id", "schemas", "meta"})
"""Attributes that any response may have, whatever is asked for."""


def described(bindings: Mapping[str, str]) -> Iterator[tuple[Any, str | None, Any]]:
    """Yield each published attribute with the URN of its extension, and its name; those of the core have no URN."""
    yield from described_in(kept(SCHEMAS, bindings))


def described_in(schemas: Any) -> Iterator[tuple[Any, str | None, Any]]:
    """The same for a body of /Schemas."""
    for schema in listed(schemas):
        urn = str(member(schema, "id"))
        if urn.lower() == urns.GROUP.lower():
            continue
        for one in elements(member(schema, "attributes")):
            yield one, None if urn.lower() == urns.USER.lower() else urn, member(one, "name")


def _value(body: Any, urn: str | None, name: Any) -> Any:
    holder = body if urn is None else member(body, urn)
    return member(holder, str(name))


def _names(bindings: Mapping[str, str], characteristic: str, word: str) -> list[tuple[str | None, str]]:
    """Return the attributes of which a characteristic has this value."""
    return [
        (urn, str(name))
        for one, urn, name in described(bindings)
        if str(member(one, characteristic)).lower() == word.lower()
    ]


def _none_with(key: str, characteristic: str, word: str) -> Obligation:
    def judge(view: View) -> str | None:
        names = _names(view.bindings, characteristic, word)
        shown = [name for urn, name in names if _value(view.body, urn, name) not in (None, [], {})]
        return f"present: {', '.join(shown)}" if shown else None

    return says(key, f"no attribute whose {characteristic} is {word} in /Schemas", when_ok(judge))


def no_write_only() -> Obligation:
    """Check that no attribute is returned whose mutability is writeOnly."""
    return _none_with("write-only", "mutability", "writeOnly")


def asking_for_never(schemas: Any) -> str:
    """Return a query that names the attributes of users whose `returned` is never in /Schemas, and some others."""
    hidden = [
        one if urn is None else f"{urn}:{one}"
        for attribute, urn, one in described_in(schemas)
        if str(member(attribute, "returned")).lower() == "never"
    ]
    return ",".join([*USUAL, *(one for one in map(str, hidden[:MOST_NAMES]) if one not in USUAL)])


def no_never() -> Obligation:
    """Check that no attribute is returned whose `returned` is never."""
    return _none_with("never", "returned", "never")


def no_request() -> Obligation:
    """Check that no attribute is returned unasked whose `returned` is request."""
    return _none_with("on-request", "returned", "request")


def is_asked_for(name: str, bindings: Mapping[str, str]) -> bool:
    """Return whether /Schemas says that a core attribute, or each of an extension, is returned on request alone."""
    known = described(bindings)
    found = [one for one, urn, told in known if name.lower() == str(told if urn is None else urn).lower()]
    kinds = {str(member(one, "returned")).lower() for one in found}
    return kinds == {"request"}


def lacks_by_default(*names: str) -> Obligation:
    """Check that no resource has these attributes, except those whose `returned` is always in /Schemas."""
    whole = lacks(*names)

    def judge(view: View) -> str | None:
        always = {name.lower() for _, name in _names(view.bindings, "returned", "always")}
        return lacks(*(one for one in names if one.lower() not in always)).judge(view)

    return replace(whole, judge=judge)


def has_always(name: str) -> Obligation:
    """Check for the attributes whose `returned` is always, as far as the response kept under `name` has them."""

    def judge(view: View) -> str | None:
        before = kept(name, view.bindings)
        there = [one for one in _names(view.bindings, "returned", "always") if _value(before, *one) is not None]
        missing = [one[1] for one in there if _value(view.body, *one) is None]
        return f"missing: {', '.join(missing)}" if missing else None

    return says("always", "each attribute whose returned is always in /Schemas", when_ok(judge))


def no_default_but(*asked: str) -> Obligation:
    """Check that no attribute is returned whose `returned` is default, except those that were asked for."""

    def judge(view: View) -> str | None:
        wanted = {*ALWAYS_THERE, *(one.lower() for one in asked)}
        found = [one for one in _names(view.bindings, "returned", "default") if one[1].lower() not in wanted]
        shown = [one[1] for one in found if _value(view.body, *one) not in (None, [], {})]
        return f"present: {', '.join(shown)}" if shown else None

    return says("default", f"of the attributes whose returned is default, only {', '.join(asked)}", when_ok(judge))


def case_kept(path: str, sent: str) -> Obligation:
    """Check that a value is not only changed in letter case, where /Schemas says that it is case-exact."""

    def judge(view: View) -> str | None:
        exact = [one for urn, one in _names(view.bindings, "caseExact", "true") if urn is None]
        found = at(view.body, parse(path))
        folded = isinstance(found, str) and found != sent and found.casefold() == sent.casefold()
        return f"{path} is {short(found)}" if folded and path in exact else None

    return says("case", f"{path} in the letter case in which it was sent, if /Schemas says caseExact", judge)


def decimals() -> Obligation:
    """Check that the attributes whose type is decimal in /Schemas are JSON numbers."""

    def judge(view: View) -> str | None:
        found = [
            (name, one)
            for attribute, urn, name in described(view.bindings)
            for one in _decimals(attribute, _value(view.body, urn, name))
        ]
        bad = [f"{name} is {short(one)}" for name, one in found if not _is_number(one)]
        return bad[0] if bad else None

    return says("decimals", "each attribute of the type decimal as a JSON number", judge)


def _decimals(attribute: Any, value: Any) -> Iterator[Any]:
    """Yield the values of an attribute, or of its parts, that are decimals."""
    if str(member(attribute, "type")).lower() == "decimal":
        yield value
    parts = [one for one in elements(member(attribute, "subAttributes")) if member(one, "type") == "decimal"]
    for one in value if isinstance(value, list) else [value]:
        yield from (member(one, str(member(part, "name"))) for part in parts)


def _is_number(value: Any) -> bool:
    parts = value if isinstance(value, list) else [value]
    return all(one is None or (isinstance(one, int | float) and not isinstance(one, bool)) for one in parts)


def common_characteristics() -> Obligation:
    """Check id, externalId and meta in each schema of a resource type that lists them: in an extension, the same name
    is another attribute. Without /ResourceTypes, in the core schemas."""

    def wrong(schema: Any) -> str | None:
        return any_of(dict(walk(schema)).items(), lambda pair: _unlike_common(*pair))

    return says(
        "common",
        "id, externalId and meta, where they are listed, as in RFC 7643 section 3.1",
        lambda view: any_of((one for one in listed(view.body) if _has_common(one, view.bindings)), wrong),
    )


def _has_common(schema: Any, bindings: Mapping[str, str]) -> bool:
    """Return whether it describes the resources of a type, rather than an extension, or schemas themselves."""
    types = listed(kept(TYPES, bindings))
    bases = {str(member(one, "schema")).lower() for one in types} or {urns.USER.lower(), urns.GROUP.lower()}
    return str(member(schema, "id")).lower() in bases


_COMMON: dict[str, dict[str, tuple[Any, ...]]] = {
    "id": {"mutability": ("readonly",), "caseExact": (True, None), "returned": ("always",)},
    "externalid": {"caseExact": (True, None), "mutability": ("readwrite", "none", "immutable")},
    "meta": {"mutability": ("readonly",)},
}


def _unlike_common(path: str, attribute: Any) -> str | None:
    for name, allowed in _COMMON.get(path.lower(), {}).items():
        found = member(attribute, name)
        told = found if isinstance(found, bool) or found is None else str(found).lower()
        if told not in allowed and found is not None:
            return f"{name} of {path} is {short(found)}"
    return None


def is_declared(path: str, characteristic: str, word: str, urn: str, bindings: Mapping[str, str]) -> bool:
    """Return whether the schema with this URN gives a characteristic of an attribute this value."""
    attributes = {name.lower(): one for name, one in walk(schema_of(bindings, urn))}
    return str(member(attributes.get(path.lower()), characteristic)).lower() == word.lower()


def _certificates(view: View) -> list[Any]:
    found = [member(one, "value") for one in elements(member(view.body, "x509Certificates"))]
    return [one for one in found if one is not None]


def _decoded(text: Any) -> bytes | None:
    """Return the bytes of a base64 text, with or without padding and with either alphabet; None if it is none."""
    told = "".join(str(text).split()).rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(told + "=" * (-len(told) % 4), validate=True)
    except binascii.Error:
        return None


def _of_certificates(key: str, expected: str, met: Callable[[bytes | None], bool], *, gate: bool = False) -> Obligation:
    def judge(view: View) -> str | None:
        bad = [one for one in _certificates(view) if not met(_decoded(one))]
        return f"the value is {short(bad[0])}" if bad else None

    return says(key, expected, judge, gate=gate)


def is_der() -> Obligation:
    """Check that certificates, where they are shown, are base64 of DER: a sequence. A gate."""
    expected = "certificates as base64 of DER"
    return _of_certificates("der", expected, lambda found: found is not None and found[:1] == b"0", gate=True)


def same_bytes(sent: str) -> Obligation:
    """Check that a binary value, where it is shown, has the bytes that were sent."""
    wanted = _decoded(sent)
    return _of_certificates("bytes", "the bytes that were sent, in base64", lambda found: found == wanted)


def requires_extension() -> Obligation:
    """Check that the resource type of users requires an extension; without one, nothing can be left out."""

    def judge(view: View) -> str | None:
        return None if required_extensions(view.body) else "no extension is required"

    return says("requires", "an extension of users that is required", judge)


def required_extensions(types: Any) -> list[str]:
    """Return the URNs of the extensions that /ResourceTypes requires of users."""
    found = [ext for one in types_with(urns.USER, types) for ext in elements(member(one, "schemaExtensions"))]
    return [str(member(one, "schema")) for one in found if member(one, "required") is True]


def refused_or_extended(types: str) -> Obligation:
    """Check that a creation without a required extension is refused, or that the target fills it."""

    def judge(view: View) -> str | None:
        if not view.answer.ok:
            return None if 400 <= view.answer.status < 500 else f"status {view.answer.status}"
        if member(view.answer.json, "userName") is None:
            return None  # only a part of the resource is shown
        wanted = required_extensions(kept(types, view.bindings))
        missing = [urn for urn in wanted if find_key(view.answer.json, urn) is None]
        return f"created without {missing[0]}" if missing else None

    return says("extension", "a refusal, or a resource with each required extension", judge, gate=True)
