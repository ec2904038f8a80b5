"""The commands that a run prints at its end, each with what it is for. They work as printed, in the same folder."""

import re
import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.text import Text

from scim_conformance.config.configuration import TargetFlags
from scim_conformance.reporting.history import REPORTS, is_complete
from scim_conformance.reporting.public import is_public
from scim_conformance.scenario.checks import Level
from scim_conformance.verdict import counting
from scim_conformance.verdict.accepted import waived
from scim_conformance.verdict.exit_codes import NOT_JUDGED
from scim_conformance.verdict.overall import NO
from scim_conformance.verdict.run_result import RunResult
from scim_conformance.verdict.waivers import PLACEHOLDERS

NextStep = tuple[str, str]
"""A command, and what it is for; empty: that needs no words."""

WIDTH = 42
"""Columns of the commands, if they fit."""


def near(directory: Path) -> Path:
    """Return a path relative to the current folder if it is inside."""
    here = Path.cwd()
    return directory.relative_to(here) if directory.is_relative_to(here) else directory


def word(directory: Path) -> str:
    """Return a path as a word of a command line."""
    return shlex.quote(str(near(directory)))


def replaying(directory: Path, origin: TargetFlags) -> str:
    """Return the command that runs failures again: without a directory in reports/, otherwise with it."""
    where = "" if near(directory).parent == REPORTS else f" --report-dir {word(directory)}"
    # The earlier run says for which target and profile, but not with which credentials and waivers.
    return f"scim-conformance replay last{where}{origin.words('url', 'profile', 'timeout')}{origin.accepting()}"


def explaining(result: RunResult, identifier: str) -> str:
    """Return the command that explains a scenario or a check, wherever it is declared."""
    known = next((one for one in result.scenarios if one.id == identifier.partition("#")[0]), None)
    own = result.settings.get("own", []) if known is not None and known.suite == "own" else []
    return f"scim-conformance explain {identifier}" + "".join(f" --own {shlex.quote(str(one))}" for one in own)


SENDING = re.compile(r"scim-conformance (run|replay|doctor|clean|rehearse)\b")
"""Commands that need the token."""


def exporting(origin: TargetFlags, found: Sequence[NextStep], *, has_curl: bool = False) -> list[NextStep]:
    """Return commands, after the one that sets the variable with the token if they need that.

    `has_curl`: there are commands of curl too.
    """
    is_needed = has_curl if origin.only_curl else any(SENDING.match(command) for command, _ in found)
    if not origin.export or not is_needed:
        return [*found]
    whose = "curl reads" if origin.only_curl else "the printed commands read"
    return [(origin.export, f"first: {whose} the token from it"), *found]


def steps(result: RunResult, directory: Path | None, origin: TargetFlags) -> list[NextStep]:
    """Return what to do after a run."""
    return exporting(origin, _steps(result, directory, origin), has_curl=bool(result.fix_first))


def _steps(result: RunResult, directory: Path | None, origin: TargetFlags) -> list[NextStep]:
    if origin.demo:
        return [*_after_demo(result, origin)]
    if _failing(result):
        return [*_after_failure(result, directory, origin)]
    if result.exit_code == NOT_JUDGED:
        return [(f"scim-conformance doctor{origin.words()}", "shows what blocks the run")]
    if not is_complete(result):
        return [(origin.running(), "everything: only that gives a verdict")]
    return [*_after_yes(result, directory, origin)]


def _failing(result: RunResult) -> bool:
    return any(fix.level != "SHOULD" or result.fail_on == "should" for fix in result.fix_first)


def _after_demo(result: RunResult, origin: TargetFlags) -> Iterator[NextStep]:
    if _failing(result):
        first = result.fix_first[0].check
        identifier = first.partition("#")[0]
        yield f"scim-conformance explain {first}", ""
        if identifier not in {one.id for one in counting.always(result.scenarios)}:  # those cannot be run alone
            yield f"{origin.demo} {identifier}", "only this scenario"
    else:
        yield "scim-conformance demo --defect op-case", "see it fail"
        yield "scim-conformance init", "then doctor and run: your own target"


def _after_failure(result: RunResult, directory: Path | None, origin: TargetFlags) -> Iterator[NextStep]:
    yield explaining(result, result.fix_first[0].check.partition("#")[0]), ""
    if directory is not None:
        yield replaying(directory, origin), "after the fix"


def _after_yes(result: RunResult, directory: Path | None, origin: TargetFlags) -> Iterator[NextStep]:
    place = "" if directory is None or near(directory).parent == REPORTS else f" {word(directory)}"
    if is_public(result.target) and _is_certifiable(result):
        yield f"scim-conformance certify{place}", "a document for your customer"
    elif _is_certifiable(result):
        yield f"scim-conformance certify{place} --draft", "how a certificate looks"
    if "all" not in result.settings.get("suite", []):
        yield origin.running(" --suite all"), "also simultaneous requests and load"
    yield origin.running(" --yes -n 2"), "in CI, on each pull request: docs/ci.md"


def _is_certifiable(result: RunResult) -> bool:
    """Return whether `certify` accepts the verdict and the waivers of a run."""
    known = waived(result.scenarios)
    unfilled = any(text in (check.waiver or "") for check in known for text in PLACEHOLDERS)
    return result.verdict != NO and not unfilled and all(check.level is Level.SHOULD for check in known)


def show(out: Console, found: Sequence[NextStep], indent: str = "  ") -> None:
    """Print commands, each on one line, however long: it is there to be pasted."""
    for command, why in found:
        fits = len(command) <= WIDTH and len(indent) + WIDTH + 1 + len(why) <= max(out.width, 40)
        text = f"{command:<{WIDTH}} {why}" if fits and why else command
        out.print(Text(indent + text), soft_wrap=True)
        if why and not fits:
            out.print(Text(f"{indent}  {why}", style="dim"), soft_wrap=True)
