"""`schemas/result.json`: generated from the types of the result, so that the two always agree.

`python -m scim_conformance.reporting.schema > schemas/result.json` writes it again; a test compares it.
"""

import json
import sys
from typing import Any

import msgspec

from scim_conformance.verdict.run_result import RunResult


def document() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of result.json."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://scim-conformance.invalid/schemas/result.json",
        "title": "result.json of scim-conformance: everything that is known at the end of a run",
        **msgspec.json.schema(RunResult),
    }


def text() -> str:
    """Return the file's content."""
    return json.dumps(document(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(text())
