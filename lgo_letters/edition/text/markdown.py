"""Markdown → blocks, and what of it a letter cannot show, each with its line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from lgo_letters.errors import EditionError, Problem
from lgo_letters.names import key

from .blocks import ADDRESS, Block, Heading, ListBlock, ListItem, Paragraph, Run, TableName


class Source(NamedTuple):
    """Where a piece of text stands: its file, and in a TOML file its key and each line's line."""

    file: str
    key: str | None = None
    lines: tuple[int, ...] = ()

    def problem(self, line: int, message: str, value: str | None = None) -> Problem:
        """A problem in the text's own line `line`, counted from 1."""
        return Problem(self.file, self.line(line), message, self.key, value)

    def line(self, line: int) -> int:
        """The file's line on which the text's own line `line` stands."""
        return self.lines[min(line, len(self.lines)) - 1] if self.lines else line


# A value goes through the Markdown parser as characters of a plane of Unicode that is nobody's: to
# the parser they are letters, whatever the value says.
_PLANE = 0xF0000
_PLANE_CHARACTERS = re.compile(f"[{chr(_PLANE)}-{chr(_PLANE + 0xFFFD)}]")


def hide(text: str) -> str:
    """A text that is to come out as itself, whatever stands in it."""
    text = _PLANE_CHARACTERS.sub("\N{REPLACEMENT CHARACTER}", text)
    return "".join(chr(_PLANE + ord(c)) if c != " " and ord(c) <= 0xFFFD else c for c in text)


def _unhide(text: str) -> str:
    return _PLANE_CHARACTERS.sub(lambda found: chr(ord(found[0]) - _PLANE), text)


_TABLE_EDGE = chr(_PLANE + ord(" "))  # a space is not hidden, so no value holds this
_TABLE = re.compile(f"{_TABLE_EDGE}([a-z_]+){_TABLE_EDGE}")


def table_marker(name: str) -> str:
    """What stands in Markdown for a table, alone in a paragraph."""
    return f"{_TABLE_EDGE}{name}{_TABLE_EDGE}"


def holds_tables(markdown: str) -> bool:
    """Whether a table stands anywhere in it."""
    return _TABLE_EDGE in markdown


# The rules for tables and struck text are on so that both are seen, and refused.
_MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
# Links are taken as they stand: `_why_unfit` tells what is not a web address.
_MARKDOWN.normalizeLink = _unhide  # type: ignore[method-assign,assignment]
_MARKDOWN.validateLink = lambda _: True  # type: ignore[method-assign,assignment]


_UNSUPPORTED = {
    "blockquote": "a quotation (a line that starts with >)",
    "code_block": "a block of code (a line that starts with four spaces)",
    "code_inline": "code (words between ` and `)",
    "fence": "a block of code (lines between ``` and ```)",
    "hr": "a rule (a line of - or *)",
    "html_block": "HTML",
    "html_inline": "HTML",
    "image": "an image",
    "s": "struck text (words between ~~ and ~~)",
    "table": "a table",
}
_INSTEAD = "write paragraphs, ## headings, lists of one level, **bold**, *italic* and links"
_LEFT_OVER = re.compile(
    r"""
    \*\*|__|\]\(|\]\[|\]\s+\((?=https?:|mailto:)  # bold or a link that is not closed, or has a gap
    | ^\#{1,6}(?=\w)  # a heading without its space
    | ^[•·]  # a list that Markdown does not know
    | \{\s*[a-z_.]+(\([^(){}]*\))?\s*\}  # a placeholder or a call in single brackets
    """,
    re.VERBOSE,
)


# The time that Markdown takes grows with the square of a paragraph's length, and that of setting
# pages with the number of pieces.
_LONGEST_PARAGRAPH = 5000  # characters, more than a page
_MOST_PIECES = 500  # the letter of 2020 has some twenty


def _too_long(markdown: str) -> Iterator[tuple[int, str]]:
    line = 1
    for paragraph in re.split(r"\n(?=[ \t]*\n)", markdown):
        if len(paragraph) > _LONGEST_PARAGRAPH and len(paragraph.strip()) > _LONGEST_PARAGRAPH:
            message = f"a paragraph has more than {_LONGEST_PARAGRAPH:,} characters; divide it"
            yield line + len(paragraph) - len(paragraph.lstrip("\n")), f"{message} by empty lines."
        line += paragraph.count("\n") + 1


@lru_cache(maxsize=1024)  # most letters of a run hold the same text
def read_blocks(
    markdown: str, source: Source, in_source: bool = False
) -> tuple[Block | TableName, ...]:
    """Markdown → blocks; `in_source` where the lines are the file's, so that a problem names one.

    Raises EditionError with every piece that a letter cannot show.
    """
    unfit, tree = list(_too_long(markdown)), None
    if not unfit:
        tree = SyntaxTreeNode(_MARKDOWN.parse(markdown))
        unfit = list(_unfit(tree))
    if tree is None or unfit:
        raise EditionError(
            [source.problem(line if in_source else 1, message) for line, message in unfit]
        )
    return tuple(_block(node) for node in tree.children)


