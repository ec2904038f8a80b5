"""Pairs: what is right in another way and stays green, and the defect that differs least from it and stays red."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from scim_conformance.demo.choices import DEFECTS, VARIANTS
from scim_conformance.demo.variants.registry import Variant
from tests.proof.playing import Outcome


@dataclass(frozen=True)
class Red:
    """What must stay red, whatever else is allowed: in words, and the defects that do it."""

    what: str
    defects: tuple[str, ...]


STAYS_RED = (
    Red("PATCH of members answered 400 or more", ("hidden-and-refused", "group-patch-405")),
    Red("members shown by any read and not as owed", ("asked-never-leave", "group-emptied")),
    Red("members shown once and missing later", ("members-shown-once",)),
    Red("`groups` or `members eq` that contradicts", ("groups-never-leave", "queried-never-leave")),
    Red("a legal country refused", ("country-code-400",)),
    Red("a half-applied PATCH", ("half-applied",)),
    Red("a value changed after 401 or 403", ("changed-then-refused", "changed-then-403")),
    Red(
        "two accounts of one name found by GET",
        ("duplicate-accepted", "twin-by-case", "rename-to-taken", "twins-at-once"),
    ),
    Red("a wrong secret that gets a token", ("wrong-secret-accepted", "basic-unchecked", "body-unchecked")),
    Red("“True” or “False” stored as text", ("active-string", "active-text")),
    Red("PATCH answered 405, a filter answered 400", ("patch-405", "filter-400")),
    Red("DELETE answered 2xx with the account readable", ("deleted-stays", "group-delete-kept")),
    Red(
        "a 5xx or a broken connection to any request of Entra's",
        ("broken-off", "changed-user-500", "delete-of-member-500", "found-group-500"),
    ),
)


def paired() -> list[Variant]:
    """Return the variants that have a nearest wrong server."""
    return [one for one in VARIANTS.values() if one.nearest]


def lines(variants: Mapping[str, Outcome], defects: Mapping[str, Outcome]) -> Iterator[str]:
    """Yield the two tables, from outcomes by the names of variants and defects."""
    yield from ["## Right in another way, and the nearest that is wrong", ""]
    yield "A right server that differs must stay green, and the wrong one that differs least from it red: a check that"
    yield "is met by both sees nothing."
    yield from [
        "",
        "| right | verdict | what allows it | nearest wrong | verdict | named first |",
        "| --- |" + " --- |" * 5,
    ]
    for one in paired():
        for name in one.nearest:
            green = f"{one.name} | {variants[one.name].verdict} | {_cell(one.source)}"
            yield f"| {green} | {name} | {_found(defects[name])} |"
    yield from ["", "### What must stay red", "", "| what | defect | verdict | named first |", "| --- |" + " --- |" * 3]
    for red in STAYS_RED:
        yield from (f"| {red.what} | {name} | {_found(defects[name])} |" for name in red.defects)
    yield ""


def _found(outcome: Outcome) -> str:
    return f"{outcome.verdict} | `{outcome.first}`"


def lost(defects: Mapping[str, Outcome]) -> list[str]:
    """Name what must stay red and is not, or not by the check that was made for it, of the defects that were played."""
    names = dict.fromkeys(
        [name for red in STAYS_RED for name in red.defects] + [n for v in paired() for n in v.nearest]
    )
    return [
        f"{name} must stay red, by {DEFECTS[name].named}"
        for name in dict.fromkeys(names)
        if name in defects
        and str(DEFECTS[name].named).partition("{")[0] not in {one.id for one in defects[name].deviations}
    ]


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())
