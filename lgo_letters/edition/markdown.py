"""Markdown → blocks, and what of it a letter cannot show, each with its line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

from lgo_letters.errors import EditionError, Problem
from lgo_letters.names import key

from .blocks import ADDRESS, Block, Heading, ListBlock, ListItem, Paragraph, Run


@dataclass(frozen=True, slots=True)
class Source:
    """Where a piece of text stands: its file, and in a TOML file its key and each line's line."""

    file: str
    key: str | None = None
    lines: tuple[int, ...] = ()

    def problem(self, line: int, message: str, value: str | None = None) -> Problem:
        """A problem in the text's own line `line`, counted from 1."""
        line = self.lines[min(line, len(self.lines)) - 1] if self.lines else line
        return Problem(self.file, line, message, self.key, value)


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


# The rules for tables and struck text are on so that both are seen, and refused.
_MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
# Links are taken as they stand: what is not a web address is told by `_leads_out`.
_MARKDOWN.normalizeLink = _unhide  # type: ignore[method-assign,assignment]
_MARKDOWN.validateLink = lambda _: True  # type: ignore[method-assign,assignment]


_UNSUPPORTED = {
    "blockquote_open": "a quotation (a line that starts with >)",
    "code_block": "a block of code (a line that starts with four spaces)",
    "code_inline": "code (words between ` and `)",
    "fence": "a block of code (lines between ``` and ```)",
    "hr": "a rule (a line of - or *)",
    "html_block": "HTML",
    "html_inline": "HTML",
    "image": "an image",
    "s_open": "struck text (words between ~~ and ~~)",
    "table_open": "a table",
}
_INSTEAD = "a letter has paragraphs, ## headings, lists of one level, **bold**, *italic* and links"
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
_TOO_LONG = (
    f"a paragraph has more than {_LONGEST_PARAGRAPH:,} characters; divide it by empty lines."
)


def _too_long(markdown: str) -> Iterator[tuple[int, str]]:
    line = 1
    for paragraph in re.split(r"\n(?=[ \t]*\n)", markdown):
        if len(paragraph) > _LONGEST_PARAGRAPH and len(paragraph.strip()) > _LONGEST_PARAGRAPH:
            yield line + len(paragraph) - len(paragraph.lstrip("\n")), _TOO_LONG
        line += paragraph.count("\n") + 1


def _too_many(tokens: Sequence[Token]) -> Iterator[tuple[int, str]]:
    if sum(token.type == "inline" for token in tokens) > _MOST_PIECES:
        yield 1, f"has more than {_MOST_PIECES} paragraphs and list items; write fewer."


@lru_cache(maxsize=1024)  # most letters of a run hold the same text
def read_blocks(markdown: str, source: Source, in_source: bool = False) -> tuple[Block, ...]:
    """Markdown → blocks; `in_source` where the lines are the file's, so that a problem names one.

    Raises EditionError with every piece that a letter cannot show.
    """
    tokens: Sequence[Token] = ()
    unfit = list(_too_long(markdown))
    if not unfit:
        tokens = _MARKDOWN.parse(markdown)
        unfit = [*_too_many(tokens), *_unfit(tokens), *_left_over(tokens)]
    problems = [source.problem(line if in_source else 1, message) for line, message in unfit]
    if problems:
        raise EditionError(problems)
    return tuple(_blocks_of(iter(tokens)))


def _unfit(tokens: Sequence[Token]) -> Iterator[tuple[int, str]]:
    """Line and message of each piece of Markdown that a letter cannot show."""
    depth = 0
    line = 1
    for before, token in pairwise([Token("start", "", 0), *tokens]):
        line = token.map[0] + 1 if token.map else line
        if token.type in ("bullet_list_open", "ordered_list_open"):
            depth += 1
            if depth == 2:
                yield line, f"a list stands within a list; {_INSTEAD}."
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            depth -= 1
        elif token.type == "list_item_close" and before.type == "list_item_open":
            yield line, "a list item is empty; write in it or take it out."
        elif before.type == "heading_open" and not token.content:
            yield line, "a heading has no words; write them or take it out."
        elif before.type == "heading_open" and any(
            part.type == "link_open" for part in token.children or []
        ):
            yield line, "a heading cannot be a link; put the link into the text."
        elif token.type == "heading_open" and (token.tag not in ("h2", "h3") or depth):
            yield line, f"a heading of level {token.tag[1]} does not fit here; {_INSTEAD}."
        elif token.type in _UNSUPPORTED:
            yield line, f"{_UNSUPPORTED[token.type]} is not supported in a letter; {_INSTEAD}."
        elif token.type == "inline":
            for part, message in _unfit_inline(token.children or []):
                yield line + part, message


