"""The edition's text with placeholders → text or blocks, filled in with values.

A value goes in as text: it passes the Markdown parser as letters, whatever stands in it. The
template language is cut down to placeholders, conditions and a few functions, so that an edition
can neither run code nor loop, nor read another file.
"""

from __future__ import annotations

import traceback
from collections.abc import Mapping, Sequence, Set
from functools import cached_property, lru_cache, partial
from typing import Any, ClassVar, cast

from jinja2 import StrictUndefined, Template
from jinja2.sandbox import SandboxedEnvironment

from lgo_letters.errors import EditionError, Problem
from lgo_letters.names import fold

from .blocks import TABLES, Block, Paragraph, TableName
from .functions import NO_RATE, NoRate
from .markdown import Source, hide, holds_tables, read_blocks, table_marker
from .placeholders import Check, Use, Values, unmarked, without_placeholders


class Markdown(str):
    """A value that is Markdown already and goes in as it is."""


def _as_markdown(value: object) -> str:
    return value if isinstance(value, Markdown) else hide(_as_text(value))


def _as_text(value: object) -> str:
    """The value on one line, its no-break spaces kept: they hold the digits of a number."""
    return "\N{NO-BREAK SPACE}".join(map(fold, str(value).split("\N{NO-BREAK SPACE}"))).strip()


