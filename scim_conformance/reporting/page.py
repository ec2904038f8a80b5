"""The page: one self-contained HTML file, drawn from result.json alone. No script, nothing from elsewhere.

What a target can have written is escaped by the template library, and its control characters are spelled out.
"""

import re
from functools import cache
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from scim_conformance.reporting import page_data
from scim_conformance.reporting.bodies import Budget
from scim_conformance.reporting.run import RunResult
from scim_conformance.scenario.assess import visible

NAME = "report.html"
TEMPLATES = Path(__file__).parent / "templates"
_TONES = {
    "yes": "good",
    "conformant": "good",
    "no": "bad",
    "deviation": "bad",
    "compliant-only": "fair",
    "legacy-only": "fair",
    "inconclusive": "fair",
    "partial": "fair",
    "advice": "fair",
    "waived": "fair",
    "not-run": "fair",
}


def document(result: RunResult, *, certificate: bool = False) -> str:
    """Return the page of a run; `certificate`: it says that the run was complete, and what it is bound to."""
    budget = Budget()
    return _template().render(
        run=result,
        certificate=certificate,
        moments=page_data.moments(result),
        causes=page_data.causes(result, budget),
        waived=page_data.waived(result),
        counted=page_data.counted(result),
        tables=page_data.tables(result),
        played=page_data.played(result, budget),
        budget=budget,
    )


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES, encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    environment.filters |= {"tone": _tone, "visible": _shown, "prose": _prose, "anchor": _anchor, "web": _web}
    environment.globals["style"] = (TEMPLATES / "page.css").read_text(encoding="utf-8")
    return environment.get_template("page.html.j2")


def _tone(word: str) -> str:
    """Return the colour class of a verdict; the word itself always stands beside the colour."""
    return _TONES.get(word, "plain")


def _shown(text: object) -> str:
    return visible(str(text))


def _prose(text: str) -> Markup:
    """Return a description of ours, escaped, with what stands between backticks as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(visible(text)))))  # noqa: S704 - escaped before


def _anchor(identifier: str) -> str:
    """Return an id for use behind a `#`."""
    return quote(identifier, safe="/.-_")


def _web(url: str) -> str:
    """Return a link's address; nothing but the web is linked to, whoever wrote the source."""
    return url if url.startswith(("https://", "http://")) else "#"
