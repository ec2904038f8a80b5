"""What `scim-conformance --help` shows."""

from collections.abc import Mapping

import click

IN_SHORT = {
    "init": "Write the settings for a target into a file.",
    "doctor": "Look whether a run can begin.",
    "run": "Play the suites against a target.",
    "replay": "Play again what failed, and say what is fixed.",
    "explain": "Say what a scenario or check is about.",
    "report": "Draw the report of a run as one HTML file.",
    "compare": "Compare two runs, regressions first.",
    "export": "Print the exchanges of a run for other tools.",
    "certify": "Write the certificate of a complete run.",
    "verify": "Check a certificate.",
    "clean": "Remove what interrupted runs left in a target.",
    "list": "Name every scenario and every check.",
    "profile": "Show, list and import attribute mappings.",
    "demo": "Play the suites against the embedded target.",
}
"""The commands in the order in which they are needed, each in a line that is never cut."""


class InOrder(click.Group):
    """Names the commands in the order in which they are needed, not in that of the alphabet."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names; what has no place comes last."""
        del ctx
        return sorted(self.commands, key=lambda name: (list(IN_SHORT).index(name) if name in IN_SHORT else 99, name))

    def ordered_by(self, in_short: Mapping[str, str]) -> None:
        """Give each command its line."""
        for name, text in in_short.items():
            if name in self.commands:
                self.commands[name].short_help = text
