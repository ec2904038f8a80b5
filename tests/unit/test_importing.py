"""Import: what the exported schema says stands in the profile; what a profile cannot hold is said."""

import json
import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scim_conformance.entra.profiles import profile, toml_writing
from scim_conformance.entra.profiles.importing import NotASchemaError, convert, mapping, written
from scim_conformance.entra.profiles.mapping import AttributeMapping
from scim_conformance.entra.profiles.unwrapping import without_trailing_commas

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
SWITCH = 'Switch([IsSoftDeleted], , "False", "True", "True", "False")'

Table = dict[str, Any]


def attribute(name: str) -> Table:
    return {"expression": f"[{name}]", "name": name, "type": "Attribute", "parameters": []}


def function(expression: str) -> Table:
    return {"expression": expression, "name": expression.partition("(")[0], "type": "Function", "parameters": []}


def row(target: str, source: Table | None, **more: Any) -> Table:
    usual = {"defaultValue": "", "exportMissingReferences": False, "flowBehavior": "FlowWhenChanged"}
    return {
        **usual,
        "flowType": "Always",
        "matchingPriority": 0,
        "targetAttributeName": target,
        "source": source,
        **more,
    }


def objects(kind: str, *rows: Table, **more: Any) -> Table:
    target = ENTERPRISE if kind == "User" else "urn:ietf:params:scim:schemas:core:2.0:Group"
    return {
        "enabled": True,
        "flowTypes": "Add, Update, Delete",
        "name": f"Provision {kind}s",
        "scope": None,
        "sourceObjectName": kind,
        "targetObjectName": target,
        "metadata": [
            {"key": "EscrowBehavior", "value": '"Default"'},
            {"key": "IsSoftDeletionSupported", "value": "true"},
        ],
        "attributeMappings": list(rows),
        **more,
    }


TYPES = {
    "userName": "String",
    "active": "Boolean",
    f"{ENTERPRISE}:manager": "Reference",
    "x": "Reference",
    "salary": "Integer",
}


def schema(*things: Table, **rule: Any) -> Table:
    attributes = [{"name": name, "type": kind, "flowNullValues": name == "salary"} for name, kind in TYPES.items()]
    return {
        "id": "scim.1",
        "version": "v1",
        "directories": [{"name": "customappsso", "objects": [{"name": ENTERPRISE, "attributes": attributes}]}],
        "synchronizationRules": [
            {"name": "USERS", "targetDirectoryName": "customappsso", "objectMappings": list(things), **rule}
        ],
    }


MATCH = row("userName", attribute("userPrincipalName"), matchingPriority=1)


def test_an_exported_schema_becomes_a_profile_that_loads() -> None:
    users = objects(
        "User",
        MATCH,
        row("active", function(SWITCH)),
        row("displayName", attribute("displayName"), flowType="ObjectAddOnly", defaultValue="nobody"),
        row(f"{ENTERPRISE}:manager", attribute("manager")),
        row("userType", {"type": "Constant", "name": 'the "one"', "expression": '"the \\"one\\""'}),
        flowTypes="Add,Update",
    )
    groups = objects(
        "Group", row("displayName", attribute("displayName"), matchingPriority=1), row("members", attribute("members"))
    )
    found = convert(schema(users, groups), "mine")
    assert found.notes == ["group: members from [members]: the schema does not give its type: Reference is assumed"]
    loaded = profile.loads(toml_writing.profile(found.table, found.notes), "it")
    assert (loaded.name, loaded.title) == ("mine", "Imported from scim.1, v1")
    assert loaded.user.actions == ["create", "update"]
    assert loaded.user.mapping == [
        AttributeMapping(target="userName", source="userPrincipalName", match=1),
        AttributeMapping(target="active", expression=SWITCH, type="Boolean"),
        AttributeMapping(target="displayName", source="displayName", apply="create", default="nobody"),
        AttributeMapping(target=f"{ENTERPRISE}:manager", source="manager", type="Reference"),
        AttributeMapping(target="userType", constant='the "one"'),
    ]
    assert loaded.group is not None
    assert [one.type for one in loaded.group.mapping] == ["String", "Reference"]
    assert loaded.group.actions == ["create", "update", "delete"]


SCOPE = {"groups": [{"name": "g", "clauses": [{"sourceOperandName": "country"}]}], "inputFilterGroups": []}

