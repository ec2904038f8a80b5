"""A scenario as a standalone shell script of curl commands.

A run deletes what it creates, so the ids in its requests no longer exist. The script first creates what it needs,
stores the ids in shell variables, and deletes everything at the end. If an account came from an earlier scenario,
another creation of the same run creates one of its kind. Where a request contains an id is in `placing`.
"""

import json
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from scim_conformance.reporting import curl, neutral, placing, referenced
from scim_conformance.scenario import passwords, tags
from scim_conformance.scenario.model import Moment
from scim_conformance.system.visible import visible
from scim_conformance.verdict.results import CUT, Recorded, ScenarioResult
from scim_conformance.verdict.run_result import RunResult

MOST_SENT = 600
"""Characters shown of a request that cannot be repeated as it is."""

_RESOURCE = re.compile(r"/(Users|Groups)/([^/?]+)")
NO_ID = "the-creation-returned-no-id"
"""The text for an id that a creation did not return: an empty one would address all resources."""

SHOWN = "-sS -i -w '\\n'"
"""The flags of curl: everything is printed, and each response on a line of its own. Nothing opens /dev/stderr, which
would empty the file that it leads to."""

HEAD = f"""\
# Needs curl and python3, and the secret token in {curl.TOKEN}. What it makes it deletes at the end.
: "${{{curl.TOKEN}:?set it to the secret token}}"
made() {{ python3 -c '
import json, sys
answer = sys.stdin.buffer.read()
sys.stderr.buffer.write(answer + b"\\n")
while answer.startswith(b"HTTP/"):
    answer = answer.replace(b"\\r\\n", b"\\n").partition(b"\\n\\n")[2]
try:
    print(json.loads(answer)["id"] or "{NO_ID}")
except (ValueError, KeyError, TypeError):
    print("{NO_ID}")'; }}
"""
QUOTE = """\
quote() { python3 -c 'import sys, urllib.parse; print(urllib.parse.quote(sys.argv[1], safe=""))' "$1"; }
"""
PASSWORD = f"""\
: "${{{passwords.VARIABLE}:=$(python3 -c 'import secrets; print("Aa1-" + secrets.token_urlsafe(12))')}}"
"""


@dataclass
class Library:
    """The creations of a run, to take ids from. `makers`: the POST that created an id; `kinds`: Users or Groups, by
    id."""

    makers: dict[str, Recorded] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    directory: str = "result.json"
    """How commands name the run: its report directory, or the file next to the page that shows them."""
    chosen: set[str] = field(default_factory=set)
    """The ids that are values of the run, such as a userName: only where an id is required, they are one."""
    demo: str = ""
    """The command that starts the embedded target again, if that was the target."""

    def place(self, identifier: str) -> placing.Id:
        """Return an id with what is known about it."""
        return placing.Id(identifier, is_chosen=identifier in self.chosen)

    def donors(self, kind: str) -> list[Recorded]:
        """Return the creations of a kind that do not depend on anything else."""
        found = [(key, one) for key, one in self.makers.items() if self.kinds[key] == kind]
        return [one for _, one in found if not any(self.place(other).is_in_body(one) for other in self.makers)]


def library(result: RunResult, directory: str = Library.directory) -> Library:
    """Collect what a run created, and the ids that already existed. `directory`: how commands name the run."""
    found = Library(directory=directory, demo=result.demo)
    for exchange in _all(result):
        if exchange.status is None or not 200 <= exchange.status < 300:
            continue
        kind = _collection(exchange, result.target)
        identifier = _id_in(exchange.response_body) if kind else None
        if kind and identifier:
            found.makers.setdefault(identifier, exchange)
            found.kinds[identifier] = kind
        match = _RESOURCE.search(urlsplit(exchange.url).path)
        if match is not None:
            found.kinds.setdefault(unquote(match[2]), match[1])
    for exchange in _all(result):
        # A member or manager that no recorded request created is one of the users of the run.
        if exchange.status is not None and 200 <= exchange.status < 300:
            for identifier in referenced.ids(exchange.request_body):
                found.kinds.setdefault(identifier, "Users")
    found.chosen = {one for one in found.kinds if _is_chosen(one, found.makers.get(one))}
    return found


def _is_chosen(identifier: str, maker: Recorded | None) -> bool:
    """Return whether an id is not the target's own, but a value that the run sent when it created the resource."""
    if maker is None:
        return tags.found_in(identifier) is not None
    return json.dumps(identifier, ensure_ascii=False) in (maker.request_body or "")


