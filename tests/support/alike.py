"""Two runs side by side: what their reports say, without what differs from run to run.

What differs is times and ids, if both have the same tag. Without `reuse`, it is also what depends on which resource of
an earlier scenario a later one used again: whether a request prepared one, and what a response shows of it.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

CHANGING = {
    "certificate_id",
    "finished",
    "process",
    "report_dir",
    "run_id",
    "seconds",
    "start",
    "started",
    "stop",
    "time",
    "timestamp",
    "uuid",
}
"""Names of members that are times or made for one run."""

_UUID = r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"
_VARIES = re.compile(
    rf"{_UUID}|(?:(?<=%22)|\b(?<!%))[0-9a-f]{{32}}|\bid-\d+\b"
    r"|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+\d\d:\d\d)?"
    r"|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT"
    r'|W/\\*"[^"\\]*\\*"|127\.0\.0\.1:\d+|\b\d+(?:\.\d+)? m?s\b'
)


def results(directory: Path, *, reuse: bool = True) -> dict[str, Any]:
    """Return each result of result.json by its scenario's id. `reuse`: with the requests that only prepare."""
    found = json.loads((directory / "result.json").read_text(encoding="utf-8"))
    tag = found["run_id"]
    return {one["id"]: _clean(_scenario(one, reuse=reuse), tag) for one in found["scenarios"]}


def summary(directory: Path) -> Any:
    """Return what result.json says of the whole run."""
    found = json.loads((directory / "result.json").read_text(encoding="utf-8"))
    whole = {name: value for name, value in found.items() if name not in {"scenarios", "requests", "neighbours"}}
    return _clean(whole, found["run_id"])


def junit(directory: Path) -> str:
    """Return junit.xml."""
    text = (directory / "junit.xml").read_text(encoding="utf-8")
    return str(_text(re.sub(r' (?:time|timestamp)="[^"]*"', "", text), ""))


def allure(directory: Path, *, reuse: bool = True) -> dict[str, Any]:
    """Return each of Allure's results by its name, with the contents of its attachments."""
    place = directory / "allure-results"
    found = [json.loads(one.read_text(encoding="utf-8")) for one in place.glob("*-result.json")]
    return {one["name"]: _clean(_attached(one, place, reuse=reuse), "") for one in found}


def _scenario(scenario: dict[str, Any], *, reuse: bool) -> dict[str, Any]:
    exchanges = scenario["exchanges"]
    named = [{**one, "exchange": _step(exchanges, one.get("exchange"))} for one in scenario["checks"]]
    occurred = [{**one, "exchange": None} for one in scenario.get("occurrences", [])]
    kept = exchanges if reuse else [_asked(one) for one in exchanges if not one["given"]]
    changed = {"checks": named, "exchanges": kept, "occurrences": occurred}
    dropped = set() if reuse else {"requests", "bindings", "judged"}
    return {name: value for name, value in {**scenario, **changed}.items() if name not in dropped}


ASKED = ("step", "by", "method", "url", "request_headers", "request_body", "status", "polls", "failure", "problem")


def _asked(exchange: dict[str, Any]) -> dict[str, Any]:
    """Return an exchange without what its response shows, and without how many users there are."""
    asked = {name: exchange[name] for name in ASKED if name in exchange}
    return {**asked, "url": re.sub(r"startIndex=\d{2,}", "startIndex=…", exchange["url"])}


def _step(exchanges: list[dict[str, Any]], index: int | None) -> Any:
    return None if index is None or index >= len(exchanges) else exchanges[index]["step"]


def _attached(item: dict[str, Any], place: Path, *, reuse: bool) -> dict[str, Any]:
    steps = [one for one in item.get("steps", []) if reuse or not one["name"].startswith("prepare: ")]
    files = [
        {**one, "source": _document(place / one["source"]) if reuse else ""} for one in item.get("attachments", [])
    ]
    inner = [_attached(one, place, reuse=reuse) for one in steps]
    labels = [one for one in item.get("labels", []) if one["name"] != "thread"]
    return {**item, "steps": inner, "attachments": files, "labels": labels}


def _document(path: Path) -> Any:
    text = path.read_text(encoding="utf-8")
    return json.loads(text) if path.suffix == ".json" else text


def _clean(value: Any, tag: str) -> Any:
    if isinstance(value, dict):
        return {name: _clean(one, tag) for name, one in value.items() if name not in CHANGING}
    if isinstance(value, list):
        return [_clean(one, tag) for one in value]
    return _text(value, tag) if isinstance(value, str) else value


def _text(text: str, tag: str) -> str:
    return _VARIES.sub("…", text.replace(tag, "TAG") if tag else text)


def differences(one: Any, other: Any, place: str = "") -> Iterator[str]:
    """Yield each place at which two of these differ."""
    if isinstance(one, dict) and isinstance(other, dict):
        for name in one.keys() | other.keys():
            yield from differences(one.get(name), other.get(name), f"{place}/{name}")
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for index, pair in enumerate(zip(one, other, strict=True)):
            yield from differences(*pair, f"{place}/{index}")
    elif one != other:
        yield f"{place}: {str(one)[:300]} != {str(other)[:300]}"
