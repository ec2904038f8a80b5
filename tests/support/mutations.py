"""Changes of a recorded run, each drawn by Hypothesis: judging its responses again must find every one of them."""

import json
from collections.abc import Callable
from typing import Any

import msgspec
from hypothesis import strategies as st

from scim_conformance.verdict.results import CheckResult, Recorded, ScenarioResult
from scim_conformance.verdict.run_result import RunResult

replaced = msgspec.structs.replace

Mutation = Callable[[RunResult, st.DataObject], RunResult]


def played(run: RunResult) -> list[ScenarioResult]:
    return [one for one in run.scenarios if one.moment != "every answer" and one.checks]


def with_scenario(run: RunResult, old: ScenarioResult, new: ScenarioResult) -> RunResult:
    return replaced(run, scenarios=[new if one is old else one for one in run.scenarios])


def with_exchange(run: RunResult, one: ScenarioResult, number: int, **changes: Any) -> RunResult:
    exchanges = [replaced(held, **changes) if at == number else held for at, held in enumerate(one.exchanges)]
    return with_scenario(run, one, replaced(one, exchanges=exchanges))


def a_check(
    run: RunResult, data: st.DataObject, wanted: Callable[[CheckResult], bool] = lambda _: True
) -> tuple[ScenarioResult, CheckResult]:
    found = [(one, check) for one in played(run) for check in one.checks if wanted(check)]
    return data.draw(st.sampled_from(found), label="check")


def an_exchange(
    run: RunResult, data: st.DataObject, wanted: Callable[[Recorded], bool] = lambda _: True
) -> tuple[ScenarioResult, int]:
    found = [(one, at) for one in played(run) for at, held in enumerate(one.exchanges) if wanted(held)]
    return data.draw(st.sampled_from(found), label="exchange")


def status(run: RunResult, data: st.DataObject) -> RunResult:
    one, check = a_check(
        run, data, lambda check: check.id.endswith(".status") and check.expected.startswith("status 2")
    )
    assert check.exchange is not None
    return with_exchange(run, one, check.exchange, status=data.draw(st.sampled_from([400, 404, 500])))


def media_type(run: RunResult, data: st.DataObject) -> RunResult:
    one, at = an_exchange(run, data, lambda held: held.status in {200, 201} and bool(held.response_body))
    headers = [(name, "text/html" if name.lower() == "content-type" else value)
               for name, value in one.exchanges[at].response_headers]  # fmt: skip
    return with_exchange(run, one, at, response_headers=headers)


def stored_value(run: RunResult, data: st.DataObject) -> RunResult:
    """One character of a value that a check of the step reads, wherever it stands in the body."""

    def is_text(check: CheckResult) -> bool:
        return "#read-back.stored." in check.id and check.expected.endswith('"') and len(check.expected) < 100

    one, check = a_check(run, data, is_text)
    assert check.exchange is not None
    body = one.exchanges[check.exchange].response_body or ""
    value = check.expected[check.expected.index(' is "') + 4 :]
    at = data.draw(st.integers(1, len(value) - 2).filter(lambda at: value[at].isalnum() and value[at - 1] != "\\"))
    changed = value[:at] + ("x" if value[at].lower() != "x" else "y") + value[at + 1 :]
    assert value in body
    return with_exchange(run, one, check.exchange, response_body=body.replace(value, changed))


def taken_id(run: RunResult, data: st.DataObject) -> RunResult:
    one, at = an_exchange(run, data, lambda held: held.status == 201)
    body = json.loads(one.exchanges[at].response_body or "")
    return with_exchange(run, one, at, response_body=json.dumps(body | {"id": body["id"] + "0"}))


def broken_json(run: RunResult, data: st.DataObject) -> RunResult:
    one, at = an_exchange(run, data, lambda held: held.status in {200, 201} and bool(held.response_body))
    body = one.exchanges[at].response_body or ""
    return with_exchange(run, one, at, response_body=body[:-1])


def a_request(run: RunResult, data: st.DataObject) -> RunResult:
    one, at = an_exchange(run, data, lambda held: bool(held.request_body))
    held = one.exchanges[at]
    changes: list[dict[str, Any]] = [
        {"method": "PUT"},
        {"url": held.url + "x"},
        {"url": held.url.replace("127.0.0.1", "127.0.0.2")},
        {"request_body": (held.request_body or "")[:-1] + " }"},
        {"request_headers": [*held.request_headers, ("X-More", "1")]},
        {"by": "harness" if held.by == "entra" else "entra"},
        {"step": held.step + "x"},
    ]
    return with_exchange(run, one, at, **data.draw(st.sampled_from(changes)))


