"""The registry of attacks, and what they are made of."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target, body_of
from scim_conformance.demo.shapes import answered
from tests.hostile.world import World, place

Act = Callable[[World, Target, ScimRequest, Go], Awaitable[ScimResponse]]
Answer = Callable[[World, dict[str, Any], dict[str, Any], ScimResponse | None], ScimResponse]
"""From what was sent, a stranger, and the honest answer (None where nothing was made): the answer to a creation."""

USERS = ("ENT-CRE-01", "ENT-UPD-01", "ENT-UPD-03", "ENT-DIS-01", "ENT-DEL", "ENT-MGR-01", "ENT-MGR-05")
GROUPS = ("ENT-GRP-01", "ENT-GRP-05", "ENT-GRP-06", "ENT-GRP-08", "ENT-GRP-10", "ENT-GRP-14", "ENT-GRP-18")
USUAL = (*USERS, *GROUPS)


class Tells(StrEnum):
    """What the run must say of an attack, beside that it touches nobody."""

    CREATION = "a creation was answered with another account: a MUST, first to fix, and the account is a leftover"
    UNCONFIRMED = "what was created could not be confirmed, and is a leftover; the run is not green"
    RED = "the run is not green"
    QUIET = "nothing: what was created could be confirmed"
    COUNTED = "as many leftovers as a second client counts; `clean` ends with 1"
    DELETES = "as many leftovers as a second client counts; after `clean` nothing is left, and it ends with 0"
    BLIND = "as many leftovers as a second client counts; `clean` cannot look, and ends with 6"


COUNTING = {Tells.COUNTED, Tells.DELETES, Tells.BLIND}
"""What is told of targets that leave something behind: a number."""


@dataclass(frozen=True)
class Attack:
    """A way to answer with somebody else's identity."""

    name: str
    what: str
    act: Act
    tells: Tells
    ids: tuple[str, ...] = USUAL
    intimate: bool = False
    """Whether strangers bear our externalId, our e-mail address and our tag."""
    oauth: bool = False
    """Whether the run asks for tokens, each of which lives only a little."""


ATTACKS: dict[str, Attack] = {}
"""Every attack by its name."""


def attack(
    name: str,
    what: str,
    tells: Tells = Tells.QUIET,
    ids: tuple[str, ...] = USUAL,
    *,
    intimate: bool = False,
    oauth: bool = False,
) -> Callable[[Act], Act]:
    """Register an attack."""

    def register(act: Act) -> Act:
        assert name not in ATTACKS, f"there are two attacks named {name}"
        ATTACKS[name] = Attack(name, what, act, tells, ids, intimate, oauth)
        return act

    return register


def creation(
    name: str,
    what: str,
    tells: Tells = Tells.CREATION,
    *,
    kind: str = "Users",
    every: int = 2,
    keep: bool = False,
    ids: tuple[str, ...] = USUAL,
    intimate: bool = False,
    oauth: bool = False,
) -> Callable[[Answer], Answer]:
    """Register a way to answer each n-th creation of a kind; `keep`: ours is made all the same."""

    def register(answer: Answer) -> Answer:
        async def act(world: World, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
            if not is_creation(request, kind) or len(world.created[kind]) % every:
                return await answered(target, request, go)
            target.check_auth(request)
            honest = await answered(target, request, go) if keep else None
            stranger = world.some(kind, len(world.created[kind]) // every)
            return answer(world, dict(body_of(request)), stranger, honest)

        attack(name, what, tells, ids, intimate=intimate, oauth=oauth)(act)
        return answer

    return register


def is_creation(request: ScimRequest, kind: str) -> bool:
    """Tell whether a request creates a resource of a kind."""
    creates = request.method == "POST" and place(request.path) == (kind, "")
    return creates and isinstance(body_of(request), dict)


def is_read_by_id(request: ScimRequest, kind: str | None = None) -> bool:
    """Tell whether a request reads one resource."""
    found, identifier = place(request.path)
    return request.method == "GET" and found in {"Users", "Groups"} and bool(identifier) and kind in {None, found}


def is_list(request: ScimRequest, kind: str, *, filtered: bool | None = None) -> bool:
    """Tell whether a request reads a list: with a filter, without one, or either."""
    asked = request.method == "GET" and place(request.path) == (kind, "")
    return asked and (filtered is None or ("filter" in request.query) is filtered)


def now() -> str:
    """Return the present as `meta.created` has it."""
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


def posed(sent: dict[str, Any], identifier: Any, kind: str = "User") -> dict[str, Any]:
    """Return what was sent, as if it had just been made under this id."""
    return {**sent, "id": identifier, "meta": {"resourceType": kind, "created": now(), "lastModified": now()}}


def kind_of(resource: dict[str, Any]) -> str:
    """Return the resource type of a resource."""
    return str(resource["meta"]["resourceType"])


def made(body: Any, status: HTTPStatus = HTTPStatus.CREATED, location: str | None = None) -> ScimResponse:
    """Return the answer to a creation."""
    return ScimResponse(status, body, {"Location": location} if location else {})
