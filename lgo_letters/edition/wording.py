"""The edition's text with placeholders → text or blocks, filled in with values.

A value goes in as text: it passes the Markdown parser as letters, whatever stands in it. The
template language is cut down to placeholders and conditions, so that an edition can neither run
code nor loop, nor read another file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from functools import lru_cache
from typing import Any, ClassVar

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, nodes
from jinja2.sandbox import SandboxedEnvironment

from lgo_letters.errors import EditionError, Problem
from lgo_letters.names import fold, nearest

from .blocks import Block, Paragraph
from .markdown import Source, hide, read_blocks

Values = Mapping[str, Any]
"""What the placeholders stand for: text, truth values, or (links) a mapping of texts."""


class Markdown(str):
    """A value that is Markdown already and goes in as it is."""


def _as_markdown(value: object) -> str:
    return value if isinstance(value, Markdown) else hide(fold(str(value)))


class _Environment(SandboxedEnvironment):
    def getattr(self, obj: Any, attribute: str) -> Any:
        """An entry of one of the edition's tables, all that can follow a dot."""
        return obj[attribute]


def _environment(finalize: Any) -> SandboxedEnvironment:
    environment = _Environment(
        finalize=finalize,
        undefined=StrictUndefined,
        autoescape=False,  # the letter is no HTML; `finalize` does the escaping that it needs
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals.clear()  # a letter knows none of Jinja's own functions
    return environment


# A long value many times over would fill the memory; the letter of 2020 has 5,000 characters.
_LONGEST_FILLED_IN = 200_000

_MARKDOWN_ENVIRONMENT = _environment(_as_markdown)
_PLAIN_ENVIRONMENT = _environment(lambda value: fold(str(value)))

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
        tree, problems = _parsed(self._environment, text, source)
        problems += _template_problems(tree, source, known, needed) if tree is not None else []
        problems += self._more_problems(text)
        if tree is None or problems:
            raise EditionError(sorted(problems, key=lambda problem: problem.line or 0))
        self._used = sorted({node.name for node in tree.find_all(nodes.Name)})
        try:
            self._template: Template = self._environment.from_string(tree)
        except (RecursionError, SyntaxError, MemoryError):  # of Python, which compiles it
            raise EditionError([source.problem(1, _TOO_DEEP)]) from None
        # Typed, since Markdown goes in otherwise than the same text.
        self._fill = lru_cache(maxsize=128, typed=True)(self._render)

    def _more_problems(self, text: str) -> Sequence[Problem]:
        return ()

    def _filled_in(self, values: Values) -> str:
        """The text with the values in it; for the same values it is filled in once."""
        used = [values[name] for name in self._used]
        return self._fill(*[tuple(x.items()) if isinstance(x, dict) else x for x in used])

    def _render(self, *used: Any) -> str:
        values = [dict(each) if isinstance(each, tuple) else each for each in used]
        pieces, length = [], 0
        for piece in self._template.generate(zip(self._used, values, strict=True)):
            length += len(piece)
            if length > _LONGEST_FILLED_IN:
                message = f"comes to more than {_LONGEST_FILLED_IN:,} characters; shorten it."
                raise EditionError([self.source.problem(1, message)])
            pieces.append(piece)
        return "".join(pieces)


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
            read_blocks(_without_placeholders(text), self.source, in_source=True)
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
        return read_blocks(self._filled_in(values), self.source)


class SentenceWording(Wording):
    """A Wording that is one paragraph."""

    def _more_problems(self, text: str) -> Sequence[Problem]:
        problems = super()._more_problems(text)
        if problems or _one_paragraph(read_blocks(_without_placeholders(text), self.source)):
            return problems
        return (self.source.problem(1, "is not one paragraph of text; make it one."),)

    def paragraph(self, values: Values) -> Paragraph:
        """The paragraph with the values in it; EditionError where a condition leaves none."""
        if paragraph := _one_paragraph(self.blocks(values)):
            return paragraph
        raise EditionError([self.source.problem(1, "leaves no paragraph; give it words.")])


def _one_paragraph(blocks: Sequence[Block]) -> Paragraph | None:
    """The paragraph, where there is one and nothing else."""
    match blocks:
        case [Paragraph() as paragraph]:
            return paragraph
        case _:
            return None


# ---- placeholders

_TOO_DEEP = "the conditions are nested too deeply; write fewer."


def _parsed(
    environment: SandboxedEnvironment, text: str, source: Source
) -> tuple[nodes.Template | None, list[Problem]]:
    """The text as a tree that can be walked, or what is wrong with it."""
    try:
        tree = environment.parse(text)
        for _ in tree.find_all(nodes.Node):
            pass
    except TemplateSyntaxError as error:
        what = (error.message or "it cannot be read").rstrip(".")
        message = f"a placeholder or condition is not well formed ({what}); correct it."
        return None, [source.problem(error.lineno, message)]
    except RecursionError:
        return None, [source.problem(1, _TOO_DEEP)]
    except ValueError:  # of Python, on thousands of digits
        return None, [source.problem(1, "holds a number of too many digits; take it out.")]
    return tree, []


def _template_problems(
    tree: nodes.Template, source: Source, known: Values, needed: Set[str]
) -> Iterator[Problem]:
    found = list(tree.find_all(nodes.Node))
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


# What is never closed goes on to the end, so that its end is not looked for again and again.
_PLACEHOLDER = re.compile(r"\{\{[-+]?\s*(links\.)?.*?(?:\}\}|\Z)", re.DOTALL)
_STATEMENT = re.compile(r"(?m:^[ \t]*)?(\{%.*?(?:%\}[ \t]*|\Z)|\{#.*?(?:#\}|\Z))", re.DOTALL)


def _without_placeholders(text: str) -> str:
    """The text as Markdown sees it, each line where it was: words for the placeholders."""
    return _PLACEHOLDER.sub(
        lambda found: (
            ("https://placeholder" if found[1] else "a placeholder") + "\n" * found[0].count("\n")
        ),
        _STATEMENT.sub(lambda found: "\n" * found[0].count("\n"), text),
    )
