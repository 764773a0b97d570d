"""The files that a letter carries, as associated files of PDF/A-3 (ISO 19005-3, 6.8)."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence
from typing import Any

from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFString

from lgo_letters.letter.letter import Attachment

from .description import Description

_FASTEST = 1  # of zlib: cases take a tenth more room, and half the time


def embed(document: Any, attachments: Sequence[Attachment], description: Description) -> None:
    """Adds the files to a document of ReportLab's, associated with it as a whole."""
    if not attachments:
        return
    files = {file.name: _specification(document, file, description) for file in attachments}
    named = [part for name in sorted(files) for part in (PDFString(name), files[name])]
    catalog = document.Catalog
    catalog.__NoDefault__ = [*catalog.__NoDefault__, "AF"]
    catalog.AF = PDFArray([*files.values()])
    catalog.Names = PDFDictionary({"EmbeddedFiles": PDFDictionary({"Names": PDFArray(named)})})


def _specification(document: Any, file: Attachment, description: Description) -> Any:
    """A reference to the file's specification (ISO 32000-1, 7.11.3; ISO 14289-1, 7.11)."""
    stream = document.Reference(file_stream(file, description), f"Embedded {file.name}")
    specification = {
        "Type": PDFName("Filespec"),
        "F": PDFString(file.name),
        "UF": PDFString(file.name),
        "Desc": PDFString(file.description),
        "AFRelationship": PDFName("Data"),
        "EF": PDFDictionary({"F": stream, "UF": stream}),
    }
    return document.Reference(PDFDictionary(specification))


def file_stream(file: Attachment, description: Description) -> bytes:
    """The stream that holds the file, ready written (ISO 32000-1, 7.11.4), of the letter's day."""
    checksum = hashlib.md5(file.content, usedforsecurity=False).hexdigest()
    data = zlib.compress(file.content, _FASTEST)
    entries = (
        f"/Subtype /{file.media_type.replace('/', '#2F')} /Filter /FlateDecode /Length {len(data)} "
        f"/Params <<\n/CheckSum <{checksum}> /ModDate ({description.moment}) "
        f"/Size {len(file.content)}\n>>"
    )
    return b"<<\n%b%b\n>>\nstream\n%b\r\nendstream\n" % (EMBEDDED_FILE, entries.encode(), data)


EMBEDDED_FILE = b"/Type /EmbeddedFile "
"""How the dictionary of each such stream begins."""
