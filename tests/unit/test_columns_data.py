"""The data of the columns names only what exists, in plain words."""

from collections.abc import Iterator
from functools import cache

import pytest

from scim_conformance.catalogue import scenarios
from scim_conformance.catalogue.checks import check_templates
from scim_conformance.catalogue.columns import model
from scim_conformance.catalogue.columns.contradictions import contradictions
from scim_conformance.catalogue.columns.model import judged_by
from scim_conformance.catalogue.standards.rows import by_id
from scim_conformance.scenario.model import Template
from scim_conformance.scenario.standing import STANDING
from tests.unit.test_plain_english import odd

TEMPLATES = {one.id: one for one in scenarios.shipped_templates()}


def names() -> Iterator[tuple[str, str]]:
    """Yield every row, check and scenario that the data names, with where."""
    for how in judged_by().values():
        yield from ((how.id, name) for name in (how.id, *how.by, *how.broken_by))
    for one in contradictions():
        yield from ((one.id, name) for name in (*one.rows, *(name for side in one.sides for name in side.by)))
    for column in model.columns():
        yield from ((column.id, name) for name in (*column.also, *column.without))


@pytest.mark.parametrize(("where", "name"), sorted(set(names())))
def test_what_the_data_names_exists(where: str, name: str) -> None:
    if name in model.known_ids() or name in {one.key for one in STANDING}:
        return
    scenario, _, check = name.partition("#")
    template = TEMPLATES[scenario.partition("/")[0]]
    assert not check or check in keys(template), where


@cache
def keys(template: Template) -> set[str]:
    return {one.id.partition("#")[2] for one in check_templates(template)}


def test_every_document_of_a_column_is_in_the_register() -> None:
    known = {row.document for row in by_id().values()}
    assert {name for one in model.columns() for name in one.documents} <= known
    assert [one.id for one in model.columns() if not model.requirements_of(one)] == []
    assert len({one.id for one in model.columns()}) == len(model.columns())


def test_contradictions_are_numbered_and_have_sides() -> None:
    assert [one.id for one in contradictions()] == [f"C{number}" for number in range(1, len(contradictions()) + 1)]
    for one in contradictions():
        assert len(one.among(model.columns())) > 1
        taken = [name for side in one.sides for name in side.standards]
        assert len(taken) == len(set(taken))
        assert all(any(model.is_called(column, name) for column in model.columns()) for name in taken)


def test_the_data_says_nothing_in_odd_words() -> None:
    texts = [(one.id, text) for one in contradictions() for text in (one.topic, one.do, *(s.asks for s in one.sides))]
    texts += [(one.id, text) for one in model.columns() for text in (one.document, one.version)]
    assert odd(iter(texts)) == []


@pytest.mark.parametrize(
    ("names", "chosen"),
    [
        ("rfc", ["rfc"]),
        ("entra, RFC", ["entra-legacy", "entra-compliant", "entra-gallery", "rfc"]),
        ("ipsie,validator", ["validator", "ipsie-al1", "ipsie-al2"]),
    ],
)
def test_standards_are_chosen_by_name(names: str, chosen: list[str]) -> None:
    assert [one.id for one in model.chosen(names)] == chosen


@pytest.mark.parametrize("names", ["", "rfc7644", "entra,al1"])
def test_an_unknown_standard_is_refused(names: str) -> None:
    with pytest.raises(model.UnknownStandard, match="use entra, ipsie, entra-legacy"):
        model.chosen(names)
