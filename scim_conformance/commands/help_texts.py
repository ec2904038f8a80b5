"""What `scim-conformance --help` shows."""

from collections.abc import Mapping

import click

IN_SHORT = {
    "init": "Write the settings for a target to a file.",
    "doctor": "Check that a run can start.",
    "preview": "Show what provisioning would do with your users.",
    "run": "Run the suites against a target.",
    "rehearse": "Play provisioning cycles and check what they leave.",
    "replay": "Run failed scenarios again and show what is fixed.",
    "explain": "Explain a scenario or a check.",
    "report": "Write the report of a run as one HTML file.",
    "conformance": "Write what a run shows for each standard.",
    "compare": "Compare two runs, regressions first.",
    "export": "Export the requests and responses of a run.",
    "certify": "Write the certificate of a complete run.",
    "verify": "Verify a certificate.",
    "clean": "Remove what interrupted runs left in a target.",
    "forget": "Delete the personal data of previews and rehearsals.",
    "list": "List all scenarios and checks.",
    "profile": "Show, list and import attribute mappings.",
    "completion": "Print the completion script of a shell.",
    "demo": "Run the suites against the embedded target.",
}
"""The commands in the order in which they are needed, each on a line that is never truncated."""


class InOrder(click.Group):
    """Lists the commands in the order in which they are needed, not alphabetically."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names; commands without a position come last."""
        del ctx
        return sorted(self.commands, key=lambda name: (list(IN_SHORT).index(name) if name in IN_SHORT else 99, name))

    def ordered_by(self, in_short: Mapping[str, str]) -> None:
        """Set the line of each command."""
        for name, text in in_short.items():
            if name in self.commands:
                self.commands[name].short_help = text
