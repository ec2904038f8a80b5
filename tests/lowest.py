"""Print the lowest versions that pyproject.toml allows of what the project imports, as constraints for pip."""

import re
import sys
import tomllib
from pathlib import Path

PYPROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"


def lowest(requirement: str) -> str:
    """Return `name==version` for a requirement that begins with `name>=version`.

    Raises:
        ValueError: it has no lower bound, and so none that could be run.
    """
    found = re.match(r"([A-Za-z0-9._-]+)>=([0-9.]+)(,|$)", requirement)
    if found is None:
        raise ValueError(f"{requirement} has no lower bound")
    return f"{found[1]}=={found[2]}"


def constraints() -> list[str]:
    """Return one constraint for each direct dependency."""
    dependencies = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["project"]["dependencies"]
    return [lowest(one) for one in dependencies]


if __name__ == "__main__":
    sys.stdout.write("\n".join(constraints()) + "\n")
