"""The placeholders, conditions and calls in a text: what they name, and what is wrong in them."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Set
from typing import Any, NamedTuple

from jinja2 import TemplateSyntaxError, nodes
from jinja2.sandbox import SandboxedEnvironment
from jinja2.visitor import NodeTransformer

from lgo_letters.errors import Problem
from lgo_letters.names import nearest

from .functions import INSTEAD_OF, Signature, unknown
from .markdown import Source

Values = Mapping[str, Any]
"""What the names in a text stand for: text, numbers, truth values, a mapping of texts (links), or
one of the functions. Where a text is only checked, a function is its `functions.Signature`.

No text can name two more. `tables` gives what stands for the name of a table: it, and words below.
`on_blank` is called with a Problem for each figure that does not exist and is printed all the same.
"""


_ALLOWED_NODES = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.Const,
    nodes.If, nodes.Not, nodes.And, nodes.Or, nodes.Compare, nodes.Operand, nodes.Call,
)  # fmt: skip
_DEEPEST = 80  # conditions in conditions; Python compiles no more than a hundred
_TOO_DEEP = "the conditions are nested too deeply; write fewer."


class Use(NamedTuple):
    """A placeholder, or a function and its arguments, and the line of the text that it is on."""

    name: str
    arguments: tuple[Any, ...]
    line: int

    def __str__(self) -> str:
        """As the text has it, with the arguments that were left out."""
        arguments = ", ".join(repr(argument) for argument in self.arguments if argument is not None)
        return f"{self.name}({arguments})" if arguments else self.name


class Check(NodeTransformer):
    """Checks a text, and names each value in it, so that no call is left for Jinja to make.

    `used` has what each name stands for.
    """

    def __init__(self, source: Source, known: Values) -> None:
        self._source, self._known = source, known
        self.used: dict[str, Use] = {}
        self.problems: list[Problem] = []
        self._depth = 0

    def parse(
        self, environment: SandboxedEnvironment, text: str, needed: Set[str]
    ) -> nodes.Template | None:
        """The text as a tree; None where it cannot be read."""
        try:
            tree: nodes.Template = self.visit(environment.parse(text))
        except TemplateSyntaxError as error:
            what = (error.message or "it cannot be read").rstrip(".")
            message = f"a placeholder or condition is not well formed ({what}); correct it."
            self._add(error.lineno, message)
        except RecursionError:
            self._add(1, _TOO_DEEP)
        except ValueError:  # of Python, on thousands of digits
            self._add(1, "has a number with too many digits; shorten it.")
        else:
            names = {use.name for use in self.used.values()}
            for name in sorted(needed):
                if names.isdisjoint({name} | INSTEAD_OF.get(name, set())):
                    self._add(1, f"the placeholder {{{{ {name} }}}} is missing; put it in.")
            return tree
        return None

    def _add(self, line: int, message: str, value: str | None = None) -> None:
        self.problems.append(self._source.problem(line, message, value))

    def visit(self, node: nodes.Node, *args: Any, **kwargs: Any) -> Any:
        """Raises RecursionError where Python would not compile what comes of the text."""
        elifs = len(node.elif_) if isinstance(node, nodes.If) else 0
        if self._depth + elifs > _DEEPEST:
            raise RecursionError
        self._depth += 1
        visited = super().visit(node, *args, **kwargs)
        self._depth -= 1
        return visited

    def generic_visit(self, node: nodes.Node) -> nodes.Node:
        """A text has no node of another sort than the allowed."""
        if not isinstance(node, _ALLOWED_NODES):
            inside = (part.lineno for part in (node, *node.find_all(nodes.Node)))
            kind = type(node).__name__
            what = _NAMES_OF_NODES.get(kind, f'"{kind.lower()}"')
            message = f"a text can hold placeholders and conditions, not {what}; take it out."
            self._add(next((line for line in inside if line), 1), message)
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
        self._add(node.lineno, message, f"{{{{ {node.name} }}}}")
        return node

    def visit_Getattr(self, node: nodes.Getattr) -> nodes.Getattr:  # noqa: N802
        """Only an entry of a table of the edition, such as links.training, may follow a dot."""
        name = node.node.name if isinstance(node.node, nodes.Name) else ""
        table = self._known.get(name)
        if table is None and name == "table":
            self._add(node.lineno, _NO_TABLE_HERE, f"{{{{ table.{node.attr} }}}}")
        elif not isinstance(table, Mapping):
            message = "has no parts that a letter may use; take it out."
            self._add(node.lineno, message, f".{node.attr}")
        elif wrong := unknown(node.attr, f"among the {name.removesuffix('s')}s", table):
            self._add(node.lineno, wrong, node.attr)
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
            self._add(node.lineno, message, f"{function}()")
        elif (arguments := _arguments(node, signature)) is None:
            calls = " or ".join(signature.calls)
            message = (
                f"is called with names in quotation marks and no more, as {calls}; write it so."
            )
            self._add(node.lineno, message, f"{function}()")
        else:
            for argument, parameter in zip(arguments, signature.parameters, strict=True):
                if argument is not parameter.default and (wrong := parameter.check(argument)):
                    self._add(node.lineno, wrong, str(argument))
        return self._named(node, function, *(arguments or ()))

    def _named(self, node: nodes.Node, name: str, *arguments: Any) -> nodes.Name:
        alias = f"value_{len(self.used)}"
        self.used[alias] = Use(name, arguments, node.lineno)
        return nodes.Name(alias, "load", lineno=node.lineno, environment=node.environment)

    def _names(self, *, functions: bool) -> list[str]:
        return [name for name, x in self._known.items() if isinstance(x, Signature) == functions]


def unmarked(uses: Collection[Use], source: Source) -> tuple[tuple[int, Problem], ...]:
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


def without_placeholders(text: str, tables: Mapping[str, str]) -> str:
    """The text as Markdown sees it, each line where it was: words for the placeholders."""

    def stand_in(placeholder: re.Match[str]) -> str:
        links, table = placeholder.groups()
        words = "https://placeholder" if links else tables.get(table, "a placeholder")
        return words + "\n" * placeholder[0].count("\n")

    return _PLACEHOLDER.sub(
        stand_in, _STATEMENT.sub(lambda found: "\n" * found[0].count("\n"), text)
    )
