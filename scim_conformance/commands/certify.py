"""Whether a run may be certified."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

import msgspec

from scim_conformance import FACTS_AS_OF, __version__
from scim_conformance.catalogue import required
from scim_conformance.entra.dialects import Dialect
from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.reporting import certificate
from scim_conformance.reporting.public import is_public
from scim_conformance.run import rejudge
from scim_conformance.scenario.checks import Level
from scim_conformance.scenario.model import Case
from scim_conformance.scim.locations import CATALOGUE_SHA256
from scim_conformance.verdict import overall, recheck
from scim_conformance.verdict.accepted import waived
from scim_conformance.verdict.extent import Extent, named
from scim_conformance.verdict.results import ScenarioResult, Verdict
from scim_conformance.verdict.run_result import DISCLAIMER, SCHEMA_VERSION, RunResult
from scim_conformance.verdict.waivers import PLACEHOLDERS

GOOD = ("yes", "compliant-only", "legacy-only")
MOST_NAMED = 8
"""Scenarios that one sentence lists."""


def objections(result: RunResult, *, draft: bool = False, again: rejudge.Rejudged | None = None) -> list[str]:
    """Return the reasons why a run cannot be certified; empty if it can.

    `draft`: any target is allowed. `again`: the outcome of judging it again, if already known.
    """
    other = another_version(result)
    if other is not None:
        return [f"{produced_by(other)}: certify with the version that ran, or run again"]
    again = again or rejudge.judged_again(result)
    if not again.built:
        return again.wrong
    known = [*_incomplete(result), *recheck.problems(result, _extent(result)), *again.wrong]
    return [*known, *_stated(result), *([] if draft else _reached(result))]


def another_version(result: RunResult) -> str | None:
    """Return the version that produced a run; None: this one. Another catalogue has other checks."""
    if result.suite_version != __version__:
        return result.suite_version
    known = result.catalogue_sha256 == own_catalogue()
    return None if known else f"{result.suite_version} with the catalogue {result.catalogue_sha256[:12]}"


def produced_by(other: str) -> str:
    """Return that another version produced a run, as the beginning of a sentence."""
    return f"version {other} produced this run, and this is {__version__} with the catalogue {own_catalogue()[:12]}"


def _reached(result: RunResult) -> Iterator[str]:
    if not is_public(result.target):
        wanted = "certify a run against an https URL on another machine, or use --draft"
        yield f"{result.target} is on this machine or not https, and Entra does not provision to either: {wanted}"


def _stated(result: RunResult) -> Iterator[str]:
    """Yield the parts of a result that do not depend on the run and differ from this version."""
    for name, own in (("disclaimer", DISCLAIMER), ("facts_as_of", FACTS_AS_OF), ("schema_version", SCHEMA_VERSION)):
        if getattr(result, name) != own:
            yield f"{name}: changed, this version has {own!r}"


def own_catalogue() -> str:
    """Return the hash of the catalogue of this version."""
    return CATALOGUE_SHA256.read_text(encoding="ascii").strip()


def _incomplete(result: RunResult) -> Iterator[str]:
    if result.interrupted:
        yield "the run was interrupted: run again to completion"
    elif result.ended_early:
        yield f"the run ended early ({result.ended_early}): run again to completion"
    if result.verdict not in GOOD:
        yield f"the verdict is not yes: {result.sentence}"
    yield from _waived(result)
    missing = [*_missing(result)]
    if missing and not result.interrupted:
        more = f" and {len(missing) - MOST_NAMED} more" if len(missing) > MOST_NAMED else ""
        alone = certificate.certified(result)
        again = f"; run again with --dialect {alone[0]}" if 0 < len(alone) < len(result.spoken) else ""
        yield f"not all required scenarios ran: {', '.join(missing[:MOST_NAMED])}{more}{again}"


def _waived(result: RunResult) -> Iterator[str]:
    """Yield the waivers that prevent a certificate: a waived MUST or ENTRA check, or a placeholder as owner."""
    known = waived(result.scenarios)
    hard = [check.id for check in known if check.level is not Level.SHOULD]
    if hard:
        yield f"waived, but not advice: {named(hard, MOST_NAMED)}; a certificate requires these checks to pass"
    unfilled = [check.id for check in known if any(text in (check.waiver or "") for text in PLACEHOLDERS)]
    if unfilled:
        yield f"waived without a reason or an owner: {named(unfilled, MOST_NAMED)}"


def _missing(result: RunResult) -> Iterator[str]:
    """Yield the scenarios that decide the verdict and were not judged, for the dialects to be certified."""
    ran = {one.id: one for one in overall.without_advice(result.scenarios)}
    advice = {one.id for one in result.scenarios} - ran.keys()
    spoken = _dialects(certificate.certified(result) or result.spoken)
    for case in required.required(_profile(result), spoken):
        if case.id not in advice and not _judged(ran.get(case.id)) and not _stood_for(case, ran):
            yield case.id


def _extent(result: RunResult) -> Extent:
    return required.extent(_profile(result), _dialects(result.spoken), result.scenarios)


def _dialects(names: Iterable[str]) -> list[Dialect]:
    """Return the dialects with these names; `run.rejudge` reports other names in a file."""
    return [Dialect(one) for one in names if one in [str(known) for known in Dialect]]


def _profile(result: RunResult) -> Profile:
    return msgspec.convert(result.profile_definition, Profile)


def _stood_for(case: Case, ran: Mapping[str, ScenarioResult]) -> bool:
    """Return whether another dialect showed what the case checks in either: it must be conformant there."""
    if not case.template.either:
        return False
    others = (ran.get(replace(case, dialect=dialect).id) for dialect in Dialect)
    return any(one is not None and one.verdict in {Verdict.CONFORMANT, Verdict.WAIVED} for one in others)


def _judged(one: ScenarioResult | None) -> bool:
    return one is not None and one.verdict is not Verdict.INCONCLUSIVE and required.was_played(one)
