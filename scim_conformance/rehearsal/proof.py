"""The proof: reads back what the target has, and holds it against what the accepted requests owe.

What the directory asks for and no request sent is never held against the target.
"""

from dataclasses import dataclass, field, replace
from typing import Any

from scim_conformance.entra import payload
from scim_conformance.entra.engine import calls, failing, references
from scim_conformance.entra.engine.compare import stored
from scim_conformance.entra.engine.model import EntraRequest, Rules
from scim_conformance.entra.engine.owed import Resource
from scim_conformance.entra.profiles.mapping import AttributeMapping
from scim_conformance.entra.source.model import ObjectKind
from scim_conformance.entra.typed import converted
from scim_conformance.rehearsal.findings import UNREAD, Findings
from scim_conformance.rehearsal.links import Debt
from scim_conformance.rehearsal.memberships import Looking, identity, shown
from scim_conformance.rehearsal.sending import Sending
from scim_conformance.rehearsal.store import Store
from scim_conformance.scenario.exchange import Answer, Sender
from scim_conformance.scenario.passwords import is_password
from scim_conformance.scenario.steps import RequestTemplate
from scim_conformance.scim import paths
from scim_conformance.scim.values import same_value

SAMPLE = 25
"""Resources that are read back after a cycle although nothing was sent to them."""

_BY_HOW = {"create": "REH-CRE-01", "disable": "REH-DIS-01", "restore": "REH-RES-01"}


