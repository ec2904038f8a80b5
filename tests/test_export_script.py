"""The exported script where the id is the userName, and where its output goes into a file."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec
import pytest
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo import choices
from scim_conformance.demo.app import Go, Target
from scim_conformance.demo.server import Served, serve
from scim_conformance.demo.shapes import answered
from scim_conformance.reporting import files, referenced, script
from tests.support import reported
from tests.support.cli import Run
from tests.support.reported import here

pytestmark = pytest.mark.slow

PLAYED = ["ENT-CRE-01", "ENT-DIS-01/legacy", "ENT-UPD-01/compliant", "ENT-GRP-05/legacy", "ENT-GRP-08/compliant",
          "ENT-MGR-01/legacy", "ENT-MAT-01", "ENT-DEL-01"]  # fmt: skip


async def named(target: Target, request: ScimRequest, go: Go) -> ScimResponse:
    """Give each user the userName as id, as several products do."""
    response = await answered(target, request, go)
    if request.method == "POST" and request.path == "/Users" and response.status == 201 and response.body:
        kept = target.stored()
        mine = next(one for one in kept if one.id == response.body["id"])
        old, mine.id = mine.id, mine.user_name
        target.memory.resources = kept
        response.body = json.loads(json.dumps(response.body).replace(old, mine.id))
        response.headers = {name: value.replace(old, quote(mine.id)) for name, value in response.headers.items()}
    return response


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with serve([named]) as served:
        found = Run(tmp_path_factory.mktemp("named"), served.url, served.token)
        ended = found.run("ENT-CRE-01", "ENT-DIS-01", "ENT-UPD-01", "ENT-GRP-05", "ENT-GRP-08", "ENT-MGR-01",
                          "ENT-MAT-01", "ENT-DEL-01")  # fmt: skip
    assert ended.code == 0, ended.screen
    return found.reports


def written(run: Path, identifier: str) -> str:
    ended = here("export", run, "--format", "curl", identifier)
    assert ended.code == 0
    return ended.out


def played(text: str, served: Served, where: Path) -> str:
    """Run a script with bash, its output in a file by `> log 2>&1`, and return that."""
    script, log = where / "script.sh", where / "log"
    script.write_text(re.sub(r"http://127\.0\.0\.1:\d+/v2", served.url, text), encoding="utf-8")
    environ = {"PATH": "/usr/local/bin:/usr/bin:/bin", "SCIM_CONFORMANCE_TOKEN": served.token}
    command = f"echo first > '{log}'; bash '{script}' >> '{log}' 2>&1; echo ended $? >> '{log}'"
    subprocess.run(["bash", "-c", command], env=environ, timeout=60, check=True)
    return log.read_text(encoding="utf-8")


@pytest.mark.parametrize("identifier", PLAYED)
def test_a_script_works_where_the_id_is_the_username(run: Path, tmp_path: Path, identifier: str) -> None:
    text = written(run, identifier)
    with serve([named]) as served:
        log = played(text, served, tmp_path)
        left = served.app.stored()
    assert log.startswith("first\n")
    assert log.endswith("ended 0\n")
    wanted = [*re.findall(r"returned (\d{3}) in the run", text), *["201"] * text.count("# one of the ")]
    assert sorted(re.findall(r"^HTTP/1\.1 (\d{3})", log, re.MULTILINE)) == sorted(wanted), log
    assert left == []
    assert "Traceback" not in log


def test_names_stay_and_ids_become_variables(run: Path) -> None:
    text = written(run, "ENT-GRP-05/legacy")
    names = {one["userName"] for one in _users(run)}
    sent = [name for name in names if f'"userName":"{name}"' in text]
    assert sent
    assert '"value":"\'"$USER_' in text
    for name in names:
        assert f"/Users/{quote(name, safe='')}" not in text
        assert [line for line in text.splitlines() if "/v2/Groups" in line and f'"value":"{name}"' in line] == []
    assert "USER_1_IN_URL=$(quote " not in text or "quote() {" in text


def _users(run: Path) -> list[dict[str, Any]]:
    result = json.loads((run / "result.json").read_text(encoding="utf-8"))
    sent = [one for scenario in result["scenarios"] for one in scenario["exchanges"]]
    return [json.loads(one["request_body"]) for one in sent if one["method"] == "POST" and "/Users" in one["url"]]


def test_a_creation_that_is_refused_addresses_nothing_else(run: Path, tmp_path: Path) -> None:
    """Without an id, no later request of the script goes to the collection itself."""
    text = written(run, "ENT-DIS-01/legacy")
    (tmp_path / "curl").write_text('#!/bin/sh\necho "$@" >> "$CALLS"\nprintf \'HTTP/1.1 409 Conflict\\r\\n\\r\\n{}\'\n')
    (tmp_path / "curl").chmod(0o755)
    environ = {
        "PATH": f"{tmp_path}:/usr/local/bin:/usr/bin:/bin", "SCIM_CONFORMANCE_TOKEN": "t", "CALLS": str(tmp_path / "c"),
    }  # fmt: skip
    done = subprocess.run(["bash", "-s"], input=text.encode(), env=environ, capture_output=True, check=False)
    calls = (tmp_path / "c").read_text().splitlines()
    assert done.returncode == 0, done.stderr
    assert [one for one in calls if re.search(r"(PATCH|DELETE) \S*/Users/?( |$)", one)] == []
    assert not any("DELETE" in one and "the-creation-returned-no-id" in one for one in calls)
    assert any("PATCH" in one and "the-creation-returned-no-id" in one for one in calls)


@pytest.mark.parametrize(
    ("before", "after", "identifier"),
    [(["--defect", "unknown-schema-400"], [], "ENT-GRP-01"), ([], ["group-twins"], "ENT-GRP-16")],
)
def test_a_script_deletes_what_the_target_refused_in_the_run(
    tmp_path: Path, before: list[str], after: list[str], identifier: str
) -> None:
    text = written(reported.demo(tmp_path / "run", *before, identifier), identifier)
    with serve([one.around for one in choices.chosen(after, [])]) as served:
        log = played(text, served, tmp_path)
        left = served.app.stored()
    assert "HTTP/1.1 201" in log, log
    assert left == [], log


@pytest.mark.parametrize(
    ("defect", "check", "begin"),
    [
        ("group-twins", "ENT-GRP-16#create-again.status", "# POST "),
        ("unknown-schema-400", "ENT-GRP-01#create.status", "# POST "),
        ("token-in-error", "STD-SEC-01#any.answer", "curl "),
    ],
)
def test_a_creation_is_repeated_with_what_precedes_it(tmp_path: Path, defect: str, check: str, begin: str) -> None:
    """A single request would not reproduce it, and its resource would stay."""
    directory = reported.demo(
        tmp_path / "run", "--defect", defect, check.partition("#")[0].replace("STD-SEC-01", "ENT-CON-05")
    )
    # As of a target that is still there: of a demo, there is nothing to repeat but the demo.
    result = msgspec.structs.replace(files.read(directory), demo="")
    place = script.placed(result, check)
    assert place is not None
    scenario, index = place
    text = script.repeating(scenario.exchanges[index], script.library(result, "there"), scenario)
    assert text.startswith(begin)
    export = f"scim-conformance export there --format curl {scenario.id} | sh"
    assert text.splitlines()[1:] == ([export] if begin == "# POST " else [])


def test_a_read_after_a_write_is_repeated_with_the_write(run: Path) -> None:
    result = files.read(run)
    scenario = next(one for one in result.scenarios if one.id == "ENT-DEL-01")
    read = next(one for one in reversed(scenario.exchanges) if one.method == "GET" and "?" in one.url)
    text = script.repeating(read, script.library(result, "there"), scenario)
    assert text.splitlines()[1:] == ["scim-conformance export there --format curl ENT-DEL-01 | sh"]


BODIES = [
    {"members": [{"value": "a"}, {"value": "b"}], "displayName": "a"},
    {"manager": {"value": "a"}, "userName": "a"},
    {"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"manager": "a"}, "emails": [{"value": "a"}]},
    {"Operations": [{"op": "Add", "path": "members", "value": [{"value": "a"}]}]},
    {"Operations": [{"op": "remove", "path": 'members[value eq "a"]'}]},
    {"Operations": [{"op": "replace", "value": {"manager": {"value": "a"}, "title": "a"}}]},
    {"Operations": [{"op": "replace", "path": "userName", "value": "a"}, "a", {"op": "Add", "path": "manager"}]},
]


@pytest.mark.parametrize("body", BODIES)
def test_only_what_refers_to_an_id_is_swapped(body: Any) -> None:
    text = json.dumps(body, separators=(",", ":"))
    found = referenced.swapped(text, str.upper)
    assert found is not None
    assert found.casefold() == text.casefold()
    assert found.count('"A"') + found.count('\\"A\\"') == ("a" in referenced.ids(text))
    assert referenced.swapped(text, lambda one: one) == text


def test_a_body_that_is_written_in_another_way_stays() -> None:
    assert referenced.swapped('{"members": [{"value": "a"}]}', str.upper) is None
    assert referenced.swapped("no json", str.upper) is None
