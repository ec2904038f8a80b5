"""The shape of a customer's directory with names of our own: what `rehearse --people FILE` sends.

Every name, login and matching value carries the run's tag, and addresses are in the profile's domain. Other values are
made like the real one: the same for the same value, of the same length and script. Values that strict targets check
(department, job title, countries, language, company) are sent as they are, unless `real_values` is off. What a value
is made from includes the key in `DIR/private/`, so that nobody without it can try whose it is.
"""

import hashlib
import hmac
import random
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from scim_conformance.entra.directory import attributes, phones
from scim_conformance.entra.directory.wanted import of_groups, of_users, sources
from scim_conformance.entra.expressions import parser
from scim_conformance.entra.profiles.mapping import AttributeMapping
from scim_conformance.entra.profiles.profile import Profile
from scim_conformance.entra.source.model import ObjectKind, SourceObject
from scim_conformance.scenario import tags

AS_THEY_ARE = frozenset({"department", "jobTitle", "country", "usageLocation", "preferredLanguage", "companyName"})
"""Attributes whose values are sent unchanged: targets check them against lists of their own."""

_NAMES = frozenset(
    {"displayName", "surname", "mailNickname", "employeeId", "userPrincipalName", "originalUserPrincipalName", "mail"}
)
_PHONES = {"telephoneNumber": 0, "mobile": 1, "facsimileTelephoneNumber": 2}
"""Numbers that are reserved for fiction, so that no message reaches anyone."""

_ADDRESS = re.compile(r"(?i:smtp:)?[^@\s]+@[^@\s]+")
_DATE = re.compile(r"(\d{4})-\d\d-\d\d(.*)", re.DOTALL)
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_MARK = 8
"""Characters that distinguish the names of a rehearsal from each other."""


@dataclass
class Disguise:
    """Makes the names. `key`: what they are made from, beside the real values."""

    profile: Profile
    tag: str
    key: bytes = field(repr=False)
    real_values: bool = True

    def __post_init__(self) -> None:
        """Find out which attributes are names, and which values the profile's expressions know."""
        self._named = _NAMES | {name for row in _naming(self.profile) for name in sources(row)}
        self._known = frozenset(_constants(self.profile))
        self._kinds = {ObjectKind.USER: of_users(self.profile).kinds, ObjectKind.GROUP: of_groups(self.profile).kinds}

    def id(self, identifier: str) -> str:
        """Return the id by which an object is known: it starts with the tag."""
        return tags.guid(self.tag, self._digest("id", identifier).hex())

    def dressed(self, one: SourceObject) -> SourceObject:
        """Return an object with other values; what it does not have, it does not get."""
        found = {name: self._value(one, name, value) for name, value in one.attributes.items()}
        original = one.attributes.get("originalUserPrincipalName")
        if original is not None:
            login = str(found.get("userPrincipalName", self._tagged("userPrincipalName", str(original))))
            local, _, domain = login.partition("@")
            found["originalUserPrincipalName"] = f"{local}_{domain}#EXT#@{domain}" if "#EXT#" in original else login
        if "objectId" in found:
            found["objectId"] = self.id(one.id)
        return replace(one, id=self.id(one.id), attributes=found)

    def _value(self, one: SourceObject, name: str, value: Any) -> Any:
        if isinstance(value, list):
            return [self._value(one, name, each) for each in value]
        if isinstance(value, Mapping):
            return {key: self._value(one, f"{name}.{key}", each) for key, each in value.items()}
        if isinstance(value, bool) or value is None:
            return value
        if not isinstance(value, str):
            return type(value)(self._like(name, str(value).replace("0", "1")))
        return self._text(one.kind, name, value)

    def _text(self, kind: ObjectKind, name: str, value: str) -> str:
        if self._is_kept(name, value):
            return value
        if name in self._named or _ADDRESS.fullmatch(value) or (kind is ObjectKind.GROUP and name == "displayName"):
            return self._tagged(name, value)
        mark = self._mark(name, value)
        one = attributes.Identity(self.tag, mark, f"{self.tag}-{mark}", self.profile.people.domain, mark)
        if name in _PHONES:
            most = phones.RESERVED * len(phones.AREAS)
            return phones.number(one.number("phone", 0, most - 1), _PHONES[name])
        wanted = self._kinds[kind].get(name, "text")
        return self._like(name, value) if wanted == "text" else str(attributes.free(one, name, wanted))

    def _is_kept(self, name: str, value: str) -> bool:
        return value in self._known or (self.real_values and name in AS_THEY_ARE)

    def _tagged(self, name: str, value: str) -> str:
        """Return a name with the tag: an address, an employee number, or text."""
        if _ADDRESS.fullmatch(value):
            # The same for every attribute: where the e-mail address is the userPrincipalName, it is so here.
            local, mark = self._like("address", value.rpartition("@")[0]), self._mark("address", value)
            return f"{self.tag}-{local}-{mark}@{self.profile.people.domain}"
        mark = self._mark(name, value)
        if name == "employeeId":
            return tags.digits(self.tag) + mark
        if name == "mailNickname":
            return f"{self.tag}-{self._like(name, value)}-{mark}"
        return f"{self.tag}-{mark} {self._like(name, value)}"

    def _like(self, name: str, value: str) -> str:
        """Return text of the same length and script, the same for the same value in whatever letter case."""
        dated = _DATE.fullmatch(value)
        chance = random.Random(self._digest(name, value.casefold()))  # noqa: S311 - not a secret, and must be repeatable
        if dated is not None:
            return f"{dated[1]}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}{dated[2]}"
        made = value
        while made == value and any(len(_alike(one)) > 1 for one in value):
            made = "".join(chance.choice(_alike(one)) for one in value)
        return made

    def _mark(self, name: str, value: str) -> str:
        number = int.from_bytes(self._digest(f"mark {name}", value.casefold())[:8])
        return "".join(_DIGITS[number // len(_DIGITS) ** power % len(_DIGITS)] for power in range(_MARK))

    def _digest(self, what: str, value: str) -> bytes:
        text = f"{self.tag}/{what}/{value}".encode("utf-8", "surrogatepass")
        return hmac.new(self.key, text, hashlib.sha256).digest()


@lru_cache(maxsize=4096)
def _alike(letter: str) -> tuple[str, ...]:
    """Return the letters or digits of the same script and case that may replace one; itself, if it is neither."""
    if not letter.isalnum():
        return (letter,)
    begin, kind, script = ord(letter) & ~31, unicodedata.category(letter), _script(letter)
    near = (chr(number) for number in range(begin, begin + 32))
    found = tuple(one for one in near if unicodedata.category(one) == kind and _script(one) == script)
    return found or (letter,)


def _script(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0]


def _naming(profile: Profile) -> Iterator[AttributeMapping]:
    """Yield the mappings that name an object, or by which it is matched."""
    for rows in (profile.user, profile.group):
        for row in rows.mapping if rows else ():
            if row.match or row.target.lower() in {"username", "externalid"}:
                yield row


def _constants(profile: Profile) -> Iterator[str]:
    """Yield the values that the profile's expressions name."""
    for rows in (profile.user, profile.group):
        for row in rows.mapping if rows else ():
            if row.expression is not None:
                yield from _named_in(parser.parse(row.expression))


def _named_in(tree: parser.Expression) -> Iterator[str]:
    if isinstance(tree, parser.Constant) and tree.value:
        yield tree.value
    elif isinstance(tree, parser.Call):
        for argument in tree.arguments:
            yield from _named_in(argument)
