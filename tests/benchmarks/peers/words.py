"""The words of a letter's pages, by which two programs' letters are known to be the same letter."""

from __future__ import annotations

import pypdfium2


def pages_and_words(pdf: bytes) -> tuple[int, list[str]]:
    """How many pages there are, and their words in the order drawn, footers among them."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        pages = [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()
    return len(pages), " ".join(pages).split()
