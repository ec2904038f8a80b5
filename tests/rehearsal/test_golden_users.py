"""Golden examples 1 to 7 and 10: the exact requests for one user in both dialects, and the record of each, written from
Microsoft's documentation."""

from typing import Any

import pytest

from scim_conformance.entra.dialects import Dialect
from scim_conformance.entra.engine.cycle import CycleKind
from scim_conformance.entra.engine.model import LinkState
from scim_conformance.entra.source.memory import Snapshot
from scim_conformance.entra.source.model import SourceObject
from tests.rehearsal.golden import ALICE, BOTH, ENT, NOBODY, Job, assigned, changes, found, names, person, scripted

LEGACY = Dialect.LEGACY
MATCH = "GET /Users?filter=userName+eq+%22alice%40example.com%22"
U1, PATCH = "GET /Users/u1", "PATCH /Users/u1"
TOMBSTONE = "aaaaaaaa000040008000000000000001alice@example.com"
ACCOUNT = {
    "id": "u1",
    "userName": "alice@example.com",
    "active": True,
    "displayName": "Alice Ames",
    "title": "Engineer",
    "emails": [{"type": "work", "value": "alice@example.com", "primary": True}],
    ENT: {"department": "R&D"},
    "externalId": "alice",
}


def account(**other: Any) -> dict[str, Any]:
    return ACCOUNT | other


def with_alice(alice: SourceObject | None, *, is_assigned: bool = True) -> Snapshot:
    return Snapshot.of([alice] if alice else [], assignments=assigned(ALICE) if is_assigned else [])


def linked(dialect: Dialect, **answers: Any) -> Job:
    """Alice was created in the first cycle; `answers`: what her account returns later, by method."""
    lines = {f"{method} /Users/u1": [given] for method, given in answers.items()}
    said = scripted({MATCH: [NOBODY], "POST /Users": [(201, {"id": "u1"})], **lines})
    job = Job(dialect, said, with_alice(person()))
    job.play()
    return job


@pytest.mark.parametrize("dialect", BOTH)
def test_1_joiner(dialect: Dialect) -> None:
    job = linked(dialect)
    assert job.lines == [MATCH, "POST /Users"]
    body = job.sent[-1][1]
    assert body == {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", ENT],
        **{key: value for key, value in ACCOUNT.items() if key != "id"},
        "meta": {"resourceType": "User"},
    }
    assert list(body)[1:] == [*(key for key in ACCOUNT if key != "id"), "meta"]


@pytest.mark.parametrize("dialect", BOTH)
def test_1_the_whole_record(dialect: Dialect) -> None:
    (record,) = linked(dialect).records
    assert record == {
        "id": "id",
        "activityDateTime": "2026-11-28T09:31:07Z",
        "tenantId": "tenant",
        "jobId": "scim.0.1",
        "cycleId": "cycle",
        "changeId": "change",
        "provisioningAction": "create",
        "durationInMilliseconds": 41,
        "servicePrincipal": {"id": "principal", "displayName": "Golden"},
        "initiatedBy": {"id": "", "displayName": "Azure AD Provisioning Service", "initiatorType": "system"},
        "sourceSystem": {"id": "source", "displayName": "Azure Active Directory", "details": {}},
        "targetSystem": {
            "id": "target",
            "displayName": "Golden",
            "details": {
                "ApplicationId": "application",
                "ServicePrincipalId": "principal",
                "ServicePrincipalDisplayName": "Golden",
            },
        },
        "sourceIdentity": {
            "id": ALICE,
            "displayName": "Alice Ames",
            "identityType": "User",
            "details": {
                "id": ALICE,
                "odatatype": "User",
                "DisplayName": "Alice Ames",
                "UserPrincipalName": "alice@example.com",
            },
        },
        "targetIdentity": {"id": "u1", "displayName": "", "identityType": ENT, "details": {}},
        "provisioningStatusInfo": {"status": "success", "errorInformation": None},
        "provisioningSteps": [
            {
                "name": "EntryImportAdd",
                "provisioningStepType": "import",
                "status": "success",
                "description": "Received User 'alice@example.com' change of type (Add) from Azure Active Directory",
                "details": {},
            },
            {
                "name": "EntrySynchronizationScoping",
                "provisioningStepType": "scoping",
                "status": "success",
                "description": "Determine if User in scope by evaluating against each scoping filter",
                "details": {
                    "Active in the source system": "True",
                    "Assigned to the application": "True",
                    "User has the required role": "True",
                    "Scoping filter evaluation passed": "True",
                    "ScopeEvaluationResult": "{}",
                },
            },
            {
                "name": "EntrySynchronizationAdd",
                "provisioningStepType": "matching",
                "status": "success",
                "description": "User 'alice@example.com' will be created in Golden (User is active and assigned in "
                "Azure Active Directory, but no matching User was found in Golden)",
                "details": {},
            },
            {
                "name": "EntryExportAdd",
                "provisioningStepType": "export",
                "status": "success",
                "description": "User 'alice@example.com' was created in Golden",
                "details": {"ReportableIdentifier": "alice@example.com"},
            },
        ],
        "modifiedProperties": [
            {"displayName": "userName", "oldValue": None, "newValue": "alice@example.com"},
            {"displayName": "active", "oldValue": None, "newValue": "True"},
            {"displayName": "displayName", "oldValue": None, "newValue": "Alice Ames"},
            {"displayName": "title", "oldValue": None, "newValue": "Engineer"},
            {"displayName": 'emails[type eq "work"].value', "oldValue": None, "newValue": "alice@example.com"},
            {"displayName": f"{ENT}:department", "oldValue": None, "newValue": "R&D"},
            {"displayName": "externalId", "oldValue": None, "newValue": "alice"},
        ],
    }


