"""The description of a setting, once: flags, pytest's options, variables, file keys and docs/settings.md are made from
it.

A setting is a field of `settings.Settings`, or of `settings.Secrets`, annotated with an `Option`. The field gives the
name, the type and the default; the option gives the rest.
"""

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field
from functools import cache
from types import NoneType
from typing import Annotated, Any, Literal, get_args, get_origin

import msgspec

PREFIX = "SCIM_CONFORMANCE_"
"""The prefix of each variable's name."""

PYTEST = "pytest"
"""In `Option.on`: a pytest session, where the flag starts with `--scim-`."""

TO_TARGET = ("run", "replay", "clean", "doctor", "rehearse", "preview", PYTEST)
"""The commands that connect to a target."""

WRITTEN = (*TO_TARGET, "init")
"""Those, and the one that writes the settings file."""

PLAYING = ("run", "demo", PYTEST)
"""The commands that define how the suites run."""

AGAIN = (*PLAYING, "replay")
"""Those, and the one that plays scenarios of an earlier run again."""

JUDGING = (*PLAYING, "rehearse")
"""The commands that define how the suites run, and the one that plays provisioning cycles."""

ALL = (*JUDGING, "replay")
"""All of these."""


@dataclass(frozen=True)
class Option:
    """The description of a setting, other than its name, type and default."""

    help: str
    """A phrase without a full stop. The default is appended."""
    on: tuple[str, ...]
    """The commands that have the flag. None: only a variable."""
    metavar: str = ""
    _: KW_ONLY
    choices: tuple[str, ...] = ()
    """The values, if the type does not define them."""
    otherwise: str = ""
    """The default in words, if it is not a fixed value."""
    instead: Mapping[str, str] = field(default_factory=dict)
    """The help of a command in which the setting has another meaning, by the command's name."""
    shown: Mapping[str, str] = field(default_factory=dict)
    """The values in the help of a command that refuses some of them with a sentence of its own, by its name."""
    replayed: bool = False
    """Whether result.json contains it, and `replay` uses it again."""
    secret: bool = False
    """Whether it may contain a secret: no `repr` shows it, and it is not sent to a worker."""
    in_file: bool = True
    """Whether the TOML file may contain it."""


@dataclass(frozen=True)
class Row:
    """One line of the table: a field and its option."""

    name: str
    kind: type
    many: bool
    choices: tuple[str, ...]
    default: Any
    option: Option

    @property
    def key(self) -> str:
        """The key in the TOML file."""
        return self.name.replace("_", "-")

    @property
    def flag(self) -> str:
        """The flag of the command line."""
        return f"--{self.key}"

    @property
    def pytest_flag(self) -> str:
        """The option of pytest."""
        return f"--scim-{self.key}"

    @property
    def pytest_name(self) -> str:
        """The name of the value in `config.option`."""
        return f"scim_{self.name}"

    @property
    def variable(self) -> str:
        """The variable of the environment."""
        return PREFIX + self.name.upper()

    @property
    def usual(self) -> str:
        """The default; empty: none."""
        if self.option.otherwise or self.default is None or self.default is False:
            return self.option.otherwise
        if self.many:
            return ", ".join(self.default)
        return f"{self.default:g}" if self.kind is float else str(self.default)

    def help(self, command: str) -> str:
        """Return the sentence for a command's help."""
        if command in self.option.instead:
            return self.option.instead[command]
        return self.option.help + (f" (default: {self.usual})." if self.usual else ".")


@cache
def rows(settings: type[msgspec.Struct]) -> tuple[Row, ...]:
    """Return a row for each field of a class of settings.

    Raises:
        TypeError: a field has no option.
    """
    return tuple(_row(one) for one in msgspec.structs.fields(settings))


def _row(one: msgspec.structs.FieldInfo) -> Row:
    if get_origin(one.type) is not Annotated:
        raise TypeError(f"the setting {one.name} has no Option")
    declared, option = get_args(one.type)
    kind, many, choices = _kind(declared)
    default = one.default if one.default_factory is msgspec.NODEFAULT else one.default_factory()
    return Row(one.name, kind, many, option.choices or choices, default, option)


def _kind(declared: Any) -> tuple[type, bool, tuple[str, ...]]:
    """Return the type of a value, whether several are allowed, and the allowed values; none: any."""
    parts = [one for one in get_args(declared) if one is not NoneType]
    if get_origin(declared) is Literal:
        return str, False, tuple(parts)
    if get_origin(declared) is list:
        return parts[0], True, ()
    return _kind(parts[0]) if parts else (declared, False, ())
