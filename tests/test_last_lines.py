"""The last line of every command is its outcome: a sentence with verdict, counts or place. The table has all commands.

Screens of whole runs are in `tests/screens` and `twenty_commands.toml`; what ends in a document has its reason here.
"""

import re
from pathlib import Path

import click
import pytest

from scim_conformance.commands.main import cli as command_line
from scim_conformance.demo.server import serve
from tests.support import reported
from tests.support.certificate_files import drafted
from tests.support.cli import cli
from tests.support.small import small

DOCUMENTS = {
    "list": "a list, for people and programs",
    "explain": "an explanation, to be read from the top",
    "completion": "a script for a shell",
    "profile list": "a list",
    "profile show": "a table",
}
"""Commands whose output is what was asked for, without an outcome."""

ELSEWHERE = {
    "preview": "tests/rehearsal/screens",
    "rehearse": "tests/rehearsal/test_command.py",
    "forget": "tests/rehearsal/test_forget.py",
}
"""Commands whose last line is tested there."""

SECONDS = r"in \d+\.\d s"
COUNTS = r"\d+ [a-z ]+(, \d+ [a-z ]+)*"
NO_VERDICT = rf"No verdict: it needs \d+ scenarios of the entra suite, of which \d+ ran\. {COUNTS} {SECONDS}"

LINES = {
    "init --url https://h.example/scim --output s.toml": r"s\.toml written, without the secret",
    "doctor --url {url}": r"Ready: scim-conformance run --url \S+",
    "run --url {url} ENT-CON-01": NO_VERDICT,
    "run --url {url} --write-baseline b.toml ENT-CON-01": NO_VERDICT,
    "replay ENT-CON-01 --url {url}": rf"0 fixed, 0 still failing, 0 new, 1 passed as before {SECONDS}",
    "demo -q ENT-CON-01": NO_VERDICT,
    "clean last": r"reports/\S+: nothing is left",
    "report {run}": r"\S+/report\.html",
    "conformance {run} --out .": r"Of 8 standards: .*, \d+ MUST requirements? failed",
    "compare {run} {run}": r"Since \S+: 0 regressions, 0 fixed",
    "export {run} --out x.har": r"x\.har: \d+ requests of \d+ scenarios, as har",
    "certify {run}": r"No certificate of \S+: see the \d+ reasons? above",
    "certify {run} --draft --out c.zip": r"c\.zip: DRAFT, certifies nothing: Works with Entra: yes.*",
    "verify {certificate}": r"\S+: consistent, not signed",
    "profile import schema.json --output p.toml": r"p\.toml written: \d+ mappings?.*",
}
"""In the order in which they are typed, in one folder."""


def names(group: click.Group, before: str = "") -> set[str]:
    """Return every command, with those of groups below it."""
    found: set[str] = set()
    for name, command in group.commands.items():
        found |= names(command, f"{name} ") if isinstance(command, click.Group) else {before + name}
    return found


def test_the_table_has_every_command() -> None:
    known = {name for name in names(command_line) for line in LINES if line.startswith(f"{name} ")}
    assert known | DOCUMENTS.keys() | ELSEWHERE.keys() == names(command_line)
    assert not known & DOCUMENTS.keys()


SCHEMA = (
    '{"synchronizationRules": [{"objectMappings": [{"sourceObjectName": "User", "targetObjectName": "User", '
    '"flowTypes": "Add, Update, Delete", "attributeMappings": [{"matchingPriority": 1, "flowType": "Always", '
    '"targetAttributeName": "userName", "source": {"type": "Attribute", "name": "userPrincipalName", '
    '"expression": "[userPrincipalName]"}}]}]}]}'
)


@pytest.mark.slow
def test_the_last_line_of_each_command(tmp_path: Path) -> None:
    (tmp_path / "schema.json").write_text(SCHEMA, encoding="utf-8")
    run = reported.recorded(*small())
    certificate = drafted(run, tmp_path / "certificate.zip")
    with serve() as served:
        places = {"url": served.url, "run": str(run), "certificate": str(certificate)}
        for line, wanted in LINES.items():
            ended = cli(tmp_path, *line.format(**places).split(), environ={"SCIM_CONFORMANCE_TOKEN": served.token})
            last = (ended.out if ended.out else ended.err).splitlines()[-1]
            assert re.fullmatch(wanted, last), f"{line}: {ended.screen}"
