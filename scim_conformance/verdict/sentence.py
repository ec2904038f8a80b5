"""The verdict as a sentence."""

from collections import Counter
from collections.abc import Sequence

from scim_conformance.scenario.model import Moment
from scim_conformance.verdict import exit_codes, overall
from scim_conformance.verdict.accepted import waived
from scim_conformance.verdict.blocked import owner
from scim_conformance.verdict.counting import number
from scim_conformance.verdict.extent import SUITE, Extent, named, of_required
from scim_conformance.verdict.results import ScenarioResult, Verdict, is_unplayed

FLAG = "aadOptscim062020"
"""The query of the tenant URL that selects the compliant dialect (`entra.dialects`)."""


UNVERIFIED = ", memberships not verified"
"""The note of a verdict if the target hides group members, as it may."""


def in_words(
    verdict: str, base: str, results: Sequence[ScenarioResult], extent: Extent, *, early: str, code: int
) -> str:
    """Return the verdict as a sentence.

    `base`: the tenant URL; `early`: why the run ended early, otherwise empty; `code`: the exit code.
    """
    without = f", without {named(extent.without)}" if extent.without else ""
    without += UNVERIFIED if extent.unverified else ""
    url = f"enter the tenant URL {base}"
    said = {
        "yes": f"Works with Entra: yes{without}",
        "no": "Works with Entra: no",
        "compliant-only": f"Works with Entra: only with the compliance flag{without}; {url}?{FLAG}",
        "legacy-only": f"Works with Entra: only without the compliance flag{without}; {url}",
        "partial": _partial(extent),
        "not-run": _nothing(extent),
        "inconclusive": "Works with Entra: inconclusive",
    }[verdict]
    if verdict not in {overall.PARTIAL, overall.NOT_RUN}:
        said += _accepted(results)
    if early:
        return f"{said}; {early}"
    reason = _only_reason(results) or _unseen(results) if code == exit_codes.NOT_JUDGED else None
    reason = reason or (_usual_reason(results) if verdict == overall.INCONCLUSIVE else None)
    return f"{said}: {reason}" if reason else said


def _accepted(results: Sequence[ScenarioResult]) -> str:
    """Return how many deviations are accepted, and until when: the earliest end date of a waiver."""
    known = waived(results)
    if not known:
        return ""
    new = sum(len(one.deviations) for one in results)
    of = f" of {len(known) + new}" if new else " known"
    noun = "deviation" if len(known) + new == 1 else "deviations"
    until = min((check.until for check in known if check.until), default="")
    return f"; {len(known)}{of} {noun} accepted" + (f" until {until}" if until else "")


def _partial(extent: Extent) -> str:
    if extent.not_run:
        return f"No verdict: {of_required(extent.ran, extent.required)}"
    return f"No verdict: {named(extent.lacking)} excluded, but required"


def _nothing(extent: Extent) -> str:
    if not extent.required:
        return f"No verdict: the profile leaves nothing of {SUITE}"
    return f"No verdict: {of_required(extent.ran, extent.required)}"


def _only_reason(results: Sequence[ScenarioResult]) -> str | None:
    """Return the only reason why nothing could be judged, such as a target that is down; None if there are several."""
    played = (one for one in results if one.moment != Moment.ALWAYS.value and not is_unplayed(one))
    judged = [one for one in played if one.verdict is not Verdict.NOT_APPLICABLE]
    reasons = {one.reason for one in judged if owner(one) is None}
    return reasons.pop() if len(reasons) == 1 else None


def _usual_reason(results: Sequence[ScenarioResult]) -> str | None:
    """Return why most scenarios could not be judged, if no deviation explains it; None if nothing says so."""
    waiting = [one for one in results if one.verdict is Verdict.INCONCLUSIVE]
    reasons = Counter(one.reason for one in waiting if owner(one) is None and one.reason)
    if not reasons:
        return None
    reason, count = reasons.most_common(1)[0]
    return f"{count} of {number(len(waiting), 'inconclusive scenario')}: {reason}"


def _unseen(results: Sequence[ScenarioResult]) -> str | None:
    """Return why memberships could not be judged, if nothing else is inconclusive."""
    open_ones = [one for one in results if one.verdict is Verdict.INCONCLUSIVE]
    unseen = {next((check.unseen for check in one.checks if check.unseen), None) for one in open_ones}
    return unseen.pop() if len(unseen) == 1 else None
