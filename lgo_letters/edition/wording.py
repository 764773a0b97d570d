"""The edition's text with placeholders → text or blocks, filled in with values.

A value goes in as text: it passes the Markdown parser as letters, whatever stands in it. The
template language is cut down to placeholders, conditions and a few functions, so that an edition
can neither run code nor loop, nor read another file.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Collection, Mapping, Sequence, Set
from functools import lru_cache, partial
from typing import Any, ClassVar, NamedTuple, TypeGuard

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, nodes
from jinja2.sandbox import SandboxedEnvironment
from jinja2.visitor import NodeTransformer

from lgo_letters.errors import EditionError, Problem
from lgo_letters.names import fold, nearest

from .blocks import TABLES, Block, Paragraph, TableName
from .functions import INSTEAD_OF, NO_RATE, NoRate, Signature, unknown
from .markdown import Source, hide, read_blocks, table_marker

Values = Mapping[str, Any]
"""What the names in a text stand for: text, numbers, truth values, a mapping of texts (links), or
one of the functions. Where a text is only checked, a function is its `functions.Signature`.

No text can name two more. `tables` gives what stands for the name of a table: it, and words below.
`on_blank` is called with a Problem for each figure that does not exist and is printed all the same.
"""


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

_ALLOWED_NODES = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.Const,
    nodes.If, nodes.Not, nodes.And, nodes.Or, nodes.Compare, nodes.Operand, nodes.Call,
)  # fmt: skip


class _Template:
    """A text with placeholders, compiled once and filled in for each authority."""

    _environment: ClassVar[SandboxedEnvironment]
    # What `table` has, in the texts that may hold one.
    _tables: ClassVar[Mapping[str, Markdown]] = {}

    def __init__(
        self, text: str, source: Source, known: Values, needed: Set[str] = frozenset()
    ) -> None:
        """Compiles the text; `known` are the names it may use, `needed` those it must.

        Raises EditionError with every problem in it.
        """
        self.source = source
        known = {**known, "table": self._tables} if self._tables else known
        check = _Check(source, known)
        tree = check.parse(self._environment, text, needed)
        problems = [*check.problems, *self._more_problems(text)]
        if tree is None or problems:
            raise EditionError(sorted(problems, key=lambda problem: problem.line or 0))
        tables = {name: table for name, table in known.items() if isinstance(table, Mapping)}
        try:
            self._template: Template = self._environment.from_string(tree, tables)
        except (RecursionError, SyntaxError, MemoryError):  # of Python, which compiles it
            raise self._error(_TOO_DEEP) from None
        self._used = check.used
        self.unmarked = _unmarked(check.used.values(), source)
        """How many years ago, and where, for each earlier figure that may be one counted again."""
        # Typed, since Markdown goes in differently from the same text.
        self._fill = lru_cache(maxsize=512, typed=True)(self._render)

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

    def _render(self, *values: Any) -> tuple[str, Sequence[_Use]]:
        """The text, and the figures in it that are blank."""
        pieces, length = [], 0
        blanks: list[_Use] = []
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
        try:
            read_blocks(_without_placeholders(text, self._tables), self.source, in_source=True)
        except EditionError as error:
            return error.problems
        return ()

    def markdown(self, values: Values) -> Markdown:
        """The Markdown with the values in it, to go into another text."""
        return Markdown(self._filled_in(values))

    def blocks(self, values: Values) -> tuple[Block, ...]:
        """The headings, paragraphs, lists and tables with the values in them.

        Raises EditionError where what comes of it holds Markdown that a letter cannot show.
        """
        content = read_blocks(self._filled_in(values), self.source)
        if _is_without_tables(content):
            return content  # the same for many letters
        blocks: list[Block] = []
        for block in content:
            blocks += values["tables"](block.name) if isinstance(block, TableName) else [block]
        return tuple(blocks)


def _is_without_tables(content: tuple[Block | TableName, ...]) -> TypeGuard[tuple[Block, ...]]:
    return not any(isinstance(block, TableName) for block in content)


class SentenceWording(Wording):
    """A Wording that is one paragraph of text."""

    _tables: ClassVar[Mapping[str, Markdown]] = {}

    def _more_problems(self, text: str) -> Sequence[Problem]:
        if problems := super()._more_problems(text):
            return problems
        match read_blocks(_without_placeholders(text, self._tables), self.source):
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


# ---- placeholders

_TOO_DEEP = "the conditions are nested too deeply; write fewer."


class _Use(NamedTuple):
    """A placeholder, or a function and its arguments, and the line of the text that it is on."""

    name: str
    arguments: tuple[Any, ...]
    line: int

    def __str__(self) -> str:
        """As the text has it, with the arguments that were left out."""
        arguments = ", ".join(repr(argument) for argument in self.arguments if argument is not None)
        return f"{self.name}({arguments})" if arguments else self.name


class _Check(NodeTransformer):
    """Checks a text, and names each value in it, so that no call is left for Jinja to make.

    `used` has what each name stands for.
    """

    def __init__(self, source: Source, known: Values) -> None:
        self._source, self._known = source, known
        self.used: dict[str, _Use] = {}
        self.problems: list[Problem] = []

    def parse(
        self, environment: SandboxedEnvironment, text: str, needed: Set[str]
    ) -> nodes.Template | None:
        """The text as a tree; None where it cannot be read."""
        try:
            tree: nodes.Template = self.visit(environment.parse(text))
        except TemplateSyntaxError as error:
            what = (error.message or "it cannot be read").rstrip(".")
            message = f"a placeholder or condition is not well formed ({what}); correct it."
            self.add(error.lineno, message)
        except RecursionError:
            self.add(1, _TOO_DEEP)
        except ValueError:  # of Python, on thousands of digits
            self.add(1, "has a number with too many digits; shorten it.")
        else:
            names = {use.name for use in self.used.values()}
            for name in sorted(needed):
                if names.isdisjoint({name} | INSTEAD_OF.get(name, set())):
                    self.add(1, f"the placeholder {{{{ {name} }}}} is missing; put it in.")
            return tree
        return None

    def add(self, line: int, message: str, value: str | None = None) -> None:
        self.problems.append(self._source.problem(line, message, value))

    def generic_visit(self, node: nodes.Node) -> nodes.Node:
        if not isinstance(node, _ALLOWED_NODES):
            inside = (part.lineno for part in (node, *node.find_all(nodes.Node)))
            kind = type(node).__name__
            what = _NAMES_OF_NODES.get(kind, f'"{kind.lower()}"')
            message = f"a text can hold placeholders and conditions, not {what}; take it out."
            self.add(next((line for line in inside if line), 1), message)
        return super().generic_visit(node)

    def visit_Name(self, node: nodes.Name) -> nodes.Name:  # noqa: N802  # Jinja's name
        """A name on its own is a placeholder, neither a function nor a whole table."""
        match self._known.get(node.name):
            case None if node.name in INSTEAD_OF:
                message = (
                    "stands only in a panel that has a statistic; elsewhere write "
                    f"{{{{ {node.name}_of('NAME') }}}}."
                )
            case None:
                near = nearest(node.name, self._names(functions=False))[0]
                message = f"is not a placeholder of this text; the nearest is {{{{ {near} }}}}."
            case Signature() as signature:
                message = f"is a function; call it: {{{{ {signature.calls[0]} }}}}."
            case Mapping():
                message = f"is a table; name the entry that you mean: {{{{ {node.name}.NAME }}}}."
            case _:
                return self._named(node, node.name)
        self.add(node.lineno, message, f"{{{{ {node.name} }}}}")
        return node

    def visit_Getattr(self, node: nodes.Getattr) -> nodes.Getattr:  # noqa: N802
        """Only an entry of a table of the edition, such as links.training, may follow a dot."""
        name = node.node.name if isinstance(node.node, nodes.Name) else ""
        table = self._known.get(name)
        if table is None and name == "table":
            self.add(node.lineno, _NO_TABLE_HERE, f"{{{{ table.{node.attr} }}}}")
        elif not isinstance(table, Mapping):
            message = "has no parts that a letter may use; take it out."
            self.add(node.lineno, message, f".{node.attr}")
        elif wrong := unknown(node.attr, f"among the {name.removesuffix('s')}s", table):
            self.add(node.lineno, wrong, node.attr)
        return node

    def visit_Call(self, node: nodes.Call) -> nodes.Name:  # noqa: N802
        """A call is one of a function of the edition, with nothing in it to be worked out."""
        function = node.node.name if isinstance(node.node, nodes.Name) else ""
        signature = self._known.get(function)
        arguments: list[object] | None = []
        if not isinstance(signature, Signature):
            near = nearest(function, self._names(functions=True))
            hint = f"the nearest is {self._known[near[0]].calls[0]}" if near else "there are none"
            message = f"is not a function of an edition's texts; {hint}."
            self.add(node.lineno, message, f"{function}()")
        elif (arguments := _arguments(node, signature)) is None:
            calls = " or ".join(signature.calls)
            message = (
                f"is called with names in quotation marks and no more, as {calls}; write it so."
            )
            self.add(node.lineno, message, f"{function}()")
        else:
            for argument, parameter in zip(arguments, signature.parameters, strict=True):
                if argument is not parameter.default and (wrong := parameter.check(argument)):
                    self.add(node.lineno, wrong, str(argument))
        return self._named(node, function, *(arguments or ()))

    def _named(self, node: nodes.Node, name: str, *arguments: Any) -> nodes.Name:
        alias = f"value_{len(self.used)}"
        self.used[alias] = _Use(name, arguments, node.lineno)
        return nodes.Name(alias, "load", lineno=node.lineno, environment=node.environment)

    def _names(self, *, functions: bool) -> list[str]:
        return [name for name, x in self._known.items() if isinstance(x, Signature) == functions]


def _unmarked(uses: Collection[_Use], source: Source) -> tuple[tuple[int, Problem], ...]:
    """Each call of `previous` in a text that does not ask if that year is `recalculated`."""
    marked = {use.arguments[-1] for use in uses if use.name == "recalculated"}
    found = []
    for use in uses:
        if use.name == "previous" and (years := use.arguments[-1]) not in marked:
            message = (
                "prints a recalculated figure without saying so; write "
                f"{{% if recalculated({years}) %}} (recalculated){{% endif %}} after it."
            )
            found.append((years, source.problem(use.line, message, str(use))))
    return tuple(found)


def _arguments(call: nodes.Call, signature: Signature) -> list[object] | None:
    """One argument per parameter; None where the call is not one of the function."""
    if call.dyn_args is not None or call.dyn_kwargs is not None:
        return None
    given = [_constant(argument) for argument in call.args]
    return signature.bind(given, {one.key: _constant(one.value) for one in call.kwargs})


def _constant(node: nodes.Expr) -> object:
    return node.value if isinstance(node, nodes.Const) else node


_NO_TABLE_HERE = (
    "cannot stand here; put a table alone into a paragraph of letter.md, of an authority's own "
    "paragraphs or of a panel's note."
)
_NAMES_OF_NODES = {"Filter": "filters", "For": "loops", "Include": "includes"}


# What is never closed goes on to the end, so that its end is not looked for again and again.
_PLACEHOLDER = re.compile(r"\{\{[-+]?\s*(?:(links)\.|table\.(\w+))?.*?(?:\}\}|\Z)", re.DOTALL)
_STATEMENT = re.compile(r"(?m:^[ \t]*)?(\{%.*?(?:%\}[ \t]*|\Z)|\{#.*?(?:#\}|\Z))", re.DOTALL)


def _without_placeholders(text: str, tables: Mapping[str, str]) -> str:
    """The text as Markdown sees it, each line where it was: words for the placeholders."""

    def stand_in(placeholder: re.Match[str]) -> str:
        links, table = placeholder.groups()
        words = "https://placeholder" if links else tables.get(table, "a placeholder")
        return words + "\n" * placeholder[0].count("\n")

    return _PLACEHOLDER.sub(
        stand_in, _STATEMENT.sub(lambda found: "\n" * found[0].count("\n"), text)
    )
