"""The words of the engine: links, rules, replies and outcomes. Frozen data.

The engine is a set of generators. A *talk* handles one object in one phase of a cycle: it yields requests, receives a
reply to each, and returns an `Outcome`. Its driver sends the requests, commits the outcome, and has the only state. So
a live run, a preview and a resumed run are drivers of the same code.
"""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from scim_conformance.entra.dialects import Dialect
from scim_conformance.entra.profiles.mapping import ObjectType
from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.entra.profiles.scoping import JobSettings
from scim_conformance.entra.source.model import Entitlement, ObjectKind, SourceObject
from scim_conformance.scenario.bodies import resolve
from scim_conformance.scenario.exchange import Answer, Outgoing
from scim_conformance.scenario.steps import RequestTemplate, prepare


class LinkState(StrEnum):
    """What a link says about the account. `RELEASED`: disabled because the user left the scope, no longer managed.
    `GONE`: deleted; kept until the members of its groups are removed."""

    ACTIVE = "active"
    DISABLED = "disabled"
    RELEASED = "released"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Link:
    """The memory that an object of the directory is this resource of the target (Entra: object connection).

    `sent`: the value that was last sent, by target path; `manager`: the id that was last sent as manager; `boss`: the
    manager in the directory when it was last looked at; `name` and `display`: of the object, for the log of a deletion.
    `found`: it was linked by a match, not created.
    """

    source: str
    kind: ObjectKind
    target: str
    state: LinkState = LinkState.ACTIVE
    sent: Mapping[str, Any] = field(default_factory=dict)
    manager: str | None = None
    boss: str | None = None
    name: str = ""
    display: str = ""
    found: bool = False


class Links(Protocol):
    """The links of a job."""

    def of(self, source: str) -> Link | None:
        """Return the link of an object of the directory."""
        ...

    def holder(self, kind: ObjectKind, target: str) -> Link | None:
        """Return the link to a resource of the target."""
        ...


@dataclass(frozen=True)
class Rules:
    """What the administrator configured: the profile and the dialect of the tenant URL.

    `app`: the application's name, as the log shows it.
    """

    profile: Profile
    dialect: Dialect
    app: str = ""

    @property
    def application(self) -> str:
        """The application's name."""
        return self.app or self.profile.title

    @property
    def job(self) -> JobSettings:
        """The settings of the job."""
        return self.profile.job

    def of(self, kind: ObjectKind) -> ObjectType:
        """Return the mappings of a kind of object; those of groups are empty if the profile has none."""
        found = self.profile.user if kind is ObjectKind.USER else self.profile.group
        return found or ObjectType(mapping=[], actions=[])


@dataclass(frozen=True, slots=True)
class Subject:
    """An object that a cycle looks at, with everything that decides what is done with it.

    `source`: None if it was purged; `boss`: the id of the manager's account, if it is linked; `retry`: it failed
    before; `again`: everything is evaluated, not only what changed; `added`: it is new in the directory.
    """

    id: str
    kind: ObjectKind
    source: SourceObject | None
    standing: Entitlement
    link: Link | None = None
    boss: str | None = None
    retry: bool = False
    again: bool = False


@dataclass(frozen=True)
class EntraRequest:
    """A request of a talk: what is sent, and the values of its placeholders."""

    template: RequestTemplate
    bindings: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """What it is for: `probe`, `match`, `create`, `read`, `patch`, `delete`, `add-members`, …"""
        return self.template.key

    @property
    def method(self) -> str:
        """The HTTP method."""
        return self.template.method

    @property
    def outgoing(self) -> Outgoing:
        """The request, ready for the wire."""
        return prepare(self.template, self.bindings)

    @property
    def content(self) -> Any:
        """The body as JSON, or None."""
        return resolve(self.template.body, self.bindings)

    @property
    def resource(self) -> tuple[str, str] | None:
        """Type (`User` or `Group`) and id of the resource in the path, if there is one."""
        return self.outgoing.resource


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """No response arrived. `kind`: one of the names in `target.failures`, or `failing.NOT_OURS`."""

    kind: str
    sentence: str


Reply = Answer | NoAnswer


class LogAction(StrEnum):
    """The values of provisioningAction (Microsoft Graph, "provisioningObjectSummary")."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    STAGED_DELETE = "stageddelete"
    DISABLE = "disable"
    OTHER = "other"


class LogStatus(StrEnum):
    """The values of provisioningStatusInfo.status."""

    SUCCESS = "success"
    WARNING = "warning"
    FAILURE = "failure"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class LogStep:
    """One of the provisioningSteps of a record. `type`: import, scoping, matching, processing, referenceResolution or
    export."""

    name: str
    type: str
    description: str
    status: LogStatus = LogStatus.SUCCESS
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Modified:
    """A value that a request changed, by target path. The values are those of JSON; None: there was none."""

    path: str
    old: Any
    new: Any


class Retry(StrEnum):
    """When a failed object is tried again."""

    NOT = "not"
    NEXT_CYCLE = "next cycle"
    ESCROW = "escrow"


@dataclass(frozen=True, slots=True)
class Problem:
    """What failed: the code of the provisioning log, the reason, and when it is tried again.

    `stops`: the cycle stops, and the job is quarantined.
    """

    code: str
    reason: str
    retry: Retry = Retry.ESCROW
    stops: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an object. `link`: the link afterwards, None if there is none; `code`: of a failure, or the
    SkipReason; `added` and `removed`: ids of the directory whose memberships were accepted; `unlinked`: ids that could
    not be sent because they have no account; `refused`: ids whose membership change was not accepted. `logged`: whether
    the provisioning log has a record of it."""

    subject: Subject
    action: LogAction
    status: LogStatus
    link: Link | None
    code: str | None = None
    problem: Problem | None = None
    modified: Sequence[Modified] = ()
    steps: Sequence[LogStep] = ()
    logged: bool = True
    is_reference: bool = False
    added: Sequence[str] = ()
    removed: Sequence[str] = ()
    unlinked: Sequence[str] = ()
    refused: Sequence[str] = ()
    shows_members: bool = False
    """A read of the group returned members, although Entra excludes them."""


Talk = Generator[EntraRequest, Reply, Outcome]
