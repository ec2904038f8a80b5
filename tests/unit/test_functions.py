"""Whole functions that a target lacks are one line."""

import msgspec
import pytest

from scim_conformance.scenario.situation import Situation
from scim_conformance.verdict.causes import Fix, fix_first
from scim_conformance.verdict.results import CheckResult, Recorded, ScenarioResult
from scim_conformance.verdict.tracing import traced
from tests.unit.test_tracing import CHANGE, READ, deviation

GROUP = "PATCH /Groups/{id}"


def sent(method: str, path: str, status: int, body: str | None = None) -> Recorded:
    """Return a recorded request."""
    return Recorded(
        step="step", why="", by="entra", given=False, method=method, url=f"https://scim.example{path}",
        request_headers=[], request_body=body, status=status, response_headers=[], response_body=None, seconds=0,
        started=0,
    )  # fmt: skip


def refused(scenario: str, shape: str, status: int, *parts: str, body: str | None = None) -> ScenarioResult:
    """Return a scenario whose request was refused with this status."""
    method, _, path = shape.partition(" ")
    found = deviation(scenario, shape, *parts, actual=f'status {status}: "no"', exchange=0)
    return msgspec.structs.replace(found, exchanges=[sent(method, path.replace("{id}", "7"), status, body)])


def fixes(*results: ScenarioResult) -> list[Fix]:
    """Return what to fix first."""
    return fix_first(traced(results))


@pytest.mark.parametrize("status", [405, 501])
def test_a_method_that_is_always_refused_is_one_line(status: int) -> None:
    found = fixes(
        refused("A", CHANGE, status, "Users Set title"),
        refused("B", CHANGE, status, "Users set active"),
        refused("C", GROUP, status, "Groups Set members"),
    )
    assert [(one.title, one.fix) for one in found] == [("PATCH is not implemented", "implement PATCH")]
    assert found[0].actual == f'status {status}: "no", like all 3 PATCH requests'


def test_a_resource_that_is_not_there_is_one_line() -> None:
    read, write = refused("A", "GET /Groups?", 404), refused("B", "POST /Groups", 404)
    found = fixes(read, write, refused("C", GROUP, 404, "Groups Set members"))
    assert [one.title for one in found] == ["Every request to /Groups returned 404"]
    assert found[0].fix == "implement /Groups, or use a profile without it"


def test_what_was_accepted_once_is_not_lacking() -> None:
    ones = [refused(name, CHANGE, 405, f"Users Set {name}") for name in "ABC"]
    accepted = msgspec.structs.replace(ones[0], id="D", checks=[], exchanges=[sent("PATCH", "/Users/7", 204)])
    assert len(fixes(*ones)) == 1
    assert len(fixes(*ones, accepted)) == 3


LEGACY, COMPLIANT = '{"Operations":[{"op":"Add","path":"m"}]}', '{"Operations":[{"op":"add","path":"m"}]}'


def test_the_letter_case_of_op_is_named_where_lower_case_works() -> None:
    ones = [refused(name, CHANGE, 400, f"Users Set {name}", body=LEGACY) for name in "ABC"]
    works = msgspec.structs.replace(ones[0], id="D", checks=[], exchanges=[sent("PATCH", "/Users/7", 200, COMPLIANT)])
    found = fixes(*ones, works)
    assert [one.title for one in found] == ["PATCH accepts op only in lower case"]
    assert "in any letter case" in found[0].fix


def test_a_boolean_that_is_sent_as_a_string_does_not_show_the_letter_case_of_op() -> None:
    text = '{"Operations":[{"op":"Replace","path":"active","value":"False"}]}'
    ones = [refused(name, CHANGE, 400, "Users Set active", body=text) for name in "ABC"]
    works = msgspec.structs.replace(ones[0], id="D", checks=[], exchanges=[sent("PATCH", "/Users/7", 200, COMPLIANT)])
    assert [one.title for one in fixes(*ones, works)] == [""]


def test_a_resource_that_is_not_implemented_is_named() -> None:
    read, write = refused("A", "GET /Groups?", 501), refused("B", "POST /Groups", 501)
    found = fixes(read, write, refused("C", GROUP, 501, "Groups Set members"))
    assert found[0].title == "/Groups is not implemented"


