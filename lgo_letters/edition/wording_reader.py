"""An edition's texts and pictures → the Edition, and what is wrong in them, as problems."""

from __future__ import annotations

import io
from collections.abc import Mapping, Set
from pathlib import PurePosixPath
from typing import TypeVar

from lgo_letters.errors import EditionError, Problem
from lgo_letters.figures.definitions import Definitions, Statistic
from lgo_letters.toml_lines import Path as SettingPath
from lgo_letters.toml_lines import SettingLines, dotted
from lgo_letters.year import ReportingYear

from .edition import (
    CautionWording,
    ChartWording,
    Edition,
    EmailWording,
    OwnParagraphs,
    PanelWording,
)
from .folder import (
    BODY,
    EMAIL,
    EMAIL_LATE,
    LARGEST_PICTURE,
    SETTINGS,
    EditionFolder,
    UnreadableError,
)
from .settings import CautionSettings, PanelSettings, ReissueSettings, Settings
from .text.blocks import TABLES, Picture
from .text.functions import Signature
from .text.markdown import Source
from .text.placeholders import Values
from .text.wording import PlainWording, SentenceWording, Wording

_MOST_PIXELS = 20_000_000
_LONGEST_SIDE = 10_000  # pixels; each row of a picture takes memory of its own
_TOO_MANY_PIXELS = (
    f"has more than {_MOST_PIXELS // 1_000_000} million pixels, or more than {_LONGEST_SIDE:,} on "
    "a side; make it smaller."
)

PLACEHOLDERS = frozenset(
    ["authority", "body", "compared", "date", "links", "publication", "role", "salutation",
     "type", "year", "year_end", "year_label", "year_start"]
)  # fmt: skip
"""The placeholders of every text; those of panels and of the body have more."""

OF_ONE_AUTHORITY = frozenset(
    ["authority", "average_of", "body", "compared", "role", "salutation", "type"]
)
"""The placeholders and functions that a text about all authorities together does not have."""


AnyWording = TypeVar("AnyWording", PlainWording, Wording, SentenceWording)


