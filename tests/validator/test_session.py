"""A whole session of Microsoft's SCIM Validator: the harness sends each request in its order and its shape, and the
embedded target answers each as the Validator expects."""

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest

from scim_conformance.demo.server import serve
from scim_conformance.entra.dialects import DIALECTS
from scim_conformance.entra.profiles.mapping import AttributeMapping
from scim_conformance.entra.profiles.profile import Profile, load
from scim_conformance.entra.validator import GROUP_EXTENSION, USER_EXTENSION
from scim_conformance.entra.world import Origin
from scim_conformance.scenario import tags
from scim_conformance.scenario.exchange import Exchange, Outgoing
from scim_conformance.scenario.model import Scenario
from scim_conformance.scenario.performance import StepRun
from scim_conformance.scenario.player import Player
from scim_conformance.scim import urns
from scim_conformance.target.wire import TargetWire
from tests.validator.rows import session
from tests.validator.script import Script

TABLE = tomllib.loads((Path(__file__).parent / "session.toml").read_text(encoding="utf-8"))
BODIES = {name: text.strip() for name, text in TABLE["bodies"].items()}
GUIDS = {
    "user_of_nobody": "7d420df3-6b5c-4f2b-9c0d-0f2f1d3c5a11",
    "group_of_nobody": "7d420df3-6b5c-4f2b-9c0d-0f2f1d3c5a12",
}


@dataclass(frozen=True)
class Row:
    """A request of the table. `count`: the number of resources in a list."""

    number: int
    method: str
    target: str
    body: str
    status: int
    count: int | None


def _row(line: str) -> Row:
    number, method, target, body, answer = (part.strip() for part in line.split(" | "))
    code, _, count = answer.partition(" ")
    return Row(int(number), method, target, BODIES.get(body, body), int(code), int(count) if count else None)


ROWS = [_row(line) for line in TABLE["session"]["requests"].strip().splitlines()]


@dataclass(frozen=True)
class Replayed:
    """What was sent, and how it was answered; `ids` by the name that the table uses, `texts` as in `Script.queried`."""

    sent: list[Outgoing]
    steps: list[StepRun]
    ids: Mapping[str, str]
    texts: Mapping[str, str]


def _described() -> Profile:
    """A profile that maps the attributes of Microsoft's two extensions, so that the target describes them."""
    known, script = load("entra-default"), Script(_world(load("entra-default")))
    script.user("u1"), script.group("g1")
    assert known.group is not None
    user, group = (
        msgspec.structs.replace(kind, mapping=[*kind.mapping, *_rows(script.values[name], urn)])
        for kind, name, urn in ((known.user, "u1", USER_EXTENSION), (known.group, "g1", GROUP_EXTENSION))
    )
    return msgspec.structs.replace(known, name="validator", user=user, group=group)


def _rows(values: Mapping[str, Any], urn: str) -> list[AttributeMapping]:
    kinds: Mapping[type, Any] = {bool: "Boolean", str: "String"}
    own = {path: value for path, value in values.items() if path.startswith(urn)}
    return [AttributeMapping(target=path, constant="-", type=kinds[type(value)]) for path, value in own.items()]


def _world(profile: Profile) -> Any:
    return Origin(profile, tags.EXAMPLE, 0, DIALECTS).world("validator")


@cache
def replayed() -> Replayed:
    """Play the session once."""
    profile = _described()
    script, sent, ids = Script(_world(profile)), list[Outgoing](), dict(GUIDS)
    steps = session(script)
    with serve(profile=profile) as served:
        wire = TargetWire(served.url, served.token, timeout=30)

        def send(outgoing: Outgoing) -> Exchange:
            sent.append(outgoing)
            return wire.send(outgoing)

        found = Player(send).play(Scenario(steps), ids)
        wire.close()
    assert found.stopped is None, found.stopped
    return Replayed(sent, found.steps, {name: ids[name] for name in (*script.values, *GUIDS)}, script.queried)


