"""Judges recorded requests and responses again: does a result follow from its own responses?

Everything else is rebuilt: the steps and their checks from the catalogue, the users from profile, tag and seed. Only
the recorded responses are accepted as they are, and what `not_again` lists with its reason.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import msgspec

from scim_conformance import __version__
from scim_conformance.catalogue.required import excludes
from scim_conformance.entra import needs
from scim_conformance.entra.explained import CREATED
from scim_conformance.entra.looking import NEIGHBOURS
from scim_conformance.run import discrepancies
from scim_conformance.run.rebuild import Rebuilt, RecordedRun, rebuilt, recorded_run
from scim_conformance.run.relearning import looked, refused_again
from scim_conformance.scenario.model import Case, Moment, suite_of
from scim_conformance.scenario.standing import LATE, REFUSED, STRANGER
from scim_conformance.verdict import grace_period, standing_results
from scim_conformance.verdict.refused import in_words
from scim_conformance.verdict.results import READABLE, Refusal, ScenarioResult, Verdict
from scim_conformance.verdict.run_result import RunResult

CUT = "the body was truncated or redacted"
OWN = "your own scenario, which the catalogue does not contain"
CONFIRMED = "the reads that showed which resource a new id belongs to are not kept"
POLLED = "the earlier responses to a repeated read are not kept"
TIMED = "the profile sends the time"
UNSENT = "the reason why it ended is not on record"
MOST_NAMED = 5

_ALWAYS = Moment.ALWAYS.value


@dataclass
class Rejudged:
    """The outcome. `wrong`: sentences, each about a change; `not_again`: check ids, by the reason."""

    checks: int = 0
    wrong: list[str] = field(default_factory=list)
    not_again: dict[str, list[str]] = field(default_factory=dict)
    built: bool = True
    """False if nothing could be judged again, because the result names an unknown profile or dialect."""

    def leave(self, why: str, ids: Iterable[str]) -> None:
        """Record checks that cannot be judged again."""
        known = self.not_again.setdefault(why, [])
        known += [one for one in dict.fromkeys(ids) if one not in known]
        if not known:
            del self.not_again[why]

    @property
    def left(self) -> int:
        """How many checks were not judged again."""
        return len({one for ids in self.not_again.values() for one in ids if "#" in one})

    def sentences(self) -> list[str]:
        """Return how many checks were judged again, and why others were not."""
        said = f"{self.checks - self.left:,} of {self.checks:,} checks judged again"
        reasons = "; ".join(_reason(why, ids) for why, ids in self.not_again.items())
        return [f"{said}; {reasons}" if reasons else said]


def _reason(why: str, ids: list[str]) -> str:
    more = f" and {len(ids) - MOST_NAMED} more" if len(ids) > MOST_NAMED else ""
    # A scenario that ended where its record ends is judged up to there.
    beginning = f"{len(ids)} not: {why}" if "#" in ids[0] else f"of {len(ids)} scenarios, {why}"
    return f"{beginning} ({', '.join(ids[:MOST_NAMED])}{more})"


def judged_again(run: RunResult) -> Rejudged:
    """Judge the requests and responses of a run again, and compare everything that follows from them with its
    result."""
    found = Rejudged(sum(len(one.checks) for one in run.scenarios))
    try:
        known = recorded_run(run)
    except (msgspec.ValidationError, ValueError) as error:
        found.wrong.append(f"the run cannot be rebuilt: {error}")
        found.built = False
        return found
    for one in run.scenarios:
        if one.moment != _ALWAYS:
            _scenario(one, known, found)
    found.wrong += [*_dialects(known), *_missing(known), *_neighbours(known), *_memberships(known), *_refusals(known)]
    _standing(run, found)
    return found


def _dialects(known: RecordedRun) -> Iterator[str]:
    said, asked = list(known.run.verdict_by_dialect), [str(one) for one in known.origin.dialects]
    if said and said != asked:
        yield f"verdict_by_dialect: it has {', '.join(said)}, but the run was requested for {', '.join(asked)}"


def _missing(known: RecordedRun) -> Iterator[str]:
    """Yield the scenarios that were requested and are missing."""
    run = known.run
    suites, there = run.settings.get("suite", ["entra"]), {one.id for one in run.scenarios}
    if run.selectors or run.interrupted or not isinstance(suites, list):
        return
    for identifier, case in known.cases.items():
        if identifier not in there and ({"all", case.template.suite} & {*map(str, suites)}):
            yield f"{identifier}: the scenario is missing"


def _neighbours(known: RecordedRun) -> Iterator[str]:
    """Yield what does not match what each process reported about its neighbours."""
    for one in known.run.scenarios:
        used = {name: one.bindings[name] for name in NEIGHBOURS if name in one.bindings}
        if one.bindings and used != known.run.neighbours.get(one.process, {}):
            yield f"{one.id}: the neighbours that it used are not those of its process {one.process!r}"
    for process, targets in known.run.not_kept.items():
        for target in targets:
            if known.is_kept(target):
                yield f"not_kept: {process} left {target} out, but {CREATED} shows that the target stores it"


def _memberships(known: RecordedRun) -> Iterator[str]:
    """Yield the processes that did not see memberships in the way that their own responses show."""
    said = known.run.memberships
    if not needs.has(known.origin.profile, "group:members"):
        # No member was added, so nothing was queried.
        yield from (f"memberships: {name} saw some" for name, one in said.items() if one.way != READABLE.way)
        return
    looked_at = {name for name, found in known.run.neighbours.items() if {*NEIGHBOURS} <= found.keys()}
    for process in sorted(said.keys() ^ looked_at):
        yield f"memberships: {process} is {'added' if process in said else 'missing'}"
    for process in sorted(said.keys() & looked_at):
        again = looked(process, known)
        if (again.way, again.why) != (said[process].way, said[process].why):
            yield f"memberships: {process} saw them by {said[process].way!r}, but its responses show {again.way!r}"


def _refusals(known: RecordedRun) -> Iterator[str]:
    """Yield what was said about refused creations and does not follow from the requests that found it out."""
    wanted: dict[str, str] = {}
    first = {(one.found_by, one.kind): one for held in known.run.refused.values() for one in held if one.exchanges}
    for process, held in known.run.refused.items():
        for said in held:
            origin = first.get((said.found_by, said.kind))
            if origin is None or (said.exchanges and said.found_by != process):
                yield f"refused: no request shows what {process} knew about creations of a {said.kind}"
            elif _learned(origin) != _learned(said):
                yield f"refused: {process} knew something else about creations of a {said.kind} than {said.found_by}"
    for (process, kind), said in first.items():
        again = refused_again(said, known)
        if _learned(again) != _learned(said):
            yield f"refused: {process} found out something else about creations of a {kind} than its responses show"
        yield from discrepancies.requests(f"refused: {process}, creations of a {kind}", said.exchanges, again.exchanges)
        if said.left_out:
            wanted[REFUSED[said.kind].key] = in_words(said)
    yield from _told(known.run, wanted)


def _learned(said: Refusal) -> Refusal:
    return msgspec.structs.replace(said, exchanges=[])


def _told(run: RunResult, wanted: Mapping[str, str]) -> Iterator[str]:
    """Yield the findings about refused creations that are missing, were added, or say something else."""
    for key in (one.key for one in REFUSED.values()):
        said = [found.actual for one in run.scenarios for found in one.standing if found.key == key]
        if said != ([wanted[key]] if key in wanted else []):
            yield f"{key}: its finding does not follow from the requests that found it out"


def _scenario(one: ScenarioResult, known: RecordedRun, found: Rejudged) -> None:
    case = known.cases.get(one.id)
    if case is None and suite_of(one.id) == "own":
        found.leave(OWN, [check.id for check in one.checks])
        found.wrong += discrepancies.places(one, known.run.target)
    elif case is None:
        found.wrong.append(f"{one.id}: the scenario was added; the catalogue does not have it for this profile")
    elif not one.exchanges:
        found.wrong += _not_played(one, case, known)
    elif excludes(known.origin.profile, case) is not None:
        found.wrong.append(f"{one.id}: it ran, but the profile excludes it")
    else:
        if one.scope not in {one.id, f"{one.id} again"}:
            found.wrong.append(f"{one.id}: its scope is {one.scope!r}")
        _compare(one, rebuilt(case, one, known), known, found)


def _not_played(one: ScenarioResult, case: Case, known: RecordedRun) -> Iterator[str]:
    excluded = excludes(known.origin.profile, case)
    if one.checks:
        yield f"{one.id}: it has checks, but no request"
    if one.verdict is Verdict.NOT_APPLICABLE:
        if one.reason != excluded and not (excluded is None and _is_of_the_run(case)):
            yield f"{one.id}: its verdict is not applicable, but according to the profile: {excluded or 'it applies'}"
    elif one.verdict in {Verdict.CONFORMANT, Verdict.DEVIATION}:
        yield f"{one.id}: its verdict is {one.verdict}, but it has no request"


def _is_of_the_run(case: Case) -> bool:
    """Return whether a case needs what is not on record: a rate, further tokens, or a handshake."""
    return any(need.startswith(("rate:", "token:")) or need == needs.TLS for need in case.template.needs)


def _compare(one: ScenarioResult, other: Rebuilt, known: RecordedRun, found: Rejudged) -> None:
    """Compare a scenario with what its record implies; what cannot be compared is listed with the reason."""
    timed = discrepancies.is_timed(known.origin.profile)
    for difference in discrepancies.differences(one, other):
        excused = None if difference.exchange == discrepancies.NOWHERE else TIMED if timed else None
        if other.cut is not None and difference.exchange >= other.cut:
            excused = CUT
        if excused is None:
            found.wrong.append(difference.sentence)
        else:
            found.leave(excused, difference.checks or (one.id,))
    if other.unsent and one.reason is not None:
        found.leave(UNSENT, (one.id,))


def _standing(run: RunResult, found: Rejudged) -> None:
    """Fold the standing checks of all scenarios, which were compared before, into the results that are expected."""
    played = [one for one in run.scenarios if one.moment != _ALWAYS]
    wanted = {one.id: grace_period.softened(one, __version__) for one in standing_results.standing_results(played)}
    said = {one.id: one for one in run.scenarios if one.moment == _ALWAYS}
    for identifier in sorted(wanted.keys() | said.keys()):
        if identifier not in said:
            found.wrong.append(f"{identifier}: the standing check is missing")
        elif identifier not in wanted:
            found.wrong.append(f"{identifier}: the standing check was added")
        else:
            found.wrong += discrepancies.standing(said[identifier], wanted[identifier])
    found.leave(POLLED, _polled(played))
    found.leave(CONFIRMED, [check.id for one in run.scenarios if one.id == STRANGER.key for check in one.checks])


def _polled(played: Iterable[ScenarioResult]) -> Iterator[str]:
    """Yield the standing checks that count responses which are not kept."""
    for one in played:
        polled = {number for number, exchange in enumerate(one.exchanges) if exchange.polls}
        if polled:
            yield from (f"{key}#any.answer" for key in one.judged)
            yield from (f"{LATE.key}#any.answer" for found in one.standing if found.key == LATE.key)
