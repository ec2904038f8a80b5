"""`init`: a file with settings and no secret, asked for on a terminal or given by flags; and that file in use."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from scim_conformance.demo.server import Served, serve
from tests.support.cli import assert_calm, cli
from tests.support.screens import shown

pytestmark = pytest.mark.slow

URL = "https://host.example/scim/v2?aadOptscim062020"


@pytest.fixture(scope="module")
def honest() -> Iterator[Served]:
    with serve() as served:
        yield served


def test_flags_alone_write_the_file(tmp_path: Path) -> None:
    ended = cli(tmp_path, "init", "--url", URL, environ={"SCIM_CONFORMANCE_TOKEN": "a-secret-of-the-test"})
    assert_calm(ended)
    assert ended.code == 0
    text = (tmp_path / "scim-conformance.toml").read_text(encoding="utf-8")
    assert tomllib.loads(text) == {"url": URL, "profile": "entra-default"}
    assert "a-secret-of-the-test" not in text + ended.screen
    after = ended.out.splitlines()
    assert [line.split("    ")[0].strip() for line in after[1:]] == [
        "export SCIM_CONFORMANCE_TOKEN=…",
        "scim-conformance doctor",
        "scim-conformance run",
        "scim-conformance.toml written, without the secret",
    ]


def test_client_credentials(tmp_path: Path) -> None:
    flags = ["--auth", "client-credentials", "--client-id", 'a"b', "--token-url", "https://host.example/token"]
    ended = cli(
        tmp_path, "init", "--url", URL, *flags, "--scope", "scim", "--profile", "users-only", "--output", "x.toml"
    )
    assert ended.code == 0, ended.screen
    assert tomllib.loads((tmp_path / "x.toml").read_text(encoding="utf-8")) == {
        "url": URL,
        "client-id": 'a"b',
        "token-url": "https://host.example/token",
        "scope": "scim",
        "profile": "users-only",
    }
    assert "SCIM_CONFORMANCE_CLIENT_SECRET" in ended.out
    assert "doctor --config x.toml" in ended.out


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "scim-conformance.toml").write_text("# mine\n", encoding="utf-8")
    ended = cli(tmp_path, "init", "--url", URL)
    assert ended.code == 4
    assert "overwrite it with --force" in ended.err
    assert (tmp_path / "scim-conformance.toml").read_text(encoding="utf-8") == "# mine\n"
    assert cli(tmp_path, "init", "--url", URL, "--force").code == 0
    assert "mine" not in (tmp_path / "scim-conformance.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        ([], "specify the tenant URL with --url"),
        (["--url", "host"], "is not a tenant URL such as https://host/scim/v2"),
        (["--url", "https://ada:pw-of-the-test@host/scim"], "contains a user name or password"),
        (["--url", URL, "--client-id", "x"], "--client-id requires --auth client-credentials"),
        (["--url", URL, "--auth", "client-credentials"], "needs --client-id"),
        (["--url", URL, "--auth", "basic"], "'basic' is not one of"),
        (["--url", URL, "--profile", "none-such"], "none-such"),
        (["--url", URL, "--output", "no/folder/x.toml"], "no/folder/x.toml cannot be written"),
    ],
)
def test_what_cannot_be_used_is_said_and_nothing_written(tmp_path: Path, flags: list[str], sentence: str) -> None:
    ended = cli(tmp_path, "init", *flags)
    assert_calm(ended)
    assert ended.code == 4
    assert sentence in ended.err
    assert "pw-of-the-test" not in ended.screen
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".toml"] == []


def test_on_a_terminal_it_asks(tmp_path: Path) -> None:
    typed = [
        ("Tenant URL", "nonsense\n"),
        ("is not a tenant URL", "https://host.example/scim\n"),
        ("Authentication", "client-credentials\n"),
        ("Client ID", "my-client\n"),
        ("Token URL", "https://host.example/token\n"),
        ("Scope", "\n"),
        ("Attribute mappings", "\n"),
    ]
    screen = shown(tmp_path, 80, "init", typed=typed)
    assert screen.code == 0, screen.text
    assert tomllib.loads((tmp_path / "scim-conformance.toml").read_text(encoding="utf-8")) == {
        "url": "https://host.example/scim",
        "client-id": "my-client",
        "token-url": "https://host.example/token",
        "profile": "entra-default",
    }


def test_an_interrupt_writes_nothing(tmp_path: Path) -> None:
    screen = shown(tmp_path, 80, "init", typed=[("Tenant URL", "\x03")])
    assert screen.code == 2
    assert "interrupted" in screen.text
    assert [*tmp_path.iterdir()] == []


def test_the_file_that_stands_here_is_used_and_named(honest: Served, tmp_path: Path) -> None:
    assert cli(tmp_path, "init", "--url", honest.url, "--profile", "users-only").code == 0
    token = {"SCIM_CONFORMANCE_TOKEN": honest.token}
    ended = cli(tmp_path, "run", "--report-dir", "r", "ENT-CON-01", environ=token)
    assert ended.code == 0, ended.screen
    assert "Settings from scim-conformance.toml" in ended.err
    assert '"profile": "users-only"' in (tmp_path / "r" / "result.json").read_text(encoding="utf-8")
    assert cli(tmp_path, "doctor", environ=token).code == 0
    assert cli(tmp_path, "clean", "r", environ=token).code == 0


def test_a_named_file_goes_before_the_one_that_stands_here(honest: Served, tmp_path: Path) -> None:
    (tmp_path / "scim-conformance.toml").write_text("this is no TOML", encoding="utf-8")
    (tmp_path / "other.toml").write_text(f'url = "{honest.url}"\n', encoding="utf-8")
    token = {"SCIM_CONFORMANCE_TOKEN": honest.token}
    assert cli(tmp_path, "run", "--config", "other.toml", "ENT-CON-01", environ=token).code == 0
    named = token | {"SCIM_CONFORMANCE_CONFIG": "other.toml"}
    assert cli(tmp_path, "run", "ENT-CON-01", environ=named).code == 0
    broken = cli(tmp_path, "run", "ENT-CON-01", environ=token)
    assert broken.code == 4
    assert "scim-conformance.toml is not TOML" in broken.err
    assert cli(tmp_path, "demo", "ENT-CON-01").code == 0
