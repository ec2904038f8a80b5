"""Whether a certificate agrees with its own evidence."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from scim_conformance.commands import certify
from scim_conformance.reporting import certificate, container, reading
from scim_conformance.reporting.cover import NOTHING, About
from scim_conformance.reporting.public import is_public
from scim_conformance.run import rejudge
from scim_conformance.scim import strictjson
from scim_conformance.verdict import recheck
from scim_conformance.verdict.run_result import RunResult


@dataclass
class Verified:
    """The findings. `bytes`: what was changed in the file; `content`: what does not follow from its own evidence;
    `notes`: how much was judged again.

    `other`: the version that wrote it, if it is not this one; most checks were then skipped.
    """

    result: RunResult | None = None
    bytes: list[str] = field(default_factory=list)
    content: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    draft: bool = False
    other: str | None = None

    @property
    def all(self) -> list[str]:
        """Everything that is wrong, each as a sentence that begins with its place."""
        return [*self.bytes, *self.content]


def verified(file: Path) -> Verified:
    """Verify a certificate.

    Raises:
        inputs.CannotRead: the file cannot be read.
        container.Damaged: it is not a complete zip file, or not safe to unpack.
    """
    held, wrong = container.unpack(file, certificate.MEMBERS)
    found = Verified(bytes=[*wrong, *_changed(held)])
    found.result = _result(held.get(certificate.RESULT), found.bytes)
    if found.result is None:
        return found
    # If the manifest cannot be read, the expected one is used.
    found.draft = _manifest(held).get("draft", not is_public(found.result.target)) is True
    found.other = certify.another_version(found.result)
    if found.other is not None:
        found.content += recheck.problems(found.result)
        return found
    again = rejudge.judged_again(found.result)
    found.content += certify.objections(found.result, draft=found.draft, again=again)
    found.notes = again.sentences()
    _compare_with_drawn(found.result, held, found)
    return found


def _compare_with_drawn(result: RunResult, held: dict[str, bytes], found: Verified) -> None:
    named = {text.partition(":")[0] for text in found.bytes}
    # If the result itself was changed, everything derived from it differs: that proves nothing about the others.
    if certificate.RESULT in named:
        return
    drawn = certificate.members(result, _about(held), draft=found.draft)
    unlike = [name for name in certificate.MEMBERS if name in held and held[name] != drawn[name]]
    found.bytes += [f"{name}: it does not match result.json" for name in unlike if name not in named]


def _changed(held: dict[str, bytes]) -> list[str]:
    """Compare each member with both lists of checksums, so that a changed list is reported too."""
    listed, manifest = _sums(held), _in_manifest(held)
    found, agreeing = [], {"sums": 0, "manifest": 0}
    for name in (certificate.PAGE, certificate.RESULT, certificate.EXCHANGES):
        if name not in held:
            continue
        own = certificate.digest(held[name])
        in_sums, in_manifest = listed.get(name) == own, manifest.get(name) == own
        agreeing["sums"] += in_manifest and not in_sums
        agreeing["manifest"] += in_sums and not in_manifest
        if not in_sums and not in_manifest:
            found.append(f"{name}: its checksum does not match")
    if agreeing["sums"] and certificate.SUMS in held:
        found.append(f"{certificate.SUMS}: its checksums differ from those of {certificate.MANIFEST} and the files")
    elif agreeing["manifest"] and certificate.MANIFEST in held:
        found.append(f"{certificate.MANIFEST}: its checksums differ from those of {certificate.SUMS} and the files")
    return found


def _sums(held: dict[str, bytes]) -> dict[str, str]:
    lines = held.get(certificate.SUMS, b"").decode("utf-8", "replace").splitlines()
    return {name: number for number, _, name in (line.partition("  ") for line in lines)}


def _in_manifest(held: dict[str, bytes]) -> dict[str, str]:
    try:
        return {name: one["sha256"] for name, one in _manifest(held)["members"].items()}
    except (KeyError, TypeError, AttributeError):
        return {}


def _about(held: dict[str, bytes]) -> About:
    """Return what the certifier said about the target: it is nowhere else."""
    try:
        return msgspec.convert(_manifest(held).get("about", {}), About)
    except msgspec.ValidationError:
        return NOTHING


def _manifest(held: dict[str, bytes]) -> dict[str, Any]:
    content = held.get(certificate.MANIFEST, b"")
    try:
        found = strictjson.loads(content)
    except strictjson.NotJson:
        return {}
    return found if isinstance(found, dict) else {}


def _result(content: bytes | None, wrong: list[str]) -> RunResult | None:
    if content is None:
        return None
    try:
        return reading.decoded(content)
    except reading.NoResult as error:
        wrong.append(f"{certificate.RESULT}: it {error}")
        return None
