"""What is inferred of the provisioning service is said in every report: of a rehearsal, of a preview, and offline."""

import html
import re
from pathlib import Path

import pytest

from scim_conformance.commands.main import cli
from scim_conformance.demo.server import serve
from scim_conformance.entra.engine.assumptions import ASSUMPTIONS
from scim_conformance.entra.profiles.profile import load
from scim_conformance.entra.profiles.scoping import JobSettings
from tests.rehearsal.application import application
from tests.rehearsal.company import company


def assert_in(file: Path) -> None:
    """Each assumption is in a file, as HTML or as Markdown writes it, with escapes and code."""
    text = re.sub(r"\\(.)|`", r"\1", html.unescape(re.sub(r"<[^>]+>", "", file.read_text(encoding="utf-8"))))
    assert "Assumptions" in text
    assert [one.line for one in ASSUMPTIONS if one.line not in text] == []


def test_a_rehearsal_says_what_it_assumes(tmp_path: Path) -> None:
    flags = ["--tagged", "--people", "1", "--groups", "0", "--cycles", "1", "--no-restart"]
    with serve(profile=load("entra-default")) as served:
        to = ["--url", served.url, "--token", served.token, "--report-dir", str(tmp_path)]
        assert cli.main(["rehearse", *flags, *to], standalone_mode=False) == 0
    assert_in(tmp_path / "summary.md")
    assert_in(tmp_path / "report.html")


def test_a_preview_says_what_it_assumes(tmp_path: Path) -> None:
    given = company().write(tmp_path / "in")
    with application([]) as there:
        cli.main(["preview", *given, *there.flags, "--report-dir", str(tmp_path / "report")], standalone_mode=False)
    assert_in(tmp_path / "report" / "summary.md")
    assert_in(tmp_path / "report" / "preview.html")


def test_an_offline_preview_says_what_it_assumes(tmp_path: Path) -> None:
    given = [*company().write(tmp_path / "in"), "--report-dir", str(tmp_path / "report")]
    cli.main(["preview", "--offline", *given], standalone_mode=False)
    assert_in(tmp_path / "report" / "summary.md")


@pytest.mark.parametrize("one", [one for one in ASSUMPTIONS if one.setting], ids=lambda one: one.setting)
def test_a_setting_that_an_assumption_names_exists(one: object) -> None:
    assert getattr(one, "setting", "") in JobSettings.__struct_fields__
