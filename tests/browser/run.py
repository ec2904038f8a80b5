"""Opens the reports of real runs in Chromium, with the network denied.

    python tests/browser/run.py [--write]

With --write the pictures that it takes go into docs/images.
Node.js, npm and Chromium are needed; Chromium is installed by apt-get where that can be. Where it cannot be had, that
is said in one line and the exit code is 0, or 1 with BROWSER=required.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.browser import pages  # noqa: E402
from tests.real.servers import install  # noqa: E402
from tests.real.servers.process import ServerError  # noqa: E402

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
MOST_SECONDS = 600


def chromium() -> str | None:
    """Return Chromium's path; where it is not there, and may be installed, it is installed."""
    found = _present()
    apt = shutil.which("apt-get")
    if found is None and apt is not None and os.geteuid() == 0:
        for command in (["update"], ["install", "-y", "--no-install-recommends", "chromium", "fonts-dejavu-core"]):
            environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
            subprocess.run([apt, "-qq", *command], env=environ, capture_output=True, timeout=MOST_SECONDS, check=False)
        found = _present()
    return found


def _present() -> str | None:
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


def main() -> int:
    """Run the tests; 0 when all pass."""
    browser = chromium()
    try:
        place = install.node("browser", Path(__file__).parent) if browser else None
    except ServerError as error:
        browser, place = None, print(f"browser tests: {error}", file=sys.stderr)  # noqa: T201
    if browser is None or place is None:
        print("browser tests: not run: they need Chromium, Node.js and npm (apt-get install chromium nodejs npm)")  # noqa: T201
        return 1 if os.environ.get("BROWSER") == "required" else 0
    with tempfile.TemporaryDirectory(prefix="scim-conformance-browser-") as scratch:
        images = ROOT / "docs" / "images" if "--write" in sys.argv else Path(scratch) / "images"
        images.mkdir(parents=True, exist_ok=True)
        found = pages.all_of_them(Path(scratch), place / "node_modules" / ".bin")
        environ = os.environ | {name: str(path) for name, path in found.items()}
        environ |= {"CHROMIUM": browser, "IMAGES": str(images)}
        command = [str(shutil.which("node")), "--test", "--test-reporter=spec", "reports.test.mjs"]
        return subprocess.run(command, cwd=place, env=environ, timeout=MOST_SECONDS, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
