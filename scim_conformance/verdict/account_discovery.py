"""Account Discovery in the verdict: reported separately, because provisioning works without it."""

from collections.abc import Sequence

import msgspec

from scim_conformance.scenario.citations import Evidence
from scim_conformance.verdict import overall
from scim_conformance.verdict.results import ScenarioResult, Verdict

LISTING = "ENT-LST-01"
"""The scenario that lists users as Account Discovery does."""

MORE = "users can be listed in pages"


class Discovery(msgspec.Struct, frozen=True, kw_only=True):
    """The finding. `verdict`: yes, no or inconclusive; `says`: why, in a few words."""

    verdict: str
    says: str


def account_discovery(results: Sequence[ScenarioResult]) -> Discovery | None:
    """Return whether Account Discovery finds every user, regardless of waivers; None if no listing ran.

    What is only inferred about it does not make it a no.
    """
    found = next((one for one in results if one.template == LISTING), None)
    if found is None or found.verdict is Verdict.NOT_APPLICABLE:
        return None
    missed = (one for one in found.checks if one.actual is not None and one.evidence != Evidence.INFERRED)
    wrong = next(missed, None)
    if wrong is not None:
        return Discovery(verdict=overall.NO, says=f"{wrong.id}: expected {wrong.expected}, found {wrong.actual}")
    if found.verdict is Verdict.INCONCLUSIVE:
        return Discovery(verdict=overall.INCONCLUSIVE, says=found.reason or "the listing was inconclusive")
    return Discovery(verdict=overall.YES, says=MORE)


def in_words(found: Discovery) -> str:
    """Return the line that reports show next to the verdict."""
    return f"Account Discovery: {found.verdict}; {found.says}"
