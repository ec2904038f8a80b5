"""The terminal: the findings of `doctor`, and whether a run can start."""

from textwrap import TextWrapper

from rich.text import Text

from scim_conformance.config.configuration import TargetFlags
from scim_conformance.reporting import next_steps
from scim_conformance.reporting.findings import Finding, Severity
from scim_conformance.reporting.progress import console
from scim_conformance.system.visible import visible

SEVERITY_COLOURS = {Severity.OK: "green", Severity.WARNING: "yellow", Severity.FAULT: "bold red"}


def finding(found: Finding) -> None:
    """Print something that was checked, and what to do."""
    out = console()
    text = f"{found.says}: {found.do}" if found.do else found.says
    begin = f"  {found.severity:<8} {found.what:<11}"
    wrapper = TextWrapper(max(out.width, 40), begin, " " * len(begin), break_long_words=False, break_on_hyphens=False)
    for number, line in enumerate(wrapper.wrap(visible(text)) or [begin]):
        shown = Text(line)
        if number == 0:
            shown.stylize(SEVERITY_COLOURS[found.severity], 2, 10)
        out.print(shown, soft_wrap=True)


def diagnosed(code: int, origin: TargetFlags) -> None:
    """Print the overall result of all findings; it is the last line."""
    run = f"scim-conformance run{origin.words()}"
    said = {0: f"Ready: {run}", 1: "Not ready: fix the errors above"}
    text = said.get(code, "The target cannot be tested until that is fixed")
    out = console()
    out.print()
    if code in (0, 1):
        found = next_steps.exporting(origin, [(run, "shows the details")])
        next_steps.show(out, found if code == 1 else found[:-1])
    out.print(Text(text, style="bold green" if code == 0 else "bold red"), soft_wrap=True)
