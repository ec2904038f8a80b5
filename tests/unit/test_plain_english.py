"""Plain English in everything that a person reads: a list of words and phrases that are not, each with a replacement.

Microsoft Learn and GitHub Docs are the models: active voice, the subject named, run, check, fix, fail, impact. A
legitimate use of a word (standard, stand-alone, "is held for document update") is excluded by its pattern.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from scim_conformance.commands.main import cli
from tests.real import expectations

ROOT = Path(__file__).resolve().parents[2]

FORBIDDEN = {
    r"mend(s|ed|ing)?": "fix",
    r"who(so)?ever|whomever": "name the subject: a user, an administrator, a process",
    r"(?<!user )(?<!users )who left": "the user … after leaving",
    r"for ever": "permanently, indefinitely, never changes",
    r"(is|are|was|were|be) told(?! apart\b)": "name who reports it: the report says",
    r"stands?(?!-)(?! for\b)(?! alone\b)": "is, is in, is listed in",
    r"stood": "was",
    r"holds": "contains, has, stores",
    r"take(s|n)? \S+( \S+)? for(?! each\b| a run\b| the run\b)": "treat … as",
    r"(is|are|be) of (no|little) use|(is|of) no use": "has no effect, is out of range",
    r"in (the|its|their|our) way of|stands? in the way": "blocks",
    r"what(ever)? comes of (it|them)": "the result; ignore the result",
    r"and no more": "only; but not",
    r"that nobody has": "unknown, that does not exist",
    r"(is|are) there already|there already (is|are)": "already exists",
    r"anew": "again",
    r"besides?": "next to, in addition to, other than",
    r"other letter case|another letter case": "different letter case",
    r"(written|changed|behaves?|spelled) otherwise|otherwise than": "in another way, differently",
    r"(does|do|will) not arrive|never arrives?": "is not saved, is lost",
    r"it is not asked|it cannot be judged": "say what breaks for the customer",
    r"look(s|ed|ing)? (whether|into)": "check",
    r"a slash too many|too many slashes": "an extra slash",
    r"(is|are|was|were|been|be) answered with": "returns; the response is",
    r"answer(s|ed)? (a |the )?[1-5]\d\d": "return 204; returned 404",
    r"answers? with": "return",
    r"wants? (a|an|the|no|[1-5]\d\d)": "expects, requires",
    r"demand(s|ed)?(?!-)(?<!on.demand)": "require",
    r"(goes?|go) first": "takes precedence",
    r"in a second|requests? a second": "per second",
    r"no further scenarios?": "no more scenarios",
    r"(breaks?|broke|broken) off": "closes the connection",
    r"tid(y|ied|ying)( \w+)? up|tid(y|ied|ying) away": "clean up",
    r"blanks?": "space",
    r"strangers?('s)?": "another user; another user's account",
    r"nobody (is|was|will|can|may|else|there|here|has|had|knows)": "no user, there is no",
    r"everybody('s)?": "all users, everyone",
    r"any\s?body('s)?": "anyone",
    r"some\s?body('s)?": "a user, another user",
    r"of one's own|one's own": "your own",
    r"on and on|over and over": "repeatedly",
    r"no matter of|(is|are) (nobody's|no one's) business": "does not concern",
    r"(fares?|fared) (no )?(better|worse)": "does not help",
    r"beyond that which|that which": "what",
    r"heretofore|hitherto|herein|thereof|thereby|whereof|lest|ere": "name it",
    r"(speaks|speak) for itself": "is explained by",
    r"in vain": "without effect",
    r"turn(s|ed)? (the|a|its|this) verdict": "change the verdict, decide the verdict",
    r"(reads?|read|sent|sends?) back otherwise": "returned differently",
    r"as (it|they) (came|come)": "unchanged",
    r"cut here|cut short here": "truncated",
    r"(may|can|could) be asked here": "there is no terminal to prompt on",
    r"say so with": "confirm with",
    r"give(s)? (it|them)? ?--[a-z]": "use --…",
    r"not said": "not determined, unknown",
    r"it could not be prepared": "setup failed",
    r"a value that stays": "the value stays …",
    r"the like": "similar",
    r"(has|have) become of": "happened to, the outcome",
    r"leave(s)? alone": "do not change",
    r"with manners": "with safeguards",
    r"mistake is answered": "error is reported",
}
"""What is not said, as a pattern between word boundaries, and what to say instead."""

PATTERN = re.compile(
    "|".join(rf"(?P<p{number}>\b(?:{one})(?!\w))" for number, one in enumerate(FORBIDDEN)), re.IGNORECASE
)
ROOMS = ("catalogue", "commands", "config", "entra", "reporting", "rfc", "run", "scenario", "target", "verdict")
PAGES = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "action.yml")
GENERATED = {"coverage.md", "proof.md", "real-servers.md", "comparison.md", "performance.md", "standards.md"}
"""Pages of docs/ that are written from requirements, defects, measurements or runs."""
SERVERS = sorted(path.stem for path in expectations.DIRECTORY.glob("*.toml"))


def literals(name: str) -> Iterator[tuple[str, str]]:
    """Yield the strings in a module, docstrings among them; an f-string is one text with {} for its values."""
    inner: set[int] = set()
    for node in ast.walk(ast.parse((ROOT / name).read_text(encoding="utf-8"))):
        if isinstance(node, ast.JoinedStr):
            inner |= {id(part) for part in node.values}
            text = "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
            yield f"{name}:{node.lineno}", text
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inner:
            yield f"{name}:{node.lineno}", node.value


def lines(name: str) -> Iterator[tuple[str, str]]:
    """Yield the paragraphs of a page or template, code blocks left out."""
    text = re.sub(r"```.*?```", lambda block: "\n" * block[0].count("\n"), (ROOT / name).read_text("utf-8"), flags=re.S)
    at = 1
    for paragraph in text.split("\n\n"):
        yield f"{name}:{at}", paragraph
        at += paragraph.count("\n") + 2


def helps() -> Iterator[tuple[str, str]]:
    """Yield the help of every command as it is printed."""
    waiting: list[tuple[str, click.Command]] = [("scim-conformance", cli)]
    while waiting:
        name, command = waiting.pop()
        yield f"{name} --help", command.get_help(click.Context(command, info_name=name))
        if isinstance(command, click.Group):
            waiting += [(f"{name} {key}", one) for key, one in command.commands.items()]


def judgements(server: str) -> Iterator[tuple[str, str]]:
    """Yield what docs/real-servers.md says about a server, without its own requests and responses."""
    for entry in expectations.load(server).entries:
        yield from ((f"{server}: {entry.title}", text) for text in (entry.title, entry.why, entry.saw))


def modules() -> list[str]:
    roots = [ROOT / "suites", *(ROOT / "scim_conformance" / room for room in ROOMS)]
    return sorted(str(path.relative_to(ROOT)) for root in roots for path in root.rglob("*.py"))


def pages() -> list[str]:
    docs = [f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md") if path.name not in GENERATED]
    templates = (ROOT / "scim_conformance" / "reporting" / "templates").glob("*.j2")
    tables = (ROOT / "scim_conformance" / "entra").rglob("*.toml")
    return sorted([*PAGES, *docs, *(str(path.relative_to(ROOT)) for path in (*templates, *tables))])


def odd(texts: Iterator[tuple[str, str]]) -> list[str]:
    """Return where a text is not plain, with the words and what to say instead; code in backticks is not meant."""
    instead = list(FORBIDDEN.values())
    found = []
    for where, text in texts:
        for match in PATTERN.finditer(re.sub(r"`[^`]*`", "``", " ".join(text.split()))):
            number = int(str(match.lastgroup)[1:]) if match.lastgroup else 0
            found.append(f"{where}: “{match[0]}”: {instead[number]}")
    return found


@pytest.mark.parametrize("name", modules())
def test_a_module_says_nothing_in_odd_words(name: str) -> None:
    assert odd(literals(name)) == []


@pytest.mark.parametrize("name", pages())
def test_a_page_says_nothing_in_odd_words(name: str) -> None:
    assert odd(lines(name)) == []


@pytest.mark.parametrize("server", SERVERS)
def test_no_judgement_of_a_real_server_says_anything_in_odd_words(server: str) -> None:
    assert odd(judgements(server)) == []


def test_no_help_says_anything_in_odd_words() -> None:
    assert odd(helps()) == []


@pytest.mark.parametrize(
    "text",
    [
        "the target has a standard, stand-alone client that stands for another; on-demand provisioning",
        "RFC erratum 8097 is held for document update; the two cannot be told apart",
        "it takes 30 s for each request; a user who left; the users who left",
    ],
)
def test_a_legitimate_use_is_not_meant(text: str) -> None:
    assert odd(iter([("here", text)])) == []


def test_a_forbidden_word_is_found_with_its_replacement() -> None:
    assert odd(iter([("here", "Whoever left keeps access for\never")])) == [
        "here: “Whoever”: name the subject: a user, an administrator, a process",
        "here: “for ever”: permanently, indefinitely, never changes",
    ]
