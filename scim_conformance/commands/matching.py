"""The expression of -k, which pytest evaluates: one that it cannot read is refused before a run starts."""

import argparse
from collections.abc import Sequence

from _pytest.mark.expression import Expression

from scim_conformance.config.checks import shown
from scim_conformance.config.settings import SettingsError


def check(extra: Sequence[str]) -> None:
    """Check the expression among pytest's arguments.

    Raises:
        SettingsError: it is invalid.
    """
    options = argparse.ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    options.add_argument("-k", dest="expression", nargs="?")
    expression = options.parse_known_args(list(extra))[0].expression
    if not expression:
        return
    try:
        Expression.compile(expression)
    except Exception as error:  # noqa: BLE001 - its class differs between versions of pytest
        raise SettingsError(f"the expression of -k is invalid: {shown(expression)}: {_where(error)}") from None


def _where(error: Exception) -> str:
    at = f"at column {error.offset}: " if isinstance(error, SyntaxError) else ""
    return at + str(getattr(error, "msg", error))
