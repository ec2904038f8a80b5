"""The validators of our JSON Schemas, and what they find as sentences."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator
from referencing import Registry, Resource

from scim_conformance.scim.formats import document, is_date_time, is_uri_reference
from scim_conformance.scim.locations import SCHEMAS
from scim_conformance.scim.samples import short

FORMATS = FormatChecker(formats=())
"""Our own formats, so that none is silently skipped when an optional package is missing."""

FORMATS.checks("scim-date-time")(is_date_time)
FORMATS.checks("uri-reference")(is_uri_reference)


@cache
def _registry() -> Registry[Any]:
    found = [document(path.stem) for path in sorted(SCHEMAS.glob("*.json"))]
    return Registry().with_resources([(schema["$id"], Resource.from_contents(schema)) for schema in found])


@cache
def validator(name: str) -> Validator:
    """Return the validator of `schemas/NAME.json`, with our format checks."""
    return Draft202012Validator(document(name), registry=_registry(), format_checker=FORMATS)


def sentences(name: str, body: Any) -> Iterator[str]:
    """Yield what is wrong with a body, one sentence each, with the place first."""
    return (_sentence(error) for error in validator(name).iter_errors(body))


def _sentence(error: ValidationError) -> str:
    place = error.json_path.removeprefix("$").removeprefix(".") or "the body"
    return f"{place}: {_reason(error)}"


def _reason(error: ValidationError) -> str:
    given = short(error.instance, 80)
    match error.validator:
        case "type":
            wanted: Any = error.validator_value
            kinds = wanted if isinstance(wanted, str) else " or ".join(kind for kind in wanted if kind != "null")
            return f"{given} is not a JSON {kinds}"
        case "required":
            return error.message.replace("is a required property", "is missing")
        case "contains":
            urn: Any = error.validator_value
            return f"{given} does not name {urn['const']}"
        case "format":
            return f"{given} is not a {error.validator_value}".replace("scim-date-time", "date and time (xsd:dateTime)")
        case _:
            return error.message[:160]
