"""What of an edition the figures depend on: its year, its types, how averages are drawn.

It stands in edition.toml, so that figures need none of the wording.
"""

from __future__ import annotations

import hashlib
import re
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lgo_letters.errors import EditionError, Problem, UsageError
from lgo_letters.figures.statistics import AverageMethod, Statistic
from lgo_letters.names import invisible, key
from lgo_letters.year import ReportingYear

from .settings import SettingLines, Settings, read_settings

SETTINGS = "edition.toml"

# An edition may come from anybody. Its files are read in seconds whatever stands in them: a text of
# this size is ten letters of 2020, a picture a signature scanned far finer than it is printed.
_LARGEST_TEXT = 50_000  # bytes
_LARGEST_PICTURE = 5_000_000  # bytes


@dataclass(frozen=True, slots=True)
class Choices:
    """The settings of a reporting year's edition, checked."""

    year: ReportingYear
    settings: Settings

    @property
    def types(self) -> list[str]:
        """Every type that an authority may have."""
        return [each.name for each in self.settings.types]

    @property
    def compared_types(self) -> list[str]:
        """The types whose averages stand in their letters, in the edition's order."""
        return [each.name for each in self.settings.types if each.compared]

    @property
    def average_method(self) -> AverageMethod:
        """How averages are drawn."""
        return AverageMethod(self.settings.averages.method)


def read_choices(folder: Path, year: int) -> Choices:
    """Reads and checks the settings of the edition of a reporting year, and no wording.

    Raises UsageError where the folder is none, EditionError with every problem in the settings.
    """
    reader = EditionFolder(folder)
    settings = reader.settings()
    if settings is not None:
        reader.check(settings, year)
    if settings is None or reader.problems:
        raise EditionError(reader.problems)
    return Choices(ReportingYear(year), settings)


class EditionFolder:
    """The files of an edition's folder as they are read, and what is wrong with them."""

    def __init__(self, folder: Path) -> None:
        """Raises UsageError where the folder is none."""
        if not folder.is_dir():
            raise UsageError(f"{folder} is no folder; give the folder of an edition.")
        self.folder = folder
        self.lines = SettingLines(SETTINGS, "")
        self.links: Mapping[str, str] = {}
        self.contents: dict[str, bytes] = {}
        self.texts: dict[str, Sequence[str]] = {}
        self.problems: list[Problem] = []

    @property
    def is_toml(self) -> bool:
        """Whether the settings could be read, so that the other files can be checked by them."""
        return bool(self.lines.raw)

    def digest(self) -> str:
        """SHA-256 of the names and contents of all files read."""
        digest = hashlib.sha256()
        for name, content in sorted(self.contents.items()):
            digest.update(f"{name}\0{len(content)}\0".encode("utf-8", "surrogatepass") + content)
        return digest.hexdigest()

    def settings(self) -> Settings | None:
        """What edition.toml holds; None where it has problems."""
        text = self.text(SETTINGS)
        if text is None:
            return None
        settings, self.lines, problems = read_settings(SETTINGS, text)
        self.problems += problems
        links = self.lines.raw.get("links")
        self.links = links if isinstance(links, dict) else {}
        return settings

    def check(self, settings: Settings, year: int) -> None:
        """What one setting alone cannot tell."""
        if settings.year != year:
            self.setting_problem(
                ("year",),
                f"is not the reporting year asked for, {year}; give that year's edition.",
                str(settings.year),
            )
        first: dict[str, int] = {}
        for place, type_ in enumerate(settings.types):
            if first.setdefault(key(type_.name), place) != place:
                path = ("types", place, "name")
                self.setting_problem(path, "stands twice; delete one of the types.", type_.name)
        for statistic in Statistic:
            panel = getattr(settings.panels, statistic)
            for setting in ("count", "based_on"):
                figure = getattr(panel, setting)
                if figure is not None and figure not in settings.nouns:
                    message = "has no entry in [nouns]; add its singular and plural there."
                    self.setting_problem(("panels", statistic.value, setting), message, figure)

    def setting_problem(
        self, path: Sequence[str | int], message: str, value: str | None = None
    ) -> None:
        """Adds a problem of a setting."""
        self.problems.append(self.lines.problem(path, message, value))

    def text(self, name: str) -> str | None:
        """A text file of the folder; None where it cannot be read, a problem."""
        content = self.content(name)
        if content is None:
            return None
        try:
            text = content.decode("utf-8-sig")
            self.texts[name] = _without_comments(name, text).splitlines()
            self._refuse_invisible(name, text)
            return text
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            self.problems.append(Problem(name, line, "is not UTF-8 text; save it as UTF-8."))
            return None

    def _refuse_invisible(self, name: str, text: str) -> None:
        """A character that nobody sees may turn round what is read, or end up in a name."""
        for number, line in enumerate(text.split("\n") if invisible(text) else (), start=1):
            if (character := invisible(line)) is not None:
                message = f"holds {character}, which nobody can see; delete it."
                self.problems.append(Problem(name, number, message, value=line.strip()))

    def content(self, name: str, path: Sequence[str] | None = None) -> bytes | None:
        """A file's bytes; where it cannot be read, that is a problem of the setting naming it."""
        largest = _LARGEST_TEXT if path is None else _LARGEST_PICTURE
        file = self.folder / name
        try:
            status = file.stat()
            if not stat.S_ISREG(status.st_mode):  # a pipe would be waited for, a device never ends
                message = "cannot be read (it is no file); put a readable file there."
            elif not file.resolve().is_relative_to(self.folder.resolve()):
                message = "leads out of the edition's folder; put the file itself there."
            elif status.st_size > largest:
                message = f"is larger than {largest:,} bytes; make it smaller."
            else:
                self.contents[name] = file.read_bytes()
                return self.contents[name]
        except FileNotFoundError:
            message = "is missing from the edition's folder; put the file there."
        except OSError as error:
            message = f"cannot be read ({error.strerror}); put a readable file there."
        if path is None:
            self.problems.append(Problem(name, None, message))
        else:
            self.setting_problem(path, message, name)
        return None


def _without_comments(name: str, text: str) -> str:
    if name == SETTINGS:
        return re.sub(r"(?m)^[ \t]*#.*$", "", text)
    return re.sub(r"(?s)\{#.*?(?:#\}|\Z)", lambda found: "\n" * found[0].count("\n"), text)
