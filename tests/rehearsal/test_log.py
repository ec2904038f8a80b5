"""The provisioning log's shape: a JSON Schema of Graph's, which our records meet, and so do published ones."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from scim_conformance.entra.dialects import Dialect
from scim_conformance.entra.engine.telling import OURS
from scim_conformance.rehearsal.files import cell
from tests.rehearsal.golden import NOBODY, SCHEMA, VALIDATOR, Job, person, scripted
from tests.rehearsal.test_golden_references import staffed
from tests.rehearsal.test_golden_users import MATCH, linked, with_alice

PUBLISHED: list[dict[str, Any]] = [
    # After the sample of "List provisioningObjectSummary" in Microsoft Graph's documentation: its keys and kinds of
    # values, with servicePrincipal as the object that the sample has.
    {
        "id": "75b5b0ec-9fc5-8dd0-e2da-6a6345644672",
        "activityDateTime": "2021-04-28T16:37:46Z",
        "tenantId": "f2fd8cf7-95f1-4ebf-ace0-0bd7b0ad1c53",
        "jobId": "dropbox.f2fd8cf795f14ebface00bd7b0ad1c53.aa5a9e08-5b8a-4ff3-a3e9-1c2d59a2d6c2",
        "cycleId": "cf1e8a6b-8a4b-4b3e-8f1a-6b0c3b9d5a60",
        "changeId": "6d6cbdf7-5d0f-4e69-a1cf-d18b2ddf4b62",
        "provisioningAction": "other",
        "durationInMilliseconds": 2218,
        "servicePrincipal": {"id": "6cc35b94-df7a-4d2a-8e2c-6c7a8e4cd3d3", "displayName": "Dropbox"},
        "initiatedBy": {"id": "", "displayName": "Azure AD Provisioning Service", "initiatorType": "system"},
        "sourceSystem": {"id": "0b4d5ae7", "displayName": "Azure Active Directory", "details": {}},
        "targetSystem": {"id": "d3b1f4c5", "displayName": "Dropbox", "details": {"ApplicationId": "1d9b"}},
        "sourceIdentity": {"id": "3a5e", "displayName": "", "identityType": "User", "details": {"odatatype": "User"}},
        "targetIdentity": {"id": "", "displayName": "", "identityType": "User", "details": {}},
        "provisioningStatusInfo": {"status": "skipped", "errorInformation": None},
        "provisioningSteps": [
            {
                "name": "EntryImportUpdate",
                "provisioningStepType": "import",
                "status": "success",
                "description": "Received User 'x' change of type (Update) from Azure Active Directory",
                "details": {},
            },
            {
                "name": "EntrySynchronizationSkip",
                "provisioningStepType": "processing",
                "status": "skipped",
                "description": "The User 'x' will be skipped",
                "details": {"SkipReason": "NotEffectivelyEntitled"},
            },
        ],
        "modifiedProperties": [],
    },
]


PUBLISHED += [
    # After the failure with a retry in elastic/beats#28550 (a scim job): that step's name and text.
    PUBLISHED[0]
    | {
        "jobId": "scim.f2fd8cf795f14ebface00bd7b0ad1c53.aa5a9e08-5b8a-4ff3-a3e9-1c2d59a2d6c2",
        "provisioningAction": "create",
        "provisioningStatusInfo": {
            "status": "failure",
            "errorInformation": {
                "errorCode": "EntryConflict",
                "reason": "StatusCode: Conflict Message: Processing of the HTTP request resulted in an exception.",
                "additionalDetails": None,
                "errorCategory": "nonServiceFailure",
                "recommendedAction": "",
            },
        },
        "provisioningSteps": [
            {
                "name": "EntryImport",
                "provisioningStepType": "import",
                "status": "success",
                "description": "We are retrying an operation that previously failed.",
                "details": {},
            },
            {
                "name": "EntryExportAdd",
                "provisioningStepType": "export",
                "status": "failure",
                "description": "Failed to create Group 'x' in App",
                "details": {"ReportableIdentifier": "x"},
            },
        ],
    },
    # After the created user in elastic/integrations, packages/azure/data_stream/provisioning, in Graph's names.
    PUBLISHED[0]
    | {
        "provisioningAction": "create",
        "targetIdentity": {
            "id": "9e1d",
            "displayName": "",
            "identityType": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
            "details": {"id": "9e1d", "odatatype": "User"},
        },
        "provisioningStatusInfo": {"status": "success", "errorInformation": None},
        "modifiedProperties": [{"displayName": "active", "oldValue": None, "newValue": "True"}],
    },
]


def records() -> Iterator[dict[str, Any]]:
    """Yield records of every kind: created, changed, disabled, deleted, skipped, failed, members, managers."""
    yield from staffed(Dialect.LEGACY).records
    job = linked(Dialect.COMPLIANT, GET=(404, {"detail": "gone"}), DELETE=(204, None))
    yield from job.records
    job.then(with_alice(person(jobTitle="Lead")))
    yield from job.records
    job.then(with_alice(None))
    yield from job.records
    refused = Job(Dialect.LEGACY, scripted({MATCH: [NOBODY], "POST /Users": [(409, None)]}), with_alice(person()))
    refused.play()
    yield from refused.records


def test_our_records_have_graphs_shape() -> None:
    found = [*records()]
    assert {one["provisioningStatusInfo"]["status"] for one in found} == {"success", "failure"}
    for one in found:
        VALIDATOR.validate(one)


@pytest.mark.parametrize("record", PUBLISHED)
def test_a_published_record_has_the_same_shape(record: dict[str, Any]) -> None:
    VALIDATOR.validate(record)


def test_the_documented_variants_are_allowed() -> None:
    one = copy.deepcopy(PUBLISHED[0])
    one["servicePrincipal"] = [{"id": "x", "name": "Dropbox"}]
    one["provisioningStatusInfo"] = {"status": "failure", "errorInfo": {"errorCode": "EntryConflict", "reason": "x"}}
    VALIDATOR.validate(one)


WRONG: list[tuple[str, Any]] = [
    ("provisioningAction", "created"),
    ("activityDateTime", "yesterday"),
    ("durationInMilliseconds", "41"),
    ("provisioningSteps", []),
    ("provisioningStatusInfo", {"status": "failure", "errorInformation": None}),
    ("modifiedProperties", [{"displayName": "active", "oldValue": True, "newValue": "False"}]),
]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_record_is_refused(name: str, value: Any) -> None:
    assert not VALIDATOR.is_valid({**PUBLISHED[0], name: value})


def test_our_own_names_of_steps_are_marked_in_the_schema() -> None:
    told = SCHEMA["properties"]["provisioningSteps"]["items"]["properties"]["name"]["description"]
    assert [name for name in OURS if name not in told] == []


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx"])
def test_no_cell_is_a_formula(text: str) -> None:
    assert cell(text) == f"'{text}"
    assert cell("plain") == "plain"
