"""Few examples and no database: the properties are checked in every run, and leave nothing behind."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "quick", max_examples=60, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("quick")
