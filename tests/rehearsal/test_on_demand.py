"""`rehearse --on-demand`: one user, or a small group, answered as Graph's provisionOnDemand does."""

import json
from pathlib import Path
from typing import Any

import pytest

from scim_conformance.commands.main import cli
from scim_conformance.config.settings import SettingsError
from scim_conformance.demo.server import Served, serve
from scim_conformance.demo.shapes import changes
from scim_conformance.entra.profiles.profile import loads
from tests.rehearsal.company import PROFILE, Company, company

IT = loads(PROFILE, "it")
FLAG = "?aadOptscim062020"


def on_demand(folder: Path, served: Served, name: str, given: Company | None = None) -> int:
    said = (given or company()).write(folder / "in")
    target = ["--url", served.url + FLAG, "--token", served.token, "--report-dir", str(folder / "report")]
    code: int = cli.main(["rehearse", "--tagged", *said, *target, "--on-demand", name], standalone_mode=False)
    return code


def answered(folder: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    found = json.loads((folder / "report" / "on-demand.json").read_bytes())
    assert found.keys() == {"key", "value"}
    return json.loads(found["key"]), json.loads(found["value"])


def test_a_user(tmp_path: Path) -> None:
    given = company()
    with serve(profile=IT) as served:
        assert on_demand(tmp_path, served, given.users[0]["userPrincipalName"].upper(), given) == 0
        assert not served.app.memory.resources
    key, value = answered(tmp_path)
    assert key == {"result": "Success", "details": {}}
    assert (value["action"], value["statusInfo"]["status"]) == ("Create", "Success")
    # Microsoft Graph, the sample of provisionOnDemand: names, with types and statuses capitalized.
    assert [(one["name"], one["type"], one["status"]) for one in value["provisioningSteps"]] == [
        ("EntryImportAdd", "Import", "Success"),
        ("EntrySynchronizationScoping", "Scoping", "Success"),
        ("EntrySynchronizationAdd", "Matching", "Success"),
        ("EntryExportAdd", "Export", "Success"),
    ]
    assert value.keys() == {
        "action", "changeId", "startTime", "endTime", "modifiedProperties", "provisioningSteps",
        "reportableIdentifier", "statusInfo", "sourceIdentity", "sourceSystem", "targetIdentity", "targetSystem",
    }  # fmt: skip
    assert value["sourceIdentity"]["type"] == "User"
    names = [one["displayName"] for one in value["modifiedProperties"]]
    assert names[:2] == ["userName", 'emails[type eq "work"].value']


def test_a_user_who_is_filtered_out_is_skipped_with_the_reason(tmp_path: Path) -> None:
    given = company()
    with serve(profile=IT) as served:
        assert on_demand(tmp_path, served, given.users[2]["userPrincipalName"], given) == 0
    key, value = answered(tmp_path)
    assert (key["result"], key["details"]["errorCode"]) == ("Skipped", "NotEffectivelyEntitled")
    scoping = next(one for one in value["provisioningSteps"] if one["type"] == "Scoping")
    assert scoping["details"]["Scoping filter evaluation passed"] == "False"


def test_a_group_with_its_members_in_legacy_bodies_although_the_url_has_the_flag(tmp_path: Path) -> None:
    given, sent = company(), list[Any]()
    given.members[given.groups[0]["id"]] = [one["id"] for one in given.users[:3]]  # one of them is filtered out

    async def seen(target: Any, request: Any, go: Any) -> Any:
        sent.extend(changes(request, "Groups"))
        return await go(request)

    with serve([seen], profile=IT) as served:
        assert on_demand(tmp_path, served, given.groups[0]["displayName"], given) == 0
    assert [one["op"] for one in sent] == ["Add", "Add"]
    key, value = answered(tmp_path)
    assert (key["result"], value["sourceIdentity"]["type"]) == ("Warning", "Group"), "one member has no account"
    members = next(one for one in value["modifiedProperties"] if one["displayName"] == "members")
    assert len(members["newValue"].split(", ")) == 2


@pytest.mark.parametrize(
    ("number", "why"),
    [(16, "blocked or deleted in Entra are not found"), (None, "no user has this userPrincipalName")],
)
def test_who_cannot_be_chosen(tmp_path: Path, number: int | None, why: str) -> None:
    given = company()
    name = "nobody@fjordworks.example" if number is None else given.users[number]["userPrincipalName"]
    with serve(profile=IT) as served, pytest.raises(SettingsError, match=why):
        on_demand(tmp_path, served, name, given)


def test_a_large_group_cannot_be_chosen(tmp_path: Path) -> None:
    with serve(profile=IT) as served, pytest.raises(SettingsError, match="has 20 members, and 5 are possible"):
        on_demand(tmp_path, served, "Sales Nordics")
    assert not (tmp_path / "report").exists()
