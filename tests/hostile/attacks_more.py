"""A second batch: strangers who are read back under our name, and are told by a date or by having been seen before."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.shapes import answered
from tests.hostile.attacking import Tells, attack, is_creation, is_list, is_read_by_id, made, posed
from tests.hostile.world import NAMING, World, page, place, projected

Body = dict[str, Any]
Shape = Callable[[Body, str], Body]
"""From a stranger and the name that we gave: what is read by the stranger's id."""


def _echo(name: str, what: str, shape: Shape, kind: str = "Users", dated: str | None = None) -> None:
    """Register a target that answers creations with a stranger's id, and shows him in this shape afterwards.

    `dated`: the answer to the creation shows this `meta.created`.
    """

    async def act(world: World, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
        names: dict[str, str] = world.notes.setdefault("names", {})
        if is_creation(request, kind) and len(world.created[kind]) % 2 == 0:
            target.check_auth(request)
            sent, stranger = world.created[kind][-1], world.some(kind, len(world.created[kind]) // 2)
            names[stranger["id"]] = sent[NAMING[kind]]
            answer = posed(sent, stranger["id"], kind[:-1])
            return made({**answer, "meta": {**answer["meta"], "created": dated or answer["meta"]["created"]}})
        found = world.stranger(place(request.path)[1])
        if is_read_by_id(request, kind) and found in names:
            target.check_auth(request)
            return ScimResponse(
                HTTPStatus.OK, projected(shape(world.resource(str(found)), names[str(found)]), request.query)
            )
        return await answered(target, request, go)

    attack(name, what, Tells.CREATION)(act)


def _named(stranger: Body, name: str) -> Body:
    attribute = "userName" if "userName" in stranger else "displayName"
    return {**stranger, attribute: name}


def _dated(created: Any) -> Shape:
    return lambda stranger, name: {**_named(stranger, name), "meta": {**stranger["meta"], "created": created}}


_echo("echo-date-without-zone", "made years ago, in a date without a zone", _dated("2019-04-01T08:00:00"))
_echo("echo-date-alone", "made years ago, in a date without a time", _dated("2019-04-01"))
_echo("echo-date-basic", "made years ago, in ISO 8601's basic format", _dated("20190401T080000Z"))
_echo("echo-date-lower-case", "made years ago, with a small t and z", _dated("2019-04-01t08:00:00z"))
_echo("echo-date-nanoseconds", "made years ago, to the nanosecond", _dated("2019-04-01T08:00:00.123456789Z"))
_echo("echo-date-epoch", "made years ago, in milliseconds since 1970", _dated(1_554_105_600_000))
_echo("echo-date-text", "made years ago, in words", _dated("Mon, 01 Apr 2019 08:00:00 GMT"))
_echo(
    "echo-meta-in-capitals",
    "made years ago; the attributes are spelled Meta and Created",
    lambda stranger, name: {
        **{key: value for key, value in _named(stranger, name).items() if key != "meta"},
        "Meta": {"ResourceType": "User", "Created": "2019-04-01T08:00:00Z"},
    },
)
_echo(
    "echo-date-in-the-first-answer",
    "made years ago, as the answer to the creation says; a read shows no date",
    lambda stranger, name: {**_named(stranger, name), "meta": {"resourceType": "User"}},
    dated="2019-04-01T08:00:00Z",
)
_echo(
    "echo-name-in-a-list",
    "the name is a list, in which ours stands behind the stranger's",
    lambda stranger, name: {**stranger, "userName": [stranger["userName"], name], "meta": {}},
)
_echo(
    "echo-name-in-an-object",
    "the name is an object that holds ours",
    lambda stranger, name: {**stranger, "userName": {"old": stranger["userName"], "value": name}, "meta": {}},
)
_echo(
    "echo-name-behind-the-stranger",
    "the name is the stranger's own, with ours behind it",
    lambda stranger, name: {**stranger, "userName": f"{stranger['userName']} ({name})"},
)
_echo(
    "echo-nested-name",
    "our name stands in an extension that has a userName of its own",
    lambda stranger, name: {**stranger, "urn:vendor:2.0:User": {"userName": name}, "meta": {}},
)
_echo(
    "echo-name-in-capitals",
    "UserName is ours, userName the stranger's",
    lambda stranger, name: {"UserName": name, **stranger, "meta": {}},
)
_echo(
    "echo-group-by-external-id",
    "a foreign group bears our externalId, and our name as its id's display",
    lambda stranger, name: {**stranger, "externalId": name, "display": name, "meta": {}},
    kind="Groups",
)


@attack(
    "sweep-echoes-who-was-seen", "whoever was listed is shown under our tag afterwards, without dates", ids=("ENT-LST",)
)
async def sweep_seen(world: World, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await answered(target, request, go)
    kind, identifier = place(request.path)
    sweeps = kind in NAMING and is_list(request, kind, filtered=True) and " sw " in request.query["filter"].lower()
    echoed: dict[str, Body] = world.notes.setdefault("echoed", {})
    if sweeps and world.tag and response.status == HTTPStatus.OK:
        for one in world.ids(kind)[:30]:
            name = f"{world.tag}-Joy.Young-{one[:6]}@example.com"
            echoed[one] = {**world.resource(one), NAMING[kind]: name, "meta": {"resourceType": kind[:-1]}}
        return page([one for one in echoed.values() if NAMING[kind] in one and one["id"] in world.ids(kind)], {})
    if is_read_by_id(request) and identifier in echoed:
        return ScimResponse(HTTPStatus.OK, projected(echoed[identifier], request.query))
    return response
