"""The edition's text → blocks: Markdown with placeholders, filled in with values.

A value goes in as text: it passes the Markdown parser as letters, whatever stands in it. The
template language is cut down to placeholders and conditions, so that an edition can neither run
code nor loop, nor read another file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any, ClassVar

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, nodes
from jinja2.sandbox import SandboxedEnvironment
from markdown_it import MarkdownIt
from markdown_it.token import Token

from .blocks import Block, Heading, ListBlock, ListItem, Paragraph, Run
from .errors import EditionError, Problem
from .names import fold, key, nearest

Values = Mapping[str, Any]
"""What the placeholders stand for: text, truth values, or (links) a mapping of texts."""


class Markdown(str):
    """A value that is Markdown already and goes in as it is."""


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


def _as_markdown(value: object) -> str:
    if isinstance(value, Markdown):
        return value
    text = _PLANE_CHARACTERS.sub("\N{REPLACEMENT CHARACTER}", fold(str(value)))
    return "".join(chr(_PLANE + ord(c)) if c != " " and ord(c) <= 0xFFFD else c for c in text)


def _from_markdown(text: str) -> str:
    return _PLANE_CHARACTERS.sub(lambda found: chr(ord(found[0]) - _PLANE), text)


class _Environment(SandboxedEnvironment):
    def getattr(self, obj: Any, attribute: str) -> Any:
        """An entry of one of the edition's tables, all that can follow a dot."""
        return obj[attribute]


def _environment(finalize: Any) -> SandboxedEnvironment:
    return _Environment(
        finalize=finalize,
        undefined=StrictUndefined,
        autoescape=False,  # the letter is no HTML; `finalize` does the escaping that it needs
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


_MARKDOWN_ENVIRONMENT = _environment(_as_markdown)
_PLAIN_ENVIRONMENT = _environment(lambda value: fold(str(value)))

# The rules for tables and struck text are on so that both are seen, and refused.
_MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
# Links are taken as they stand: what is no web address is told by `_leads_out`.
_MARKDOWN.normalizeLink = _from_markdown  # type: ignore[method-assign,assignment]
_MARKDOWN.validateLink = lambda _: True  # type: ignore[method-assign,assignment]

_ALLOWED_NODES = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Getattr,
    nodes.Const,
    nodes.If,
    nodes.Not,
    nodes.And,
    nodes.Or,
    nodes.Compare,
    nodes.Operand,
)


class _Template:
    """A text with placeholders, compiled once and filled in for each authority."""

    _environment: ClassVar[SandboxedEnvironment]

    def __init__(
        self, text: str, source: Source, known: Values, needed: Set[str] = frozenset()
    ) -> None:
        """Compiles the text; `known` are the placeholders it may use, `needed` those it must.

        Raises EditionError with every problem in it.
        """
        self.source = source
        problems = list(_template_problems(self._environment, text, source, known, needed))
        problems += self._more_problems(text)
        if problems:
            raise EditionError(sorted(problems, key=lambda problem: problem.line or 0))
        try:
            self._template: Template = self._environment.from_string(text)
        except (RecursionError, SyntaxError, MemoryError):  # of Python, which compiles it
            raise EditionError([source.problem(1, _TOO_DEEP)]) from None

    def _more_problems(self, text: str) -> Sequence[Problem]:
        return ()

    def _filled_in(self, values: Values) -> str:
        return self._template.render(values)


class PlainWording(_Template):
    """One line of text with placeholders, without Markdown: a title, a heading."""

    _environment = _PLAIN_ENVIRONMENT

    def text(self, values: Values) -> str:
        """The text with the values in it."""
        return self._filled_in(values)


