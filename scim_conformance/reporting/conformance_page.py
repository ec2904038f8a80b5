"""CONFORMANCE.html: the conformance document as one self-contained page without scripts and external resources."""

from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from scim_conformance.reporting.columns import NO, NONE, NOT_CLAIMED, YES
from scim_conformance.reporting.conformance import Conformance
from scim_conformance.reporting.conformance_markdown import HOW, facts, shown_sources
from scim_conformance.reporting.page import TEMPLATES, prose
from scim_conformance.reporting.pieces import State
from scim_conformance.verdict.judging import visible

NAME = "CONFORMANCE.html"
_TONES = {
    YES: "good",
    State.PASSED: "good",
    NO: "bad",
    State.FAILED: "bad",
    f"{State.FAILED} (advice)": "fair",
    NONE: "fair",
    NOT_CLAIMED: "plain",
    "inconclusive": "fair",
}


def document(found: Conformance) -> str:
    """Return the page."""
    how = " ".join(HOW).replace("*", "")
    return _template().render(found=found, run=found.run, facts=list(facts(found)), how=how)


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
    environment.filters |= {"tone": _tone, "visible": _shown, "web": _web, "prose": prose, "sources": shown_sources}
    environment.globals["style"] = (TEMPLATES / "page.css").read_text(encoding="utf-8")
    return environment.get_template("conformance.html.j2")


def _tone(word: str) -> str:
    return _TONES.get(word, "plain")


def _shown(text: object) -> str:
    return visible(str(text))


def _web(url: str) -> str:
    """Return a link's address; only web addresses are linked."""
    return url if url.startswith(("https://", "http://")) else "#"
