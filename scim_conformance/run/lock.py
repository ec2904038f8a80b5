"""One report directory, one run at a time: a lock that ends with its process, however the process ends."""

import errno
import os
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO

from scim_conformance.config.settings import SettingsError

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

_WITHOUT_LOCKS = frozenset({errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP})
"""The error of a file system without locks: then there is no lock."""

NAME = ".lock"
"""The file in the report directory. It is not deleted: deleting a lock may remove one that another process has just
taken."""


def take(directory: Path) -> IO[bytes]:
    """Take the lock of a report directory; it is released when the file is closed or its process ends.

    Raises:
        SettingsError: another process has it.
        OSError: the directory cannot be written.
    """
    directory.mkdir(parents=True, exist_ok=True)
    file = (directory / NAME).open("ab")
    try:
        if fcntl is not None:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        file.write(b"%d\n" % os.getpid())  # so that a full disk is noticed before anything is sent
        file.flush()
        file.truncate(0)
    except BlockingIOError:
        file.close()
        said = "another run, or its clean-up, is using this report directory"
        raise SettingsError(f"{directory}: {said}: wait until it ends, or use another --report-dir") from None
    except OSError as error:
        if error.errno in _WITHOUT_LOCKS:
            return file
        file.close()
        raise
    return file


def all_of(directories: Sequence[Path]) -> ExitStack:
    """Take the locks of several report directories, or of none; directories that do not exist have none.

    Raises:
        SettingsError: another process has one, or a directory cannot be written.
    """
    with ExitStack() as held:
        for directory in dict.fromkeys(path.resolve() for path in directories if path.is_dir()):
            try:
                held.enter_context(take(directory))
            except OSError as error:
                raise SettingsError(f"{directory} cannot be written: {error.strerror}") from None
        return held.pop_all()
