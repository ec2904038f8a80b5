"""Whether a case is played at all: the profile, the time, the preflight and the target itself may speak against it."""

from dataclasses import dataclass

from scim_conformance.catalogue.required import excludes
from scim_conformance.entra import needs
from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.run.preflight import Gate, look
from scim_conformance.scenario.blocking import unanswered_by
from scim_conformance.scenario.exchange import Credential
from scim_conformance.scenario.model import Case
from scim_conformance.system.time_limit import Limit
from scim_conformance.target.guarded_wire import GuardedWire
from scim_conformance.target.recording import VARIABLES
from scim_conformance.target.session import Session
from scim_conformance.verdict import judging
from scim_conformance.verdict.results import UNPLAYED, ScenarioResult, Verdict

NO_TLS = "the tenant URL is not https, so the target speaks no TLS there"


@dataclass
class Admission:
    """Admits the cases of one process. The preflight is sent before the first one."""

    profile: Profile
    wire: GuardedWire
    session: Session
    limit: Limit
    ended_early: str = ""
    """Why scenarios were not started, if the run ended before all of them ran."""
    _gate: Gate | None = None

    @property
    def gate(self) -> Gate:
        """What the preflight found."""
        if self._gate is None:
            self._gate = look(self.session.send, self.profile, self.wire.place, issued=self.wire.source is not None)
            self.wire.arm()
        return self._gate

    def refusal(self, case: Case, nodeid: str) -> ScenarioResult | None:
        """Return the result of a case that is not played, or None where it is."""
        excluded = excludes(self.profile, case) or self._too_slow(case) or self._without_tls(case)
        if excluded is not None:
            return judging.not_played(case, nodeid, Verdict.NOT_APPLICABLE, excluded)
        self.ended_early = self._over() or self.ended_early  # another thread may have found out just before
        if self.ended_early:
            return judging.not_played(case, nodeid, Verdict.INCONCLUSIVE, UNPLAYED + self.ended_early)
        if not self.gate.open and not self._is_played_anyway(case):
            reason = self.gate.reason or ""
            return judging.not_played(case, nodeid, Verdict.INCONCLUSIVE, reason, self.gate.blocked_by)
        without = self._without_token(case)
        if without is not None:
            return judging.not_played(case, nodeid, Verdict.NOT_APPLICABLE, without)
        down = self.wire.guard.down
        if down is not None:
            return judging.not_played(case, nodeid, Verdict.INCONCLUSIVE, down.sentence, unanswered_by(down))
        return None

    def _is_played_anyway(self, case: Case) -> bool:
        """Return whether a case shows what is wrong with a target that answers no query: it is about the query itself,
        or about TLS, without which nothing is sent."""
        return case.id == self.gate.owner or needs.TLS in case.template.needs

    def _without_tls(self, case: Case) -> str | None:
        """Return why no handshake is done, or None."""
        is_asked = needs.TLS in case.template.needs
        return NO_TLS if is_asked and not self.wire.base.lower().startswith("https:") else None

    def _over(self) -> str:
        """Return why no more scenarios start, or an empty string."""
        return self.session.journal.problem or (self.limit.reason if self.limit.is_over else "")

    def _without_token(self, case: Case) -> str | None:
        """Return why a token that a case needs is not there, or None. Whether the own token is a JWT is known late."""
        needed = [Credential(one[6:]) for one in case.template.needs if one.startswith("token:")]
        lacking = next((one for one in needed if not self.wire.keys.has(one)), None)
        if lacking is None:
            return None
        return f"{VARIABLES[lacking]} is not set" if lacking in VARIABLES else "the token of the run is not a JWT"

    def _too_slow(self, case: Case) -> str | None:
        """Return why a load cannot be generated here, or None: what was not sent must not pass."""
        needed = max((float(one[5:]) for one in case.template.needs if one.startswith("rate:")), default=0.0)
        rate = self.wire.rate
        if rate is None or rate >= needed:
            return None
        return (
            f"this process may send {rate:g} requests per second, fewer than {needed:g}: run it without --rate and -n"
        )
