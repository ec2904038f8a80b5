"""What a target or a file of somebody else's says gives no command to a reader of logs, in no output of any command."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from scim_conformance.reporting import files
from scim_conformance.verdict.run_result import RunResult
from tests.support.cli import Ended, Run, assert_calm, cli, pytest_suites
from tests.support.logs import PAYLOADS, commands
from tests.support.raw import ERROR, Accounts, Pieces, Received, http, listening
from tests.support.reported import here

WORDS = "\n".join(PAYLOADS) + "\n" + " ".join(PAYLOADS) + "\n@everyone ![x](http://evil.example/x.png)"


def commanding() -> Any:
    """Be a target that writes commands wherever it can; lines of the terminal come to begin with them."""
    honest, error = Accounts(), {"schemas": [ERROR], "detail": WORDS, "status": WORDS, "scimType": WORDS}

    def answer(request: Received) -> Pieces:
        headers = [("Location", "##vso[x]y"), ("X-Say", "::error::x"), ("Retry-After", "##[x]")]
        if request.method == "PATCH":
            return http(400, json.dumps(error).encode(), headers)
        head, _, body = honest(request).partition(b"\r\n\r\n")
        held = json.loads(body) if body else {}
        told = {**held, "displayName": WORDS, "nickName": [WORDS], WORDS: WORDS}
        return http(int(head[9:12]), json.dumps(told).encode() if body else b"", headers, "text/##vso[x]")

    return answer


def assert_no_command(*ended: Ended) -> None:
    for one in ended:
        assert_calm(one)
        assert commands(one.screen) == []


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, Ended]:
    where = tmp_path_factory.mktemp("injection")
    with listening(commanding()) as target:
        run = Run(where, target.url)
        return run, run.run("ENT-CON", "ENT-CRE-01", "ENT-DIS-01", "ENT-GRP-01", "--", "-vv", "-rA", "--tb=long")


def test_a_run_and_pytests_own_lines(played: tuple[Run, Ended]) -> None:
    assert_no_command(played[1])
    assert "##vso [task.complete" in played[1].screen


def test_a_run_in_a_narrow_log(tmp_path: Path) -> None:
    with listening(commanding()) as target:
        arguments = ["run", "--url", target.url, "ENT-DIS-01"]
        ended = cli(tmp_path, *arguments, environ={"COLUMNS": "40", "TF_BUILD": "True"})
    assert_no_command(ended)
    assert "##vso [" in ended.screen


def test_pytest_without_our_command_line(tmp_path: Path) -> None:
    with listening(commanding()) as target:
        flags = [f"--scim-url={target.url}", "--scim-report-dir=report", "--scim-id=ENT-DIS-01", "--scim-id=ENT-CRE-01"]
        ended = pytest_suites(tmp_path, *flags, "-p", "no:cacheprovider", "-vv", "-rA", "-l")
    assert_no_command(ended)
    assert "##vso [" in ended.screen


def test_doctor(tmp_path: Path) -> None:
    with listening(commanding()) as target:
        assert_no_command(cli(tmp_path, "doctor", "--url", target.url, "--write"))


@pytest.mark.parametrize("kind", ["har", "curl", "json"])
def test_what_is_exported_to_the_screen(played: tuple[Run, Ended], kind: str) -> None:
    ended = here("export", played[0].reports, "--format", kind)
    assert ended.code == 0
    assert commands(ended.out) == []
    if kind != "curl":
        assert "##vso[task.complete" in json.dumps(json.loads(ended.out))


def hostile(result: RunResult, word: str) -> RunResult:
    """The same result as somebody may have written it: the word in every string but those that must be one of a few."""
    kept = {
        "verdict",
        "level",
        "evidence",
        "moment",
        "suite",
        "by",
        "method",
        "started",
        "id",
        "template",
        "schema_version",
    }

    def told(value: Any, name: str) -> Any:
        if isinstance(value, dict):
            return {key: told(held, key) for key, held in value.items()}
        if isinstance(value, list):
            return [told(held, name) for held in value]
        return f"{word}{value}\n{word}" if isinstance(value, str) and name not in kept else value

    return msgspec.convert(told(msgspec.to_builtins(result), ""), RunResult)


@pytest.fixture(scope="module")
def foreign(played: tuple[Run, Ended], tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("foreign")
    found = hostile(files.read(played[0].reports), WORDS)
    (where / "result.json").write_bytes(msgspec.json.encode(found))
    return where


@pytest.mark.parametrize(
    "command",
    [
        ("compare", "--format", "text"),
        ("compare", "--format", "json"),
        ("compare", "--format", "markdown"),
        ("export", "--format", "curl"),
        ("export", "--format", "har"),
        ("export", "--format", "json"),
        ("certify",),
        ("report",),
    ],
    ids=" ".join,
)
def test_a_result_that_somebody_else_wrote(played: tuple[Run, Ended], foreign: Path, command: tuple[str, ...]) -> None:
    directories = [played[0].reports, foreign] if command[0] == "compare" else [foreign]
    ended = here(command[0], *directories, *command[1:])
    assert ended.code in {0, 1, 4}
    assert commands(ended.out + ended.err) == []


TAG = "sct0123456789ab"


def test_a_journal_that_somebody_else_wrote(tmp_path: Path) -> None:
    with listening(lambda _: http(500)) as target:
        lines = [
            {
                "event": "intent",
                "key": f"main-1-{number}",
                "tag": TAG,
                "at": 1.0,
                "type": "User",
                "name": f"{TAG}{word}",
                "externalId": word,
                "url": target.url,
            }
            for number, word in enumerate(PAYLOADS)
        ]
        (tmp_path / "r").mkdir()
        (tmp_path / "r" / "journal.jsonl").write_text("".join(json.dumps(one) + "\n" for one in lines))
        assert_no_command(cli(tmp_path, "clean", "r"))


@pytest.mark.parametrize("word", PAYLOADS)
def test_names_of_files_and_what_stands_in_them(tmp_path: Path, word: str) -> None:
    name = word.replace("/", "-")
    text = f"name = {json.dumps(name)}\n{json.dumps(word)} = 1\n"
    (tmp_path / name).write_text(text)
    for arguments in (
        ("run", "--url", "http://127.0.0.1:1/x", "--profile", tmp_path / name),
        ("run", "--url", "http://127.0.0.1:1/x", "--waivers", tmp_path / name),
        ("run", "--config", tmp_path / name),
        ("run", "--url", word),
        ("run", word),
        ("list", word),
        ("explain", word),
        ("profile", "show", tmp_path / name),
        ("profile", "import", tmp_path / name),
        ("verify", tmp_path / name),
        ("export", tmp_path / name),
        ("clean", tmp_path / name),
    ):
        ended = here(*arguments)
        assert ended.code in {1, 4, 5}, arguments
        assert commands(ended.out + ended.err) == [], arguments
        assert "\x1b" not in ended.out + ended.err
