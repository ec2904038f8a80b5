"""The house: short modules, a name of its own for each class, and no circle among imports, wherever they are."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "scim_conformance"
MOST_LINES = 300


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def name_of(path: Path) -> str:
    """Return the dotted name of a module or package."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULES = {name_of(path): path for path in sorted(PACKAGE.rglob("*.py"))}


def imports(name: str) -> Iterator[str]:
    """Yield the modules of the package that a module imports: at its top, in a function, or for its types alone."""
    for node in ast.walk(tree(MODULES[name])):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names if one.name in MODULES)
        elif isinstance(node, ast.ImportFrom) and node.module in MODULES:
            whole = {f"{node.module}.{one.name}" for one in node.names}
            yield from whole & MODULES.keys() or {node.module}


def test_no_module_is_too_long() -> None:
    found = [path for root in ("scim_conformance", "suites", "tests") for path in (ROOT / root).rglob("*.py")]
    counted = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in found}
    too_long = {name: lines for name, lines in counted.items() if lines > MOST_LINES}
    assert too_long == {}, f"split it along what it does: at most {MOST_LINES} lines"


def test_no_two_classes_have_the_same_name() -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for name, path in MODULES.items():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ClassDef):
                places[node.name].append(f"{name}:{node.lineno}")
    twice = {name: found for name, found in places.items() if len(found) > 1}
    assert twice == {}, "rename one for what it is, or make one of the two"


def test_no_imports_form_a_circle() -> None:
    """An import in a function may save start-up time; it must not dodge a circle, which is a wrong structure."""
    circle: list[str] = []
    try:
        TopologicalSorter({name: set(imports(name)) for name in MODULES}).prepare()
    except CycleError as error:
        circle = error.args[1]
    assert circle == [], "move what both modules need into one below them"
