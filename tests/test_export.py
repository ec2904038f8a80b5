"""Exchanges for other tools: an HTTP archive that is one, a script that runs on its own, JSON; no secret in any."""

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from scim_conformance.demo.server import serve
from scim_conformance.reporting import files, script
from scim_conformance.verdict.results import BODY_LIMIT, CUT
from tests.support import reported
from tests.support.har import SCHEMA
from tests.support.reported import here, say

pytestmark = pytest.mark.slow

SOME = ["ENT-CON", "ENT-MAT", "ENT-CRE", "ENT-UPD-01", "ENT-DIS", "ENT-GRP-05", "ENT-GRP-08", "ENT-MGR"]
PLAYED = ["ENT-DIS-01/legacy", "ENT-UPD-01/compliant", "ENT-GRP-05/legacy", "ENT-MGR-01/compliant", "ENT-CRE-02"]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return reported.demo(tmp_path_factory.mktemp("export") / "run", *SOME)


def scenarios(run: Path) -> dict[str, dict[str, Any]]:
    return {one["id"]: one for one in reported.result(run)["scenarios"]}


def entries(out: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(out)["log"]["entries"]
    return found


def test_the_archive_is_one(run: Path) -> None:
    ended = say("export", run)
    assert (ended.code, ended.err) == (0, "")
    problems = [error.message for error in Draft202012Validator(SCHEMA).iter_errors(json.loads(ended.out))]
    assert problems == []


def test_the_schema_refuses_what_is_no_archive(run: Path) -> None:
    whole = json.loads(here("export", run, "ENT-CRE-01").out)
    del whole["log"]["entries"][0]["response"]["content"]["mimeType"]
    whole["log"]["entries"][1]["time"] = "long"
    assert len([*Draft202012Validator(SCHEMA).iter_errors(whole)]) == 2


def test_the_archive_holds_what_was_sent(run: Path) -> None:
    one = scenarios(run)["ENT-DIS-01/legacy"]
    found = entries(here("export", run, "ENT-DIS-01/legacy").out)
    assert [entry["request"]["method"] for entry in found] == [sent["method"] for sent in one["exchanges"]]
    assert [entry["response"]["status"] for entry in found] == [sent["status"] for sent in one["exchanges"]]
    patch = next(entry for entry in found if entry["request"]["method"] == "PATCH")
    sent = next(sent for sent in one["exchanges"] if sent["method"] == "PATCH")
    assert patch["request"]["postData"]["text"] == sent["request_body"]
    assert patch["request"]["url"] == sent["url"]
    assert patch["request"]["bodySize"] == len(sent["request_body"])


def test_queries_are_taken_apart(run: Path) -> None:
    asked = [entry["request"] for entry in entries(here("export", run, "ENT-MAT-01").out)]
    filters = [pair["value"] for one in asked for pair in one["queryString"] if pair["name"] == "filter"]
    assert [one for one in filters if one.startswith("userName eq ")]


def test_only_what_is_asked_for(run: Path) -> None:
    found = json.loads(here("export", run, "--format", "json", "ENT-DIS").out)
    assert {one["id"][:7] for one in found["scenarios"]} == {"ENT-DIS"}
    assert found["run_id"] == reported.result(run)["run_id"]
    whole = scenarios(run)
    assert [whole[one["id"]] for one in found["scenarios"]] == found["scenarios"]


def test_what_is_not_there(run: Path, tmp_path: Path) -> None:
    ended = here("export", run, "ENT-XXX")
    assert (ended.code, ended.out) == (5, "")
    assert "ENT-XXX" in ended.err
    assert here("export", tmp_path).code == 4


def test_into_a_file(run: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.har"
    said = here("export", run, "--out", target).out
    assert re.fullmatch(rf"{target}: \d+ requests of \d+ scenarios, as har\n", said)
    assert target.read_text(encoding="utf-8") == here("export", run).out
    assert here("export", run, "--out", tmp_path / "nowhere" / "out.har").code == 4


def written(run: Path, *ids: str) -> str:
    ended = here("export", run, "--format", "curl", *ids)
    assert ended.code == 0
    return ended.out


def made(run: Path) -> set[str]:
    """The ids of everything that the run created."""
    bodies = [sent for one in scenarios(run).values() for sent in one["exchanges"] if sent["method"] == "POST"]
    created = [json.loads(sent["response_body"]) for sent in bodies if sent["status"] == 201]
    return {one["id"] for one in created}


def journalled(run: Path) -> set[str]:
    """The ids of everything that the run created, also of what no scenario shows, such as neighbours."""
    lines = (run / "journal.jsonl").read_text(encoding="utf-8").splitlines()
    return {one["id"] for one in map(json.loads, lines) if one["event"] == "created"}


def test_no_id_of_the_run_is_pasted(run: Path) -> None:
    text, known = written(run), journalled(run)
    assert known >= made(run)
    assert len(made(run)) > 30
    assert [line for line in text.splitlines() for one in known if one in line] == []


def test_a_creation_stands_before_what_needs_it(run: Path) -> None:
    text = written(run, "ENT-DIS-01/legacy")
    lines = text.splitlines()
    created = next(number for number, line in enumerate(lines) if line.startswith("USER_1=$(curl "))
    patched = next(number for number, line in enumerate(lines) if " -X PATCH " in line)
    assert created < patched
    assert '/Users/"$USER_1" -H "Authorization: Bearer $SCIM_CONFORMANCE_TOKEN"' in lines[patched]


@pytest.mark.parametrize("identifier", PLAYED)
def test_a_script_runs_on_its_own(run: Path, identifier: str) -> None:
    """Played by a shell against a fresh target, it gets the answers that the run got, and leaves nothing."""
    with serve() as served:
        text = written(run, identifier).replace(reported.result(run)["target"], served.url)
        done = subprocess.run(
            ["sh", "-s"],
            input=text.encode(),
            env={"PATH": os.environ["PATH"], "SCIM_CONFORMANCE_TOKEN": served.token},
            capture_output=True,
            timeout=60,
            check=False,
        )
        left = asked(served.url, served.token)
    answered = re.findall(r"HTTP/1\.1 (\d{3})", (done.stdout + done.stderr).decode())
    assert (done.returncode, b"not set" in done.stderr) == (0, False), done.stderr
    wanted = re.findall(r"returned (\d{3}) in the run", text)
    extra = text.count("# one of the ")
    assert len(answered) == len(wanted) + extra
    assert sorted(answered) == sorted([*wanted, *["201"] * extra])
    assert left == 0


def asked(url: str, token: str) -> int:
    """How many users and groups a target has."""
    total = 0
    for kind in ("Users", "Groups"):
        command = ["curl", "-sS", f"{url}/{kind}", "-H", f"Authorization: Bearer {token}"]
        total += json.loads(subprocess.run(command, capture_output=True, check=True).stdout)["totalResults"]
    return total


def test_a_script_without_a_token_says_so(run: Path) -> None:
    text = written(run, "ENT-DIS-01/legacy")
    done = subprocess.run(
        ["sh", "-s"], input=text.encode(), env={"PATH": os.environ["PATH"]}, capture_output=True, check=False
    )
    assert b"set it to the secret token" in done.stderr
    assert done.stdout == b""


def test_a_body_that_was_cut_is_not_sent_cut(run: Path) -> None:
    result = files.read(run)
    one = next(one for one in result.scenarios if one.id == "ENT-DIS-01/legacy")
    patch = next(sent for sent in one.exchanges if sent.method == "PATCH")
    import msgspec

    long = msgspec.structs.replace(patch, request_body="x" * BODY_LIMIT + CUT + "99999 characters in all")
    exchanges = [long if sent is patch else sent for sent in one.exchanges]
    text = script.scripted(msgspec.structs.replace(one, exchanges=exchanges), script.library(result), result.target)
    assert "xxxx" not in text
    assert "its body is longer than a report stores" in text


def poisoned(run: Path, where: Path, evil: str) -> Path:
    """A run whose target gave ids such as this one."""
    raw = (run / "result.json").read_text(encoding="utf-8")
    for number, identifier in enumerate(sorted(made(run))):
        raw = raw.replace(identifier, f"{evil}{number}")
    (where / "result.json").write_text(raw, encoding="utf-8")
    return where


def test_what_a_target_wrote_does_not_steer_a_terminal(run: Path, tmp_path: Path) -> None:
    where = poisoned(run, tmp_path, "\\u001b[2J\\u009b31m\\u202e\\u0007")
    for kind in ("curl", "har", "json"):
        out = here("export", where, "--format", kind).out
        assert [char for char in out if char in "\x1b\x9b\u202e\x07"] == []
        assert "\\u009b" in out


def test_what_a_target_wrote_does_not_run(run: Path, tmp_path: Path) -> None:
    """Ids that would be commands in a shell are none, whether they stand in a body, a path or a variable."""
    text = written(poisoned(run, tmp_path, "'$(touch evil)`touch evil`;touch evil;'"), "ENT-DIS-01", "ENT-GRP-05")
    (tmp_path / "bin").mkdir()
    answer = json.dumps({"id": "$(touch evil)';touch evil;'\"`touch evil`"})
    (tmp_path / "bin" / "curl").write_text(f"#!/bin/sh\ncat <<'END'\n{answer}\nEND\necho called >> calls\n")
    (tmp_path / "bin" / "curl").chmod(0o755)
    environ = {"PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}", "SCIM_CONFORMANCE_TOKEN": "t"}
    done = subprocess.run(
        ["sh", "-s"], input=text.encode(), env=environ, cwd=tmp_path, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "calls").read_text().count("called") == text.count("curl -sS")
    assert not (tmp_path / "evil").exists()