def _all(result: RunResult) -> Iterator[Recorded]:
    for scenario in result.scenarios:
        if scenario.moment != Moment.ALWAYS.value:
            yield from scenario.exchanges


def _collection(exchange: Recorded, base: str) -> str | None:
    """Return what a POST creates, Users or Groups; None for every other request."""
    if exchange.method != "POST" or not exchange.url.startswith(base):
        return None
    last = urlsplit(exchange.url).path.rstrip("/").rpartition("/")[2]
    return last if last in {"Users", "Groups"} else None


def _id_in(body: str | None) -> str | None:
    try:
        found = json.loads(body or "")
    except (ValueError, RecursionError):
        return None
    identifier = found.get("id") if isinstance(found, dict) else None
    return identifier if isinstance(identifier, str) and identifier else None


def scripted(scenario: ScenarioResult, known: Library, base: str, last: int | None = None) -> str:
    """Return the script of a scenario; `last`: the number of the request to stop after, from 0."""
    writer = _Writer(known, base)
    exchanges = scenario.exchanges if last is None else scenario.exchanges[: last + 1]
    for exchange in exchanges:
        writer.add(exchange)
    title = neutral.text(visible(f"# {scenario.id} {scenario.title}".replace("\n", " ")))
    lines = [*writer.lines, *writer.removals()]
    needs = [PASSWORD] if any(f'"${passwords.VARIABLE}"' in line for line in lines) else []
    needs += [QUOTE] if any("=$(quote " in line for line in lines) else []
    return "\n".join([title, HEAD, *needs, *lines]) + "\n"


def exporting(identifier: str, known: Library) -> str:
    """Return the command that runs a scenario again."""
    return f"scim-conformance export {shlex.quote(known.directory)} --format curl {identifier} | sh"


def playing(scenario: ScenarioResult, known: Library) -> str:
    """Return the command that starts the embedded target again and plays a scenario; a check of every response is in
    all of them."""
    return known.demo if scenario.moment == Moment.ALWAYS.value else f"{known.demo} {scenario.id}"


def repeating(exchange: Recorded, known: Library, scenario: ScenarioResult) -> str:
    """Return the command that repeats a request, on one line.

    If it needs what the run has deleted, or creates something: a line with what was sent, then the command that runs
    the scenario again and deletes what it creates. The target of a demo has ended: the command starts it again.
    """
    if known.demo:
        return playing(scenario, known)
    dead = [key for key in known.kinds if known.place(key).is_in(exchange)]
    if not dead and not _collection(exchange, "") and not _follows_a_write(exchange, scenario):
        return curl.command(exchange)
    sent = f"# {exchange.method} {exchange.url} {exchange.request_body or ''}".replace("\n", " ")
    for key in sorted(dead, key=len, reverse=True):
        pattern = re.compile(rf"(?<=[/\"=2]){re.escape(placing.in_a_path(key))}(?=[/?&%\"\\ ]|$)")
        sent = pattern.sub(f"<id of one of the {known.kinds[key]}>", sent)
    more = f"… {len(sent) - MOST_SENT} characters more" if len(sent) > MOST_SENT else ""
    return f"{visible(sent[:MOST_SENT]).rstrip()}{more}\n{exporting(scenario.id, known)}"


def _follows_a_write(exchange: Recorded, scenario: ScenarioResult) -> bool:
    if scenario.moment == Moment.ALWAYS.value:
        return False
    index = next((number for number, one in enumerate(scenario.exchanges) if one is exchange), 0)
    return any(one.method != "GET" for one in scenario.exchanges[:index])