LINK = {
    "legacy": [
        {"op": "Replace", "path": "title", "value": "Engineer"},
        {"op": "Add", "path": f"{ENT}:department", "value": "R&D"},
    ],
    "compliant": [
        {"op": "add", "path": f"{ENT}:department", "value": "R&D"},
        {"op": "replace", "value": {"title": "Engineer"}},
    ],
}


@pytest.mark.parametrize("dialect", BOTH)
def test_2_link(dialect: Dialect) -> None:
    there = {key: value for key, value in account(title="Lead").items() if key != ENT}
    job = Job(dialect, scripted({MATCH: [found(there)], PATCH: [(204, None)]}), with_alice(person()))
    job.play()
    assert job.lines == [MATCH, PATCH]
    assert job.operations(PATCH) == [LINK[dialect]]
    assert job.told == [("update", "success", None)]
    assert names(job.records[0])[1:] == [
        "EntryImportByMatchingProperty",
        "EntrySynchronizationScoping",
        "EntrySynchronizationUpdate",
        "EntryExportUpdate",
    ]
    assert changes(job.records[0]) == [("title", "Lead", "Engineer"), (f"{ENT}:department", None, "R&D")]


@pytest.mark.parametrize("dialect", BOTH)
def test_2_two_accounts_match(dialect: Dialect) -> None:
    twice = found(ACCOUNT, account(id="u2"))
    job = Job(dialect, scripted({MATCH: [twice]}), with_alice(person()))
    job.play()
    assert job.lines == [MATCH]
    assert job.told == [("other", "failure", "DuplicateTargetEntries")]
    assert job.links.of(ALICE) is None


MOVE = {
    "legacy": [
        {"op": "Replace", "path": "title", "value": "Lead"},
        {"op": "Replace", "path": f"{ENT}:department", "value": "Ops"},
    ],
    "compliant": [{"op": "replace", "value": {"title": "Lead", f"{ENT}:department": "Ops"}}],
}


@pytest.mark.parametrize("dialect", BOTH)
def test_3_mover_and_a_restart(dialect: Dialect) -> None:
    job = linked(dialect, GET=ACCOUNT, PATCH=(204, None))
    job.then(with_alice(person(jobTitle="Lead", department="Ops")))
    assert job.lines == [U1, PATCH]
    assert job.operations(PATCH) == [MOVE[dialect]]
    assert job.told == [("update", "success", None)]
    assert names(job.records[0])[1] == "EntryImportByJoiningProperty"
    job.said = scripted({U1: [account(title="Lead", **{ENT: {"department": "Ops"}})]})
    job.play(CycleKind.RESTART)
    assert job.lines == [U1]
    assert job.told == [("other", "skipped", "RedundantExport")]
    assert names(job.records[0])[-1] == "EntrySynchronizationSkip"
    assert changes(job.records[0]) == []


NEW = "alice.bell@example.com"
WORK = 'emails[type eq "work"].value'
RENAME = {
    "legacy": [
        {"op": "Replace", "path": "userName", "value": NEW},
        {"op": "Replace", "path": "displayName", "value": "Alice Bell"},
        {"op": "Replace", "path": WORK, "value": NEW},
    ],
    "compliant": [
        {"op": "replace", "path": WORK, "value": NEW},
        {"op": "replace", "value": {"userName": NEW, "displayName": "Alice Bell"}},
    ],
}


