"""How pytest learns of a deviation in a run with waivers: only at the end, when it is known what a waiver covers.

A waiver on a cause covers its symptoms. The cause may run after its symptom, or in another worker. So the process that
ran a scenario attaches the reports of a failure to the report of its setup, which pytest does not show. The controller
keeps them, and reports them at the end, as failed or as waived.
"""

from collections.abc import Iterator, Mapping

import msgspec
import pytest
from _pytest.runner import runtestprotocol

from scim_conformance.reporting import neutral
from scim_conformance.run import named
from scim_conformance.verdict.exit_codes import is_failing
from scim_conformance.verdict.results import ScenarioResult, Verdict
from scim_conformance.verdict.waivers import Waivers


def join(config: pytest.Config, waivers: Waivers) -> None:
    """Have reports held back in this process, if there are waivers."""
    if waivers.held:
        config.pluginmanager.register(Withholding(), "scim-conformance-withholding")


class Withholding:
    """Runs the items of a process, and delays the reports of a scenario that failed.

    Not if pytest is to stop at a failure (`-x`, `--maxfail`): it counts the reports it receives.
    """

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
        """Do what pytest does, except for the reports that are held back."""
        if not named.is_scenario(item.nodeid) or item.config.option.maxfail:
            return None
        item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        for report in _withheld(runtestprotocol(item, log=False, nextitem=nextitem), item.config):
            item.ihook.pytest_runtest_logreport(report=report)
        item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
        return True


def _withheld(reports: list[pytest.TestReport], config: pytest.Config) -> list[pytest.TestReport]:
    setup, *rest = reports
    if not any(report.failed and hasattr(report, "scim_result") for report in rest):
        return reports
    encoded = [config.hook.pytest_report_to_serializable(config=config, report=report) for report in rest]
    setup.__dict__["scim_withheld"] = encoded
    return [setup]


def held_back(report: pytest.TestReport, config: pytest.Config) -> list[pytest.TestReport]:
    """Return the reports that are attached to this one."""
    encoded = getattr(report, "scim_withheld", [])
    found = [config.hook.pytest_report_from_serializable(config=config, data=data) for data in encoded]
    for one in found:
        # pytest's JUnit file also distinguishes cases by their worker.
        one.__dict__ |= {"scim_late": True} | ({"node": report.node} if hasattr(report, "node") else {})
    return found


def result_of(reports: list[pytest.TestReport]) -> ScenarioResult | None:
    """Return the result in these reports, or None."""
    encoded = [one.scim_result for one in reports if hasattr(one, "scim_result")]
    return msgspec.json.decode(encoded[0], type=ScenarioResult) if encoded else None


def reports(
    held: Mapping[str, list[pytest.TestReport]], results: Mapping[str, ScenarioResult], fail_on: str
) -> Iterator[pytest.TestReport]:
    """Yield the reports that were held back, as the run ended: `results` are the final ones, by node id."""
    for nodeid, found in held.items():
        result = results[nodeid]
        for report in found:
            if report.when == "call" and is_accepted(result, fail_on):
                report.outcome = "skipped"
                report.longrepr = (report.location[0], 0, neutral.text(f"Skipped: {result.verdict}: {result.reason}"))
            yield report


def is_accepted(result: ScenarioResult, fail_on: str) -> bool:
    """Return whether a scenario that failed when it ran no longer has a failure."""
    return not is_failing(result, fail_on) and result.verdict is not Verdict.INCONCLUSIVE
