"""PDF → the words that stand on its pages, by PDFium."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pypdfium2


def page_texts(pdf: Path) -> Iterator[str]:
    """The text of each page in turn; raises ValueError where it is not a PDF that can be read.

    What a stream may unfold to is not bounded, so this is for letters that are known to be ours.
    """
    try:
        with pypdfium2.PdfDocument(pdf) as document:
            for page in document:
                yield page.get_textpage().get_text_bounded()
    except pypdfium2.PdfiumError as error:
        raise ValueError(str(error)) from error
