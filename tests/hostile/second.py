"""A second client: what it finds of a run in a target is what the run has to name."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

from tests.hostile.world import NAMING

MOST_PAGES = 20
CLEANED = {"id", "name"}


def tags(run_id: str) -> tuple[str, ...]:
    """Return the spellings of a run's tag: as it is, its hex digits, and the same as a decimal number."""
    digits = re.sub(r"^sct", "", run_id.lower())
    return run_id.lower(), digits, str(int(digits, 16))


def journalled(directory: Path) -> list[dict[str, Any]]:
    """Return the readable lines of the journals of a report directory."""
    lines = [line for path in sorted(directory.rglob("journal*.jsonl")) for line in path.read_text().splitlines()]
    found = []
    for line in lines:
        try:
            found.append(json.loads(line))
        except ValueError:
            continue
    return [one for one in found if isinstance(one, dict)]


def found(url: str, token: str, run_id: str, directory: Path) -> dict[str, str]:
    """Return what is tagged or in the journal and is there: name by `/Users/ID` or `/Groups/ID`."""
    with httpx.Client(headers={"Authorization": f"Bearer {token}"}, timeout=20) as client:
        seen: dict[str, str] = {}
        for kind, attribute in NAMING.items():
            for one in _everybody(client, f"{url}/{kind}"):
                name = str(one.get(attribute) or "")
                if any(name.lower().startswith(tag) or tag in name.lower() for tag in tags(run_id)[:2]):
                    seen[f"/{kind}/{one.get('id')}"] = name
        for kind, attribute, line in _lines(directory):
            seen |= _looked_up(client, url, kind, attribute, line)
        return {place: name for place, name in seen.items() if _is_there(client, url, place)}


def _lines(directory: Path) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield each line with the endpoint and the naming attribute of what it is about."""
    kinds: dict[str, str] = {}
    for line in journalled(directory):
        key = str(line.get("key"))
        kind = kinds.setdefault(key, f"{line.get('type') or 'User'}s")
        if kind in NAMING:
            yield kind, NAMING[kind], line


def _looked_up(client: httpx.Client, url: str, kind: str, attribute: str, line: dict[str, Any]) -> dict[str, str]:
    seen = {}
    if isinstance(line.get("id"), str) and line["id"]:
        seen[f"/{kind}/{line['id']}"] = "by its id"
    if isinstance(line.get("name"), str):
        text = line["name"].replace("\\", "\\\\").replace('"', '\\"')
        answer = client.get(f"{url}/{kind}", params={"filter": f'{attribute} eq "{text}"'})
        for one in _resources(answer):
            if str(one.get(attribute)).lower() == line["name"].lower():
                seen[f"/{kind}/{one.get('id')}"] = line["name"]
    return seen


def _is_there(client: httpx.Client, url: str, place: str) -> bool:
    _, kind, identifier = place.split("/", 2)
    return client.get(f"{url}/{kind}/{quote(identifier, safe='')}").status_code == 200


def _everybody(client: httpx.Client, url: str) -> Iterator[dict[str, Any]]:
    ids: set[str] = set()
    for _ in range(MOST_PAGES):
        answer = client.get(url, params={"startIndex": len(ids) + 1, "count": 100})
        fresh = [one for one in _resources(answer) if str(one.get("id")) not in ids]
        if not fresh:
            return
        ids |= {str(one.get("id")) for one in fresh}
        yield from fresh


def _resources(answer: httpx.Response) -> list[dict[str, Any]]:
    try:
        body = answer.json() if answer.status_code == 200 else {}
    except ValueError:
        return []
    held = body.get("Resources") if isinstance(body, dict) else None
    return [one for one in held or [] if isinstance(one, dict)]
