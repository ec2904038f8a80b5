"""What is sent for a user or a group: match, create, update, disable, delete. Memberships and managers come later."""

from dataclasses import replace
from typing import Any

from scim_conformance.entra.dialects import Change
from scim_conformance.entra.engine import calls, failing
from scim_conformance.entra.engine.compare import AttributeDifference, Flow, differences, flowing
from scim_conformance.entra.engine.decide import (
    Move,
    allowed,
    attributes,
    decide,
    disabling,
    renames,
    skipped,
    state_after,
)
from scim_conformance.entra.engine.model import (
    Link,
    Links,
    LinkState,
    LogAction,
    LogStatus,
    Modified,
    Outcome,
    Problem,
    Reply,
    Rules,
    Subject,
    Talk,
)
from scim_conformance.entra.engine.telling import NOT_ENTITLED, REDUNDANT, Telling, linked
from scim_conformance.entra.source.model import ObjectKind
from scim_conformance.scenario.exchange import Answer
from scim_conformance.scim import paths


def provision(rules: Rules, links: Links, subject: Subject) -> Talk:
    """Do with an object what the decision table says.

    Returns the outcome; its link is the object's link afterwards.
    """
    move, telling = decide(rules, subject), Telling(rules, subject)
    telling.imported()
    if move is Move.LEAVE:
        return Outcome(subject, LogAction.OTHER, LogStatus.SKIPPED, subject.link, NOT_ENTITLED, logged=False)
    if not allowed(rules, subject.kind, move):
        telling.scoped()
        text = f"{telling.who} is not changed: the action is switched off in the mapping"
        return telling.skip(subject.link, LogAction.OTHER, "SkippedByMappingActions", text)
    if move is Move.SKIP:
        return _skip(telling)
    if move is Move.MATCH:
        return (yield from _match(rules, links, telling))
    if move is Move.DELETE:
        return (yield from _delete(telling))
    return (yield from _update(rules, links, telling, move))


def staged(rules: Rules, subject: Subject) -> Talk:
    """Hold back what disables or deletes an account: the cycle has more of it than the administrator allows.

    Source: Microsoft, "Accidental deletions". That everything else of the cycle goes on is inferred.
    """
    telling = Telling(rules, subject)
    telling.imported()
    telling.scoped()
    text = f"{telling.who} is not disabled or deleted: the cycle has more of this than the threshold allows"
    yield from ()
    return telling.skip(subject.link, LogAction.STAGED_DELETE, "TooManyDeletes", text)


def _skip(telling: Telling) -> Outcome:
    """An object that is out of scope: one that has no account gets none, not even an inactive one."""
    telling.scoped()
    subject = telling.subject
    reasons = f"Active = {subject.standing.active}, Assigned = {subject.standing.assigned}, "
    text = f"{telling.who} is skipped. {reasons}Passed scope filter: {subject.standing.passed}"
    action = LogAction.CREATE if subject.link is None or subject.link.state is LinkState.GONE else LogAction.OTHER
    return telling.skip(skipped(subject), action, NOT_ENTITLED, text)


def _match(rules: Rules, links: Links, telling: Telling) -> Talk:
    """Look for the account by each matching attribute in turn, until one finds it; an empty value is not asked for."""
    subject = telling.subject
    source, asked = attributes(rules, subject), False
    for row in rules.of(subject.kind).matching:
        value = row.match_value(source)
        if value is None:
            continue
        asked = True
        reply = yield calls.match(subject.kind, row, value)
        found, problem = _hits(reply, row.target)
        if problem is not None:
            telling.scoped()
            telling.failed("EntryImportByMatchingProperty", "matching", f"Failed to match {telling.who}")
            return telling.failure(None, LogAction.OTHER, problem)
        if found:
            return (yield from _link(rules, links, telling, found[0]))
    telling.scoped()
    if not asked:
        text = f"{telling.who} is skipped: it has no value for a matching attribute"
        return telling.skip(None, LogAction.CREATE, "ImportSkipped", text)
    return (yield from _create(rules, telling, source))


def _hits(reply: Reply, target: str) -> tuple[list[Any], Problem | None]:
    """Return the resources that a match found, and why they cannot be used."""
    problem = failing.of(reply, "GET", searching=True)
    if problem is not None or not isinstance(reply, Answer):
        return [], problem
    found = failing.hits(reply)
    if found is None:
        return [], failing.incompatible(f"the response to the query of {target} is no ListResponse")
    if len(found) > 1:
        return found, Problem("DuplicateTargetEntries", f"{len(found)} resources have the same {target}")
    return found, None


def _create(rules: Rules, telling: Telling, source: dict[str, Any]) -> Talk:
    subject, kind = telling.subject, telling.subject.kind.value.capitalize()
    if "create" not in rules.of(subject.kind).actions:
        text = f"{telling.who} is not created: the action is switched off in the mapping"
        return telling.skip(None, LogAction.OTHER, "SkippedByMappingActions", text)
    why = f"{kind} is active and assigned in Azure Active Directory, but no matching {kind} was found in {telling.app}"
    text = f"{telling.who} will be created in {telling.app} ({why})"
    telling.add("EntrySynchronizationAdd", "matching", text)
    request = calls.create(rules, subject.kind, source)
    reply = yield request
    problem = failing.of(reply, "POST") or _without_id(reply)
    if problem is not None:
        telling.failed("EntryExportAdd", "export", f"Failed to create {telling.who} in {telling.app}")
        return telling.failure(None, LogAction.CREATE, problem)
    assert isinstance(reply, Answer)
    telling.exported("EntryExportAdd", f"{telling.who} was created in {telling.app}")
    flows = _created(rules, subject.kind, source)
    sent = {row.target: value for row, value in flows}
    link = Link(subject.id, subject.kind, str(paths.member(reply.json, "id")), sent=sent)
    modified = tuple(Modified(row.target, None, value) for row, value in flows)
    return telling.success(linked(subject, link), LogAction.CREATE, modified)


