"""Fingerprints of what generated rows are made from: the code of functions, and scenarios as they are built.

A scenario's is taken from the steps that it builds, so that a helper that changes what is sent changes it, and a new
wording does not. What judges an answer is code: its fingerprint is that of the module-level function that made it, with
all that this one uses. Comments, docstrings and layout count nowhere, so that a move changes nothing.
"""

import ast
import dataclasses
import hashlib
import inspect
import io
import re
import sys
import tokenize
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from types import FunctionType, ModuleType
from typing import Any, NamedTuple

from scim_conformance.catalogue import scenarios
from scim_conformance.entra import needs
from scim_conformance.entra.dialects import DIALECTS
from scim_conformance.entra.profiles.profile import load
from scim_conformance.scenario.model import Template, cases

WORDS = frozenset(
    {"so", "fix", "why", "title", "citation", "seen", "since", "raised", "labelled", "after", "owner", "asks"}
)
"""Fields of steps and checks that change neither what is sent nor what is found."""

LATER = frozenset({"makes"})
"""Fields that steps did not always have: where one is empty, nothing is other than before."""

LATER_MEMBERS = {"Endpoint": ' PORT = "port" NEWLINE'}
"""Members that a class did not always have: what does not name them is no other than before."""

BY_A_RUN = frozenset({"left_out"})
"""Fields of scenarios that only a run fills."""

JUDGING = ("scim_conformance.scenario", "scim_conformance.entra", "scim_conformance.scim", "scim_conformance_suites")
FAULTS = ("scim_conformance.demo.faults",)
VARIANTS = ("scim_conformance.demo.variants", "scim_conformance.demo.faults", "tests.proof.batches")
"""The modules into which a fingerprint looks: what lies outside is the engine, or the embedded target as it is."""


PLAIN = (str, int, float, bool, tuple, re.Pattern)
"""Constants that count as part of the function that uses them."""


def digest(*parts: object) -> str:
    """Return a short hash of some values."""
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:12]


def of_code(function: Callable[..., Any], within: tuple[str, ...]) -> str:
    """Return the fingerprint of a function or class and of all of ours that it uses, in these modules.

    Raises:
        LookupError: its text is not found, so that a change of it would be missed.
    """
    name = function.__qualname__.partition(".")[0]
    here = Place(function.__module__, name)
    if here in _places(here.module):
        return digest(_whole(here, within), *_enclosed(function, within))
    if name != "<lambda>":
        raise LookupError(f"{here.module} has no {name} at its top")
    return digest(_line(function))


def _enclosed(function: Callable[..., Any], within: tuple[str, ...]) -> Iterator[str]:
    """Yield what a function that another one made knows from there."""
    for cell in getattr(function, "__closure__", None) or ():
        for value in _parts(cell.cell_contents):
            if isinstance(value, FunctionType):
                yield of_code(value, within) if value is not function else ""
            elif isinstance(value, PLAIN):
                yield repr(value)


def _parts(held: Any) -> tuple[Any, ...]:
    """Return the functions of a tuple one by one: its text would have their addresses."""
    of_functions = isinstance(held, tuple) and any(isinstance(one, FunctionType) for one in held)
    return held if of_functions else (held,)


def of_scenario(template: Template, profile_name: str, *, words: bool = False) -> str:
    """Return the fingerprint of a scenario as a profile has it: requests, checks, levels, and how these judge.

    `words`: also of what it is called, and of what its checks tell people.
    """
    profile, walk = load(profile_name), Walk(words)
    parts = [template.title, template.description] if words else []
    for case in cases(template, profile, DIALECTS) if needs.lacks(profile, template.needs) is None else ():
        parts += [case.id, *walk.of(scenarios.built(case, profile))]
    return digest(template.id, *parts, *sorted(walk.judges))


