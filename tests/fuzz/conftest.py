"""How much is tried: a little in CI, more where SCIM_CONFORMANCE_FUZZ says how many examples each test gets."""

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "fuzz",
    max_examples=int(os.environ.get("SCIM_CONFORMANCE_FUZZ", "40")),
    deadline=None,
    derandomize="SCIM_CONFORMANCE_FUZZ" not in os.environ,
    suppress_health_check=list(HealthCheck),
)
settings.load_profile("fuzz")
