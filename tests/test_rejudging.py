"""Recorded answers judged again: the same outcome where nothing was changed, and every change is found."""

import time
from functools import cache

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
from scim_conformance.verdict.results import BODY_LIMIT, CUT, ScenarioResult
from scim_conformance.verdict.run_result import RunResult
from tests.support.mutations import MUTATIONS, Mutation, replaced, with_exchange
from tests.support.reported import recorded
from tests.support.small import small
from tests.support.turns import due

pytestmark = pytest.mark.slow

few = settings(max_examples=40, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])


def honest() -> RunResult:
    return files.read(recorded())


@cache
def few_mappings(*, groups: bool = False) -> RunResult:
    """A complete run too, which takes a fraction of the time to judge again."""
    return files.read(recorded(*small(groups=groups)))


FLAGS: dict[str, tuple[str, ...]] = {
    "parallel": (*small(groups=True), "-n", "2"),
    "employee-number": ("--profile", "employee-number"),
    "users-only": ("--profile", "users-only", "--dialect", "legacy", "--seed", "7"),
    "with-service": ("--suite", "all", "--defect", "names-lowered", "--settle", "0.2", "ENT-CRE", "SRV"),
    "with-credentials": ("--suite", "all", *small(), "ENT-CRE", "RFC-AUT", "SEC-TOK", "SEC-TLS"),
}


@pytest.mark.parametrize("name", due(FLAGS, 2))
def test_judged_again_every_check_comes_out_the_same(name: str) -> None:
    again = judged_again(files.read(recorded(*FLAGS[name])))
    assert again.wrong == []
    assert again.checks > 100
    assert set(again.not_again) <= {rejudge.CONFIRMED, rejudge.POLLED}
    assert [ids for ids in again.not_again.values() if len(ids) > len(STANDING) or len({*ids}) < len(ids)] == []


@pytest.mark.parametrize("mutation", due(MUTATIONS, 3), ids=lambda one: one.__name__)
@settings(few, max_examples=4)
@given(data=st.data())
def test_every_change_is_found(mutation: Mutation, data: st.DataObject) -> None:
    changed = mutation(few_mappings(groups=data.draw(st.booleans(), label="groups")), data)
    assert certify.objections(changed, draft=True) != []


def test_what_was_not_kept_is_shown_by_the_first_creation() -> None:
    """Checks that a run leaves out, since the target did not keep an attribute at first, cannot be made to vanish."""
    run = few_mappings()

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
    run = few_mappings()
    one, at = a_read_back(run)
    again = judged_again(with_exchange(run, one, at, response_body='{"id": "1"' + CUT + "99,999 characters in all"))
    assert any(text.startswith("ENT-CRE-01#read-back") for text in again.wrong), again.wrong
    assert rejudge.CUT not in again.not_again


def test_a_scenario_of_your_own_is_named_and_not_judged_again() -> None:
    run = few_mappings()
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
