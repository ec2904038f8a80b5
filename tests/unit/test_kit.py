"""The kit is all that an author of own scenarios imports: documented, versioned, and enough for our own examples."""

import ast
import inspect
import re
from pathlib import Path

import pytest

from scim_conformance import kit

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "own-scenarios.md"
EXAMPLES = sorted((ROOT / "docs" / "examples").rglob("*.py"))
KIT = "scim_conformance.kit"


def imported(text: str) -> set[str]:
    """Return the modules of the package from which a text imports."""
    found = [one for one in ast.walk(ast.parse(text)) if isinstance(one, ast.Import | ast.ImportFrom)]
    names = {one.module or "" for one in found if isinstance(one, ast.ImportFrom)}
    names |= {alias.name for one in found if isinstance(one, ast.Import) for alias in one.names}
    return {name for name in names if name.partition(".")[0] == "scim_conformance"}


def test_the_kit_says_all_that_it_exports() -> None:
    public = {name for name in vars(kit) if not name.startswith("_")}
    assert public == set(kit.__all__), f"add the name to __all__ in {kit.__file__}, or import it under another"
    assert re.fullmatch(r"\d+\.\d+", kit.KIT_VERSION)


@pytest.mark.parametrize("name", [name for name in kit.__all__ if name != "KIT_VERSION"])
def test_a_name_of_the_kit_has_a_docstring(name: str) -> None:
    assert inspect.getdoc(getattr(kit, name)), f"write a docstring for {name} where it is defined"


@pytest.mark.parametrize("name", kit.__all__)
def test_a_name_of_the_kit_is_documented(name: str) -> None:
    assert f"`{name}`" in PAGE.read_text(encoding="utf-8"), f"add `{name}` to a row under “The kit” in {PAGE}"


def test_the_page_promises_the_version_of_the_kit() -> None:
    assert f"`KIT_VERSION` is `{kit.KIT_VERSION}`" in PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.name)
def test_an_example_imports_from_the_kit_alone(file: Path) -> None:
    assert imported(file.read_text(encoding="utf-8")) == {KIT}, f"import from {KIT} alone in {file}"


def test_the_page_names_no_other_module_to_import_from() -> None:
    shown = "\n".join(re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL))
    assert imported(shown) <= {KIT}


def test_nothing_in_the_house_imports_the_kit() -> None:
    """It is the only module that re-exports; our own modules name the one that defines what they need."""
    files = [*(ROOT / "scim_conformance").rglob("*.py"), *(ROOT / "suites").rglob("*.py")]
    assert [str(one) for one in files if KIT in imported(one.read_text(encoding="utf-8"))] == []
