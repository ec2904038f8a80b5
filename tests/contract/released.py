"""`make released`: writes down what this release has, on the day on which it is made (see `scenario.released`)."""

import msgspec

from scim_conformance import __version__
from scim_conformance.catalogue import scenarios
from scim_conformance.catalogue.checks import check_templates
from scim_conformance.scenario import released
from scim_conformance.scenario.released import Known, Record
from scim_conformance.scenario.standing import STANDING


def recorded() -> Record:
    """Return what there is today, as the record of the release that has the version of today."""
    templates = scenarios.shipped_templates()
    checks = {
        f"{template.id}#{one.id.partition('#')[2]}": Known(one.since, [str(level) for level in one.ranked])
        for template in templates
        for one in check_templates(template)
    }
    standing = {one.key: Known(released.of_standing(one), [one.level]) for one in STANDING}
    known = {one.id: released.of_scenario(one) for one in templates}
    return Record(__version__, dict(sorted(known.items())), dict(sorted((checks | standing).items())))


def main() -> None:
    """Write the record."""
    record = recorded()
    released.FILE.write_bytes(msgspec.json.format(msgspec.json.encode(record), indent=1) + b"\n")
    print(f"{len(record.scenarios)} scenarios and {len(record.checks)} checks of {record.release}")  # noqa: T201


if __name__ == "__main__":
    main()
