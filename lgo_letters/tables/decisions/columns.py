"""What a cell of decisions.csv may say: one function per column, from text to value.

A text has its white space folded; that it is in a million rows does not matter here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from lgo_letters.names import invisible, key
from lgo_letters.tables.cells import (
    WRITE_A_DATE,
    UnknownWordError,
    WrongCellError,
    either,
    formula_or_error,
    read_date,
)
from lgo_letters.tables.data import AuthorityList
from lgo_letters.tables.kinds import DecisionKinds

COMPLIANCE_OUTCOMES = ("Complied", "Complied late", "Not complied")
REFERENCE = "[0-9]{2} [0-9]{3} [0-9]{3}"
"""A case reference, as Python and DuckDB both read the pattern."""

_REFERENCE = re.compile(r"([0-9]{2})([ -]?)([0-9]{3})\2([0-9]{3})")
_BARE_REFERENCE = re.compile("[0-9]{7}")  # a number, so that a leading nought was lost
_YES_OR_NO = {"yes": True, "no": False, "true": True, "false": False}  # as Excel writes them, too
_LONGEST_TEXT = 2_000  # characters of a summary or an address
_USUAL_TEXT = r"[^=#\pC\pZ][^\pC\pZ]*( [^\pC\pZ]+)*"
_ADDRESS = r"https?://[A-Za-z0-9]([A-Za-z0-9.\-]*[A-Za-z0-9])?(:[0-9]{1,5})?([/?#][!#-;=?-~]*)?"
"""An address that a page may lead to, as Python and DuckDB both read the pattern."""
_OR_MAP_IT = ", or map it in lgo-letters.toml"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of decisions.csv, and how it is read.

    `read` gives the value of a text, None for a blank, and raises WrongCellError; `type` is
    DuckDB's for the values. `usual` makes, of a cell's SQL, predicates and values: the value of a
    text for which one is true. Nearly every reference is another, so reading each takes long.
    A value has to match the `pattern`, a regular expression as DuckDB reads it. Where the column
    `is_free`, any text is right; where it `is_required`, the file has to have it; where it is
    not `is_kept`, its values are read and none is there afterwards. It `has_words` where a few
    texts are in most rows; `words` are those of an export, and what they mean.
    """

    name: str
    read: Callable[[str], Any]
    type: str = "VARCHAR"
    usual: Callable[[str], Mapping[str, str]] | None = None
    pattern: str | None = None
    is_free: bool = False
    is_required: bool = True
    is_kept: bool = True
    has_words: bool = True
    words: Mapping[str, str] = field(default_factory=dict)

    def value(self, text: str) -> Any:
        """What a text of the file means; raises WrongCellError."""
        text = self.words.get(key(text), text) if self.words else text
        if (wrong := formula_or_error(text)) is not None:
            raise WrongCellError(wrong)
        return self.read(text)


def decision_columns(
    authorities: AuthorityList | None,
    kinds: DecisionKinds | None,
    reference_pattern: str | None = None,
    service_areas: Sequence[str] = (),
    *,
    texts: bool = True,
) -> tuple[Column, ...]:
    """Those of DECISION_COLUMNS and of PUBLIC_COLUMNS, in their order.

    Without authorities or kinds, because they could not be read, any name or kind will do; without
    service areas, because the edition lists none, any of those. Without `texts`, summaries and
    addresses, which are most of a file, are read and not kept.
    """
    reference = Column("reference", _read_reference, usual=_usual_references, has_words=False)
    if reference_pattern is not None:
        reference = replace(
            reference, read=_read_own_reference, usual=_folded, pattern=reference_pattern
        )
    return (
        reference,
        Column(
            "authority",
            _authority_reader(authorities),
            is_free=authorities is None or bool(authorities.lost),
        ),
        Column("service_area", _service_area_reader(service_areas), is_free=not service_areas),
        Column("decision_date", _read_needed_date, "DATE", has_words=False),
        Column("decision", _decision_reader(kinds), is_free=kinds is None),
        Column("satisfactory_remedy", _read_yes_or_no, "BOOLEAN"),
        Column("compliance_date", read_date, "DATE", has_words=False),
        Column("compliance_outcome", _word_reader("a compliance outcome", COMPLIANCE_OUTCOMES)),
        Column("published", _read_yes_or_no, "BOOLEAN", usual=_usual_yes, is_required=False),
        _text_column("summary", read_text, _USUAL_TEXT, is_kept=texts),
        _text_column("link", _read_address, _ADDRESS, is_kept=texts),
        _text_column("report", _read_address, _ADDRESS, is_kept=texts),
    )


def _text_column(
    name: str, read: Callable[[str], str | None], usual: str, *, is_kept: bool
) -> Column:
    """A column whose texts are as many as there are rows, or blank; most match a pattern."""

    def usual_texts(cell: str) -> dict[str, str]:
        is_usual = f"length({cell}) <= {_LONGEST_TEXT} and regexp_full_match({cell}, '{usual}')"
        return {f"{cell} = ''": "null", is_usual: cell}

    return Column(
        name,
        read,
        usual=usual_texts,
        is_free=read is read_text,
        is_required=False,
        is_kept=is_kept,
        has_words=False,
    )


