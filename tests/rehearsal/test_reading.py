"""A customer's directory from the files of an export: Graph's names, the portal's columns, and errors in them."""

import json
from pathlib import Path
from typing import Any

import pytest

from scim_conformance.entra.profiles.profile import load, loads
from scim_conformance.entra.source.model import Assignment, ObjectKind
from scim_conformance.rehearsal.reading import BadInput, InputFiles, SourceDirectory, read

DEFAULT = load("entra-default")
FEW = loads(
    """
    name = "few"
    title = "Few"
    [user]
    [[user.mapping]]
    source = "userPrincipalName"
    target = "userName"
    match = 1
    [[user.mapping]]
    source = "telephoneNumber"
    target = 'phoneNumbers[type eq "work"].value'
    [[user.mapping]]
    source = "extensionAttribute3"
    target = "nickName"
    [[user.mapping]]
    source = "employeeOrgData.division"
    target = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:division"
    [[user.mapping]]
    source = "manager"
    target = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager"
    type = "Reference"
    """,
    "few",
)
ANN = {
    "id": "ann",
    "userPrincipalName": "ann@example.com",
    "accountEnabled": True,
    "businessPhones": ["+47 1", "+47 2"],
    "onPremisesExtensionAttributes": {"extensionAttribute3": "x3", "extensionAttribute4": None},
    "employeeOrgData": {"division": "North", "costCenter": None},
    "manager": {"@odata.type": "#microsoft.graph.user", "id": "bob"},
}
BOB = {**ANN, "id": "bob", "userPrincipalName": "bob@example.com", "manager": None}


def files(folder: Path, people: Any = (ANN, BOB), **others: Any) -> InputFiles:
    """Write JSON files, and return their names."""
    paths: dict[str, Any] = {}
    for name, content in {"people": people, **others}.items():
        file = folder / f"{name}.json"
        file.write_text(json.dumps(content), encoding="utf-8")
        paths[name] = [str(file)] if name == "members" else str(file)
    return InputFiles(**paths)


def read_few(folder: Path, people: Any = (ANN, BOB), **others: Any) -> SourceDirectory:
    return read(files(folder, people, **others), FEW)


def test_graphs_names_become_those_of_a_mapping(tmp_path: Path) -> None:
    found = read_few(tmp_path)
    assert found.snapshot.objects["ann"].attributes == {
        "objectId": "ann",
        "userPrincipalName": "ann@example.com",
        "accountEnabled": True,
        "telephoneNumber": "+47 1",
        "extensionAttribute3": "x3",
        "employeeOrgData.division": "North",
    }
    assert found.snapshot.managers == {"ann": "bob"}
    assert (found.suspended, found.empty, found.problems.warnings) == ([], [], [])


def test_what_the_files_lack_is_suspended_and_what_no_user_has_is_named(tmp_path: Path) -> None:
    bare = {"id": "ann", "userPrincipalName": "ann@example.com", "businessPhones": []}
    found = read_few(tmp_path, [bare])
    lost = {one.target.rpartition(":")[2]: list(one.lacks) for one in found.suspended}
    assert lost == {
        "nickName": ["extensionAttribute3"],
        "division": ["employeeOrgData.division"],
        "manager": ["manager"],
    }
    assert [row.target for row in found.profile.user.mapping] == ["userName", 'phoneNumbers[type eq "work"].value']
    assert found.empty == ["telephoneNumber"]


def test_a_matching_attribute_that_the_files_lack_ends_it(tmp_path: Path) -> None:
    profile = loads(
        'name="m"\ntitle="m"\n[user]\n[[user.mapping]]\nsource="employeeId"\ntarget="userName"\nmatch=1', "m"
    )
    with pytest.raises(BadInput, match="users are matched on userName, which is mapped from employeeId"):
        read(files(tmp_path), profile)


def test_a_scoping_filter_on_what_the_files_lack_ends_it(tmp_path: Path) -> None:
    clause = '[[user.scope]]\ntitle="S"\nclauses=[{attribute="employeeType", operator="IS NULL"}]'
    mapping = '[[user.mapping]]\nsource="userPrincipalName"\ntarget="userName"\nmatch=1'
    profile = loads(f'name="m"\ntitle="m"\n[user]\n{clause}\n{mapping}', "m")
    with pytest.raises(BadInput, match="the scoping filter S needs employeeType"):
        read(files(tmp_path), profile)


def test_a_guests_name_is_without_the_mark_and_a_deleted_users_without_the_id(tmp_path: Path) -> None:
    guest = {**ANN, "id": "g", "userPrincipalName": "eve_a_fabrikam.com#EXT#@contoso.onmicrosoft.com"}
    binned = {**ANN, "id": "d", "userPrincipalName": "aaaaaaaa000040008000000000000001dan@example.com"}
    found = read_few(tmp_path, [guest, BOB], deleted={"value": [binned]}).snapshot.objects
    assert found["g"].name == "eve_a@fabrikam.com"
    assert (found["d"].name, found["d"].binned) == ("dan@example.com", True)


