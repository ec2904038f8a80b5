"""Which fault turns the check of each row of the register of standards red, and which legal variant leaves it green."""

import shutil
import tempfile
import tomllib
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

import msgspec

from scim_conformance.catalogue import scenarios
from scim_conformance.catalogue.standards.page import judging
from scim_conformance.commands.demonstration import further_of
from scim_conformance.config import credentials
from scim_conformance.config.settings import Settings
from scim_conformance.demo.app import Around
from scim_conformance.demo.choices import DEFECTS, VARIANTS
from scim_conformance.demo.faults.registry import GALLERY
from scim_conformance.demo.server import Served, serve
from scim_conformance.entra.profiles.profile import load
from scim_conformance.run.runner import Runner
from scim_conformance.scenario import tags
from scim_conformance.scenario.checks import Level
from scim_conformance.system.hidden import Hidden
from scim_conformance.target.auth import Grant, Secret
from scim_conformance.verdict.results import ScenarioResult, Verdict
from tests.proof.playing import catalogued

FILE = Path(__file__).with_suffix(".toml")


class RowProof(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is played for a row: the check, the fault, and the variant, if there is one."""

    check: str
    defect: str
    variant: str = ""


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    rows: dict[str, RowProof]


@cache
def proofs() -> dict[str, RowProof]:
    """Return what is played for each row, by its id."""
    return msgspec.convert(tomllib.loads(FILE.read_text(encoding="utf-8")), _Table).rows


def by_target(kind: str) -> dict[str, dict[str, RowProof]]:
    """Return the rows that each `defect`, or each `variant`, shows, by its name."""
    found: dict[str, dict[str, RowProof]] = {}
    for row, one in proofs().items():
        name = getattr(one, kind)
        if name:
            found.setdefault(name, {})[row] = one
    return found


def wrong(name: str, kind: str) -> list[str]:
    """Play what a fault, or a variant, shows; return each row for which it is not as the table has it: its check stays
    green with its fault, or is red with its variant."""
    known = DEFECTS[name].around if kind == "defect" else VARIANTS[name].around
    rows = by_target(kind)[name]
    red = deviating((known,), {one.check.partition("#")[0] for one in rows.values()})
    told = {row: one.check in red for row, one in rows.items()}
    return [
        f"{row}: {rows[row].check} is {'red' if is_red else 'green'} with {name}; red: {sorted(red)}"
        for row, is_red in told.items()
        if is_red is not (kind == "defect")
    ]


def unbroken(name: str) -> list[str]:
    """Play a variant that is legal for Entra alone; return the rows whose MUST it ought to break, and does not."""
    asked = {row: {one.id for one in judging()[row]} for row in VARIANTS[name].breaks}
    ids = {one.partition("#")[0] for checks in asked.values() for one in checks}
    checks = [check for one in performed((VARIANTS[name].around,), ids) for check in one.checks]
    red = {one.id for one in checks if one.verdict is Verdict.DEVIATION and one.level is Level.MUST}
    return [row for row, known in asked.items() if not known & red]


def deviating(arounds: Sequence[Around], ids: Iterable[str]) -> set[str]:
    """Play scenarios by id against the embedded target, in this process, and return the checks that deviate."""
    return {check.id for one in performed(arounds, ids) for check in one.checks if check.verdict is Verdict.DEVIATION}


def performed(arounds: Sequence[Around], ids: Iterable[str]) -> list[ScenarioResult]:
    """Play scenarios by id against the embedded target, in this process."""
    wanted = set(ids)
    asks_for_tokens = any(one.startswith("RFC-TOK") for one in wanted)
    profile = load(GALLERY if asks_for_tokens else "entra-default")
    directory = Path(tempfile.mkdtemp(prefix="standards-"))
    try:
        with serve(arounds) as served:
            settings = Settings(url=served.url, timeout=30.0, settle=0.0, ca_file=served.ca_file)
            access = _grant(served) if asks_for_tokens else Hidden(served.token)
            further = credentials.further(further_of(served))
            runner = Runner(settings, profile, tags.new(), directory, access, further)
            chosen = [
                one for one in scenarios.shipped_templates() if one.id in {name.partition("/")[0] for name in wanted}
            ]
            cases = [one for one in scenarios.cases_of(chosen, profile, settings) if one.id in wanted]
            try:
                played = [runner.main.perform(case, f"standards::{case.id}") for case in cases]
                runner.finish()
                return played
            finally:
                runner.close()
    finally:
        shutil.rmtree(directory)


def _grant(served: Served) -> Grant:
    known = served.app.tokens
    return Grant(served.token_url, known.client_id, Secret("SCIM_CONFORMANCE_CLIENT_SECRET", known.client_secret))


def checked(check: str) -> str:
    """Return a check's id as the catalogue has it."""
    template = check.partition("#")[0].partition("/")[0]
    return catalogued(template, check)