class _Environment(SandboxedEnvironment):
    def __init__(self, finalize: Any) -> None:
        super().__init__(
            finalize=finalize,
            undefined=StrictUndefined,
            autoescape=False,  # the letter is not HTML; `finalize` does the escaping that it needs
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        self.globals.clear()  # a letter uses none of Jinja's own functions

    def getattr(self, obj: Any, attribute: str) -> Any:
        """An entry of one of the edition's tables, all that can follow a dot."""
        return obj[attribute]


# A long value many times over would fill the memory; the letter of 2020 has 5,000 characters.
_LONGEST_FILLED_IN = 200_000

_MARKDOWN_ENVIRONMENT = _Environment(_as_markdown)
_PLAIN_ENVIRONMENT = _Environment(_as_text)


class _Template:
    """A text with placeholders, checked at once, and filled in for each authority."""

    _environment: ClassVar[SandboxedEnvironment]
    # What `table` has, in the texts that may hold one.
    _tables: ClassVar[Mapping[str, Markdown]] = {}

    def __init__(
        self, text: str, source: Source, known: Values, needed: Set[str] = frozenset()
    ) -> None:
        """Checks the text; `known` are the names it may use, `needed` those it must.

        Raises EditionError with every problem in it.
        """
        self.source = source
        known = {**known, "table": self._tables} if self._tables else known
        check = Check(source, known)
        tree = check.parse(self._environment, text, needed)
        problems = [*check.problems, *self._more_problems(text)]
        if tree is None or problems:
            raise EditionError(sorted(problems, key=lambda problem: problem.line or 0))
        self._tree = tree
        self._mappings = {name: one for name, one in known.items() if isinstance(one, Mapping)}
        self._used = check.used
        self.unmarked = unmarked(check.used.values(), source)
        """How many years ago, and where, for each earlier figure that may be one counted again."""
        # Typed, since Markdown goes in differently from the same text.
        self._fill = lru_cache(maxsize=512, typed=True)(self._render)

    @cached_property
    def _template(self) -> Template:
        """Compiled when it is first filled in: most letters need few of an edition's texts."""
        return self._environment.from_string(self._tree, self._mappings)

    def _more_problems(self, text: str) -> Sequence[Problem]:
        return ()

    def _error(self, message: str, line: int = 1) -> EditionError:
        return EditionError([self.source.problem(line, message)])

    def _filled_in(self, values: Values) -> str:
        """The text with the values in it; for the same values it is filled in once."""
        text, blanks = self._fill(
            *[
                values[use.name](*use.arguments) if use.arguments else values[use.name]
                for use in self._used.values()
            ]
        )
        for use in blanks:
            message = (
                f"prints nothing in the letter to {values['authority']}, which has no such figure; "
                f"put the words round it between {{% if {use} %}} and {{% endif %}}."
            )
            values["on_blank"](self.source.problem(use.line, message, f"{{{{ {use} }}}}"))
        return text

    def _render(self, *values: Any) -> tuple[str, Sequence[Use]]:
        """The text, and the figures in it that are blank."""
        pieces, length = [], 0
        blanks: list[Use] = []
        named = {
            name: NoRate(partial(blanks.append, use)) if value is NO_RATE else value
            for (name, use), value in zip(self._used.items(), values, strict=True)
        }
        try:
            for piece in self._template.generate(named):
                length += len(piece)
                if length > _LONGEST_FILLED_IN:
                    message = f"comes to more than {_LONGEST_FILLED_IN:,} characters; shorten it."
                    raise self._error(message)
                pieces.append(piece)
        except TypeError as error:  # in the template's own code, which Jinja gives its lines
            line = traceback.extract_tb(error.__traceback__)[-1].lineno or 1
            message = "a condition compares a text with a number; correct it."
            raise self._error(message, line) from error
        return "".join(pieces), blanks


class PlainWording(_Template):
    """One line of text with placeholders, without Markdown: a title, a heading."""

    _environment = _PLAIN_ENVIRONMENT

    def text(self, values: Values) -> str:
        """The text with the values in it; EditionError where a condition leaves none."""
        text = self._filled_in(values)
        if not text.strip():
            raise self._error(_EMPTY)
        return text


class Wording(_Template):
    """A text in Markdown with placeholders: the body of the letter, a note."""

    _environment = _MARKDOWN_ENVIRONMENT
    _tables: ClassVar[Mapping[str, Markdown]] = {
        name: Markdown(table_marker(name)) for name in TABLES
    }

    def _more_problems(self, text: str) -> Sequence[Problem]:
        words = without_placeholders(text, self._tables)
        try:
            return self._problems_of(read_blocks(words, self.source, in_source=True))
        except EditionError as error:
            return error.problems

    def _problems_of(self, blocks: Sequence[Block | TableName]) -> Sequence[Problem]:
        return ()

    def markdown(self, values: Values) -> Markdown:
        """The Markdown with the values in it, to go into another text."""
        return Markdown(self._filled_in(values))

    def blocks(self, values: Values) -> tuple[Block, ...]:
        """The headings, paragraphs, lists and tables with the values in them.

        Raises EditionError where what comes of it holds Markdown that a letter cannot show.
        """
        markdown = self._filled_in(values)
        content = read_blocks(markdown, self.source)
        if not holds_tables(markdown):
            return cast("tuple[Block, ...]", content)  # the same for many letters
        blocks: list[Block] = []
        for block in content:
            blocks += values["tables"](block.name) if isinstance(block, TableName) else [block]
        return tuple(blocks)


class PageWording(Wording):
    """A Wording that is of no authority, and so has no tables of figures."""

    _tables: ClassVar[Mapping[str, Markdown]] = {}


class SentenceWording(Wording):
    """A Wording that is one paragraph of text."""

    _tables: ClassVar[Mapping[str, Markdown]] = {}

    def _problems_of(self, blocks: Sequence[Block | TableName]) -> Sequence[Problem]:
        match blocks:
            case [Paragraph()]:
                return ()
        return (self.source.problem(1, _NOT_ONE_PARAGRAPH),)

    def paragraph(self, values: Values) -> Paragraph:
        """The paragraph with the values in it; EditionError where a condition leaves none."""
        if (paragraph := self.optional_paragraph(values)) is not None:
            return paragraph
        raise self._error(_EMPTY)

    def optional_paragraph(self, values: Values) -> Paragraph | None:
        """The same, or None where a condition leaves none."""
        match self.blocks(values):
            case []:
                return None
            case [Paragraph() as paragraph]:
                return paragraph
        raise self._error(_NOT_ONE_PARAGRAPH)


_EMPTY = "comes out empty; give it words for every case."
_NOT_ONE_PARAGRAPH = "is not one paragraph of text; make it one."
