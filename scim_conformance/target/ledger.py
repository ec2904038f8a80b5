"""The owner of an id: what this run may write to.

The response to a POST proves nothing: a target may return the id of a foreign account, because it looks users up by
e-mail, because it updates the account that it finds, or because of a bug. So an id goes through three states:

- *claimed*: a response to our POST returned it. The run does not write to it.
- *confirmed*: a GET by that id showed the run's tag in the naming attribute (userName of a user, displayName of a
  group; only that one, because a foreign group may contain one of our users), or that it has no name, a date of
  creation, and the tag in externalId or displayName. The id was not seen before our POST as another resource's, and
  `meta.created`, if present, is not older than the run. Only now may the run write to it.
- *gone*: it was confirmed, it was deleted, and a GET returned 404. Until the target assigns the id again, it is an
  unknown id for requests that need one.

A resource that is claimed and cannot be confirmed stays in the target, and is reported. A confirmation is valid until
something contradicts it: a read or a list that shows the id with a foreign name revokes it permanently, and after a
DELETE the id is read again before anything else is written to it.
"""

import time
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any

from scim_conformance.scenario import tags
from scim_conformance.scenario.exchange import Answer, Exchange
from scim_conformance.scim.paths import elements, member
from scim_conformance.target import dates
from scim_conformance.target.ids import NAMES, Resource, is_id

TOLERANCE = 300.0
"""Seconds by which `meta.created` may lie before the run's start."""

MARKS = ("externalId", "displayName")
"""Where a user has the tag that has lost its name, or was created without one."""

MOST_STRANGERS = 100_000
"""Ids of other resources that are remembered in a process."""


@dataclass(frozen=True)
class Denial:
    """An id that a response to our POST returned, and that belongs to another resource. `sentence` says how that was
    seen."""

    resource: Resource
    sentence: str
    exchange: Exchange | None = None


@dataclass
class Ledger:
    """The ids of one process of a run. `started`: when the run started, in seconds since 1970 by this machine's
    clock.

    Each thread that plays has its own (`branch`): what is known of an id is known to all of them, and what is to be
    deleted is deleted by the one that created it.
    """

    tag: str
    started: float = field(default_factory=time.time)
    alive: dict[Resource, None] = field(default_factory=dict)
    """What was claimed or confirmed and is not known to be gone, in order."""
    looked: int = 0
    """How many claims a GET has settled, one way or the other."""
    denied: list[Denial] = field(default_factory=list)
    """The claims that turned out to belong to other resources, until they are fetched (see `settled`)."""
    _claimed: set[Resource] = field(default_factory=set)
    _confirmed: set[Resource] = field(default_factory=set)
    _gone: set[Resource] = field(default_factory=set)
    _strangers: set[Resource] = field(default_factory=set)
    _why: dict[Resource, str] = field(default_factory=dict)
    _unnamed: set[Resource] = field(default_factory=set)
    """What was created without a name: it is never ours, and that says nothing about the response."""

    def branch(self) -> "Ledger":
        """Return the ledger of another thread."""
        known = (self._claimed, self._confirmed, self._gone, self._strangers, self._why, self._unnamed)
        return Ledger(self.tag, self.started, {}, 0, [], *known)

    def claim(
        self, resource: Resource, exchange: Exchange | None = None, *, anew: bool = False, named: bool = True
    ) -> Denial | None:
        """Record that a response to our POST returned this id; return why it cannot be ours, or None.

        `anew`: the resource with this id was deleted, so another resource must be confirmed. `named`: the POST
        contained the name by which a resource is recognized. If not, nothing can show that the id is right or wrong.
        """
        if not named:
            self._unnamed.add(resource)
        if anew:
            self._confirmed.discard(resource)
        if resource in self._confirmed:
            return None
        self._gone.discard(resource)
        said = "the id was seen before as that of another resource" if resource in self._strangers else None
        if said is None and exchange is not None and exchange.answer is not None:
            said = too_old(self.started, exchange.answer)
        if said is not None:
            return self._deny(resource, said, exchange)
        self._claimed.add(resource)
        self.alive[resource] = None
        return None

    def is_claimed(self, resource: Resource) -> bool:
        """Return whether it is still unknown which resource it belongs to."""
        return resource in self._claimed

    def is_confirmed(self, resource: Resource) -> bool:
        """Return whether the run may write to it."""
        return resource in self._confirmed

    def is_gone(self, resource: Resource) -> bool:
        """Return whether it was ours and is gone."""
        return resource in self._gone

    def is_known(self, resource: Resource) -> bool:
        """Return whether a response to our POST returned it, and nothing contradicted that."""
        return resource in self._confirmed or resource in self._claimed or resource in self._gone

    def why_not(self, resource: Resource) -> str | None:
        """Return why an id that a response to our POST returned is not ours; None if nothing contradicts it."""
        return self._why.get(resource)

    def judge(self, resource: Resource, exchange: Exchange) -> str | None:
        """Confirm a claim from the response to a GET by its id, or return why that is impossible.

        A response that shows another resource settles the claim; any other, such as a 404, leaves it open.
        """
        answer = exchange.answer
        if answer is None or not answer.ok:
            return f"a GET by its id returned {answer.status}" if answer else "a GET by its id got no response"
        said = doubt(self.tag, self.started, resource, answer)
        if said is not None:
            return self._deny(resource, said, exchange).sentence
        unclear = unreadable_date(answer)
        if unclear is not None:
            return unclear
        self._claimed.discard(resource)
        self._gone.discard(resource)
        self._confirmed.add(resource)
        self.alive.setdefault(resource)
        self.looked += 1
        return None

    def shows(self, resource: Resource, exchange: Exchange) -> bool:
        """Return whether a response to a GET by id shows a resource of this run; nothing is remembered."""
        answer = exchange.answer
        return answer is not None and answer.ok and doubt(self.tag, self.started, resource, answer) is None

    def review(self, resource: Resource, exchange: Exchange) -> str | None:
        """Check another response to a GET by a confirmed id; return why it is no longer ours, or None."""
        answer = exchange.answer
        name = None if answer is None or not answer.ok else member(answer.json, NAMES[resource[0]])
        # A missing or empty name is an error of the target, not another account.
        if answer is None or not isinstance(name, str) or not name.strip():
            return None
        said = doubt(self.tag, self.started, (resource[0], str(member(answer.json, "id") or resource[1])), answer)
        if said is not None:
            self._disown(resource, said)
        return said

    def see(self, kind: str, answer: Answer) -> list[Resource]:
        """Remember which ids a response to a GET shows, so that none of them can become ours later.

        Returns those that counted as ours until now.
        """
        if not answer.ok or not isinstance(answer.json, dict):
            return []
        held = elements(answer.json.get("Resources")) if "Resources" in answer.json else [answer.json]
        lost = []
        for body in held[:MOST_STRANGERS]:
            name, identifier = member(body, NAMES[kind]), member(body, "id")
            resource = (kind, str(identifier))
            is_nameless = resource in self._confirmed and not str(name or "").strip()
            if isinstance(name, str) and is_id(identifier) and not is_nameless and not tags.carries(self.tag, name):
                lost += [resource] if self._remember(resource) else []
        return lost

    def _remember(self, resource: Resource) -> bool:
        if resource in self._confirmed or resource in self._claimed:
            # Everything of ours has a name of ours: after a contradiction, the run must not continue to write.
            self._disown(resource, "the target returns it with another name, which does not have this run's tag")
            return True
        if len(self._strangers) < MOST_STRANGERS:
            self._strangers.add(resource)
        return False

    def gone(self, resource: Resource) -> None:
        """Record that a resource of ours is no longer there."""
        if resource in self._confirmed:
            self._gone.add(resource)
        self._confirmed.discard(resource)
        self._claimed.discard(resource)
        self.alive.pop(resource, None)

    def adopt(self, resource: Resource, *, confirmed: bool) -> None:
        """Take over what another process of this run created, including the duty to delete it."""
        self.alive[resource] = None
        (self._confirmed if confirmed else self._claimed).add(resource)

    def release(self, resource: Resource) -> None:
        """Hand over to another process, or to the run's clean-up, what this one would have deleted."""
        self.alive.pop(resource, None)

    def settled(self) -> tuple[int, list[Denial]]:
        """Return how many claims were settled since the last call, and those that belong to other resources."""
        found = self.looked, self.denied
        self.looked, self.denied = 0, []
        return found

    def _deny(self, resource: Resource, sentence: str, exchange: Exchange | None) -> Denial:
        denial = Denial(resource, sentence, exchange)
        if resource not in self._unnamed:
            self.looked += 1
            self.denied.append(denial)
        self._disown(resource, sentence)
        return denial

    def _disown(self, resource: Resource, sentence: str) -> None:
        self._why[resource] = sentence
        self._claimed.discard(resource)
        self._confirmed.discard(resource)
        self._gone.discard(resource)
        self.alive.pop(resource, None)
        self._strangers.add(resource)


