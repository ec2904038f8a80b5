"""An outcome as a record of the provisioning log, in the shape of Microsoft Graph's `provisioningObjectSummary`.

What a record says of the target's type is from one published on-demand sample: a `scim` job calls it by the URN of the
enterprise extension. Its JSON Schema is `schemas/provisioning-log.json`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from scim_conformance.entra.engine.model import LogStatus, LogStep, Outcome, Problem
from scim_conformance.entra.engine.telling import SOURCE, display_of, name_of
from scim_conformance.entra.source.model import ObjectKind
from scim_conformance.scim import urns

SERVICE = "Azure AD Provisioning Service"

_TYPES = {ObjectKind.USER: urns.ENTERPRISE_USER, ObjectKind.GROUP: urns.GROUP}
_ADVICE = "Fix the reason in the target or in the mapping; the object is tried again automatically."


@dataclass(frozen=True, slots=True)
class JobFacts:
    """What identifies a job in its records. All but `name` and `job` are GUIDs; `job`: `scim.<32 hex>.<guid>`."""

    tenant: str
    job: str
    principal: str
    name: str
    source_system: str
    target_system: str
    application: str


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """What a record adds to its outcome: ids (GUIDs), the time, and how long it took in milliseconds."""

    id: str
    change: str
    cycle: str
    at: datetime
    milliseconds: int


def record(outcome: Outcome, job: JobFacts, facts: RecordFacts) -> dict[str, Any]:
    """Return the record of an outcome."""
    return {
        "id": facts.id,
        "activityDateTime": facts.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "tenantId": job.tenant,
        "jobId": job.job,
        "cycleId": facts.cycle,
        "changeId": facts.change,
        "provisioningAction": outcome.action.value,
        "durationInMilliseconds": facts.milliseconds,
        "servicePrincipal": {"id": job.principal, "displayName": job.name},
        "initiatedBy": {"id": "", "displayName": SERVICE, "initiatorType": "system"},
        "sourceSystem": {"id": job.source_system, "displayName": SOURCE, "details": {}},
        "targetSystem": _target_system(job),
        "sourceIdentity": _source(outcome),
        "targetIdentity": _target(outcome),
        "provisioningStatusInfo": {"status": outcome.status.value, "errorInformation": _error(outcome)},
        "provisioningSteps": [_step(step) for step in outcome.steps],
        "modifiedProperties": [
            {"displayName": one.path, "oldValue": shown(one.old), "newValue": shown(one.new)}
            for one in outcome.modified
        ],
    }


def _target_system(job: JobFacts) -> dict[str, Any]:
    details = {
        "ApplicationId": job.application,
        "ServicePrincipalId": job.principal,
        "ServicePrincipalDisplayName": job.name,
    }
    return {"id": job.target_system, "displayName": job.name, "details": details}


def _source(outcome: Outcome) -> dict[str, Any]:
    subject = outcome.subject
    kind, display = subject.kind.value.capitalize(), display_of(subject)
    details = {"id": subject.id, "odatatype": kind, "DisplayName": display}
    if subject.kind is ObjectKind.USER:
        details["UserPrincipalName"] = name_of(subject)
    return {"id": subject.id, "displayName": display, "identityType": kind, "details": details}


def _target(outcome: Outcome) -> dict[str, Any]:
    target = "" if outcome.link is None else outcome.link.target
    return {"id": target, "displayName": "", "identityType": _TYPES[outcome.subject.kind], "details": {}}


def _error(outcome: Outcome) -> dict[str, Any] | None:
    """Return errorInformation: null for success and for what is skipped, as in the published samples."""
    problem = outcome.problem
    if outcome.status is LogStatus.WARNING:
        problem = problem or Problem(outcome.code or "", outcome.steps[0].description if outcome.steps else "")
    if problem is None:
        return None
    return {
        "errorCode": problem.code,
        "reason": problem.reason,
        "additionalDetails": None,
        "errorCategory": "failure" if outcome.status is LogStatus.FAILURE else "nonServiceFailure",
        "recommendedAction": _ADVICE,
    }


def _step(step: LogStep) -> dict[str, Any]:
    return {
        "name": step.name,
        "provisioningStepType": step.type,
        "status": step.status.value,
        "description": step.description,
        "details": dict(step.details),
    }


def shown(value: Any) -> str | None:
    """Return a value as the log shows it: text as it is, booleans as `True` and `False`, the rest as JSON."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, Mapping | list):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return str(value)
