"""What is made of a run afterwards holds no secret either: page, certificate, archive, script, JSON, comparison."""

import zipfile
from pathlib import Path

import pytest

from scim_conformance.reporting import certificate, container, files
from tests.support.cli import Run, assert_calm
from tests.support.raw import listening
from tests.support.reported import here
from tests.test_secrets import SPELLINGS, TOKEN, _needles, leaking

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_nothing_made_of_a_run_holds_a_secret(tmp_path: Path, spelling: str) -> None:
    with listening(leaking(spelling)) as target:
        run = Run(tmp_path, target.url, TOKEN)
        assert_calm(run.run("--timeout", "2", "ENT-CON", "ENT-CRE-01", "ENT-DIS-01"))
    texts = {"page": (run.reports / "report.html").read_bytes()}
    texts |= {kind: _exported(run.reports, kind) for kind in ("har", "curl", "json")}
    texts |= {f"compared as {kind}": _compared(run.reports, kind) for kind in ("text", "json", "markdown")}
    texts |= _certificate(run.reports, tmp_path / "certificate.zip")
    found = {path.name: path.read_bytes() for path in run.reports.rglob("*") if path.is_file()}
    assert {"environment.properties", "categories.json", "allurerc.json"} <= found.keys()
    held = [(name, needle) for name, text in (texts | found).items() for needle in _needles() if needle in text]
    assert held == []
    assert [name for name, text in texts.items() if len(text) < 50] == []
    assert b"***" in texts["page"]
    assert b"$SCIM_CONFORMANCE_TOKEN" in texts["curl"]


def _exported(reports: Path, kind: str) -> bytes:
    ended = here("export", reports, "--format", kind)
    assert ended.code == 0
    return ended.out.encode()


def _compared(reports: Path, kind: str) -> bytes:
    ended = here("compare", reports, reports, "--format", kind)
    assert ended.code == 0
    return ended.out.encode()


def _certificate(reports: Path, target: Path) -> dict[str, bytes]:
    """The members of the certificate that this run would get if it were complete."""
    target.write_bytes(container.pack(certificate.members(files.read(reports))))
    with zipfile.ZipFile(target) as archive:
        return {f"certificate {name}": archive.read(name) for name in archive.namelist()}
