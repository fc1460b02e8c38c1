"""What a browser without scripts would send from a piece of HTML."""

from __future__ import annotations

from html.parser import HTMLParser

from django.http import QueryDict


def fields_sent(html: str) -> QueryDict:
    """Return the fields of `html` as they would be posted, in the order of the page."""
    reader = _Fields()
    reader.feed(html)
    data = QueryDict(mutable=True)
    for name, value in reader.found:
        data.appendlist(name, value)
    return data


class _Fields(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._select: str = ""
        self._options: list[tuple[str, bool]] = []
        self._area: str = ""
        self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "input" and name:
            is_box = given.get("type") in ("radio", "checkbox")
            if not is_box or "checked" in given:
                self.found.append((name, given.get("value", "on" if is_box else "")))
        elif tag == "select":
            self._select, self._options = name, []
        elif tag == "option":
            self._options.append((given.get("value", ""), "selected" in given))
        elif tag == "textarea":
            self._area, self._text = name, ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "select" and self._options:
            chosen = [value for value, is_selected in self._options if is_selected]
            self.found.append((self._select, chosen[-1] if chosen else self._options[0][0]))
        elif tag == "textarea":
            # HTML leaves out the line break that directly follows the tag.
            text = self._text.removeprefix("\r\n").removeprefix("\n")
            self.found.append((self._area, text))
            self._area = ""
