"""Members and managers, which are sent once all objects are through.

A membership follows the group's own member changes, never the scope or the state of the user: who was disabled and
returns gets no member request (Microsoft: How provisioning works). A member or manager without an account is not sent,
and is not looked at again until a restart (Microsoft: Known issues).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from scim_conformance.entra.engine import calls, failing
from scim_conformance.entra.engine.model import (
    EntraRequest,
    Links,
    LinkState,
    LogAction,
    LogStatus,
    Modified,
    Outcome,
    Problem,
    Rules,
    Subject,
    Talk,
)
from scim_conformance.entra.engine.telling import Telling
from scim_conformance.entra.profiles.mapping import AttributeMapping
from scim_conformance.entra.source.model import MemberDelta

UNRESOLVED = "UnableToResolveReferenceAttributeValue"


@dataclass(frozen=True, slots=True)
class Chunk:
    """Members that one request adds or removes: ids of the directory, and the ids of their accounts."""

    adds: bool
    sources: Sequence[str]
    targets: Sequence[str]

    def request(self, rules: Rules, group: str) -> EntraRequest:
        """Return the request."""
        build = calls.add_members if self.adds else calls.remove_members
        return build(rules.dialect, group, self.targets)


def sends_members(rules: Rules) -> bool:
    """Return whether the profile maps the members of groups."""
    rows = rules.profile.group.mapping if rules.profile.group else []
    return any(row.is_reference and row.path.name.lower() == "members" for row in rows)


def manager_row(rules: Rules) -> AttributeMapping | None:
    """Return the mapping that sends a manager as a reference, or None."""
    rows = rules.profile.user.mapping
    return next((row for row in rows if row.is_reference and row.path.name.lower() == "manager"), None)


def members(rules: Rules, links: Links, subject: Subject, delta: MemberDelta) -> Talk:
    """Send what changed among the members of a group: additions, then removals.

    A refused request leaves its members as they were, and the others are sent.
    """
    assert subject.link is not None
    telling, link = Telling(rules, subject), subject.link
    done, refused = list[Chunk](), list[str]()
    problem: Problem | None = None
    for chunk in _chunks(rules, links, delta):
        reply = yield chunk.request(rules, link.target)
        failed = failing.of(reply, "PATCH")
        problem = problem or failed
        if failed is None:
            done.append(chunk)
            continue
        refused += chunk.sources
        if failed.stops:
            break
    return replace(_joined(telling, delta, links, done, problem), refused=tuple(refused))


def _chunks(rules: Rules, links: Links, delta: MemberDelta) -> Iterator[Chunk]:
    size = max(1, rules.job.members_per_request)
    for adds, wanted in ((True, delta.added), (False, delta.removed)):
        known = [one for one in wanted if _account(links, one, adds=adds) is not None]
        for start in range(0, len(known), size):
            part = known[start : start + size]
            targets = [str(_account(links, one, adds=adds)) for one in part]
            yield Chunk(adds, tuple(part), tuple(targets))


def _account(links: Links, source: str, *, adds: bool) -> str | None:
    """Return the id of a member's account. A deleted one is still named to be removed, and not to be added."""
    link = links.of(source)
    if link is None or (adds and link.state is LinkState.GONE):
        return None
    return link.target


def _joined(
    telling: Telling, delta: MemberDelta, links: Links, done: Sequence[Chunk], problem: Problem | None
) -> Outcome:
    added = [one for chunk in done if chunk.adds for one in chunk.targets]
    removed = [one for chunk in done if not chunk.adds for one in chunk.targets]
    unlinked = tuple(one for one in delta.added if _account(links, one, adds=True) is None)
    # Who never had an account was never sent, and is forgotten together with those who were removed.
    never = [one for one in delta.removed if links.of(one) is None]
    told = _told(telling, added, removed, unlinked, problem)
    return replace(
        told,
        added=tuple(one for chunk in done if chunk.adds for one in chunk.sources),
        removed=(*never, *(one for chunk in done if not chunk.adds for one in chunk.sources)),
        unlinked=unlinked,
        is_reference=True,
        logged=bool(done or problem or unlinked),
    )


def _told(
    telling: Telling, added: list[str], removed: list[str], unlinked: Sequence[str], problem: Problem | None
) -> Outcome:
    link = telling.subject.link
    for one in unlinked:
        text = f"We were unable to assign {one} as the members of {telling.subject.id}."
        telling.add("EntryReference", "referenceResolution", text, status=LogStatus.WARNING, ErrorCode=UNRESOLVED)
    if problem is not None:
        telling.failed("EntryExportUpdate", "referenceResolution", f"Failed to update {telling.who} in {telling.app}")
        return telling.failure(link, LogAction.UPDATE, problem)
    if added or removed:
        telling.exported("EntryExportUpdate", f"{telling.who} was updated in {telling.app}")
    old, new = (", ".join(ids) or None for ids in (removed, added))
    found = telling.success(link, LogAction.UPDATE, (Modified("members", old, new),) if old or new else ())
    return replace(found, status=LogStatus.WARNING, code=UNRESOLVED) if unlinked else found


def manager(rules: Rules, subject: Subject, boss: str, row: AttributeMapping) -> Talk:
    """Send a user's manager: the id of the manager's account. `boss`: the id in the directory, for the log.

    `subject.boss` is the id of the account; None: the manager has none, and the log has a warning.
    """
    assert subject.link is not None
    telling, link = Telling(rules, subject), replace(subject.link, boss=boss)
    if subject.boss is None:
        text = f"We were unable to assign {boss} as the manager of {subject.id}."
        telling.add("EntryReference", "referenceResolution", text, status=LogStatus.WARNING, ErrorCode=UNRESOLVED)
        outcome = telling.success(link, LogAction.UPDATE)
        return replace(outcome, status=LogStatus.WARNING, code=UNRESOLVED, unlinked=(boss,), is_reference=True)
    first = link.manager is None
    reply = yield calls.set_manager(rules.dialect, row.target, link.target, subject.boss, first=first)
    problem = failing.of(reply, "PATCH")
    if problem is not None:
        telling.failed("EntryExportUpdate", "referenceResolution", f"Failed to update {telling.who} in {telling.app}")
        return replace(telling.failure(link, LogAction.UPDATE, problem), is_reference=True)
    text = f"{telling.who} was updated in {telling.app}"
    telling.add("EntryExportUpdate", "referenceResolution", text, ReportableIdentifier=telling.subject.id)
    modified = (Modified(row.target, link.manager, subject.boss),)
    return replace(telling.success(replace(link, manager=subject.boss), LogAction.UPDATE, modified), is_reference=True)
