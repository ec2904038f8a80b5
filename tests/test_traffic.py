"""Each request shape that Entra is known to send is on the wire, and what a profile lacks is not."""

import hashlib
import re
from collections import defaultdict
from pathlib import Path

import pytest

from scim_conformance.catalogue import scenarios
from scim_conformance.catalogue.limits import most_requests, sent_requests
from scim_conformance.entra.profiles.profile import load
from scim_conformance.scim import urns
from tests.support.shapes import BY_PROFILE
from tests.support.shapes_of_people import SHAPES
from tests.support.small import small
from tests.support.traffic import ABSENT, NULL, Played, Sent, paths_of, played
from tests.support.turns import due

pytestmark = pytest.mark.slow

CATALOGUE = Path(__file__).resolve().parent.parent / "docs" / "catalogue.json"
MANAGER = f"{urns.ENTERPRISE_USER}:manager"
ENVELOPE = {"schemas", "meta.resourceType", "members", 'emails[type eq "work"].primary'}
"""What stands in a request beside mapped attributes; `primary` marks the one work e-mail (Microsoft's tutorial)."""

DEARER = (
    "let the new scenario prepare less (reusable, dialects='either'), or let it raise the limit, with the reason: "
    "@scenario(…, extra=Extra(12, 'why'))"
)


@pytest.mark.parametrize("name", SHAPES)
def test_every_shape_is_on_the_wire(name: str) -> None:
    assert {sent.scenario for sent in played().sent if SHAPES[name](sent)}


@pytest.mark.parametrize("profile", due(BY_PROFILE, 1))
def test_every_shape_of_a_profile_is_on_the_wire(profile: str) -> None:
    run = played("--profile", profile)
    unsent = [name for name, found in BY_PROFILE[profile].items() if not any(map(found, run.sent))]
    assert unsent == []
    assert run.result["verdict"] == "yes"


def test_a_profile_matched_by_object_id_asks_for_it_first() -> None:
    queries = [one.target for one in played("--profile", "object-id").sent if one.target.startswith("/Users?filter=")]
    assert queries[0].startswith('/Users?filter=externalId eq "')


def test_a_whole_run_stays_within_its_requests() -> None:
    """Reads that confirm whose an id is count; the look for what is left at the end has bounds of its own."""
    result, most = played().result, most_requests()
    assert result["verdict"] == "yes"
    sent = result["requests"]["entra"] + result["requests"]["harness"]
    assert sent <= most, f"{sent} requests, and {most} are allowed: {DEARER}"
    assert result["requests"]["sweep"] <= most // 3


def test_what_pages_say_about_its_requests_is_what_it_sends() -> None:
    sent, measured = played().result["requests"], sent_requests()
    for kind in ("entra", "harness", "sweep"):
        said = getattr(measured, kind)
        assert abs(sent[kind] - said) <= said * 0.03, f"{sent[kind]} requests: python -m tests.contract.measuring"


def test_entra_never_sends_put_nor_bulk_nor_a_search() -> None:
    sent = played().sent
    assert {one.method for one in sent} == {"GET", "POST", "PATCH", "DELETE"}
    posted = {one.target.partition("?")[0] for one in sent if one.method == "POST"}
    assert posted == {"/Users", "/Groups"}


@pytest.mark.parametrize("flags", [(), ("--profile", "workgrid")])
def test_a_result_carries_the_hash_of_the_catalogue_whatever_the_profile(flags: tuple[str, ...]) -> None:
    wanted = hashlib.sha256(CATALOGUE.read_bytes()).hexdigest()
    assert played(*flags).result["catalogue_sha256"] == wanted


def named(sent: Sent) -> set[str]:
    """Name the attributes that a request writes, as mappings name them."""
    if sent.method == "POST":
        return set(paths_of(sent.body))
    found: set[str] = set()
    for one in sent.operations:
        path = one.get("path", ABSENT)
        found |= set(paths_of(one["value"])) if path == ABSENT else {_unqualified(path)}
    return found


def _unqualified(path: str) -> str:
    whole = re.sub(r"^(members|manager)\[value eq .+\]$", r"\1", path.removeprefix(f"{urns.USER}:"))
    return MANAGER if whole == "manager" else whole


