"""The public pages as tests read them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element

import html5lib
import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = Path("/usr/bin/chromium")
WIDE, NARROW = 1280, 320


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


def find(page: Path, path: str) -> Element:
    """The one element of a page that a path means."""
    (found,) = parsed(page).findall(path)
    return found


def files(folder: Path) -> dict[str, bytes]:
    """The content of every file in a folder, by its path there."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; the test is skipped where it is not installed."""
    if not CHROMIUM.exists():
        pytest.skip("Chromium is not installed")
    from playwright.sync_api import sync_playwright

    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=sandbox)
        try:
            yield browser
        finally:
            browser.close()


def address(site: Path, path: str) -> str:
    path, mark, fragment = path.partition("#")
    return (site / path).as_uri() + mark + fragment


@contextmanager
def opened(
    browser: Browser, site: Path, path: str, width: int = WIDE, *, script: bool = True, **how: Any
) -> Iterator[Page]:
    """A page from disk, which may load what lies in the site alone, and complains of nothing."""
    asked: list[str] = []
    said: list[str] = []
    with browser.new_context(viewport={"width": width, "height": 800}, **how) as context:
        page = context.new_page()
        if not script:
            page.route("**/*.js", lambda route: route.abort())
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(address(site, path))
        yield page
    assert all(url.startswith(site.as_uri()) for url in asked)
    assert said == ([] if script else ["Failed to load resource: net::ERR_FAILED"])
