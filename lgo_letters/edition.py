"""An edition: a year's wording, dates and choices, read from its folder and checked.

    edition.toml     everything but the body
    letter.md        the body of the letter
    signature.png    or the name that edition.toml gives
    own/NAME.md      paragraphs of one authority, named after it

The code knows no year's wording: what a letter says stands in these files.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from .blocks import Picture
from .choices import SETTINGS, Choices, EditionFolder
from .errors import EditionError, Problem
from .markdown import Source
from .names import file_stem, key, nearest
from .settings import Figure, Settings, TypeSettings, dotted
from .statistics import Statistic
from .wording import PlainWording, SentenceWording, Wording
from .year import ReportingYear

BODY = "letter.md"
OWN = "own"

_MOST_PIXELS = 20_000_000
_LONGEST_SIDE = 10_000  # pixels; each row of a picture takes memory of its own
_MOST_OWN_PARAGRAPHS = 2000  # files; there are some 400 authorities
_NOT_THE_OFFICERS = {"thumbs.db", "desktop.ini"}  # put into every folder by Windows

# The placeholders of every text; the panels and the body have more.
COMMON_PLACEHOLDERS = frozenset(
    {
        "authority",
        "body",
        "compared",
        "date",
        "links",
        "publication",
        "role",
        "salutation",
        "type",
        "year",
        "year_end",
        "year_start",
    }
)


@dataclass(frozen=True, slots=True)
class PanelWording:
    """What one panel says, with every variant; `count` and `based_on` name fields of Counts."""

    heading: str
    sentence: SentenceWording
    comparison: SentenceWording
    count: Figure | None
    small_print: SentenceWording
    based_on: Figure
    nothing: SentenceWording
    nothing_average: SentenceWording
    note: Wording | None
    chart: PlainWording
    chart_nothing: PlainWording


@dataclass(frozen=True, slots=True)
class OwnParagraphs:
    """A file of paragraphs for one authority; `name` is the file's name without its ending."""

    file: str
    name: str
    wording: Wording


@dataclass(frozen=True, slots=True)
class Edition(Choices):
    """A year's wording, dates and choices, all of them checked.

    `names` are those of its files, `sha256` that of their names and contents, `texts` the lines of
    its text files that go into letters, comments left empty.
    """

    files: int
    names: tuple[str, ...]
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
    panels: Mapping[Statistic, PanelWording]
    own_paragraphs: tuple[OwnParagraphs, ...]

    def type_settings(self, name: str) -> TypeSettings:
        """The edition's word for the body of a type, and whether the type is compared."""
        return next(each for each in self.settings.types if each.name == name)

    def noun(self, figure: Figure, number: int) -> str:
        """What a figure counts: "upheld decision" for 1, else "upheld decisions"."""
        one, many = self.settings.nouns[figure]
        return one if number == 1 else many


def read_edition(folder: Path, year: int) -> Edition:
    """Reads and checks the edition of a reporting year.

    Raises UsageError where the folder is none, EditionError with every problem in its files.
    """
    reader = _Reader(folder)
    settings = reader.settings()
    if not reader.is_toml:
        raise EditionError(reader.problems)
    own = reader.own_paragraphs()
    body = reader.body(own_paragraphs_needed=bool(own))
    if settings is None:
        raise EditionError(reader.problems)
    reader.check(settings, year)
    edition = Edition(
        year=ReportingYear(year),
        settings=settings,
        body=body,
        title=reader.plain(settings, "document", "title"),
        subject=reader.plain(settings, "document", "subject"),
        heading=reader.plain(settings, "letter", "heading"),
        salutation=reader.plain(settings, "letter", "salutation"),
        footer=reader.plain(settings, "letter", "footer"),
        masthead=reader.masthead(settings),
        signature=reader.picture(
            settings.signatory.signature,
            settings.signatory.alternative,
            ("signatory", "signature"),
        ),
        panels={each: reader.panel(settings, each) for each in Statistic},
        own_paragraphs=own,
        files=len(reader.contents),
        names=tuple(reader.contents),
        sha256=reader.digest(),
        texts=reader.texts,
    )
    if reader.problems:
        raise EditionError(sorted(reader.problems, key=_by_place))
    return edition


def _by_place(problem: Problem) -> tuple[bool, str, int]:
    return problem.file != SETTINGS, problem.file, problem.line or 0


def fit_own_paragraphs(
    own_paragraphs: Sequence[OwnParagraphs], authorities: Sequence[str]
) -> tuple[dict[str, OwnParagraphs], list[Problem]]:
    """Own paragraphs by the authority's name, and the files that fit none or a taken one.

    A file fits by the authority's name or by the name that its letter's file has.
    """
    names = {key(name): name for name in authorities} | {file_stem(n): n for n in authorities}
    fitting: dict[str, OwnParagraphs] = {}
    problems: list[Problem] = []
    for own in own_paragraphs:
        name = names.get(key(own.name))
        if name is None:
            near = nearest(own.name, authorities)
            hint = f'; rename it, perhaps to "{near[0]}.md"' if near else ""
            problems.append(Problem(own.file, None, f"fits no authority{hint}."))
        elif name in fitting:
            message = f"fits {name}, as {fitting[name].file} does; make them one file."
            problems.append(Problem(own.file, None, message))
        else:
            fitting[name] = own
    return fitting, problems


AnyWording = TypeVar("AnyWording", PlainWording, Wording, SentenceWording)