def _usual_yes(cell: str) -> dict[str, str]:
    return {f"{cell} = ''": "null", f"{cell} = 'yes'": "true"}


def read_text(text: str) -> str | None:
    """Plain text, None where it is blank."""
    if len(text) > _LONGEST_TEXT:
        raise WrongCellError(f"has more than {_LONGEST_TEXT:,} characters; shorten it")
    if (character := invisible(text)) is not None:
        raise WrongCellError(f"holds the invisible character {character}; delete it")
    return text or None


def _read_address(text: str) -> str | None:
    if text and not re.fullmatch(_ADDRESS, text):
        raise WrongCellError(
            "is not an address of the web; copy it from a browser, such as "
            "https://www.example.org/page"
        )
    return read_text(text)


def _read_reference(text: str) -> str:
    """The case reference, with its spaces."""
    if not text:
        raise WrongCellError("is blank; write the case reference, such as 19 001 854")
    text = f"0{text}" if _BARE_REFERENCE.fullmatch(text) else text
    if not (parts := _REFERENCE.fullmatch(text)):
        raise WrongCellError("is not a case reference; write it as 19 001 854")
    return f"{parts[1]} {parts[3]} {parts[4]}"


def _usual_references(cell: str) -> dict[str, str]:
    """References with spaces, with hyphens and with neither."""
    with_spaces = f"left({cell}, 2) || ' ' || left(right({cell}, 6), 3) || ' ' || right({cell}, 3)"
    return {
        f"regexp_full_match({cell}, '{REFERENCE}')": cell,
        f"regexp_full_match({cell}, '{REFERENCE.replace(' ', '-')}')": f"replace({cell}, '-', ' ')",
        f"regexp_full_match({cell}, '{REFERENCE.replace(' ', '')}')": with_spaces,
    }


def _read_own_reference(text: str) -> str:
    """The case reference of an edition that has a pattern of its own, which is checked in SQL."""
    if not text:
        raise WrongCellError("is blank; write the case reference")
    return text


def _folded(cell: str) -> dict[str, str]:
    return {f"regexp_full_match({cell}, '[!-~]+( [!-~]+)*')": cell}


def _authority_reader(listed: AuthorityList | None) -> Callable[[str], str]:
    """The name as in authorities.csv; the key of one that cannot be checked against it."""
    named = {} if listed is None else listed.named
    file = "authorities.csv" if listed is None else listed.file
    names = tuple(dict.fromkeys(authority.name for authority in named.values()))

    def read(text: str) -> str:
        if not text:
            raise WrongCellError(f"is blank; write the authority's name as in {file}")
        wanted = key(text)
        if (authority := named.get(wanted)) is not None:
            return authority.name
        if listed is None or wanted in listed.lost:
            return wanted
        if not names:
            raise WrongCellError(f"is not an authority in {file}; correct one of the files")
        raise UnknownWordError(
            f"is not an authority in {file}",
            text,
            names,
            or_else="; correct it, or add it to also_known_as in lgo-letters.toml",
        )

    return read


def _decision_reader(kinds: DecisionKinds | None) -> Callable[[str], str | None]:
    """The kind of decision as the edition writes it."""
    names = () if kinds is None else kinds.names
    known = _word_reader("a decision", names)

    def read(text: str) -> str | None:
        if not text:
            raise WrongCellError(f"is blank; write {either(names)}")
        return text if kinds is None else known(text)

    return read


def _service_area_reader(areas: Sequence[str]) -> Callable[[str], str | None]:
    return _word_reader("a service area in this edition", areas) if areas else lambda t: t or None


def _word_reader(what: str, words: Sequence[str]) -> Callable[[str], str | None]:
    """One of the words, of which "/" and "or" are the same; the first of two of one name."""
    known = {key(_with_or(word)): word for word in reversed(words)}
    known |= {key(word): word for word in reversed(words)}

    def read(text: str) -> str | None:
        if not text:
            return None
        word = known.get(key(text)) or known.get(key(_with_or(text)))
        if word is None:
            raise UnknownWordError(
                f"is not {what}", text, words, f"; write {either(words)}", _OR_MAP_IT
            )
        return word

    return read


def _with_or(text: str) -> str:
    return text.replace("/", " or ")


def _read_needed_date(text: str) -> date:
    day = read_date(text)
    if day is None:
        raise WrongCellError(f"is blank; a date is needed: {WRITE_A_DATE}")
    return day


def _read_yes_or_no(text: str) -> bool | None:
    if text and key(text) not in _YES_OR_NO:
        raise WrongCellError(
            "is neither yes nor no; write one of them, or leave the cell blank", _OR_MAP_IT
        )
    return _YES_OR_NO.get(key(text))


DECISION_COLUMNS, PUBLIC_COLUMNS = (
    tuple(column.name for column in decision_columns(None, None) if column.is_required is required)
    for required in (True, False)
)
"""What figures and letters need of a row; and what the public pages show beside it, if anything."""
