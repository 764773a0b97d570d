"""Pages → HTML: the templates, in which every text is escaped."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from lgo_letters.edition.text.blocks import Block
from lgo_letters.figures.chance import Chance
from lgo_letters.names import file_stem
from lgo_letters.year import format_date

from . import words
from .page import Page
from .pages import FOOTER, navigation
from .site import Site

_HERE = Path(__file__).parent
ASSETS = _HERE / "assets"
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'"
)
"""What a page may load and run: its own files alone, and nothing that stands in the page itself."""


class Renderer:
    """Turns the pages of one site into files."""

    def __init__(self, site: Site) -> None:
        self._site = site
        environment = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.filters["number"] = words.number
        environment.filters["date"] = format_date
        environment.filters["plural"] = words.plural
        environment.filters["slug"] = file_stem
        environment.tests["block_of"] = _is_block_of
        environment.globals |= {
            "site": site,
            "newest": site.newest,
            "statistics": site.newest.definitions.statistics,
            "policy": POLICY,
            "language": words.LANGUAGE,
            "navigation": navigation(site),
            "footer": FOOTER,
            "Chance": Chance,
            "rate": words.rate,
            "n_of_d": words.n_of_d,
        }
        self._templates = environment

    def html(self, page: Page) -> bytes:
        """The page as it is written to its file."""
        template = self._templates.get_template(page.template)
        html = template.render(page=page, root=self._root(page), **page.values)
        return html.encode()

    def _root(self, page: Page) -> str:
        """The way from the page to the site's folder; a server shows 404.html at any address."""
        if page.path == "404.html" and self._site.base_url is not None:
            return urlsplit(self._site.base_url).path
        return page.root


def _is_block_of(block: Block, kind: str) -> bool:
    """Whether a piece of an edition's text is of the kind that has this name."""
    return type(block).__name__ == kind
