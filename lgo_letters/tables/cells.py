"""What a cell of any table may say: dates, and what a spreadsheet has in place of values."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from lgo_letters.names import nearest
from lgo_letters.year import MONTHS

_TIME = r"(?:[T ](?:[01]?[0-9]|2[0-3])(?::[0-5][0-9]){1,2}(?:\.[0-9]+)?(?: ?[AaPp][Mm])?)?"
_ISO = re.compile(f"([0-9]{{4}})-([0-9]{{2}})-([0-9]{{2}}){_TIME}")
_BRITISH = re.compile(f"([0-9]{{1,2}})/([0-9]{{1,2}})/([0-9]{{4}}|[0-9]{{2}}){_TIME}")
_IN_WORDS = re.compile(rf"([0-9]{{1,2}})([ -])([A-Za-z]+)\2([0-9]{{4}}|[0-9]{{2}}){_TIME}")
_MONTH_NAMED = {name.lower(): month for month, name in enumerate(MONTHS, start=1)}
_MONTH_NAMED |= {name[:3]: month for name, month in _MONTH_NAMED.items()} | {"sept": 9}
_CENTURY = 2000  # of years that are written in two digits
WRITE_A_DATE = "write it as 2019-10-14 or 14/10/2019"
_EXCELS_ERROR = re.compile(r"#(N/A|[A-Z]+!|NAME\?|DIV/0!)")


class WrongCellError(ValueError):
    """What is wrong with a cell, completing a sentence that starts with its value.

    `or_else` is what else can be done about it where it stands in a table.
    """

    def __init__(self, sentence: str, or_else: str = "") -> None:
        self._sentence, self._or_else = sentence, or_else

    def __str__(self) -> str:
        return f"{self.sentence()}."

    def sentence(self) -> str:
        """What is wrong, without a full stop."""
        return self._sentence

    def with_advice(self) -> str:
        """What is wrong, and everything that can be done about it."""
        return f"{self.sentence()}{self._or_else}."


class UnknownWordError(WrongCellError):
    """The same of a word, and the nearest of those that are known.

    That takes a millisecond to find, and a wrong file may hold a million wrong names: it is found
    for the messages that are shown.
    """

    def __init__(
        self, sentence: str, text: str, words: Sequence[str], advice: str = "", or_else: str = ""
    ) -> None:
        super().__init__(sentence, or_else)
        self._text, self._words, self._advice = text, words, advice

    def sentence(self) -> str:
        """What is wrong, the nearest word, and what to do."""
        near = nearest(self._text, self._words)[0]
        return f'{super().sentence()}; the nearest is "{near}"{self._advice}'


def formula_or_error(text: str) -> str | None:
    """What is wrong with a text that a spreadsheet has in place of a value, without a full stop."""
    if _EXCELS_ERROR.fullmatch(text):
        return "is an error of Excel's; correct the formula, or write the value"
    if text.startswith("="):
        return "is a formula without its value; save the file again in Excel, or write the value"
    return None


def read_date(text: str) -> date | None:
    """A day, None where the cell is blank; a time of day behind it is dropped."""
    if not text:
        return None
    month: str | int
    if iso := _ISO.fullmatch(text):
        year, month, day = iso.groups()
    elif british := _BRITISH.fullmatch(text):
        day, month, year = british.groups()
    elif in_words := _IN_WORDS.fullmatch(text):
        day, _, name, year = in_words.groups()
        month = _MONTH_NAMED.get(name.lower(), 0)
    else:
        raise WrongCellError(f"is not a date; {WRITE_A_DATE}")
    century = _CENTURY if len(year) == 2 else 0
    try:
        return date(century + int(year), int(month), int(day))
    except ValueError:
        raise WrongCellError(f"is not a real date; {WRITE_A_DATE}") from None


def either(names: Sequence[str]) -> str:
    """The names as a choice: A, B or C."""
    *others, last = names or ("a kind of decision",)
    return f"{', '.join(others)} or {last}" if others else last
