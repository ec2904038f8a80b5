"""Commands for certificates: `certify` and `verify`."""

import re
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scim_conformance.commands import wrapping
from scim_conformance.commands.options import examples
from scim_conformance.commands.saving import expect_free, save
from scim_conformance.commands.wrapping import plain
from scim_conformance.config.settings import SettingsError
from scim_conformance.system import inputs

if TYPE_CHECKING:
    from scim_conformance.commands.verify import Verified
    from scim_conformance.verdict.run_result import RunResult

NOT_JUDGED = 6

MOST_SAID = 20
"""How many objections to a certificate are listed."""

_DRAFT = "DRAFT, certifies nothing: "
_SCENARIO = re.compile(r"[A-Z]{3}-[A-Z]{3}-\d")
"""How a finding about a scenario begins, with its id."""

# Every command loads this module: what only some of them need is imported there, which keeps start-up fast.


@click.command(
    epilog=examples(
        "scim-conformance certify reports/scim --out certificate.zip",
        "scim-conformance certify --product Directory --product-version 4.2",
        "scim-conformance certify --draft",
        codes=False,
    )
)
@click.argument("directory", metavar="[DIR]", required=False)
@click.option("--out", metavar="FILE.zip", help="Output file (default: certificate.zip in DIR).")
@click.option("--force", is_flag=True, help="Overwrite the output if it exists.")
@click.option(
    "--draft", is_flag=True, help="Allow a target on this machine or without https; the certificate is marked DRAFT."
)
@click.option("--product", default="", metavar="NAME", help="The product, for the cover.")
@click.option("--product-version", default="", metavar="TEXT", help="Its version or build.")
@click.option("--vendor", default="", metavar="NAME", help="Its vendor.")
@click.option("--operator", default="", metavar="NAME", help="Who ran the tests.")
@click.option("--sign", "key", metavar="KEY", help="Private SSH key; writes the signature next to the output, as .sig.")
def certify(directory: str | None, *, out: str | None, force: bool, draft: bool, key: str | None, **about: str) -> int:
    """Write the certificate of a complete run: page, result, requests and responses, and checksums in one zip file.

    DIR is its report directory (default: the newest complete one in reports/).

    Refuses (exit 1) unless every required scenario ran, the verdict is yes for at least one dialect, the recorded
    responses confirm it when they are judged again, and the target is an https URL that is not on this machine.
    """
    from scim_conformance.commands import certify as certifying
    from scim_conformance.commands import chosen_run
    from scim_conformance.reporting import certificate, container
    from scim_conformance.reporting.cover import About

    where = chosen_run.find(directory)
    result = chosen_run.read(where)
    target = Path(out) if out else where / "certificate.zip"
    expect_free(target, force=force)
    against = certifying.objections(result, draft=draft)
    if against:
        return _refuse(where, against)
    _write(container.pack(certificate.members(result, About(**about), draft=draft)), target, key)
    _say_what_it_certifies(result)
    allowed = " --allowed-signers FILE" if key is not None else ""
    click.echo(f"  verify it with: scim-conformance verify {shlex.quote(str(target))}{allowed}")
    click.echo(f"{target}: {_DRAFT if draft else ''}{plain(result.sentence)}")
    return 0


def _write(content: bytes, target: Path, key: str | None) -> None:
    """Write the certificate, and the signature: nothing is written if the key cannot sign."""
    signature = None if key is None else _signed(content, Path(key))
    save(content, target)
    _sign(signature, target, key)


def _refuse(where: Path, against: Sequence[str]) -> int:
    """Print why a run is not certified, and return the exit code."""
    from scim_conformance.verdict import counting

    click.echo("Not certified, because:")
    for text in against[:MOST_SAID]:
        click.echo(wrapping.line(f"  {plain(text)}", "    "))
    if len(against) > MOST_SAID:
        click.echo(f"  and {len(against) - MOST_SAID:,} more")
    click.echo(f"No certificate of {where}: see the {counting.number(len(against), 'reason')} above")
    return 1


def _signed(content: bytes, key: Path) -> bytes:
    """Return the signature, made before anything is written."""
    from scim_conformance.reporting import signing

    try:
        return signing.sign(content, key)
    except signing.CannotSign as error:
        raise SettingsError(f"{error}; no certificate was written") from None


def _sign(signature: bytes | None, target: Path, key: str | None) -> None:
    """Write the signature next to a certificate. Without one, say if that of a replaced certificate is still there."""
    from scim_conformance.reporting import signing

    place = signing.beside(target)
    if signature is not None:
        save(signature, place)
        click.echo(f"  {place}: signed with {key}")
    elif place.exists():
        click.echo(f"  {place} signed the file that was replaced: delete it, or sign again with --sign KEY --force")