def test_groups_members_and_assignments(tmp_path: Path) -> None:
    given = [
        {"principalId": "staff", "principalType": "Group", "appRoleId": "r"},
        {"principalId": "ann", "principalType": "User"},
        {"principalId": "sp", "principalType": "ServicePrincipal"},
    ]
    found = read_few(
        tmp_path,
        groups={"value": [{"id": "staff", "displayName": "Staff", "securityEnabled": True}]},
        members={"staff": ["ann", "bob"]},
        assignments={"value": given},
    ).snapshot
    assert found.members == {"staff": ("ann", "bob")}
    assert found.assigned == {
        "staff": (Assignment("staff", ObjectKind.GROUP, "r"),),
        "ann": (Assignment("ann", ObjectKind.USER),),
    }


@pytest.mark.parametrize(
    ("people", "why"),
    [
        ([{"userPrincipalName": "a"}], "people.json, object 1: it has no id"),
        ([ANN, ANN], r"people.json, object 2 \(id ann\): this id is there twice"),
        ([{"id": "a"}], r"people.json, object 1 \(id a\): userPrincipalName is missing"),
        (["x"], "people.json, object 1: it is not an object"),
        ([{**ANN, "manager": {"id": 7}}], "its manager has an id that is not text"),
        ({"value": [ANN], "@odata.nextLink": "x"}, "is incomplete: it ends with @odata.nextLink"),
    ],
)
def test_errors_name_the_file_and_the_object(tmp_path: Path, people: Any, why: str) -> None:
    with pytest.raises(BadInput, match=why):
        read_few(tmp_path, people)


def test_only_the_first_errors_are_listed(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        read_few(tmp_path, [{"id": ""}] * 25)
    assert len(str(caught.value).splitlines()) == 22
    assert str(caught.value).endswith("and 5 more")


def test_members_that_are_no_ids(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="a member is not an id"):
        read_few(tmp_path, members={"staff": [7]})


def test_groups_that_all_end_at_twenty_members_are_an_incomplete_export(tmp_path: Path) -> None:
    cut = [
        {"id": f"g{at}", "displayName": f"G{at}", "members": [{"id": f"m{one}"} for one in range(20)]} for at in (1, 2)
    ]
    with pytest.raises(BadInput, match="exactly 20 members"):
        read_few(tmp_path, groups=cut)
    cut[0]["members"] += [{"id": "more"}]  # type: ignore[operator]
    assert len(read_few(tmp_path, groups=cut).snapshot.members["g1"]) == 21


def test_what_names_nobody_is_a_warning_with_its_number(tmp_path: Path) -> None:
    found = read_few(tmp_path, [ANN], assignments=[{"principalId": "x", "principalType": "User"}])
    assert found.problems.warnings == [
        "managers: 1 of 1 name nobody in these files, and are ignored",
        "assignments: 1 of 1 name nobody in these files, and are ignored",
    ]


PORTAL = (
    "userPrincipalName,displayName,surname,mail,givenName,objectId,userType,jobTitle,department,accountEnabled,"
    "usageLocation,streetAddress,state,country,physicalDeliveryOfficeName,city,postalCode,telephoneNumber,mobile\r\n"
    "ann@example.com,Ann Ames,Ames,ann@example.com,Ann,ann,Member,Lead,Sales,True,NO,,,NO,,Oslo,0150,+47 1,\r\n"
    "bob@example.com,Bob,B,,Bob,bob,Member,,Sales,False,NO,,,NO,,Oslo,0150,,\r\n"
)


def portal(folder: Path, text: str = PORTAL) -> str:
    file = folder / "users.csv"
    file.write_text(text, encoding="utf-8-sig", newline="")
    return str(file)


def test_the_portals_file_lacks_what_default_mappings_need(tmp_path: Path) -> None:
    found = read(InputFiles(portal(tmp_path)), DEFAULT)
    assert found.snapshot.objects["bob"].attributes["accountEnabled"] is False
    assert found.snapshot.objects["ann"].attributes["telephoneNumber"] == "+47 1"
    lacks = {name for one in found.suspended for name in one.lacks}
    assert lacks >= {"mailNickname", "employeeId", "manager", "preferredLanguage"}
    assert "jobTitle" not in lacks


def test_members_of_a_group_as_csv_by_name(tmp_path: Path) -> None:
    file = tmp_path / "staff.csv"
    file.write_text("User Principal Name,Display Name\nANN@example.com,Ann\nnone@example.com,None\n", encoding="utf-8")
    given = InputFiles(portal(tmp_path), members=[str(file)], group_names=["Staff"])
    found = read(given, DEFAULT)
    assert list(found.snapshot.members.values()) == [("ann",)]
    assert found.problems.warnings[0].endswith("this member is not among the users")
    with pytest.raises(BadInput, match="does not name its group: add --group-name"):
        read(InputFiles(portal(tmp_path), members=[str(file)]), DEFAULT)


def test_a_file_without_ids_and_one_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="has neither a column objectId nor userPrincipalName"):
        read(InputFiles(portal(tmp_path, "name,city\nx,y\n")), DEFAULT)
    with pytest.raises(BadInput, match=r"none\.json cannot be read: No such file"):
        read(InputFiles(str(tmp_path / "none.json")), DEFAULT)


def test_samples_of_generated_users_do_not_replace_real_values(tmp_path: Path) -> None:
    text = '[[user.mapping]]\nsource="userPrincipalName"\ntarget="userName"\nmatch=1\nsample=["x"]'
    found = read(files(tmp_path), loads(f'name="m"\ntitle="m"\n[user]\n{text}', "m"))
    assert found.profile.user.mapping[0].sample == []
