"""POSTs that are answered with somebody else's identity."""

from http import HTTPStatus
from typing import Any

from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import BrokenResponse, RawResponse
from tests.hostile.attacking import GROUPS, Tells, creation, kind_of, made, posed
from tests.hostile.population import stored
from tests.hostile.world import LIST, World

Body = dict[str, Any]
Honest = ScimResponse | None


def _posed_as(stranger: Body, sent: Body) -> Body:
    return posed(sent, stranger["id"], kind_of(stranger))


@creation("post-id-of-stranger", "201 with a stranger's id, and our name echoed; nothing is made")
def post_id(world: World, sent: Body, stranger: Body, honest: Honest) -> ScimResponse:
    return made(_posed_as(stranger, sent), location=f"/v2/Users/{stranger['id']}")


@creation("post-id-of-stranger-always", "every creation is answered with a stranger's id and our name", every=1)
def post_id_always(world: World, sent: Body, stranger: Body, honest: Honest) -> ScimResponse:
    return made(_posed_as(stranger, sent))


@creation("post-id-of-stranger-late", "the fifth creation, the tenth, and so on: a stranger's id and our name", every=5)
def post_id_late(world: World, sent: Body, stranger: Body, honest: Honest) -> ScimResponse:
    return made(_posed_as(stranger, sent))


@creation("post-one-stranger-for-all", "every creation is answered with the id of one stranger", every=1)
def post_one(world: World, sent: Body, stranger: Body, honest: Honest) -> ScimResponse:
    return made(_posed_as(world.some("Users", 0), sent))


@creation("post-whole-stranger", "201 with a stranger's whole resource")
def post_whole(world: World, sent: Body, stranger: Body, honest: Honest) -> ScimResponse:
    return made(stranger)


@creation("post-200-stranger", "200 with the account that was de-duplicated by e-mail", intimate=True)
def post_200(world: World, sent: Body, stranger: Body, honest: Honest) -> ScimResponse:
    return made(stranger, HTTPStatus.OK)


@creation("post-200-stranger-our-name", "200 with a stranger's id and our name")
def post_200_named(world: World, sent: Body, stranger: Body, honest: Honest) -> ScimResponse:
    return made(_posed_as(stranger, sent), HTTPStatus.OK)


@creation("post-202-stranger", "202 with a stranger's id: it will be made later, and never is")
def post_202(world: World, sent: Body, stranger: Body, honest: Honest) -> ScimResponse:
    return made(
        {"id": stranger["id"], "schemas": sent.get("schemas"), "userName": sent["userName"]}, HTTPStatus.ACCEPTED
    )


@creation("post-upsert", "a creation overwrites a stranger, who bears our name from then on; created years ago")
def post_upsert(world: World, sent: Body, stranger: Body, honest: Honest) -> ScimResponse:
    merged = {**stranger, **sent, "id": stranger["id"], "meta": stranger["meta"]}
    world.settle(merged)
    return made(merged)


@creation("post-upsert-group", "the creation of a group overwrites a foreign one; created years ago", kind="Groups")
def post_upsert_group(world: World, sent: Body, stranger: Body, honest: Honest) -> ScimResponse:
    merged = {**stranger, **sent, "members": stranger["members"], "id": stranger["id"], "meta": stranger["meta"]}
    world.settle(merged)
    return made(merged)


@creation("post-409-with-stranger", "409 whose body is the stranger's resource", Tells.RED)
def post_409(world: World, sent: Body, stranger: Body, honest: Honest) -> ScimResponse:
    return made({**stranger, "status": "409", "scimType": "uniqueness"}, HTTPStatus.CONFLICT)


@creation("post-ours-location-stranger", "ours is made and answered; Location names a stranger", Tells.QUIET, keep=True)
def post_location(world: World, sent: Body, stranger: Body, honest: Honest) -> ScimResponse:
    assert honest is not None
    honest.headers = {**honest.headers, "Location": f"http://127.0.0.1/v2/Users/{stranger['id']}"}
    return honest


