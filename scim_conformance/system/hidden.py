"""Strings that no traceback, `repr` or list of local variables shows."""

from collections.abc import Iterator, Mapping


class Hidden(str):
    """A string whose `repr` hides it. It is used, compared and sent like any other."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'***'"


class HiddenMapping(Mapping[str, str]):
    """Variables of the environment, of which some are secrets: `repr` shows none."""

    def __init__(self, inner: Mapping[str, str]) -> None:
        self._inner = inner

    def __getitem__(self, name: str) -> str:
        return Hidden(self._inner[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._inner)

    def __len__(self) -> int:
        return len(self._inner)

    def __repr__(self) -> str:
        return f"<{len(self)} variables>"
