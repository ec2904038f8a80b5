"""`report`: the page, or Allure's own report drawn by its npm package into one file that calls nobody."""

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from scim_conformance.reporting import files
from scim_conformance.reporting import page as own
from scim_conformance.reporting.allure import RESULTS
from scim_conformance.reporting.run import RunResult

ALLURE_PAGE = "allure.html"
HISTORY = "allure-history.jsonl"
"""Beside the report: what Allure remembers of earlier runs."""

INSTALL = "the Allure report needs Node.js and the npm package allure, version 3: npm install --global allure@3"
MOST_SECONDS = 300

_CALLS_HOME = re.compile(
    r"<script[^>]*googletagmanager[^>]*>\s*</script>|"
    r"<script[^>]*>(?:(?!</script>).){0,4000}?(?:gtag\(|dataLayer)(?:(?!</script>).){0,4000}?</script>",
    re.DOTALL,
)


class CannotDraw(Exception):
    """A report that cannot be drawn. The text says why, and what to install."""


def page(result: RunResult, directory: Path) -> Path:
    """Write our own page into a report directory and return where it is.

    Raises:
        CannotDraw: the directory cannot be written.
    """
    path = directory / own.NAME
    try:
        files.replace(path, own.document(result).encode())
    except OSError as error:
        raise CannotDraw(f"{path} cannot be written: {error.strerror}") from None
    return path


def allure(directory: Path) -> Path:
    """Have Allure draw the results in a report directory into one HTML file, and return where that is.

    Raises:
        CannotDraw: there are no results, Allure is not there, or it failed.
    """
    results = directory / RESULTS
    if not any(results.glob("*-result.json")):
        raise CannotDraw(f"{results} holds no results: this run was made without Allure")
    command = _command()
    with tempfile.TemporaryDirectory(prefix="scim-conformance-") as scratch:
        out = Path(scratch) / "report"
        flags = ["awesome", str(results.resolve()), "--single-file", "--output", str(out)]
        flags += ["--history-path", str((directory / HISTORY).resolve()), "--report-name", "scim-conformance"]
        _run([*command, *flags])
        drawn = next(iter(sorted(out.rglob("index.html"))), None)
        if drawn is None:
            raise CannotDraw("Allure ended without a report")
        text = drawn.read_text(encoding="utf-8")
    path = directory / ALLURE_PAGE
    files.replace(path, quiet(text).encode())
    return path


def quiet(text: str) -> str:
    """Return a page of Allure's without the tags by which it would call home.

    Raises:
        CannotDraw: a tag is still there: better no report than one that tells where it is read.
    """
    head, mark, rest = text.partition("</head>")
    found = _CALLS_HOME.sub("", head) + mark + rest
    if re.search(r"<script[^>]+src=[\"']?https?:", found):
        raise CannotDraw("this version of Allure loads scripts from elsewhere in a way that is not known here")
    return found


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
        raise CannotDraw(f"Allure did not end within {MOST_SECONDS} s") from None
    if done.returncode != 0:
        last = (done.stderr.strip() or done.stdout.strip() or "it said nothing").splitlines()[-1]
        raise CannotDraw(f"Allure failed: {last[:200]}")
