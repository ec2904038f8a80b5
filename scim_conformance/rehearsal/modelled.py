"""A model of a target, for predictions: queries and reads are sent to the target, and writes are only remembered.

What was written changes what later queries and reads return: later requests meet the target as it would be then.
"""

import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_plus

from scim_conformance.entra import payload
from scim_conformance.entra.engine import calls
from scim_conformance.entra.engine.model import EntraRequest, NoAnswer, Reply, Rules, Subject
from scim_conformance.entra.engine.owed import Resource, owes
from scim_conformance.entra.source.model import ObjectKind
from scim_conformance.rehearsal.links import Debt
from scim_conformance.rehearsal.store import Store
from scim_conformance.scenario.exchange import Answer, TransportFailure
from scim_conformance.scim import paths

Send = Callable[[EntraRequest], Answer]

_QUERY = re.compile(r"(?:^|&)filter=([^&]+)")
_ASKED = re.compile(r'(.+?) eq ("(?:[^"\\]|\\.)*"|\S+)', re.DOTALL)
_KINDS = {name: kind for kind, name in calls.TYPES.items()}


@dataclass
class ModelledTarget:
    """Answers the requests of a job, and remembers in its database what the target would have. `writes`: how many
    requests of each kind would have been sent; `tell` receives the number of those that were."""

    send_on: Send
    store: Store
    rules: Rules
    tell: Callable[[int], Any] = lambda _: None
    writes: Counter[str] = field(default_factory=Counter)
    queries: int = 0
    _shown: dict[str, Any] = field(default_factory=dict)
    """The resources that the last query or read showed, by id."""
    _made: int = 0

    def __post_init__(self) -> None:
        """Make the table of matching values that would have been written."""
        columns = "kind, target, attribute, value, PRIMARY KEY (kind, target, attribute)"
        self.store.db.execute(f"CREATE TABLE named ({columns})")
        self.store.db.execute("CREATE INDEX named_value ON named (kind, attribute, value)")

    def send(self, request: EntraRequest) -> Reply:
        """Answer a request."""
        if request.key == "probe":
            return _list([])
        if request.method != "GET":
            self.writes[request.key] += 1
            return self._written(request)
        if request.resource is None:
            return self._searched(request)
        debt = self._debt(request)
        return self._read(request) if debt is None else _of(debt)

    def settle(self, request: EntraRequest, rules: Rules, subject: Subject) -> Reply | None:
        """Nothing is ever in flight."""
        del request, rules, subject
        return None

    def _live(self, request: EntraRequest) -> Reply:
        self.queries += 1
        self.tell(self.queries)
        try:
            return self.send_on(request)
        except TransportFailure as failure:
            return NoAnswer(failure.kind, failure.sentence)

    def _read(self, request: EntraRequest) -> Reply:
        reply = self._live(request)
        found = reply.json if isinstance(reply, Answer) and reply.ok else None
        self._shown = {request.outgoing.resource[1]: found} if isinstance(found, dict) else {}  # type: ignore[index]
        return reply

    def _searched(self, request: EntraRequest) -> Reply:
        """Ask the target, and correct its answer by what would have been written."""
        reply, asked = self._live(request), _asked(request)
        if asked is None or not isinstance(reply, Answer) or not reply.ok:
            return reply
        kind = _KINDS[request.template.path.strip("/")[:-1]]
        known = paths.elements(paths.member(reply.json, "Resources")) if isinstance(reply.json, dict) else []
        self._shown = {str(paths.member(one, "id")): one for one in known if isinstance(one, dict)}
        query = "SELECT target FROM named WHERE kind = ? AND attribute = ? AND value = ? ORDER BY target"
        ours = [row[0] for row in self.store.db.execute(query, (kind.value, *asked))]
        written = {key: self.store.debts.of(kind, key) for key in {*self._shown, *ours}}
        if not any(written.values()):
            return reply
        kept = [one for key, one in self._shown.items() if written[key] is None]
        return _list([*kept, *(_resource(debt) for key in ours if (debt := written[key]) and debt.body is not None)])

    def _written(self, request: EntraRequest) -> Answer:
        """Answer a write as a target does that accepts it; a new resource has an id that no other has."""
        if request.method == "POST":
            self._made += 1
            answer = _answer(201, {**request.content, "id": f"new-{self._made}"})
            self._name(_KINDS[request.template.path.strip("/")[:-1]], f"new-{self._made}", owes({}, request, answer))
            return answer
        answer, debt = Answer(204, (), b"", 0.0), self._debt(request) or self._base(request)
        self._name(debt.kind, debt.target, owes(debt.body, request, answer))
        return answer

    def _debt(self, request: EntraRequest) -> Debt | None:
        kind, target = _place(request)
        return self.store.debts.of(kind, target)

    def _base(self, request: EntraRequest) -> Debt:
        """Remember what an account was before the first change; it was just read, or it is read now."""
        kind, target = _place(request)
        if target not in self._shown:
            self._read(calls.read(kind, target))
        debt = Debt(kind, target, "", self._shown.get(target) or {}, how="link")
        self.store.debts.put(debt)
        return debt

    def _name(self, kind: ObjectKind, target: str, resource: Resource | None) -> None:
        """Remember by which values a resource is found."""
        self.store.db.execute("DELETE FROM named WHERE kind = ? AND target = ?", (kind.value, target))
        found = [(row, paths.read(resource, row.path)) for row in self.rules.of(kind).matching if resource is not None]
        rows = [
            (kind.value, target, row.target, _folded(row.path, value))
            for row, value in found
            if value not in (None, "", [])
        ]
        self.store.db.executemany("INSERT INTO named VALUES (?, ?, ?, ?)", rows)


def _folded(path: paths.AttrPath, value: Any) -> str:
    return str(value) if payload.case_exact(path) else str(value).casefold()


def _place(request: EntraRequest) -> tuple[ObjectKind, str]:
    resource = request.resource
    assert resource is not None
    return _KINDS[resource[0]], resource[1]


def _asked(request: EntraRequest) -> tuple[str, str] | None:
    """Return the attribute of a match query, and the value as it is compared."""
    query = _QUERY.search(request.template.query or "")
    found = _ASKED.fullmatch(unquote_plus(query[1])) if query else None
    if found is None:
        return None
    return found[1], _folded(paths.parse(found[1]), json.loads(found[2]))


def _resource(debt: Debt) -> dict[str, Any]:
    """Return a resource as a read shows it: of a group, without the members."""
    return {**{key: value for key, value in (debt.body or {}).items() if key != "members"}, "id": debt.target}


def _of(debt: Debt) -> Answer:
    return _answer(404, {"detail": "it would be deleted"}) if debt.body is None else _answer(200, _resource(debt))


def _list(resources: list[Any]) -> Answer:
    return _answer(200, {"totalResults": len(resources), "Resources": resources})


def _answer(status: int, body: Any) -> Answer:
    return Answer(status, (), json.dumps(body).encode(), 0.0)