def _without_id(reply: Reply) -> Problem | None:
    if isinstance(reply, Answer) and paths.member(reply.json, "id") in (None, ""):
        return failing.incompatible("the response to the creation has no id")
    return None


def _created(rules: Rules, kind: ObjectKind, source: dict[str, Any]) -> list[Flow]:
    rows = [row for row in rules.of(kind).mapping if not row.is_reference]
    found = [(row, row.value(source, creating=True)) for row in rows]
    return [(row, value) for row, value in found if value is not None]


def _link(rules: Rules, links: Links, telling: Telling, resource: Any) -> Talk:
    """Link the account that a match found, and send what differs. A deleted or released account is free."""
    subject, target = telling.subject, str(paths.member(resource, "id"))
    telling.found(joined=False)
    telling.scoped()
    holder = links.holder(subject.kind, target)
    if holder is not None and holder.source != subject.id and holder.state in {LinkState.ACTIVE, LinkState.DISABLED}:
        problem = Problem("DuplicateSourceEntries", "the account that was found is linked with another object")
        telling.failed("EntrySynchronizationUpdate", "processing", f"Failed to link {telling.who}")
        return telling.failure(None, LogAction.OTHER, problem)
    link = linked(subject, Link(subject.id, subject.kind, target, found=True))
    if "update" not in rules.of(subject.kind).actions:
        text = f"{telling.who} is not changed: the action is switched off in the mapping"
        return telling.skip(link, LogAction.OTHER, "SkippedByMappingActions", text)
    flows = flowing(rules.of(subject.kind).mapping, attributes(rules, subject))
    return (yield from _send(rules, telling, link, differences(flows, resource, link.sent), LogAction.UPDATE))


def _update(rules: Rules, links: Links, telling: Telling, move: Move) -> Talk:
    """Read a linked account, and send what differs; of a user who is disabled, only what depends on that."""
    subject = telling.subject
    assert subject.link is not None
    action = LogAction.DISABLE if move is Move.DISABLE else LogAction.UPDATE
    reply = yield calls.read(subject.kind, subject.link.target)
    problem = failing.of(reply, "GET")
    if problem is not None and problem.code == "InvalidAnchor" and rules.job.lost_link == "rematch":
        return (yield from _match(rules, links, Telling(rules, replace(subject, link=None), telling.steps)))
    if problem is None and isinstance(reply, Answer) and not isinstance(reply.json, dict):
        problem = failing.incompatible("the response to the read is no resource")
    if problem is not None:
        telling.scoped()
        telling.failed("EntryImportByJoiningProperty", "matching", f"Failed to retrieve {telling.who}")
        return telling.failure(subject.link, action, problem)
    assert isinstance(reply, Answer)
    telling.found(joined=True)
    telling.scoped()
    rows = disabling(rules, subject) if move is Move.DISABLE else rules.of(subject.kind).mapping
    found = differences(flowing(rows, attributes(rules, subject)), reply.json, subject.link.sent)
    named = subject.link if renames(rules, subject) else linked(subject, subject.link)
    link = replace(named, state=state_after(subject, move))
    outcome = yield from _send(rules, telling, link, found, action)
    shows = subject.kind is ObjectKind.GROUP and bool(paths.member(reply.json, "members"))
    return replace(outcome, shows_members=shows)


def _send(rules: Rules, telling: Telling, link: Link, found: list[AttributeDifference], action: LogAction) -> Talk:
    """Send all differences in one request; none: nothing is sent, and the log says so."""
    if not found:
        who = telling.subject.kind.value
        text = (
            f"The state of the {who} in both the source and target systems already match. No change to the "
            f"{telling.who} currently needs to be made."
        )
        return telling.skip(link, LogAction.OTHER, REDUNDANT, text, kind="export")
    telling.add("EntrySynchronizationUpdate", "processing", f"{telling.who} will be updated in {telling.app}")
    reply = yield calls.change(rules.dialect, telling.subject.kind, link.target, _changes(found))
    problem = failing.of(reply, "PATCH")
    if problem is not None:
        telling.failed("EntryExportUpdate", "export", f"Failed to update {telling.who} in {telling.app}")
        # What a match found is not linked then: the next try begins with the match.
        return telling.failure(telling.subject.link, action, problem)
    telling.exported("EntryExportUpdate", f"{telling.who} was updated in {telling.app}")
    sent = {**link.sent, **{one.row.target: one.new for one in found}}
    modified = tuple(one.modified for one in found)
    return telling.success(replace(link, sent=sent), action, modified)


def _changes(found: list[AttributeDifference]) -> list[Change]:
    return [one.change for one in found]


def _delete(telling: Telling) -> Talk:
    """Delete the account; one that is not there any more is deleted (inferred)."""
    link = telling.subject.link
    assert link is not None
    telling.scoped()
    telling.add("EntrySynchronizationDelete", "processing", f"{telling.who} will be deleted in {telling.app}")
    reply = yield calls.delete(telling.subject.kind, link.target)
    problem = failing.of(reply, "DELETE")
    if problem is not None:
        telling.failed("EntryExportDelete", "export", f"Failed to delete {telling.who} in {telling.app}")
        return telling.failure(link, LogAction.DELETE, problem)
    telling.exported("EntryExportDelete", f"{telling.who} was deleted in {telling.app}")
    return telling.success(replace(link, state=LinkState.GONE), LogAction.DELETE)
