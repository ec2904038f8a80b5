"""Where suites, schemas and our pytest configuration lie, in a checkout and in an installed wheel."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent
_INSTALLED = PACKAGE / "_data"

ROOT = _INSTALLED if _INSTALLED.is_dir() else PACKAGE.parent
"""The parent of `suites/`: pytest's rootdir, so that node ids are the same from checkout and wheel."""

SUITES = ROOT / "suites"
SCHEMAS = ROOT / "schemas"
PROFILES = PACKAGE / "entra" / "profiles"
PYTEST_INI = PACKAGE / "pytest-suites.ini"
REQUIREMENTS = PACKAGE / "entra" / "requirements.toml"
HANDLERS = PACKAGE / "catalogue" / "handlers.toml"
QUESTIONS = PACKAGE / "catalogue" / "questions.toml"
PORTAL_ERRORS = ROOT / "docs" / "portal-errors.md"
CATALOGUE_SHA256 = PACKAGE / "catalogue" / "catalogue.sha256"
"""The hash of `docs/catalogue.json`, which `make catalogue` writes: what is judged, whatever the profile."""