class Wording(_Template):
    """A text in Markdown with placeholders: the body of the letter, a sentence of a panel."""

    _environment = _MARKDOWN_ENVIRONMENT

    def _more_problems(self, text: str) -> Sequence[Problem]:
        try:
            _blocks(_without_placeholders(text), self.source, in_source=True)
        except EditionError as error:
            return error.problems
        return ()

    def markdown(self, values: Values) -> Markdown:
        """The Markdown with the values in it, to go into another text."""
        return Markdown(self._filled_in(values))

    def blocks(self, values: Values) -> tuple[Block, ...]:
        """The headings, paragraphs and lists with the values in them.

        Raises EditionError where what comes of it holds Markdown that a letter cannot show.
        """
        return _blocks(self._filled_in(values), self.source)


class SentenceWording(Wording):
    """A Wording that is one paragraph."""

    def _more_problems(self, text: str) -> Sequence[Problem]:
        problems = super()._more_problems(text)
        if not problems and not self._is_one_paragraph(_without_placeholders(text)):
            return (self.source.problem(1, "is not one paragraph of text; make it one."),)
        return problems

    def _is_one_paragraph(self, markdown: str) -> bool:
        blocks = _blocks(markdown, self.source)
        return len(blocks) == 1 and isinstance(blocks[0], Paragraph)

    def paragraph(self, values: Values) -> Paragraph:
        """The paragraph with the values in it; EditionError where a condition leaves none."""
        blocks = self.blocks(values)
        if len(blocks) == 1 and isinstance(blocks[0], Paragraph):
            return blocks[0]
        raise EditionError([self.source.problem(1, "leaves no paragraph; give it words.")])


# ---- placeholders

_TOO_DEEP = "the conditions are nested too deeply; write fewer."


def _template_problems(
    environment: SandboxedEnvironment,
    text: str,
    source: Source,
    known: Values,
    needed: Set[str],
) -> Iterator[Problem]:
    try:
        tree = environment.parse(text)
    except TemplateSyntaxError as error:
        what = (error.message or "it cannot be read").rstrip(".")
        yield source.problem(
            error.lineno, f"a placeholder or condition is not well formed ({what}); correct it."
        )
        return
    except RecursionError:
        yield source.problem(1, _TOO_DEEP)
        return
    try:
        found = list(tree.find_all(nodes.Node))
    except RecursionError:
        yield source.problem(1, _TOO_DEEP)
        return
    used = set()
    tables = {id(node.node) for node in found if isinstance(node, nodes.Getattr)}
    for node in found:
        if isinstance(node, nodes.Name):
            used.add(node.name)
            if isinstance(known.get(node.name), Mapping) and id(node) not in tables:
                yield source.problem(
                    node.lineno,
                    f"is a table; name the entry that you mean: {{{{ {node.name}.NAME }}}}.",
                    f"{{{{ {node.name} }}}}",
                )
            if node.name not in known:
                near = nearest(node.name, known)[0]
                yield source.problem(
                    node.lineno,
                    f"is no placeholder of this text; the nearest is {{{{ {near} }}}}.",
                    f"{{{{ {node.name} }}}}",
                )
        elif not isinstance(node, _ALLOWED_NODES):
            line = next(
                (each.lineno for each in (node, *node.find_all(nodes.Node)) if each.lineno), 1
            )
            message = f"a letter knows placeholders and conditions, not {_plainly(node)}"
            yield source.problem(line, f"{message}; take it out.")
        elif isinstance(node, nodes.Getattr):
            yield from _attribute_problems(node, source, known)
    for name in sorted(needed - used):
        yield source.problem(1, f"the placeholder {{{{ {name} }}}} is missing; put it in.")


def _attribute_problems(node: nodes.Getattr, source: Source, known: Values) -> Iterator[Problem]:
    """Only an entry of a table of the edition, such as links.training, may follow a dot."""
    name = node.node.name if isinstance(node.node, nodes.Name) else ""
    table = known.get(name)
    if not isinstance(table, Mapping):
        yield source.problem(
            node.lineno, "has no parts that a letter may use; take it out.", f".{node.attr}"
        )
    elif node.attr not in table:
        near = nearest(node.attr, table)
        hint = f'; the nearest is "{near[0]}"' if near else ""
        yield source.problem(
            node.lineno, f"is not among the {name} of the edition{hint}.", node.attr
        )


