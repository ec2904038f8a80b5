"""The pages that the browser opens: of a demo run with a defect, of a hostile target, and of a very long run."""

import os
from pathlib import Path

import msgspec

from scim_conformance.reporting import files, page
from scim_conformance.reporting.run import RunResult
from scim_conformance.scenario.results import BODY_LIMIT, CUT, Recorded, ScenarioResult
from tests.support import reported

EVIL = (
    "<script>globalThis.evil=1;alert(1)</script><img src=https://evil.invalid/x onerror=alert(2)>"
    "\"'></pre></details></summary><svg onload=alert(3)>{{ 7*7 }}"
)
WAIVER = '[[waiver]]\ncheck = "ENT-POD-02/legacy"\nreason = "being fixed"\nowner = "Jane"\nuntil = 2999-12-31\n'
MANY = 1000


def all_of_them(where: Path, tools: Path) -> dict[str, Path]:
    """Draw every page under `where`; `tools`: where npm put Allure. By the name of the variable that hands it over."""
    (where / "waivers.toml").write_text(WAIVER, encoding="utf-8")
    run = reported.demo(where / "run", "--defect", "op-case", "--waivers", str(where / "waivers.toml"))
    drawn = reported.say("report", run, "--format", "allure", environ={"PATH": f"{tools}:{os.environ['PATH']}"})
    assert drawn.code == 0, drawn.err
    result = files.read(run)
    (where / "evil.html").write_text(page.document(hostile(result)), encoding="utf-8")
    (where / "large.html").write_text(page.document(long(result)), encoding="utf-8")
    found = {"PAGE": run / "report.html", "ALLURE_PAGE": run / "allure.html"}
    return found | {"EVIL_PAGE": where / "evil.html", "LARGE_PAGE": where / "large.html"}


def hostile(result: RunResult) -> RunResult:
    """Return a result with markup in everything that a target, or whoever configures one, can write."""
    scenarios = [msgspec.structs.replace(one, **_poisoned(one)) for one in result.scenarios]
    fixes = [msgspec.structs.replace(one, actual=EVIL, expected=EVIL) for one in result.fix_first]
    leftovers = [{"type": "User", "name": EVIL, "why": EVIL}]
    texts = {"sentence": result.sentence + EVIL, "target": result.target + EVIL, "profile": EVIL, "warnings": [EVIL]}
    return msgspec.structs.replace(result, scenarios=scenarios, fix_first=fixes, leftovers=leftovers, **texts)


def _poisoned(one: ScenarioResult) -> dict[str, object]:
    checks = [
        msgspec.structs.replace(check, actual=check.actual and EVIL, waiver=check.waiver and EVIL)
        for check in one.checks
    ]
    exchanges = [
        msgspec.structs.replace(
            sent,
            url=sent.url + EVIL,
            request_body=EVIL,
            response_body=EVIL,
            response_headers=[(EVIL, EVIL)],
            failure=EVIL,
        )
        for sent in one.exchanges
    ]
    return {"checks": checks, "exchanges": exchanges, "reason": one.reason and EVIL, "title": one.title + EVIL}


def long(result: RunResult, many: int = MANY) -> RunResult:
    """Return a result with so many scenarios, and a body of a megabyte in every answer, cut as a run cuts it."""
    body = '{"x": "' + "y" * (BODY_LIMIT - 7) + f"{CUT}1048576 characters in all"
    played = [one for one in result.scenarios if one.exchanges]
    found = []
    for number in range(many):
        one = played[number % len(played)]
        exchanges: list[Recorded] = [msgspec.structs.replace(sent, response_body=body) for sent in one.exchanges]
        name = f"{one.id}/{number}"
        checks = [msgspec.structs.replace(check, id=check.id.replace(one.id, name)) for check in one.checks]
        found.append(msgspec.structs.replace(one, id=name, nodeid=name, exchanges=exchanges, checks=checks))
    return msgspec.structs.replace(result, scenarios=found)
