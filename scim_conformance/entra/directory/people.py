"""The directory in Entra: users and groups that are recognizable as ours, the same for the same seed.

Every value that may become a name, a login or a match carries the run's tag (see `scenario.tags`), names start with it,
and every address is in the profile's domain, which is reserved (RFC 2606) unless the profile names another, so that no
e-mail reaches anyone.
"""

import hashlib
import random
import string
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from scim_conformance.entra.directory import attributes, names, phones
from scim_conformance.scenario import tags

_DIGITS = string.digits + string.ascii_lowercase
_SPREAD = 3
"""With this number no two shipped scenarios have an employee number in common; a test says when to change it."""

MOST_EMPLOYEES = len(_DIGITS) ** 4
"""Employee numbers of one run: what the tag leaves of the 16 characters that Entra's employeeId has (Microsoft Graph,
"user resource type")."""


ROLES = "appRoleAssignments"
"""The app roles of a user. ENT-ROL-02 alone changes them, since Entra writes such a change in shapes of its own."""


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
        """Return the same user with some attributes changed; None removes one."""
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


Own = Callable[[attributes.Identity], dict[str, Any]]
"""Generates the values that a profile requires of a user (see `entra.directory.wanted`)."""


def _nothing(_: attributes.Identity) -> dict[str, Any]:
    return {}


