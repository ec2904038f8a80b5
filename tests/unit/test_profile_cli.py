"""`scim-conformance profile`: the table, the list, and import with its exit codes."""

import json
from pathlib import Path
from typing import Any

import pytest

from scim_conformance.commands.main import main
from scim_conformance.entra.profiles.profile import load

SOURCE = {"type": "Attribute", "name": "userPrincipalName", "expression": "[userPrincipalName]"}
SCHEMA: dict[str, Any] = {
    "synchronizationRules": [
        {
            "objectMappings": [
                {
                    "sourceObjectName": "User",
                    "attributeMappings": [
                        {"targetAttributeName": "userName", "matchingPriority": 1, "source": SOURCE},
                        {"targetAttributeName": "nickName", "source": {"name": "pager"}},
                        {"targetAttributeName": "id", "source": {"name": "objectId"}},
                    ],
                }
            ]
        }
    ]
}


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["profile", *arguments])
    assert isinstance(ended.value.code, int)
    return ended.value.code


def write(folder: Path, content: Any) -> str:
    file = folder / "schema.json"
    file.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return str(file)


def test_the_shipped_profiles_are_listed_with_their_titles(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("list") == 0
    assert "workgrid         Workgrid, after Microsoft's tutorial" in capsys.readouterr().out


def test_a_profile_is_shown_as_a_table(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "p.toml"
    file.write_text(
        'name = "n"\ntitle = "T"\ndialect = "legacy"\n[user]\nactions = ["create"]\nunassign = "nothing"\n'
        '[[user.mapping]]\nsource = "mail"\ntarget = "userName"\nmatch = 1\n'
        '[[user.mapping]]\nconstant = "x"\ntarget = "userType"\ndefault = "d"\napply = "create"\n'
    )
    assert run("show", str(file)) == 0
    assert [line.split() for line in capsys.readouterr().out.splitlines()] == [
        ["n:", "T"],
        ["dialect:", "legacy"],
        ["in", "a", "full", "run:", "2", "of", "2", "mappings", "tested"],
        [],
        ["Users", "(create;", "on", "unassign:", "nothing)"],
        ["source", "target", "type", "default", "match", "apply"],
        ["mail", "userName", "String", "1"],
        ['"x"', "userType", "String", "d", "create"],
        [],
        ["Groups:", "not", "provisioned"],
    ]


@pytest.mark.parametrize("name", ["entra-default", "gallery-2026"])
def test_expressions_and_groups_are_shown(capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert run("show", *([] if name == "entra-default" else [name])) == 0
    shown = capsys.readouterr().out
    assert "Switch([IsSoftDeleted], , " in shown
    assert "this version does not know" not in shown
    assert "in a full run: 25 of 25 mappings tested" in shown
    assert "Groups (create, update, delete" in shown
    assert ("requires: discovery, client-credentials, gallery" in shown) == (name == "gallery-2026")


def test_what_no_person_has_is_said(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "p.toml"
    rows = "expression = 'Join([a], [mail], [b], Left([a], 1))'\ntarget = \"userName\"\nmatch = 1\n"
    file.write_text(f'name = "n"\ntitle = "T"\n[[user.mapping]]\n{rows}')
    assert run("show", str(file)) == 0
    assert (
        "user: this version does not know the source attributes a, b: mappings from it are not tested"
        in capsys.readouterr().out
    )


def test_an_unknown_profile_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("show", "nothing") == 4
    assert capsys.readouterr().err.startswith("scim-conformance: no profile nothing: neither a file nor one of")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_an_imported_profile_loads(tmp_path: Path, capsys: pytest.CaptureFixture[str], encoding: str) -> None:
    file, output = write(tmp_path, json.dumps(SCHEMA).encode(encoding)), tmp_path / "my app.toml"
    assert run("import", file, "--output", str(output)) == 0
    said = capsys.readouterr()
    assert said.err.splitlines() == [
        "Not imported",
        "  user: id from [objectId]: omitted: the target assigns the id, so it cannot be mapped",
        "note: user: this version does not know the source attribute pager: mappings from it are not tested",
        f"  scim-conformance profile show '{output}'",
        f"{output} written: 2 mappings, 1 left out",
    ]
    assert said.out == ""
    assert "# - user: id from [objectId]: omitted" in output.read_text(encoding="utf-8")
    found = load(str(output))
    assert (found.name, [row.target for row in found.user.mapping]) == ("my-app", ["userName", "nickName"])


def test_what_was_imported_with_an_assumption_is_not_among_what_was_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changed: dict[str, Any] = json.loads(json.dumps(SCHEMA))
    thing = changed["synchronizationRules"][0]["objectMappings"][0]
    source = {"name": "accountEnabled"}
    thing["attributeMappings"].append({"targetAttributeName": "active", "source": source, "flowType": "ValueAddOnly"})
    clause = {"sourceOperandName": "department", "operatorName": "EQUALS", "targetOperand": {"values": ["Sales"]}}
    thing["scope"] = {"groups": [{"name": "Sales", "clauses": [clause]}]}
    output = tmp_path / "p.toml"
    assert run("import", write(tmp_path, changed), "--output", str(output)) == 0
    said = capsys.readouterr()
    before, after = said.err.split("Not imported\n")
    assert before.startswith("Imported with an assumption\n  user: active from [accountEnabled]: ")
    assert "active" not in after
    assert f"\n{output} written: 3 mappings, 1 scoping filter, 1 left out\n" in after
    text = output.read_text(encoding="utf-8")
    assert text.index("# Imported with an assumption:") < text.index("# - user: active") < text.index("# Not imported:")
    assert run("show", str(output)) == 0
    assert "  scoping filter Sales: department EQUALS 'Sales'\n" in capsys.readouterr().out


def test_without_an_output_the_profile_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("import", write(tmp_path, SCHEMA), "--name", "mine") == 0
    (tmp_path / "p.toml").write_text(capsys.readouterr().out, encoding="utf-8")
    assert load(str(tmp_path / "p.toml")).name == "mine"


def test_a_file_that_is_there_is_not_replaced_unasked(tmp_path: Path) -> None:
    file, output = write(tmp_path, SCHEMA), tmp_path / "p.toml"
    output.write_text("mine")
    assert run("import", file, "--output", str(output)) == 4
    assert output.read_text() == "mine"
    assert run("import", file, "--output", str(output), "--force") == 0


def _without_match() -> dict[str, Any]:
    changed: dict[str, Any] = json.loads(json.dumps(SCHEMA))
    changed["synchronizationRules"][0]["objectMappings"][0]["attributeMappings"][0]["matchingPriority"] = 0
    return changed


WRONG = [
    (b"", "schema.json is empty"),
    (b" \n", "schema.json is empty"),
    (b"<html>", "schema.json is not JSON: "),
    (b"\xff\xfe\x00", "schema.json is not JSON: "),
    (b"[" * 100_000, "schema.json cannot be read: it is nested more than 100 levels deep"),
    (b"[{}" + b",{}" * 600_000 + b"]", "schema.json cannot be read: it is a document of more than 500,000 values"),
    (b"7" * 10_000, "schema.json is not JSON: "),
    ({"error": {"code": "Unauthorized"}}, "it is not a provisioning schema"),
    ({**SCHEMA, "id": "\ud800"}, "half a surrogate pair"),
    (_without_match(), "has no matching attribute for users"),
]


@pytest.mark.parametrize(("content", "said"), WRONG)
def test_what_cannot_be_imported_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: Any, said: str
) -> None:
    assert run("import", write(tmp_path, content)) == 4
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith("scim-conformance: ")
    assert said in last


@pytest.mark.parametrize(("content", "said"), WRONG)
def test_where_an_import_fails_no_file_is_left_and_none_is_changed(tmp_path: Path, content: Any, said: str) -> None:
    file, output = write(tmp_path, content), tmp_path / "p.toml"
    assert run("import", file, "--output", str(output)) == 4
    assert [one.name for one in tmp_path.iterdir()] == ["schema.json"], said
    output.write_text("mine")
    assert run("import", file, "--output", str(output), "--force") == 4
    assert output.read_text() == "mine"


def test_where_the_disk_is_full_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file, output = write(tmp_path, SCHEMA), tmp_path / "p.toml"
    output.write_text("mine")
    whole = Path.write_bytes

    def half(path: Path, content: bytes) -> int:
        whole(path, content[:10])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", half)
    assert run("import", file, "--output", str(output), "--force") == 4
    assert "p.toml cannot be written: No space left on device" in capsys.readouterr().err
    assert sorted(one.name for one in tmp_path.iterdir()) == ["p.toml", "schema.json"]
    assert output.read_text() == "mine"


def test_a_profile_goes_to_a_device_too(tmp_path: Path) -> None:
    assert run("import", write(tmp_path, SCHEMA), "--output", "/dev/null", "--force") == 0


def test_the_trailing_commas_of_a_blog_post_are_no_obstacle(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = json.dumps(SCHEMA).replace("}]", "},]").replace('"}', '",}')
    with pytest.raises(ValueError, match="Expecting"):
        json.loads(text)
    assert run("import", write(tmp_path, text.encode())) == 0
    assert 'target = "nickName"' in capsys.readouterr().out


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("import", str(tmp_path / "none.json")) == 4
    assert "none.json cannot be read: No such file" in capsys.readouterr().err
    assert run("import", write(tmp_path, SCHEMA), "--output", str(tmp_path / "no" / "p.toml")) == 4
    assert "cannot be written: No such file" in capsys.readouterr().err
