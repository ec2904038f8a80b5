"""`DIR/private/`: the only place for personal data. The folder is readable for its owner alone (0700, files 0600)."""

import csv
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

NAME = "private"
KEY = "masking.key"

# What a spreadsheet would run as a formula. A telephone number begins with a plus, and is none.
_FORMULA = re.compile(r"[=@\t\r]|[+-](?![\d ()./-]*$)")


class Private:
    """The folder for personal data of a report directory. It is made when the first file is written."""

    def __init__(self, directory: Path) -> None:
        self.path = directory / NAME

    def make(self) -> None:
        """Make the folder, also where an earlier one has other permissions."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.mkdir(mode=0o700, exist_ok=True)
        self.path.chmod(0o700)

    @contextmanager
    def writing(self, name: str) -> Iterator[IO[str]]:
        """Open a file of the folder for writing; it replaces an earlier one."""
        self.make()
        path = self.path / name
        path.unlink(missing_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as text:
            yield text

    def table(self, name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Path:
        """Write a CSV file."""
        with self.writing(name) as text:
            writer = csv.writer(text)
            writer.writerow(header)
            writer.writerows([_cell(one) for one in row] for row in rows)
        return self.path / name

    def key(self, fresh: bytes) -> bytes:
        """Return the masking key of an earlier command on this directory; otherwise keep `fresh`."""
        path = self.path / KEY
        if path.is_file():
            return bytes.fromhex(path.read_text(encoding="ascii"))
        with self.writing(KEY) as text:
            text.write(fresh.hex())
        return fresh

    def discard_unused(self) -> None:
        """Remove the folder, and an empty report directory, if nothing but the masking key was written."""
        if self.path.is_dir() and [one.name for one in self.path.iterdir()] == [KEY]:
            (self.path / KEY).unlink()
            self.path.rmdir()
            if not any(self.path.parent.iterdir()):
                self.path.parent.rmdir()


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    text = text.encode("utf-8", "replace").decode("utf-8")
    return f"'{text}" if _FORMULA.match(text) else text