@dataclass
class Proof:
    """Judges a target by what it owes. `unseen`: groups whose members it does not show."""

    store: Store
    sending: Sending
    rules: Rules
    findings: Findings = field(default_factory=Findings)
    unseen: set[str] = field(default_factory=set)
    _looking: Looking = field(init=False)
    _wrong: set[tuple[str, str]] = field(default_factory=set)
    """What is known to be wrong already: it is not judged a second time as untouched."""

    def __post_init__(self) -> None:
        """Begin to find out how the target shows members."""
        self._looking = Looking(self.sending)

    def after(self, cycle: int, *, written: bool = True) -> None:
        """Read back what a cycle wrote, and a sample of what it did not."""
        for debt in self.store.debts.all(touched=cycle) if written else ():
            self._judge(debt, untouched=False)
        for debt in self.store.debts.sample(SAMPLE, untouched=cycle):
            self._judge(debt, untouched=True)

    def everything(self) -> None:
        """Read back everything at the end, and look for a sample of the users by their matching attribute."""
        inactive, others = list[Debt](), list[Debt]()
        for debt in self.store.debts.all():
            self._judge(debt, untouched=False)
            if debt.kind is ObjectKind.USER and debt.body is not None:
                into = inactive if debt.body.get("active") is False else others
                into += [debt] if len(into) < SAMPLE else []
        for debt in [*inactive, *others][:SAMPLE]:
            self._search(debt)

    def _judge(self, debt: Debt, *, untouched: bool) -> None:
        if self.sending.silent >= failing.MOST_SILENT:
            return
        reply = self.sending.send(_read(debt))
        if not isinstance(reply, Answer):
            # A target that went away is one finding, whatever it was asked last.
            known = next((one.text for one in self.findings.of("REH-ANS-01")), f"{UNREAD}: {reply.sentence}")
            self.findings.judge("REH-ANS-01", debt.source, known)
            return
        if debt.body is None:
            there = None if reply.status in {404, 410} else f"a GET by its id returns {reply.status}"
            self.findings.judge("REH-DEL-01", debt.source, there)
            return
        check = "REH-NEI-01" if untouched else _BY_HOW.get(debt.how, "REH-UPD-01")
        if reply.status in {404, 410}:
            self._lost(debt, reply.status)
        elif not reply.ok or not isinstance(reply.json, dict):
            self._note(debt, check, f"a GET by its id returns {reply.status}", "")
        elif debt.unsure:
            self.store.debts.put(replace(debt, body=self._adopted(debt, reply.json), unsure=False))
        else:
            self._values(debt, reply.json, check)
            self._references(debt, reply.json)

    def _lost(self, debt: Debt, status: int) -> None:
        """An account is not there any more, and no request deleted it: everything else about it follows from that."""
        hidden = bool(debt.body) and paths.member(debt.body, "active") is False
        check = "REH-DIS-01" if hidden else "REH-NEI-01"
        self.findings.lost.setdefault(debt.source, check)
        self.findings.judge(check, debt.source, f"a GET by its id returns {status}, and no request deleted it")

    def _note(
        self, debt: Debt, check: str, fault: str | None, attribute: str, values: tuple[Any, Any] = (None, None)
    ) -> None:
        known = (debt.target, attribute) in self._wrong
        if fault is not None:
            self._wrong.add((debt.target, attribute))
        if not (known and check == "REH-NEI-01"):
            self.findings.judge(check, debt.source, fault, attribute, values)

    def _rows(self, kind: ObjectKind) -> list[AttributeMapping]:
        rows = self.rules.of(kind).mapping
        return [row for row in rows if not row.is_reference and not is_password(row.target)]

    def _values(self, debt: Debt, resource: Any, check: str) -> None:
        """Hold each mapped value against what was sent: letter case counts only where the RFC says so."""
        for row in self._rows(debt.kind):
            wanted = converted(row.kind, stored(row, debt.body))
            if wanted is None:
                continue
            found = stored(row, resource)
            same = same_value(found, wanted, row.kind, exact=payload.case_exact(row.path))
            what = _judged_by(check, row, wanted)
            self._note(debt, what, None if same else _wrong(found), row.target, (wanted, found))

    def _adopted(self, debt: Debt, resource: Any) -> Resource:
        """Return what is owed of a resource whose last request got no answer: what it has now, references included.
        Members that it does not show are owed as before."""
        found: Resource = {}
        for row in self.rules.of(debt.kind).mapping:
            value = None if is_password(row.target) else paths.read(resource, row.path)
            if value is not None:
                paths.write(found, row.path, value)
        if debt.kind is ObjectKind.GROUP:
            found["members"] = sorted(shown(resource)) or list((debt.body or {}).get("members", ()))
        return found

    def _references(self, debt: Debt, resource: Any) -> None:
        if debt.kind is ObjectKind.GROUP:
            self._members(debt, resource)
            return
        row = references.manager_row(self.rules)
        wanted = None if row is None else paths.read(debt.body, row.path)
        if row is not None and wanted is not None and not self._is_gone(ObjectKind.USER, identity(wanted)):
            found = identity(paths.read(resource, row.path))
            fault = None if found == identity(wanted) else _wrong(found)
            self.findings.judge("REH-MGR-01", debt.source, fault, row.target, (identity(wanted), found))

    def _members(self, debt: Debt, resource: Any) -> None:
        if self.rules.profile.members == "hidden":
            return
        held = (debt.body or {}).get("members", ())
        owed = [one for one in held if not self._is_gone(ObjectKind.USER, one)]
        found = self._looking.members(debt.target, resource, owed)
        # A target may leave out inactive members.
        lacking = {one for one in found.lacking if self._is_active(one)}
        more = {one for one in found.held - set(owed) if not self._is_gone(ObjectKind.USER, one)}
        for fault, ids in (("members are missing", lacking), ("members are in it who must not be", more)):
            if ids:
                self.findings.judge("REH-MEM-01", debt.source, fault, "members", (len(owed), len(found.held)))
        if found.unseen:
            self.unseen.add(debt.source)
        elif not lacking and not more:
            self.findings.judge("REH-MEM-01", debt.source, None)

    def _is_active(self, target: str) -> bool:
        debt = self.store.debts.of(ObjectKind.USER, target)
        return debt is None or (debt.body or {}).get("active") is not False

    def _is_gone(self, kind: ObjectKind, target: str) -> bool:
        debt = self.store.debts.of(kind, target)
        return debt is not None and debt.body is None

    def _search(self, debt: Debt) -> None:
        """Look for a user by the matching attribute, as Entra does when it has no link."""
        for row in self.rules.profile.user.matching:
            value = converted(row.kind, paths.read(debt.body, row.path))
            if value is None or isinstance(value, list | dict):
                continue
            is_found = self._asked(debt, row, value, "the filter does not find it")
            if is_found and isinstance(value, str) and row.path.name.lower() == "username":
                # It is not caseExact (RFC 7643 section 8.7.1), and Entra may have it in different letter case.
                self._asked(debt, row, value.swapcase(), "the filter does not find it in different letter case")
            return

    def _asked(self, debt: Debt, row: AttributeMapping, value: Any, fault: str) -> bool:
        """Query a value, and judge whether the user is found; return it."""
        reply = self.sending.send(_by_harness(calls.match(ObjectKind.USER, row, value)))
        found = failing.hits(reply) if isinstance(reply, Answer) and reply.ok else None
        if found is None:
            return False
        is_found = debt.target in [str(paths.member(one, "id")) for one in found]
        self.findings.judge("REH-MAT-01", debt.source, None if is_found else fault, row.target)
        return is_found


def _by_harness(request: EntraRequest) -> EntraRequest:
    return EntraRequest(replace(request.template, by=Sender.HARNESS), request.bindings)


def _read(debt: Debt, query: str | None = None) -> EntraRequest:
    path = f"/{calls.TYPES[debt.kind]}s/{{id}}"
    template = RequestTemplate("read-back", "GET", path, "Read it back", query, by=Sender.HARNESS)
    return EntraRequest(template, {"id": debt.target})


def _wrong(found: Any) -> str:
    return "the value is missing" if found in (None, "", []) else "another value is stored"


def _judged_by(check: str, row: AttributeMapping, wanted: Any) -> str:
    """Return the check of a value: only `active` is about disabling and returning, whatever else a request changed."""
    if check not in {"REH-DIS-01", "REH-RES-01", "REH-UPD-01"}:
        return check
    if row.path.name.lower() != "active":
        return "REH-UPD-01"
    return "REH-DIS-01" if wanted is False else check