@dataclass
class PeopleMaker:
    """Generates users and groups. `tag` marks the run; `scope` (a case id) and `seed` determine them, in order.

    `of_user` and `of_group` add what the profile requires. `is_example`: nothing of them is sent, and all have the same
    names.
    """

    tag: str
    domain: str
    scope: str
    seed: int = 0
    of_user: Own = _nothing
    of_group: Own = _nothing
    is_example: bool = False
    _made: int = field(default=0)

    def person(self) -> Person:
        """Create the next user, with a value for every source attribute that Entra offers."""
        mark, chance = self._next()
        seed = chance.getrandbits(32)
        named = names.EXAMPLE if self.is_example else names.of_person(seed)
        alias = f"{self.tag}-{named.given}.{named.family}-{mark}"
        box = f"{self.tag}-{named.family}.{named.given}-{mark}"
        own = {**self._contact(named, chance), **self._names(named, alias, mark), **self._mail(alias, box)}
        one = attributes.Identity(self.tag, mark, alias, self.domain, self._employee())
        return Person({**attributes.of_user(one, named.company), **own, **self.of_user(one)})

    def _names(self, named: names.PersonNames, alias: str, mark: str) -> dict[str, Any]:
        return {
            "objectId": tags.guid(self.tag, f"{alias}@{self.domain}"),
            "userPrincipalName": f"{alias}@{self.domain}",
            "mailNickname": alias,
            "displayName": f"{self.tag}-{mark} {named.given} {named.family}",
            "givenName": named.given,
            # A mapping may build the userName from first and last name: it then contains the tag, and is unique.
            "surname": f"{named.family}-{self.tag}-{mark}",
            "employeeId": tags.digits(self.tag) + self._employee(),
            "accountEnabled": True,
            "IsSoftDeleted": False,
        }

    def _mail(self, alias: str, box: str) -> dict[str, Any]:
        """Return the addresses: in most tenants, the e-mail address is not the userPrincipalName."""
        mail = f"{box}@{self.domain}"
        # Entra stores them with the prefix SMTP: or smtp:, which no e-mail address has; it is unknown what Entra sends.
        return {"mail": mail, "proxyAddresses": [mail, f"{alias}.alias@{self.domain}"]}

    def _employee(self) -> str:
        """Return four characters that distinguish the users of a run."""
        number = self._place() % MOST_EMPLOYEES
        return "".join(_DIGITS[number // len(_DIGITS) ** power % len(_DIGITS)] for power in (3, 2, 1, 0))

    def _place(self) -> int:
        """Return a number that is almost unique in a run: a position for the scope, then counted."""
        first = int(hashlib.sha256(f"{_SPREAD}/{self.seed}/{self.scope}".encode()).hexdigest()[:12], 16)
        return first + self._made

    def _contact(self, named: names.PersonNames, chance: random.Random) -> dict[str, Any]:
        number = chance.randint
        return {
            "jobTitle": named.job,
            "department": named.department,
            "preferredLanguage": "en-US",
            "telephoneNumber": phones.number(self._place()),
            "mobile": phones.number(self._place(), 1),
            "facsimileTelephoneNumber": phones.number(self._place(), 2),
            "streetAddress": named.street,
            "city": named.city,
            "state": named.state,
            "postalCode": named.postcode,
            # ISO 3166-1 alpha-2, as in RFC 7643 section 4.1.2 (erratum 5990). ENT-CRE-12 tests what other directories
            # contain.
            "country": "US",
            "physicalDeliveryOfficeName": f"{number(1, 40)}/{number(1000, 3999)}",
        }

    def team(self) -> Team:
        """Create the next group."""
        mark, chance = self._next()
        seed = chance.getrandbits(32)
        color = names.EXAMPLE_COLOR if self.is_example else names.color(seed)
        name = f"{self.tag}-{mark} {color} Team"
        one = attributes.Identity(self.tag, mark, name, self.domain, self._employee())
        own = {"displayName": name, "objectId": tags.guid(self.tag, name)}
        return Team({**attributes.of_group(one), **own, **self.of_group(one)})

    def guid(self) -> str:
        """Create the next GUID that no resource has, for Test Connection's query."""
        return tags.guid(self.tag, self._next()[0])

    def renamed(self, word: str, name: str) -> str:
        """Return another name made from one of ours with a word: it still starts with the tag."""
        if name.startswith(self.tag):
            return f"{self.tag}-{word}{name.removeprefix(self.tag)}"
        return f"{word} {name}" if " " in name else f"{word}.{name}"

    def _next(self) -> tuple[str, random.Random]:
        self._made += 1
        key = f"{self.seed}/{self.scope}/{self._made}"
        mark = hashlib.sha256(f"{self.tag}/{key}".encode()).hexdigest()[:6]
        return mark, random.Random(key)  # noqa: S311 - reproducible people, not secrets


PersonChange = Callable[[Person], Person]


def _alias(insert: str) -> PersonChange:
    """Put characters into the parts of the userName and of the e-mail address before the @."""

    def change(person: Person) -> Person:
        addresses = {name: str(person.attributes[name]) for name in ("userPrincipalName", "mail")}
        return person.with_(**{name: one.replace("@", f"{insert}@") for name, one in addresses.items()})

    return change


def _user_name(insert: str) -> PersonChange:
    """Put characters only into the part of the userName before the @: a guest's #EXT# is not in the e-mail address."""

    def change(person: Person) -> Person:
        local, _, domain = person.user_name.partition("@")
        return person.with_(userPrincipalName=f"{local}{insert}@{domain}")

    return change


def _names(given: str, family: str) -> PersonChange:
    def change(person: Person) -> Person:
        mark = str(person.attributes["displayName"]).partition(" ")[0]
        return person.with_(givenName=given, surname=f"{family}-{mark}", displayName=f"{mark} {given} {family}")

    return change


def _long(person: Person) -> Person:
    # 64 characters before the @ and 256 of displayName are the most that Entra itself stores.
    local, _, domain = person.user_name.partition("@")
    name = str(person.attributes["displayName"])
    filled = (local + "x" * 64)[:64]
    return person.with_(userPrincipalName=f"{filled}@{domain}", displayName=name + "n" * (256 - len(name)))


def _same_mail(person: Person) -> Person:
    return person.with_(mail=person.user_name)


def _one_name(person: Person) -> Person:
    """Leave only one name, as many people have: it is the display name too."""
    mark = str(person.attributes["displayName"]).partition(" ")[0]
    name = f"{mark}-{person.attributes['givenName']}"
    return person.with_(givenName=name, surname=None, displayName=name)


def _digits_alone(person: Person) -> Person:
    """Let the names be a number with leading zeros, as where people are named by their employee number."""
    tag, _, mark = str(person.attributes["displayName"]).partition(" ")[0].partition("-")
    number = tags.numeric(tag, mark)
    address = f"{number}@{person.user_name.partition('@')[2]}"
    return person.with_(userPrincipalName=address, mailNickname=number, displayName=number)


def _words(person: Person) -> Person:
    mark = str(person.attributes["displayName"]).partition(" ")[0]
    named = _alias(".and.or")(person)
    return named.with_(surname=f"Eq-Or-{mark}", displayName=f"{mark} Ann and Bob or eq (EMEA)")


CHARACTERS: dict[str, PersonChange] = {
    "apostrophe": _alias(".o'hara"),
    "plus": _alias("+sales"),
    "hash": _user_name("#EXT#"),
    "accents": _names("Zoë", "Müller-Łukaszewicz"),
    "non-latin": _names("Юлия", "東京太郎"),
    "astral": _names("Ada 𝒜", "Smile 🙂"),
    "quotes": _names('Joe "Ace"', "Back\\slash"),
    "ampersand": _names("R&D", "A&amp;B;--"),
    "markup": _names("Joe <b>", "<Young>"),
    "long": _long,
    "mail-is-name": _same_mail,
    "one-name": _one_name,
    "digits": _digits_alone,
    "words": _words,
}
"""Names that break servers: each is a scenario of its own."""
UNUSUAL = frozenset({"one-name", "digits"})
"""Names from which a mapping may not be able to build a userName."""

TEAM_NAMES: dict[str, Callable[[str], str]] = {
    "apostrophe": lambda name: f"{name} Director's",
    "ampersand": lambda name: f"{name} R&D",
    "plus": lambda name: f"{name}  C++",  # two spaces, which stay two in a filter
    "quotes": lambda name: f'{name} The "A"',
    "backslash": lambda name: f"{name} CORP\\All",
    "slash": lambda name: f"{name} Sales/EMEA",
    "hash-percent": lambda name: f"{name} #1 100%",
    "non-latin": lambda name: f"{name} Geschäftsführung 東京 Отдел",
    "long": lambda name: (name + " " + "n" * 256)[:256],
    "operators": lambda name: f"{name} Research and Sales or eq",
    "parentheses": lambda name: f"{name} (EMEA)",
    "period": lambda name: f"{name} Dr. No, Inc. v2.0",
    "digits": lambda name: tags.numeric(*name.partition(" ")[0].split("-", 1)),
}
"""The same for groups, whose displayName is what Entra matches on."""
