"""A profile written as TOML, with comments. We write it ourselves: the writers without a dependency tree (tomli-w)
cannot write comments, and the one that can (tomlkit) is designed for editing files."""

import json
from typing import Any

ROW = ("source", "expression", "constant", "target", "type", "match", "default", "apply")
"""The order of a mapping's keys: like the portal's table, from the source to the target."""


def profile(table: dict[str, Any], comments: list[str]) -> str:
    """Return the file: comments, the keys of the top, then users and groups."""
    lines = [line for comment in comments for line in _comment(comment)]
    lines += [f"{key} = {value(table[key])}" for key in ("name", "title")]
    if "job" in table:
        lines += ["", "[job]", *(f"{key} = {value(one)}" for key, one in table["job"].items())]
    for kind in ("user", "group"):
        lines += _object(kind, table[kind]) if kind in table else []
    return "\n".join(lines) + "\n"


def _comment(text: str) -> list[str]:
    return ["# " + "".join(letter if letter.isprintable() else " " for letter in line) for line in text.splitlines()]


def _object(kind: str, thing: dict[str, Any]) -> list[str]:
    plain = [key for key in ("actions", "unassign") if key in thing]
    lines = ["", f"[{kind}]", *(f"{key} = {value(thing[key])}" for key in plain)] if plain else []
    for one in thing.get("scope", ()):
        lines += ["", f"[[{kind}.scope]]", *(f"{key} = {value(held)}" for key, held in one.items())]
    for row in thing["mapping"]:
        lines += ["", f"[[{kind}.mapping]]"]
        shown = {key: row[key] for key in ROW if key in row and (key, row[key]) != ("type", "String")}
        lines += [f"{key} = {value(one)}" for key, one in shown.items()]
    return lines


def value(given: Any) -> str:
    """Write a value; text without escapes if possible, because expressions are full of quotes."""
    if isinstance(given, list):
        return "[" + ", ".join(value(one) for one in given) + "]"
    if isinstance(given, dict):
        return "{ " + ", ".join(f"{key} = {value(one)}" for key, one in given.items()) + " }"
    if not isinstance(given, str):
        return str(given).lower()
    if ('"' in given or "\\" in given) and "'" not in given and given.isprintable():
        return f"'{given}'"
    # JSON's escapes are TOML's, except that TOML wants U+007F escaped.
    return json.dumps(given, ensure_ascii=False).replace("\x7f", "\\u007f")
