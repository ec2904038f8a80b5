"""All scenarios, without a target: for `list`, and to resolve a selection."""

import importlib.util
import sys
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from types import ModuleType

from scim_conformance.config.settings import Settings
from scim_conformance.entra.directory.wanted import directory_of
from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.entra.world import World
from scim_conformance.scenario import tags
from scim_conformance.scenario.model import Case, Scenario, Template, cases
from scim_conformance.scenario.standing import STANDING
from scim_conformance.scenario.standing_check import Standing
from scim_conformance.scim.locations import SUITES


def templates_in(module: ModuleType) -> list[Template]:
    """Return the scenarios that a module itself declares."""
    found = (getattr(value, "__scim_template__", None) for value in vars(module).values())
    return [one for one in found if isinstance(one, Template) and one.build.__module__ == module.__name__]


def shipped_templates() -> list[Template]:
    """Load every shipped suite and return its scenarios in the order of the journey."""
    return [*_shipped()]


@cache
def _shipped() -> tuple[Template, ...]:
    return tuple(in_order([template for path in sorted(SUITES.rglob("test_*.py")) for template in templates_at(path)]))


def templates_at(path: Path) -> list[Template]:
    """Return the scenarios of a module of the shipped suites, which is loaded once."""
    return templates_in(_load(path))


class NotLoaded(ValueError):
    """A file with your own scenarios cannot be imported. The message says why."""


def own_templates(paths: Iterable[str]) -> list[Template]:
    """Return the scenarios in files and folders of your own, in the order of the journey.

    Raises:
        NotLoaded: a path does not exist, or a file cannot be imported.
    """
    files = [file for path in paths for file in _files(Path(path))]
    return in_order([template for file in dict.fromkeys(files) for template in templates_in(_load_own(file))])


def _files(path: Path) -> list[Path]:
    if not path.exists():
        raise NotLoaded(f"{path} does not exist: --own names a file or folder with your own scenarios")
    if path.is_file() and path.suffix != ".py":
        raise NotLoaded(f"{path} is not a Python file: --own names a file or folder with your own scenarios")
    return sorted(path.rglob("test_*.py")) if path.is_dir() else [path]


def _load_own(path: Path) -> ModuleType:
    try:
        return _load_at(path, f"scim_conformance_own.{path.resolve().as_posix()}")
    except Exception as error:
        raise NotLoaded(f"{path} cannot be imported ({type(error).__name__}: {error})") from error


def is_shipped(template: Template) -> bool:
    """Return whether a scenario is one of ours, or a copy of one, and not a scenario of your own with the same id."""
    code = template.build.__code__
    if _is_of_suites(code.co_filename):
        return True
    ours = (one.build.__code__ for one in shipped_templates() if one.id == template.id)
    return any(one.co_code == code.co_code for one in ours)


@cache
def _is_of_suites(file: str) -> bool:
    return Path(file).is_relative_to(SUITES)


def covering() -> list[tuple[str, Template | Standing]]:
    """Return every scenario and every standing check with its id, in the order of the journey."""
    return [*((one.id, one) for one in shipped_templates()), *((one.key, one) for one in STANDING)]


def in_order(templates: Iterable[Template]) -> list[Template]:
    """Return scenarios in the order of the admin's journey."""
    return sorted(templates, key=lambda template: (template.moment.order, template.id))


def _load(path: Path) -> ModuleType:
    return _load_at(path, "scim_conformance_suites." + ".".join(path.relative_to(SUITES).with_suffix("").parts))


def _load_at(path: Path, name: str) -> ModuleType:
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        try:
            spec.loader.exec_module(module)
        except BaseException:
            del sys.modules[name]
            raise
    return sys.modules[name]


def cases_of(templates: Iterable[Template], profile: Profile, settings: Settings) -> list[Case]:
    """Return the cases of scenarios for a profile and the requested dialects."""
    return [case for template in templates for case in cases(template, profile, settings.dialects)]


def built(case: Case, profile: Profile) -> Scenario:
    """Build a case with users that exist nowhere, to inspect its steps and checks."""
    return case.build(World(profile, directory_of(profile, tags.EXAMPLE, case.id)))


def asked_for(case: Case, selectors: Sequence[str], settings: Settings) -> bool:
    """Return whether a run plays a case: it was named, or nothing was named and its suite is requested."""
    return selected(case.id, selectors) if selectors else settings.plays(case.template.suite)


def selected(identifier: str, selectors: Sequence[str]) -> bool:
    """Return whether a case is selected: by its id or a prefix up to `-` or `/`; without selectors, all are."""
    return not selectors or any(matches(identifier, selector) for selector in selectors)


def matches(identifier: str, selector: str) -> bool:
    """Return whether a selector, such as ENT-DIS, ENT-DIS-01 or a check id, refers to this case."""
    wanted = selector.partition("#")[0].rstrip("/")
    return identifier == wanted or identifier.startswith((wanted + "/", wanted + "-"))
