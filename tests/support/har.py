"""The rules of HTTP Archive 1.2 as a JSON Schema: what is required, and of what kind it is."""

from typing import Any

TEXT = {"type": "string"}
NUMBER = {"type": "number"}
MOMENT = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$"}
SIZE = {"type": "integer", "minimum": -1}


def object_(**required: Any) -> dict[str, Any]:
    """An object that has these members; a comment may stand beside them."""
    return {
        "type": "object",
        "required": sorted(required),
        "properties": required | {"comment": TEXT},
    }


def list_(of: dict[str, Any]) -> dict[str, Any]:
    """An array of these."""
    return {"type": "array", "items": of}


PAIRS = list_(object_(name=TEXT, value=TEXT))
POST_DATA = object_(mimeType=TEXT, params=list_(object_(name=TEXT)), text=TEXT)
REQUEST = object_(
    method=TEXT,
    url={"type": "string", "pattern": "^https?://"},
    httpVersion=TEXT,
    cookies=PAIRS,
    headers=PAIRS,
    queryString=PAIRS,
    headersSize=SIZE,
    bodySize=SIZE,
)
REQUEST["properties"]["postData"] = POST_DATA
RESPONSE = object_(
    status={"type": "integer"},
    statusText=TEXT,
    httpVersion=TEXT,
    cookies=PAIRS,
    headers=PAIRS,
    content=object_(size=SIZE, mimeType=TEXT),
    redirectURL=TEXT,
    headersSize=SIZE,
    bodySize=SIZE,
)
ENTRY = object_(
    startedDateTime=MOMENT,
    time={"type": "number", "minimum": 0},
    request=REQUEST,
    response=RESPONSE,
    cache={"type": "object"},
    timings=object_(send=NUMBER, wait=NUMBER, receive=NUMBER),
)
PAGE = object_(startedDateTime=MOMENT, id=TEXT, title=TEXT, pageTimings={"type": "object"})
SCHEMA = object_(
    log=object_(
        version={"const": "1.2"}, creator=object_(name=TEXT, version=TEXT), entries=list_(ENTRY), pages=list_(PAGE)
    )
)
