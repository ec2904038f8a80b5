"""The pytest entry point. Without one of its options it does nothing, so that it is harmless in foreign projects."""

import argparse
import inspect
import os
from typing import Any

import pytest

from scim_conformance.scenario.model import Template
from scim_conformance.scenario.results import ScenarioResult

OPTIONS: dict[str, dict[str, Any]] = {
    "url": {"help": "tenant URL of the target, as an administrator pastes it into Entra"},
    "token-file": {"help": "file that holds the secret token (or set SCIM_CONFORMANCE_TOKEN)"},
    "client-id": {"help": "OAuth client id; its secret is in SCIM_CONFORMANCE_CLIENT_SECRET"},
    "token-url": {"help": "OAuth token endpoint"},
    "scope": {"help": "OAuth scope"},
    "client-secret-file": {"help": "file that holds the client secret; read anew for each token"},
    "client-assertion-file": {"help": "file that holds a JWT from Entra, for workload identity federation"},
    "config": {"help": "TOML file with settings"},
    "profile": {"help": "profile, by name or file (default: entra-default)"},
    "dialect": {"help": "legacy, compliant or both (default: both, or as the URL's flag says)"},
    "suite": {
        "help": "suite to run: entra, service, all (default: entra); may be given more than once",
        "action": "append",
    },
    "report-dir": {"help": "where the results go (default: reports/<time>)"},
    "waivers": {"help": "TOML file with waivers"},
    "fail-on": {"help": "must or should (default: must, which means MUST and ENTRA)"},
    "timeout": {"help": "seconds for a whole request (default: 30)"},
    "settle": {"help": "seconds for which a read after a write is repeated (default: 0 on loopback, else 5)"},
    "rate": {"help": "most requests in a second"},
    "seed": {"help": "seed of the generated people (default: 0)"},
    "ca-file": {"help": "certificate authorities to trust, as PEM"},
    "proxy": {"help": "proxy URL; none is taken from the environment"},
    "yes": {"help": "write to a target that is not on this machine", "action": "store_true", "default": None},
    "id": {"help": "scenario to run, or the beginning of its id; may be given more than once", "action": "append"},
}
"""What can be given on pytest's command line, with `--scim-` before it."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the options."""
    group = parser.getgroup("scim-conformance", "SCIM conformance: what Entra's provisioning service sends")
    for name, settings in OPTIONS.items():
        group.addoption(f"--scim-{name}", dest="scim_" + name.replace("-", "_"), **settings)
    # Between the command line and its pytest, and between the processes of a run: not for people.
    group.addoption("--scim-quiet", dest="scim_quiet", action="store_true", help=argparse.SUPPRESS)
    group.addoption("--scim-tag", dest="scim_tag", help=argparse.SUPPRESS)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Start a run when a target is given, before other plugins read their options."""
    config.addinivalue_line("markers", "scim_conformance: a scenario of scim-conformance")
    asked = (config.option.scim_url, config.option.scim_config, os.environ.get("SCIM_CONFORMANCE_URL"))
    if any(asked):
        # Only now: a foreign project's session does not pay for what it does not use.
        from scim_conformance import controlling

        controlling.start(config)


@pytest.hookimpl(tryfirst=True)
def pytest_pycollect_makeitem(collector: pytest.Collector, name: str, obj: object) -> list[pytest.Item] | None:
    """Collect a decorated scenario as one item for each dialect and row."""
    del name
    if not inspect.isfunction(obj):
        return None
    template = getattr(obj, "__scim_template__", None)
    if not isinstance(template, Template):
        return None
    if obj.__module__ != getattr(getattr(collector, "obj", None), "__name__", None):
        return []
    from scim_conformance import collecting

    return collecting.items(collector, template)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish(session: pytest.Session) -> None:
    """Say what is missing where scenarios were collected and no target was given."""
    if any(item.get_closest_marker("scim_conformance") for item in session.items):
        from scim_conformance import controlling

        if controlling.RUN not in session.config.stash and not session.config.option.collectonly:
            raise pytest.UsageError("give the target: --scim-url URL, and its token in SCIM_CONFORMANCE_TOKEN")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    """Send the result along with the report, so that it reaches the controller from any worker."""
    outcome = yield
    result = getattr(item, "scim_result", None)
    report = outcome.get_result()
    if isinstance(result, ScenarioResult) and report.when == "call":
        import msgspec

        report.scim_result = msgspec.json.encode(result).decode()