@dataclass
class Walk:
    """Yields the parts of a value in order. Functions are kept apart, in `judges`, by their fingerprints."""

    words: bool
    judges: set[str] = field(default_factory=set)

    def of(self, value: Any) -> Iterator[str]:
        """Yield the parts of a value, in order."""
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            yield from self._fields(value)
        elif isinstance(value, dict):
            yield from (part for key, held in value.items() for part in (str(key), *self.of(held)))
        elif isinstance(value, list | tuple):
            yield f"[{len(value)}"
            yield from (part for held in value for part in self.of(held))
        elif isinstance(value, set | frozenset):
            yield from sorted(map(repr, value))
        elif callable(value):
            self.judges.add(of_code(value, JUDGING) if isinstance(value, FunctionType) else type(value).__qualname__)
        else:
            yield str(value.value) if isinstance(value, Enum) else repr(value)

    def _fields(self, value: Any) -> Iterator[str]:
        for one in dataclasses.fields(value):
            held = getattr(value, one.name)
            is_new = one.name in LATER and not held
            if not is_new and one.name not in BY_A_RUN and (self.words or one.name not in WORDS):
                yield one.name
                yield from self.of(held)


DEFINES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class Place(NamedTuple):
    """Where a function or class stands: its module, and its name at the top of it."""

    module: str
    name: str


@cache
def _whole(place: Place, within: tuple[str, ...]) -> str:
    """Return the fingerprint of a function with all that it uses, and that these use."""
    found: dict[Place, str] = {}
    waiting = [place]
    while waiting:
        here = waiting.pop()
        if here not in found:
            found[here], uses = _alone(here)
            waiting += [one for one in uses if one.module.startswith(within) and one in _places(one.module)]
    return digest(*sorted(found.values()))


@cache
def _alone(place: Place) -> tuple[str, frozenset[Place]]:
    """Return a function's text, with the constants that it names, and what it uses."""
    used = dict(_used(place))
    data = [f"{name}={value!r}" for name, value in sorted(used.items()) if isinstance(value, PLAIN)]
    functions = [value for value in used.values() if isinstance(value, FunctionType | type)]
    text = "\n".join([_plain(_source(place)).replace(LATER_MEMBERS.get(place.name, "\n"), ""), *data])
    return text, frozenset(Place(one.__module__, one.__qualname__) for one in functions)


@cache
def _places(module: str) -> dict[Place, ast.stmt]:
    """Return the functions and classes at the top of a module."""
    tree = ast.parse(inspect.getsource(sys.modules[module]))
    wanted = [one for one in tree.body if isinstance(one, DEFINES)]
    return {Place(module, one.name): one for one in wanted}


def _source(place: Place) -> str:
    """Return a function's text, without what decorates it."""
    node = _places(place.module)[place]
    return "\n".join(_lines(place.module)[node.lineno - 1 : node.end_lineno]) + "\n"


@cache
def _lines(module: str) -> list[str]:
    return inspect.getsource(sys.modules[module]).splitlines()


def _line(function: Callable[..., Any]) -> str:
    """Return the line of a lambda that stands in no function."""
    return _lines(function.__module__)[function.__code__.co_firstlineno - 1].strip()


def _used(place: Place) -> Iterator[tuple[str, Any]]:
    """Yield what a function's text names: globals, and members of modules; functions without what wraps them."""
    known = vars(sys.modules[place.module])
    for node in ast.walk(_places(place.module)[place]):
        if isinstance(node, ast.Name) and node.id in known:
            yield node.id, _bare(known[node.id])
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            holder = known.get(node.value.id)
            if isinstance(holder, ModuleType):
                yield f"{node.value.id}.{node.attr}", _bare(getattr(holder, node.attr, None))


def _bare(value: Any) -> Any:
    return inspect.unwrap(value) if callable(value) else value


def _plain(source: str) -> str:
    """Return a source without comments, docstrings and layout."""
    kept: list[str] = []
    begins = True
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type in {tokenize.COMMENT, tokenize.NL, tokenize.ENDMARKER}:
            continue
        if token.type in {tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT}:
            begins = True
            kept.append(tokenize.tok_name[token.type])
            continue
        if not (begins and token.type == tokenize.STRING):
            kept.append(token.string)
        begins = False
    return " ".join(kept)
