"""`doctor`: checks that a run can start. Prints one finding after the other, each with what to do."""

import secrets
import shlex
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from statistics import median

from scim_conformance.catalogue.limits import sent_requests
from scim_conformance.commands import earlier
from scim_conformance.commands.route import Route
from scim_conformance.commands.write_probe import WriteProbe
from scim_conformance.config.configuration import Configuration
from scim_conformance.config.options import PREFIX
from scim_conformance.entra.profiles import cautions
from scim_conformance.reporting.findings import Finding, Severity, ok, parted
from scim_conformance.run import preflight
from scim_conformance.run.connect import make_wire
from scim_conformance.scenario.exchange import Answer, Credential, Exchange, Outgoing, Sender, TransportFailure
from scim_conformance.scenario.words import quoted
from scim_conformance.target.auth import PLACES

MOST_SKEW = 60
"""Seconds by which the target's clock may differ before tokens and cycles are affected."""

MOST_TOKEN = 1000
"""Characters of a secret token above which saving it is reported to fail (MicrosoftDocs/azure-docs#40093)."""

FEW = "startIndex=1&count=1"


class Doctor:
    """Checks a target. `write`: also create a user, change it and delete it."""

    def __init__(self, configuration: Configuration, *, write: bool = False) -> None:
        self.settings, self.profile, self.write = configuration.settings, configuration.profile, write
        self.has_access = configuration.access is not None
        self.wire = make_wire(self.settings, configuration.access)
        self.seen: list[Exchange] = []
        self.route = Route(self.settings)

    def findings(self) -> Iterator[Finding]:
        """Yield the findings; the last one stops the rest if the target cannot be tested any further."""
        yield from self._mapping()
        before = (self.route.address, self.route.network)
        for part in (*before, self._strangers, self._token, self._reading, self._ours, self._writing):
            for finding in part():
                yield finding
                if finding.stops:
                    return
        yield self._speed()

    def _mapping(self) -> Iterator[Finding]:
        for said in cautions.of(self.profile):
            yield Finding(Severity.WARNING, "mapping", *said)

    def close(self) -> None:
        """Close the connection."""
        self.wire.close()

    def _get(self, target: str, credential: Credential = Credential.TOKEN, by: Sender = Sender.HARNESS) -> Answer:
        return self._send(Outgoing("GET", target, credential=credential, by=by)).answer  # type: ignore[return-value]

    def _send(self, outgoing: Outgoing) -> Exchange:
        exchange = self.wire.send(outgoing)
        self.seen.append(exchange)
        return exchange

    def _strangers(self) -> Iterator[Finding]:
        try:
            answer = self._get(f"/Users?{FEW}", Credential.NONE)
        except TransportFailure as failure:
            yield Finding(Severity.FAULT, "anonymous", *parted(failure.sentence), stops=True)
            return
        if answer.status == 401:
            yield ok("anonymous", "refused with 401")
        elif answer.ok:
            do = "refuse requests without a token with 401: anyone can read and write accounts"
            yield Finding(Severity.FAULT, "anonymous", f"the target returns {answer.status} without a token", do)
        else:
            do = "return 401 (scim-conformance explain ENT-CON-04)"
            text = f"the target returns {_seen(answer)} without a token"
            yield Finding(Severity.WARNING, "anonymous", text, do)

    def _token(self) -> Iterator[Finding]:
        if not self.has_access:
            do = f"set {PREFIX}TOKEN to the secret token, or use --token-file"
            yield Finding(Severity.WARNING, "token", "no token", do)
        yield from self._length()
        before = len(self.seen)
        gate = preflight.look(self._send, self.profile, self.wire.place, issued=self.wire.source is not None)
        probe = self.seen[before].answer if len(self.seen) > before else None
        if gate.reason is not None and gate.owner is None:
            yield Finding(Severity.FAULT, "token", *parted(gate.reason), stops=True)
        elif probe is None or not preflight.is_list(probe):
            said = gate.reason or f"Test Connection's request returns {_seen(probe) if probe else 'nothing'}"
            yield Finding(Severity.FAULT, "token", said, "scim-conformance explain ENT-CON-01")
        else:
            yield ok("token", f"Test Connection's request returns 200 ({probe.seconds * 1000:.0f} ms)")
            yield from self._credentials()
            yield self._media(probe)
            yield from self._clock(probe)

    def _credentials(self) -> Iterator[Finding]:
        """Return where the token endpoint accepts the client secret: it is a setting in the portal."""
        source = self.wire.source
        if source is None or source.grant.federated:
            return
        if source.advice is None:
            yield ok("credentials", f"the token endpoint accepts them in {PLACES[source.way]}")
            return
        says, _, do = source.advice.partition(": ")
        yield Finding(Severity.WARNING, "credentials", says, do)

    def _length(self) -> Iterator[Finding]:
        size = len(self.wire.token or "")
        if size > MOST_TOKEN:
            text = (
                f"the token has {size} characters, and Entra stores about {MOST_TOKEN} including the URL in some clouds"
            )
            yield Finding(
                Severity.WARNING,
                "token size",
                text,
                "issue shorter, opaque tokens: saving fails even after Test Connection succeeds",
            )

    def _media(self, answer: Answer) -> Finding:
        media = (answer.header("Content-Type") or "").partition(";")[0].strip().lower()
        if media == "application/scim+json":
            return ok("media type", media)
        do = "return application/scim+json in every response"
        if media == "application/json":
            return Finding(
                Severity.WARNING, "media type", f"{media}: sufficient for Entra, but not for Microsoft's validator", do
            )
        return Finding(Severity.FAULT, "media type", media[:60] or "no Content-Type header", do)

    def _clock(self, answer: Answer) -> Iterator[Finding]:
        try:
            said = parsedate_to_datetime(answer.header("Date") or "")
        except ValueError:
            yield ok("clock", "not checked: no Date header")
            return
        said = said if said.tzinfo else said.replace(tzinfo=UTC)
        off = (said - datetime.now(UTC)).total_seconds()
        if abs(off) > MOST_SKEW:
            text = f"the target's clock is {abs(off):.0f} s {'ahead' if off > 0 else 'behind'}"
            yield Finding(
                Severity.WARNING,
                "clock",
                text,
                "synchronize it with NTP: otherwise tokens are refused as expired or not yet valid",
            )
        else:
            yield ok("clock", f"within {MOST_SKEW} s of this machine's clock")

    def _reading(self) -> Iterator[Finding]:
        kinds = [("users", "/Users"), *([("groups", "/Groups")] if self.profile.group is not None else [])]
        for name, path in kinds:
            yield self._permission(name, self._get(f"{path}?{FEW}"))

    def _permission(self, name: str, answer: Answer) -> Finding:
        if preflight.is_list(answer):
            total = answer.json["totalResults"]
            return ok(name, f"listing works; {total} found" if isinstance(total, int) else "listing works")
        text = f"listing them returns {_seen(answer)}"
        if answer.status in {401, 403}:
            return Finding(Severity.FAULT, name, text, "allow this token to read and write them")
        if name == "groups" and answer.status in {404, 501}:
            return Finding(
                Severity.FAULT,
                name,
                text,
                "for a target without groups, use --profile users-only, and no group mapping in Entra",
            )
        return Finding(Severity.FAULT, name, text, "check the target's log")

    def _ours(self) -> Iterator[Finding]:
        found = [*earlier.in_journals(self.settings)]
        for directory, number in found:
            do = f"scim-conformance clean {shlex.quote(str(directory))}"
            yield Finding(Severity.WARNING, "leftovers", f"{number} of an earlier run may still be there", do)
        there = earlier.in_target(self._get, groups=self.profile.group is not None)
        if there and not found:
            text = f"{len(there)} with the tag of a run, such as {there[0]}"
            do = "run `scim-conformance clean` with that run's report directory; otherwise delete them manually"
            yield Finding(Severity.WARNING, "leftovers", text, do)
        if not found and not there:
            yield ok("leftovers", "none of an earlier run")

    def _writing(self) -> Iterator[Finding]:
        if not self.write:
            yield ok("writing", "write access not tested (use --write)")
            return
        directory = Path("reports") / f"doctor-{secrets.token_hex(3)}"
        yield from WriteProbe(self.settings, self.profile, self.wire, directory).findings()

    def _speed(self) -> Finding:
        each = median([one.answer.seconds for one in self.seen if one.answer is not None] or [0.0])
        about = round(sent_requests().total, -1)
        whole = each * about
        text = f"responds in {each * 1000:.0f} ms: a full run, with about {about} requests, takes at least"
        return ok("speed", f"{text} {whole / 60:.0f} min" if whole > 120 else f"{text} {max(whole, 1):.0f} s")


def _seen(answer: Answer) -> str:
    """Return a status with the target's words."""
    words = quoted(answer)
    return str(answer.status) if words is None else f"{answer.status} ({words})"


def exit_code(found: list[Finding]) -> int:
    """Return 6 if the target cannot be tested, 1 with errors, otherwise 0."""
    if any(one.stops for one in found):
        return 6
    return 1 if any(one.severity is Severity.FAULT for one in found) else 0


Report = Callable[[Finding], None]


def look(configuration: Configuration, report: Report, *, write: bool = False) -> int:
    """Check a target, report each finding as it comes, and return the exit code."""
    doctor = Doctor(configuration, write=write)
    found = []
    try:
        for finding in _calm(doctor):
            found.append(finding)
            report(finding)
    finally:
        doctor.close()
    return exit_code(found)


def _calm(doctor: Doctor) -> Iterator[Finding]:
    try:
        yield from doctor.findings()
    except TransportFailure as failure:
        yield Finding(Severity.FAULT, "responses", *parted(failure.sentence), stops=True)
