"""Legal variants of the embedded target: right behaviours that differ from its own, each with its source.

Real servers legally differ in all of these. A check that holds one of them for a fault would cry wolf.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from importlib import import_module
from typing import Any, TypeVar

from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from scim_conformance.demo.app import Around, Go
from scim_conformance.demo.defects import DEFECTS, Defect
from scim_conformance.settings import SettingsError

TUTORIAL = "Microsoft: Develop and plan provisioning for a SCIM endpoint"


@dataclass(frozen=True)
class Variant:
    """A right behaviour: its name, what it does, what allows it, and how."""

    name: str
    behaviour: str
    source: str
    around: Around
    profile: str | None = None
    """The profile with which it shows, where it does not with the default one."""


VARIANTS: dict[str, Variant] = {}


def variant(name: str, behaviour: str, source: str, profile: str | None = None) -> Callable[[Around], Around]:
    """Register a legal variant."""

    def register(around: Around) -> Around:
        VARIANTS[name] = Variant(name, behaviour, source, around, profile)
        return around

    return register


async def read_after(request: ScimRequest, go: Go) -> ScimResponse:
    """Read the resource that a write changed."""
    request.method, request.body, request.query = "GET", b"", {}
    return await go(request)


def is_list(response: ScimResponse) -> bool:
    """Tell whether an answer is a ListResponse."""
    return "totalResults" in (response.body or {})


def of_type(request: ScimRequest, response: ScimResponse) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield `Users` or `Groups` with each resource that an answer carries."""
    kind = request.path.strip("/").partition("/")[0]
    body = response.body or {}
    if kind in {"Users", "Groups"}:
        for resource in body.get("Resources", [body] if "id" in body else []):
            yield kind, resource


class Only(dict[str, str]):
    """Headers to which the server adds no more."""

    def setdefault(self, key: str, default: str = "") -> str:
        """Return a header, and leave out what is not there."""
        return self.get(key, default)


def chosen(defects: Iterable[str], variants: Iterable[str]) -> list[Defect | Variant]:
    """Return defects and variants by their names, in this order.

    Raises:
        SettingsError: there is none of that name.
    """
    return [*_named("defect", DEFECTS, defects), *_named("variant", VARIANTS, variants)]


Chosen = TypeVar("Chosen")


def _named(what: str, known: Mapping[str, Chosen], names: Iterable[str]) -> Iterator[Chosen]:
    for name in names:
        if name not in known:
            close = " or ".join(get_close_matches(name, known, 3, 0.4))
            meant = f"did you mean {close}? " if close else ""
            raise SettingsError(f"--{what} {name}: there is no such {what}; {meant}`demo --list-defects` names them")
        yield known[name]


# Last, since they register their own with what stands above.
for _theme in ("answers", "errors", "ids", "members", "resources", "values", "writes"):
    import_module(f"scim_conformance.demo.variants_{_theme}")
