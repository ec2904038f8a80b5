"""How many requests a full run sends: measured against the embedded target, for pages and for `doctor`."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from scim_conformance.catalogue.limits import MEASURED, most_requests


def write() -> str:
    """Play a full run, write down its requests, and return them in few words."""
    with tempfile.TemporaryDirectory() as name:
        command = (sys.executable, "-m", "scim_conformance", "demo", "--report-dir", name)
        subprocess.run(command, check=False, capture_output=True)
        found = json.loads((Path(name) / "result.json").read_text(encoding="utf-8"))
    before = MEASURED.read_text(encoding="utf-8")
    after = json.dumps({kind: found["requests"][kind] for kind in ("entra", "harness", "sweep")}) + "\n"
    MEASURED.write_text(after, encoding="utf-8")
    sent = found["requests"]["entra"] + found["requests"]["harness"]
    return f"{sent} of {most_requests()} requests that a run may send" if after != before else ""


if __name__ == "__main__":
    print(write())  # noqa: T201
