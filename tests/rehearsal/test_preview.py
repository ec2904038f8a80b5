"""`preview` against a target over a real socket: what it predicts, what it sends, and where personal data is."""

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from scim_conformance.commands.main import cli
from scim_conformance.config.settings import Settings, SettingsError
from scim_conformance.demo.server import listen
from scim_conformance.run.connect import make_wire
from scim_conformance.scenario.exchange import Outgoing, RefusedByHarness
from tests.rehearsal.application import LOCAL, Application, accounts, application, multiplied
from tests.rehearsal.company import PROFILE, Company, company
from tests.rehearsal.list_only import ListOnly
from tests.rehearsal.personal import assert_none_outside, personal_values

pytestmark = pytest.mark.slow

SCREENS = Path(__file__).parent / "screens"


def preview(folder: Path, there: Application, *flags: str, given: Company | None = None) -> tuple[int, dict[str, Any]]:
    """Run the command; return its exit code and preview.json."""
    said = (given or company()).write(folder / "in")
    report = folder / "report"
    code = cli.main(["preview", *said, *there.flags, "--report-dir", str(report), *flags], standalone_mode=False)
    return code, json.loads((report / "preview.json").read_bytes())


def table(folder: Path, name: str = "people.csv") -> str:
    return (folder / "report" / "private" / name).read_text(encoding="utf-8")


def test_what_entra_would_do(tmp_path: Path) -> None:
    with application(accounts(company())) as there:
        code, found = preview(tmp_path, there)
        methods = dict(there.methods)
    assert code == 0
    # By hand: 0 is equal; 3 and 10 lack an address, 4 and 7 have another title, and 7 is inactive; 19 have no account.
    assert found["would"] == {"link": 1, "update": 4, "create": 19}
    assert found["changed_attributes"] == {"title": 2, 'emails[type eq "work"].value': 2, "active": 1}
    assert found["accounts"] == {"assigned": 5, "unassigned": 1, "local": 1}
    # 15 + 20 memberships in the two security groups; ten of these users are out of scope.
    assert found["memberships"] == {"sent": 25, "not_sent": 10}
    assert found["findings"] == []
    assert set(methods) == {"GET"}
    assert methods["GET"] == found["requests"]
    assert "title: 'Former title' -> 'Account Executive'" in table(tmp_path)
    assert table(tmp_path, "links.csv").count("\n") == 6


def test_an_account_that_the_query_does_not_find_comes_first(tmp_path: Path) -> None:
    with application(accounts(company()), "match-case") as there:
        code, found = preview(tmp_path, there)
        assert set(there.methods) == {"GET"}
    assert code == 1
    [first] = found["findings"]
    assert (first["check"], first["level"], first["users"]) == ("REH-MAT-01", "MUST", 1)
    assert found["would"]["create"] == 20
    assert "which is not found by userName" in table(tmp_path)


def test_two_accounts_that_match(tmp_path: Path) -> None:
    given = company()
    twin = accounts(given)[0] | {"userName": given.users[0]["userPrincipalName"].upper()}
    with application([*accounts(given), twin], "twin-by-case") as there:
        code, found = preview(tmp_path, there)
    assert code == 1
    assert [(one["check"], one["users"]) for one in found["findings"]] == [("REH-MAT-02", 1)]
    assert found["codes"] == {"DuplicateTargetEntries": 1}


def test_two_users_who_match_one_account(tmp_path: Path) -> None:
    given = company()
    shared = given.users[3]["mail"]
    one = {**LOCAL, "userName": "shared", "emails": [{"type": "work", "value": shared}]}
    with application([one]) as there:
        code, found = preview(tmp_path, there, given=given)
    assert code == 1
    assert found["codes"] == {"DuplicateSourceEntries": 1}
    assert found["findings"] == []


def test_hundreds_of_accounts_are_listed_and_the_target_stays_as_it_was(tmp_path: Path) -> None:
    with application(accounts(company())[:1]) as there:
        multiplied(there.served.app, 150)
        before = {one.id: one.meta for one in there.served.app.memory.resources}
        _, found = preview(tmp_path, there)
        assert {one.id: one.meta for one in there.served.app.memory.resources} == before
        assert set(there.methods) == {"GET"}
    assert found["accounts"] == {"assigned": 1, "local": 150}


