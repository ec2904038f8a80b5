"""Each request shape that Entra is known to send is on the wire, and what a profile lacks is not."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from scim_conformance import catalogue
from scim_conformance.demo.defects import DEFECTS
from scim_conformance.entra.profile import load
from scim_conformance.scim import urns
from tests.support.shapes import SHAPES
from tests.support.traffic import ABSENT, NULL, Played, Sent, paths_of, play

CATALOGUE = Path(__file__).resolve().parent.parent / "docs" / "catalogue.json"
MANAGER = f"{urns.ENTERPRISE_USER}:manager"
ENVELOPE = {"schemas", "meta.resourceType", "members", 'emails[type eq "work"].primary'}
"""What stands in a request beside mapped attributes; `primary` marks the one work e-mail (Microsoft's tutorial)."""

Playing = Callable[..., Played]


@pytest.fixture(scope="module")
def playing(tmp_path_factory: pytest.TempPathFactory) -> Playing:
    """Play the suites with these arguments, once."""

    @cache
    def once(*arguments: str, defect: str | None = None) -> Played:
        around = [] if defect is None else [DEFECTS[defect].around]
        return play(tmp_path_factory.mktemp("traffic"), *arguments, defects=around)

    return once


@pytest.mark.parametrize("name", SHAPES)
def test_every_shape_is_on_the_wire(name: str, playing: Playing) -> None:
    assert {sent.scenario for sent in playing().sent if SHAPES[name](sent)}


def test_a_whole_run_sends_at_most_six_hundred_requests(playing: Playing) -> None:
    result = playing().result
    assert result["verdict"] == "yes"
    assert sum(result["requests"].values()) <= 600


def test_entra_never_sends_put_nor_bulk_nor_a_search(playing: Playing) -> None:
    sent = playing().sent
    assert {one.method for one in sent} == {"GET", "POST", "PATCH", "DELETE"}
    posted = {one.target.partition("?")[0] for one in sent if one.method == "POST"}
    assert posted == {"/Users", "/Groups"}


@pytest.mark.parametrize("profile", ["entra-default", "workgrid"])
def test_a_result_carries_the_hash_of_the_catalogue_whatever_the_profile(profile: str, playing: Playing) -> None:
    wanted = hashlib.sha256(CATALOGUE.read_bytes()).hexdigest()
    assert playing("--profile", profile).result["catalogue_sha256"] == wanted


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


def test_workgrid_is_sent_nothing_that_its_table_lacks(playing: Playing) -> None:
    played, profile = playing("--profile", "workgrid"), load("workgrid")
    assert profile.group is not None
    rows = [*profile.user.mapping, *profile.group.mapping]
    mapped = ENVELOPE | {row.target for row in rows} | {f"{row.path.name}{NULL}" for row in rows}
    # One path is written in another letter case, which names the same attribute.
    known = {name.lower() for name in mapped}
    assert {(one.scenario, path) for one in played.sent for path in named(one) if path.lower() not in known} == set()
    assert played.result["verdict"] == "yes"


def test_workgrid_is_sent_the_manager_as_plain_text(playing: Playing) -> None:
    values = []
    for one in playing("--profile", "workgrid").sent:
        values += [change["value"] for change in one.operations if change.get("path") == MANAGER and "value" in change]
        if one.method == "POST" and "manager" in one.body.get(urns.ENTERPRISE_USER, {}):
            values.append(one.body[urns.ENTERPRISE_USER]["manager"])
    assert len(values) > 5
    assert [value for value in values if not isinstance(value, str)] == []


def test_without_groups_in_the_profile_none_is_written(playing: Playing) -> None:
    played = playing("--profile", "users-only")
    to_groups = [one for one in played.sent if one.target.startswith("/Groups")]
    assert {one.method for one in to_groups} == {"GET"}
    assert {one.scenario for one in to_groups} == {"ENT-CON-02"}
    assert played.result["verdict"] == "yes"


def shape(sent: Sent) -> tuple[str, str, tuple[str, ...]]:
    """Return what is alike of two requests for different people: names, ids and values taken out."""
    target = re.sub(r'"(?:[^"\\]|\\.)*"', '"…"', sent.target)
    target = re.sub(r"^(/+(?:Users|Groups)/)[^/?]+", r"\1{id}", target)
    return sent.method, target, tuple(sorted(paths_of(sent.body))) if sent.method == "POST" else ()


def _shapes(played: Played, dialect: str) -> dict[str, list[tuple[str, str, tuple[str, ...]]]]:
    found = defaultdict(list)
    for one in played.sent:
        if not one.given:
            found[one.scenario.replace(f"/{dialect}", "/{dialect}")].append(shape(one))
    return found


def test_the_dialects_differ_in_the_bodies_of_patch_alone(playing: Playing) -> None:
    legacy, compliant = (_shapes(playing("--dialect", dialect), dialect) for dialect in ("legacy", "compliant"))
    both = {one.id for one in catalogue.shipped_templates() if one.dialects is None or len(one.dialects) == 2}
    common = {name for name in (*legacy, *compliant) if name.partition("/")[0] in both}
    assert {name for name in common if legacy.get(name) != compliant.get(name)} == set()
    assert len(common) > 60


def test_in_each_dialect_alone_no_patch_is_spelled_as_in_the_other(playing: Playing) -> None:
    for dialect, foreign in (("legacy", str.islower), ("compliant", str.istitle)):
        sent = [one for one in playing("--dialect", dialect).sent if one.dialect == dialect and not one.given]
        spelled = {operation["op"] for one in sent for operation in one.operations}
        assert spelled, dialect
        assert [op for op in spelled if foreign(op)] == []


FLAG = "?aadOptscim062020"


@pytest.mark.parametrize(
    ("defect", "verdict", "flag"), [("group-emptied", "compliant-only", FLAG), ("dotted-keys", "legacy-only", "")]
)
def test_a_target_of_one_dialect_is_told_which_url_to_enter(
    defect: str, verdict: str, flag: str, playing: Playing
) -> None:
    result = playing(defect=defect).result
    assert result["verdict"] == verdict
    assert result["sentence"].endswith(f"enter the tenant URL {result['target']}{flag}")
    assert result["exit_code"] == 1
