"""CONFORMANCE.html: the conformance document as one self-contained page without scripts and external resources."""

import re
from functools import cache

from jinja2 import Template
from markupsafe import Markup, escape

from scim_conformance.reporting.columns import NO, NONE, NOT_CLAIMED, YES
from scim_conformance.reporting.conformance import Conformance
from scim_conformance.reporting.conformance_markdown import HOW, facts, shown_sources
from scim_conformance.reporting.page import templates
from scim_conformance.reporting.pieces import State

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
    return _template().render(found=found, run=found.run, facts=list(facts(found)), how=" ".join(HOW))


@cache
def _template() -> Template:
    return templates(tone=_tone, sources=shown_sources, emphasized=_emphasized).get_template("conformance.html.j2")


def _emphasized(text: str) -> Markup:
    """Return a text of ours, escaped, with what is between asterisks emphasized."""
    return Markup(re.sub(r"\*([^*]+)\*", r"<em>\1</em>", str(escape(text))))  # noqa: S704 - escaped before


def _tone(word: str) -> str:
    return _TONES.get(word, "plain")
