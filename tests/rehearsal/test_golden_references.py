"""Golden examples 6, 8 and 9: groups, members and managers, with the exact requests in both dialects."""

from typing import Any

import pytest

from scim_conformance.entra.dialects import Dialect, Verb
from scim_conformance.entra.engine.cycle import CycleKind
from scim_conformance.entra.profiles.scoping import JobSettings
from scim_conformance.entra.source.memory import Snapshot
from scim_conformance.entra.source.model import Assignment, ObjectKind, SourceObject
from tests.rehearsal.golden import ALICE, BOB, BOTH, ENT, NOBODY, STAFF, Job, Said, changes, person, team
from tests.rehearsal.golden import assigned as of_users

MATCH_ALICE = "GET /Users?filter=userName+eq+%22alice%40example.com%22"
MATCH_BOB = "GET /Users?filter=userName+eq+%22bob%40example.com%22"
MATCH_STAFF = "GET /Groups?excludedAttributes=members&filter=displayName+eq+%22Staff%22"
READ_STAFF = "GET /Groups/g1?excludedAttributes=members"
PATCH_STAFF, PATCH_ALICE = "PATCH /Groups/g1", "PATCH /Users/u1"


def bob(**other: Any) -> SourceObject:
    return person(BOB, "bob", "Bob Blum", **other)


def in_staff(*people: SourceObject, name: str = "Staff", members: tuple[str, ...] = (ALICE, BOB)) -> Snapshot:
    """Staff is assigned, and its members through it."""
    assignments = [Assignment(STAFF, ObjectKind.GROUP)]
    return Snapshot.of([*people, team(name=name)], {STAFF: members}, assignments=assignments)


def stored() -> Said:
    """A target that stores what it is sent, of the two users and the group."""
    ids = {"alice@example.com": "u1", "bob@example.com": "u2"}
    held: dict[str, dict[str, Any]] = {}

    def said(line: str, body: Any) -> tuple[int, Any]:
        method, _, where = line.partition(" ")
        identifier = where.partition("?")[0].rpartition("/")[2]
        if "filter=" in line:
            return 200, NOBODY
        if method == "POST":
            made = {**body, "id": ids.get(body.get("userName"), "g1")}
            return 201, held.setdefault(made["id"], made)
        if method == "PATCH":
            for one in body["Operations"]:
                _store(held[identifier], one)
        return (200, held[identifier]) if method == "GET" else (204, None)

    return said


def _store(resource: dict[str, Any], operation: dict[str, Any]) -> None:
    values = {operation["path"]: operation.get("value")} if "path" in operation else operation["value"]
    for path, value in values.items():
        if path == "active":
            resource[path] = str(value) == "True"
        elif path in {"displayName", "title"}:
            resource[path] = value


def staffed(dialect: Dialect, size: int = 2) -> Job:
    job = Job(dialect, stored(), in_staff(person(), bob()), JobSettings(members_per_request=size))
    job.play()
    return job


@pytest.mark.parametrize("dialect", BOTH)
def test_6_blocked_and_back(dialect: Dialect) -> None:
    job = staffed(dialect)
    job.then(in_staff(person(accountEnabled=False), bob()))
    assert job.lines == ["GET /Users/u1", PATCH_ALICE], "the memberships of a blocked user stay"
    assert job.told == [("disable", "success", None)]
    assert job.records[0]["provisioningSteps"][2]["details"]["Active in the source system"] == "False"
    job.then(in_staff(person(), bob()))
    assert job.lines == ["GET /Users/u1", PATCH_ALICE]
    enabled: Any = "True" if dialect is Dialect.LEGACY else True
    assert [one[0]["value"] for one in job.operations(PATCH_ALICE)] == [enabled]
    assert job.told == [("update", "success", None)]


