"""What the target owes: what the requests that it accepted must have left there. The oracle of the proof.

It knows nothing of why a request was sent. It folds the requests themselves into a model of the resource, so that it
cannot repeat a mistake of the engine. What the directory asks for and no request sent is not owed.
"""

import json
import re
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from scim_conformance.entra.engine.calls import MANAGER
from scim_conformance.entra.engine.model import EntraRequest, Reply
from scim_conformance.scenario.exchange import Answer
from scim_conformance.scim import paths

Resource = dict[str, Any]
"""The mapped attributes of a resource, as the target must return them. `members` of a group: a list of ids."""

_MEMBERS = re.compile(r'members(?:\[value eq ("(?:[^"\\]|\\.)*")\])?', re.IGNORECASE | re.DOTALL)
"""The path of members, with the id of one: a text in JSON, in which a quotation mark is escaped."""

_ENVELOPE = ("schemas", "meta")
_MANAGER = paths.parse(MANAGER)


def owes(before: Resource | None, request: EntraRequest, reply: Reply) -> Resource | None:
    """Return what the target owes of a resource after a request; None: that it is gone.

    A request that was refused, or has no answer, changes nothing here.
    """
    accepted = isinstance(reply, Answer) and reply.ok
    if request.method == "POST" and accepted:
        return _created(request.content)
    if request.method == "DELETE":
        return None if accepted or (isinstance(reply, Answer) and reply.status == 404) else before
    if request.method != "PATCH" or not accepted or before is None:
        return before
    after = _copied(before)
    for operation in request.content["Operations"]:
        _apply(after, operation)
    return after


def _copied(resource: Resource) -> Resource:
    """Return a copy to change. Members are ids, and may be thousands: each request to their group copies them."""
    return {key: list(value) if key == "members" else deepcopy(value) for key, value in resource.items()}


def _created(body: Mapping[str, Any]) -> Resource:
    return {key: deepcopy(value) for key, value in body.items() if key not in _ENVELOPE}


def _apply(resource: Resource, operation: Mapping[str, Any]) -> None:
    verb, path = str(operation["op"]).lower(), operation.get("path")
    value: Any = operation.get("value")
    if path is not None and (members := _MEMBERS.fullmatch(path)):
        _members(resource, verb, members[1], value)
    elif path is None:
        for key, one in value.items():
            paths.write(resource, paths.parse(key), one)
    elif verb == "remove":
        paths.remove(resource, paths.parse(path))
    else:
        _set(resource, paths.parse(path), value)


def _set(resource: Resource, path: paths.AttrPath, value: Any) -> None:
    if (path.urn, path.name.lower()) == (_MANAGER.urn, "manager") and isinstance(value, str):
        paths.write(resource, path, {"value": value})
    else:
        paths.write(resource, path, _spelled(path, value))


def _spelled(path: paths.AttrPath, value: Any) -> Any:
    """Return a boolean that the legacy dialect sends as text."""
    if path.urn is None and path.name.lower() == "active" and isinstance(value, str):
        return {"true": True, "false": False}.get(value.lower(), value)
    return value


def _members(resource: Resource, verb: str, literal: str | None, value: Any) -> None:
    held = resource.setdefault("members", [])
    named = [str(one["value"]) for one in value or []] if literal is None else [str(json.loads(literal))]
    if verb == "add":
        held += [one for one in named if one not in held]
    else:
        resource["members"] = [one for one in held if one not in named]
