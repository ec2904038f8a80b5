"""The limit of requests: one number, which a scenario raises with a reason, and which the pages carry."""

import re
from pathlib import Path

import pytest

from scim_conformance.catalogue import scenarios
from scim_conformance.catalogue.limits import BASE, most_requests, sent_requests
from scim_conformance.entra.world import World
from scim_conformance.scenario.model import Extra, Moment, Scenario, Template, scenario
from tests.contract import figures

ROOT = Path(__file__).resolve().parents[2]
NUMBER = re.compile(r"A full run may send (\d+) requests")


def declared(identifier: str, extra: Extra | None) -> Template:
    @scenario(identifier, "A dear one", moment=Moment.UPDATE, extra=extra)
    def dear(world: World) -> Scenario:
        return Scenario(steps=[])

    (found,) = [value for name, value in vars(dear).items() if name == "__scim_template__"]
    assert isinstance(found, Template)
    return found


def test_what_scenarios_add_is_summed() -> None:
    dear = [declared("ENT-UPD-98", Extra(12, "a hundred members are read one by one")), declared("ENT-UPD-99", None)]
    assert most_requests(dear) == BASE + 12
    assert most_requests([*dear, declared("ENT-UPD-97", Extra(3, "each value is read back"))]) == BASE + 15


def test_a_suite_that_a_plain_run_does_not_play_adds_nothing() -> None:
    assert most_requests([declared("SRV-LOA-99", Extra(50, "it is a load"))]) == BASE


@pytest.mark.parametrize(("requests", "why"), [(0, "why"), (-3, "why"), (5, " ")])
def test_who_raises_it_says_by_how_many_and_why(requests: int, why: str) -> None:
    with pytest.raises(ValueError, match="by how many, and why"):
        Extra(requests, why)


def test_a_page_carries_the_number() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    found = {int(one) for one in NUMBER.findall(text)}
    assert found == {most_requests(scenarios.shipped_templates())}, "run `make contract`"


@pytest.mark.parametrize("name", ["README.md", "docs/security.md"])
def test_a_page_carries_what_a_run_sends(name: str) -> None:
    text, sent = (ROOT / name).read_text(encoding="utf-8"), sent_requests()
    found = [[int(one) for one in re.findall(pattern, text)] for pattern in figures.SENT.values()]
    assert found == [[sent.entra], [sent.harness], [sent.sweep]], "run `make contract`"
    assert set(re.findall(figures.TOTAL, text)) <= {str(round(sent.total, -1))}
