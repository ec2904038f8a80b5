"""`schemas/profile.json`: generated from the types of the profile, so that an editor and the harness apply the same
rules.

`python -m scim_conformance.entra.profiles.schema > schemas/profile.json` writes it again; a test compares it.
"""

import json
import sys
from typing import Any

import msgspec

from scim_conformance.entra.profiles.profile import Profile


def document() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a profile, read from TOML."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://scim-conformance.invalid/schemas/profile.json",
        "title": "A profile of scim-conformance: what an administrator configures in the enterprise application",
        **msgspec.json.schema(Profile),
    }


def text() -> str:
    """Return the file's content."""
    return json.dumps(document(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(text())
