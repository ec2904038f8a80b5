"""Requests and responses as an HTTP Archive (HAR 1.2), for browser network panels, proxies and support desks."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import msgspec

from scim_conformance.reporting import neutral
from scim_conformance.scenario.model import Moment
from scim_conformance.system.visible import visible
from scim_conformance.verdict.results import CUT, Recorded, ScenarioResult
from scim_conformance.verdict.run_result import RunResult

NOT_KNOWN = -1
"""HAR's number for a size that was not measured."""


def document(result: RunResult, chosen: Sequence[ScenarioResult]) -> bytes:
    """Return the archive of these scenarios, one page each, indented. Bodies have the same length as in result.json."""
    held = [one for one in chosen if one.exchanges and one.moment != Moment.ALWAYS.value]
    log = {
        "version": "1.2",
        "creator": {"name": "scim-conformance", "version": result.suite_version},
        "pages": [_page(one) for one in held],
        "entries": [_entry(exchange, one) for one in held for exchange in one.exchanges],
        "comment": f"run {result.run_id} against {result.target}, profile {result.profile}. {result.disclaimer}",
    }
    text = msgspec.json.format(msgspec.json.encode({"log": log}), indent=1).decode()
    return (neutral.in_json(visible(text)) + "\n").encode()


def _page(scenario: ScenarioResult) -> dict[str, Any]:
    return {
        "startedDateTime": _time(scenario.exchanges[0].started),
        "id": scenario.id,
        "title": f"{scenario.id} {scenario.title}: {scenario.verdict}",
        "pageTimings": {},
    }


def _entry(exchange: Recorded, scenario: ScenarioResult) -> dict[str, Any]:
    milliseconds = round(exchange.seconds * 1000, 3)
    return {
        "pageref": scenario.id,
        "startedDateTime": _time(exchange.started),
        "time": milliseconds,
        "request": _request(exchange),
        "response": _response(exchange),
        "cache": {},
        "timings": {"send": 0, "wait": milliseconds, "receive": 0},
        "comment": f"{exchange.step}: {exchange.why} ({'prepares' if exchange.given else exchange.by})",
    }


def _request(exchange: Recorded) -> dict[str, Any]:
    query = parse_qsl(urlsplit(exchange.url).query, keep_blank_values=True)
    found: dict[str, Any] = {
        "method": exchange.method,
        "url": exchange.url,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(exchange.request_headers),
        "queryString": _pairs(query),
        "headersSize": NOT_KNOWN,
        "bodySize": _size(exchange.request_body),
    }
    if exchange.request_body is not None:
        kind = _header(exchange.request_headers, "content-type")
        found["postData"] = {"mimeType": kind, "params": [], "text": exchange.request_body}
    return found


def _response(exchange: Recorded) -> dict[str, Any]:
    body = exchange.response_body or ""
    said = {} if exchange.failure is None else {"comment": exchange.failure}
    return {
        "status": exchange.status or 0,
        "statusText": "",
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(exchange.response_headers),
        "content": {
            "size": _size(exchange.response_body),
            "mimeType": _header(exchange.response_headers, "content-type"),
            "text": body,
        },
        "redirectURL": _header(exchange.response_headers, "location"),
        "headersSize": NOT_KNOWN,
        "bodySize": NOT_KNOWN,
        **said,
    }


def _pairs(pairs: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in pairs]


def _header(headers: Sequence[tuple[str, str]], name: str) -> str:
    return next((value for key, value in headers if key.lower() == name), "")


def _size(body: str | None) -> int:
    return 0 if body is None else NOT_KNOWN if CUT in body else len(body.encode("utf-8", "replace"))


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