def a_field_of_a_check(run: RunResult, data: st.DataObject) -> RunResult:
    one, check = a_check(run, data, lambda check: check.level != "SHOULD")
    changes = [
        {"level": "SHOULD"},
        {"verdict": "deviation"},
        {"actual": "status 500"},
        {"expected": "anything"},
        {"so": "nothing"},
        {"fix": "nothing to do"},
        {"citation": {"title": "a wish", "url": check.citation.url}},
        {"evidence": "guessed"},
        {"after": ["ENT-CON-01#probe.status"]},
        {"since": "9.9.9"},
        {"either": not check.either},
        {"cause": "another"},
        {"id": check.id + "x"},
        {"exchange": None},
    ]
    wanted = msgspec.to_builtins(check) | data.draw(st.sampled_from(changes))
    new = msgspec.convert(wanted, CheckResult)
    return with_scenario(run, one, replaced(one, checks=[new if each is check else each for each in one.checks]))


def a_check_less(run: RunResult, data: st.DataObject) -> RunResult:
    one, check = a_check(run, data)
    return with_scenario(run, one, replaced(one, checks=[each for each in one.checks if each is not check]))


def a_check_more(run: RunResult, data: st.DataObject) -> RunResult:
    one, check = a_check(run, data)
    return with_scenario(run, one, replaced(one, checks=[*one.checks, replaced(check, id=check.id + "-too")]))


def an_exchange_less(run: RunResult, data: st.DataObject) -> RunResult:
    one, at = an_exchange(run, data)
    return with_scenario(run, one, replaced(one, exchanges=one.exchanges[:at] + one.exchanges[at + 1 :]))


def an_exchange_more(run: RunResult, data: st.DataObject) -> RunResult:
    one, at = an_exchange(run, data)
    return with_scenario(run, one, replaced(one, exchanges=[*one.exchanges, one.exchanges[at]]))


def a_scenario_less(run: RunResult, data: st.DataObject) -> RunResult:
    one = data.draw(st.sampled_from(run.scenarios))
    return replaced(run, scenarios=[each for each in run.scenarios if each is not one])


def a_scenario_more(run: RunResult, data: st.DataObject) -> RunResult:
    one = data.draw(st.sampled_from(played(run)))
    checks = [replaced(check, id=check.id.replace(one.id, one.id + "x")) for check in one.checks]
    return replaced(run, scenarios=[*run.scenarios, replaced(one, id=one.id + "x", checks=checks)])


def a_field_of_a_scenario(run: RunResult, data: st.DataObject) -> RunResult:
    one = data.draw(st.sampled_from(played(run)))
    changes: list[dict[str, Any]] = [
        {"title": "another"},
        {"suite": "own"},
        {"moment": "delete" if one.moment != "delete" else "match"},
        {"validator": not one.validator},
        {"verdict": "inconclusive"},
        {"verdict": "not applicable"},
        {"reason": "no reason"},
        {"scope": "another"},
        {"process": "gw7"},
        {"bindings": one.bindings | dict.fromkeys(list(one.bindings)[-1:], "0")},
        {"judged": {}},
        {"covers": ["M01", "M02"]},
    ]
    new = msgspec.convert(msgspec.to_builtins(one) | data.draw(st.sampled_from(changes)), ScenarioResult)
    return with_scenario(run, one, new)


def a_field_of_the_run(run: RunResult, data: st.DataObject) -> RunResult:
    fewer = json.loads(msgspec.json.encode(run.profile_definition))
    fewer["user"]["mapping"] = fewer["user"]["mapping"][:-1]
    changes: list[dict[str, Any]] = [
        {"target": "https://scim.example.com/v2"},
        {"disclaimer": "Endorsed by Microsoft"},
        {"suite_version": "0.0.1"},
        {"catalogue_sha256": "0" * 64},
        {"facts_as_of": "2020-01-01"},
        {"run_id": run.run_id[:-1] + ("0" if run.run_id[-1] != "0" else "1")},
        {"settings": run.settings | {"seed": 1}},
        {"settings": run.settings | {"suite": ["all"]}},
        {"profile_definition": fewer},
        {"profile_definition": {}},
        {"verdict_by_dialect": {"legacy": "yes"}},
        {"verdict_by_dialect": {"klingon": "yes"}},
        {"not_kept": {"main": ["displayName"]}},
        {"neighbours": {}},
    ]
    return replaced(run, **data.draw(st.sampled_from(changes)))


MUTATIONS: list[Mutation] = [
    status, media_type, stored_value, taken_id, broken_json, a_request, a_field_of_a_check, a_check_less, a_check_more,
    an_exchange_less, an_exchange_more, a_scenario_less, a_scenario_more, a_field_of_a_scenario, a_field_of_the_run,
]  # fmt: skip
