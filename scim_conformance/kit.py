"""Everything that an author of own scenarios imports, in one module: `from scim_conformance.kit import …`.

The promise. A name in `__all__` keeps its name, its parameters and its meaning as long as the first number of
`KIT_VERSION` stays the same:

- the second number rises when a name or an optional parameter is added;
- the first number rises when one is removed, renamed or changes its meaning. Before version 1.0 of scim-conformance
  this happens only in a minor release (0.1 to 0.2), from 1.0 on only in a major one, and CHANGELOG.md says what to
  write instead;
- wordings (what a check expects, what it found) may change in any release; ids of checks change only as names do.

No other module of the package makes this promise: what is not here may move in any release. Fields of the classes that
are not described in docs/own-scenarios.md are for the shipped suites, and are not part of the promise either.
"""

from scim_conformance.config.address import TargetAddress
from scim_conformance.entra.dialects import Change, Dialect, Verb
from scim_conformance.entra.directory.people import Person, Team
from scim_conformance.entra.expectations import holds as mapped_values
from scim_conformance.entra.expectations import value_of as mapped_value
from scim_conformance.entra.membership import add as add_members
from scim_conformance.entra.membership import remove as remove_members
from scim_conformance.entra.requests import (
    create_group,
    create_user,
    delete,
    group_gone,
    match_group,
    match_user,
    patch_user,
    prepare_group,
    read_back,
    read_group,
    read_members,
    read_user,
)
from scim_conformance.entra.requests import gone as user_gone
from scim_conformance.entra.world import World
from scim_conformance.scenario.bodies import Fill, Var
from scim_conformance.scenario.checks import Check, Level, Obligation, View
from scim_conformance.scenario.citations import Citation, Evidence, issue, rfc7643, rfc7644, rfc9110
from scim_conformance.scenario.exchange import Answer, Creation, Credential, Sender
from scim_conformance.scenario.model import Moment, Scenario, scenario
from scim_conformance.scenario.obligations.answers import has_header, refused, scim_type, status, status_below
from scim_conformance.scenario.obligations.lists import found_only, none_found
from scim_conformance.scenario.obligations.members import members_are
from scim_conformance.scenario.obligations.resources import has_id, is_resource
from scim_conformance.scenario.obligations.values import absent, answered_with, is_false, is_true, stored
from scim_conformance.scenario.steps import Step
from scim_conformance.scim.paths import AttrPath, member
from scim_conformance.scim.paths import parse as attr_path
from scim_conformance.scim.paths import read as value_at

KIT_VERSION = "1.1"
"""The version of this module's promise; it does not follow the package's version."""

__all__ = [
    "KIT_VERSION",
    "Answer",
    "AttrPath",
    "Change",
    "Check",
    "Citation",
    "Creation",
    "Credential",
    "Dialect",
    "Evidence",
    "Fill",
    "Level",
    "Moment",
    "Obligation",
    "Person",
    "Scenario",
    "Sender",
    "Step",
    "TargetAddress",
    "Team",
    "Var",
    "Verb",
    "View",
    "World",
    "absent",
    "add_members",
    "answered_with",
    "attr_path",
    "create_group",
    "create_user",
    "delete",
    "found_only",
    "group_gone",
    "has_header",
    "has_id",
    "is_false",
    "is_resource",
    "is_true",
    "issue",
    "mapped_value",
    "mapped_values",
    "match_group",
    "match_user",
    "member",
    "members_are",
    "none_found",
    "patch_user",
    "prepare_group",
    "read_back",
    "read_group",
    "read_members",
    "read_user",
    "refused",
    "remove_members",
    "rfc7643",
    "rfc7644",
    "rfc9110",
    "scenario",
    "scim_type",
    "status",
    "status_below",
    "stored",
    "user_gone",
    "value_at",
]