def test_thousands_of_accounts_are_listed_once_and_nothing_is_written(tmp_path: Path) -> None:
    many = ListOnly(5000)
    with listen(many) as url:
        said = company().write(tmp_path / "in")
        flags = ["--url", url, "--token", "any", "--report-dir", str(tmp_path / "report")]
        assert cli.main(["preview", *said, *flags], standalone_mode=False) == 1
    found = json.loads((tmp_path / "report" / "preview.json").read_bytes())
    # Two users share an address: the second one finds the account that was just created for the first.
    assert found["codes"] == {"DuplicateSourceEntries": 1}
    assert set(many.methods) == {"GET"}
    assert many.pages == 50
    assert (found["accounts_listed"], found["accounts"]) == (5000, {"local": 5000})
    assert table(tmp_path, "accounts.csv").count("\n") == 5001


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("repeats", "accounts that are counted in totalResults and on no page: 4,900"),
        ("overlaps", "accounts that are on several pages: 1"),
        ("grows", "different totals on different pages: 5"),
    ],
)
def test_pages_that_are_wrong_end_and_are_named(tmp_path: Path, fault: str, said: str) -> None:
    many = ListOnly(5000 if fault == "repeats" else 500, fault)
    with listen(many) as url:
        flags = ["--url", url, "--token", "any", "--report-dir", str(tmp_path / "report")]
        cli.main(["preview", *company().write(tmp_path / "in"), *flags], standalone_mode=False)
    found = json.loads((tmp_path / "report" / "preview.json").read_bytes())
    assert said in [one["text"] for one in found["findings"]]
    assert {one["check"] for one in found["findings"]} == {"REH-LST-01"}


def test_personal_data_is_only_in_the_private_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = company()
    with application(accounts(given), "match-case") as there:
        preview(tmp_path, there, given=given)
    values = personal_values(given) | {str(LOCAL["userName"]), str(LOCAL["displayName"]), "Former title"}
    ids = {row.partition(",")[0] for row in table(tmp_path, "accounts.csv").splitlines()[1:]}
    assert len(ids) == 7
    assert_none_outside(tmp_path / "report", values | ids, capsys.readouterr().out, PROFILE)
    assert "person-" in (tmp_path / "report" / "preview.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("width", [80, 120])
def test_the_screen(
    tmp_path: Path, width: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scim_conformance.commands.preview.width", lambda: width)
    with application(accounts(company()), "match-case") as there:
        preview(tmp_path, there)
    text = normal(capsys.readouterr().out.replace(str(tmp_path), "<folder>"))
    file = SCREENS / f"preview-{width}.txt"
    if os.environ.get("SCREENS") == "write":
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8"), text


def test_more_attributes_than_the_line_has_are_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scim_conformance.rehearsal.preview_screen.MOST_ATTRIBUTES", 2)
    with application(accounts(company())) as there:
        preview(tmp_path, there)
    said = " ".join(capsys.readouterr().out.split())
    assert re.search(r"4 updated: \S.* 2, \S.* 2 and 1 more 19 create", said)


def test_the_last_line_is_the_result(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with application(accounts(company())) as there:
        preview(tmp_path, there)
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == "Preview: nothing to fix. 24 users in scope: 1 unchanged, 4 updated, 19 created"


def normal(text: str) -> str:
    """Replace what differs from run to run: the port, times, and the names of masked users."""
    for pattern, said in (
        (r"127\.0\.0\.1:\d+", "127.0.0.1:<port>"),
        (r"person-[0-9a-f]{6,}", "person-<mask>"),
        (r"about \d+ (s|min)", "about <n> s"),
        (r"the target\s+alone,\s+at \d+ ms:\s+\d+ (s|min)", "the target alone, at <n> ms: <n> s"),
    ):
        text = re.sub(pattern, said, text)
    return text


def test_the_page_runs_no_script_from_elsewhere_and_escapes_what_it_shows(tmp_path: Path) -> None:
    given = company()
    given.groups[0]["displayName"] = "</script><script>alert(1)</script>"
    with application([]) as there:
        preview(tmp_path, there, given=given)
    page = (tmp_path / "report" / "preview.html").read_text(encoding="utf-8")
    assert page.count("<script") == 2
    assert not re.search(r"(src|href)=", page)
    assert "default-src 'none'" in page
    rows = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert rows is not None
    assert len(json.loads(rows[1])) == 61


def test_a_target_that_cannot_be_read_is_exit_code_6(tmp_path: Path) -> None:
    with application([]) as there:
        said = company().write(tmp_path / "in")
        flags = ["--url", there.served.url, "--token", "wrong", "--report-dir", str(tmp_path / "report")]
        assert cli.main(["preview", *said, *flags], standalone_mode=False) == 6
    assert not (tmp_path / "report").exists()


def test_no_target_and_not_offline(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no target: use --url, or --offline"):
        cli.main(["preview", *company().write(tmp_path)], standalone_mode=False)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_the_wire_of_a_preview_sends_nothing_but_get(method: str) -> None:
    with application([]) as there:
        wire = make_wire(Settings(url=there.served.url), there.served.token, read_only=True)
        with pytest.raises(RefusedByHarness, match=f"{method} was not sent"):
            wire.send(Outgoing(method, "/Users", body=b"{}"))
        assert wire.send(Outgoing("GET", "/Users?count=1")).answer is not None
        assert dict(there.methods) == {"GET": 1}
        wire.close()
