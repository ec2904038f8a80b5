"""An expression that fails only with people's values: a sentence before anything is sent, and no internal error."""

from pathlib import Path

import pytest

from scim_conformance.commands import main

PROFILE = """
name = "x"
title = "x"
[[user.mapping]]
source = "userPrincipalName"
target = "userName"
match = 1
[[user.mapping]]
expression = 'FormatDateTime([displayName], , "yyyy", "MM")'
target = "title"
"""


def test_an_expression_that_fails_with_people_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "x.toml").write_text(PROFILE)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        main.main(["run", "--dry-run", "--url", "http://127.0.0.1:9/scim", "--profile", "x.toml", "ENT-CRE-01"])
    said = capsys.readouterr().err
    assert ended.value.code == 4
    assert "the expression for title: FormatDateTime: " in said.replace("\n", " ")
    assert "internal error" not in said