NOTED = [
    (objects("Group", MATCH, enabled=False), {}, "the object mapping Provision Groups (Group) is disabled"),
    (objects("ServicePrincipal", MATCH), {}, "is for neither users nor groups"),
    (objects("User", MATCH, name="more"), {}, "the object mapping more (User) is a second one for users"),
    (objects("Group"), {}, "the object mapping Provision Groups (Group) has no attribute mappings"),
    (objects("Group", MATCH, scope=SCOPE), {}, "group: a scoping filter was not imported, so the scope differs: there"),
    (objects("Group", MATCH, flowTypes="Add, Purge"), {}, "group: this version does not know the flow type Purge"),
    (objects("Group", MATCH, colour="red"), {}, 'group: this version does not know the field colour: "red"'),
    (
        objects("Group", MATCH, metadata=[{"key": "IsSoftDeletionSupported", "value": "false"}]),
        {},
        "group: the metadata IsSoftDeletionSupported = false was not imported",
    ),
    (objects("Group", row("a", attribute("b"))), {}, "groups have no matching attribute left: add match = 1"),
    (objects("Group", MATCH), {"groupFilter": {"included": ["x"]}}, "the rule USERS has a groupFilter: "),
]


@pytest.mark.parametrize(("thing", "rule", "note"), NOTED)
def test_what_a_profile_cannot_hold_is_said(thing: Table, rule: Table, note: str) -> None:
    found = convert(schema(objects("User", MATCH), thing, **rule), "mine")
    assert any(note in one for one in found.notes), found.notes
    assert note[:40] in toml_writing.profile(found.table, found.notes)


def test_a_usual_scope_is_no_reason_for_a_note() -> None:
    scope: Table = {"groups": [], "categoryFilterGroups": [], "inputFilterGroups": []}
    assert convert(schema(objects("User", MATCH, scope=scope)), "mine").notes == []


LEFT_OUT = [
    (row("id", attribute("objectId")), "omitted: the target assigns the id"),
    (row("emails[type=x]", attribute("mail")), "is not an attribute path"),
    (
        row("n", function("SelectUniqueValue([a], [b])")),
        "user: n from SelectUniqueValue([a], [b]): omitted: the function SelectUniqueValue cannot reach",
    ),
    (row("n", function("Shout([a])")), "this version does not know the function Shout"),
    (row("x", attribute("assistant")), "omitted: a reference other than manager and members"),
    (row("n", None), "omitted: it has neither a source nor a default value"),
    (row("n", {"type": "Riddle", "name": "a"}), "this version does not know the source type Riddle"),
    ({}, "is not an attribute path"),
    ("junk", 'user: "junk": omitted: it is not an object'),
]


@pytest.mark.parametrize(("given", "note"), LEFT_OUT)
def test_a_mapping_that_cannot_be_carried_over_is_left_out_and_said(given: Any, note: str) -> None:
    found = convert(schema(objects("User", MATCH, given)), "mine")
    assert len(found.table["user"]["mapping"]) == 1
    assert [note in one for one in found.notes] == [True], found.notes


CARRIED = [
    (row("n", attribute("a"), flowType="ValueAddOnly"), {"source": "a"}, "the flow type ValueAddOnly was not imported"),
    (row("n", attribute("a"), flowType="MultiValueAddOnly"), {"source": "a"}, "the flow type MultiValueAddOnly"),
    (row("n", attribute("a"), flowBehavior="FlowAlways"), {"source": "a"}, "the flow behavior FlowAlways"),
    (row("n", None, defaultValue="x"), {"constant": "x", "apply": "create"}, "it has no source"),
    (row("salary", attribute("a")), {"source": "a", "type": "Integer"}, "flowNullValues was not imported"),
    (row("n", attribute("a"), hue=1), {"source": "a"}, "this version does not know the field hue: 1"),
    (
        row("urn:ietf:params:scim:schemas:core:2.0:User:title", attribute("a")),
        {"source": "a"},
        "under the core schema's URN",
    ),
]


@pytest.mark.parametrize(("given", "expected", "note"), CARRIED)
def test_a_mapping_that_is_carried_over_in_part_is_said(given: Table, expected: Table, note: str) -> None:
    found, notes = mapping(given, {"salary": {"type": "integer", "flowNullValues": True}})
    assert found is not None
    assert expected.items() <= found.items()
    assert [note in one for one in notes] == [True], notes


