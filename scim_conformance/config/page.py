"""docs/settings.md, made from the table of settings."""

from collections.abc import Sequence

from scim_conformance.config.options import Row
from scim_conformance.config.settings import TABLE

HEAD = """# Settings

You can set each setting with a flag, with an environment variable, or with a key in a TOML file. A flag takes
precedence over the variable, the variable over the key, and the key over the default. Each command's `--help` lists
its flags.

- **File**: `--config FILE`, otherwise `SCIM_CONFORMANCE_CONFIG`, otherwise `scim-conformance.toml` in the current
  folder, which `scim-conformance init` writes. It never contains a secret. `demo` ignores the current folder.
- **pytest**: the options are the flags, prefixed with `scim-`: `pytest suites/ --scim-url URL --scim-yes`.
- **Several values**: repeat the flag, separate the values of the variable with commas, or use a list for the key.

"""


def page() -> str:
    """Return the text of the page."""
    head = ["flag", "variable", "key", "default", "meaning"]
    return HEAD + "\n".join([_line(head), _line(["---"] * len(head)), *(_line(_cells(row)) for row in TABLE)]) + "\n"


def _cells(row: Row) -> list[str]:
    flag = f"`{row.flag}`" if row.option.on else ""
    key = f"`{row.key}`" if row.option.in_file else ""
    choices = f": {', '.join(row.choices)}" if row.choices else ""
    return [flag, f"`{row.variable}`", key, row.usual.replace("<", "&lt;"), row.option.help + choices]


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"
