"""Letters in expressions: case as .NET writes it, words, and letters without their accents."""

import unicodedata
from typing import Any

from scim_conformance.entra.expressions.values import text

_SPELT = {
    "æ": "ae", "Æ": "AE", "ø": "oe", "Ø": "OE", "œ": "oe", "Œ": "OE", "ß": "ss", "ł": "l", "Ł": "L", "ı": "i",
}  # fmt: skip
_TURKISH = ("tr", "az")


def lower(source: Any, culture: str = "") -> str:
    """Write small letters. .NET maps letter by letter: İ stays one character."""
    found = text(source)
    if culture.lower().partition("-")[0] in _TURKISH:
        found = found.replace("I", "ı").replace("İ", "i")
    return "".join(_one(letter, letter.lower()) for letter in found)


def upper(source: Any, culture: str = "") -> str:
    """Write capitals. .NET maps letter by letter: ß stays ß."""
    found = text(source)
    if culture.lower().partition("-")[0] in _TURKISH:
        found = found.replace("i", "İ")
    return "".join(_one(letter, letter.upper()) for letter in found)


def _one(letter: str, mapped: str) -> str:
    return mapped if len(mapped) == 1 else letter


def without_diacritics(source: str) -> str:
    """Replace Latin letters with diacritics as the reference's table does; other scripts stay."""
    found, latin = [], False
    for character in unicodedata.normalize("NFD", source):
        if unicodedata.combining(character):
            if not latin:
                found.append(character)
            continue
        latin = character.isascii() or character in _SPELT
        found.append(_SPELT.get(character, character))
    return unicodedata.normalize("NFC", "".join(found))


def proper_case(source: str, separators: str = "") -> str:
    """Begin each word with a capital; the rest is small.

    Without separators words begin and end as .NET's ToTitleCase has it: at a letter, up to a space, a punctuation
    mark or a symbol, though not up to an apostrophe.
    """
    found, inside = [], False
    for character in lower(source):
        found.append(character if inside else upper(character))
        if separators:
            inside = character not in separators
        else:
            inside = _still_inside(character) if inside else character.isalpha()
    return "".join(found)


def _still_inside(character: str) -> bool:
    kind = unicodedata.category(character)
    return character == "'" or not (kind[0] in "ZPS" or kind in ("Cc", "Cf"))
