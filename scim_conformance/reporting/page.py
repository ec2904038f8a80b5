"""The page: one self-contained HTML file, rendered only from result.json. No scripts, no external resources.

Text from a target is escaped by the template library, and its control characters are spelled out.
"""

import os
import re
import shlex
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import cache, partial
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from jinja2.bccache import Bucket, FileSystemBytecodeCache
from markupsafe import Markup, escape

from scim_conformance.reporting import page_data, words
from scim_conformance.reporting.bodies import Budget
from scim_conformance.reporting.cover import Cover
from scim_conformance.system.visible import visible
from scim_conformance.verdict.run_result import RunResult

NAME = "report.html"
BESIDE = "result.json"
"""How commands on a page name the run if the page does not know its directory: the file next to it."""
TEMPLATES = Path(__file__).parent / "templates"
_TONES = {
    "yes": "good",
    "passed": "good",
    "no": "bad",
    "failed": "bad",
    "compliant-only": "fair",
    "legacy-only": "fair",
    "inconclusive": "fair",
    "partial": "fair",
    "advice": "fair",
    "waived": "fair",
    "not-run": "fair",
    "not run": "fair",
}


def document(result: RunResult, place: str = BESIDE, *, cover: Cover | None = None, draft: bool = False) -> str:
    """Return the page of a run. `place`: the report directory in the commands that it shows.

    `cover`: of a certificate, which states that the run was complete, and what it is bound to. `draft`: every page is
    marked as a draft, in print too.
    """
    budget = Budget()
    return _template().render(
        run=result,
        place=place,
        cover=cover,
        draft=draft,
        moments=page_data.moments(result),
        tone=page_data.tone(result),
        is_rehearsal=result.is_rehearsal,
        dialects=page_data.dialects(result),
        causes=page_data.causes(result, budget, place),
        waived=page_data.waived(result),
        counted=page_data.counted(result),
        tables=page_data.tables(result),
        played=page_data.played(result, budget),
        budget=budget,
        check_word=partial(words.of_check, fail_on=result.fail_on),
        cause_word=partial(words.of_cause, fail_on=result.fail_on),
    )


def templates(**filters: Callable[..., object]) -> Environment:
    """Return what reads the templates of pages, with filters in addition to those that all pages need."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES, encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
        bytecode_cache=_compiled(),
    )
    environment.filters |= {"visible": _shown, "prose": prose, "web": _web, **filters}
    environment.globals["style"] = (TEMPLATES / "page.css").read_text(encoding="utf-8")
    return environment


class _Compiled(FileSystemBytecodeCache):
    """Keeps compiled templates, if it can: a full disk is no reason to lose a page."""

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Write a compiled template."""
        with suppress(OSError):
            super().dump_bytecode(bucket)


def _compiled() -> _Compiled | None:
    """Return where compiled templates are kept: next to them, as Python keeps its modules; None if it may not."""
    place = TEMPLATES / "__pycache__"
    if sys.dont_write_bytecode or not os.access(TEMPLATES, os.W_OK):
        return None
    with suppress(OSError):
        place.mkdir(exist_ok=True)
    return _Compiled(str(place)) if os.access(place, os.W_OK) else None


@cache
def _template() -> Template:
    environment = templates(tone=_tone, anchor=_anchor, word=shlex.quote)
    environment.get_template("parts.html.j2")  # what the page imports is compiled once too
    return environment.get_template("page.html.j2")


def _tone(word: str) -> str:
    """Return the color class of a verdict; the verdict's text is always shown as well."""
    return _TONES.get(word, "plain")


def _shown(text: object) -> str:
    return visible(str(text))


def prose(text: str) -> Markup:
    """Return a description of ours, escaped, with text between backticks as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(visible(text)))))  # noqa: S704 - escaped before


def _anchor(identifier: str) -> str:
    """Return an id for use behind a `#`."""
    return quote(identifier, safe="/.-_")


def _web(url: str) -> str:
    """Return a link's address; only web addresses are linked, whatever the source."""
    return url if url.startswith(("https://", "http://")) else "#"