def _plainly(node: nodes.Node) -> str:
    return {"Filter": "filters", "Call": "calls", "For": "loops", "Include": "includes"}.get(
        type(node).__name__, f'"{type(node).__name__.lower()}"'
    )


_PLACEHOLDER = re.compile(r"\{\{[-+]?\s*(links\.)?.*?\}\}", re.DOTALL)
_STATEMENT = re.compile(r"(?m:^[ \t]*)?(\{%.*?%\}[ \t]*|\{#.*?#\})", re.DOTALL)


def _without_placeholders(text: str) -> str:
    """The text as Markdown sees it, each line where it was: words for the placeholders."""
    return _PLACEHOLDER.sub(
        lambda found: (
            ("https://placeholder" if found[1] else "a placeholder") + "\n" * found[0].count("\n")
        ),
        _STATEMENT.sub(lambda found: "\n" * found[0].count("\n"), text),
    )


# ---- Markdown

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
    | \{\s*[a-z_.]+\s*\}  # a placeholder in single brackets
    """,
    re.VERBOSE,
)


@lru_cache(maxsize=512)  # most letters of a run hold the same text
def _blocks(markdown: str, source: Source, in_source: bool = False) -> tuple[Block, ...]:
    """Markdown → blocks; `in_source` where the lines are the file's, so that a problem names one.

    Raises EditionError with every piece that a letter cannot show.
    """
    tokens = _MARKDOWN.parse(markdown)
    unfit = [*_unfit(tokens), *_left_over(tokens)]
    problems = [source.problem(line if in_source else 1, message) for line, message in unfit]
    if problems:
        raise EditionError(problems)
    return tuple(_read_blocks(iter(tokens)))


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
            yield line, f"{_UNSUPPORTED[token.type]} cannot stand in a letter; {_INSTEAD}."
        elif token.type == "inline":
            for part, message in _unfit_inline(token.children or []):
                yield line + part, message


def _unfit_inline(tokens: Sequence[Token]) -> Iterator[tuple[int, str]]:
    line = 0
    for place, token in enumerate(tokens):
        if token.type in ("softbreak", "hardbreak"):
            line += 1
        elif token.type in _UNSUPPORTED:
            yield line, f"{_UNSUPPORTED[token.type]} cannot stand in a letter; {_INSTEAD}."
        elif token.type == "link_open" and not _leads_out(str(token.attrs["href"])):
            yield line, f'"{token.attrs["href"]}" is no web address; write it with https://.'
        elif token.type == "link_open":
            words = "".join(_words_of_link(tokens[place + 1 :]))
            if key(words).strip(" .:") in _SAY_NOTHING:
                yield line, f'the link "{words}" does not say where it leads; name that instead.'


# What a reader who goes from link to link would hear (WCAG 2.2, success criterion 2.4.4).
_SAY_NOTHING = {"", "here", "click here", "click", "this", "this link", "link", "more", "read more"}


def _words_of_link(tokens: Sequence[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type == "link_close":
            return
        yield " " if token.type in ("softbreak", "hardbreak") else token.content


def _left_over(tokens: Sequence[Token]) -> Iterator[tuple[int, str]]:
    """Marks of bold or of a link that came out as text (those in a value are no marks here)."""
    for token in tokens:
        line = token.map[0] + 1 if token.map else 1
        for part in token.children or []:
            if part.type in ("softbreak", "hardbreak"):
                line += 1
            elif part.type == "text" and (left := _LEFT_OVER.search(part.content)):
                yield (
                    line,
                    f'"{left.group()}" is no mark of Markdown here; close it, or take it out.',
                )


ADDRESS = re.compile(r"(https?://|mailto:)[^\s<>\"\\]+")
"""What a link may lead to."""


def _leads_out(address: str) -> bool:
    return ADDRESS.fullmatch(address) is not None


def _read_blocks(tokens: Iterator[Token]) -> Iterator[Block]:
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
                    runs.append(Run(_from_markdown(text), bool(bold), bool(italic), link))
    return tuple(runs)