def _unfit_inline(tokens: Sequence[Token]) -> Iterator[tuple[int, str]]:
    line = 0
    for index, token in enumerate(tokens):
        if token.type in ("softbreak", "hardbreak"):
            line += 1
        elif token.type in _UNSUPPORTED:
            yield line, f"{_UNSUPPORTED[token.type]} is not supported in a letter; {_INSTEAD}."
        elif token.type == "link_open" and not _leads_out(str(token.attrs["href"])):
            yield line, f'"{token.attrs["href"]}" is not a web address; write it with https://.'
        elif token.type == "link_open":
            words = "".join(_words_of_link(tokens[index + 1 :]))
            if key(words).strip(" .:") in _SAY_NOTHING:
                yield line, f'the link "{words}" does not say where it leads; use words that do.'


# What a reader who goes from link to link would hear (WCAG 2.2, success criterion 2.4.4).
_SAY_NOTHING = {"", "here", "click here", "click", "this", "this link", "link", "more", "read more"}


def _words_of_link(tokens: Sequence[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type == "link_close":
            return
        yield " " if token.type in ("softbreak", "hardbreak") else token.content


def _left_over(tokens: Sequence[Token]) -> Iterator[tuple[int, str]]:
    """Marks of bold or of a link that came out as text; those in a value are not marks here."""
    for token in tokens:
        line = token.map[0] + 1 if token.map else 1
        for part in token.children or []:
            if part.type in ("softbreak", "hardbreak"):
                line += 1
            elif part.type == "text" and (left := _LEFT_OVER.search(part.content)):
                yield (
                    line,
                    f'"{left.group()}" is not a Markdown mark here; close it, or take it out.',
                )


def _leads_out(address: str) -> bool:
    return ADDRESS.fullmatch(address) is not None


def _blocks_of(tokens: Iterator[Token]) -> Iterator[Block]:
    for token in tokens:
        if token.type == "heading_open":
            yield Heading(Paragraph(_runs(next(tokens))).text, int(token.tag[1]))
        elif token.type == "paragraph_open":
            yield Paragraph(_runs(next(tokens)))
        elif token.type in ("bullet_list_open", "ordered_list_open"):
            yield ListBlock(tuple(_read_items(token, tokens)))


def _read_items(opening: Token, tokens: Iterator[Token]) -> Iterator[ListItem]:
    number = int(opening.attrs.get("start", 1))
    for token in tokens:
        if token.type == "list_item_open":
            ordered = opening.type == "ordered_list_open"
            label = f"{number}{token.markup}" if ordered else token.markup.replace("*", "•")
            yield ListItem(label, tuple(_read_paragraphs(tokens)))
            number += 1
        else:
            return


def _read_paragraphs(tokens: Iterator[Token]) -> Iterator[Paragraph]:
    for token in tokens:
        if token.type == "inline":
            yield Paragraph(_runs(token))
        elif token.type == "list_item_close":
            return


def _runs(inline: Token) -> tuple[Run, ...]:
    bold = italic = 0
    link: str | None = None
    runs: list[Run] = []
    for token in inline.children or []:
        match token.type:
            case "strong_open":
                bold += 1
            case "strong_close":
                bold -= 1
            case "em_open":
                italic += 1
            case "em_close":
                italic -= 1
            case "link_open":
                link = str(token.attrs["href"])
            case "link_close":
                link = None
            case _:
                text = {"softbreak": " ", "hardbreak": "\n"}.get(token.type, token.content)
                if text:
                    runs.append(Run(_unhide(text), bool(bold), bool(italic), link))
    return tuple(runs)
