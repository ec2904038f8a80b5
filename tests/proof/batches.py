"""How a batch of defects is kept that no check was made for, apart from the registry of the embedded target."""

from collections.abc import Callable
from dataclasses import dataclass, field

from scim_conformance.demo.app import Around
from scim_conformance.demo.defects import Defect, Kind

MUST, NEEDED = "MUST", "Entra needs it"


@dataclass(frozen=True)
class Batch:
    """Keeps defects by name, and how strictly what each breaks is asked for: MUST or Entra needs it."""

    defects: dict[str, Defect] = field(default_factory=dict)
    levels: dict[str, str] = field(default_factory=dict)

    def __call__(
        self, kind: Kind, name: str, symptom: str, source: str, level: str, *, profile: str | None = None
    ) -> Callable[[Around], Around]:
        """Keep a defect here alone. Raises ValueError where its name is taken."""

        def register(around: Around) -> Around:
            if name in self.defects:
                raise ValueError(f"there are two defects named {name}")
            self.defects[name], self.levels[name] = Defect(name, symptom, source, around, profile, kind), level
            return around

        return register
