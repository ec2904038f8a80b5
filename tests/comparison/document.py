"""docs/comparison.md, from the runs. No figure in it is typed."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from scim_conformance.demo.choices import DEFECTS, VARIANTS
from scim_conformance.demo.faults.registry import Kind
from tests.comparison.playing import Seen
from tests.comparison.tools import OURS, TOOLS, Tool
from tests.proof.matrix import levels
from tests.support.shapes_of_people import SHAPES

PAGE = Path(__file__).resolve().parents[2] / "docs" / "comparison.md"

HEAD = """# Comparison

Other testers of SCIM servers beside this one, on the same targets. `make comparison` plays all of it and writes this
page; no figure is typed.

The testers do not want the same. scim2-tester asks whether a server does what RFC 7643 and 7644 and its own schemas
say, attribute by attribute; scim-sanity takes a quick look at the life of a user and a group, and says what to do; this
one asks whether a server works with Entra's provisioning service, and with `--suite all` whether it does what the RFCs
say. The defects are those of our embedded target, made from what was reported of targets of Entra and from the register
of [standards](standards.md): they favour the tester that was made for them, which is this one.

Of ours, each defect meets the scenarios that were made for it, as in the quick form of the [proof](proof.md): a whole
run takes longer, and can only notice more. Everything else is whole runs.

A fault is **noticed** when a tester names one that it does not name on the honest target, where it was played
three times. Of ours, advice does not count. A tester that holds what is right for a fault was given the target with the
legal variants under which it does so least, so that this does not hide the rest.

