"""What tests read out of a page."""

import re
from html.parser import HTMLParser
from typing import Any

from django.http import HttpResponse

HTMX = {"HX-Request": "true"}


def htmx(target: str) -> dict[str, str]:
    """The headers of a request by htmx that will fill this region."""
    return HTMX | {"HX-Target": target}


VOID = {"input", "br", "img", "hr", "meta", "link"}


class _Texts(HTMLParser):
    """The texts of elements that carry a class, with a space between elements."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.depth = 0
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag in VOID:
            return
        if self.depth or self.name in (dict(attrs).get("class") or "").split():
            if not self.depth:
                self.found.append("")
            self.depth += 1

    def handle_startendtag(self, tag: str, attrs: Any) -> None:
        """Nothing stands in `<path/>`."""

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            self.depth = max(0, self.depth - 1)

    def handle_data(self, data: str) -> None:
        if self.depth:
            self.found[-1] += f" {data}"


def texts(response: HttpResponse, name: str) -> list[str]:
    """The text of each element with the class `name`, white space folded."""
    reader = _Texts(name)
    reader.feed(response.content.decode())
    return [" ".join(each.split()) for each in reader.found]


def value_of(response: HttpResponse, name: str) -> str:
    """The value of the last hidden field called `name`."""
    return re.findall(rf'name="{name}" value="([^"]*)"', response.content.decode())[-1]
