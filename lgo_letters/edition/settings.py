"""The shape of edition.toml, and every setting that does not have it, with its line."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from lgo_letters.errors import Problem, UsageError
from lgo_letters.figures.chance import Chance
from lgo_letters.toml_lines import SettingLines
from lgo_letters.toml_settings import Line, Table, Text, validate
from lgo_letters.year import ReportingYear

from .fields import (
    Address,
    Attached,
    AttachedFile,
    Colour,
    ColumnName,
    FileName,
    Language,
    LinkName,
    LocalTime,
    Pattern,
    Plain,
    PlainLines,
    PlainOrEmpty,
    YearStart,
    Zone,
)
from .words import ENGLISH, ENGLISH_SHEETS, SheetWords, Words

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_LARGEST_PER = 1_000_000_000
_MOST_DECIMALS = 6


class LetterSettings(Table):
    """[letter]: the frame round the body; `masthead` is the alternative text of its image."""

    masthead: PlainLines
    masthead_image: FileName | None = None
    date: datetime.date
    publication: datetime.date
    delivery: Plain
    salutation: Line
    heading: Line
    closing: Plain
    footer: Line
    panels_heading: Line | None = None
    accent: Colour


class DocumentSettings(Table):
    """[document]: what the file says of itself."""

    language: Language
    title: Line
    author: Plain
    subject: Line


class SignatorySettings(Table):
    """[signatory]: who signs, and the image of the signature."""

    name: Plain
    office: PlainLines
    signature: FileName
    alternative: Plain


class TypeSettings(Table):
    """[[types]]: a type of authority, the word for its body, and whether it is compared."""

    name: Plain
    body: Plain
    compared: bool


class AverageSettings(Table):
    """[averages]: how they are worked out."""

    method: Literal["pooled", "mean"]


class DecisionSettings(Table):
    """[[decisions]]: a kind of decision, and the edition's own counts that it adds to."""

    name: Plain
    counts_as: list[ColumnName] = Field(default_factory=list)


class StatisticSettings(Table):
    """[[statistics]]: one count over another, `per` times, at so many decimal places."""

    name: ColumnName
    numerator: Line
    denominator: Line
    per: Annotated[int, Field(ge=1, le=_LARGEST_PER)] = 100
    decimals: Annotated[int, Field(ge=0, le=_MOST_DECIMALS)] = 0
    england_decimals: Annotated[int, Field(ge=1, le=_MOST_DECIMALS)] | None = None


class PanelSettings(Table):
    """[[panels]]: what a panel says, with every variant; `scale` is the end of a bar."""

    statistic: Line | None = None
    heading: Line
    chart: Literal["ring", "bar", "none"] = "none"
    scale: Annotated[int, Field(ge=1, le=_LARGEST_PER)] | None = None
    sentence: Text
    comparison: Text | None = None
    count: Text | None = None
    small_print: Text | None = None
    nothing: Text | None = None
    nothing_average: Text | None = None
    note: Text | None = None
    chart_text: Line | None = None
    chart_nothing: Line | None = None
    key: PlainOrEmpty = ""


class CautionSettings(Table):
    """[caution]: what stands under the small print of a panel that rests on few cases."""

    below: Annotated[int, Field(ge=1, le=_LARGEST_PER)]
    text: Text


class BreakSettings(Table):
    """[[breaks]]: figures of the year `before` and later are not compared with earlier ones."""

    before: Annotated[int, Field(ge=2, le=9999)]
    note: Plain


class TableSettings(Table):
    """[tables]: how many years, the letter's own among them, the table of years shows.

    `service_areas` are the counts that the table of service areas shows, each with the heading of
    its column.
    """

    years: Annotated[int, Field(ge=2, le=6)] = 3
    years_caption: Line | None = None
    service_areas: Annotated[dict[ColumnName, Plain], Field(max_length=6)] = Field(
        default_factory=dict
    )
    service_areas_caption: Line | None = None


class EmbeddedSettings(Table):
    """[embedded]: the files that each letter carries, its figures and the cases behind them."""

    figures: bool = False
    decisions: bool = False


class SignOffSettings(Table):
    """[signoff]: the roles that sign the letters of a year off, each by another person."""

    roles: Annotated[list[Plain], Field(min_length=1, max_length=20)]


class ReissueSettings(Table):
    """[reissue]: what stands above the salutation of a letter that replaces an earlier one."""

    text: Text


