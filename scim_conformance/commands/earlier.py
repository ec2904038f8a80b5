"""For `doctor`: what earlier runs left in a target."""

from collections.abc import Callable, Iterator
from pathlib import Path

from scim_conformance.config.settings import Settings
from scim_conformance.scenario import tags
from scim_conformance.scenario.exchange import Answer
from scim_conformance.scim.paths import elements, member
from scim_conformance.target import ids, journal
from scim_conformance.target.journal_reading import JournalEntry, JournalError, read, unfinished

REPORTS = Path("reports")
PAGE = 100
"""How many resources of a kind are read: a target may contain many, and `doctor` only looks."""


def in_journals(settings: Settings) -> Iterator[tuple[Path, int]]:
    """Yield each local report directory whose run may have left resources at this tenant URL, and how many."""
    named = [Path(settings.report_dir) / journal.NAME] if settings.report_dir else []
    found = [path for path in REPORTS.glob(f"*/{journal.NAME}") if not path.parent.is_symlink()]
    for path in sorted(one for one in {*named, *found} if one.is_file()):
        left = [one for one in unfinished(_entries(path)) if one.url == settings.base]
        # A refused resource that never had an id is searched for by the run's own clean-up, and rarely found.
        held = [one for one in left if one.id is not None or not one.answered]
        if held:
            yield path.parent, len(held)


def _entries(path: Path) -> list[JournalEntry]:
    """Return the entries of a journal; none if it cannot be read: `clean` says why."""
    try:
        return list(read(path).entries)
    except JournalError:
        return []


def in_target(get: Callable[[str], Answer], *, groups: bool) -> list[str]:
    """Return the names on the first page of users and groups that have the tag of a run."""
    found = []
    for kind, path in (("User", "/Users"), *((("Group", "/Groups"),) if groups else ())):
        body = get(f"{path}?startIndex=1&count={PAGE}").json
        names = [member(resource, ids.NAMES[kind]) for resource in elements(member(body, "Resources"))]
        found += [name[:80] for name in names if isinstance(name, str) and tags.found_in(name)]
    return found
