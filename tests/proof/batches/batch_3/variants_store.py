"""How the fresh legal variants are kept."""

from collections.abc import Callable

from scim_conformance.demo.app import Around
from scim_conformance.demo.variants.registry import Variant

FRESH_VARIANTS: dict[str, Variant] = {}
GALLERY = "gallery-2026"


def legal(name: str, behaviour: str, source: str, profile: str | None = None) -> Callable[[Around], Around]:
    """Keep a variant here alone. Raises ValueError where its name is taken."""

    def register(around: Around) -> Around:
        if name in FRESH_VARIANTS:
            raise ValueError(f"there are two variants named {name}")
        FRESH_VARIANTS[name] = Variant(name, behaviour, source, around, profile)
        return around

    return register
