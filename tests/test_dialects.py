"""A target that speaks one dialect is judged on that one, and not condemned for what Entra never writes in it."""

import json
from pathlib import Path

import msgspec
import pytest

from scim_conformance.run.rejudge import judged_again
from scim_conformance.verdict import overall
from scim_conformance.verdict.run_result import RunResult
from tests.support.cli import assert_calm, cli
from tests.support.turns import due

pytestmark = pytest.mark.slow

ADDED = ("ENT-UPD-01", "ENT-GRP-05", "ENT-GRP-03", "ENT-GRP-13")
CHANGED = ("ENT-UPD-01", "ENT-UPD-02", "ENT-UPD-13")


ONE_SIDED = [
    ("op-pascal-only", ADDED, "yes", "no"),
    ("op-case", ADDED, "no", "yes"),
    ("pathless-is-put", CHANGED, "yes", "no"),
    ("name-replaced", CHANGED, "yes", "yes"),
    ("pathless-active-wipes", ("ENT-DIS-01", "ENT-DIS-06"), "yes", "no"),
    ("active-string", ("ENT-DIS-01", "ENT-DIS-06"), "no", "yes"),
]


@pytest.mark.parametrize(("defect", "scenarios", "legacy", "compliant"), due(ONE_SIDED, 2))
def test_each_dialect_is_judged_by_what_it_writes(
    defect: str, scenarios: tuple[str, ...], legacy: str, compliant: str, tmp_path: Path
) -> None:
    ended = cli(tmp_path, "demo", "--defect", defect, "--report-dir", "report", *scenarios)
    assert_calm(ended)
    run = msgspec.convert(json.loads((tmp_path / "report" / "result.json").read_bytes()), RunResult)
    assert overall.by_dialect(run.scenarios, run.dialects) == {"legacy": legacy, "compliant": compliant}
    assert run.plain == ({"main": "legacy"} if defect == "op-pascal-only" else {})
    assert judged_again(run).wrong == []


@pytest.mark.parametrize("dialect", ["legacy", "compliant"])
def test_a_run_of_one_dialect_sends_no_member_in_the_other(dialect: str, tmp_path: Path) -> None:
    arguments = ("demo", "--dialect", dialect, "--report-dir", "report", "ENT-GRP-03", "ENT-GRP-10", "ENT-CON-10")
    ended = cli(tmp_path, *arguments)
    assert ended.code == 0, ended.screen
    result = json.loads((tmp_path / "report" / "result.json").read_bytes())
    sent = [one for scenario in result["scenarios"] for one in scenario["exchanges"] if one["method"] == "PATCH"]
    verbs = {op["op"] for one in sent for op in json.loads(one["request_body"])["Operations"]}
    assert len(sent) >= 3
    assert {verb[0].isupper() for verb in verbs} == {dialect == "legacy"}
