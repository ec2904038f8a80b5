"""The files of a rehearsal beside those of a run: the provisioning log as the portal's CSV files, and the job."""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from scim_conformance.entra.engine.log import JobFacts
from scim_conformance.rehearsal import quarantine
from scim_conformance.rehearsal.playing import PlayedCycle
from scim_conformance.rehearsal.quarantine import Quarantine
from scim_conformance.rehearsal.store import LOG, Store

Row = Sequence[object]

HEADS: Mapping[str, Sequence[str]] = {
    "ProvisioningLogs": (
        "changeId", "id", "activityDateTime", "cycleId", "jobId", "provisioningAction", "status", "errorCode", "reason",
        "sourceIdentityId", "sourceIdentityDisplayName", "sourceIdentityType", "targetIdentityId",
        "durationInMilliseconds", "servicePrincipalName",
    ),
    "ProvisioningLogs_ProvisioningSteps": (
        "changeId", "name", "provisioningStepType", "status", "description", "details",
    ),
    "ProvisioningLogs_ModifiedProperties": ("changeId", "displayName", "oldValue", "newValue"),
}  # fmt: skip
"""The three files of the portal's download, which are joined by the change id (Microsoft: How to analyze provisioning
logs). The columns are Graph's names: the portal's own are not published."""

_STEP = ("name", "provisioningStepType", "status", "description")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def records(directory: Path) -> Iterator[dict[str, Any]]:
    """Yield the records of the provisioning log of a report directory."""
    with (directory / LOG).open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def write_csv(directory: Path) -> None:
    """Write the provisioning log as the three CSV files, a record at a time."""
    files = {name: (directory / f"{name}.csv").open("w", encoding="utf-8-sig", newline="") for name in HEADS}
    try:
        writers = {name: csv.writer(file) for name, file in files.items()}
        for name, head in HEADS.items():
            writers[name].writerow(head)
        for one in records(directory):
            for name, rows in _rows(one).items():
                writers[name].writerows([[cell(value) for value in row] for row in rows])
    finally:
        for file in files.values():
            file.close()


def _rows(one: Mapping[str, Any]) -> dict[str, list[Row]]:
    change, info = one["changeId"], one["provisioningStatusInfo"]
    error, source = info["errorInformation"] or {}, one["sourceIdentity"]
    kept = (change, one["id"], one["activityDateTime"], one["cycleId"], one["jobId"], one["provisioningAction"])
    told = (info["status"], error.get("errorCode"), error.get("reason"))
    who = (source["id"], source["displayName"], source["identityType"], one["targetIdentity"]["id"])
    steps: list[Row] = [
        (
            change,
            step["name"],
            step["provisioningStepType"],
            step["status"],
            step["description"],
            _json(step["details"]),
        )
        for step in one["provisioningSteps"]
    ]
    values: list[Row] = [
        (change, each["displayName"], each["oldValue"], each["newValue"]) for each in one["modifiedProperties"]
    ]
    last = (one["durationInMilliseconds"], one["servicePrincipal"]["displayName"])
    whole: Row = (*kept, *told, *who, *last)
    return dict(zip(HEADS, ([whole], steps, values), strict=True))


def cell(value: object) -> object:
    """Return a cell that no spreadsheet takes for a formula: what the target says must not run there."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _json(value: object) -> str:
    out = io.StringIO()
    json.dump(value, out, ensure_ascii=False, separators=(",", ":"))
    return out.getvalue()


NEVER = "0001-01-01T00:00:00Z"


def job(facts: JobFacts, store: Store, cycles: Sequence[PlayedCycle]) -> dict[str, Any]:
    """Return the job in the shape of Graph's synchronizationJob."""
    last = cycles[-1] if cycles else None
    held, pruned = quarantine.held(store), quarantine.was_pruned(store)
    code = "Quarantine" if held else "Paused" if pruned else "Active"
    return {
        "id": facts.job,
        "templateId": "scim",
        "schedule": {"interval": "PT40M", "state": "Active", "expiration": None},
        "status": {
            "code": "NotRun" if last is None else code,
            "countSuccessiveCompleteFailures": int(bool(last and last.stopped)),
            "escrowsPruned": pruned,
            "lastExecution": None if last is None else _execution(last, store),
            "quarantine": None if held is None else _quarantine(held),
            "steadyStateFirstAchievedTime": NEVER,
            "steadyStateLastAchievedTime": NEVER,
            "synchronizedEntryCountByType": _entries(store),
            "troubleshootingUrl": None,
        },
    }


def _execution(last: PlayedCycle, store: Store) -> dict[str, Any]:
    tally, at = last.done.tally, last.done.cycle.at.strftime("%Y-%m-%dT%H:%M:%SZ")
    exports = sum(
        count for name, count in tally.items() if name.endswith("success") and not name.startswith("members added")
    )
    failed = len(store.waiting())
    state = "Failed" if last.stopped else "EntryLevelErrors" if failed else "Succeeded"
    return {
        "activityIdentifier": last.done.guid,
        "countEscrowed": failed,
        "countExported": exports,
        "state": state,
        "timeBegan": at,
        "timeEnded": at,
        "error": None if last.stopped is None else {"code": last.stopped.code, "message": last.stopped.reason},
    }


def _quarantine(one: Quarantine) -> dict[str, Any]:
    began, following = (at.strftime("%Y-%m-%dT%H:%M:%SZ") for at in (one.began, one.next))
    return {
        "currentBegan": began,
        "nextAttempt": following,
        "reason": one.reason,
        "seriesBegan": began,
        "seriesCount": one.cycles,
    }


def _entries(store: Store) -> list[dict[str, Any]]:
    """Return how many objects were ever linked: the portal's count never falls."""
    query = "SELECT kind, count(DISTINCT source) FROM owed GROUP BY kind ORDER BY kind DESC"
    return [{"key": kind.capitalize(), "value": count} for kind, count in store.db.execute(query).fetchall()]