class WordingReader:
    """Reads an edition's texts and pictures, and gathers in `folder.problems` what is wrong.

    A stand-in replaces what is wrong, so that the rest is read too.
    """

    def __init__(
        self,
        folder: EditionFolder,
        lines: SettingLines,
        links: Mapping[str, str],
        functions: Mapping[str, Signature],
    ) -> None:
        """`lines` are those of edition.toml; texts may use its links and call the functions."""
        self._folder, self._lines = folder, lines
        self._known = {**dict.fromkeys(PLACEHOLDERS, ""), "links": links, **functions}
        self._unmarked: list[tuple[int, Problem]] = []

    def edition(
        self, year: ReportingYear, settings: Settings | None, definitions: Definitions | None
    ) -> Edition | None:
        """The edition; None where its settings are not known, though its texts are read."""
        own_paragraphs = tuple(
            OwnParagraphs(
                name, PurePosixPath(name).stem, self._file(name, "write in it or delete it")
            )
            for name in self._folder.own_files()
        )
        known = {"own_paragraphs"}
        body = self._file(BODY, "write the letter in it", known, known if own_paragraphs else set())
        email, email_late = self._email(EMAIL), self._email(EMAIL_LATE)
        if settings is None or definitions is None:
            return None
        letter, document, signatory = settings.letter, settings.document, settings.signatory
        masthead: tuple[str, ...] | Picture = tuple(letter.masthead)
        if letter.masthead_image is not None:
            words = " ".join(letter.masthead)
            masthead = self._picture(letter.masthead_image, words, ("letter", "masthead_image"))
        panels_heading = None
        if letter.panels_heading is not None:
            panels_heading = self._plain(letter.panels_heading, ("letter", "panels_heading"))
        caution = None if settings.caution is None else self._caution(settings.caution)
        statistics = {statistic.name: statistic for statistic in definitions.statistics}
        return Edition(
            year=year,
            settings=settings,
            definitions=definitions,
            body=body,
            title=self._plain(document.title, ("document", "title")),
            subject=self._plain(document.subject, ("document", "subject")),
            heading=self._plain(letter.heading, ("letter", "heading")),
            salutation=self._plain(letter.salutation, ("letter", "salutation")),
            footer=self._plain(letter.footer, ("letter", "footer")),
            masthead=masthead,
            signature=self._picture(
                signatory.signature, signatory.alternative, ("signatory", "signature")
            ),
            reissue=None if settings.reissue is None else self._reissue(settings.reissue),
            email=email,
            email_late=email_late,
            panels_heading=panels_heading,
            panels=tuple(
                self._panel(
                    panel, statistics.get(panel.statistic or ""), caution, ("panels", index)
                )
                for index, panel in enumerate(settings.panels)
            ),
            own_paragraphs=own_paragraphs,
            review=tuple(
                self._of_all(text, ("review", "sentences", index))
                for index, text in enumerate(settings.review.sentences)
            ),
            captions={
                name: self._plain(caption, ("tables", f"{name}_caption"))
                for name in TABLES
                if (caption := getattr(settings.tables, f"{name}_caption")) is not None
            },
            unmarked=tuple(self._unmarked),
            files=self._folder.digests(),
            sha256=self._folder.digest(),
            texts=self._folder.texts,
        )

    def _file(
        self,
        name: str,
        where_empty: str,
        known: Set[str] = frozenset(),
        needed: Set[str] = frozenset(),
    ) -> Wording:
        text = self._folder.text(name)
        if text is not None and not text.strip():
            self._folder.problems.append(Problem(name, 1, f"the file is empty; {where_empty}."))
        needed = needed if text else frozenset()
        return self._wording(Wording, text or "", Source(name), known, needed)

    def _email(self, name: str) -> EmailWording | None:
        """The wording of an e-mail: its first line is the subject, which names the authority."""
        if not self._folder.has(name) or (content := self._folder.text(name)) is None:
            return None
        subject, _, text = content.partition("\n")
        lines = tuple(range(2, content.count("\n") + 2))
        for number, part, what in ((1, subject, "subject"), (2, text, "text")):
            if not part.strip():
                message = f"the {what} of the e-mail is missing here; write it."
                self._folder.problems.append(Problem(name, number, message))
                return None
        needed = {"authority"}
        return EmailWording(
            self._wording(PlainWording, subject.strip(), Source(name), {"reissued"}, needed),
            self._wording(PlainWording, text, Source(name, None, lines), {"reissued"}),
        )

    def _panel(
        self,
        panel: PanelSettings,
        statistic: Statistic | None,
        caution: CautionWording | None,
        path: SettingPath,
    ) -> PanelWording:
        # A chart without a statistic is one problem already.
        has_figures = panel.statistic is not None or panel.chart != "none"
        rate, average = ({"rate"}, {"average"}) if has_figures else (set(), set())
        both = rate | average
        needed = both if panel.statistic is not None else set()

        def optional(
            kind: type[AnyWording], name: str, known: Set[str], needed: Set[str] = frozenset()
        ) -> AnyWording | None:
            text, source = getattr(panel, name), self._source((*path, name))
            return None if text is None else self._wording(kind, text, source, known, needed)

        source = self._source((*path, "sentence"))
        sentence = self._wording(SentenceWording, panel.sentence, source, both, needed & rate)
        return PanelWording(
            statistic=statistic,
            heading=self._plain(panel.heading, (*path, "heading")),
            chart=self._chart(panel, path),
            sentence=sentence,
            comparison=optional(SentenceWording, "comparison", both, needed & average),
            count=optional(SentenceWording, "count", both),
            small_print=optional(SentenceWording, "small_print", both),
            nothing=optional(SentenceWording, "nothing", average) or sentence,
            nothing_average=optional(SentenceWording, "nothing_average", average, needed & average),
            caution=None if statistic is None else caution,
            note=optional(Wording, "note", both),
        )

    def _caution(self, caution: CautionSettings) -> CautionWording:
        source = self._source(("caution", "text"))
        text = self._wording(SentenceWording, caution.text, source, {"rate", "average"})
        return CautionWording(caution.below, text)

    def _reissue(self, reissue: ReissueSettings) -> SentenceWording:
        source, known = self._source(("reissue", "text")), {"reissued"}
        return self._wording(SentenceWording, reissue.text, source, known, known)

    def _of_all(self, text: str, path: SettingPath) -> SentenceWording:
        """A sentence about all authorities together."""
        known = {name: x for name, x in self._known.items() if name not in OF_ONE_AUTHORITY}
        return self._wording(SentenceWording, text, self._source(path), known=known)

    def _chart(self, panel: PanelSettings, path: SettingPath) -> ChartWording | None:
        if panel.chart == "none" or panel.chart_text is None or panel.chart_nothing is None:
            return None
        return ChartWording(
            kind=panel.chart,
            full=panel.scale if panel.chart == "bar" and panel.scale is not None else 100,
            text=self._plain(panel.chart_text, (*path, "chart_text"), {"rate", "average"}),
            nothing=self._plain(panel.chart_nothing, (*path, "chart_nothing"), {"average"}),
            key=panel.key,
            source=self._source((*path, "chart")),
        )

    def _plain(self, text: str, path: SettingPath, known: Set[str] = frozenset()) -> PlainWording:
        return self._wording(PlainWording, text, self._source(path), known)

    def _wording(
        self,
        kind: type[AnyWording],
        text: str,
        source: Source,
        more: Set[str] = frozenset(),
        needed: Set[str] = frozenset(),
        known: Values | None = None,
    ) -> AnyWording:
        known = {**(self._known if known is None else known), **dict.fromkeys(more, "")}
        try:
            wording = kind(text, source, known, needed)
        except EditionError as error:
            self._folder.problems += error.problems
            return kind("stand-in", source, known)
        self._unmarked += wording.unmarked
        return wording

    def _source(self, path: SettingPath) -> Source:
        return Source(SETTINGS, dotted(path), self._lines.lines(path))

    def _picture(self, name: str, alternative: str, path: SettingPath) -> Picture:
        try:
            content = self._folder.content(name, LARGEST_PICTURE)
            return Picture(content, *_size_of_png(content), alternative)
        except UnreadableError as error:
            self._folder.problems.append(self._lines.problem(path, str(error), name))
            return Picture(b"", 1, 1, alternative)


def _size_of_png(content: bytes) -> tuple[int, int]:
    """Width and height in pixels of a whole PNG; raises UnreadableError for anything else."""
    from PIL.PngImagePlugin import PngImageFile  # Image.open would load the other formats too

    try:
        with PngImageFile(io.BytesIO(content)) as image:
            width, height = image.size
            if width * height > _MOST_PIXELS or max(width, height) > _LONGEST_SIDE:
                raise UnreadableError(_TOO_MANY_PIXELS)
            image.load()
            return width, height
    except (OSError, SyntaxError, ValueError) as error:
        message = "is not a PNG image that can be read; save it as PNG again."
        raise UnreadableError(message) from error
