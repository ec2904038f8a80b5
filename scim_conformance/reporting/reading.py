"""Reads a result.json, including earlier schema versions."""

from pathlib import Path
from typing import Any

import msgspec

from scim_conformance import __version__
from scim_conformance.scim import strictjson
from scim_conformance.system import inputs
from scim_conformance.verdict.run_result import SCHEMA_VERSION, RunResult

MOST_BYTES = 50_000_000
"""Maximum bytes of a result.json: that of a full run against a target that always deviates has a tenth of it."""

READABLE = ("1", SCHEMA_VERSION)
"""The schema versions that can be read."""

RENAMED = {"initial cycle": "account discovery"}
"""Moments that had another name in schema version 1."""


class NoResult(ValueError):
    """Not a result of ours, or one that this version cannot read. The text continues the file's name."""


class _Version(msgspec.Struct):
    schema_version: str


def read(path: Path) -> RunResult:
    """Read a run's result from its report directory or the file itself.

    Raises:
        NoResult: it cannot be read, is not a result of ours, or has an unknown schema version.
    """
    file = path / "result.json" if path.is_dir() else path
    try:
        return decoded(inputs.content(file, MOST_BYTES))
    except inputs.CannotRead as error:
        raise NoResult(str(error)) from None


def decoded(content: bytes) -> RunResult:
    """Return the result from the content of a result.json.

    Raises:
        NoResult: it is not a result of ours, or has an unknown schema version.
    """
    if not content.strip():
        raise NoResult("is empty: run again")
    try:
        strictjson.check_count(content)
        version = msgspec.json.decode(content, type=_Version).schema_version
        if version in READABLE:
            return msgspec.convert(upgraded(msgspec.json.decode(content)), RunResult)
    except msgspec.ValidationError as error:
        said = str(error).replace(" - at `$.", " at `")
        raise NoResult(f"is not the result of a run: {said[:300]}") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise NoResult(f"is not complete JSON ({str(error)[:200]}): run again") from None
    except strictjson.NotJson as error:
        raise NoResult(f"is not the result of a run: it is {error}") from None
    readable = " and ".join(READABLE)
    raise NoResult(
        f"has the schema version {version[:20]!r}, and scim-conformance {__version__} reads {readable}: "
        "use the version that wrote it"
    )


def upgraded(found: Any) -> Any:
    """Return a document of schema version 1 in the current form; anything else unchanged.

    There, the blocker of a scenario was a scenario's id or nothing; the version stays the same.
    """
    if not isinstance(found, dict) or found.get("schema_version") != "1":
        return found
    for one in _objects(found.get("scenarios")):
        if isinstance(one.get("blocked_by"), str):
            one["blocked_by"] = {"scenario": one["blocked_by"]}
    for one in (*_objects(found.get("scenarios")), *_objects(found.get("fix_first"))):
        moment = one.get("moment")
        one["moment"] = RENAMED.get(moment, moment) if isinstance(moment, str) else moment
    moments = found.get("verdict_by_moment")
    if isinstance(moments, dict):
        found["verdict_by_moment"] = {RENAMED.get(name, name): verdict for name, verdict in moments.items()}
    return found


def _objects(found: Any) -> list[dict[str, Any]]:
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
