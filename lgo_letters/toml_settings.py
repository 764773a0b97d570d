"""The tables of a TOML file → settings of a shape; those that do not have it, as problems."""

from __future__ import annotations

import datetime
import os
from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from .errors import Problem
from .names import invisible, nearest
from .toml_lines import Path, SettingLines

# Pydantic's search for plug-ins takes longer than reading an edition.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")

_LONGEST_LINE = 1000  # characters: a heading of more fills a page
_LARGEST_NUMBER = 2**63 - 1  # as TOML has it


def visible(text: str) -> str:
    """A text that can be read; raises ValueError where it is blank or hides a character."""
    if not text.strip():
        raise ValueError("the text is empty; write it")
    if (character := invisible(text)) is not None:  # written as \\u202e
        raise ValueError(f"contains {character}, which nobody can see; delete it")
    return text


def line(text: str) -> str:
    """A text of one line; raises ValueError where it is more, or too long."""
    if "\n" in text or "\r" in text:
        raise ValueError("is more than one line; write it in one")
    if len(text) > _LONGEST_LINE:
        raise ValueError(f"has more than {_LONGEST_LINE:,} characters; shorten it")
    return text


Text = Annotated[str, AfterValidator(visible)]
Line = Annotated[Text, AfterValidator(line)]


class Table(BaseModel):
    """A table of settings: every one is known, and of the type that it has to be."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


Model = TypeVar("Model", bound=BaseModel)


def validate(
    model: type[Model], raw: Mapping[str, Any], lines: SettingLines
) -> tuple[Model | None, list[Problem]]:
    """The settings, or None and what is wrong with them, in the order of their lines."""
    try:
        return model.model_validate(raw), []
    except ValidationError as invalid:
        problems = [
            lines.problem(error["loc"], _plainly(error, model), _value(error))
            for error in invalid.errors(include_url=False)
        ]
        return None, sorted(problems, key=lambda problem: problem.line or 0)


def _value(error: Any) -> str | None:
    value = error["input"]
    if error["type"] in ("missing", "extra_forbidden") or (
        not isinstance(value, str | int | float | datetime.date)
        or (isinstance(value, int) and abs(value) > _LARGEST_NUMBER)  # too long for Python to write
    ):
        return None
    return str(value) if str(value).strip() else None


def _plainly(error: Any, model: type[BaseModel]) -> str:
    """What pydantic found, as a sentence for the person who wrote the setting."""
    what: str = error["type"]
    context = error.get("ctx", {})
    if what == "value_error":
        return f"{context['error']}."
    if what == "extra_forbidden":
        return (
            f"the setting is not known{_nearest_setting(error['loc'], model)}; rename or delete it."
        )
    if what in _MESSAGES:
        return _MESSAGES[what].format(**context)
    if what.startswith("date"):
        return "is not a date; write it as 2020-07-22, without quotation marks."
    return f"is not allowed here ({error['msg'].lower()}); correct it."


_MESSAGES = {
    "datetime_type": "is not a date and a time; write it as 2020-07-29T09:00:00, without "
    "quotation marks.",
    "missing": "the setting is missing; add it.",
    "string_type": "is not text; put it in quotation marks.",
    "int_type": "is not a whole number; write it in digits, without quotation marks.",
    "greater_than_equal": "is too small; write a whole number of at least {ge:,}.",
    "less_than_equal": "is too large; write a whole number of at most {le:,}.",
    "literal_error": "is not one of the choices here; write {expected}.",
    "list_type": "is not a list; write its entries in [ ], or a table's name in [[ ]] above each.",
    "model_type": "is not a table; write its name in [ ] and its settings below.",
    "dict_type": "is not a table; write its name in [ ] and its settings below.",
    "bool_type": "is neither true nor false; write one of them, without quotation marks.",
    "too_short": "has too few entries ({actual_length}); write at least {min_length}.",
    "too_long": "has too many entries; keep at most {max_length}.",
}


def _nearest_setting(path: Path, table: type[BaseModel]) -> str:
    model: Any = table
    for part in path[:-1]:
        if isinstance(part, str):
            model = model.model_fields[part].annotation
            model = getattr(model, "__args__", (model,))[0]
    near = nearest(str(path[-1]), [one.alias or name for name, one in model.model_fields.items()])
    return f' (the nearest is "{near[0]}")' if near else ""
