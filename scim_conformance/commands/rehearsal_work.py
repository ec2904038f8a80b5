"""A rehearsal as the command line asks for it: where, under which tag, and what."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from scim_conformance.config.configuration import Configuration
from scim_conformance.entra.engine.model import Rules
from scim_conformance.rehearsal import dialect_choice
from scim_conformance.rehearsal.customer import Customer, CustomerInput
from scim_conformance.rehearsal.dialect_choice import ChosenDialect
from scim_conformance.rehearsal.exports import Exports
from scim_conformance.rehearsal.playing import RehearsalPlan

Say = Callable[[str], None]


@dataclass
class RehearsalWork:
    """A rehearsal to play: where, under which tag, and what."""

    configuration: Configuration
    tag: str
    directory: Path
    plan: RehearsalPlan
    waits: bool
    say: Say
    given: CustomerInput | None = None
    read: Exports | None = None
    again: str = ""
    """The command that repeats it; empty: there is none."""
    rules: Rules = field(init=False)
    chosen: ChosenDialect = field(init=False)
    customer: Customer | None = None

    def __post_init__(self) -> None:
        """Choose the dialect. A customer's files may lack what some mappings need."""
        profile = self.configuration.played if self.read is None else self.read.profile
        self.chosen = dialect_choice.chosen(self.configuration.settings, profile)
        self.rules = Rules(profile, self.chosen.dialect)
        if self.read is not None and self.given is not None:
            self.customer = Customer.of(self.given, self.read, self.tag, self.directory)
        if self.plan.on_demand:
            self.only_on_demand()

    def only_on_demand(self) -> None:
        """Play what provisioning on demand sends, whatever the tenant URL says."""
        self.chosen = dialect_choice.ON_DEMAND
        self.rules = replace(self.rules, dialect=self.chosen.dialect)
