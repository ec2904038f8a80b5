"""What Allure shows around the results: variables of the run, its executor, and categories with what to do.

Allure 3 reads categories from a configuration file, Allure 2 from a file among the results.
"""

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scim_conformance.reporting.allure import globals_of_run
from scim_conformance.scenario.checks import Level
from scim_conformance.scenario.model import Moment
from scim_conformance.system.visible import visible
from scim_conformance.verdict.results import ScenarioResult, Verdict
from scim_conformance.verdict.run_result import RunResult

CONFIGURATION = "allurerc.json"
LABEL = "category"
"""The label that assigns a result to its category."""

BEFORE_ALL = {Moment.TEST_CONNECTION.value, Moment.MATCH.value, Moment.CREATE.value}
"""If one of these fails, no account is created."""

BLOCKS, ENTRA, RFC, OPEN, WAIVED, EXCLUDED = (
    "blocks provisioning", "Entra dialect", "RFC deviation", "inconclusive", "waived", "not applicable"
)  # fmt: skip
TITLES = {
    BLOCKS: "Blocks provisioning: fix this first, no account is created",
    ENTRA: "Entra dialect: accept what Entra sends, although the RFC allows otherwise",
    RFC: "RFC deviation: follow RFC 7643 or 7644",
    OPEN: "Inconclusive: fix what blocks it, then run again",
    WAIVED: "Waived: accepted by an owner until a date",
    EXCLUDED: "Not applicable: the profile excludes it",
}


def category(result: ScenarioResult) -> str | None:
    """Return the category of a result; None if it is conformant or fails only advice."""
    other = {Verdict.INCONCLUSIVE: OPEN, Verdict.WAIVED: WAIVED, Verdict.NOT_APPLICABLE: EXCLUDED}
    if result.verdict is not Verdict.DEVIATION or result.level is Level.SHOULD:
        return other.get(result.verdict)
    if result.moment in BEFORE_ALL and not result.validator:
        return BLOCKS
    return RFC if result.level is Level.MUST else ENTRA


def variables(result: RunResult) -> dict[str, str]:
    """Return the facts of a run, by name."""
    versions = {"scim-conformance": result.suite_version, **result.versions}
    found = {
        "verdict": result.sentence,
        "mappings": result.mappings_tested,
        "target": result.target,
        "profile": result.profile,
        "dialects": ", ".join(result.spoken),
        "versions": ", ".join(f"{name} {version}" for name, version in versions.items()),
        "run id": result.run_id,
        "facts as of": result.facts_as_of,
        "catalogue": result.catalogue_sha256,
    }
    return {name: visible(text).replace("\n", " ") for name, text in found.items() if text}


def executor(environ: Mapping[str, str] = os.environ) -> dict[str, Any] | None:
    """Return the executor of the run, from the variables of GitHub, GitLab and Azure; None elsewhere."""
    said = {name: environ.get(name, "") for name in _VARIABLES}
    if said["GITHUB_ACTIONS"] == "true":
        where = f"{said['GITHUB_SERVER_URL']}/{said['GITHUB_REPOSITORY']}"
        build = f"{said['GITHUB_WORKFLOW']} #{said['GITHUB_RUN_NUMBER']}"
        found = {"name": "GitHub Actions", "type": "github", "url": where, "buildName": build}
        found["buildUrl"] = f"{where}/actions/runs/{said['GITHUB_RUN_ID']}"
        return found | _order(said["GITHUB_RUN_NUMBER"])
    if said["GITLAB_CI"] == "true":
        build = f"{said['CI_JOB_NAME']} #{said['CI_PIPELINE_IID']}"
        found = {"name": "GitLab CI", "type": "gitlab", "url": said["CI_PROJECT_URL"], "buildName": build}
        return found | {"buildUrl": said["CI_JOB_URL"]} | _order(said["CI_PIPELINE_IID"])
    if said["TF_BUILD"] == "True":
        where = f"{said['SYSTEM_COLLECTIONURI'].rstrip('/')}/{said['SYSTEM_TEAMPROJECT']}"
        build = f"{said['BUILD_DEFINITIONNAME']} {said['BUILD_BUILDNUMBER']}"
        found = {"name": "Azure Pipelines", "type": "azure", "url": where, "buildName": build}
        found["buildUrl"] = f"{where}/_build/results?buildId={said['BUILD_BUILDID']}"
        return found | _order(said["BUILD_BUILDID"])
    return None


_VARIABLES = (
    "GITHUB_ACTIONS", "GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID", "GITHUB_RUN_NUMBER", "GITHUB_WORKFLOW",
    "GITLAB_CI", "CI_JOB_NAME", "CI_PIPELINE_IID", "CI_JOB_URL", "CI_PROJECT_URL",
    "TF_BUILD", "SYSTEM_COLLECTIONURI", "SYSTEM_TEAMPROJECT", "BUILD_BUILDID", "BUILD_BUILDNUMBER",
    "BUILD_DEFINITIONNAME",
)  # fmt: skip


def _order(number: str) -> dict[str, int]:
    return {"buildOrder": int(number)} if number.isdigit() else {}


def environment(result: RunResult) -> str:
    """Return Allure 3's environment, which separates the histories of tests: the profile.

    Allure accepts at most 64 characters, and no slashes or control characters.
    """
    return re.sub(r"[/\\]", "-", visible(result.profile)).strip(" .")[:MOST_NAMED].strip() or "profile"


MOST_NAMED = 64


def configuration(result: RunResult) -> dict[str, Any]:
    """Return the configuration with which Allure 3 renders the results of a run."""
    return {
        "name": f"scim-conformance, run {result.run_id}",
        "environment": environment(result),
        "categories": [
            {"name": title, "matchers": [{"labels": {LABEL: value}}], "groupByMessage": False}
            for value, title in TITLES.items()
        ],
    }


CATEGORIES = [
    {"name": TITLES[BLOCKS], "matchedStatuses": ["failed"], "messageRegex": "(?s).*(MUST|ENTRA) ENT-(CON|MAT|CRE)-.*"},
    {"name": TITLES[ENTRA], "matchedStatuses": ["failed"], "messageRegex": "(?s)(.*\\s)?ENTRA .*"},
    {"name": TITLES[RFC], "matchedStatuses": ["failed"], "messageRegex": "(?s)(.*\\s)?MUST .*"},
    {"name": TITLES[OPEN], "matchedStatuses": ["broken"]},
    {"name": TITLES[WAIVED], "matchedStatuses": ["skipped"], "messageRegex": "(?s).*waived.*"},
    {"name": TITLES[EXCLUDED], "matchedStatuses": ["skipped"], "messageRegex": "(?s).*not applicable.*"},
]
"""The same for Allure 2, which supports no labels here: it matches the first words of the message."""


def write(result: RunResult, results: Path) -> None:
    """Write the facts of a run into its results, and Allure 3's configuration next to them."""
    # Java's properties: a space ends a name, and a backslash starts an escape.
    pairs = [(name.replace(" ", "\\ "), value.replace("\\", "\\\\")) for name, value in variables(result).items()]
    text = "".join(f"{name} = {value}\n" for name, value in pairs)
    (results / "environment.properties").write_text(text, encoding="utf-8")
    (results / "categories.json").write_text(json.dumps(CATEGORIES, indent=1), encoding="utf-8")
    found = executor()
    if found is not None:
        (results / "executor.json").write_text(json.dumps(found, indent=1), encoding="utf-8")
    globals_of_run.write(result, results)
    (results.parent / CONFIGURATION).write_text(json.dumps(configuration(result), indent=1), encoding="utf-8")
