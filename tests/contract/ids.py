"""`make ids`: the next free id of each group of scenarios, with the moments that the group is about."""

from scim_conformance.catalogue import ids, scenarios

if __name__ == "__main__":
    known = scenarios.shipped_templates()
    for free in ids.all_free(known):
        moments = dict.fromkeys(str(one.moment) for one in known if one.id[:7] == free[:7])
        print(f"{free}  {', '.join(moments)}")  # noqa: T201
