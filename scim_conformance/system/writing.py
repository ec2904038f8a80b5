"""Writes files completely or not at all."""

from contextlib import suppress
from pathlib import Path

from scim_conformance.system import signals


def replace(path: Path, content: bytes) -> None:
    """Write a file completely or not at all: no partial file is left, and no existing content is lost.

    Raises:
        OSError: it cannot be written.
    """
    draft = path.with_name(path.name + ".part")
    with signals.held():
        try:
            draft.write_bytes(content)
            draft.replace(path)
        except OSError:
            with suppress(OSError):
                draft.unlink(missing_ok=True)  # on a full disk, it takes up the space of another file
            raise


def put(path: Path, content: bytes) -> None:
    """Write to what a user named: a file completely or not at all, anything else, such as /dev/stdout, as it is.

    Raises:
        OSError: it cannot be written.
    """
    if path.exists() and not path.is_file():
        path.write_bytes(content)
    else:
        replace(path, content)
