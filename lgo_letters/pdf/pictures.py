"""PDF → one PNG a page, for people who want to look at a letter without a PDF reader."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pypdfium2

_POINTS_PER_INCH = 72


def page_pictures(pdf: bytes, dots_per_inch: int = 110) -> Iterator[bytes]:
    """Each page as a PNG file."""
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            bitmap = page.render(scale=dots_per_inch / _POINTS_PER_INCH)
            png = io.BytesIO()
            bitmap.to_pil().convert("RGB").save(png, "PNG", optimize=True)
            yield png.getvalue()
