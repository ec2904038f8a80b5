"""Certificates in tests: their members, and copies that are changed."""

import zipfile
from pathlib import Path
from typing import Any

import msgspec

from scim_conformance.reporting import files
from tests.support.reported import say

MEMBERS = ("certificate.html", "result.json", "exchanges.har", "manifest.json", "SHA256SUMS")


def drafted(run: Path, target: Path) -> Path:
    """Certify a run as a draft; return the file."""
    ended = say("certify", "--draft", run, "--out", target)
    assert (ended.code, ended.err) == (0, ""), ended.out
    return target


def content(file: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(file) as archive:
        return {entry.filename: archive.read(entry) for entry in archive.infolist()}


def repacked(held: dict[str, bytes], target: Path) -> Path:
    """Zip these members as they are, whatever they are."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, one in held.items():
            archive.writestr(name, one)
    return target


def named(out: str) -> list[str]:
    """The members that `verify -v` names."""
    return [line.strip().partition(":")[0] for line in out.splitlines()[:-1] if line.strip().startswith(MEMBERS)]


def edited(green: Path, target: Path, **changes: Any) -> Path:
    target.mkdir()
    files.write(msgspec.structs.replace(files.read(green), **changes), target)
    return target
