"""What is around the package: the Dockerfile, CI's own file, and a README that also works where no checkout is."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.support.cli import ROOT

BLOB = "https://github.com/OWNER/scim-conformance/blob/main/"
RAW = "https://raw.githubusercontent.com/OWNER/scim-conformance/main/"
HADOLINT = shutil.which("hadolint", path=str(Path(sys.executable).parent))


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def copied() -> list[str]:
    """Return what the Dockerfile copies from the checkout."""
    lines = [line.split()[1:-1] for line in read("Dockerfile").splitlines() if line.startswith("COPY ")]
    return [one for names in lines for one in names if not names[0].startswith("--from")]


def test_the_readme_links_to_what_is_there_from_everywhere() -> None:
    """A package index shows README without the files beside it."""
    links = re.findall(r"(!?)\[[^\]]*\]\(([^)]+)\)", read("README.md"))
    begins = {"!": RAW, "": BLOB}
    assert len(links) > 15
    assert [to for image, to in links if not to.startswith(begins[image])] == []
    files = {to: to.removeprefix(begins[image]).partition("#")[0] for image, to in links}
    assert [to for to, file in files.items() if not (ROOT / file).is_file()] == []
    assert [to for to, file in files.items() if "#" in to and to.partition("#")[2] not in headings(ROOT / file)] == []


def headings(file: Path) -> set[str]:
    """Return the anchors of a page, as GitHub makes them."""
    titles = re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_the_readme_begins_with_a_line_that_needs_no_checkout() -> None:
    first = read("README.md").partition("```\n")[2].partition("\n")[0]
    assert first.startswith('uvx --from "scim-conformance[demo]" scim-conformance demo')
    assert 'pipx run --spec "scim-conformance[demo]" scim-conformance demo' in first


@pytest.mark.skipif(HADOLINT is None, reason="hadolint has no wheel for this platform")
def test_the_dockerfile_is_linted() -> None:
    assert HADOLINT is not None
    done = subprocess.run([HADOLINT, str(ROOT / "Dockerfile")], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_image_gets_all_that_the_wheel_is_made_of() -> None:
    """As the checkout of the GitHub Action, whose tests install from it."""
    assert set(copied()) == {
        *("constraints.txt", "pyproject.toml", "README.md", "LICENSE"),
        *("docs/portal-errors.md", "schemas", "suites", "scim_conformance"),
    }
    assert [name for name in copied() if not (ROOT / name).exists()] == []
    assert "untested" in read("Dockerfile")


def test_ci_makes_what_there_is_with_the_lowest_and_the_newest_versions() -> None:
    jobs = yaml.safe_load(read(".github/workflows/ci.yml"))["jobs"]
    versions = jobs["dependencies"]["strategy"]["matrix"]["versions"]
    made = [word for job in jobs.values() for step in job["steps"] for word in step.get("run", "").split()[1:2]]
    wanted = {*versions, *(one for one in made if "$" not in one)}
    known = set(re.findall(r"^([a-z]+):", read("Makefile"), re.MULTILINE))
    assert {"lowest", "newest", "check", "test"} <= wanted <= known
    assert all(f"make {one}" in read(".ci/run") for one in versions)
