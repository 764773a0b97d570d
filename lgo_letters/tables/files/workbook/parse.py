"""The XML of a workbook, piece by piece, and why a workbook cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from xml.parsers import expat

from . import bounds

SAVE_AS = 'open it in Excel, choose "Save As" and the type "Excel Workbook (*.xlsx)"'
SAVE_LESS = "delete what is not part of the table, or save the sheet as CSV"


class UnreadableWorkbookError(Exception):
    """Why a file cannot be read and what to do, completing a sentence that starts "The file"."""


def _ignore(*_: object) -> None:
    pass


def damaged(why: str) -> UnreadableWorkbookError:
    """The error of a file that is not as Excel writes it."""
    return UnreadableWorkbookError(
        f"is damaged or incomplete ({why}); fetch it again, or save it again in Excel"
    )


def parse(
    pieces: Iterable[bytes],
    start: Callable[[str, Mapping[str, str]], None] = _ignore,
    end: Callable[[], None] = _ignore,
    text: Callable[[str], None] | None = None,
    interruption: Callable[[], None] | None = None,
) -> None:
    """Gives a part to handlers: elements' names without prefixes, texts, and what is neither.

    Raises UnreadableWorkbookError, also for what Excel never writes and parsers may differ on.
    """
    depth = size = tags = 0

    def start_element(name: str, attributes: Mapping[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > bounds.DEPTH:
            raise damaged("elements are too deep in each other")
        start(name.rpartition(":")[2] if ":" in name else name, attributes)

    def end_element(_: str) -> None:
        nonlocal depth
        depth -= 1
        end()

    def interrupt(*_: object) -> None:
        if interruption is not None:
            interruption()

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = start_element, end_element
    parser.CharacterDataHandler = text
    parser.CommentHandler = parser.ProcessingInstructionHandler = interrupt
    parser.StartCdataSectionHandler = interrupt
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        for piece in pieces:
            if b"\0" in piece:
                raise damaged("a part is not UTF-8")
            tags += piece.count(b"<")
            if tags > bounds.TAGS:
                raise UnreadableWorkbookError(f"has more than {bounds.TAGS:,} tags; {SAVE_LESS}")
            parser.Parse(piece)
            size += len(piece)
            if size - parser.CurrentByteIndex > bounds.LONGEST_TAG:
                raise damaged("a part has a tag without an end")
        parser.Parse(b"", True)  # noqa: FBT003  # expat has no name for it
    except expat.ExpatError as error:
        raise damaged(str(error)) from error


def _refuse_doctype(*_: object) -> None:
    raise damaged("a part has a document type")
