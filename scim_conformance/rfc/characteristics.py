"""What a target publishes beyond what clients cannot do without: descriptions, characteristics, pages."""

from collections.abc import Iterator
from typing import Any

from scim_conformance.rfc.obligations import says
from scim_conformance.rfc.published import every, walk
from scim_conformance.scenario.checks import Obligation, View
from scim_conformance.scenario.words import short
from scim_conformance.scim.paths import member

TEXTS, FLAGS = ("name", "type", "mutability", "returned"), ("multiValued", "required")


def described_types() -> Obligation:
    """Check that each resource type has a description."""

    def wrong(one: Any) -> str | None:
        return None if _is_text(member(one, "description")) else f"{short(member(one, 'name'))} has no description"

    return every("described", "a description of each resource type", wrong)


def described_schemas() -> Obligation:
    """Check that each schema has a name and a description, and each attribute a description."""

    def wrong(schema: Any) -> str | None:
        named = str(member(schema, "id"))
        bad = [f"{named} has no {name}" for name in ("name", "description") if not _is_text(member(schema, name))]
        bad += [f"{path} has no description" for path, one in walk(schema) if not _is_text(member(one, "description"))]
        return bad[0] if bad else None

    return every("described", "a name and a description of each schema, and a description of each attribute", wrong)


def characterised() -> Obligation:
    """Check that each attribute states its characteristics, with the JSON types that RFC 7643 section 7 has for
    them."""

    def wrong(schema: Any) -> str | None:
        bad = [told for path, one in walk(schema) for told in _unstated(path, one)]
        return bad[0] if bad else None

    return every("characterised", "every characteristic of each attribute, with its JSON type", wrong)


def _unstated(path: str, attribute: Any) -> Iterator[str]:
    is_string = str(member(attribute, "type")).lower() == "string"
    flags = (*FLAGS, *(("caseExact",) if is_string else ()))
    texts = (*TEXTS, *(("uniqueness",) if is_string else ()))
    yield from (f"{name} of {path} is {short(member(attribute, name))}" for name in flags if not _flag(attribute, name))
    yield from (
        f"{name} of {path} is {short(member(attribute, name))}"
        for name in texts
        if not _is_text(member(attribute, name))
    )


def _flag(attribute: Any, name: str) -> bool:
    return isinstance(member(attribute, name), bool)


def _is_text(found: object) -> bool:
    return isinstance(found, str) and bool(found.strip())


METHODS = ("cursor", "index")
_NUMBERS = ("defaultPageSize", "maxPageSize", "cursorTimeout")


def pagination() -> Obligation:
    """Check that `pagination` in the configuration, where it is there, states both methods with a boolean, and the rest
    with the types of RFC 9865 section 4."""

    def judge(view: View) -> str | None:
        found = member(view.body, "pagination")
        if found is None:
            return None
        wrong = {name: member(found, name) for name in METHODS if not _flag(found, name)}
        wrong |= {name: one for name in _NUMBERS if (one := member(found, name)) is not None and type(one) is not int}
        method = member(found, "defaultPaginationMethod")
        wrong |= {} if method in (None, *METHODS) else {"defaultPaginationMethod": method}
        return next((f"pagination.{name} is {short(one)}" for name, one in wrong.items()), None)

    return says("pagination", "pagination.cursor and pagination.index as booleans, if there is pagination", judge)