def _say_what_it_certifies(result: "RunResult") -> None:
    from scim_conformance.reporting import certificate, page_data
    from scim_conformance.verdict import counting

    dialects = certificate.certified(result)
    if dialects != ["legacy", "compliant"]:
        click.echo(f"  it covers only the {' and '.join(dialects)} dialect")
    waived = page_data.waived(result)
    click.echo(f"  waived: {counting.number(len(waived), 'check')}" if waived else "  no waivers")
    for _, check in waived:
        click.echo(plain(f"    {check.id}: {check.waiver}"))
    if result.leftovers:
        left = counting.number(len(result.leftovers), "resource")
        verb = "is" if len(result.leftovers) == 1 else "are"
        click.echo(f"  {left} of this run {verb} still in the target; the certificate lists all of them")


@click.command(
    epilog=examples(
        "scim-conformance verify certificate.zip",
        "scim-conformance verify certificate.zip --allowed-signers signers",
        codes=False,
    )
)
@click.option(
    "--allowed-signers",
    "allowed",
    metavar="FILE",
    help="Names and public keys of those you trust, as ssh-keygen reads them.",
)
@click.option("-v", "verbose", is_flag=True, help="List every difference.")
@click.argument("file", metavar="FILE.zip")
def verify(file: str, *, allowed: str | None, verbose: bool) -> int:
    """Verify a certificate: its bytes, and its recorded responses, which are judged again.

    Exit 0: it is consistent; with --allowed-signers, also signed by one of them, who is named. Without a signature,
    nothing proves who wrote it. Exit 1: it was changed, or contradicts itself.
    Exit 4: the file is not a readable certificate. Exit 6: another version wrote it, and only that version can verify
    it.
    """
    found = _verified(Path(file))
    if found.all or found.result is None:
        for text in found.all if verbose else ():
            click.echo(f"  {plain(text)}")
        click.echo(plain(_rejected(file, found)) + ("" if verbose else "; -v lists every difference"))
        return 1
    if found.other is not None:
        click.echo(
            f"{file}: not verified: written by scim-conformance {plain(found.other)}; verify it with that version"
        )
        return NOT_JUDGED
    _say_what_is_certified(found, found.result)
    return _say_who(file, allowed)


def _verified(file: Path) -> "Verified":
    from scim_conformance.commands import verify as verifying
    from scim_conformance.reporting import container

    try:
        return verifying.verified(file)
    except container.Damaged as error:
        raise SettingsError(f"{file} is not a certificate: {plain(str(error))}") from None
    except inputs.CannotRead as error:
        raise SettingsError(f"{file} {error}") from None


def _say_what_is_certified(found: "Verified", result: "RunResult") -> None:
    click.echo(plain(f"  {_DRAFT if found.draft else ''}{result.sentence}"))
    click.echo(plain(f"  {result.target}, profile {result.profile}, run {result.run_id}, {result.started}"))
    _say_what_it_certifies(result)
    for text in found.notes:
        click.echo(f"  {plain(text)}")


def _rejected(file: str, found: "Verified") -> str:
    """Return what is wrong with a certificate, and what to do, in one sentence."""
    if found.bytes:
        what, do = "was changed since it was written", "ask its sender for the original"
    else:
        what, do = "is not valid", "ask its sender to run and certify again"
    return f"{file} {what} ({_in_short(found)}): do not rely on it, and {do}"


def _in_short(found: "Verified") -> str:
    """Return what differs, without what follows from a change that is named."""
    from scim_conformance.verdict.extent import named

    if found.bytes:
        first, *more = sorted(found.bytes, key=lambda text: text.startswith("the zip file"))
        others = [one for one in dict.fromkeys(map(_name, more)) if one != _name(first)]
        return f"{first}; and {named(others)}" if others else first
    scenarios = list(dict.fromkeys(_name(text) for text in found.content if _SCENARIO.match(text)))
    if scenarios:
        return f"what it says of {named(scenarios)} does not follow from the recorded responses"
    return found.content[0]


def _name(text: str) -> str:
    """Return what a finding is about: a file, or a scenario."""
    return re.split("[:#,]", text, maxsplit=1)[0]


def _say_who(file: str, allowed: str | None) -> int:
    from scim_conformance.reporting import signing

    try:
        click.echo(plain(f"{file}: consistent, {_signature(Path(file), allowed)}"))
    except signing.BadSignature as error:
        click.echo(plain(f"{file}: consistent, but {error}"))
        return 1
    return 0


def _signature(file: Path, allowed: str | None) -> str:
    """Return what is known about who wrote a certificate.

    Raises:
        signing.BadSignature: it is not signed by an allowed signer.
        SettingsError: a file is missing, or signatures cannot be checked here.
    """
    from scim_conformance.reporting import signing

    signature = signing.beside(file)
    if allowed is None:
        is_there = signature.is_file()
        return f"{signature.name} was not checked: use --allowed-signers FILE" if is_there else "not signed"
    for path in (signature, Path(allowed)):
        if not path.is_file():
            raise SettingsError(f"{path} does not exist: --allowed-signers needs it")
    try:
        signing.check_allowed(Path(allowed))
        return f"signed by {signing.signer(file, Path(allowed))}"
    except signing.CannotSign as error:
        raise SettingsError(str(error)) from None


COMMANDS = (certify, verify)
