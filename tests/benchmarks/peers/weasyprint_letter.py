"""The letter as WeasyPrint makes it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

_HERE = Path(__file__).parent


def weasyprint_maker() -> Callable[[dict[str, Any]], bytes]:
    """What makes one letter's PDF/UA-1 from its figures; fonts, styles and images are kept."""
    template = Environment(loader=FileSystemLoader(_HERE), autoescape=True).get_template(
        "letter.html"
    )
    fonts = FontConfiguration()
    look = CSS(_HERE / "letter.css", font_config=fonts)
    images: dict[str, Any] = {}

    def make(figures: dict[str, Any]) -> bytes:
        page = HTML(string=template.render(figures), base_url=f"{_HERE.as_uri()}/")
        pdf = page.write_pdf(
            stylesheets=[look], font_config=fonts, cache=images, pdf_variant="pdf/ua-1"
        )
        assert isinstance(pdf, bytes)
        return pdf

    return make
