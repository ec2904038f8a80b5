"""The tag of a run: 48 bits in every name, login and matching value of the users and groups it creates.

Only its tag identifies a name as ours. The tag has three forms: `sct` and twelve hex digits, with which names start;
only the hex digits, with which ids of Entra's directory and employee numbers start; and the same number in sixteen
decimal digits after two zeros, for names of digits alone.
"""

import re
import secrets
import uuid

PREFIX = "sct"
EXAMPLE = PREFIX + "0" * 12
"""The tag of what is only shown or tried, and never sent."""

LEAST = 4
"""Letters and digits in addition to the tag that distinguish the users of a run: what an employee number has."""

_TAG = re.compile(r"sct[0-9a-f]{12}(?![0-9a-f])")
_WHOLE = re.compile(r"sct[0-9a-f]{12}")


def new() -> str:
    """Create the tag of a run, such as `sct00f1a2b3c4d5`."""
    return PREFIX + secrets.token_hex(6)


def is_tag(text: str) -> bool:
    """Return whether `text` is the tag of some run."""
    return _WHOLE.fullmatch(text) is not None


def digits(tag: str) -> str:
    """Return the hex digits of a tag, without its prefix."""
    return tag.removeprefix(PREFIX)


def decimal(tag: str) -> str:
    """Return the tag as sixteen decimal digits, the first of which is 1: a target that drops leading zeros keeps it."""
    return str(10**15 + int(digits(tag), 16))


def numeric(tag: str, mark: str) -> str:
    """Return a name of digits alone, with leading zeros; `mark`: hex digits that distinguish it."""
    return f"{ZEROS}{decimal(tag)}{int(mark, 16):08}"


ZEROS = "00"


def forms(tag: str) -> tuple[str, str, str]:
    """Return what names of a run start with: a search for its resources uses them."""
    return tag, digits(tag), f"{ZEROS}{decimal(tag)}"


def guid(tag: str, seed: str) -> str:
    """Return a GUID that starts with the hex digits of the tag; the rest is made from `seed`."""
    made, begin = uuid.uuid5(uuid.NAMESPACE_URL, f"{tag}/{seed}").hex, digits(tag)
    return str(uuid.UUID(begin + made[len(begin) :]))


def carries(tag: str, name: str) -> bool:
    """Return whether a name contains the tag of this run, in any form and letter case."""
    bare, said = name.casefold().replace("-", ""), name.casefold()
    return tag in said or decimal(tag) in said or digits(tag) in bare


def names_one(tag: str, name: str) -> bool:
    """Return whether a name contains the tag and enough more to identify one user or group of the run."""
    rest = name.casefold().replace("-", "")
    for form in forms(tag):
        rest = rest.replace(form, "")
    return carries(tag, name) and sum(map(str.isalnum, rest)) >= LEAST


def found_in(name: str) -> str | None:
    """Return the tag of a run that a name contains in its usual form, or None."""
    match = _TAG.search(name.casefold())
    return None if match is None else match[0]
