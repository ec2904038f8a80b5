"""What the standards require of a refusal, and what is judged only where there is one, or none."""

from dataclasses import replace

from scim_conformance.rfc.obligations import refused_or, said, says
from scim_conformance.rfc.rows import Binding
from scim_conformance.scenario.checks import Check, Obligation, View
from scim_conformance.scenario.notes import status_of


def closed(key: str = "closed") -> Obligation:
    """Check that nothing is served: a refusal, or a redirect to a page where people sign in. 404 hides what is there
    (RFC 9110 section 15.5.4)."""

    def judge(view: View) -> str | None:
        refused = 300 <= view.answer.status < 500 or view.answer.status == 501
        return None if refused else said(view)

    return says(key, "a refusal: status 401, 403 or 404, or any other of 300 to 499", judge, gate=True)


def shut_out(must: Binding, should: Binding) -> list[Check]:
    """Check that a request without a right credential gets nothing; that it learns why is advice."""
    return [must(closed("status")), should(refused_or(401, 403, 400, key="said"))]


def if_refused(step: str, told: Obligation) -> Obligation:
    """Judge what follows a write only if the target refused it."""

    def judge(view: View) -> str | None:
        return told.judge(view) if (status_of(step, view.bindings) or 0) >= 300 else None

    return says(told.key, f"{told.expected}, if the request was refused", judge)


def unless_refused(step: str, told: Obligation) -> Obligation:
    """Judge what follows a write only if the target accepted it."""

    def judge(view: View) -> str | None:
        return told.judge(view) if (status_of(step, view.bindings) or 0) < 400 else None

    return says(told.key, f"{told.expected}, if the change was accepted", judge)


REFUSED = (400, 403, 501)
"""Statuses with which a target may refuse a filter or an order that is right but costly (RFC 7644 section 3.12,
invalidFilter), or that it does not support."""


def if_served(told: Obligation) -> Obligation:
    """Judge the response to a filter unless the target refuses to filter."""
    return replace(told, judge=lambda view: None if view.answer.status in REFUSED else told.judge(view))