def check_levels(blocks: Sequence[Block], file: str) -> None:
    """Raises EditionError where a level of heading is left out (ISO 14289-1, 7.4.2)."""
    headings = [block for block in blocks if isinstance(block, Heading)]
    if headings and headings[0].level > 2:
        message = "has no ## heading above it; make it one with ##, or put one above it."
        raise EditionError([Problem(file, None, message, value=f"### {headings[0].text}")])


def _unfit(tree: SyntaxTreeNode) -> Iterator[tuple[int, str]]:
    """Line and message of each piece of Markdown that a letter cannot show."""
    line, pieces = 1, 0
    for node in tree.walk(include_self=False):
        line = node.map[0] + 1 if node.map else line + (node.type in ("softbreak", "hardbreak"))
        pieces += node.type == "inline"
        if (message := _why_unfit(node)) is not None:
            yield line, message
    if pieces > _MOST_PIECES:
        yield 1, f"has more than {_MOST_PIECES} paragraphs and list items; write fewer."


def _why_unfit(node: SyntaxTreeNode) -> str | None:
    in_list = node.parent is not None and node.parent.type == "list_item"
    match node.type:
        case "bullet_list" | "ordered_list" if in_list:
            return f"a list is nested in another list; {_INSTEAD}."
        case "list_item" if not node.children:
            return "a list item is empty; write in it or take it out."
        case "heading" if in_list or node.tag not in ("h2", "h3"):
            return f"a heading of level {node.tag[1]} does not fit here; {_INSTEAD}."
        case "heading" if not node.children[0].content:
            return "a heading has no words; write them or take it out."
        case "heading" if any(part.type == "link" for part in node.walk()):
            return "a heading cannot be a link; put the link into the text."
        case "link":
            address, words = node.attrs["href"], "".join(map(_text, node.walk()))
            if not ADDRESS.fullmatch(str(address)):
                return f'"{address}" is not a web address; write it with https://.'
            if key(words).strip(" .:") in _SAY_NOTHING:
                return f'the link "{words}" does not say where it leads; use words that do.'
        case "inline" if _TABLE_EDGE in node.content and not _is_table(node):
            return "a table stands alone in a paragraph; leave an empty line above it and below."
        # Marks of bold or of a link that came out as text; those in a value are not marks here.
        case "text" if left := _LEFT_OVER.search(node.content):
            return f'"{left[0]}" is not a Markdown mark here; close it, or take it out.'
        case unsupported if unsupported in _UNSUPPORTED:
            return f"{_UNSUPPORTED[unsupported]} is not supported; {_INSTEAD}."
    return None


def _is_table(inline: SyntaxTreeNode) -> bool:
    paragraph = inline.parent
    is_of_its_own = paragraph is not None and paragraph.type == "paragraph" and paragraph.level == 0
    return is_of_its_own and _TABLE.fullmatch(inline.content) is not None


# What a reader who goes from link to link would hear (WCAG 2.2, success criterion 2.4.4).
_SAY_NOTHING = {"", "here", "click here", "click", "this", "this link", "link", "more", "read more"}


def _block(node: SyntaxTreeNode) -> Block | TableName:
    match node.type:
        case "heading":
            return Heading(_paragraph(node).text, int(node.tag[1]))
        case "paragraph" if table := _TABLE.fullmatch(node.children[0].content):
            return TableName(table[1])
        case "paragraph":
            return _paragraph(node)
    label = "{number}{mark}" if node.type == "ordered_list" else "{mark}"
    return ListBlock(
        tuple(
            ListItem(
                label.format(number=number, mark=item.markup.replace("*", "•")),
                tuple(map(_paragraph, item.children)),
            )
            for number, item in enumerate(node.children, start=int(node.attrs.get("start", 1)))
        )
    )


def _paragraph(node: SyntaxTreeNode) -> Paragraph:
    return Paragraph(tuple(_runs(node.children[0], Run(""))))


def _runs(node: SyntaxTreeNode, style: Run) -> Iterator[Run]:
    """The runs of an inline node, set as `style` is."""
    for child in node.children:
        match child.type:
            case "strong":
                yield from _runs(child, style._replace(bold=True))
            case "em":
                yield from _runs(child, style._replace(italic=True))
            case "link":
                yield from _runs(child, style._replace(link=str(child.attrs["href"])))
            case _ if text := _text(child):
                yield style._replace(text=_unhide(text))


def _text(node: SyntaxTreeNode) -> str:
    """The text that stands in a node itself, not in its children."""
    text: str = {"softbreak": " ", "hardbreak": "\n"}.get(node.type) or node.content
    return text
