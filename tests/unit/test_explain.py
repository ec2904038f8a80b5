"""`explain` and `list` name all that is judged: also vital checks of preparations, and the parts of a change."""

import pytest

from scim_conformance.commands import explanation, listing


def explained(identifier: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert explanation.explain("entra-default", identifier) == 0
    return capsys.readouterr().out


def test_the_moment_is_named_as_such(capsys: pytest.CaptureFixture[str]) -> None:
    said = explained("ENT-DIS-01/legacy", capsys)
    assert said.splitlines()[1] == "Moment: disable / restore. Since 0.1.0."


def test_a_vital_check_of_a_preparation_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    vital = "ENT-UPD-06/legacy/emails#read-before.kept.emails.other.value"
    assert f"MUST {vital}" in explained("ENT-UPD-06/legacy/emails", capsys)
    alone = explained(vital, capsys)
    assert alone.count(vital) == 1
    assert "impact    a second element is not stored" in alone
    assert "read-back.status" not in alone


def test_the_parts_that_are_sent_after_a_refusal_are_explained(capsys: pytest.CaptureFixture[str]) -> None:
    said = explained("ENT-UPD-08/compliant", capsys)
    before, after = said.split("Sent instead of the rest where a change above is refused:")
    assert "#alone-" not in before
    assert "ENTRA ENT-UPD-08/compliant#alone-" in after


def test_list_names_what_explain_explains(capsys: pytest.CaptureFixture[str]) -> None:
    assert listing.show("entra-default", [], ["ENT-UPD-06/legacy/emails"], checks=True) == 0
    assert "#read-before.kept.emails.other.value" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("wanted", "said", "near"),
    [
        ("UnableToResolveAttributeValue", "explain knows no error code: Unable", "SchemaAttributeNotFound"),
        ("EntryConflicts", "explain knows no error code: Entry", "EntryConflict"),
        ("users cannot log in", "with all of the words: users cannot log in", "a user who came back is locked out"),
        ("manger", "with all of the words: manger", "the manager is missing"),
    ],
)
def test_what_resembles_unknown_words_and_codes_is_named(
    capsys: pytest.CaptureFixture[str], wanted: str, said: str, near: str
) -> None:
    assert explanation.explain("entra-default", wanted) == 5
    err = capsys.readouterr().err
    assert said in err
    assert f"near it: {near}" in err
    assert "no scenario has the id" not in err


def test_an_unknown_id_stays_an_id(capsys: pytest.CaptureFixture[str]) -> None:
    assert explanation.explain("entra-default", "ent-dis-99") == 5
    assert "no scenario has the id ent-dis-99; did you mean ENT-DIS" in capsys.readouterr().err
