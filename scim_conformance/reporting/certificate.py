"""The certificate of a complete run: page, result, requests and responses, and checksums in one zip file with
reproducible bytes.

Its bytes show that nothing was changed since it was written, and that the verdict follows from its evidence. Who wrote
it is proven only by a signature next to it (`signing`).
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import msgspec

from scim_conformance.reporting import har, page, page_data, reading
from scim_conformance.reporting.cover import NOTHING, About, code_sha256, cover, valid_until
from scim_conformance.verdict.overall import YES
from scim_conformance.verdict.run_result import RunResult

PAGE, RESULT, EXCHANGES, MANIFEST, SUMS = (
    "certificate.html", "result.json", "exchanges.har", "manifest.json", "SHA256SUMS"
)  # fmt: skip
MEMBERS = {PAGE: 40_000_000, RESULT: reading.MOST_BYTES, EXCHANGES: 60_000_000, MANIFEST: 1_000_000, SUMS: 10_000}
"""The members in their order, and the maximum bytes of each: for a full run they have 2, 3 and 1.5 million, and few."""

MANIFEST_VERSION = "1"


def members(result: RunResult, about: About = NOTHING, *, draft: bool = False) -> dict[str, bytes]:
    """Return the content of every member, by name.

    `about`: what the certifier says about the target. `draft`: every page is marked as a draft.
    """
    first = cover(result, certified(result), about)
    found = {
        PAGE: page.document(result, cover=first, draft=draft).encode(),
        RESULT: msgspec.json.format(msgspec.json.encode(result), indent=2),
        EXCHANGES: har.document(result, result.scenarios),
    }
    found[MANIFEST] = (
        json.dumps(_manifest(result, found, about, draft=draft), indent=2, ensure_ascii=False) + "\n"
    ).encode()
    return found | {SUMS: sums(found)}


def sums(content: Mapping[str, bytes]) -> bytes:
    """Return the checksums in the format of `sha256sum --check`."""
    return "".join(f"{digest(content[name])}  {name}\n" for name in MEMBERS if name in content).encode()


def digest(content: bytes) -> str:
    """Return the SHA-256 of a member."""
    return hashlib.sha256(content).hexdigest()


def certified(result: RunResult) -> list[str]:
    """Return the dialects that a certificate of this run covers."""
    return [dialect for dialect, verdict in result.verdict_by_dialect.items() if verdict == YES]


def _manifest(result: RunResult, content: Mapping[str, bytes], about: About, *, draft: bool) -> dict[str, Any]:
    definition = msgspec.json.encode(result.profile_definition, order="deterministic")
    return {
        "what": "certificate of a complete run of scim-conformance",
        "manifest_version": MANIFEST_VERSION,
        "draft": draft,
        "sentence": result.sentence,
        "verdict": result.verdict,
        "verdict_by_dialect": result.verdict_by_dialect,
        "certified_dialects": certified(result),
        "account_discovery": msgspec.to_builtins(result.account_discovery),
        "target": result.target,
        "about": msgspec.to_builtins(about),
        "valid_until": valid_until(result),
        "code_sha256": code_sha256(),
        "profile": result.profile,
        "profile_sha256": digest(definition),
        "mappings": result.mappings,
        "not_tested": result.not_tested,
        "run_id": result.run_id,
        "started": result.started,
        "versions": {"scim-conformance": result.suite_version, **result.versions},
        "facts_as_of": result.facts_as_of,
        "catalogue_sha256": result.catalogue_sha256,
        "waivers": [{"check": check.id, "waiver": check.waiver} for _, check in page_data.waived(result)],
        "disclaimer": result.disclaimer,
        "members": {name: {"sha256": digest(held), "bytes": len(held)} for name, held in content.items()},
    }
