"""The pages that the browser opens: of a demo run with a defect, of a hostile target, and of a very long run."""

import base64
import json
import os
import re
from pathlib import Path

import msgspec

from scim_conformance.reporting import files, page
from scim_conformance.target.spellings import SHORT
from scim_conformance.verdict.results import BODY_LIMIT, CUT, Recorded, ScenarioResult
from scim_conformance.verdict.run_result import RunResult
from tests.support import reported
from tests.support.cli import Run
from tests.support.raw import ERROR, Accounts, Received, http, listening
from tests.test_secrets import TOKEN, _needles

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
    # As of a target that is still there: of a demo, requests cannot be repeated.
    result = msgspec.structs.replace(files.read(run), demo="")
    (run / "report.html").write_text(page.document(result), encoding="utf-8")
    (where / "evil.html").write_text(page.document(hostile(result)), encoding="utf-8")
    (where / "large.html").write_text(page.document(long(result)), encoding="utf-8")
    found = {"PAGE": run / "report.html", "ALLURE_PAGE": run / "allure.html"}
    found["EVIL_ALLURE_PAGE"] = hostile_allure(where / "hostile", tools)
    return found | {"EVIL_PAGE": where / "evil.html", "LARGE_PAGE": where / "large.html"}


def hostile_allure(where: Path, tools: Path) -> Path:
    """Play against a target that answers with markup and with every secret; return Allure's page of it.

    Raises:
        AssertionError: a secret is in the page, plain or in what it holds in base64.
    """
    where.mkdir()
    with listening(hostile_target) as target:
        run = Run(where, target.url, TOKEN)
        run.run("--timeout", "2", "ENT-CON", "ENT-CRE-01", "ENT-DIS-01")
    drawn = reported.say("report", run.reports, "--format", "allure", environ={"PATH": f"{tools}:{os.environ['PATH']}"})
    assert drawn.code == 0, drawn.err
    text = (run.reports / "allure.html").read_bytes()
    parts = [text, *(base64.b64decode(one) for one in re.findall(rb'"((?:[A-Za-z0-9+/]{4}){20,}={0,2})"', text))]
    assert len(parts) > 20
    # Four characters stand in megabytes of base64 by chance: the page as a whole is searched for longer ones.
    held = [one for one in _needles() for part in parts if one in part and (part is not text or len(one) >= SHORT)]
    assert held == []
    assert any(b"alert(2)" in part for part in parts)
    return run.reports / "allure.html"


def hostile_target(request: Received) -> bytes:
    """Refuse every change with markup, and tell secrets and markup in every answer."""
    if request.method == "PATCH":
        return http(400, json.dumps({"schemas": [ERROR], "status": "400", "detail": EVIL + TOKEN}).encode())
    head, _, body = _HONEST(request).partition(b"\r\n\r\n")
    held = {**json.loads(body), "nickName": EVIL, "title": EVIL + TOKEN} if body else None
    headers = [("X-Echo", EVIL.replace("\n", " ")), ("X-Token", TOKEN)]
    return http(int(head[9:12]), b"" if held is None else json.dumps(held).encode(), headers)


_HONEST = Accounts()


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
