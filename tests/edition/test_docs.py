"""The page on editions leaves nothing out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from lgo_letters.edition.settings import Settings
from lgo_letters.edition.text.functions import signatures
from lgo_letters.edition.wording_reader import PLACEHOLDERS
from lgo_letters.edition.words import SheetWords, Words
from tests.support.paths import ROOT

PAGE = (ROOT / "docs" / "editions.md").read_text(encoding="utf-8")
SHEETS = (ROOT / "docs" / "sheets.md").read_text(encoding="utf-8")


def _settings(model: type[BaseModel]) -> Iterator[str]:
    """The names of the model's settings, and of those of the tables in it."""
    for name, field in model.model_fields.items():
        tables = [*_models(field.annotation)]
        yield name if not tables else f"[{name}]"
        for table in tables:
            yield from _settings(table)


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models(argument)


@pytest.mark.parametrize("name", sorted({*_settings(Settings)}))
def test_the_page_names_every_setting(name: str) -> None:
    single = name.strip("[]")
    written = [name, f"`{single}`", f".{single}`", f"`{single} ", f"\n{single} = "]
    assert any(form in PAGE + SHEETS for form in written)


@pytest.mark.parametrize("name", sorted(PLACEHOLDERS))
def test_the_page_names_every_placeholder(name: str) -> None:
    assert f"{{{{ {name}" in PAGE or f"{{% if {name} %}}" in PAGE


@pytest.mark.parametrize("name", signatures(None, (), None))
def test_the_page_names_every_function(name: str) -> None:
    assert f"{{{{ {name}('" in PAGE or f"{{% if {name}(" in PAGE


@pytest.mark.parametrize(
    ("name", "default"),
    [(name, field.default) for name, field in Words.model_fields.items() if name != "months"],
)
def test_the_page_gives_the_words_of_british_english(name: str, default: str) -> None:
    _, _, words = PAGE.partition("\n## Another language\n")
    (row,) = (line for line in words.splitlines() if line.startswith("| ") and f"`{name}`" in line)
    assert f'`"{default}"`' in row


@pytest.mark.parametrize(
    ("name", "default"),
    [(name, field.default) for name, field in SheetWords.model_fields.items() if field.default],
)
def test_the_page_on_sheets_gives_their_words(name: str, default: str) -> None:
    assert f'\n{name} = "{default}"\n' in SHEETS
