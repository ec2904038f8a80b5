"""The directory on Entra's side: people and groups that are recognisable as ours, the same for the same seed.

Every name carries the run's tag and every address lies in the profile's domain, which is reserved (RFC 2606) unless
the profile names another, so that no mail reaches anyone.
"""

import hashlib
import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from faker import Faker

LOCALES = ("en_US",)


@dataclass(frozen=True)
class Person:
    """An Entra user. `attributes` has the names of Entra's user object; absent ones are not set."""

    attributes: dict[str, Any]

    @property
    def user_name(self) -> str:
        """userPrincipalName."""
        return str(self.attributes["userPrincipalName"])

    @property
    def external_id(self) -> str:
        """mailNickname, which Entra maps onto externalId by default."""
        return str(self.attributes["mailNickname"])

    def with_(self, **changes: Any) -> "Person":
        """Return the same person with some attributes changed; None removes one."""
        return Person({key: value for key, value in {**self.attributes, **changes}.items() if value is not None})


@dataclass(frozen=True)
class Team:
    """An Entra group."""

    attributes: dict[str, Any]

    @property
    def display_name(self) -> str:
        """displayName."""
        return str(self.attributes["displayName"])

    def with_(self, **changes: Any) -> "Team":
        """Return the same group with some attributes changed."""
        return Team({**self.attributes, **changes})


@cache
def _faker() -> Faker:
    return Faker(list(LOCALES), use_weighting=False)


@dataclass
class Directory:
    """Makes people and groups. `tag` marks the run; `scope` (a case id) and `seed` decide who comes out, in order."""

    tag: str
    domain: str
    scope: str
    seed: int = 0
    _made: int = field(default=0)

    def person(self) -> Person:
        """Make the next person, every mapped attribute set."""
        mark, chance = self._next()
        fake = _faker()
        fake.seed_instance(chance.getrandbits(32))
        given, family = fake.first_name(), fake.last_name()
        alias = f"{self.tag}-{given}.{family}-{mark}"
        return Person({**self._contact(chance), **self._names(given, family, alias, mark)})

    def _names(self, given: str, family: str, alias: str, mark: str) -> dict[str, Any]:
        return {
            "objectId": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{alias}@{self.domain}")),
            "userPrincipalName": f"{alias}@{self.domain}",
            "mail": f"{alias}@{self.domain}",
            "mailNickname": alias,
            "displayName": f"{given} {family} ({self.tag}-{mark})",
            "givenName": given,
            "surname": family,
            "accountEnabled": True,
            "IsSoftDeleted": False,
        }

    def _contact(self, chance: random.Random) -> dict[str, Any]:
        fake, number = _faker(), chance.randint
        return {
            "jobTitle": fake.job(),
            "department": fake.bs().title(),
            "employeeId": str(number(100_000, 999_999)),
            "preferredLanguage": "en-US",
            # 555-0100 to 555-0199 are set aside for fiction: nobody is called.
            "telephoneNumber": f"+1 206 555 01{number(0, 99):02}",
            "mobile": f"+1 312 555 01{number(0, 99):02}",
            "facsimileTelephoneNumber": f"+1 415 555 01{number(0, 99):02}",
            "streetAddress": fake.street_address(),
            "city": fake.city(),
            "state": fake.state(),
            "postalCode": fake.postcode(),
            "country": "United States",
            "physicalDeliveryOfficeName": f"{number(1, 40)}/{number(1000, 3999)}",
        }

    def team(self) -> Team:
        """Make the next group."""
        mark, chance = self._next()
        fake = _faker()
        fake.seed_instance(chance.getrandbits(32))
        name = f"{fake.color_name()} Team ({self.tag}-{mark})"
        return Team({"displayName": name, "objectId": str(uuid.UUID(int=chance.getrandbits(128), version=4))})

    def guid(self) -> str:
        """Make the next random GUID, as the probe's value."""
        return str(uuid.UUID(int=self._next()[1].getrandbits(128), version=4))

    def _next(self) -> tuple[str, random.Random]:
        self._made += 1
        key = f"{self.seed}/{self.scope}/{self._made}"
        mark = hashlib.sha256(f"{self.tag}/{key}".encode()).hexdigest()[:6]
        return mark, random.Random(key)  # noqa: S311 - reproducible people, not secrets


Change = Callable[[Person], Person]


def _alias(insert: str) -> Change:
    """Put characters into the part of the userName before the @, and into the mail address."""

    def change(person: Person) -> Person:
        local, _, domain = person.user_name.partition("@")
        return person.with_(userPrincipalName=f"{local}{insert}@{domain}", mail=f"{local}{insert}@{domain}")

    return change


def _user_name(insert: str) -> Change:
    """Put characters into the part of the userName before the @ alone: a guest's #EXT# is in no mail address."""

    def change(person: Person) -> Person:
        local, _, domain = person.user_name.partition("@")
        return person.with_(userPrincipalName=f"{local}{insert}@{domain}")

    return change


def _names(given: str, family: str) -> Change:
    def change(person: Person) -> Person:
        tag = str(person.attributes["displayName"]).rpartition(" ")[2]
        return person.with_(givenName=given, surname=family, displayName=f"{given} {family} {tag}")

    return change


def _long(person: Person) -> Person:
    # 64 characters before the @ and 256 of displayName are the most that Entra itself stores.
    local, _, domain = person.user_name.partition("@")
    name = str(person.attributes["displayName"])
    filled = (local + "x" * 64)[:64]
    return person.with_(userPrincipalName=f"{filled}@{domain}", displayName=name + "n" * (256 - len(name)))


CHARACTERS: dict[str, Change] = {
    "apostrophe": _alias(".o'hara"),
    "plus": _alias("+sales"),
    "hash": _user_name("#EXT#"),
    "accents": _names("Zoë", "Müller-Łukaszewicz"),
    "non-latin": _names("Юлия", "東京太郎"),
    "astral": _names("Ada 𝒜", "Smile 🙂"),
    "quotes": _names('Joe "Ace"', "Back\\slash"),
    "markup": _names("R&D <b>", "A&amp;B;--"),
    "long": _long,
}
"""Names with the characters that break servers: each makes a scenario of its own beside the plain one."""

TEAM_NAMES: dict[str, Callable[[str], str]] = {
    "apostrophe": lambda name: f"Director's {name}",
    "ampersand": lambda name: f"R&D {name}",
    "plus": lambda name: f"C++ {name}",
    "quotes": lambda name: f'The "A" {name}',
    "backslash": lambda name: f"CORP\\All {name}",
    "slash": lambda name: f"Sales/EMEA {name}",
    "hash-percent": lambda name: f"#1 100% {name}",
    "non-latin": lambda name: f"Geschäftsführung 東京 Отдел {name}",
    "long": lambda name: (name + " " + "n" * 256)[:256],
}
"""The same for groups, whose displayName is what Entra matches on."""
