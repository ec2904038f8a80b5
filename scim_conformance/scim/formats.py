"""Our JSON Schemas as documents, and the formats of strings that they name."""

import json
import re
from datetime import datetime
from functools import cache
from typing import Any

from scim_conformance.scim.locations import SCHEMAS

_DATE_TIME = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?$")
_NOT_IN_URI = re.compile(r'[\s<>"{}|\\^`]')


def is_date_time(value: object) -> bool:
    """Tell whether a string is an xsd:dateTime with date and time (RFC 7643 section 2.3.5); the zone is optional."""
    if not isinstance(value, str):
        return True
    if _DATE_TIME.match(value) is None:
        return False
    try:
        datetime.fromisoformat(re.sub(r"\.\d+", "", value))
    except ValueError:
        return False
    return True


def is_uri_reference(value: object) -> bool:
    """Tell whether a string can be a URI reference (RFC 3986): no white space and none of the excluded characters."""
    return not isinstance(value, str) or _NOT_IN_URI.search(value) is None


@cache
def document(name: str) -> Any:
    """Load `schemas/NAME.json`."""
    return json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))