def _encoded(text: str) -> str:
    """Write a text as the session's queries do: a plus for a space, and %40 for @."""
    return text.replace("@", "%40").replace(" ", "+")


def _target(sent: Outgoing, found: Replayed) -> str:
    shown = re.sub(r"%22(.+)%22", lambda match: f"%22{_called(match[1], found.texts)}%22", sent.target)
    for name, identifier in found.ids.items():
        shown = shown.replace(identifier, "<random GUID>" if name in GUIDS else f"{{{name}}}")
    return shown


def _called(text: str, texts: Mapping[str, str]) -> str:
    return next((called for known, called in texts.items() if _encoded(known) == text), text)


SHORT = {
    urns.USER: "USER",
    urns.GROUP: "GROUP",
    urns.ENTERPRISE_USER: "ENTERPRISE",
    USER_EXTENSION: "ENTRA-USER",
    GROUP_EXTENSION: "ENTRA-GROUP",
}


def _shape(value: Any, ids: Mapping[str, str], key: str = "") -> str:
    """Write a body as the table does."""
    match value:
        case dict():
            parts = [f"{_short(name)}{_shape(inner, ids, name)}" for name, inner in value.items()]
            return "{" + " ".join(parts) + "}"
        case list():
            return "[" + " ".join(_shape(inner, ids, "item") for inner in value) + "]"
        case bool():
            return ":boolean" if key.endswith("Enabled") else f":{str(value).lower()}"
    return _text(value, ids, key)


def _text(value: str, ids: Mapping[str, str], key: str) -> str:
    named = next((name for name, identifier in ids.items() if identifier in value), None)
    shown = value if named is None else value.replace(ids[named], f"{{{named}}}")
    if key == "item":
        return _short(shown)
    if key in {"op", "path"} or named is not None:
        return f":{_short(shown)}"
    return f':"{value}"' if value in {"", "true"} else ""


def _short(text: str) -> str:
    urn = next((one for one in SHORT if text == one or text.startswith(f"{one}:")), None)
    return text if urn is None else text.replace(urn, SHORT[urn], 1)


def _body(sent: Outgoing, ids: Mapping[str, str]) -> str:
    if sent.body is None:
        return "-"
    body = json.loads(sent.body)
    if sent.method == "PATCH":
        assert list(body) == ["schemas", "Operations"]
        assert body["schemas"] == [urns.PATCH_OP]
        body = body["Operations"]
    return _shape(body, ids)


def test_the_table_is_the_whole_session() -> None:
    assert [row.number for row in ROWS] == list(range(1, 113))
    counted = {kind: len([row for row in ROWS if row.method == kind]) for kind in ("GET", "POST", "PATCH", "DELETE")}
    assert counted == {"GET": 31, "POST": 32, "PATCH": 16, "DELETE": 33}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.number}")
def test_each_request_is_sent_as_in_the_session(row: Row) -> None:
    found = replayed()
    sent = found.sent[row.number - 1]
    assert (sent.method, _target(sent, found), _body(sent, found.ids)) == (row.method, row.target, row.body)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.number}")
def test_the_embedded_target_answers_as_in_the_session(row: Row) -> None:
    step = replayed().steps[row.number - 1]
    # Where the recorded server returned the changed resource with 200, 204 means the same.
    also = {204} if row.method == "PATCH" else set()
    assert step.answer.status in {row.status, *also}
    assert [f"{one.check.key}: {one.actual}" for one in step.failing] == []
    if row.count is not None:
        assert step.answer.json["totalResults"] == row.count


@pytest.mark.parametrize(("again", "first"), [(9, 4), (76, 66)])
def test_a_duplicate_repeats_the_first_body_byte_for_byte(again: int, first: int) -> None:
    sent = replayed().sent
    assert sent[again - 1].body == sent[first - 1].body
