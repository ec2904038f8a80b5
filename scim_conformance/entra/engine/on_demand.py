"""Records of the log as the answer of Graph's `provisionOnDemand`: a stringKeyStringValuePair with JSON inside of its
texts.

Source: Microsoft Graph, "synchronizationJob: provisionOnDemand" and its sample. There, types and statuses are
capitalized, and the step of the test connection is shown only if it failed (Microsoft: Provision on demand).
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from scim_conformance.scim import urns

Record = Mapping[str, Any]


def answer(records: Sequence[Record]) -> dict[str, str]:
    """Return the answer for an object: its own record, and those of its members or its manager."""
    first, info = records[0], _status(records)
    result = {"result": info["status"], "details": _details(info)}
    value = {
        "action": str(first["provisioningAction"]).capitalize(),
        "changeId": first["changeId"],
        "startTime": first["activityDateTime"],
        "endTime": records[-1]["activityDateTime"],
        "modifiedProperties": [each for one in records for each in one["modifiedProperties"]],
        "provisioningSteps": [_step(each, one) for one in records for each in one["provisioningSteps"]],
        "reportableIdentifier": _reportable(first),
        "statusInfo": info,
        "sourceIdentity": _source(first["sourceIdentity"]),
        "sourceSystem": _system(first["sourceSystem"]),
        "targetIdentity": {"type": first["targetIdentity"]["identityType"] or urns.ENTERPRISE_USER},
        "targetSystem": {"name": first["targetSystem"]["displayName"]},
    }
    return {"key": _text(result), "value": _text(value)}


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _status(records: Sequence[Record]) -> dict[str, Any]:
    """Return the worst status, with its error; of a skip, the reason of its step."""
    order = ("failure", "warning", "skipped", "success")
    worst = min(records, key=lambda one: order.index(one["provisioningStatusInfo"]["status"]))
    status, error = worst["provisioningStatusInfo"]["status"], worst["provisioningStatusInfo"]["errorInformation"] or {}
    skip = next((one for one in worst["provisioningSteps"] if "SkipReason" in one["details"]), None)
    code = error.get("errorCode") or (skip["details"]["SkipReason"] if skip else None)
    reason = error.get("reason") or (skip["description"] if skip else None)
    return {
        "status": status.capitalize(),
        "errorCode": code,
        "reason": reason,
        "additionalDetails": None,
        "errorCategory": str(error["errorCategory"]).capitalize() if error else None,
        "recommendedAction": error.get("recommendedAction"),
    }


def _details(info: Mapping[str, Any]) -> dict[str, Any]:
    return {} if info["errorCode"] is None else {"errorCode": info["errorCode"], "errorMessage": info["reason"]}


def _step(step: Mapping[str, Any], record: Record) -> dict[str, Any]:
    kind, status = str(step["provisioningStepType"]), str(step["status"])
    return {
        "name": step["name"],
        "type": kind[:1].upper() + kind[1:],
        "status": status.capitalize(),
        "description": step["description"],
        "timestamp": record["activityDateTime"],
        "details": step["details"],
    }


def _reportable(record: Record) -> str | None:
    found = (one["details"].get("ReportableIdentifier") for one in record["provisioningSteps"])
    name = next((one for one in found if one), record["sourceIdentity"]["details"].get("UserPrincipalName"))
    return None if name is None else str(name)


def _source(one: Mapping[str, Any]) -> dict[str, Any]:
    return {"id": one["id"], "type": one["identityType"], "displayName": one["displayName"], "details": one["details"]}


def _system(one: Mapping[str, Any]) -> dict[str, Any]:
    return {"id": one["id"], "name": one["displayName"], "details": one["details"]}
