"""An edition: a year's wording, dates, statistics and panels, checked, and how its wording is read.

    edition.toml     everything but the body
    letter.md        the body of the letter
    signature.png    or the name that edition.toml gives
    own/NAME.md      paragraphs of one authority, named after it
    email.md         the e-mail with which a letter goes out, and
    email-late.md    the one from the day of publication on, where letters are sent

No year's wording is in the code: what a letter says is in these files.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lgo_letters.errors import EditionError, Problem
from lgo_letters.figures.definitions import Definitions, Statistic
from lgo_letters.names import file_stem, key, nearest
from lgo_letters.year import ReportingYear

from .folder import SETTINGS
from .settings import Settings, TypeSettings
from .text.blocks import Picture
from .text.markdown import Source
from .text.wording import PlainWording, SentenceWording, Wording
from .words import LANGUAGE, SheetWords, Words, missing_words


@dataclass(frozen=True, slots=True)
class ChartWording:
    """A ring or a bar: the number at which it is full, and what it shows in words."""

    kind: str
    full: int
    text: PlainWording
    nothing: PlainWording
    key: str
    source: Source


@dataclass(frozen=True, slots=True)
class CautionWording:
    """What a panel says where its statistic rests on fewer than `below` cases."""

    below: int
    sentence: SentenceWording


@dataclass(frozen=True, slots=True)
class PanelWording:
    """What one panel says, with every variant.

    `nothing` replaces `sentence` where the statistic has nothing to count; without a statistic the
    two are the same.
    """

    statistic: Statistic | None
    heading: PlainWording
    chart: ChartWording | None
    sentence: SentenceWording
    comparison: SentenceWording | None
    count: SentenceWording | None
    small_print: SentenceWording | None
    nothing: SentenceWording
    nothing_average: SentenceWording | None
    caution: CautionWording | None
    note: Wording | None


@dataclass(frozen=True, slots=True)
class EmailWording:
    """What the e-mail says with which a letter goes out: plain text, without Markdown."""

    subject: PlainWording
    text: PlainWording


@dataclass(frozen=True, slots=True)
class OwnParagraphs:
    """A file of paragraphs for one authority; `name` is the file's name without its ending."""

    file: str
    name: str
    wording: Wording


@dataclass(frozen=True, slots=True)
class Edition:
    """A year's wording, dates and choices, all of them checked.

    `files` are the names of the files read, each with the digest of its content, `sha256` is the
    digest of their names and contents, and `texts` are the lines of the text files, with comments
    left empty. `unmarked` are, with how many years before, figures in texts that do not ask whether
    these are recalculated.
    """

    year: ReportingYear
    settings: Settings
    definitions: Definitions
    files: Mapping[str, str]
    sha256: str
    texts: Mapping[str, Sequence[str]]
    body: Wording
    title: PlainWording
    subject: PlainWording
    heading: PlainWording
    salutation: PlainWording
    footer: PlainWording
    masthead: tuple[str, ...] | Picture
    signature: Picture
    reissue: SentenceWording | None
    email: EmailWording | None
    email_late: EmailWording | None
    """From the day of publication on."""
    panels_heading: PlainWording | None
    panels: tuple[PanelWording, ...]
    own_paragraphs: tuple[OwnParagraphs, ...]
    review: tuple[SentenceWording, ...]
    captions: Mapping[str, PlainWording]
    """Of tables, by their names, where they have one."""
    unmarked: tuple[tuple[int, Problem], ...]

    @property
    def words(self) -> Words:
        """The words that are the program's own, in the edition's language."""
        return self.settings.words

    def sheet_words(self) -> SheetWords:
        """Those of sheets; raises EditionError where the language needs them and has none."""
        words, language = self.settings.sheets, self.settings.document.language
        if language != LANGUAGE and (missing := missing_words(words)):
            message = f"is the language, and sheets need words in it; add to [sheets]: {missing}."
            raise EditionError([Problem(SETTINGS, None, message, "document.language", language)])
        return words

    def statistic_name(self, name: str) -> str:
        """What a person calls a statistic: its panel's heading, if that has no placeholder."""
        for panel in self.settings.panels:
            if panel.statistic == name and "{" not in panel.heading:
                return panel.heading
        return name.replace("_", " ").capitalize()

    def type_settings(self, name: str) -> TypeSettings:
        """The edition's word for the body of a type, and whether the type is compared."""
        return next(type_ for type_ in self.settings.types if type_.name == name)


def fit_own_paragraphs(
    own_paragraphs: Sequence[OwnParagraphs], authorities: Sequence[str]
) -> tuple[dict[str, OwnParagraphs], list[Problem]]:
    """Own paragraphs by the authority's name, and the files that match none or one taken already.

    A file matches the authority's name, or the file name of its letter.
    """
    names = {key(name): name for name in authorities} | {file_stem(n): n for n in authorities}
    fitting: dict[str, OwnParagraphs] = {}
    problems: list[Problem] = []
    for own in own_paragraphs:
        name = names.get(key(own.name))
        if name is None:
            near = nearest(own.name, authorities)
            hint = f'; rename it, perhaps to "{near[0]}.md"' if near else ""
            problems.append(Problem(own.file, None, f"matches no authority of the year{hint}."))
        elif name in fitting:
            message = f"matches {name}, and so does {fitting[name].file}; merge the two files."
            problems.append(Problem(own.file, None, message))
        else:
            fitting[name] = own
    return fitting, problems
