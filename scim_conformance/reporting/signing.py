"""A detached signature of a certificate, made and checked by ssh-keygen: what a reader of Git's signatures has.

The reader supplies the file with allowed signers, in the format of ssh-keygen(1), "ALLOWED SIGNERS". So nothing here
decides whom to trust. Source: OpenSSH's documentation of ssh-keygen -Y.
"""

import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import IO

from scim_conformance.system import inputs

NAMESPACE = "scim-conformance"
SUFFIX = ".sig"
MOST_SECONDS = 60

_ALLOWED = re.compile(r"(?!#)\S.*\s(ssh-|ecdsa-|sk-)\S+\s+AAAA")
"""A line with an allowed signer: names, perhaps options, and a public key."""


class CannotSign(Exception):
    """No signature can be made or checked. The text says why, and what to do."""


class BadSignature(Exception):
    """The signature is not one of an allowed signer on these bytes. The text says which."""


def beside(file: Path) -> Path:
    """Return where the signature of a certificate is."""
    return file.with_name(file.name + SUFFIX)


def sign(content: bytes, key: Path) -> bytes:
    """Return the signature of a certificate. A passphrase is asked for on a terminal.

    Raises:
        CannotSign: ssh-keygen is missing, or the key cannot be used.
    """
    with tempfile.TemporaryDirectory(prefix="scim-sign-") as folder:
        file = Path(folder) / "certificate.zip"
        file.write_bytes(content)
        ended = _ssh_keygen("sign", "-f", str(key), "-n", NAMESPACE, str(file))
        if ended.returncode != 0:
            raise CannotSign(f"{key} cannot sign: {_said(ended)}")
        return beside(file).read_bytes()


def check_allowed(allowed: Path) -> None:
    """Check that a file lists allowed signers: ssh-keygen does not say that it is another one.

    Raises:
        CannotSign: none of its lines is a name with a public key.
    """
    try:
        lines = inputs.text(str(allowed)).splitlines()
    except inputs.CannotRead as error:
        raise CannotSign(f"{allowed} {error}") from None
    if not any(_ALLOWED.match(line) for line in lines):
        wanted = "a line has a name and a public key, such as: ada@example.com ssh-ed25519 AAAA…"
        raise CannotSign(f"{allowed} is not an allowed-signers file: {wanted}")


def signer(file: Path, allowed: Path) -> str:
    """Return the allowed signer who signed a file.

    Raises:
        BadSignature: the signature is not one of an allowed signer, or the file was changed since.
        CannotSign: ssh-keygen is missing.
    """
    signature = beside(file)
    found = _ssh_keygen("find-principals", "-s", str(signature), "-f", str(allowed))
    names = found.stdout.decode("utf-8", "replace").split()
    if found.returncode != 0 or not names:
        raise BadSignature(f"{signature} is not by a signer in {allowed}")
    with file.open("rb") as content:
        who = ("-f", str(allowed), "-I", names[0], "-n", NAMESPACE, "-s", str(signature))
        ended = _ssh_keygen("verify", *who, stdin=content)
    if ended.returncode != 0:
        raise BadSignature(f"{signature} does not fit {file}: it was changed, or the signature is not valid now")
    return names[0]


def _ssh_keygen(*arguments: str, stdin: IO[bytes] | None = None) -> "subprocess.CompletedProcess[bytes]":
    program = shutil.which("ssh-keygen")
    if program is None:
        raise CannotSign("signatures require ssh-keygen, which is part of OpenSSH")
    try:
        return subprocess.run(  # noqa: S603 - a fixed program, with arguments and no shell
            [program, "-Y", *arguments],
            stdin=subprocess.DEVNULL if stdin is None else stdin,
            capture_output=True,
            timeout=MOST_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise CannotSign("ssh-keygen did not end within a minute") from None


def _said(ended: "subprocess.CompletedProcess[bytes]") -> str:
    lines = ended.stderr.decode("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else "ssh-keygen does not say why"