def test_workgrid_is_sent_nothing_that_its_table_lacks() -> None:
    run, profile = played("--profile", "workgrid"), load("workgrid")
    assert profile.group is not None
    rows = [*profile.user.mapping, *profile.group.mapping]
    mapped = ENVELOPE | {row.target for row in rows} | {f"{row.path.name}{NULL}" for row in rows}
    # One path is written in another letter case, which names the same attribute.
    known = {name.lower() for name in mapped}
    assert {(one.scenario, path) for one in run.sent for path in named(one) if path.lower() not in known} == set()
    assert run.result["verdict"] == "yes"


def test_workgrid_is_sent_the_manager_as_plain_text() -> None:
    values = []
    for one in played("--profile", "workgrid").sent:
        values += [change["value"] for change in one.operations if change.get("path") == MANAGER and "value" in change]
        if one.method == "POST" and "manager" in one.body.get(urns.ENTERPRISE_USER, {}):
            values.append(one.body[urns.ENTERPRISE_USER]["manager"])
    assert len(values) > 5
    assert [value for value in values if not isinstance(value, str)] == []


def test_without_groups_in_the_profile_none_is_written() -> None:
    run = played("--profile", "users-only")
    to_groups = [one for one in run.sent if one.target.startswith("/Groups")]
    assert {one.method for one in to_groups} == {"GET"}
    assert {one.scenario for one in to_groups} == {"ENT-CON-02"}
    assert run.result["verdict"] == "yes"


def shape(sent: Sent) -> tuple[str, str, tuple[str, ...]]:
    """Return what is alike of two requests for different people: names, ids and values taken out."""
    target = re.sub(r'"(?:[^"\\]|\\.)*"', '"…"', sent.target)
    target = re.sub(r"^(/+(?:Users|Groups)/)[^/?]+", r"\1{id}", target)
    return sent.method, target, tuple(sorted(paths_of(sent.body))) if sent.method == "POST" else ()


def _shapes(run: Played, dialect: str) -> dict[str, list[tuple[str, str, tuple[str, ...]]]]:
    found = defaultdict(list)
    for one in run.sent:
        if not one.given:
            found[one.scenario.replace(f"/{dialect}", "/{dialect}")].append(shape(one))
    return found


MAPPED = {"default": (), "small": small(groups=True)}
"""Profiles with which one dialect is played alone, in turn."""


@pytest.mark.parametrize("profile", due(MAPPED, 2))
def test_the_dialects_differ_in_the_bodies_of_patch_alone(profile: str) -> None:
    runs = {dialect: played("--dialect", dialect, *MAPPED[profile]) for dialect in ("legacy", "compliant")}
    legacy, compliant = (_shapes(run, dialect) for dialect, run in runs.items())
    both = {one.id for one in scenarios.shipped_templates() if one.dialects is None or len(one.dialects) == 2}
    common = {name for name in (*legacy, *compliant) if name.partition("/")[0] in both}
    assert {name for name in common if legacy.get(name) != compliant.get(name)} == set()
    assert len(common) > (60 if profile == "default" else 50)


@pytest.mark.parametrize("profile", due(MAPPED, 2))
def test_in_each_dialect_alone_no_patch_is_spelled_as_in_the_other(profile: str) -> None:
    for dialect, foreign in (("legacy", str.islower), ("compliant", str.istitle)):
        run = played("--dialect", dialect, *MAPPED[profile])
        sent = [one for one in run.sent if one.dialect == dialect and not one.given]
        spelled = {operation["op"] for one in sent for operation in one.operations}
        assert spelled, dialect
        assert [op for op in spelled if foreign(op)] == []


FLAG = "?aadOptscim062020"


@pytest.mark.parametrize(
    ("defect", "verdict", "flag"), [("group-emptied", "compliant-only", FLAG), ("dotted-keys", "legacy-only", "")]
)
def test_a_target_of_one_dialect_is_told_which_url_to_enter(defect: str, verdict: str, flag: str) -> None:
    result = played("--defect", defect).result
    assert result["verdict"] == verdict
    assert result["sentence"].endswith(f"enter the tenant URL {result['target']}{flag}")
    assert result["exit_code"] == 1
