"""Probes of the defects in what can be read after a change, and in what is refused though it is sound."""

from tests.probes.connection import token
from tests.probes.wire import (
    ENTERPRISE,
    WORK,
    Wire,
    added,
    merged,
    person,
    probe,
    replaced,
    unique,
)


def _changed(wire: Wire) -> str:
    user = wire.user()
    assert wire.change(user, replaced("title", "Boss")).status in {200, 204}
    return user


def _peopled_group(wire: Wire) -> str:
    return wire.group(wire.user())


@probe("changed-user-500")
def changed_user_500(wire: Wire) -> bool:
    wire.read(wire.user())
    return wire.get(f"/Users/{_changed(wire)}").status == 500


@probe("id-of-version")
def id_of_version(wire: Wire) -> bool:
    user = _changed(wire)
    return bool(wire.read(user)["id"] != user)


@probe("renamed-match-500")
def renamed_match_500(wire: Wire) -> bool:
    name = f"{unique()}@example.com"
    assert wire.change(wire.user(), replaced("userName", name)).status in {200, 204}
    return wire.find("Users", f'userName eq "{name}"').status == 500


@probe("delete-takes-all")
def delete_takes_all(wire: Wire) -> bool:
    other, user = wire.user(), wire.user()
    assert wire.delete(f"/Users/{user}").status == 204
    return wire.get(f"/Users/{other}").status == 404


@probe("created-again-unreadable")
def created_again_unreadable(wire: Wire) -> bool:
    name = f"{unique()}@example.com"
    assert wire.delete(f"/Users/{wire.user(userName=name)}").status == 204
    return wire.get(f"/Users/{wire.user(userName=name)}").status == 404


@probe("created-again-empty")
def created_again_empty(wire: Wire) -> bool:
    name = f"{unique()}@example.com"
    assert wire.delete(f"/Users/{wire.user(userName=name)}").status == 204
    reply = wire.create(userName=name)
    return reply.status == 201 and reply.body == b""


@probe("changed-group-500")
def changed_group_500(wire: Wire) -> bool:
    assert wire.get(f"/Groups/{wire.group()}").status == 200
    return wire.get(f"/Groups/{_peopled_group(wire)}").status == 500


@probe("other-group-by-id")
def other_group_by_id(wire: Wire) -> bool:
    group = wire.group()
    return wire.get(f"/Groups/{group}").id != group


@probe("group-by-id-500")
def group_by_id_500(wire: Wire) -> bool:
    return wire.get(f"/Groups/{wire.group()}").status == 500


@probe("found-group-500")
def found_group_500(wire: Wire) -> bool:
    name = unique("group")
    assert wire.find("Groups", f'displayName eq "{name}"').status == 200
    wire.group(name=name)
    return wire.find("Groups", f'displayName eq "{name}"').status == 500


@probe("group-created-empty")
def group_created_empty(wire: Wire) -> bool:
    reply = wire.create_group()
    return reply.status == 201 and reply.body == b""


@probe("last-group-only")
def last_group_only(wire: Wire) -> bool:
    group, last = _peopled_group(wire), _peopled_group(wire)
    assert wire.get(f"/Groups/{last}").status == 200
    return wire.get(f"/Groups/{group}").status == 404


@probe("group-delete-takes-all")
def group_delete_takes_all(wire: Wire) -> bool:
    other, group = wire.group(), wire.group()
    assert wire.delete(f"/Groups/{group}").status == 204
    return wire.get(f"/Groups/{other}").status == 404


@probe("one-token-only")
def one_token_only(wire: Wire) -> bool:
    return [token(wire).status, token(wire).status] == [200, 400]


@probe("second-token-empty")
def second_token_empty(wire: Wire) -> bool:
    assert "access_token" in token(wire).json
    return "access_token" not in token(wire).json


@probe("wrong-secret-page")
def wrong_secret_page(wire: Wire) -> bool:
    return token(wire, client_secret="wrong").body.startswith(b"<h1>")


@probe("list-is-bare")
def list_is_bare(wire: Wire) -> bool:
    return "Resources" not in wire.get("/Users?startIndex=1&count=1").json


@probe("percent-400")
def percent_400(wire: Wire) -> bool:
    return wire.find("Users", 'userName eq "a%40b"').status == 400


def _of_number(wire: Wire, number: str) -> int:
    return len(wire.find("Users", f'{ENTERPRISE}:employeeNumber eq "{number}"').listed)


@probe("unknown-number-all")
def unknown_number_all(wire: Wire) -> bool:
    number = unique().replace("-", "")
    wire.user(**{ENTERPRISE: {"employeeNumber": number}})
    wire.user()
    assert _of_number(wire, number) == 1
    return _of_number(wire, f"{number}0") > 1


@probe("username-filter-400")
def username_filter_400(wire: Wire) -> bool:
    return wire.find("Users", f'userName eq "{unique()}"').status == 400


@probe("private-email-matches")
def private_email_matches(wire: Wire) -> bool:
    address = f"{unique()}@example.com"
    wire.user(emails=[{"type": "home", "value": address}])
    return len(wire.find("Users", f'{WORK} eq "{address}"').listed) == 1


@probe("manager-post-empty")
def manager_post_empty(wire: Wire) -> bool:
    reply = wire.create(**{ENTERPRISE: {"manager": wire.user()}})
    return reply.status == 201 and reply.body == b""


@probe("accents-garbled")
def accents_garbled(wire: Wire) -> bool:
    return bool(wire.read(wire.user(displayName="Zoë"))["displayName"] == "ZoÃ«")


@probe("first-of-a-list")
def first_of_a_list(wire: Wire) -> bool:
    emails = [{"type": kind, "value": f"{kind}@example.com"} for kind in ("work", "other")]
    return bool(wire.read(wire.user(emails=emails))["emails"] == emails[:1])


@probe("group-rename-400")
def group_rename_400(wire: Wire) -> bool:
    return wire.patch(f"/Groups/{wire.group()}", replaced("displayName", unique("group"))).status == 400


@probe("group-external-id-400")
def group_external_id_400(wire: Wire) -> bool:
    return wire.patch(f"/Groups/{wire.group()}", merged(externalId=unique())).status == 400


@probe("one-member-at-a-time")
def one_member_at_a_time(wire: Wire) -> bool:
    group = _peopled_group(wire)
    return wire.patch(f"/Groups/{group}", added(wire.user(), wire.user())).status == 400


@probe("hundred-and-first-400")
def hundred_and_first_400(wire: Wire) -> bool:
    group = wire.group()
    crowd = [one.id for one in wire.post_all("/Users", (person() for _ in range(101)))]
    assert wire.patch(f"/Groups/{group}", added(*crowd[:100])).status in {200, 204}
    return wire.patch(f"/Groups/{group}", added(crowd[100])).status == 400


@probe("replace-members-501")
def replace_members_501(wire: Wire) -> bool:
    return wire.patch(f"/Groups/{_peopled_group(wire)}", replaced("members", [{"value": wire.user()}])).status == 501
