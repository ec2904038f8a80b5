"""What a reader sees of a page in HTML or XML: its title, and its text."""

import re
from html.parser import HTMLParser

MOST = 10_000
"""Characters of a page that are read: what it says is at its beginning, and malformed ones are slow to read."""

_HIDDEN = frozenset({"script", "style", "head", "template", "noscript"})
_MARKUP = re.compile(r"\s*(?:\ufeff)?\s*<[!?a-zA-Z]")


def is_markup(text: str) -> bool:
    """Return whether a text is a page."""
    return _MARKUP.match(text) is not None


def title(text: str) -> str:
    """Return the title of a page, or an empty string."""
    return " ".join(_read(text).title)


def text(page: str) -> str:
    """Return what a page shows."""
    return " ".join(_read(page).shown)


class _PageReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.title: list[str] = []
        self.shown: list[str] = []
        self._hidden: list[str] = []
        self._is_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what is not shown."""
        del attrs
        self._is_title = self._is_title or tag == "title"
        if tag in _HIDDEN:
            self._hidden.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Note what is shown again, also where the end of an element within is missing."""
        self._is_title = self._is_title and tag != "title"
        if tag in self._hidden:
            del self._hidden[self._hidden.index(tag) :]

    def handle_data(self, data: str) -> None:
        """Keep a text where it belongs."""
        if self._is_title:
            self.title.append(data)
        elif not self._hidden:
            self.shown.append(data)


def _read(page: str) -> _PageReader:
    reader = _PageReader()
    reader.feed(page[:MOST])
    reader.close()
    return reader
