"""`clean` with journals that somebody edited: strangers stay as they are, and bad lines do not block the good ones."""

import pytest

from tests.hostile.playing import Job, play_all
from tests.hostile.tampering import FOREIGN, LINES, Tampered, play

NAME = "delete-405-until-clean"


@pytest.fixture(scope="module")
def cleaned(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Tampered]:
    job = Job(NAME, tmp_path_factory.mktemp("journals") / "run", ("ENT-CRE-01", "ENT-UPD-01/legacy", "ENT-GRP-01"))
    found: dict[str, Tampered] = play_all([job], play)[NAME]
    return found


def assert_untouched(found: Tampered) -> None:
    """No stranger was written to, and the command ended in order."""
    assert found.wrongs == []
    assert found.clean.damage == []
    assert "Traceback" not in found.clean.text
    assert found.clean.code in {0, 1, 4, 6}, found.clean.text


@pytest.mark.parametrize("name", FOREIGN)
def test_an_edited_journal_leads_to_no_stranger(cleaned: dict[str, Tampered], name: str) -> None:
    assert_untouched(cleaned[name])


@pytest.mark.parametrize("name", ["ids-of-strangers"])
def test_what_is_there_and_not_ours_is_not_said_to_be_gone(cleaned: dict[str, Tampered], name: str) -> None:
    assert cleaned[name].clean.code in {1, 6}, cleaned[name].clean.text


@pytest.mark.parametrize("name", ["elsewhere-http", "elsewhere-https"])
def test_a_journal_of_another_target_is_refused_as_a_run_would_be(cleaned: dict[str, Tampered], name: str) -> None:
    assert cleaned[name].clean.code == 4, cleaned[name].clean.text
    assert cleaned[name].clean.left != {}


@pytest.mark.parametrize("name", LINES)
def test_a_malformed_line_does_not_block_the_good_ones(cleaned: dict[str, Tampered], name: str) -> None:
    found = cleaned[f"line-{name}"]
    assert_untouched(found)
    assert found.clean.left == {}, found.clean.text
    assert found.clean.code in {0, 1, 6}, found.clean.text
