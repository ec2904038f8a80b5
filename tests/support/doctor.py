"""`doctor` in a process, its findings as they are printed, and a sound target for it."""

from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

from tests.support.cli import Ended, assert_calm, cli
from tests.support.raw import EMPTY, Received, error, scim

TOKEN = "a-secret-of-the-test"


def doctor(where: Path, url: str, *arguments: str, token: str | None = TOKEN) -> Ended:
    """Run `doctor` against a target."""
    environ = {} if token is None else {"SCIM_CONFORMANCE_TOKEN": token}
    ended = cli(where, "doctor", "--url", url, "--timeout", "3", *arguments, environ=environ)
    assert_calm(ended)
    return ended


def lines(ended: Ended) -> dict[str, str]:
    """Return the findings by what was checked, with their severity."""
    found: dict[str, str] = {}
    for line in ended.out.splitlines():
        if line.startswith("  "):
            found[line[11:22].strip()] = f"{line[2:10].strip()}: {line[22:].strip()}"
    return found


def good(request: Received) -> bytes:
    """Answer as a sound target: 401 without the token, else lists."""
    if request.header("Authorization") != f"Bearer {TOKEN}":
        return error(401)
    return scim(200, EMPTY, [("Date", format_datetime(datetime.now(UTC), usegmt=True))])
