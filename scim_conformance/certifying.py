"""`certify` and `verify`: whether a run may be certified, and whether a certificate still says what it said."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from scim_conformance import __version__, catalogue
from scim_conformance.entra.dialects import Dialect
from scim_conformance.entra.profile import Profile
from scim_conformance.places import CATALOGUE_SHA256
from scim_conformance.reporting import certificate, refolding
from scim_conformance.reporting.run import RunResult
from scim_conformance.running import excludes
from scim_conformance.scenario import folding
from scim_conformance.scenario.model import Case, cases
from scim_conformance.scenario.results import ScenarioResult, Verdict
from scim_conformance.scim import jsonschemas

GOOD = ("yes", "compliant-only", "legacy-only")
MOST_NAMED = 8
"""Scenarios that one sentence names."""


def objections(result: RunResult) -> list[str]:
    """Say in sentences why a run cannot be certified; empty when it can."""
    if result.suite_version != __version__ or result.catalogue_sha256 != own_catalogue():
        made = f"scim-conformance {result.suite_version}, catalogue {result.catalogue_sha256[:12]}, made this run"
        own = f"this is {__version__}, catalogue {own_catalogue()[:12]}"
        return [f"{made}, and {own}: certify with the version that ran, or run again"]
    return [*_incomplete(result), *refolding.problems(result)]


def own_catalogue() -> str:
    """Return the hash of what this version judges."""
    return CATALOGUE_SHA256.read_text(encoding="ascii").strip()


def _incomplete(result: RunResult) -> Iterator[str]:
    if result.interrupted:
        yield "the run was interrupted: run again to the end"
    if result.selectors:
        yield f"only some scenarios were asked for ({', '.join(result.selectors)}): run again without naming any"
    if result.verdict not in GOOD:
        yield f"the verdict is not yes: {result.sentence}"
    missing = [*_missing(result)]
    if missing and not result.selectors and not result.interrupted:
        more = f" and {len(missing) - MOST_NAMED} more" if len(missing) > MOST_NAMED else ""
        alone = certificate.certified(result)
        again = f"; run again with --dialect {alone[0]}" if 0 < len(alone) < len(result.verdict_by_dialect) else ""
        yield f"not every required scenario ran: {', '.join(missing[:MOST_NAMED])}{more}{again}"


def _missing(result: RunResult) -> Iterator[str]:
    """Yield the scenarios that make the verdict and were not judged, for the dialects that are to be certified."""
    ran = {one.id: one for one in folding.without_advice(result.scenarios)}
    advice = {one.id for one in result.scenarios} - ran.keys()
    profile = msgspec.convert(result.profile_definition, Profile)
    spoken = [Dialect(one) for one in certificate.certified(result) or result.verdict_by_dialect]
    for template in catalogue.shipped_templates():
        for case in cases(template, profile, spoken):
            needed = template.suite == "entra" and not template.validator and excludes(profile, case) is None
            if needed and case.id not in advice and not _judged(ran.get(case.id)) and not _stood_for(case, ran):
                yield case.id


def _stood_for(case: Case, ran: Mapping[str, ScenarioResult]) -> bool:
    """Tell whether another dialect showed what the case asks of the target in either: there it has to be conformant."""
    if not case.template.either:
        return False
    others = (ran.get(replace(case, dialect=dialect).id) for dialect in Dialect)
    return any(one is not None and one.verdict in {Verdict.CONFORMANT, Verdict.WAIVED} for one in others)


def _judged(one: ScenarioResult | None) -> bool:
    if one is None or one.verdict is Verdict.INCONCLUSIVE:
        return False
    # What was played and does not apply is the target's choice, such as one e-mail for each user.
    return one.verdict is not Verdict.NOT_APPLICABLE or bool(one.exchanges)


def verified(file: Path) -> tuple[RunResult | None, list[str], list[str]]:
    """Check a certificate anew. Returns its result if it can be read, what was changed, and what could not be checked.

    Raises:
        OSError: the file cannot be read.
        certificate.Damaged: it is no whole zip file.
    """
    held, wrong = certificate.unpacked(file)
    wrong += _changed(held)
    result, said = _result(held.get(certificate.RESULT))
    wrong += said
    if result is None:
        return None, wrong, []
    if result.suite_version != __version__:
        note = f"scim-conformance {result.suite_version} wrote it: only that version can draw it again"
        return result, wrong + refolding.problems(result), [f"{note} and tell whether every required scenario ran"]
    wrong += [text for text in objections(result) if text not in wrong]
    drawn = certificate.members(result)
    unlike = [name for name in certificate.MEMBERS if name in held and held[name] != drawn[name]]
    named = {text.partition(":")[0] for text in wrong}
    # Where the result itself was changed, everything that is drawn from it differs: that says nothing of the others.
    if certificate.RESULT not in named:
        wrong += [f"{name}: changed, it is not what result.json gives" for name in unlike if name not in named]
    return result, wrong, []


def _changed(held: dict[str, bytes]) -> list[str]:
    """Compare each member with both lists of checksums, so that a list which was changed itself is named."""
    listed, manifest = _sums(held), _manifest(held)
    found, agreeing = [], {"sums": 0, "manifest": 0}
    for name in (certificate.PAGE, certificate.RESULT, certificate.EXCHANGES):
        if name not in held:
            continue
        own = certificate.digest(held[name])
        in_sums, in_manifest = listed.get(name) == own, manifest.get(name) == own
        agreeing["sums"] += in_manifest and not in_sums
        agreeing["manifest"] += in_sums and not in_manifest
        if not in_sums and not in_manifest:
            found.append(f"{name}: changed, its checksum is another")
    if agreeing["sums"] and certificate.SUMS in held:
        found.append(f"{certificate.SUMS}: changed, it has other checksums than {certificate.MANIFEST} and the files")
    elif agreeing["manifest"] and certificate.MANIFEST in held:
        found.append(f"{certificate.MANIFEST}: changed, it has other checksums than {certificate.SUMS} and the files")
    return found


def _sums(held: dict[str, bytes]) -> dict[str, str]:
    lines = held.get(certificate.SUMS, b"").decode("utf-8", "replace").splitlines()
    return {name: number for number, _, name in (line.partition("  ") for line in lines)}


def _manifest(held: dict[str, bytes]) -> dict[str, str]:
    try:
        found: Any = json.loads(held.get(certificate.MANIFEST, b""))
        return {name: one["sha256"] for name, one in found["members"].items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


def _result(content: bytes | None) -> tuple[RunResult | None, list[str]]:
    if content is None:
        return None, []
    try:
        wrong = jsonschemas.problems("result", json.loads(content))
        found = msgspec.json.decode(content, type=RunResult)
    except (ValueError, RecursionError, msgspec.MsgspecError):
        return None, [f"{certificate.RESULT}: changed, it is no result of a run"]
    return found, [f"{certificate.RESULT}: changed, {text}" for text in wrong[:MOST_NAMED]]