@pytest.mark.parametrize("dialect", BOTH)
def test_8_group(dialect: Dialect) -> None:
    job = staffed(dialect)
    users = [MATCH_ALICE, "POST /Users", MATCH_BOB, "POST /Users"]
    assert job.lines == [*users, MATCH_STAFF, "POST /Groups", PATCH_STAFF]
    assert job.sent[-2][1] == {
        "schemas": [
            "urn:ietf:params:scim:schemas:core:2.0:Group",
            "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group",
        ],
        "displayName": "Staff",
        "externalId": STAFF,
        "meta": {"resourceType": "Group"},
    }
    assert job.operations(PATCH_STAFF) == [
        [{"op": dialect.op(Verb.ADD), "path": "members", "value": [{"value": "u1"}, {"value": "u2"}]}]
    ]
    assert job.told[2:] == [("create", "success", None), ("update", "success", None)]
    assert changes(job.records[3]) == [("members", None, "u1, u2")]


@pytest.mark.parametrize("dialect", BOTH)
def test_8_one_member_in_each_request(dialect: Dialect) -> None:
    job = staffed(dialect, size=1)
    assert job.operations(PATCH_STAFF) == [
        [{"op": dialect.op(Verb.ADD), "path": "members", "value": [{"value": "u1"}]}],
        [{"op": dialect.op(Verb.ADD), "path": "members", "value": [{"value": "u2"}]}],
    ]


CREW = {
    "legacy": [
        [{"op": "Replace", "path": "displayName", "value": "Crew"}],
        [{"op": "Remove", "path": "members", "value": [{"value": "u1"}]}],
    ],
    "compliant": [
        [{"op": "replace", "value": {"displayName": "Crew"}}],
        [{"op": "remove", "path": 'members[value eq "u1"]'}],
    ],
}


@pytest.mark.parametrize("dialect", BOTH)
def test_8_a_member_leaves_and_the_group_is_renamed(dialect: Dialect) -> None:
    job = staffed(dialect)
    job.then(in_staff(person(), bob(), name="Crew", members=(BOB,)))
    assert job.lines == ["GET /Users/u1", PATCH_ALICE, READ_STAFF, PATCH_STAFF, PATCH_STAFF]
    assert job.operations(PATCH_STAFF) == CREW[dialect]
    assert job.told == [("disable", "success", None), ("update", "success", None), ("update", "success", None)]


def managed(*people: SourceObject, assigned: tuple[str, ...] = (ALICE, BOB)) -> Snapshot:
    return Snapshot.of(people, managers={ALICE: BOB}, assignments=of_users(*assigned))


@pytest.mark.parametrize("dialect", BOTH)
def test_9_manager(dialect: Dialect) -> None:
    job = Job(dialect, stored(), managed(person(), bob()))
    job.play()
    assert job.lines == [MATCH_ALICE, "POST /Users", MATCH_BOB, "POST /Users", PATCH_ALICE]
    assert job.operations(PATCH_ALICE) == [[{"op": dialect.op(Verb.ADD), "path": f"{ENT}:manager", "value": "u2"}]]
    assert job.told == [("create", "success", None), ("create", "success", None), ("update", "success", None)]
    assert job.records[2]["provisioningSteps"][-1]["provisioningStepType"] == "referenceResolution"


@pytest.mark.parametrize("dialect", BOTH)
def test_9_a_manager_who_comes_later_waits_for_a_restart(dialect: Dialect) -> None:
    job = Job(dialect, stored(), managed(person(), bob(), assigned=(ALICE,)))
    job.play()
    assert job.lines == [MATCH_ALICE, "POST /Users"]
    assert job.told[-1] == ("update", "warning", "UnableToResolveReferenceAttributeValue")
    job.then(managed(person(), bob()))
    assert job.lines == [MATCH_BOB, "POST /Users"], "nothing for Alice"
    job.play(CycleKind.RESTART)
    assert job.lines == ["GET /Users/u1", "GET /Users/u2", PATCH_ALICE]
    assert job.operations(PATCH_ALICE) == [[{"op": dialect.op(Verb.ADD), "path": f"{ENT}:manager", "value": "u2"}]]
