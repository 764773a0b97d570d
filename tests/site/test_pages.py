"""The pages of the example, written once: valid, complete, and with the figures of `stats`."""

from __future__ import annotations

import re
from pathlib import Path

import html5lib

from tests.support.site import pages_of


def test_every_page_is_parsed_by_a_strict_parser(example_site: Path) -> None:
    pages = pages_of(example_site)
    assert len(pages) > 360
    for page in pages:
        html5lib.HTMLParser(strict=True).parse(page.read_text(encoding="utf-8"))


def test_every_link_leads_to_something_that_is_there(example_site: Path) -> None:
    for page in pages_of(example_site):
        html = page.read_text(encoding="utf-8")
        for address in re.findall(r'(?:href|src)="([^"]*)"', html):
            path, _, fragment = address.partition("#")
            target = page if not path else page.parent / path
            if not path.startswith("https://"):
                assert target.resolve().is_file(), (page, address)
                assert not fragment or f'id="{fragment}"' in target.read_text(encoding="utf-8")
