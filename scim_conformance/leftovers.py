"""What earlier runs left in a target, and whether a user of ours can be made there: for `doctor`."""

import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from scim_conformance.entra.people import Directory
from scim_conformance.entra.profile import Profile
from scim_conformance.entra.steps import create_user
from scim_conformance.entra.world import World
from scim_conformance.scenario.exchange import Answer, TransportFailure
from scim_conformance.scenario.model import Scenario
from scim_conformance.scenario.player import Player
from scim_conformance.scim.paths import elements, member
from scim_conformance.settings import Settings
from scim_conformance.target import ids, journal
from scim_conformance.target.cleanup import clean
from scim_conformance.target.session import Session
from scim_conformance.target.wire import Wire

REPORTS = Path("reports")
PAGE = 100
"""Resources of a kind that are looked at: a target may hold many, and this only looks."""


def in_journals(settings: Settings) -> Iterator[tuple[Path, int]]:
    """Yield each report directory here whose run may have left something at this tenant URL, and how much."""
    named = [Path(settings.report_dir) / journal.NAME] if settings.report_dir else []
    for path in sorted({*named, *REPORTS.glob(f"*/{journal.NAME}")}):
        left = [one for one in journal.unfinished(journal.entries(path)) if one.url == settings.base]
        # What was refused and never had an id is looked for by the run's own clean-up, and rarely there.
        held = [one for one in left if one.id is not None or not one.answered]
        if held:
            yield path.parent, len(held)


def in_target(get: Callable[[str], Answer], *, groups: bool) -> list[str]:
    """Return the names on the first page of users, and of groups, that carry the tag of a run."""
    found = []
    for kind, path in (("User", "/Users"), *((("Group", "/Groups"),) if groups else ())):
        body = get(f"{path}?startIndex=1&count={PAGE}").json
        names = [member(resource, ids.NAMES[kind]) for resource in elements(member(body, "Resources"))]
        found += [name[:80] for name in names if isinstance(name, str) and ids.is_tagged(name)]
    return found


def written(settings: Settings, profile: Profile, wire: Wire, directory: Path) -> tuple[str, str] | None:
    """Make a user and delete it again; return what is wrong and what to do, or None.

    Raises:
        TransportFailure: no answer came; the journal in `directory` says what may be there.
    """
    tag = "sct" + secrets.token_hex(3)
    world = World(profile, Directory(tag, profile.people.domain, "doctor", settings.seed))
    session = Session(wire, journal.Journal(directory / journal.NAME, settings.base))
    step = create_user(world, world.person())
    played = Player(session.send, settle=settings.settling).play(Scenario([step]), {})
    try:
        session.tidy(set())
        outcome = clean(wire, directory / journal.NAME)
    except TransportFailure as failure:
        return failure.sentence, f"scim-conformance clean {directory}"
    if outcome.leftovers:
        return (
            f"a user was made and is still there ({outcome.leftovers[0]['why']})",
            f"scim-conformance clean {directory}",
        )
    shutil.rmtree(directory, ignore_errors=True)
    with suppress(OSError):
        REPORTS.rmdir()  # only where it is empty: where it was made for this
    wrong = [judged for one in played.steps for judged in one.judged if judged.actual is not None]
    if wrong:
        return f"creating a user: {wrong[0].actual}", "scim-conformance run ENT-CRE-01"
    return (played.stopped, "scim-conformance run ENT-CRE-01") if played.stopped else None
