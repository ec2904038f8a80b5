"""`report`: the page, or Allure's own report built by its npm package as one file without network access."""

import json
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from scim_conformance.reporting import page as own
from scim_conformance.reporting.allure.facts import CONFIGURATION, configuration
from scim_conformance.reporting.allure.results import DIRECTORY as RESULTS
from scim_conformance.reporting.next_steps import near
from scim_conformance.system import writing
from scim_conformance.verdict.run_result import RunResult

ALLURE_PAGE = "allure.html"
HISTORY = "allure-history.jsonl"
"""The folder next to the report where Allure stores its history."""

INSTALL = "the Allure report requires Node.js and the npm package allure, version 3: npm install --global allure@3"
MOST_SECONDS = 300

_SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script>", re.DOTALL)
_HOME = ("googletagmanager", "dataLayer", "gtag(")
"""Identifies the scripts with which Allure's pages report where they are read."""

_SEALED = (
    """<meta http-equiv="Content-Security-Policy" content="default-src 'unsafe-inline' 'unsafe-eval' data: blob:">"""
)
"""Whatever a script on the page tries, the browser makes no network request."""


class CannotDraw(Exception):
    """A report that cannot be created. The text says why, and what to install."""


def page(result: RunResult, directory: Path) -> Path:
    """Write our own page into a report directory and return its path.

    Raises:
        CannotDraw: the directory cannot be written.
    """
    path = directory / own.NAME
    try:
        writing.replace(path, own.document(result, str(near(directory))).encode())
    except OSError as error:
        raise CannotDraw(f"{path} cannot be written: {error.strerror}") from None
    return path


def allure(result: RunResult, directory: Path) -> Path:
    """Have Allure render the results of a report directory as one HTML file, and return its path.

    Raises:
        CannotDraw: there are no results, Allure is not installed, or it failed.
    """
    results = directory / RESULTS
    if not any(results.glob("*-result.json")):
        raise CannotDraw(f"{results} contains no results: this run was made without Allure")
    command, name = _command(), f"scim-conformance, run {result.run_id}"
    _forget(directory / HISTORY, name)
    with tempfile.TemporaryDirectory(prefix="scim-conformance-") as scratch:
        rules, out = Path(scratch) / CONFIGURATION, Path(scratch) / "out"
        rules.write_text(json.dumps(configuration(result)), encoding="utf-8")
        flags = ["awesome", str(results.resolve()), "--single-file", "--config", str(rules), "--output", str(out)]
        _run([*command, *flags, "--report-name", name, "--history-path", str((directory / HISTORY).resolve())])
        drawn = next(iter(sorted(out.rglob("index.html"))), None)
        if drawn is None:
            raise CannotDraw("Allure wrote no report")
        text = drawn.read_text(encoding="utf-8")
    path = directory / ALLURE_PAGE
    writing.replace(path, sealed(text).encode())
    return path


def _forget(history: Path, name: str) -> None:
    """Remove an earlier rendering of the same run from the history: a run counts once."""
    if not history.is_file():
        return
    lines = history.read_bytes().splitlines(keepends=True)
    writing.replace(history, b"".join(line for line in lines if _name(line) != name))


def _name(line: bytes) -> str | None:
    try:
        found = json.loads(line)
    except ValueError:
        return None
    name = found.get("name") if isinstance(found, dict) else None
    return name if isinstance(name, str) else None


def sealed(text: str) -> str:
    """Return a page of Allure's without its tracking scripts and without network access.

    Raises:
        CannotDraw: a script from another site is left: no report is better than one that reports its readers.
    """
    found = _SCRIPT.sub(lambda match: "" if _calls_home(match) else match[0], text)
    if (
        any(re.search(r"src=[\"']?(https?:)?//", match[1]) for match in _SCRIPT.finditer(found))
        or "<head>" not in found
    ):
        raise CannotDraw("this version of Allure builds its page in an unknown way")
    return found.replace("<head>", f"<head>{_SEALED}", 1)


def _calls_home(script: re.Match[str]) -> bool:
    said = script[1][:1000] + script[2][:4000]
    return not script[1].lstrip().startswith('src="data:') and any(word in said for word in _HOME)


def _command() -> list[str]:
    direct = shutil.which("allure")
    if direct is not None and _is_version_3([direct]):
        return [direct]
    npx = shutil.which("npx")
    if npx is not None and _is_version_3([npx, "--no-install", "allure"]):
        return [npx, "--no-install", "allure"]
    raise CannotDraw(INSTALL)


def _is_version_3(command: list[str]) -> bool:
    try:
        done = subprocess.run(  # noqa: S603 - a program of the user's own, found on the path
            [*command, "--version"], capture_output=True, text=True, timeout=60, check=False, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and done.stdout.strip().startswith("3.")


def _run(command: list[str]) -> None:
    try:
        done = subprocess.run(  # noqa: S603 - the same
            command, capture_output=True, text=True, timeout=MOST_SECONDS, check=False, stdin=subprocess.DEVNULL
        )
    except subprocess.TimeoutExpired:
        raise CannotDraw(f"Allure did not finish within {MOST_SECONDS} s") from None
    if done.returncode != 0:
        last = (done.stderr.strip() or done.stdout.strip() or "it printed nothing").splitlines()[-1]
        raise CannotDraw(f"Allure failed: {last[:200]}")
