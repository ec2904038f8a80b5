"""A fix is about what was sent: nothing on texts where booleans were sent, on changes or on disabling at a creation."""

import json
from functools import cache
from typing import Any

import pytest

from scim_conformance.catalogue import scenarios
from scim_conformance.entra import needs
from scim_conformance.entra.dialects import DIALECTS, Dialect
from scim_conformance.entra.expectations import active
from scim_conformance.entra.profiles.profile import load
from scim_conformance.scenario.bodies import Names
from scim_conformance.scenario.exchange import Request
from scim_conformance.scenario.fixes import FixText, Sent, fitting, of_refusal
from scim_conformance.scenario.model import Case, cases
from scim_conformance.scenario.steps import Step, prepare

ADVICE = FixText("always", (Sent.TEXT, "text"), (Sent.INACTIVE, "inactive"), (Sent.CHANGE, "change"))
TRUE, TEXT = {"active": True}, {"active": "True"}


def sent(method: str, body: Any) -> Request:
    return Request(method, "https://host/scim/Users", (), None if body is None else json.dumps(body))


def patch(*operations: Any) -> Request:
    return sent("PATCH", {"Operations": [*operations]})


@pytest.mark.parametrize(
    ("requests", "fix"),
    [
        ([], "always"),
        ([sent("POST", TRUE)], "always"),
        ([sent("POST", TEXT)], "text"),
        ([sent("POST", {"Active": "True"})], "text"),
        ([sent("POST", TRUE), patch({"op": "Replace", "path": "active", "value": "False"})], "text"),
        ([sent("POST", TEXT), patch({"op": "replace", "path": "active", "value": False})], "inactive"),
        ([sent("POST", TRUE), patch({"op": "replace", "value": {"active": False}})], "inactive"),
        ([sent("POST", TRUE), patch({"op": "replace", "value": {"title": "x"}})], "change"),
        ([sent("POST", TRUE), patch("x", {"path": 7}, {"op": "add"})], "change"),
        ([sent("POST", ["x"]), sent("POST", None), Request("POST", "https://host", (), "{")], "always"),
        ([sent("GET", None), sent("DELETE", None)], "always"),
    ],
)
def test_the_fix_follows_from_what_was_sent(requests: list[Request], fix: str) -> None:
    assert fitting(ADVICE, "active", requests) == fix
    assert fitting("plain", "active", requests) == "plain"


GET = Request("GET", "https://host/scim/Users", (("ADSCIMVersion", "6.0"),), None)
POST = Request("POST", "https://host/scim/Users", (("Content-Type", "application/scim+json"),), "{}")


@pytest.mark.parametrize(
    ("actual", "request_", "fix"),
    [
        ("status 406", GET, "without Accept"),
        ('status 415: "Content-Type is missing"', GET, "without Content-Type"),
        ("status 415", POST, "accept Content-Type application/scim+json"),
        ('status 400: "The header adscimversion is not allowed"', GET, "accept the header ADSCIMVersion"),
        ('status 400: "invalid filter"', GET, ""),
        ("status is missing", GET, ""),
    ],
)
def test_a_refusal_of_the_headers_says_which(actual: str, request_: Request, fix: str) -> None:
    found = of_refusal("status 200", actual, request_)
    assert fix in found
    assert bool(found) == bool(fix)
    assert of_refusal("a refusal", actual, request_) == ""


def test_a_fix_is_its_text() -> None:
    assert ADVICE == "always"
    assert type(fitting(ADVICE, "active", [])) is str
    assert active(is_active=True).fix == "store `active` as it was sent, and return it as a JSON boolean"


@cache
def built() -> list[tuple[Case, list[Step]]]:
    profile = load("entra-default")
    found = [case for one in scenarios.shipped_templates() for case in cases(one, profile, DIALECTS)]
    made = [
        (case, scenarios.built(case, profile)) for case in found if needs.lacks(profile, case.template.needs) is None
    ]
    return [(case, [*one.given, *one.steps]) for case, one in made]


def request_of(step: Step) -> Request:
    outgoing = prepare(step, Names())
    return Request(outgoing.method, outgoing.target, (), None if outgoing.body is None else outgoing.body.decode())


FALSE = {
    "strings": (Sent.TEXT, 'the strings "True" and "False"'),
    "disabling": (Sent.INACTIVE, "whether or not it is active"),
    "change": (Sent.CHANGE, "change what the request names"),
}


@pytest.mark.parametrize(("when", "words"), FALSE.values(), ids=FALSE)
def test_no_scenario_says_what_was_not_sent(when: Sent, words: str) -> None:
    """All checks of all scenarios, each with the requests before it."""
    said = 0
    for case, steps in built():
        requests = [request_of(step) for step in steps]
        for number, step in enumerate(steps):
            for check in step.checks:
                attribute = check.obligation.attribute
                fix = fitting(check.fix, attribute, requests[: number + 1])
                was = fitting(FixText("no", (when, "yes")), attribute or "active", requests[: number + 1]) == "yes"
                assert was or words not in fix, (case.id, step.key, check.key, fix)
                said += words in fix
    assert said


def test_the_legacy_disabling_names_strings_and_the_compliant_one_does_not() -> None:
    found = {}
    for case, steps in built():
        if case.template.id == "ENT-DIS-01":
            requests = [request_of(step) for step in steps]
            checks = [one for step in steps if step.key == "read-back" for one in step.checks if one.key == "active"]
            found[case.dialect] = fitting(checks[0].fix, "active", requests)
    assert 'the strings "True" and "False"' in found[Dialect.LEGACY]
    assert found[Dialect.COMPLIANT] == active(is_active=False).fix