def read_back(scenario: str, attribute: str, *, kept: bool = False) -> ScenarioResult:
    """Return a scenario that changed an attribute, and read it back."""
    found = deviation(
        scenario, READ, f"Users Set {attribute}", key=f"stored.{attribute}", actual="it is old",
        attribute=attribute, changed=True,
    )  # fmt: skip
    check = found.checks[0]
    passed = msgspec.structs.replace(check, actual=None, situation=Situation(), verdict="conformant")
    return msgspec.structs.replace(found, checks=[passed if kept else check])


def test_a_patch_that_changes_nothing_is_one_line() -> None:
    ones = [read_back(name, name) for name in ("a", "b", "c", "d")]
    assert [one.title for one in fixes(*ones)] == ["PATCH changes nothing"]
    assert [one.title for one in fixes(*ones, read_back("e", "e", kept=True))] == [""] * 4


def test_attributes_that_are_lost_together_are_named_in_one_line() -> None:
    checks = [read_back("A", name).checks[0] for name in ("title", "nickName")]
    lost = [msgspec.structs.replace(one, cause="stored.missing", changed=False) for one in checks]
    found = fixes(msgspec.structs.replace(read_back("A", "title"), checks=_renamed(lost)))
    assert [one.actual for one in found] == ["title: it is old; the same is true of nickName"]


def _renamed(checks: list[CheckResult]) -> list[CheckResult]:
    return [msgspec.structs.replace(one, id=f"A#read.stored.{one.attribute}") for one in checks]


def adding(path: str) -> str:
    """Return the body of a PATCH that adds a value."""
    return COMPLIANT.replace('"m"', f'"{path}"')


def test_an_operation_that_is_always_refused_is_one_line() -> None:
    ones = [refused(name, CHANGE, 501, f"Users set {name}", body=adding(name)) for name in "ABC"]
    body = COMPLIANT.replace("add", "replace")
    works = msgspec.structs.replace(ones[0], id="D", checks=[], exchanges=[sent("PATCH", "/Users/7", 200, body)])
    assert [(one.title, one.fix) for one in fixes(*ones, works)] == [
        ("PATCH /Users does not implement add", "implement the operation add")
    ]
    accepted = msgspec.structs.replace(works, id="E", exchanges=[sent("PATCH", "/Users/7", 200, COMPLIANT)])
    assert [one.title for one in fixes(*ones, works, accepted)] == [""] * 3


def test_an_operation_that_is_refused_with_another_status_is_named_with_it() -> None:
    ones = [refused(name, CHANGE, 400, f"Users set {name}", body=adding(name)) for name in "ABCDE"]
    other = refused("F", CHANGE, 500, "Users set f", body=COMPLIANT)
    body = COMPLIANT.replace("add", "remove")
    works = msgspec.structs.replace(ones[0], id="G", checks=[], exchanges=[sent("PATCH", "/Users/7", 204, body)])
    found = fixes(*ones, other, works)
    assert [one.title for one in found] == ["Every PATCH /Users with add was refused", ""]
    assert found[0].actual == 'status 400: "no", like 5 of 6 PATCH requests with add'


EXTENSION = "urn:example:2.0:User"


def test_an_extension_in_which_nothing_changes_is_one_line() -> None:
    names = [f"{EXTENSION}:{name}" for name in ("division", "manager")]
    ones = [read_back(f"{row}{number}", name) for row in "AB" for number, name in enumerate(names)]
    core = read_back("C", "title", kept=True)
    assert [one.title for one in fixes(*ones, core)] == [f"PATCH changes nothing in {EXTENSION}"]
    kept = read_back("D", names[0], kept=True)
    assert not any(one.title for one in fixes(*ones, core, kept))


def test_one_attribute_of_an_extension_that_does_not_change_is_named_itself() -> None:
    ones = [read_back(row, f"{EXTENSION}:division") for row in "ABCD"]
    assert not any(one.title for one in fixes(*ones, read_back("E", "title", kept=True)))