@pytest.mark.parametrize("dialect", BOTH)
def test_4_renamed(dialect: Dialect) -> None:
    job = linked(dialect, GET=ACCOUNT, PATCH=(204, None))
    job.then(with_alice(person(userPrincipalName=NEW, mail=NEW, displayName="Alice Bell")))
    assert job.lines == [U1, PATCH], "the link is used, and nothing is matched"
    assert job.operations(PATCH) == [RENAME[dialect]]
    assert job.told == [("update", "success", None)]


DISABLE = {
    "legacy": [{"op": "Replace", "path": "active", "value": "False"}],
    "compliant": [{"op": "replace", "path": "active", "value": False}],
}


@pytest.mark.parametrize("dialect", BOTH)
def test_5_leaver(dialect: Dialect) -> None:
    job = linked(dialect, GET=ACCOUNT, PATCH=(204, None))
    job.then(with_alice(person(), is_assigned=False))
    assert job.lines == [U1, PATCH]
    assert job.operations(PATCH) == [DISABLE[dialect]]
    assert job.told == [("disable", "success", None)]
    scoping = job.records[0]["provisioningSteps"][2]["details"]
    assert (scoping["Assigned to the application"], scoping["Active in the source system"]) == ("False", "True")
    assert changes(job.records[0]) == [("active", "True", "False")]
    assert job.links.held[ALICE].state is LinkState.RELEASED
    job.then(with_alice(None))
    assert (job.lines, job.records) == ([], []), "who left the scope is no longer managed"


@pytest.mark.parametrize("dialect", BOTH)
def test_7_bin_restore_bin_purge(dialect: Dialect) -> None:
    job = linked(dialect, GET=ACCOUNT, PATCH=(204, None), DELETE=(204, None))
    binned = SourceObject(ALICE, person().kind, person().attributes, binned=True)
    job.then(with_alice(binned, is_assigned=False))
    assert job.lines == [U1, PATCH]
    assert job.operations(PATCH) == [_operations(dialect, TOMBSTONE, is_active=False)]
    assert job.told == [("disable", "success", None)]
    source = job.records[0]["sourceIdentity"]
    assert (source["displayName"], source["details"]["UserPrincipalName"]) == ("Alice Ames", "alice@example.com")
    job.said = scripted({U1: [account(userName=TOMBSTONE, active=False)], PATCH: [(204, None)]})
    job.then(with_alice(person()))
    assert job.operations(PATCH) == [_operations(dialect, "alice@example.com", is_active=True)]
    assert job.told == [("update", "success", None)]
    job.said = scripted({U1: [ACCOUNT], PATCH: [(204, None)], "DELETE /Users/u1": [(204, None)]})
    job.then(with_alice(binned, is_assigned=False))
    job.then(with_alice(None))
    assert job.lines == ["DELETE /Users/u1"]
    assert job.told == [("delete", "success", None)]
    assert names(job.records[0])[-1] == "EntryExportDelete"


def _operations(dialect: Dialect, name: str, *, is_active: bool) -> list[dict[str, Any]]:
    if dialect is LEGACY:
        return [
            {"op": "Replace", "path": "userName", "value": name},
            {"op": "Replace", "path": "active", "value": str(is_active)},
        ]
    return [{"op": "replace", "path": "active", "value": is_active}, {"op": "replace", "value": {"userName": name}}]


@pytest.mark.parametrize("dialect", BOTH)
def test_10_filtered_out(dialect: Dialect) -> None:
    clause = "Sales filter.department EQUALS 'Sales'"
    snapshot = with_alice(person())
    job = Job(dialect, scripted({}), snapshot, clauses=lambda one: {clause: one.attributes["department"] == "Sales"})
    job.play()
    assert job.lines == []
    assert job.told == [("create", "skipped", "NotEffectivelyEntitled")]
    record = job.records[0]
    scoping = record["provisioningSteps"][1]["details"]
    assert scoping["Scoping filter evaluation passed"] == "False"
    assert scoping["ScopeEvaluationResult"] == "{\"Sales filter.department EQUALS 'Sales'\":false}"
    assert names(record)[-1] == "EntrySynchronizationSkip"
    assert (changes(record), record["provisioningStatusInfo"]["errorInformation"]) == ([], None)
