"""`doctor`: whether a run can begin, one finding after the other, each with what to do."""

import secrets
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

from scim_conformance import credentials, leftovers, preflight
from scim_conformance.entra.dialects import FLAG
from scim_conformance.running import make_wire
from scim_conformance.scenario.exchange import Answer, Credential, Exchange, Outgoing, Sender, TransportFailure
from scim_conformance.settings import PREFIX, Settings
from scim_conformance.target import reaching
from scim_conformance.target.failures import describe_tls, remedy

SOON = 30
"""Days before its end at which a certificate is worth a warning."""

MOST_SKEW = 60
"""Seconds by which the target's clock may be off before tokens and cycles suffer."""

MOST_TOKEN = 1000
"""Characters of a secret token from which saving it was reported to fail (MicrosoftDocs/azure-docs#40093)."""

MOST_REQUESTS = 600
"""Requests of a full run, at most (README)."""

FEW = "startIndex=1&count=1"


class Mark(StrEnum):
    """How a finding is to be taken."""

    OK = "ok"
    WARNING = "warning"
    FAULT = "FAULT"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. `stops`: without it nothing can be judged."""

    mark: Mark
    what: str
    says: str
    do: str = ""
    stops: bool = False


def ok(what: str, says: str) -> Finding:
    """Return a finding that needs nothing."""
    return Finding(Mark.OK, what, says)


class Doctor:
    """Looks at a target. `write`: also make a user and delete it."""

    def __init__(self, settings: Settings, *, write: bool = False) -> None:
        self.settings, self.write = settings, write
        self.profile = credentials.profile_of(settings)
        access = credentials.access(settings, self.profile)
        self.has_access = access is not None
        self.wire = make_wire(settings, access)
        self.seen: list[Exchange] = []
        parts = urlsplit(settings.base)
        self.host, self.is_tls = parts.hostname or "", parts.scheme == "https"
        self.port = parts.port or (443 if self.is_tls else 80)

    def findings(self) -> Iterator[Finding]:
        """Yield what is found; the last one stops the rest where nothing more can be judged."""
        for part in (self._address, self._way, self._strangers, self._token, self._reading, self._ours, self._writing):
            for finding in part():
                yield finding
                if finding.stops:
                    return
        yield self._speed()

    def close(self) -> None:
        """Close the connection."""
        self.wire.close()

    def _address(self) -> Iterator[Finding]:
        parts = urlsplit(self.settings.url or "")
        last = parts.path.rstrip("/").rpartition("/")[2].lower()
        if last in {"users", "groups", "schemas", "serviceproviderconfig"}:
            text = f"the tenant URL ends in /{last}, and Entra appends that itself"
            yield Finding(Mark.FAULT, "address", text, "take it off", stops=True)
        if not self.is_tls and not self.settings.is_loopback:
            text = "the tenant URL is not https, and Entra speaks nothing else"
            yield Finding(Mark.FAULT, "address", text, "set TLS up")
        strange = [one for one in parts.query.split("&") if one and one != FLAG]
        if strange:
            text = f"the tenant URL has a query ({len(strange)} parts beside {FLAG}), which no request here carries"
            yield Finding(Mark.WARNING, "address", text, "put it into the path, or take it off")
        yield ok("address", self._dialect(FLAG in parts.query))

    def _dialect(self, flagged: bool) -> str:
        if flagged:
            return f"{FLAG} is in the URL: Entra writes the compliant PATCH, and `run` plays that one"
        return f"without {FLAG} Entra writes the legacy PATCH; `run` plays both"

    def _way(self) -> Iterator[Finding]:
        if self.settings.proxy is not None:
            yield ok("way", "through the proxy: name, port and certificate are its business")
            return
        yield from self._name()
        yield from self._port()
        if self.is_tls:
            yield from self._tls()

    def _name(self) -> Iterator[Finding]:
        try:
            found = reaching.addresses(self.host, self.port)
        except OSError:
            text = f"{self.host} does not resolve"
            yield Finding(Mark.FAULT, "name", text, "check the host in the tenant URL, and the DNS", stops=True)
            return
        shown = ", ".join(found[:3]) + (f" and {len(found) - 3} more" if len(found) > 3 else "")
        if any(reaching.is_private(one) for one in found):
            do = "open it to the service tag AzureActiveDirectory, or use the on-premises provisioning agent"
            yield Finding(Mark.WARNING, "name", f"{shown}: a private address, which Entra does not reach", do)
        else:
            yield ok("name", f"{self.host} resolves to {shown}" if shown != self.host else f"{shown} is an address")

    def _port(self) -> Iterator[Finding]:
        try:
            seconds = reaching.connected(self.host, self.port, self.settings.timeout)
        except OSError as error:
            text = f"no connection to {self.host}:{self.port} ({error.strerror or 'no answer in time'})"
            yield Finding(Mark.FAULT, "port", text, "start the target, or check port and firewall", stops=True)
        else:
            yield ok("port", f"{self.port} is open ({seconds * 1000:.0f} ms)")

    def _tls(self) -> Iterator[Finding]:
        where = (self.host, self.port, self.settings.timeout, self.settings.ca_file)
        try:
            found = reaching.certificate(*where)
        except ssl.SSLError as error:
            yield Finding(Mark.FAULT, "TLS", describe_tls(error), remedy(error), stops=True)
            return
        except OSError as error:
            text = f"the handshake broke off ({error.strerror or error})"
            yield Finding(Mark.FAULT, "TLS", text, "look into the target's TLS settings", stops=True)
            return
        yield self._expiry(found)
        try:
            reaching.certificate(*where, most=ssl.TLSVersion.TLSv1_2)
        except OSError:
            text = f"{found.version} works and TLS 1.2 does not"
            yield Finding(Mark.FAULT, "TLS 1.2", text, "allow TLS 1.2, the version that Microsoft documents for Entra")

    def _expiry(self, found: reaching.Certificate) -> Finding:
        days = (found.until - datetime.now(UTC)).days
        text = f"{found.version}, issued by {found.issuer}, {days} days left"
        if self.settings.ca_file is not None:
            text += "; trusted by --ca-file, and Entra trusts public CAs alone"
        if days < SOON:
            return Finding(Mark.WARNING, "TLS", text, "renew the certificate: Entra stops on the day it ends")
        return ok("TLS", text)

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
            yield Finding(Mark.FAULT, "no token", *_parted(failure.sentence), stops=True)
            return
        if answer.status == 401:
            yield ok("no token", "401, as it should be")
        elif answer.ok:
            do = "refuse requests without a token with 401: anybody can read and write accounts"
            yield Finding(Mark.FAULT, "no token", f"the target answers {answer.status} without a token", do)
        else:
            do = "answer 401 (scim-conformance explain ENT-CON-04)"
            yield Finding(Mark.WARNING, "no token", f"the target answers {answer.status} without a token", do)

    def _token(self) -> Iterator[Finding]:
        if not self.has_access:
            do = f"put the secret token into {PREFIX}TOKEN, or name a --token-file"
            yield Finding(Mark.WARNING, "token", "none is given", do)
        yield from self._length()
        before = len(self.seen)
        gate = preflight.look(self._send, self.profile, self.wire.place, issued=self.wire.source is not None)
        probe = self.seen[before].answer if len(self.seen) > before else None
        if gate.reason is not None and gate.blocked_by is None:
            yield Finding(Mark.FAULT, "token", *_parted(gate.reason), stops=True)
        elif probe is None or not preflight.is_list(probe):
            said = gate.reason or f"Test Connection's request is answered with {probe.status if probe else 'nothing'}"
            yield Finding(Mark.FAULT, "token", said, "scim-conformance explain ENT-CON-01")
        else:
            yield ok("token", f"Test Connection's request is answered with 200 ({probe.seconds * 1000:.0f} ms)")
            yield self._media(probe)
            yield from self._clock(probe)

    def _length(self) -> Iterator[Finding]:
        size = len(self.wire.token or "")
        if size > MOST_TOKEN:
            text = f"it has {size} characters, and Entra stores about {MOST_TOKEN} with the URL in some clouds"
            yield Finding(
                Mark.WARNING, "token size", text, "give out shorter, opaque tokens: saving fails after a good test"
            )

    def _media(self, answer: Answer) -> Finding:
        media = (answer.header("Content-Type") or "").partition(";")[0].strip().lower()
        if media == "application/scim+json":
            return ok("media type", media)
        do = "send application/scim+json in every answer"
        if media == "application/json":
            return Finding(Mark.WARNING, "media type", f"{media}: enough for Entra, not for Microsoft's validator", do)
        return Finding(Mark.FAULT, "media type", media[:60] or "there is no Content-Type", do)

    def _clock(self, answer: Answer) -> Iterator[Finding]:
        try:
            said = parsedate_to_datetime(answer.header("Date") or "")
        except ValueError:
            yield ok("clock", "no Date header, so it cannot be compared")
            return
        said = said if said.tzinfo else said.replace(tzinfo=UTC)
        off = (said - datetime.now(UTC)).total_seconds()
        if abs(off) > MOST_SKEW:
            text = f"the target's clock is {abs(off):.0f} s {'ahead' if off > 0 else 'behind'}"
            yield Finding(Mark.WARNING, "clock", text, "set it by NTP: tokens are refused before or after their time")
        else:
            yield ok("clock", f"within {MOST_SKEW} s of this machine's")

    def _reading(self) -> Iterator[Finding]:
        kinds = [("users", "/Users"), *([("groups", "/Groups")] if self.profile.group is not None else [])]
        for name, path in kinds:
            yield self._permission(name, self._get(f"{path}?{FEW}"))

    def _permission(self, name: str, answer: Answer) -> Finding:
        if preflight.is_list(answer):
            total = answer.json["totalResults"]
            return ok(name, f"may be listed; there are {total}" if isinstance(total, int) else "may be listed")
        text = f"listing them is answered with {answer.status}"
        if answer.status in {401, 403}:
            return Finding(Mark.FAULT, name, text, "allow this token to read and write them")
        if name == "groups" and answer.status in {404, 501}:
            return Finding(
                Mark.FAULT, name, text, "without groups: --profile users-only, and no group mapping in Entra"
            )
        return Finding(Mark.FAULT, name, text, "look into the target's log")

    def _ours(self) -> Iterator[Finding]:
        found = [*leftovers.in_journals(self.settings)]
        for directory, number in found:
            do = f"scim-conformance clean {directory}"
            yield Finding(Mark.WARNING, "leftovers", f"{number} of an earlier run may still be there", do)
        there = leftovers.in_target(self._get, groups=self.profile.group is not None)
        if there and not found:
            text = f"{len(there)} carry the tag of a run, such as {there[0]}"
            do = "scim-conformance clean DIR, where that run's report is; else delete them by hand"
            yield Finding(Mark.WARNING, "leftovers", text, do)
        if not found and not there:
            yield ok("leftovers", "none of an earlier run")

    def _writing(self) -> Iterator[Finding]:
        if not self.write:
            yield ok("writing", "not tried; --write makes a user and deletes it")
            return
        directory = Path("reports") / f"doctor-{secrets.token_hex(3)}"
        problem = leftovers.written(self.settings, self.profile, self.wire, directory)
        if problem is None:
            yield ok("writing", "a user was made and deleted")
        else:
            yield Finding(Mark.FAULT, "writing", *problem)

    def _speed(self) -> Finding:
        each = median([one.answer.seconds for one in self.seen if one.answer is not None] or [0.0])
        whole = each * MOST_REQUESTS
        text = f"answers in {each * 1000:.0f} ms: a full run, at most {MOST_REQUESTS} requests, takes at least"
        return ok("speed", f"{text} {whole / 60:.0f} min" if whole > 120 else f"{text} {max(whole, 1):.0f} s")


def _parted(sentence: str) -> tuple[str, str]:
    """Part what is wrong from what to do: the transport's sentences have a colon between them."""
    says, _, do = sentence.rpartition(": ")
    return (says, do) if says else (sentence, "look into the target's log")


def exit_code(found: list[Finding]) -> int:
    """Return 6 where nothing can be judged, 1 with faults, else 0."""
    if any(one.stops for one in found):
        return 6
    return 1 if any(one.mark is Mark.FAULT for one in found) else 0


Report = Callable[[Finding], None]


def look(settings: Settings, report: Report, *, write: bool = False) -> int:
    """Look at a target, report each finding as it comes, and return the exit code."""
    doctor = Doctor(settings, write=write)
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
        yield Finding(Mark.FAULT, "answers", *_parted(failure.sentence), stops=True)
