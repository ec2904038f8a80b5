"""A mapping is tested when a value of it was sent and compared in one scenario, and not before."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from scim_conformance.catalogue import mappings, required
from scim_conformance.catalogue import scenarios as catalogue
from scim_conformance.entra.dialects import DIALECTS
from scim_conformance.entra.directory.wanted import directory_of
from scim_conformance.entra.profiles import toml_writing
from scim_conformance.entra.profiles.importing import convert
from scim_conformance.entra.profiles.profile import load, loads, shipped_names
from scim_conformance.scenario import tags
from scim_conformance.scenario.checks import Level
from scim_conformance.verdict.extent import of_mappings
from scim_conformance.verdict.results import CUT, CheckResult, Recorded, ScenarioResult, Source, Verdict

ASSETS = Path(__file__).parent.parent / "assets"
BASE = "http://127.0.0.1:1/v2"
EMAIL = 'emails[type eq "work"].value'
DEPARTMENT = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department"
TEXT = f"""
name = "few"
title = "few"
[[user.mapping]]
source = "userPrincipalName"
target = "userName"
match = 1
[[user.mapping]]
source = "jobTitle"
target = "title"
[[user.mapping]]
source = "mail"
target = '{EMAIL}'
[[user.mapping]]
source = "department"
target = "{DEPARTMENT}"
[[user.mapping]]
source = "pager"
target = "nickName"
[[group.mapping]]
source = "displayName"
target = "displayName"
match = 1
[[group.mapping]]
source = "members"
target = "members"
type = "Reference"
"""
FEW = loads(TEXT, "here")


def exchange(method: str, path: str, body: Any = None) -> Recorded:
    text = body if isinstance(body, str) or body is None else json.dumps(body)
    return Recorded(
        step="s", why="w", by="entra", given=False, method=method, url=f"{BASE}{path}", request_headers=[],
        request_body=text, status=200, response_headers=[], response_body=None, seconds=0.0, started=0.0,
    )  # fmt: skip


def check(attribute: str, number: int) -> CheckResult:
    return CheckResult(
        id="A#s.c", level=Level.MUST, citation=Source("RFC", "https://rfc"), evidence="rfc",
        verdict=Verdict.DEVIATION, expected="this", so="it breaks", exchange=number, attribute=attribute,
    )  # fmt: skip


def covered(*scenarios: tuple[list[Recorded], list[CheckResult]]) -> set[str]:
    results = [
        ScenarioResult(
            id="A", template="A", suite="entra", title="A", moment="update", dialect=None, validator=False,
            verdict=Verdict.DEVIATION, exchanges=exchanges, checks=checks,
        )
        for exchanges, checks in scenarios
    ]  # fmt: skip
    every = {f"user {row.target}" for row in FEW.user.mapping}
    every |= {f"group {row.target}" for row in (FEW.group.mapping if FEW.group else ())}
    return every - set(mappings.not_tested(FEW, results))


READ = exchange("GET", "/Users/1")
POST = exchange("POST", "/Users", {"userName": "a", "title": "b", "emails": [{"type": "work", "value": "c"}]})


def patch(*operations: dict[str, Any], path: str = "/Users/1") -> Recorded:
    return exchange("PATCH", path, {"Operations": list(operations)})


def test_what_was_sent_and_compared_is_tested_whatever_came_of_it() -> None:
    assert covered(([POST, READ], [check("title", 1), check(EMAIL, 1)])) == {"user title", f"user {EMAIL}"}


@pytest.mark.parametrize(
    "scenarios",
    [
        [([POST, READ], [])],
        [([READ], [check("title", 0)])],
        [([POST], []), ([READ], [check("title", 0)])],
        [([READ, POST], [check("title", 0)])],
        [([exchange("POST", "/Users", {"title": ""}), READ], [check("title", 1)])],
        [([exchange("POST", "/Users", '{"title":"b' + CUT + "70000 characters"), READ], [check("title", 1)])],
        [([exchange("POST", "/Groups", {"title": "b"}), READ], [check("title", 1)])],
        [([patch({"op": "Remove", "path": "title", "value": "b"}), READ], [check("title", 1)])],
        [([exchange("GET", "/ResourceTypes"), exchange("POST", "/Bulk", {"title": "b"})], [check("title", 1)])],
    ],
    ids=["not compared", "not sent", "sent elsewhere", "sent later", "empty", "cut", "group", "removed", "elsewhere"],
)
def test_what_was_not_both_is_not_tested(scenarios: Any) -> None:
    assert covered(*scenarios) == set()


@pytest.mark.parametrize(
    ("operation", "target"),
    [
        ({"op": "Replace", "path": "title", "value": "b"}, "title"),
        ({"op": "add", "path": EMAIL, "value": "b"}, EMAIL),
        ({"op": "replace", "value": {"title": "b"}}, "title"),
        ({"op": "replace", "value": {DEPARTMENT: "b"}}, DEPARTMENT),
        ({"op": "replace", "value": {DEPARTMENT.rpartition(":")[0]: {"department": "b"}}}, DEPARTMENT),
        ({"op": "replace", "path": "Title", "value": "b"}, "title"),
    ],
)
def test_every_way_to_write_a_change_counts(operation: dict[str, Any], target: str) -> None:
    assert covered(([patch(operation), READ], [check(target, 1)])) == {f"user {target}"}


def test_members_of_a_group_are_a_mapping_too() -> None:
    added = patch({"op": "Add", "path": "members", "value": [{"value": "1"}]}, path="/Groups/2")
    read = exchange("GET", "/Groups/2?excludedAttributes=x")
    assert covered(([added, read], [check("members", 1)])) == {"group members"}


def test_members_may_be_compared_where_a_user_shows_its_groups() -> None:
    added = patch({"op": "Add", "path": "members", "value": [{"value": "1"}]}, path="/Groups/2")
    assert covered(([added, READ], [check("members", 1)])) == {"group members"}


@pytest.mark.parametrize(
    ("changes", "counts"),
    [
        ({"verdict": Verdict.CONFORMANT, "level": Level.SHOULD}, True),
        ({"verdict": Verdict.DEVIATION, "level": Level.ENTRA}, True),
        ({"verdict": Verdict.WAIVED, "level": Level.MUST}, True),
        ({"verdict": Verdict.DEVIATION, "level": Level.SHOULD}, False),
        ({"verdict": Verdict.NOT_APPLICABLE, "unseen": "hidden"}, False),
    ],
)
def test_what_the_target_may_hide_was_not_compared(changes: dict[str, Any], counts: bool) -> None:
    one = msgspec.structs.replace(check("title", 1), **changes)
    assert covered(([POST, READ], [one])) == ({"user title"} if counts else set())


def test_a_mapping_that_makes_no_value_is_not_tested_by_a_value_of_the_scenario() -> None:
    written = exchange("POST", "/Users", {"nickName": "of the scenario"})
    assert covered(([written, READ], [check("nickName", 1)])) == set()


@pytest.mark.parametrize("name", shipped_names())
def test_a_full_run_can_test_every_mapping_of_every_shipped_profile(name: str) -> None:
    profile = load(name)
    scenarios = [catalogue.built(case, profile) for case in required.required(profile, DIALECTS)]
    assert mappings.never_tested(profile, scenarios) == []
    assert mappings.count(profile) == len(profile.user.mapping) + len(profile.group.mapping if profile.group else [])


def test_what_no_scenario_can_test_is_known_before() -> None:
    scenarios = [catalogue.built(case, FEW) for case in required.required(FEW, DIALECTS)]
    assert mappings.never_tested(FEW, scenarios) == ["user nickName"]


def test_the_sentence_names_what_was_not_tested_and_counts_the_rest() -> None:
    assert of_mappings(16, []) == "16 of 16 mappings tested"
    assert of_mappings(16, ["user a"]) == "15 of 16 mappings tested; not tested: user a"
    assert of_mappings(3, ["user a", "user b", "group c"], 2) == (
        "0 of 3 mappings tested; not tested: user a, user b and 1 more"
    )


def test_an_exported_schema_with_extensions_and_app_roles_is_tested_whole() -> None:
    export = json.loads((ASSETS / "workgrid-export.json").read_bytes())
    profile = loads(toml_writing.profile(convert(export, "exported").table, []), "here")
    scenarios = [catalogue.built(case, profile) for case in required.required(profile, DIALECTS)]
    assert (mappings.count(profile), mappings.never_tested(profile, scenarios)) == (20, [])


def test_a_mapping_from_every_source_attribute_can_be_tested() -> None:
    people = directory_of(FEW, tags.EXAMPLE, "every").person().attributes
    text = TEXT.replace('source = "pager"', 'source = "mailNickname"')
    for name, value in people.items():
        made = f"Item([{name}], 1)" if isinstance(value, list) else f"CStr([{name}])"
        target = "urn:ietf:params:scim:schemas:extension:acme:2.0:User:" + name.replace(".", "")
        text += f"[[user.mapping]]\nexpression = '{made}'\ntarget = '{target}'\n"
    profile = loads(text, "here")
    scenarios = [catalogue.built(case, profile) for case in required.required(profile, DIALECTS)]
    assert mappings.count(profile) > 70
    assert mappings.never_tested(profile, scenarios) == []
