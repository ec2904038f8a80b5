"""What an attack shows of the harness: each promise that was not kept, as a sentence."""

import json
import re
from collections.abc import Iterator

from tests.hostile.attacking import COUNTING, Attack, Tells
from tests.hostile.playing import Outcome, Said

LEFT = re.compile(
    r"(?i)\b(?:at least )?(\d+)\b[^\n]*\b(?:still (?:be )?in the target|left|remain|not removed|were not deleted)\b"
)
GONE = re.compile(r"(?i)nothing is left|nothing of ours is left|nothing was left")
AT_LEAST = re.compile(r"(?i)\bat least \d+")


def faults(attack: Attack, outcome: Outcome) -> list[str]:
    """Return every promise that was not kept."""
    return [
        *_touched(outcome),
        *_calm("run", outcome.run),
        *(fault for one in outcome.cleans for fault in _calm("clean", one)),
        *_told(attack, outcome),
        *_counted(attack, outcome),
    ]


def _touched(outcome: Outcome) -> Iterator[str]:
    """Check that no stranger was written to, by what arrived and by what is stored."""
    for wrong in outcome.wrongs[:6]:
        yield f"touched: {wrong}"
    if len(outcome.wrongs) > 6:
        yield f"touched: {len(outcome.wrongs)} requests in all"
    for said, when in [(outcome.run, "run"), *((one, "clean") for one in outcome.cleans)]:
        if said.damage:
            yield f"damage after {when}: {len(said.damage)} strangers, such as {said.damage[0]}"


def _calm(command: str, said: Said) -> Iterator[str]:
    if "Traceback" in said.text or "INTERNALERROR" in said.text or said.code == 3:
        yield f"{command}: not calm: exit {said.code}: {said.text[-300:]}"
    if said.code not in {0, 1, 6}:
        yield f"{command}: exit {said.code}: {said.text[-200:]}"


def _told(attack: Attack, outcome: Outcome) -> Iterator[str]:
    if attack.tells in {Tells.CREATION, Tells.UNCONFIRMED, Tells.RED}:
        if outcome.run.code not in {1, 6}:
            yield f"run: exit {outcome.run.code}, not 1 or 6"
        if outcome.result.get("verdict") == "yes":
            yield "the verdict is yes"
    if attack.tells in {Tells.CREATION, Tells.UNCONFIRMED}:
        if not outcome.result.get("leftovers"):
            yield "leftovers are empty, though something could not be confirmed"
        if not LEFT.search(outcome.run.text) or GONE.search(outcome.run.text):
            yield "the terminal does not say that something may be left"
    if attack.tells is Tells.CREATION:
        yield from _first(outcome)


def _first(outcome: Outcome) -> Iterator[str]:
    fixes = outcome.result.get("fix_first") or []
    first = fixes[0] if fixes else {}
    if first.get("level") != "MUST" or "wrong account" not in json.dumps(first):
        said = f"{first.get('level')} {first.get('check')}: {first.get('actual')}" if first else "nothing"
        yield f"first to fix is {said[:160]}, not a MUST that the answer names another account"


def _counted(attack: Attack, outcome: Outcome) -> Iterator[str]:
    """Compare the numbers named with what a second client counts, where ids and names are truly ours."""
    if attack.tells not in COUNTING:
        return
    counted, named = len(outcome.run.left), len(outcome.result.get("leftovers") or [])
    if named != counted:
        yield f"run: leftovers names {named}, a second client counts {counted}: {sorted(outcome.run.left.items())[:4]}"
    yield from _sentence("run", outcome.run, counted)
    last = outcome.cleans[-1]
    wanted = {Tells.COUNTED: 1, Tells.DELETES: 0, Tells.BLIND: 6}[attack.tells]
    wanted = 0 if attack.tells is Tells.COUNTED and not last.left else wanted
    if last.code != wanted:
        yield f"clean: exit {last.code}, not {wanted}; a second client counts {len(last.left)}"
    if attack.tells is Tells.DELETES and last.left:
        yield f"clean: {len(last.left)} are left: {sorted(last.left.items())[:4]}"


def _sentence(command: str, said: Said, counted: int) -> Iterator[str]:
    numbers = {int(one) for one in LEFT.findall(said.text)}
    if counted and counted not in numbers and not AT_LEAST.search(said.text):
        yield f"{command}: the sentence says {sorted(numbers) or 'nothing'}, a second client counts {counted}"
    if counted and GONE.search(said.text):
        yield f"{command}: says that nothing is left; a second client counts {counted}"
    if not counted and numbers - {0}:
        yield f"{command}: says that {sorted(numbers)} are left; a second client counts none"
