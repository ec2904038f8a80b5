"""Figures that pages carry and that follow from the suites: the pages are corrected where they say another one."""

import re
from pathlib import Path

from scim_conformance.catalogue.limits import most_requests, sent_requests
from scim_conformance.catalogue.required import required
from scim_conformance.entra.dialects import DIALECTS
from scim_conformance.entra.profiles.profile import load

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("README.md", "docs/architecture.md", "docs/ci.md", "docs/security.md")
LIMIT = r"(?<=full run may send )\d+(?= requests)"
TOTAL = r"(?<=sends about )\d+(?= requests to a conformant target)"
SENT = {
    "entra": r"\d+(?= (?:as Entra sends them|requests as Entra sends them))",
    "harness": r"\d+(?= (?:of the harness|that prepare))",
    "sweep": r"\d+(?= at the end that)",
}
"""What pages say about the requests of a full run, by sender."""
REQUIRED = r"(?<=No verdict: it needs )\d+(?= scenarios of the entra suite)"


def corrected(text: str) -> str:
    """Return a page with the limit of requests, and the number of required scenarios, as they are now."""
    text, sent = re.sub(LIMIT, str(most_requests()), text), sent_requests()
    text = re.sub(TOTAL, str(round(sent.total, -1)), text)
    for name, pattern in SENT.items():
        text = re.sub(pattern, str(getattr(sent, name)), text)
    return re.sub(REQUIRED, str(len(required(load("entra-default"), DIALECTS))), text)


def outdated() -> list[str]:
    """Return the pages that carry a figure of yesterday."""
    texts = {name: (ROOT / name).read_text(encoding="utf-8") for name in PAGES}
    return [name for name, text in texts.items() if corrected(text) != text]


def write() -> list[str]:
    """Correct the pages, and return the names of those that changed."""
    changed = outdated()
    for name in changed:
        page = ROOT / name
        page.write_text(corrected(page.read_text(encoding="utf-8")), encoding="utf-8")
    return changed
