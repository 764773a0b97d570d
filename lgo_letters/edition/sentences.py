"""An edition's wording, sentence by sentence, and what ties a sentence to one year."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from lgo_letters.names import fold
from lgo_letters.toml_lines import Path, dotted, read_toml

from .folder import SETTINGS, without_comments
from .text.markdown import Source


@dataclass(frozen=True, slots=True, eq=False)
class Sentence:
    """A sentence, heading or list item, or the value of a setting, on one line.

    `line` is where it begins, and `setting` its name in edition.toml.
    """

    file: str
    line: int
    setting: str | None
    text: str

    @property
    def where(self) -> str:
        """Its place as a person is told it: letter.md, line 12."""
        setting = "" if self.setting is None else f", {self.setting}"
        return f"{self.file}, line {self.line}{setting}"


# ---- from text to sentences

_ABBREVIATIONS = ("Mr", "Mrs", "Ms", "Dr", "Prof", "Rev", "St", "Cllr", "Hon", "cf", "vs")
_NOT_AFTER = "".join(rf"(?<!\b{word}\.)" for word in (*_ABBREVIATIONS, "[A-Za-z]"))
_BEFORE_NUMBERS = "".join(rf"(?!(?<=\b{word}\.)\s+\d)" for word in ("No", "Nos", "para", "pp"))
_OPENING, _CLOSING = r"[\"'\u201c\u2018(\[*_]*", r"[\"'\u201d\u2019)\]*_]*"
_SENTENCE_END = re.compile(
    rf"(?<=[.!?…]){_NOT_AFTER}{_BEFORE_NUMBERS}{_CLOSING}\s+"
    rf"(?={_OPENING}(?![a-zß-öø-ÿ])[^\W_])"
)
_LABEL = r"(?:[#]{1,6}|[-*+•]|\d{1,2}[.)])[ \t]"  # of a heading or a list item
_BLOCK_END = re.compile(
    rf"""
    \n(?:[ \t\r]*\n)+  # an empty line
    | \n(?=[ \t]*(?:{_LABEL}|\{{%))  # before a heading, a list item or a condition
    | (?m:^)[ \t]*(?:[#]{{1,6}}[ \t][^\n]*|\{{%[^\n]*%\}}[ \t\r]*)\n  # a heading, a condition
    """,
    re.VERBOSE,
)
_LABELS = re.compile(rf"^[ \t]*{_LABEL}", re.MULTILINE)
# No sentence ends within a placeholder, a condition, or the address of a link.
_WHOLE = re.compile(
    r"\{\{.*?(?:\}\}|\Z) | \{%.*?(?:%\}|\Z) | (?<=\]\()[^()\s]*(?=\))", re.DOTALL | re.VERBOSE
)


def split(text: str) -> list[str]:
    """The sentences, headings and list items of a Markdown text, which are it when joined."""
    whole = _WHOLE.sub(_letters, _LABELS.sub(_letters, text))
    ends = {found.end() for found in (*_BLOCK_END.finditer(text), *_SENTENCE_END.finditer(whole))}
    return [text[start:end] for start, end in pairwise(sorted({0, len(text), *ends}))]


def _letters(found: re.Match[str]) -> str:
    return "X" * len(found[0])


def sentences(texts: Mapping[str, str]) -> Iterator[Sentence]:
    """Those of an edition's text files, comments left out, in the order of the files."""
    for file, text in texts.items():
        if file == SETTINGS:
            yield from _of_settings(text)
        else:
            yield from _of_text(without_comments(file, text), Source(file))


def _of_text(text: str, source: Source) -> Iterator[Sentence]:
    line = 1
    for piece in split(text):
        if words := fold(piece):
            first = line + piece.count("\n", 0, len(piece) - len(piece.lstrip()))
            yield Sentence(source.file, source.line(first), source.key, words)
        line += piece.count("\n")


def _of_settings(text: str) -> Iterator[Sentence]:
    """The value of each setting; each line as it stands where the file is not TOML."""
    tables, lines, problem = read_toml(SETTINGS, text)
    if problem is not None:
        for number, line in enumerate(without_comments(SETTINGS, text).split("\n"), start=1):
            if line.strip():
                yield Sentence(SETTINGS, number, None, fold(line))
    for path, value in _values(tables, ()):
        yield from _of_text(value, Source(SETTINGS, dotted(path), lines.lines(path)))


def _values(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    match value:
        case dict():
            for name, part in value.items():
                yield from _values(part, (*path, name))
        case list():
            for index, part in enumerate(value):
                yield from _values(part, (*path, index))
        case bool():
            yield path, str(value).lower()
        case int() if value.bit_length() > 64:  # may have too many digits for Python to write
            yield path, hex(value)
        case _:
            yield path, str(value)


# ---- what ties a sentence to its year

_WORDING = {
    *("letter", "document", "signatory", "links", "panels", "caution", "breaks", "comparison"),
    *("site", "review"),
}
_NOT_WORDING = {
    *("accent", "masthead_image", "language", "signature", "statistic", "statistics", "chart")
}

_MONTH = "(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_NUMBERS = (
    "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|twenty|thirty|forty|fifty|"
    "sixty|seventy|eighty|ninety|hundreds?|thousands?|millions?"
)
_CAPITALISED = r"[A-ZÀ-ÖØ-Þ][\w'\u2019]*"
_OF_A_YEAR = re.compile(
    rf"""
    \[(?P<link>[^\[\]]*)\]\([^()\s]*\)
    | (?:https?://|www\.)\S+
    | (?i:\b(?:this|last|next|past|previous|coming|recent|current)[ ](?:\w+[ ])?
       (?:year|month|week|quarter|spring|summer|autumn|winter)s?\b)
    | (?i:\b(?:recent|current|new)(?:ly)?\b|\b(?:now|today|ago)\b)
    | \b(?:\d{{1,2}}(?:st|nd|rd|th)?[ ])?{_MONTH}\b(?:[ ]\d{{4}}\b)?
    | [£€$]?\b\d(?:[\d,.]*\d)?%?
    | (?i:\b(?:{_NUMBERS})\b)
    | (?P<name>\b(?!I\b){_CAPITALISED}(?:[ -]{_CAPITALISED})*)
    """,
    re.VERBOSE,
)
# Where a capital letter says nothing: at the start, and behind a colon, a dash or a full stop.
_START = re.compile(rf"(?:^|[-\u2013\u2014:.!?…]\s){_OPENING}\Z")


def is_wording(sentence: Sentence) -> bool:
    """Whether it is something that a reader of a letter reads, hears or follows."""
    if sentence.setting is None:
        return True
    names = [part for part in sentence.setting.split(".") if not part.isdigit()]
    return names[0] in _WORDING and names[-1] not in _NOT_WORDING


def of_a_year(text: str, known: str) -> list[str]:
    """The words of a sentence that may be true of one year only.

    These are numbers, dates, links, words such as "last year", and names, which is what begins with
    a capital letter within a sentence; the words of `known` are not taken for names.
    """
    ours = {word.casefold() for word in known.split()}
    text = _WHOLE.sub("x", _LABELS.sub("", text))
    found = []
    for match in _OF_A_YEAR.finditer(text):
        words = match["link"] or match[0]
        if match["name"] and _START.search(text, max(0, match.start() - 20), match.start()):
            words = words.partition(" ")[2]
        if match["name"] and all(word.casefold() in ours for word in re.split("[ -]", words)):
            continue
        if words:
            found.append(words)
    return found
