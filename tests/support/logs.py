"""What the systems that read a job's log take for a command, each by its own rule.

Azure Pipelines: `Command.TryParse` of azure-pipelines-agent looks for the prefix anywhere in a line, and .NET
overlooks characters that cannot be seen. GitHub: `ActionCommand.TryParseV2` and `TryParse` of actions/runner.
Buildkite: "Managing log output". GitLab: `section_start` in "CI/CD job logs". TeamCity: "Service messages". Travis CI:
its folds.
"""

import re
import unicodedata

READERS = {
    "azure": re.compile(r"##vso\[", re.IGNORECASE),
    "azure and github, formatting": re.compile(r"##\["),
    "github": re.compile(r"^\s*::"),
    "teamcity": re.compile(r"##teamcity\[", re.IGNORECASE),
    "buildkite": re.compile(r"^\s*(?:\^\^\^\s+)?(?:---|\+\+\+|~~~)\s+\S|^\s*\^\^\^\s+\+\+\+"),
    "gitlab": re.compile(r"section_(?:start|end):\d"),
    "travis": re.compile(r"travis_(?:fold|time):[se]"),
}
_COLOUR = re.compile(r"(?m)^(?:\s|\x1b\[[\d;?]*[A-Za-z])+")

PAYLOADS = (
    "##vso[task.setvariable variable=PATH]x",
    "##vso[task.complete result=Succeeded;]done",
    "##VSO[task.prependpath]/tmp",
    "##\u00advso[task.complete result=Failed;]x",
    "##[group]x",
    "##[add-mask]e",
    "::error::pwned %0A ::add-mask::e",
    "::stop-commands::x",
    "##teamcity[buildStatus status='SUCCESS']",
    "--- :boom: x",
    "+++ x",
    "~~~ x",
    "^^^ +++",
    "section_start:1560896352:x\r\x1b[0K",
    "section_end:1560896352:x\r\x1b[0K",
    "travis_fold:start:x\r\x1b[0K",
    "\x1b]8;;http://evil.example\x07x\x1b]8;;\x07",
    "\u202egnp.exe",
)
"""What a target, or a file of somebody else's, may write."""


def commands(screen: str) -> list[tuple[str, str]]:
    """Return every line that a reader would take for a command, with the reader's name."""
    lines = re.split(r"[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]", screen)
    seen = ["".join(one for one in _COLOUR.sub("", line) if unicodedata.category(one) != "Cf") for line in lines]
    return [(name, line[:200]) for line in seen for name, rule in READERS.items() if rule.search(line)]
