"""A rehearsal plays one dialect, and its first line says which one and why."""

from pathlib import Path

import pytest

from scim_conformance.commands.main import cli
from scim_conformance.config.settings import Settings, SettingsError
from scim_conformance.demo.server import serve
from scim_conformance.entra.profiles.profile import load
from scim_conformance.rehearsal.dialect_choice import chosen

PLAIN, FLAGGED = "https://host/scim/v2", "https://host/scim/v2?aadOptscim062020"

SAID = {
    (None, PLAIN): "legacy PATCH (the tenant URL has no aadOptscim062020)",
    (None, FLAGGED): "compliant PATCH (the tenant URL has aadOptscim062020)",
    ("legacy", FLAGGED): "legacy PATCH (as --dialect says)",
    ("compliant", PLAIN): "compliant PATCH (as --dialect says)",
}


@pytest.mark.parametrize("given", SAID)
def test_which_dialect_is_played(given: tuple[str | None, str]) -> None:
    dialect, url = given
    assert str(chosen(Settings(url=url, dialect=dialect), load("entra-default"))) == SAID[given]  # type: ignore[arg-type]


def test_both_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"plays one PATCH dialect.*--dialect legacy"):
        chosen(Settings(url=PLAIN, dialect="both"), load("entra-default"))


def test_the_help_says_what_is_played(capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["rehearse", "--help"], standalone_mode=False)
    said = " ".join(capsys.readouterr().out.split())
    assert "--dialect [legacy|compliant] PATCH dialect to play (default: legacy, or according to the tenant" in said


def test_the_first_line_says_which(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    flags = ["--tagged", "--people", "1", "--groups", "1", "--cycles", "1", "--no-restart"]
    with serve(profile=load("entra-default")) as served:
        url = f"{served.url}?aadOptscim062020"
        to = ["--url", url, "--token", served.token, "--report-dir", str(tmp_path / "report")]
        cli.main(["rehearse", *flags, *to], standalone_mode=False)
    first = capsys.readouterr().out.splitlines()[0]
    assert first.endswith(", compliant PATCH (the tenant URL has aadOptscim062020)")