class _Reader(EditionFolder):
    """Reads the pieces of an edition and gathers what is wrong with them.

    For a piece that is wrong it returns a stand-in, so that the others are read too; an edition
    with a stand-in in it is never returned, because its problem is.
    """

    def body(self, own_paragraphs_needed: bool) -> Wording:
        needed = {"own_paragraphs"} if own_paragraphs_needed else set()
        text = self.text(BODY)
        if text is not None and not text.strip():
            self.problems.append(Problem(BODY, 1, "the file is empty; write the letter in it."))
        return self._wording(
            Wording, text or "", Source(BODY), {"own_paragraphs"}, set() if text is None else needed
        )

    def plain(self, settings: Settings, table: str, name: str) -> PlainWording:
        text = getattr(getattr(settings, table), name)
        return self._wording(PlainWording, text, self._source((table, name)))

    def panel(self, settings: Settings, statistic: Statistic) -> PanelWording:
        panel = getattr(settings.panels, statistic)

        def wording(
            kind: type[AnyWording], name: str, known: Set[str] = frozenset(), needed: bool = True
        ) -> AnyWording:
            source = self._source(("panels", statistic.value, name))
            text = getattr(panel, name)
            return self._wording(kind, text, source, known, known if needed else set())

        return PanelWording(
            heading=panel.heading,
            sentence=wording(SentenceWording, "sentence", {"rate"}),
            comparison=wording(SentenceWording, "comparison", {"average"}),
            count=panel.count,
            small_print=wording(SentenceWording, "small_print", {"based_on"}),
            based_on=panel.based_on,
            nothing=wording(SentenceWording, "nothing"),
            nothing_average=wording(SentenceWording, "nothing_average", {"average"}),
            note=None if panel.note is None else wording(Wording, "note"),
            chart=wording(PlainWording, "chart", {"rate", "average"}, needed=False),
            chart_nothing=wording(PlainWording, "chart_nothing"),
        )

    def own_paragraphs(self) -> tuple[OwnParagraphs, ...]:
        names = sorted(each.name for each in self.folder.iterdir() if each.name.lower() == OWN)
        folder = self.folder / (names or [OWN])[0]
        if folder.exists() and not folder.is_dir():
            message = "is no folder; make it one, with a file for each authority."
            self.problems.append(Problem(OWN, None, message))
        files = [
            file
            for file in sorted(folder.iterdir() if folder.is_dir() else [])
            if not file.name.startswith(".") and file.name.lower() not in _NOT_THE_OFFICERS
        ]
        if len(files) > _MOST_OWN_PARAGRAPHS:
            message = f"holds more than {_MOST_OWN_PARAGRAPHS:,} files; keep one for an authority."
            self.problems.append(Problem(OWN, None, message))
            return ()
        return tuple(own for file in files if (own := self._own_paragraphs(file)) is not None)

    def _own_paragraphs(self, file: Path) -> OwnParagraphs | None:
        name = f"{file.parent.name}/{file.name}"
        if file.suffix.lower() != ".md":
            self.problems.append(Problem(name, None, "is no .md file; rename or move it."))
            return None
        text = self.text(name)
        if text is None:
            return None
        if not text.strip():
            self.problems.append(Problem(name, 1, "the file is empty; write in it or delete it."))
        return OwnParagraphs(name, file.stem, self._wording(Wording, text, Source(name)))

    def masthead(self, settings: Settings) -> tuple[str, ...] | Picture:
        letter = settings.letter
        if letter.masthead_image is None:
            return tuple(letter.masthead)
        path = ("letter", "masthead_image")
        return self.picture(letter.masthead_image, " ".join(letter.masthead), path)

    def picture(self, name: str, alternative: str, path: Sequence[str]) -> Picture:
        content = self.content(name, path)
        stand_in = Picture(b"", 1, 1, alternative)
        if content is None:
            return stand_in
        try:
            width, height = _size_of_png(content)
        except ValueError as error:
            self.setting_problem(path, f"{error}.", name)
            return stand_in
        return Picture(content, width, height, alternative)

    def _wording(
        self,
        kind: type[AnyWording],
        text: str,
        source: Source,
        more: Set[str] = frozenset(),
        needed: Set[str] = frozenset(),
    ) -> AnyWording:
        known: dict[str, Any] = dict.fromkeys(COMMON_PLACEHOLDERS | more, "")
        known["links"] = self.links
        try:
            return kind(text, source, known, needed)
        except EditionError as error:
            self.problems += error.problems
            return kind("stand-in", source, known)

    def _source(self, path: Sequence[str]) -> Source:
        return Source(SETTINGS, dotted(path), self.lines.lines(path))


def _size_of_png(content: bytes) -> tuple[int, int]:
    """Width and height in pixels of a whole and readable PNG; ValueError for anything else."""
    from PIL import Image
    from PIL.PngImagePlugin import PngImageFile  # Image.open would load the other formats too

    try:
        with PngImageFile(io.BytesIO(content)) as image:
            width, height = image.size
            if width * height > _MOST_PIXELS or max(width, height) > _LONGEST_SIDE:
                raise Image.DecompressionBombError
            image.load()
            return width, height
    except Image.DecompressionBombError as error:
        most = f"{_MOST_PIXELS // 1_000_000} million pixels, or than {_LONGEST_SIDE:,} on a side"
        raise ValueError(f"has more than {most}; make it smaller") from error
    except (OSError, SyntaxError, ValueError) as error:
        raise ValueError("is no PNG image that can be read; save it as PNG again") from error
