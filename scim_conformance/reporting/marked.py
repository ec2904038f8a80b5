"""Markdown of foreign text: it mentions nobody, loads nothing, links to nothing, and is still readable.

Text that GitHub, GitLab, Azure DevOps or Bitbucket would turn into a mention, a reference or a link becomes code, which
none of them changes; a backslash does not stop them (github/cmark-gfm#181). Everything else is escaped.
"""

import re

from scim_conformance.system.visible import visible

_LINKED = re.compile(
    r"""
    [@\#!~%^]["\w]               # @user, @org/team, #123, GitLab's !12 and ~label and %milestone
    | &\d | \$                   # GitLab's epics and snippets; GitHub's formulas
    | [A-Z]{2}-\d                # GH-12, and the keys of Jira
    | :// | www\. | mailto: | xmpp:
    | (?<!\w)[0-9a-f]{7,64}(?!\w)  # commits
    | :[\w+-]+:                  # emoji
    """,
    re.VERBOSE | re.IGNORECASE,
)
_MARKUP = re.compile(r"[\\`*_\[\]|#!~<>&]")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def inline(text: str, *, cell: bool = False) -> str:
    """Return a text as one line of Markdown without markup, mentions and links; `cell`: for a table."""
    words = re.split(r"( +)", _flat(text))
    return "".join(_quoted(word, cell=cell) if _LINKED.search(word) else _escaped(word) for word in words)


def _quoted(word: str, *, cell: bool) -> str:
    bare = word.rstrip(",.;:)")
    return code(bare, cell=cell) + _escaped(word[len(bare) :])


def code(text: str, *, cell: bool = False) -> str:
    """Return a text as code on one line, regardless of backticks in it; empty stays empty."""
    flat = _flat(text)
    if not flat:
        return ""
    fence = "`" * (_longest(flat) + 1)
    room = " " if flat.startswith("`") or flat.endswith("`") or not flat.strip() else ""
    found = f"{fence}{room}{flat}{room}{fence}"
    # GitHub splits a row into cells before it looks for code.
    return found.replace("|", "\\|") if cell else found


def block(text: str, indent: str) -> list[str]:
    """Return a block of shell code, line by line."""
    fence = "`" * max(4, _longest(text) + 1)
    return [f"{indent}{fence}sh", *(f"{indent}{line}" for line in text.splitlines()), f"{indent}{fence}"]


def link(title: str, url: str) -> str:
    """Return a link to the web; an address that is not one, or that could break out of the link, is not linked."""
    if re.fullmatch(r"https?://[\w.~:/?#@!$&*+,;=%-]+", url, re.ASCII) is None:
        return f"{inline(title)} {code(url)}".rstrip()
    return f"[{_escaped(_flat(title))}]({url})"


def _flat(text: str) -> str:
    return visible(re.sub(r"\s", " ", text))


def _longest(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)


def _escaped(text: str) -> str:
    return _MARKUP.sub(lambda found: _ENTITIES.get(found[0], "\\" + found[0]), text)
