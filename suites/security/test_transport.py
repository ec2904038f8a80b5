"""Harmless probes of the transport: TLS handshakes over which nothing is sent, and one request without TLS.

They apply where the tenant URL is https. Each goes to the port of the tenant URL alone, and none has a token.
"""

from collections.abc import Iterable

from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.entra.world import World
from scim_conformance.rfc.handshakes import (
    agreed,
    declined,
    handshake,
    lasting,
    not_invited,
    not_served,
    trusted,
    without_tls,
)
from scim_conformance.rfc.rows import must, should
from scim_conformance.scenario.model import Moment, Scenario, covers, scenario

SPOKEN = must("7644-7.2-a", so="clients cannot connect", fix="enable TLS 1.2 and TLS 1.3 at this port")
STILL = should(
    "7644-7.2-a",
    so="clients that speak TLS 1.2 cannot connect; Microsoft documents TLS 1.2 for Entra",
    fix="allow TLS 1.2 in addition to TLS 1.3",
)
NEWEST = should(
    "INT-7.1-a", so="clients that require TLS 1.3 cannot connect", fix="enable TLS 1.3 in addition to TLS 1.2"
)


@scenario("SEC-TLS-01", "TLS 1.2 and TLS 1.3 are spoken", Moment.TEST_CONNECTION, needs=["tls"])
@covers("7644-7.2-a INT-7.1-a")
def spoken(world: World) -> Scenario:
    """The target speaks TLS 1.2 or later. RFC 7644 section 7.2 requires TLS 1.2, which RFC 8446 has since replaced: a
    target that speaks TLS 1.3 alone gets advice, and so does one without TLS 1.3. Three handshakes."""
    del world
    return Scenario(
        [
            handshake(SPOKEN(agreed("1.2 or later")), key="current"),
            handshake(STILL(agreed("1.2")), key="tls-1-2", version="1.2"),
            handshake(NEWEST(agreed("1.3")), key="tls-1-3", version="1.3"),
        ]
    )


CURRENT = should(
    "SEC-API8-g", so="old versions and the certificate are not tested", fix="enable TLS 1.2 and TLS 1.3 at this port"
)
OLD = must("SEC-API8-g", so="an attacker on the network can break the encryption", fix="disable TLS 1.0 and TLS 1.1")


def _old(_: Profile) -> Iterable[tuple[str, str]]:
    yield "tls-1-0", "1.0"
    yield "tls-1-1", "1.1"


@scenario("SEC-TLS-02", "Old versions of TLS are declined", Moment.TEST_CONNECTION, rows=_old, needs=["tls"])
@covers("SEC-API8-g")
def old(world: World, version: str) -> Scenario:
    """A handshake that offers TLS 1.0 or TLS 1.1 alone is declined: RFC 8996 forbids both. It is judged only if the
    target speaks a later version. Two handshakes each; without support in OpenSSL, the result is inconclusive."""
    del world
    current = handshake(CURRENT(agreed("1.2 or later")).vital(), key="current")
    return Scenario([handshake(OLD(declined(version)), key="old", version=version)], given=[current])


VALID = must(
    "SEC-API8-g",
    so="clients do not connect, or cannot tell the target from an attacker",
    fix="use a valid certificate for the host of the tenant URL, with all intermediate certificates; for a CA of your "
    "own, add --ca-file",
)
RENEWED = should("SEC-API8-g", so="clients stop when the certificate expires", fix="renew the certificate")


@scenario("SEC-TLS-03", "The certificate is valid for the host", Moment.TEST_CONNECTION, needs=["tls"])
@covers("SEC-API8-g")
def certificate(world: World) -> Scenario:
    """The certificate is verified as for all requests of the run: by the CAs that this machine trusts, or those of
    --ca-file. It names the host of the tenant URL and has not expired. That it lasts two weeks is advice. Two
    handshakes."""
    del world
    current = handshake(CURRENT(agreed("1.2 or later")).vital(), key="current")
    return Scenario([handshake(VALID(trusted()), RENEWED(lasting()), key="verified")], given=[current])


CLEAR = must(
    "7644-7.2-a",
    so="everyone on the network can read tokens and accounts",
    fix="do not serve HTTP without TLS at this port",
)
INVITED = should(
    "7644-7.2-a",
    so="a client with a wrong URL sends its token in clear text",
    fix="close the connection, or return 400, before the token is checked",
)


@scenario("SEC-TLS-04", "Nothing is served without TLS", Moment.TEST_CONNECTION, needs=["tls"])
@covers("7644-7.2-a")
def clear_text(world: World) -> Scenario:
    """A request without TLS to the port of the tenant URL gets no resource: the connection is closed, or the response
    is an error, a redirect or a page. One GET of /ServiceProviderConfig without a token; no other port is tried."""
    del world
    checks = [CLEAR(not_served()), INVITED(not_invited())]
    return Scenario([without_tls("/ServiceProviderConfig", *checks, key="clear")])