def test_sources_in_parts_alone_are_written_as_expressions() -> None:
    parts = [{"key": "source", "value": {"name": "mail"}}, {"value": {"type": "Constant", "name": '"\\'}}, {}]
    source = {"type": "Function", "name": "Join", "parameters": [{"value": {"type": "Constant", "name": "-"}}, *parts]}
    assert written(source) == r'Join("-", [mail], "\"\\", )'
    assert mapping(row("n", source), {})[0] == {"expression": written(source), "target": "n", "type": "String"}
    assert mapping(row("n", {"type": "Constant", "expression": '"v"'}), {})[0] == {
        "constant": "v",
        "target": "n",
        "type": "String",
    }
    assert mapping(row("n", {"expression": "[mail]"}), {})[0] == {"source": "mail", "target": "n", "type": "String"}


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ([], "it has no list synchronizationRules"),
        ({"value": []}, "it has no list synchronizationRules"),
        ({"synchronizationRules": []}, "it provisions no users"),
        (schema(objects("User", MATCH, enabled=False)), "it provisions no users (the object mapping Provision Users"),
    ],
)
def test_what_is_no_schema_of_users_is_refused(document: Any, said: str) -> None:
    with pytest.raises(NotASchemaError) as caught:
        convert(document, "mine")
    assert said in str(caught.value)


GROUPS = objects("Group", row("displayName", attribute("displayName"), matchingPriority=1))
EXPORT = schema(objects("User", MATCH), GROUPS)
INBOUND = {**EXPORT, "id": "in", "synchronizationRules": [{"objectMappings": [objects("Contact", MATCH)]}]}
CONTEXT = {"@odata.context": "https://graph.microsoft.com/v1.0/$metadata#synchronization/templates"}


@pytest.mark.parametrize(
    "document",
    [
        {**CONTEXT, "value": [{"id": "scim", "default": True, "schema": EXPORT}]},
        {"id": "scim", "applicationId": "1", "schema": EXPORT},
        {**CONTEXT, "value": [EXPORT]},
        EXPORT["synchronizationRules"][0],
        EXPORT["synchronizationRules"][0]["objectMappings"],
        {"value": EXPORT["synchronizationRules"][0]["objectMappings"]},
    ],
    ids=["templates", "template", "schemas", "rule", "mappings", "collection"],
)
def test_what_graph_answers_is_taken_as_the_export_is(document: Any) -> None:
    found, export = convert(document, "mine"), convert(EXPORT, "mine")
    for kind in ("user", "group"):
        assert found.table[kind] == export.table[kind]


def test_a_bare_object_mapping_is_one_of_users_unless_its_target_is_a_group() -> None:
    users, groups = (
        {key: value for key, value in one.items() if key != "sourceObjectName"}
        for one in (objects("User", MATCH), GROUPS)
    )
    found = convert(users, "mine").table
    assert ([one["target"] for one in found["user"]["mapping"]], "group" in found) == (["userName"], False)
    assert {"user", "group"} <= convert([users, groups], "mine").table.keys()


def test_of_several_templates_the_default_one_that_provisions_users_is_taken_and_said() -> None:
    given = [{"id": "in", "default": True, "schema": INBOUND}, {"id": "other", "schema": EXPORT}]
    found = convert({"value": [*given, {"id": "scim", "default": True, "schema": EXPORT}]}, "mine")
    assert found.notes[0] == "the template scim was used, not other, in"
    assert convert({"value": given}, "mine").notes[0] == "the template other was used, not in"


def test_a_type_that_is_not_known_is_said() -> None:
    found, notes = mapping(row("n", attribute("a")), {"n": {"type": "Decimal"}})
    assert (found or {})["type"] == "String"
    assert notes == ["this version does not know the type Decimal: String is assumed"]


@given(st.text(alphabet='{}[],:" \\\\an1', max_size=30))
def test_only_commas_before_a_bracket_go(text: str) -> None:
    found = without_trailing_commas(text)
    assert found.replace(",", "") == text.replace(",", "")
    try:
        document = json.loads(text)
    except ValueError:
        return
    assert json.loads(found) == document


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(sorted(MATCH)), inner, max_size=4),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(sorted(MATCH)), JSON))
def test_no_mapping_however_odd_is_a_crash(given: Table) -> None:
    found, notes = mapping({"targetAttributeName": "n", **given}, {})
    assert found or notes


TEXT = st.text(st.characters(codec="utf-8"), max_size=20)


@given(TEXT, TEXT, TEXT)
def test_what_is_written_is_read_back(name: str, source: str, comment: str) -> None:
    rows = [{"source": source, "target": "t", "type": "Boolean", "match": 2, "apply": "create"}]
    table = {"name": name, "title": "", "user": {"actions": ["create"], "mapping": rows}}
    assert tomllib.loads(toml_writing.profile(table, [comment, "two\nlines"])) == table