def doubt(tag: str, started: float, resource: Resource, answer: Answer) -> str | None:
    """Return why the resource in a response to a GET by id does not belong to a run, or None.

    `started`: the start of the run, in seconds since 1970 by this machine's clock.
    """
    kind, identifier = resource
    said, name = member(answer.json, "id"), member(answer.json, NAMES[kind])
    if said is not None and str(said) != identifier:
        return f"a GET by its id returns another id ({_short(said)})"
    if not isinstance(name, str) or not name.strip():
        return too_old(started, answer) if _is_marked(tag, answer) else f"a GET by its id returns no {NAMES[kind]}"
    if not tags.carries(tag, name):
        return f"a GET by its id returns the {NAMES[kind]} {_short(name)}, which does not have this run's tag"
    return too_old(started, answer)


def _is_marked(tag: str, answer: Answer) -> bool:
    """Return whether a resource without any name shows the tag elsewhere, and when it was created."""
    texts = [member(answer.json, name) for name in MARKS]
    return created_at(answer) is not None and any(isinstance(one, str) and tags.carries(tag, one) for one in texts)


def too_old(started: float, answer: Answer) -> str | None:
    """Return a sentence if `meta.created` in a response is before the run, otherwise None."""
    created = created_at(answer)
    if created is None or created >= _by_its_clock(started, answer) - TOLERANCE:
        return None
    return f"meta.created is {_short(_shown(answer))}, before this run started"


def unreadable_date(answer: Answer) -> str | None:
    """Return a sentence if `meta.created` is present but unreadable, so that it proves nothing, otherwise None."""
    shown = _shown(answer)
    if shown in (None, "") or created_at(answer) is not None:
        return None
    return f"meta.created is {_short(shown)}, which is not a date and time (RFC 7643 section 2.3.5)"


def created_at(answer: Answer) -> float | None:
    """Return `meta.created` in seconds since 1970; None if it is absent or unreadable."""
    return dates.moment(_shown(answer))


def _shown(answer: Answer) -> Any:
    return member(member(answer.json, "meta"), "created")


def _by_its_clock(started: float, answer: Answer) -> float:
    """Return the run's start by the target's clock, as far as the response's Date shows it."""
    try:
        date = parsedate_to_datetime(answer.header("Date") or "").timestamp()
    except (ValueError, TypeError, OverflowError):
        return started
    return started + (date - time.time())


def _short(value: object) -> str:
    text = str(value)
    return f"“{text if len(text) <= 60 else text[:57] + '…'}”"
