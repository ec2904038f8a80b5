"""A detached signature of a certificate, made and checked by ssh-keygen: what a reader of Git's signatures has.

The reader supplies the file with allowed signers, in the format of ssh-keygen(1), "ALLOWED SIGNERS". So nothing here
decides whom to trust. Source: OpenSSH's documentation of ssh-keygen -Y.
"""

import shutil
import subprocess
from pathlib import Path
from typing import IO

NAMESPACE = "scim-conformance"
SUFFIX = ".sig"
MOST_SECONDS = 60


class CannotSign(Exception):
    """No signature can be made or checked. The text says why, and what to do."""


class BadSignature(Exception):
    """The signature is not one of an allowed signer on these bytes. The text says which."""


def beside(file: Path) -> Path:
    """Return where the signature of a certificate is."""
    return file.with_name(file.name + SUFFIX)


def sign(file: Path, key: Path) -> Path:
    """Write the signature of a file next to it, and return its path. A passphrase is asked for on a terminal.

    Raises:
        CannotSign: ssh-keygen is missing, or the key cannot be used.
    """
    beside(file).unlink(missing_ok=True)
    ended = _ssh_keygen("sign", "-f", str(key), "-n", NAMESPACE, str(file))
    if ended.returncode != 0:
        raise CannotSign(f"{key} cannot sign: {_said(ended)}")
    return beside(file)


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
