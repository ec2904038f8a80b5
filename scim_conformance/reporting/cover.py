"""The cover of a certificate: what was certified, what was not, and an answer to each question."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

import msgspec

from scim_conformance.catalogue.questions import Question, questions
from scim_conformance.scim.locations import PACKAGE, SCHEMAS, SUITES
from scim_conformance.verdict.counting import ended, number, only_advice, scenarios
from scim_conformance.verdict.extent import named
from scim_conformance.verdict.results import ScenarioResult, Verdict
from scim_conformance.verdict.run_result import RunResult

VALID = timedelta(days=365)
"""How long after the run a certificate is valid: our own choice, because targets and Entra change."""

MOST_NAMED = 8

HASHED = (".py", ".toml", ".json", ".j2", ".css", ".ini", ".sha256")


class About(msgspec.Struct, frozen=True, kw_only=True):
    """What the certifier says about the target; nothing verifies it."""

    product: str = ""
    product_version: str = ""
    vendor: str = ""
    operator: str = ""
    """Who ran the tests."""


NOTHING = About()


@dataclass(frozen=True, slots=True)
class CoverAnswer:
    """A question and its answer: yes, no, or not tested. `by`: the scenarios that answer it."""

    asks: str
    answer: str
    tone: str
    by: list[str]


@dataclass(frozen=True, slots=True)
class Cover:
    """The first page. `rows`: names and values."""

    rows: list[tuple[str, str]]
    not_covered: list[str]
    answers: list[CoverAnswer]


def cover(result: RunResult, dialects: Sequence[str], about: About) -> Cover:
    """Return the cover. `dialects`: those that are certified."""
    return Cover([*_rows(result, dialects, about)], [*_not_covered(result, dialects)], answers(result))


def _rows(result: RunResult, dialects: Sequence[str], about: About) -> Iterator[tuple[str, str]]:
    yield "verdict", result.sentence
    standard = f"what Microsoft Entra ID sends, as documented and observed up to {result.facts_as_of}"
    yield "standard", f"{standard}, and RFC 7643 and 7644; PATCH dialect: {' and '.join(dialects)}"
    product = f"{about.product} {about.product_version}".strip()
    said = {"product": product, "vendor": about.vendor, "operator": about.operator}
    yield from ((name, text or "not stated") for name, text in said.items())
    yield "scenarios", f"{result.needed}; all scenarios of the run: {ended(scenarios(result.scenarios))}"
    yield "target", result.target
    yield "profile", f"{result.profile}; {result.mappings_tested}"
    yield "date", result.started[:10]
    yield "valid until", valid_until(result)
    yield "tool", f"scim-conformance {result.suite_version}, SHA-256 of its code {code_sha256()}"
    yield "catalogue", f"SHA-256 {result.catalogue_sha256}"


def valid_until(result: RunResult) -> str:
    """Return the last day of a certificate's validity, as YYYY-MM-DD; empty if the run has no date."""
    try:
        return (datetime.fromisoformat(result.started).astimezone(UTC) + VALID).date().isoformat()
    except (ValueError, OverflowError):
        return ""


def _not_covered(result: RunResult, dialects: Sequence[str]) -> Iterator[str]:
    """Yield what a reader may expect of a certificate and this one does not say."""
    yield "any other build, configuration or tenant URL than the one above"
    yield f"what Entra sends that was not known on {result.facts_as_of}"
    yield from (f"the {one} PATCH dialect" for one in result.spoken if one not in dialects)
    if result.excluded:
        yield f"what the profile excludes: {named(result.excluded, MOST_NAMED)}"
    if result.unverified:
        yield "group memberships, which the target does not show"
    if result.not_tested:
        yield f"attribute mappings without a tested value: {named(result.not_tested, MOST_NAMED)}"
    waived = [one.id for one in result.scenarios if one.verdict is Verdict.WAIVED]
    if waived:
        yield f"waived: {named(waived, MOST_NAMED)}"
    if not any(one.suite == "service" for one in result.scenarios):
        yield "load and simultaneous requests (--suite all tests them)"
    if any(one.suite == "own" for one in result.scenarios):
        yield "the operator's own scenarios, whose code is not part of this certificate"
    if result.leftovers:
        yield f"removal of everything: {number(len(result.leftovers), 'resource')} may be left in the target"


def answers(result: RunResult) -> list[CoverAnswer]:
    """Return an answer to each question."""
    return [_answer(one, [found for found in result.scenarios if one.is_about(found.id)]) for one in questions()]


def _answer(question: Question, found: Sequence[ScenarioResult]) -> CoverAnswer:
    judged = [one for one in found if one.verdict is not Verdict.NOT_APPLICABLE]
    failed = {one.template for one in judged if one.verdict is Verdict.DEVIATION and not only_advice(one)}
    advice = sum(only_advice(one) for one in judged)
    names = sorted({one.template for one in judged})
    if failed:
        return CoverAnswer(question.asks, f"no: {named(sorted(failed), MOST_NAMED)}", "no", names)
    if any(one.verdict is Verdict.INCONCLUSIVE for one in judged):
        return CoverAnswer(question.asks, "inconclusive", "inconclusive", names)
    if any(one.verdict is Verdict.WAIVED for one in judged):
        return CoverAnswer(question.asks, "waived", "waived", names)
    if not judged:
        return CoverAnswer(question.asks, "not tested: not part of the profile", "not applicable", names)
    text = f"yes; {number(advice, 'scenario')} with advice" if advice else "yes"
    return CoverAnswer(question.asks, text, "yes", names)


@cache
def code_sha256() -> str:
    """Return the hash of this tool's code, suites and schemas: the same for a wheel and a checkout of one release."""
    whole = hashlib.sha256()
    for root in (PACKAGE, SUITES, SCHEMAS):
        for path in sorted(root.rglob("*")):
            inside = path.relative_to(root)
            if path.suffix in HASHED and "_data" not in inside.parts and path.is_file():
                whole.update(f"{root.name}/{inside.as_posix()}\0".encode())
                whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()
