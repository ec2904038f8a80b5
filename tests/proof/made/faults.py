"""Faults that nobody reported, made so that every check of the catalogue is seen red once: each names the check."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Around, Go, Target, set_body
from scim_conformance.demo.shapes import (
    changes,
    created,
    id_of,
    is_read,
    is_write,
    path_of,
    refusal,
    resources,
    rewrite,
    stored_at,
    verb,
)

MADE: dict[str, Around] = {}
"""By the id that the check has in the catalogue."""


def made(*checks: str) -> Callable[[Around], Around]:
    """Keep a fault under the checks that must see it."""

    def register(around: Around) -> Around:
        MADE.update(dict.fromkeys(checks, around))
        return around

    return register


def _without(request: ScimRequest, body: dict[str, Any], name: str) -> None:
    set_body(request, {key: value for key, value in body.items() if key != name})


@made("ENT-CRE-06#read-back.stored.{attribute}")
async def disabled_without_title(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    body = created(request)
    if body.get("active") is False:
        _without(request, body, "title")
    return await go(request)


@made("ENT-CRE-09#read-back.kept.{attribute}")
async def conflict_renames(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    mails = {str(one.get("value")) for one in created(request).get("emails") or []}
    for one in target.stored() if mails else []:
        if mails & {str(entry.value) for entry in getattr(one, "emails", None) or []}:
            one.user_name = created(request)["userName"]
            target.memory.resources = [one if other.id == one.id else other for other in target.stored()]
            return refusal(HTTPStatus.CONFLICT, "There is such an account already", "uniqueness")
    return await go(request)


@made("ENT-DEL-02#read-back.stored.{attribute}")
async def again_without_title(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    gone: set[str] = target.notes.setdefault("gone", set())
    if is_write(request, "DELETE", "Users"):
        gone.add(str(stored_at(target, request.path).get("userName")))
    if created(request).get("userName") in gone:
        _without(request, created(request), "title")
    return await go(request)


@made("ENT-UPD-04#read-back.made.{attribute}")
async def element_not_made(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    filtered = [one for one in changes(request) if "[" in path_of(one) and verb(one) == "add"]
    if filtered:
        rewrite(request, [one for one in changes(request) if one not in filtered])
    return await go(request)


@made("ENT-UPD-06#read-back.stored.{attribute}")
async def one_of_several_stays(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    several = len(stored_at(target, request.path).get("emails") or []) > 1
    kept = [one for one in changes(request) if not (several and path_of(one).startswith("emails["))]
    if kept != changes(request):
        rewrite(request, kept)
    return await go(request)


@made("ENT-UPD-14#read-back.absent.{attribute}")
async def nothing_is_ignored(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    kept = [one for one in changes(request) if one.get("value") not in ("", None) or verb(one) == "remove"]
    if kept != changes(request):
        rewrite(request, kept)
    return await go(request)


@made("ENT-LST-01#last.status")
async def last_page_404(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    start = request.query.get("startIndex", "")
    if start.isdecimal() and int(start) == len([one for one in target.stored() if hasattr(one, "user_name")]):
        return refusal(HTTPStatus.NOT_FOUND, "There is no such page")
    return await go(request)


def _takes_the_last(target: Target, request: ScimRequest) -> bool:
    held = [one["value"] for one in stored_at(target, request.path).get("members") or []]
    return any(verb(one) == "remove" and len(held) == 1 and held[0] in str(one) for one in changes(request, "Groups"))


@made("ENT-GRP-07#remove-last.status")
async def last_member_400(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if _takes_the_last(target, request):
        return refusal(HTTPStatus.BAD_REQUEST, "A group needs a member")
    return await go(request)


@made("ENT-GRP-07#read-added.members")
async def last_member_stays(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return ScimResponse(HTTPStatus.NO_CONTENT) if _takes_the_last(target, request) else await go(request)


async def _refused_name(target: Target, request: ScimRequest, go: Go, shown: Callable[[str], str], name: str) -> Any:
    """Refuse the name of a deleted account, and show something else of it from then on."""
    refused: set[str] = target.notes.setdefault("refused", set())
    if {"userName", "active"} <= {path_of(one) for one in changes(request)}:
        refused.add(id_of(request))
        return refusal(HTTPStatus.BAD_REQUEST, "This is no userName")
    response = await go(request)
    if is_read(request, "Users") and id_of(request) in refused:
        for resource in resources(response):
            resource[name] = shown(str(resource[name]))
    return response


@made("ENT-DIS-05#read-refused.kept.{attribute}")
async def refused_and_renamed(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    answer: ScimResponse = await _refused_name(target, request, go, lambda name: f"gone.{name}", "userName")
    return answer


@made("ENT-DIS-05#read-refused.same")
async def refused_and_other(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    answer: ScimResponse = await _refused_name(target, request, go, lambda identifier: f"{identifier}-1", "id")
    return answer


@made("ENT-GRP-14#read-member.status")
async def members_hidden_with_group(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    hidden: set[str] = target.notes.setdefault("hidden", set())
    if is_write(request, "DELETE", "Groups"):
        hidden |= {one["value"] for one in stored_at(target, request.path).get("members") or []}
    if is_read(request, "Users") and id_of(request) in hidden:
        return refusal(HTTPStatus.NOT_FOUND, "There is no such user")
    return await go(request)
