"""What a run of the demo leaves in its report directory, for the tests that read it."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from tests.support.reported import say


@dataclass(frozen=True)
class Ended:
    """A run that has ended: its exit code and its report directory."""

    code: int
    where: Path

    @property
    def result(self) -> dict[str, Any]:
        return _result(self.where)

    @property
    def scenarios(self) -> dict[str, dict[str, Any]]:
        return {one["id"]: one for one in self.result["scenarios"]}

    @property
    def junit(self) -> ElementTree.Element:
        return ElementTree.parse(self.where / "junit.xml").getroot()

    @property
    def allure(self) -> list[dict[str, Any]]:
        return _allure(self.where)


@cache
def _result(where: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((where / "result.json").read_text(encoding="utf-8"))
    return found


@cache
def _allure(where: Path) -> list[dict[str, Any]]:
    found = (where / "allure-results").glob("*-result.json")
    return [json.loads(path.read_text(encoding="utf-8")) for path in found]


def play(folder: Path, name: str, *arguments: str) -> Ended:
    said = say("demo", *(["--report-dir", name] if name else []), *arguments, where=folder)
    return Ended(said.code, folder / name)