A variant is legal for Entra. Where it breaks a MUST of a standard by name (`Variant.breaks`, such as a creation without
Location), it is right that a tester of that standard fails it: these are in the table of what is held for a fault, with
the row, and not in the figure.
"""


@dataclass(frozen=True)
class Compared:
    """All runs. The honest ones are three for each tester; `ended` has resources before and after a SIGTERM."""

    honest: Mapping[str, Sequence[Seen]]
    plain: Mapping[str, Seen]
    """The honest target, without the variants that favour a tester."""
    defects: Mapping[str, Mapping[str, Seen]]
    variants: Mapping[str, Mapping[str, Seen]]
    ended: Mapping[str, Sequence[tuple[int, int]]]
    real: Mapping[str, Mapping[str, tuple[int, frozenset[str], float]]]
    """By server and tester: exit code, faults that were named, seconds."""
    part: int = 1
    """Every one of so many defects and variants was played."""

    def usual(self, tool: str) -> frozenset[str]:
        """Return what a tester names though nothing is wrong."""
        return frozenset().union(*(one.found for one in self.honest[tool]))

    def noticed(self, tool: str) -> set[str]:
        """Return the defects that a tester notices."""
        return {name for name, seen in self.defects[tool].items() if seen.found - self.usual(tool)}

    def alarmed(self, tool: str) -> dict[str, frozenset[str]]:
        """Return the legal variants that a tester holds for faults, with what it says."""
        new = {name: seen.found - self.usual(tool) for name, seen in self.variants[tool].items()}
        return {name: found for name, found in new.items() if found}

    def wronged(self, tool: str) -> set[str]:
        """Return the legal variants that a tester holds for faults although they break no standard."""
        return {name for name in self.alarmed(tool) if not VARIANTS[name].breaks}


def write(compared: Compared) -> None:
    """Write the page."""
    PAGE.write_text("\n".join(_page(compared)) + "\n", encoding="utf-8")


def _page(compared: Compared) -> Iterator[str]:
    yield HEAD
    if compared.part > 1:
        yield f"One of {compared.part} defects and variants was played, in the order of their classes.\n"
    yield from _figures(compared)
    yield from _kinds(compared)
    yield from _theirs(compared)
    yield from _alarms(compared)
    yield from _real(compared)
    yield from _shapes(compared)


def _row(what: str, values: Iterator[object]) -> str:
    return f"| {what} | {' | '.join(str(one) for one in values)} |"


def _figures(compared: Compared) -> Iterator[str]:
    yield from ["## Figures", "", _row("what", (f"{one.name} ({one.version})" for one in TOOLS))]
    yield "| --- |" + " --- |" * len(TOOLS)
    whole, names = len(compared.defects[OURS.name]), [one.name for one in TOOLS]
    yield _row(f"defects noticed, of {whole}", (len(compared.noticed(name)) for name in names))
    yield _row("faults named on the honest target", (len(compared.plain[name].found) for name in names))
    variants = sum(not VARIANTS[name].breaks for name in compared.variants[OURS.name])
    yield _row(f"legal variants held for faults, of {variants}", (len(compared.wronged(name)) for name in names))
    yield _row("requests of a run", (compared.plain[name].requests for name in names))
    yield _row("seconds of a run", (f"{median(one.seconds for one in compared.honest[name]):.1f}" for name in names))
    yield _row("left behind after a whole run", (compared.plain[name].leftovers for name in names))
    yield _row("left behind after SIGTERM, at most", (max(left for _, left in compared.ended[name]) for name in names))
    yield _row(f"Entra's request shapes sent, of {len(SHAPES)}", (len(compared.plain[name].shapes) for name in names))
    dressed = (", ".join(f"`{one}`" for one in tool.dressing) or "none" for tool in TOOLS)
    yield from [_row("variants that favour it", dressed), ""]
    yield "SIGTERM was sent after a quarter, a half and three quarters of the requests of a whole run. Seconds are"
    yield "of a machine with two cores, which played two runs at a time."
    yield ""


def _kinds(compared: Compared) -> Iterator[str]:
    yield from ["## Defects noticed, by class", "", _row("class", (one.name for one in TOOLS))]
    yield "| --- |" + " --- |" * len(TOOLS)
    for kind in Kind:
        own = {name for name in compared.defects[OURS.name] if DEFECTS[name].kind is kind}
        counts = (f"{len(own & compared.noticed(tool.name))} of {len(own)}" for tool in TOOLS)
        yield _row(str(kind), counts)
    yield ""


def _others() -> Sequence[Tool]:
    return [one for one in TOOLS if one is not OURS]


def _theirs(compared: Compared) -> Iterator[str]:
    yield from ["## What they notice and this one does not, or gives advice on", ""]
    mine = compared.noticed(OURS.name)
    rows = [(tool, name) for tool in _others() for name in sorted(compared.noticed(tool.name) - mine)]
    heads = ["| defect | tester | what it says | what this one has |", "| --- | --- | --- | --- |"]
    yield from heads if rows else ["Nothing of the matrix."]
    for tool, name in rows:
        said = sorted(compared.defects[tool.name][name].found - compared.usual(tool.name))
        yield f"| {name}: {_cell(DEFECTS[name].symptom)} | {tool.name} | {_cell('; '.join(said[:3]))} | {_ours(name)} |"
    yield ""


def _ours(name: str) -> str:
    """Return the check of this harness that was made for a defect, and its level: SHOULD is advice."""
    check = str(DEFECTS[name].named)
    found = levels().get(re.sub("/[^#]*#", "#", check), ())
    return f"`{check}`" + (f" ({', '.join(found)})" if found else "")


def _alarms(compared: Compared) -> Iterator[str]:
    yield from ["## What is right and is held for a fault", ""]
    yield from ["| target | tester | what it says |", "| --- | --- | --- |"]
    for tool in TOOLS:
        for said in sorted(compared.plain[tool.name].found):
            yield f"| honest | {tool.name} | {_cell(said)} |"
        for name, found in compared.alarmed(tool.name).items():
            more = f" and {len(found) - 1} more" if len(found) > 1 else ""
            yield f"| {_variant(name)} | {tool.name} | {_cell(min(found))}{more} |"
    yield ""


def _variant(name: str) -> str:
    broken = ", ".join(VARIANTS[name].breaks)
    return f"variant {name}" + (f", which breaks {broken}" if broken else "")


def _real(compared: Compared) -> Iterator[str]:
    yield from ["## Real servers", ""]
    yield from ["What they are: [real-servers.md](real-servers.md). Faults named, and seconds.", ""]
    yield _row("server", (one.name for one in TOOLS))
    yield "| --- |" + " --- |" * len(TOOLS)
    for server, seen in compared.real.items():
        yield _row(server, (f"{len(seen[one.name][1])} ({seen[one.name][2]:.1f} s)" for one in TOOLS))
    for tool in _others():
        yield from ["", f"What {tool.name} names there:", ""]
        for server, seen in compared.real.items():
            yield from (f"- {server}: {said}" for said in sorted(seen[tool.name][1]))
    yield ""


def _shapes(compared: Compared) -> Iterator[str]:
    yield from ["## Entra's request shapes that the others send", ""]
    for tool in _others():
        yield f"- {tool.name}: {', '.join(sorted(compared.plain[tool.name].shapes)) or 'none'}"


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())
