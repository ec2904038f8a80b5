"""What is wrong with an input: the first ones in full, the others counted."""

from dataclasses import dataclass, field

MOST_SHOWN = 20


@dataclass
class Problems:
    """The problems of all inputs of a directory. Errors make it unusable; warnings do not."""

    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    counted: dict[str, int] = field(default_factory=lambda: {"errors": 0, "warnings": 0})

    def error(self, where: str, says: str) -> None:
        """Add an error. `where`: the file, and the object in it."""
        self._add("errors", self.errors, f"{where}: {says}")

    def warn(self, where: str, says: str) -> None:
        """Add a warning."""
        self._add("warnings", self.warnings, f"{where}: {says}")

    def _add(self, kind: str, held: list[str], text: str) -> None:
        self.counted[kind] += 1
        if len(held) < MOST_SHOWN:
            held.append(text)

    @property
    def more_errors(self) -> int:
        """The number of errors beyond those in full."""
        return self.counted["errors"] - len(self.errors)

    @property
    def more_warnings(self) -> int:
        """The number of warnings beyond those in full."""
        return self.counted["warnings"] - len(self.warnings)


def position(file: str, number: int, identifier: object = None) -> str:
    """Return the place of an object: `users.json, object 4,711 (id 7c1f…)`."""
    shown = f" (id {str(identifier)[:40]})" if identifier else ""
    return f"{file}, object {number:,}{shown}"
