"""Whatever the target does wrong: nothing foreign is touched, and what cannot be removed is listed with its remedy."""

import asyncio
import json
import re
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.choices import DEFECTS
from scim_conformance.demo.shapes import stored_at
from scim_conformance.target.sweep import PAGE
from tests.support.cli import Run, assert_calm
from tests.support.foreign import Inhabited, inhabited
from tests.support.raw import Accounts, Pieces, Received, error, listening, scim
from tests.support.turns import due, rotated

pytestmark = pytest.mark.slow

SOME = ("ENT-MAT-01", "ENT-CRE-01", "ENT-DIS-01", "ENT-DEL-01", "ENT-GRP-01")
"""Scenarios that create, find, change and delete users and groups."""


@pytest.fixture(scope="module")
def town() -> Iterator[Inhabited]:
    """A target in which others live: of each kind more than a page of a list holds."""
    with inhabited(users=PAGE + 20, groups=PAGE + 10) as target:
        yield target


def played(town: Inhabited, where: Path, *defects: Any, ids: tuple[str, ...] = SOME) -> Run:
    """Play some scenarios against a target with these defects; no defect makes the harness lose its calm."""
    town.served.app.defects = defects
    run = Run(where, town.url, town.token)
    ended = run.run("--timeout", "2", *ids)
    assert_calm(ended)
    assert ended.code in {1, 6}, ended.screen
    town.assert_untouched()
    return run


def restored(town: Inhabited, run: Run) -> None:
    """Repair the target, clean up, and see that all is as it was."""
    town.served.app.defects = ()
    cleaned = run.clean()
    assert_calm(cleaned)
    assert cleaned.code == 0, cleaned.screen
    town.assert_as_before()


RED = [
    ("filter-ignored",),
    ("filter-404",),
    ("filter-ignored", "members-returned", "group-emptied"),
    ("op-case", "tombstone", "duplicate-accepted"),
    ("inactive-hidden", "active-string"),
]


@pytest.mark.parametrize("names", due(RED, 3), ids=",".join)
def test_a_red_run_leaves_nothing_either(town: Inhabited, tmp_path: Path, names: tuple[str, ...]) -> None:
    run = played(town, tmp_path, *(DEFECTS[name].around for name in names))
    assert run.result["leftovers"] == []
    town.assert_as_before()


class Failing:
    """A defect: the first `times` DELETE requests are answered with 500."""

    def __init__(self, times: int) -> None:
        self.left = times

    async def __call__(self, target: Target, request: ScimRequest, go: Go) -> ScimResponse:
        """Fail, or serve."""
        if request.method == "DELETE" and self.left > 0:
            self.left -= 1
            return ScimResponse(HTTPStatus.INTERNAL_SERVER_ERROR, {"detail": "try later"})
        return await go(request)


def test_a_delete_that_fails_once_is_made_up_for(town: Inhabited, tmp_path: Path) -> None:
    town.served.app.defects = (Failing(1),)
    run = Run(tmp_path, town.url, town.token)
    assert_calm(run.run("ENT-MAT-01", "ENT-CRE-01"))
    assert run.result["leftovers"] == []
    town.assert_as_before()


def assert_leftovers_are_said(run: Run, town: Inhabited, why: str) -> None:
    """Everything of ours that is still there is listed, with the reason and the command that removes it."""
    listed = {one["name"] for one in run.result["leftovers"]}
    held = [json.loads(text) for text in town.ours]
    assert {one.get("userName") or one["displayName"] for one in held} <= listed
    assert held
    assert all(re.search(why, one["why"]) for one in run.result["leftovers"]), run.result["leftovers"]
    assert _cleaning(run) in (run.where / "stdout.txt").read_text()


def _cleaning(run: Run) -> str:
    """Return the command that removes what is left, with the directory as seen from where the run was started."""
    return f"    scim-conformance clean {run.reports.relative_to(run.where)}\n"


def test_deletes_that_fail_leave_a_list(town: Inhabited, tmp_path: Path) -> None:
    run = played(town, tmp_path, Failing(10_000), ids=("ENT-MAT-01", "ENT-CRE-01", "ENT-DEL-01"))
    assert_leftovers_are_said(run, town, "DELETE returned 500")
    restored(town, run)


