"""Installs what the servers need, once, under `.real/`: by name and exact version, with pip and npm as they are."""

import hashlib
import os
import shutil
import sys
import venv
from collections.abc import Sequence
from pathlib import Path

from tests.real.servers.process import ServerError, call

ROOT = Path(__file__).resolve().parents[3]
CACHE = ROOT / ".real"
INSTALL_SECONDS = 600.0


def python(name: str, requirements: Sequence[str]) -> Path:
    """Return the `bin` directory of a virtual environment that holds these packages."""
    place = CACHE / name
    stamp = _digest(sys.version, *requirements)
    if _stamp(place) != stamp:
        shutil.rmtree(place, ignore_errors=True)
        venv.create(place, with_pip=True)
        pip = [str(place / "bin" / "python"), "-m", "pip", "--quiet", "--disable-pip-version-check"]
        call([*pip, "install", *requirements], os.environ, ROOT, INSTALL_SECONDS)
        (place / ".stamp").write_text(stamp)
    return place / "bin"


def node(name: str, source: Path) -> Path:
    """Return a directory with the files of `source` and the packages that its package.json names."""
    place = CACHE / name
    stamp = _digest((source / "package.json").read_text())
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        raise ServerError("Node.js and npm are needed")
    fresh = _stamp(place) == stamp
    place.mkdir(parents=True, exist_ok=True)
    for file in (one for one in source.iterdir() if one.is_file()):
        shutil.copy(file, place)
    if not fresh:
        options = ["--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
        call([npm, "install", *options], os.environ, place, INSTALL_SECONDS)
        (place / ".stamp").write_text(stamp)
    return place


def _stamp(place: Path) -> str | None:
    file = place / ".stamp"
    return file.read_text() if file.exists() else None


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
