"""A target that repeats in its errors what it was sent: nothing of that leaves the private folder."""

from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

import pytest

from scim_conformance.commands.main import cli
from scim_conformance.demo.server import serve
from scim_conformance.demo.shapes import refusal
from scim_conformance.entra.profiles.profile import loads
from tests.rehearsal.company import DEPARTMENTS, PROFILE, TITLES, company
from tests.rehearsal.personal import assert_none_outside, personal_values


async def echoes(target: Any, request: Any, go: Any) -> Any:
    """Refuse each query for a person, and each creation and change of a user, with its own words."""
    del target
    query = unquote_plus(request.header(":query") or "")
    is_write = request.method in {"POST", "PATCH"} and "/Users" in request.path
    if "@" in query or is_write:
        return refusal(HTTPStatus.BAD_REQUEST, f"cannot take {query}{request.body.decode()}")
    return await go(request)


def play(command: list[str], folder: Path) -> int:
    with serve([echoes], profile=loads(PROFILE, "it")) as served:
        to = ["--url", served.url, "--token", served.token, "--report-dir", str(folder / "report")]
        code: int = cli.main([*command, *company().write(folder / "in"), *to], standalone_mode=False)
    return code


def test_a_preview_says_what_follows_and_repeats_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert play(["preview"], tmp_path) == 1
    said = capsys.readouterr().out
    assert "the match query fails" in said
    assert "so   nothing is provisioned for these users" in said
    assert "second account" not in said
    assert_none_outside(tmp_path / "report", personal_values(company()), said, PROFILE)


def test_a_rehearsal_repeats_only_its_own_names(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert play(["rehearse", "--tagged"], tmp_path) == 1
    values = personal_values(company()) - {*TITLES, *DEPARTMENTS}
    assert_none_outside(tmp_path / "report", values, capsys.readouterr().out, PROFILE)
