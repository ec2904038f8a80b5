"""Small profiles, for tests that need a complete run and do not ask which mappings were played.

A verdict is relative to the profile: with these a whole run says yes too, in both dialects, after half of the requests
or less that the default profile takes (409 without groups, 778 with them, instead of about 900).
"""

import os
from functools import cache
from pathlib import Path

from tests.support import SHARED
from tests.support.valid_profiles import ACTIVE, GROUP_NAME, MATCH, MEMBERS, NAME, toml

TEXTS = {
    "small": toml("small", (MATCH, ACTIVE, NAME)),
    "small-groups": toml("small-groups", (MATCH, ACTIVE, NAME), (GROUP_NAME, MEMBERS)),
}


@cache
def small(*, groups: bool = False) -> tuple[str, str]:
    """Return the flag of the command line that chooses a small profile. pytest takes it as `--scim-profile`."""
    name = "small-groups" if groups else "small"
    file = Path(os.environ[SHARED]) / f"{name}.toml"
    written = file.with_suffix(f".{os.getpid()}")
    written.write_text(TEXTS[name], encoding="utf-8")
    written.replace(file)  # at once: another process of the tests may be reading it
    return "--profile", str(file)