@creation("post-empty-location-stranger", "201 without a body; Location names a stranger; nothing is made", Tells.RED)
def post_empty(world: World, sent: Body, stranger: Body, honest: Honest) -> ScimResponse:
    return made(None, location=f"/v2/Users/{stranger['id']}")


@creation("post-makes-ours-tells-stranger", "ours is made; the answer has a stranger's id and our name", keep=True)
def post_beside(world: World, sent: Body, stranger: Body, honest: Honest) -> ScimResponse:
    return made(_posed_as(stranger, sent))


@creation("post-makes-ours-tells-whole-stranger", "ours is made; the answer is a stranger", keep=True)
def post_beside_whole(world: World, sent: Body, stranger: Body, honest: Honest) -> ScimResponse:
    return made(stranger)


@creation("post-id-upper-case", "a stranger's id in capitals, with our name; ids are read whatever their case")
def post_upper(world: World, sent: Body, stranger: Body, honest: Honest) -> ScimResponse:
    return made({**_posed_as(stranger, sent), "id": stranger["id"].upper()})


@creation("post-id-percent-encoded", "a stranger's id, percent-encoded, from a target that decodes twice")
def post_percent(world: World, sent: Body, stranger: Body, honest: Honest) -> ScimResponse:
    spelled = "".join(f"%{ord(one):02x}" for one in stranger["id"])
    return made({**_posed_as(stranger, sent), "id": spelled})


@creation("post-id-with-dots", "an id that leads over `..` to a stranger", Tells.RED)
def post_dots(world: World, sent: Body, stranger: Body, honest: Honest) -> ScimResponse:
    return made({**_posed_as(stranger, sent), "id": f"new/../{stranger['id']}"})


@creation("post-id-with-group-path", "an id that leads over `..` to a foreign group", Tells.RED)
def post_other_kind_path(world: World, sent: Body, stranger: Body, honest: Honest) -> ScimResponse:
    return made({**_posed_as(stranger, sent), "id": f"../Groups/{world.some('Groups', 1)['id']}"})


@creation("post-id-with-query", "a stranger's id with a query or a fragment behind it")
def post_query(world: World, sent: Body, stranger: Body, honest: Honest) -> ScimResponse:
    world.alias(f"{stranger['id']}?x=1#y", stranger["id"])
    return made({**_posed_as(stranger, sent), "id": f"{stranger['id']}?x=1#y"})


@creation("post-id-is-collection", "the id is a slash: the collection itself", Tells.RED)
def post_collection(world: World, sent: Body, stranger: Body, honest: Honest) -> ScimResponse:
    return made({**posed(sent, "/"), "displayName": sent.get("displayName")})


@creation("post-id-is-empty", "the id is an empty string", Tells.RED)
def post_no_id(world: World, sent: Body, stranger: Body, honest: Honest) -> ScimResponse:
    return made(posed(sent, ""))


@creation("post-id-is-users", "the id is `../Users`", Tells.RED)
def post_users(world: World, sent: Body, stranger: Body, honest: Honest) -> ScimResponse:
    return made(posed(sent, "../Users"))


@creation("post-numeric-id", "the id is the number of a stranger")
def post_number(world: World, sent: Body, stranger: Body, honest: Honest) -> ScimResponse:
    number = 880_010_000 + len(world.created["Users"])
    world.alias(str(number), stranger["id"])
    return made(posed(sent, number))


@creation("post-numeric-text-id", "the id is the number of a stranger, as text")
def post_number_text(world: World, sent: Body, stranger: Body, honest: Honest) -> ScimResponse:
    number = str(880_020_000 + len(world.created["Users"]))
    world.alias(number, stranger["id"])
    return made(posed(sent, number))


@creation("post-user-gets-group-id", "a user is answered with the id of a foreign group")
def post_group_id(world: World, sent: Body, stranger: Body, honest: Honest) -> ScimResponse:
    return made(posed(sent, world.some("Groups", len(world.created["Users"]))["id"]))


