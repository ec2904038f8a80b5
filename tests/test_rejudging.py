"""Recorded answers judged again: the same outcome where nothing was changed, and every change is found."""

import json
import time
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scim_conformance.commands import certify
from scim_conformance.reporting import files
from scim_conformance.run import rejudge
from scim_conformance.run.discrepancies import alike
from scim_conformance.run.rejudge import judged_again
from scim_conformance.scenario.standing import STANDING
from scim_conformance.verdict.judging import cut_to_size
from scim_conformance.verdict.results import BODY_LIMIT, CUT, CheckResult, Recorded, ScenarioResult
from scim_conformance.verdict.run_result import RunResult
from tests.support.reported import recorded

replaced = msgspec.structs.replace
few = settings(max_examples=40, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])


def honest() -> RunResult:
    return files.read(recorded())


@pytest.mark.parametrize(
    "flags",
    [
        ("-n", "2"),
        ("--profile", "users-only", "--dialect", "legacy", "--seed", "7"),
        ("--profile", "employee-number"),
        ("--suite", "all", "--defect", "names-lowered", "--settle", "0.2", "ENT-CRE", "SRV"),
    ],
    ids=["parallel", "users-only", "employee-number", "with-service"],
)
def test_judged_again_every_check_comes_out_the_same(flags: tuple[str, ...]) -> None:
    again = judged_again(files.read(recorded(*flags)))
    assert again.wrong == []
    assert again.checks > 100
    assert set(again.not_again) <= {rejudge.CONFIRMED, rejudge.POLLED}
    assert [ids for ids in again.not_again.values() if len(ids) > len(STANDING) or len({*ids}) < len(ids)] == []


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


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda one: one.__name__)
@settings(few, max_examples=4)
@given(data=st.data())
def test_every_change_is_found(mutation: Mutation, data: st.DataObject) -> None:
    changed = mutation(honest(), data)
    assert certify.objections(changed, draft=True) != []


def test_what_was_not_kept_is_shown_by_the_first_creation() -> None:
    """Checks that a run leaves out, since the target did not keep an attribute at first, cannot be made to vanish."""
    run = honest()

    def without(one: ScenarioResult) -> ScenarioResult:
        kept = [check for check in one.checks if not check.id.endswith(".stored.displayName") or "CRE-01" in check.id]
        return replaced(one, checks=kept)

    changed = replaced(run, scenarios=[without(one) for one in run.scenarios], not_kept={"main": ["displayName"]})
    found = judged_again(changed).wrong
    assert any("displayName" in text and "not_kept" in text for text in found), found


def a_read_back(run: RunResult) -> tuple[ScenarioResult, int]:
    """The read after the first creation, which every mapped attribute is asked of."""
    one = next(one for one in run.scenarios if one.id == "ENT-CRE-01")
    return one, next(at for at, held in enumerate(one.exchanges) if held.step == "read-back")


def test_a_body_that_was_cut_is_not_judged_again_and_counted() -> None:
    run = honest()
    one, at = a_read_back(run)
    body = cut_to_size((one.exchanges[at].response_body or "") + " " * BODY_LIMIT)
    assert CUT in str(body)
    again = judged_again(with_exchange(run, one, at, response_body=body))
    assert again.wrong == []
    wanted = [check.id for check in one.checks if check.exchange == at and "stored" in check.id]
    assert len(wanted) > 10
    assert set(wanted) <= set(again.not_again[rejudge.CUT])
    said = f"{again.checks - again.left:,} of {again.checks:,} checks judged again; "
    assert again.sentences()[0].startswith(said)
    assert rejudge.CUT in again.sentences()[0]


def test_a_body_that_only_says_that_it_was_cut() -> None:
    run = honest()
    one, at = a_read_back(run)
    again = judged_again(with_exchange(run, one, at, response_body='{"id": "1"' + CUT + "99,999 characters in all"))
    assert any(text.startswith("ENT-CRE-01#read-back") for text in again.wrong), again.wrong
    assert rejudge.CUT not in again.not_again


def test_a_scenario_of_your_own_is_named_and_not_judged_again() -> None:
    run = honest()
    one = next(one for one in run.scenarios if one.id == "ENT-DIS-01/legacy")
    checks = [replaced(check, id=check.id.replace(one.id, "ACM-SSO-01")) for check in one.checks]
    own = replaced(one, id="ACM-SSO-01", template="ACM-SSO-01", suite="own", checks=checks)
    again = judged_again(replaced(run, scenarios=[*run.scenarios, own]))
    assert again.wrong == []
    assert again.not_again[rejudge.OWN] == [check.id for check in checks]
    elsewhere = [replaced(held, url="https://example.org/Users") for held in own.exchanges]
    again = judged_again(replaced(run, scenarios=[*run.scenarios, replaced(own, exchanges=elsewhere)]))
    assert len(again.wrong) == len(elsewhere)
    assert all("is not below the target's URL" in text for text in again.wrong)


@given(parts=st.lists(st.text(alphabet="ab", max_size=4), min_size=1, max_size=5), data=st.data())
def test_what_was_redacted_may_be_anything_and_the_rest_may_not(parts: list[str], data: st.DataObject) -> None:
    other = st.text(st.characters(exclude_characters="c"), max_size=5)
    secrets = [data.draw(other) for _ in parts[1:]]
    sent = "".join(part + secret for part, secret in zip(parts, [*secrets, ""], strict=True))
    shown = "***".join(parts)
    assert alike(shown, sent)
    assert not alike("c" + shown, sent)
    assert not alike(shown + "c", sent)


def test_it_takes_little_time_however_much_was_redacted() -> None:
    begun = time.process_time()
    assert not alike("***a" * 20_000 + "b", "a" * 200_000)
    assert time.process_time() - begun < 5
