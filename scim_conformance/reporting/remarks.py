"""The vendor's part of a conformance document: who the product is from, and remarks on requirements.

It is a small TOML file of the vendor, which is kept from run to run: we only add to its end.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from scim_conformance.system import inputs

NAME = "conformance.toml"
"""The file that is read in the current folder if none is named."""

HEAD = """\
# For the conformance document (scim-conformance conformance): the product, and your remarks on requirements. Texts that
# are empty are not shown.

[about]
product = ""
version = ""
vendor = ""
contact = ""
"""


class RemarksError(ValueError):
    """The remarks cannot be used. The message names the file and what is wrong."""


class AboutProduct(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the vendor says about the product; nothing verifies it."""

    product: str = ""
    version: str = ""
    vendor: str = ""
    contact: str = ""


class Remark(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the vendor says about a requirement."""

    requirement: str
    text: str


class Remarks(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file."""

    about: AboutProduct = AboutProduct()
    remark: tuple[Remark, ...] = ()

    def on(self, requirement: str) -> str:
        """Return the remark on a requirement; empty without one."""
        return next((one.text.strip() for one in self.remark if one.requirement == requirement), "")


NONE = Remarks()


def load(file: Path, known: Iterable[str]) -> Remarks:
    """Read the remarks. `known`: the ids of all requirements.

    Raises:
        RemarksError: unreadable, another form, or a remark on no requirement or twice on one.
    """
    try:
        found = msgspec.convert(inputs.toml(file), Remarks)
    except inputs.CannotRead as error:
        raise RemarksError(f"the remarks {file} {error}") from None
    except msgspec.ValidationError as error:
        raise RemarksError(f"the remarks {file} are invalid: {error}".replace("`$.", "`")) from None
    named = [one.requirement for one in found.remark]
    for name in named:
        if name not in set(known):
            raise RemarksError(f"the remarks {file}: no requirement has the id {name[:60]!r}")
        if named.count(name) > 1:
            raise RemarksError(f"the remarks {file}: {name} has more than one remark")
    return found


def added(before: str, wanted: Sequence[tuple[str, str]], held: Remarks) -> str:
    """Return the file with an empty remark for each requirement that has none. `wanted`: ids, each with a comment."""
    have = {one.requirement for one in held.remark}
    blocks = [_block(name, said) for name, said in wanted if name not in have]
    text = before.rstrip("\n") + "\n" if before.strip() else HEAD
    return "\n".join([text, *blocks]) if blocks else text


def _block(requirement: str, said: str) -> str:
    comment = "".join(letter if letter.isprintable() else " " for letter in said)[:200]
    return f'[[remark]]\n# {comment}\nrequirement = "{requirement}"\ntext = ""\n'