@creation("post-list-of-strangers", "a creation is answered with a list, in which a stranger comes first", Tells.RED)
def post_list(world: World, sent: Body, stranger: Body, honest: Honest) -> ScimResponse:
    found = [stranger, _posed_as(stranger, sent)]
    return made({"schemas": [LIST], "totalResults": 2, "itemsPerPage": 2, "startIndex": 1, "Resources": found})


@creation("post-two-ids", "the answer has two ids, the second one a stranger's", Tells.QUIET, keep=True)
def post_twice(world: World, sent: Body, stranger: Body, honest: Honest) -> ScimResponse:
    assert honest is not None
    if honest.status != HTTPStatus.CREATED or not honest.body:
        return honest
    raw = stored(honest.body)[:-1] + f', "id": "{stranger["id"]}"}}'.encode()
    return RawResponse(HTTPStatus.CREATED, None, {"Content-Type": "application/scim+json"}, raw)


@creation("post-capital-id", "beside our id the answer has `Id` and `ID`, a stranger's", Tells.QUIET, keep=True)
def post_capital(world: World, sent: Body, stranger: Body, honest: Honest) -> ScimResponse:
    assert honest is not None
    honest.body = {"Id": stranger["id"], **(honest.body or {}), "ID": stranger["id"]}
    return honest


@creation("post-meta-of-stranger", "ours is made; meta.location in the answer is a stranger's", Tells.QUIET, keep=True)
def post_meta(world: World, sent: Body, stranger: Body, honest: Honest) -> ScimResponse:
    assert honest is not None
    if honest.body and "meta" in honest.body:
        honest.body["meta"] = {**honest.body["meta"], "location": f"http://127.0.0.1/v2/Users/{stranger['id']}"}
    return honest


@creation("post-group-id-of-stranger", "a group is answered with a foreign group's id and our name", kind="Groups")
def post_group(world: World, sent: Body, stranger: Body, honest: Honest) -> ScimResponse:
    return made(_posed_as(stranger, sent))


@creation("post-group-always", "every group is answered with a foreign group's id and our name", kind="Groups", every=1)
def post_group_always(world: World, sent: Body, stranger: Body, honest: Honest) -> ScimResponse:
    return made(_posed_as(stranger, sent))


@creation("post-whole-foreign-group", "a group is answered with a whole foreign group", kind="Groups", ids=GROUPS)
def post_group_whole(world: World, sent: Body, stranger: Body, honest: Honest) -> ScimResponse:
    return made(stranger)


@creation("post-group-of-our-people", "a group is answered with a foreign group that lists our people", kind="Groups")
def post_group_members(world: World, sent: Body, stranger: Body, honest: Honest) -> ScimResponse:
    people = world.created["Users"]
    ours = [{"value": f"x{number}", "display": one["userName"]} for number, one in enumerate(people)]
    world.settle({**stranger, "members": [*stranger["members"], *ours]})
    return made(world.resource(stranger["id"]))


@creation("post-group-gets-user-id", "a group is answered with a foreign user's id", kind="Groups")
def post_group_user(world: World, sent: Body, stranger: Body, honest: Honest) -> ScimResponse:
    return made(posed(sent, world.some("Users", len(world.created["Groups"]))["id"], "Group"))


@creation("post-303-to-stranger", "303 to a stranger's address; nothing is made", Tells.RED)
def post_303(world: World, sent: Body, stranger: Body, honest: Honest) -> ScimResponse:
    return made(None, HTTPStatus.SEE_OTHER, f"/v2/Users/{stranger['id']}")


@creation("post-breaks-off", "the answer to a creation breaks off behind a stranger's id; nothing is made", Tells.RED)
def post_breaks(world: World, sent: Body, stranger: Body, honest: Honest) -> ScimResponse:
    raw = stored(_posed_as(stranger, sent))[:-1]
    return BrokenResponse(HTTPStatus.CREATED, None, {"Content-Type": "application/scim+json"}, raw)