async def _sparing_the_active(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.method == "DELETE" and stored_at(target, request.path).get("active"):
        return ScimResponse(HTTPStatus.CONFLICT, {"detail": "Deactivate the user before you delete it"})
    return await go(request)


def test_users_who_can_only_be_deleted_when_disabled_are_disabled_and_deleted(town: Inhabited, tmp_path: Path) -> None:
    run = played(town, tmp_path, _sparing_the_active, ids=("ENT-MAT-01", "ENT-CRE-01", "ENT-DEL-01"))
    assert run.result["leftovers"] == []
    town.assert_as_before()


async def _lying(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    return ScimResponse(HTTPStatus.NO_CONTENT, None) if request.method == "DELETE" else await go(request)


def test_deletes_that_only_look_as_if_they_worked_leave_a_list(town: Inhabited, tmp_path: Path) -> None:
    run = played(town, tmp_path, _lying, ids=("ENT-CRE-01", "ENT-DEL-01"))
    assert_leftovers_are_said(run, town, "can still be read")
    restored(town, run)


async def _committing_and_failing(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    if request.method == "POST":
        return ScimResponse(HTTPStatus.BAD_REQUEST, {"detail": "stored, and then something went wrong"})
    return response


async def _committing_silently(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    response = await go(request)
    return ScimResponse(HTTPStatus.CREATED, None) if request.method == "POST" else response


async def _committing_too_late(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    if request.method == "POST":
        await asyncio.sleep(2.5)
    return await go(request)


COMMITTING = [
    (defect, ignored)
    for number, defect in enumerate((_committing_and_failing, _committing_silently, _committing_too_late))
    for ignored in rotated([False, True], number % 2)
]
"""What is stored without an id, by a target that filters and by one that ignores filters."""


@pytest.mark.parametrize(("defect", "ignored"), due(COMMITTING, 2))
def test_what_was_stored_without_an_id_is_found_by_its_name(
    town: Inhabited, tmp_path: Path, defect: Any, ignored: bool
) -> None:
    filters = [DEFECTS["filter-ignored"].around] if ignored else []
    run = played(town, tmp_path, defect, *filters, ids=("ENT-CRE-01", "ENT-DEL-01"))
    assert run.result["leftovers"] == []
    assert run.result["removed"] > 0
    town.assert_as_before()


def test_somebody_elses_id_in_the_answer_to_a_post(town: Inhabited, tmp_path: Path) -> None:
    """A target may answer our POST with the account of another: with his name, or with his bare id."""
    victims = list(town.before)[:50]

    async def swapped(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
        response = await go(request)
        if request.method == "POST":
            response.body = {"id": victims.pop(), "schemas": (response.body or {}).get("schemas")}
        return response

    played(town, tmp_path, swapped)
    assert len(victims) < 50
    town.assert_as_before()


def test_the_connection_drops_at_every_delete(tmp_path: Path) -> None:
    honest = Accounts()
    foreign = [honest(Received(0, "POST", "/scim/Users", (), b'{"userName":"somebody@customer.example"}'))]

    def dropping(request: Received) -> Pieces:
        return [] if request.method == "DELETE" else honest(request)

    with listening(dropping) as target:
        run = Run(tmp_path, target.url, "a-secret-of-the-test")
        ended = run.run("--timeout", "2", "ENT-CRE-01", "ENT-DEL-01")
        assert_calm(ended)
        assert _cleaning(run) in ended.out
        assert {one["name"] for one in run.result["leftovers"]} == _ours(honest)
        target.answering = honest
        assert run.clean().code == 0
    assert foreign[0].endswith(json.dumps(honest.held["users-1"]).encode())
    assert len(honest.held) == 1


def _ours(honest: Accounts) -> set[str]:
    names = {str(one.get("userName") or one.get("displayName")) for one in honest.held.values()}
    return {name for name in names if "sct" in name}


def test_a_listing_that_fails_is_no_proof_of_absence(tmp_path: Path) -> None:
    """The POST was never answered, and nothing can be looked up: then it may be there, and that is said."""

    def blind(request: Received) -> Pieces:
        if request.method == "POST":
            return []
        return scim(200, {"totalResults": 0}) if request.number == 1 else error(500)

    with listening(blind) as target:
        run = Run(tmp_path, target.url, "a-secret-of-the-test")
        ended = run.run("--timeout", "2", "ENT-CRE-01")
    assert_calm(ended)
    unlisted = {f"{kind} cannot be listed: GET /{kind} returns 500" for kind in ("Users", "Groups")}
    assert {one["why"] for one in run.result["leftovers"]} == unlisted


def test_only_the_paths_of_scim_are_asked(tmp_path: Path) -> None:
    """No discovery beside the endpoints that the scenarios name, and no header that Entra does not send."""
    with listening(Accounts()) as target:
        run = Run(tmp_path, target.url + "/?aadOptscim062020", "a-secret-of-the-test")
        assert_calm(run.run("--timeout", "2", "ENT-CRE-01", "ENT-DIS-01"))
        place = target.url.removeprefix("http://").removesuffix("/scim")
        assert {request.header("Host") for request in target.received} == {place}
        allowed = {"authorization", "adscimversion", "host", "content-type", "content-length"}
        for request in (one for one in target.received if one.method != "GET"):
            assert {name.lower() for name, _ in request.headers} <= allowed
            assert re.match(r"/scim/(Users|Groups)(/|$)", request.path)
