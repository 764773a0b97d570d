"""The public pages as tests read them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from xml.etree.ElementTree import Element

import html5lib


def pages_of(site: Path) -> list[Path]:
    """Every page of a site."""
    return sorted(site.rglob("*.html"))


@cache
def parsed(page: Path) -> Element:
    """A page as a tree; raises html5lib's ParseError where it is not valid."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    tree: Element = parser.parse(page.read_text(encoding="utf-8"))
    return tree


def text_of(element: Element) -> str:
    """The words in an element, with single spaces."""
    return " ".join("".join(element.itertext()).split())
