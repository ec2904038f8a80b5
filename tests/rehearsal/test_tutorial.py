"""docs/before-you-switch-on.md: its screens are those that the tests pin."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from scim_conformance.entra.source.gathering import Gathering
from scim_conformance.rehearsal.reading import _members

PAGE = Path(__file__).resolve().parents[2] / "docs" / "before-you-switch-on.md"
SCREENS = Path(__file__).parent / "screens"
BLOCK = re.compile(r"(<!-- screen: (\S+) -->\n```\n)(.*?)(?=```\n)", re.DOTALL)


def test_the_screens_are_the_real_ones() -> None:
    """`SCREENS=write` writes them again."""
    text = PAGE.read_text(encoding="utf-8")
    written = BLOCK.sub(lambda found: found[1] + (SCREENS / found[2]).read_text(encoding="utf-8"), text)
    if os.environ.get("SCREENS") == "write":
        PAGE.write_text(written, encoding="utf-8")
    assert len(BLOCK.findall(text)) == 2
    assert PAGE.read_text(encoding="utf-8") == written


FAKE = """#!/bin/bash
case "$3" in
  *groups/g1/members*page=2) echo '{"value": [{"id": "u2"}]}' ;;
  *groups/g1/members*) echo '{"value": [{"id": "u1"}], "@odata.nextLink": "https://x/groups/g1/members?page=2"}' ;;
  *) echo '{"value": []}' ;;
esac
"""
"""An `az rest --url URL` with two groups, one of which has two pages of members."""


@pytest.mark.skipif(shutil.which("jq") is None or shutil.which("bash") is None, reason="the script needs bash and jq")
def test_the_script_makes_the_members_that_preview_reads(tmp_path: Path) -> None:
    [script] = re.findall(r"```bash\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "az").write_text(FAKE)
    (tmp_path / "az").chmod(0o755)
    (tmp_path / "groups.json").write_text('{"value": [{"id": "g1", "displayName": "A"}, {"id": "g2"}]}')
    path = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    subprocess.run(["bash", "-eu", "-c", script], check=True, cwd=tmp_path, env=path, timeout=30)
    gathering = Gathering(frozenset())
    _members(gathering, str(tmp_path / "members.json"))
    assert gathering.problems.errors == []
    assert gathering.members == {"g1": ("u1", "u2"), "g2": ()}


def test_every_flag_of_the_page_exists() -> None:
    from scim_conformance.commands.main import cli

    known = {
        name
        for one in ("preview", "rehearse", "doctor", "run")
        for each in cli.commands[one].params
        for name in each.opts
    }
    known |= {name for each in cli.commands["profile"].commands["import"].params for name in each.opts}  # type: ignore[attr-defined]
    # The script for members.json has flags of Azure CLI and jq.
    text = re.sub(r"```bash\n.*?```", "", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert set(re.findall(r"--[a-z][a-z-]+", text)) <= known
