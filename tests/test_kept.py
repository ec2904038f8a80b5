"""What is to be kept is compared with a read before the request: nobody is told of a change that was none."""

import json
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Around, Go, Target, set_body
from scim_conformance.demo.choices import VARIANTS
from scim_conformance.demo.server import serve
from scim_conformance.demo.shapes import created, is_write, refusal
from tests.support.cli import assert_calm, cli

NEIGHBOURS = 2
SCENARIOS = ("ENT-CON-10", "ENT-CRE-02", "ENT-CRE-09", "ENT-UPD-12", "ENT-UPD-16", "ENT-DIS-05")


AFTER_THE_CONFLICT = "ENT-UPD-16/legacy#after.status"


async def stored_otherwise(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    """Make the display name itself, and keep the login in another form; of the neighbours as it was sent."""
    body = created(request)
    target.notes["made"] = target.notes.get("made", 0) + bool(body)
    if body and target.notes["made"] > NEIGHBOURS:
        name = body.get("name", {})
        made = f"{name.get('familyName')}, {name.get('givenName')}"
        set_body(request, body | {"displayName": made, "name": {**name, "familyName": "X"}})
    return await go(request)


def _refusing(status: HTTPStatus) -> Around:
    async def around(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
        target.check_auth(request)
        if is_write(request, "PATCH", "Users"):
            return refusal(status, "Users are changed elsewhere")
        return await go(request)

    return around


def _played(where: Path, arounds: list[Around], *arguments: str) -> dict[str, Any]:
    with serve(arounds) as served:
        environ = {"SCIM_CONFORMANCE_TOKEN": served.token}
        report = str(where / "report")
        ended = cli(where, "run", "--url", served.url, "--report-dir", report, *arguments, environ=environ)
    assert_calm(ended)
    found: dict[str, Any] = json.loads((where / "report" / "result.json").read_bytes())
    return found


def _red(result: dict[str, Any]) -> set[str]:
    return {check["id"] for one in result["scenarios"] for check in one["checks"] if check["actual"] is not None}


@pytest.mark.parametrize("status", [HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_IMPLEMENTED])
def test_a_target_that_stores_otherwise_and_refuses_has_changed_nothing(status: HTTPStatus, tmp_path: Path) -> None:
    result = _played(tmp_path, [_refusing(status), stored_otherwise], *SCENARIOS)
    judged = {one["template"] for one in _played_ones(result) if one["checks"]}
    assert judged == set(SCENARIOS)
    assert {one for one in _red(result) if not one.endswith(".status")} == set()
    # The change after the conflict is refused like every other one.
    red = [check for one in _played_ones(result) for check in one["checks"] if check["actual"] is not None]
    assert {check["id"] for check in red if check["level"] in {"MUST", "ENTRA"}} == {AFTER_THE_CONFLICT}


def _played_ones(result: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for one in result["scenarios"] if not one["id"].startswith("STD-")]


def test_two_creations_that_were_both_refused_made_no_second_account(tmp_path: Path) -> None:
    variant = VARIANTS["twins-503"]
    result = _played(tmp_path, [variant.around], *variant.flags, "SRV-SIM-03")
    assert result["scenarios"][0]["checks"]
    assert _red(result) == {"SRV-SIM-03#create-first.status", "SRV-SIM-03#create-second.status"}
    assert {one["level"] for one in _played_ones(result)} == {"SHOULD"}
