"""The lines of a journal, one kind each."""

from typing import Annotated, Literal

import msgspec

Text = Annotated[str, msgspec.Meta(max_length=131_072)]


Key = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


Type = Literal["User", "Group"]


class Intent(msgspec.Struct, frozen=True, tag_field="event", tag="intent", rename="camel"):
    key: Key
    tag: Key
    type: Type
    name: Text
    url: Text
    at: float
    external_id: Text | None = None


class Created(msgspec.Struct, frozen=True, tag_field="event", tag="created"):
    key: Key
    id: Text


class Refused(msgspec.Struct, frozen=True, tag_field="event", tag="refused"):
    key: Key


class Unclear(msgspec.Struct, frozen=True, tag_field="event", tag="unclear"):
    key: Key


class Gone(msgspec.Struct, frozen=True, tag_field="event", tag="gone"):
    key: Key


class Deleted(msgspec.Struct, frozen=True, tag_field="event", tag="deleted"):
    type: Type
    id: Text


class Denied(msgspec.Struct, frozen=True, tag_field="event", tag="denied"):
    type: Type
    id: Text
    why: Text


class Search(msgspec.Struct, frozen=True, tag_field="event", tag="search"):
    type: Type
    works: bool


class Accepted(msgspec.Struct, frozen=True, tag_field="event", tag="accepted"):
    path: Text
    status: int


Record = Intent | Created | Refused | Unclear | Gone | Deleted | Denied | Search | Accepted
