"""A page as plain data, and the files that pages need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Link(NamedTuple):
    """A word of the navigation, and the path within the site that it leads to."""

    text: str
    path: str


ALL = Link("All councils", "authorities/index.html")
"""The page above those of authorities and types."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its path within the site, its template, its title and what the template shows.

    `trail` leads from the start page to the page above it.
    """

    path: str
    template: str
    title: str
    values: Mapping[str, Any] = field(default_factory=dict)
    trail: Sequence[Link] = ()

    @property
    def root(self) -> str:
        """The way from the page to the site's folder, such as "../../"."""
        return "../" * self.path.count("/")


@dataclass(frozen=True, slots=True)
class File:
    """A file that is not a page, such as a table to download."""

    path: str
    content: bytes


class Download(NamedTuple):
    """A table on a page as a file beside it: its name without the ending, its title, its rows."""

    name: str
    title: str
    rows: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a page: the name by which links find it, its heading, its template and values."""

    id: str
    heading: str
    template: str
    values: Mapping[str, Any]
