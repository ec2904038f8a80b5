"""The certificate of a complete run: page, result, exchanges and checksums in one zip file, the same bytes each time.

It is not signed. It shows that nothing was changed since it was written, and that the verdict follows from the
evidence in it; not who wrote it.
"""

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from scim_conformance.reporting import har, page, page_data
from scim_conformance.reporting.run import RunResult
from scim_conformance.scenario.folding import YES

PAGE, RESULT, EXCHANGES, MANIFEST, SUMS = (
    "certificate.html", "result.json", "exchanges.har", "manifest.json", "SHA256SUMS"
)  # fmt: skip
MEMBERS = (PAGE, RESULT, EXCHANGES, MANIFEST, SUMS)
MANIFEST_VERSION = "1"
MOST_BYTES = 512 * 1024 * 1024
"""The longest member that is written or read."""

_CHUNK = 1024 * 1024
_LONG_AGO = (1980, 1, 1, 0, 0, 0)


class Damaged(Exception):
    """A zip file, or a member of one, that cannot be read. The text names it and says why."""


def members(result: RunResult) -> dict[str, bytes]:
    """Return the content of every member, by name."""
    found = {
        PAGE: page.document(result, certificate=True).encode(),
        RESULT: msgspec.json.format(msgspec.json.encode(result), indent=2),
        EXCHANGES: har.document(result, result.scenarios),
    }
    found[MANIFEST] = (json.dumps(_manifest(result, found), indent=2, ensure_ascii=False) + "\n").encode()
    return found | {SUMS: sums(found)}


def sums(content: Mapping[str, bytes]) -> bytes:
    """Return the checksums as `sha256sum --check` reads them."""
    return "".join(f"{digest(content[name])}  {name}\n" for name in MEMBERS if name in content).encode()


def digest(content: bytes) -> str:
    """Return the SHA-256 of a member."""
    return hashlib.sha256(content).hexdigest()


def certified(result: RunResult) -> list[str]:
    """Return the dialects for which a certificate of this run speaks."""
    return [dialect for dialect, verdict in result.verdict_by_dialect.items() if verdict == YES]


def _manifest(result: RunResult, content: Mapping[str, bytes]) -> dict[str, Any]:
    definition = msgspec.json.encode(result.profile_definition, order="deterministic")
    return {
        "what": "certificate of a complete run of scim-conformance",
        "manifest_version": MANIFEST_VERSION,
        "sentence": result.sentence,
        "verdict": result.verdict,
        "verdict_by_dialect": result.verdict_by_dialect,
        "certified_dialects": certified(result),
        "target": result.target,
        "profile": result.profile,
        "profile_sha256": digest(definition),
        "run_id": result.run_id,
        "started": result.started,
        "versions": {"scim-conformance": result.suite_version, **result.versions},
        "facts_as_of": result.facts_as_of,
        "catalogue_sha256": result.catalogue_sha256,
        "waivers": [{"check": check.id, "waiver": check.waiver} for _, check in page_data.waived(result)],
        "disclaimer": result.disclaimer,
        "members": {name: {"sha256": digest(held), "bytes": len(held)} for name, held in content.items()},
    }


def packed(content: Mapping[str, bytes]) -> bytes:
    """Return the zip file: fixed order, times and modes, so that the same run gives the same bytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in MEMBERS:
            entry = zipfile.ZipInfo(name, _LONG_AGO)
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
            archive.writestr(entry, content[name])
    return target.getvalue()


def unpacked(file: Path) -> tuple[dict[str, bytes], list[str]]:
    """Return the members of a certificate that can be read, and what is wrong with the others, in sentences.

    Raises:
        OSError: it is not there.
        Damaged: it is no zip file, or cut off.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            return _read_all(archive)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError) as error:
        raise Damaged(f"it is no whole zip file ({error})") from None


def _read_all(archive: zipfile.ZipFile) -> tuple[dict[str, bytes], list[str]]:
    names = [entry.filename for entry in archive.infolist()]
    wrong = [f"{name}: missing" for name in MEMBERS if name not in names]
    wrong += [f"{name}: added, it is no part of a certificate" for name in sorted({*names} - {*MEMBERS})]
    wrong += [f"{name}: stands there twice" for name in MEMBERS if names.count(name) > 1]
    wrong += ["the zip file has a comment that was added"] if archive.comment else []
    found: dict[str, bytes] = {}
    for name in [one for one in MEMBERS if one in names]:
        try:
            found[name] = _read(archive, archive.getinfo(name))
        except Damaged as error:
            wrong.append(f"{name}: {error}")
    return found, wrong


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Read a member in pieces; what says that it is too long is not read at all, and what lies about it is cut off."""
    if entry.file_size > MOST_BYTES:
        raise Damaged(f"changed: {entry.file_size:,} bytes, more than a certificate holds")
    held = bytearray()
    try:
        with archive.open(entry) as stream:
            while piece := stream.read(_CHUNK):
                held += piece
                if len(held) > MOST_BYTES:
                    raise Damaged("changed: it is longer than it says")
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        raise Damaged(f"changed: it cannot be unpacked ({error})") from None
    return bytes(held)
