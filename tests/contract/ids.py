"""`make ids`: the next free id of each group of scenarios."""

from scim_conformance.catalogue import ids, scenarios

if __name__ == "__main__":
    print("\n".join(ids.all_free(scenarios.shipped_templates())))  # noqa: T201