class ComparisonSettings(Table):
    """[comparison]: the statistics that are tested against the rest of a type, and what is said."""

    statistics: Annotated[list[Line], Field(min_length=1)]
    too_few: Plain
    chance: Plain
    higher: Plain
    lower: Plain

    def sentence(self, chance: Chance) -> str:
        """What is said of an authority's rate."""
        sentence: str = getattr(self, chance.value)
        return sentence


class SiteSettings(Table):
    """[site]: what the public pages are called, and the licence and contact of their data."""

    title: Plain = "Your council's performance"
    licence: Address | None = None
    contact: Address | None = None


class ReviewSettings(Table):
    """[review]: what the public pages call a year's Review, and the sentences at its head."""

    title: Plain = "Review of Local Government Complaints"
    sentences: list[Text] = Field(default_factory=list)


class ReleaseSettings(Table):
    """[release]: from when on the public pages may be released, else from the publication day."""

    at: LocalTime | None = None
    zone: Zone = "Europe/London"

    def time_zone(self) -> ZoneInfo:
        """The zone; raises UsageError where this computer does not know it."""
        from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # letters do without

        try:
            return ZoneInfo(self.zone)
        except ZoneInfoNotFoundError as error:
            raise UsageError(
                f"This computer does not know the time zone {self.zone}; install the Python "
                "package tzdata."
            ) from error


def _the_letter() -> list[AttachedFile]:
    return ["letter"]


class DispatchSettings(Table):
    """[dispatch]: from which day on letters may be sent, and what goes with the e-mail."""

    not_before: datetime.date | None = None
    attach: Attached = Field(default_factory=_the_letter)


class Settings(Table):
    """The whole of edition.toml."""

    year: Annotated[int, Field(ge=2, le=9999)]
    year_starts: YearStart = "04-01"
    jurisdiction: Plain = "England"
    since: datetime.date = datetime.date(1974, 4, 1)  # the Local Government Act 1974, Part III
    reference_pattern: Pattern | None = None
    service_areas: list[Plain] = Field(default_factory=list)
    remedy_on: Line = "upheld"
    compliance_on: Line = "upheld"
    letter: LetterSettings
    document: DocumentSettings
    words: Words = ENGLISH
    sheets: SheetWords = ENGLISH_SHEETS
    signatory: SignatorySettings
    links: dict[LinkName, Address] = Field(default_factory=dict)
    averages: AverageSettings
    caution: CautionSettings | None = None
    breaks: list[BreakSettings] = Field(default_factory=list)
    tables: TableSettings = Field(default_factory=TableSettings)
    embedded: EmbeddedSettings = EmbeddedSettings()
    signoff: SignOffSettings | None = None
    reissue: ReissueSettings | None = None
    comparison: ComparisonSettings | None = None
    site: SiteSettings = Field(default_factory=SiteSettings)
    review: ReviewSettings = Field(default_factory=ReviewSettings)
    release: ReleaseSettings = ReleaseSettings()
    dispatch: DispatchSettings = Field(default_factory=DispatchSettings)
    types: Annotated[list[TypeSettings], Field(min_length=1)]
    decisions: Annotated[list[DecisionSettings], Field(min_length=1)]
    nouns: dict[str, Annotated[list[Plain], Field(min_length=2, max_length=2)]]
    statistics: list[StatisticSettings] = Field(default_factory=list)
    panels: Annotated[list[PanelSettings], Field(min_length=1, max_length=6)]

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles in which the letters have to be signed off; empty where nobody asks for it."""
        return () if self.signoff is None else tuple(self.signoff.roles)

    def breaks_between(self, then: ReportingYear, now: ReportingYear) -> tuple[str, ...]:
        """What has changed, from one year to a later one, in how figures are made."""
        return tuple(
            break_.note for break_ in self.breaks if then.ending < break_.before <= now.ending
        )


def read_settings(
    raw: Mapping[str, Any], lines: SettingLines
) -> tuple[Settings | None, list[Problem]]:
    """The settings in the tables of edition.toml, or None and what is wrong with them."""
    if isinstance(panels := raw.get("panels"), dict):
        return None, [lines.problem(("panels", *list(panels)[:1]), _VERSION_0_1)]
    return validate(Settings, raw, lines)


_VERSION_0_1 = (
    "is how version 0.1 wrote a panel; write each one as [[panels]], the figure that it shows as "
    "[[statistics]], and what is counted as [[decisions]], as the edition that comes with this "
    "version does."
)