@dataclass
class _Writer:
    known: Library
    base: str
    lines: list[str] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    removed: list[tuple[str, str]] = field(default_factory=list)
    used: list[Recorded] = field(default_factory=list)
    """What has been created already: each creation is used once, because its names are then taken."""

    def add(self, exchange: Recorded) -> None:
        """Write one request, after what it needs."""
        if CUT in (exchange.request_body or ""):
            self.lines += [f"# {_said(exchange)}: its body is longer than a report stores, so it is omitted"]
            return
        for identifier in self._needed(exchange):
            self._provide(identifier)
        self.lines.append(f"# {_said(exchange)}")
        kind = _collection(exchange, self.base)
        made = next((key for key, one in self.known.makers.items() if one is exchange), None)
        if kind and made and made not in self.names:
            self._create(exchange, made, kind)
        elif kind:
            self._try(exchange, kind)
        else:
            self.lines += [visible(curl.command(exchange, self.names, self._parts, shown=SHOWN)), ""]

    def _needed(self, exchange: Recorded) -> list[str]:
        if exchange.status == 404:
            return [key for key in self.known.makers if self._is_unknown(exchange, key)]
        return [key for key in self.known.kinds if self._is_unknown(exchange, key)]

    def _is_unknown(self, exchange: Recorded, key: str) -> bool:
        return key not in self.names and self.known.place(key).is_in(exchange)

    def _provide(self, identifier: str) -> None:
        kind, maker = self.known.kinds[identifier], self.known.makers.get(identifier)
        free = [one for one in self.known.donors(kind) if not any(one is other for other in self.used)]
        maker = maker if maker is not None and CUT not in (maker.request_body or "") else next(iter(free), None)
        if maker is None or any(maker is other for other in self.used):
            name = self._name(identifier, kind)
            self.lines.append(f': "${{{name}:?set it to the id of one of your {kind}}}"')
            self.lines += self._quoted(identifier, name)
            return
        for other in self.known.makers:
            if other not in self.names and other != identifier and self.known.place(other).is_in_body(maker):
                self._provide(other)
        self.lines.append(f"# one of the {kind} that are needed")
        self._create(maker, identifier, kind)

    def _create(self, exchange: Recorded, identifier: str, kind: str) -> None:
        command = self._made_by(exchange)
        name = self._name(identifier, kind)
        self.lines += [f"{name}={command}", *self._quoted(identifier, name), ""]
        self.removed.append((kind, self.known.place(identifier).variable(name)))
        self.used.append(exchange)

    def _try(self, exchange: Recorded, kind: str) -> None:
        """Write a POST that created nothing new in the run: a target that was fixed may create something."""
        name = f"OTHER_{sum(one.startswith('OTHER_') for _, one in self.removed) + 1}"
        in_a_url = f"{name}_IN_URL"
        self.lines += [f"{name}={self._made_by(exchange)}", f'{in_a_url}=$(quote "${name}")', ""]
        self.removed.append((kind, in_a_url))

    def _made_by(self, exchange: Recorded) -> str:
        # In a JSON body, a spelled-out control character is the same character, and cannot control the terminal.
        return f"$({visible(curl.command(exchange, self.names, self._parts, shown='-sS -i'))} | made)"

    def _quoted(self, identifier: str, name: str) -> list[str]:
        """Return the command that quotes an id for a URL, where the ids of this target need that."""
        in_a_url = self.known.place(identifier).variable(name)
        return [f'{in_a_url}=$(quote "${name}")'] if in_a_url != name else []

    def _parts(self, text: str, names: Mapping[str, str], *, body: bool) -> list[tuple[str, bool]]:
        return placing.parts(text, [(self.known.place(one), name) for one, name in names.items()], body=body)

    def _name(self, identifier: str, kind: str) -> str:
        number = sum(name.startswith(kind[:-1].upper()) for name in self.names.values()) + 1
        self.names[identifier] = f"{kind[:-1].upper()}_{number}"
        return self.names[identifier]

    def removals(self) -> list[str]:
        """Return the commands that delete what the script created, groups first."""
        if not self.removed:
            return []
        header = f'-H "Authorization: Bearer ${curl.TOKEN}"'
        order = sorted(self.removed, key=lambda one: one[0])
        lines = [
            f'test "${name}" = {NO_ID} || '
            f'curl -sS -o /dev/null -X DELETE {curl.quoted(self.base)}/{kind}/"${name}" {header}'
            for kind, name in order
        ]
        return ["# delete what this script created; what is already gone returns 404", *lines]


def _said(exchange: Recorded) -> str:
    who = "prepare" if exchange.given else "Entra" if exchange.by == "entra" else "harness"
    answered = exchange.outcome if exchange.status is None else f"returned {exchange.status}"
    return neutral.text(visible(f"{who}: {exchange.why} ({answered} in the run)").replace("\n", " "))


def placed(result: RunResult, check: str) -> tuple[ScenarioResult, int] | None:
    """Return where a check was judged: its scenario and the number of the request, or None."""
    for scenario in result.scenarios:
        for one in scenario.checks:
            if one.id == check and one.exchange is not None and one.exchange < len(scenario.exchanges):
                return scenario, one.exchange
    return None


def scripts(result: RunResult, chosen: Sequence[ScenarioResult]) -> str:
    """Return one script that runs these scenarios one after the other, each in its own shell."""
    known = library(result)
    parts = [f"(\n{scripted(one, known, result.target)})\n" for one in chosen if one.exchanges]
    return "\n".join(["#!/bin/sh", *parts])
