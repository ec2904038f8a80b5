"""For `doctor`: what earlier runs left in a target, and whether a test user can be created."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from scim_conformance.config.settings import Settings
from scim_conformance.entra.directory.wanted import directory_of
from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.entra.requests import create_user
from scim_conformance.entra.world import World
from scim_conformance.scenario import tags
from scim_conformance.scenario.exchange import Answer, TransportFailure
from scim_conformance.scenario.model import Scenario
from scim_conformance.scenario.player import Player
from scim_conformance.scim.paths import elements, member
from scim_conformance.target import ids, journal
from scim_conformance.target.cleanup import clean
from scim_conformance.target.journal_reading import read, unfinished
from scim_conformance.target.ledger import Ledger
from scim_conformance.target.session import Session
from scim_conformance.target.wire import TargetWire

REPORTS = Path("reports")
PAGE = 100
"""How many resources of a kind are read: a target may contain many, and `doctor` only looks."""


def in_journals(settings: Settings) -> Iterator[tuple[Path, int]]:
    """Yield each local report directory whose run may have left resources at this tenant URL, and how many."""
    named = [Path(settings.report_dir) / journal.NAME] if settings.report_dir else []
    for path in sorted({*named, *REPORTS.glob(f"*/{journal.NAME}")}):
        left = [one for one in unfinished(read(path).entries) if one.url == settings.base]
        # A refused resource that never had an id is searched for by the run's own clean-up, and rarely found.
        held = [one for one in left if one.id is not None or not one.answered]
        if held:
            yield path.parent, len(held)


def in_target(get: Callable[[str], Answer], *, groups: bool) -> list[str]:
    """Return the names on the first page of users and groups that have the tag of a run."""
    found = []
    for kind, path in (("User", "/Users"), *((("Group", "/Groups"),) if groups else ())):
        body = get(f"{path}?startIndex=1&count={PAGE}").json
        names = [member(resource, ids.NAMES[kind]) for resource in elements(member(body, "Resources"))]
        found += [name[:80] for name in names if isinstance(name, str) and tags.found_in(name)]
    return found


def written(settings: Settings, profile: Profile, wire: TargetWire, directory: Path) -> tuple[str, str] | None:
    """Create a user and delete it; return what is wrong and what to do, or None.

    Raises:
        TransportFailure: no answer came; the journal in `directory` says what may be there.
    """
    tag = tags.new()
    world = World(profile, directory_of(profile, tag, "doctor", settings.seed))
    book = journal.Journal(directory / journal.NAME, settings.base, tag, "doctor")
    session = Session(wire, book, Ledger(tag), settle=settings.settling)
    step = create_user(world, world.person())
    played = Player(session.send, settle=settings.settling).play(Scenario([step]), {})
    try:
        session.tidy(set())
        outcome = clean(wire, directory / journal.NAME, tag, groups=False)
    except TransportFailure as failure:
        return failure.sentence, f"scim-conformance clean {directory}"
    if outcome.leftovers:
        return (
            f"a user was created and is still there ({outcome.leftovers[0]['why']})",
            f"scim-conformance clean {directory}",
        )
    shutil.rmtree(directory, ignore_errors=True)
    with suppress(OSError):
        REPORTS.rmdir()  # only if it is empty: if it was created for this
    wrong = [judged for one in played.steps for judged in one.judged if judged.actual is not None]
    if wrong:
        return f"creating a user: {wrong[0].actual}", "scim-conformance run ENT-CRE-01"
    return (played.stopped, "scim-conformance run ENT-CRE-01") if played.stopped else None
