"""Where suites, schemas and our pytest configuration lie, in a checkout and in an installed wheel."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent
_INSTALLED = _PACKAGE / "_data"

ROOT = _INSTALLED if _INSTALLED.is_dir() else _PACKAGE.parent
"""The parent of `suites/`: pytest's rootdir, so that node ids are the same from checkout and wheel."""

SUITES = ROOT / "suites"
SCHEMAS = ROOT / "schemas"
PROFILES = _PACKAGE / "entra" / "profiles"
PYTEST_INI = _PACKAGE / "pytest-suites.ini"
REQUIREMENTS = _PACKAGE / "entra" / "requirements.toml"
CATALOGUE_SHA256 = _PACKAGE / "catalogue" / "catalogue.sha256"
"""The hash of `docs/catalogue.json`, which `make catalogue` writes: what is judged, whatever the profile."""
