"""Checks between the settings of edition.toml, and the definitions that figures take from them."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from lgo_letters.errors import Problem
from lgo_letters.figures.definitions import (
    BUILT_IN_COUNTS,
    AverageMethod,
    Definitions,
    Statistic,
)
from lgo_letters.names import key
from lgo_letters.tables.kinds import DecisionKinds
from lgo_letters.toml_lines import Path, SettingLines

from .settings import PanelSettings, Settings
from .text.functions import unknown
from .words import LANGUAGE, SHEET_HEADINGS, SHEET_NAMES, missing_words

# Names that an edition may not give to its own counts; some are kept for later versions.
_RESERVED = {*BUILT_IN_COUNTS, "authority", "authorities", "type", "code"}


def definitions_of(settings: Settings) -> Definitions:
    """What the edition counts and compares."""
    month, day = map(int, settings.year_starts.split("-"))
    return Definitions(
        kinds=DecisionKinds(
            {kind.name: tuple(kind.counts_as) for kind in settings.decisions},
            settings.remedy_on,
            settings.compliance_on,
        ),
        statistics=tuple(Statistic(**statistic.model_dump()) for statistic in settings.statistics),
        compared_types=tuple(type_.name for type_ in settings.types if type_.compared),
        average_method=AverageMethod(settings.averages.method),
        year_begins=(month, day),
        jurisdiction=settings.jurisdiction,
        since=settings.since,
        nouns=settings.nouns,
        service_areas=tuple(settings.service_areas),
        tested=() if settings.comparison is None else tuple(settings.comparison.statistics),
    )


def check(
    settings: Settings, definitions: Definitions, year: int, lines: SettingLines
) -> Iterator[Problem]:
    """Every problem between settings, or with the reporting year that is asked for."""
    if settings.year != year:
        message = f"is not the reporting year asked for, {year}; give that year's edition."
        yield lines.problem(("year",), message, str(settings.year))
    yield from _words(settings, lines)
    yield from _given_twice(settings, lines)
    yield from _own_counts(settings, lines)
    for path, name, what, defined in _references(settings, definitions):
        if name not in defined and path[0] not in settings.model_fields_set:
            message = f'the setting is missing; name {what}, as the default, "{name}", is not one.'
            yield lines.problem(path, message)
        elif (wrong := unknown(name, what, defined)) is not None:
            yield lines.problem(path, wrong, name)
    statistics = {statistic.name: statistic for statistic in definitions.statistics}
    for index, panel in enumerate(settings.panels):
        for name, message in _panel(panel, statistics.get(panel.statistic or "")):
            yield lines.problem(("panels", index, name), message)
    not_before, publication = settings.dispatch.not_before, settings.letter.publication
    if not_before is not None and not_before >= publication:
        message = f"is not before the day of publication, {publication}; give an earlier day."
        yield lines.problem(("dispatch", "not_before"), message, str(not_before))
    for index, name in enumerate(definitions.tested):
        if name in statistics and not _can_be_tested(statistics[name], definitions):
            message = (
                "cannot be tested, as its numerator is not a part of its denominator, or is not "
                "of decisions; delete it here."
            )
            yield lines.problem(("comparison", "statistics", index), message, name)


def _can_be_tested(statistic: Statistic, definitions: Definitions) -> bool:
    """Whether it is a share of decisions, all of one year: not compliance, nor over residents.

    Of a count that is not known nothing is said; that is a problem already.
    """
    kinds = definitions.kinds
    if not {statistic.numerator, statistic.denominator} <= {*definitions.counts}:
        return True
    wholes = {"decisions": kinds.names, **{name: kinds.counting_as(name) for name in kinds.counts}}
    parts = {**wholes, "satisfactory_remedies": kinds.counting_as(kinds.remedy_on)}
    part, whole = parts.get(statistic.numerator), wholes.get(statistic.denominator)
    return part is not None and whole is not None and {*part} <= {*whole}


def _words(settings: Settings, lines: SettingLines) -> Iterator[Problem]:
    language, words = settings.document.language, settings.words
    tables = ("words", "sheets") if "sheets" in settings.model_fields_set else ("words",)
    missing = {table: missing_words(getattr(settings, table)) for table in tables}
    if language != LANGUAGE and any(missing.values()):
        for table in filter(missing.get, tables):
            message = f"needs words of its own; add to [{table}]: {missing[table]}."
            yield lines.problem(("document", "language"), message, language)
    elif words.decimal == words.thousands:
        message = "is the mark between thousands too; choose another for one of the two."
        yield lines.problem(("words", "decimal"), message, words.decimal)


def _given_twice(settings: Settings, lines: SettingLines) -> Iterator[Problem]:
    named: dict[str, list[tuple[Path, str]]] = {
        f"[[{table}]]": [
            ((table, index, "name"), entry.name)
            for index, entry in enumerate(getattr(settings, table))
        ]
        for table in ("types", "decisions", "statistics")
    }
    named["[[breaks]]"] = [
        (("breaks", index, "before"), str(one.before)) for index, one in enumerate(settings.breaks)
    ]
    for what, names in {"name": SHEET_NAMES, "heading": SHEET_HEADINGS}.items():
        named[f"[sheets] as a {what}"] = [
            (("sheets", name), getattr(settings.sheets, name)) for name in names
        ]
    named["[sheets] as a heading"] += [
        (("words", name), getattr(settings.words, name))
        for name in ("service_area", "statistic", "average")
    ]
    named["service_areas"] = [
        (("service_areas", index), area) for index, area in enumerate(settings.service_areas)
    ]
    if settings.comparison is not None:
        named["[comparison]"] = [
            (("comparison", "statistics", index), name)
            for index, name in enumerate(settings.comparison.statistics)
        ]
    if settings.signoff is not None:
        named["[signoff]"] = [
            (("signoff", "roles", index), role) for index, role in enumerate(settings.signoff.roles)
        ]
    for where, entries in named.items():
        known = set()
        for path, name in entries:
            if key(name) in known:
                message = f"is given twice in {where}; change or delete one of the two."
                yield lines.problem(path, message, name)
            known.add(key(name))


def _own_counts(settings: Settings, lines: SettingLines) -> Iterator[Problem]:
    names = [statistic.name for statistic in settings.statistics]
    taken = _RESERVED.union(*({f"{name}_rate", f"{name}_average"} for name in names))
    for index, kind in enumerate(settings.decisions):
        for position, count in enumerate(kind.counts_as):
            path = ("decisions", index, "counts_as", position)
            if count in taken:
                message = "is a name already taken by the tables of figures; choose another."
                yield lines.problem(path, message, count)
            elif count in kind.counts_as[:position]:
                yield lines.problem(path, "is listed twice here; delete one of the two.", count)


def _references(
    settings: Settings, definitions: Definitions
) -> Iterator[tuple[Path, str, str, Collection[str]]]:
    """Each setting that names others: its path, the name, what it names, the names there are."""
    counts = definitions.counts
    for name in ("remedy_on", "compliance_on"):
        own = definitions.kinds.counts
        yield (name,), getattr(settings, name), "a count in the [[decisions]]", own
    for noun in settings.nouns:
        yield ("nouns", noun), noun, "a count", counts
    for count in settings.tables.service_areas:
        yield ("tables", "service_areas", count), count, "a count", definitions.row_counts
    for index, statistic in enumerate(settings.statistics):
        yield ("statistics", index, "numerator"), statistic.numerator, "a count", counts
        yield ("statistics", index, "denominator"), statistic.denominator, "a count", counts
    statistics = [statistic.name for statistic in settings.statistics]
    for index, panel in enumerate(settings.panels):
        if panel.statistic is not None:
            yield ("panels", index, "statistic"), panel.statistic, "a statistic", statistics
    for index, name in enumerate(definitions.tested):
        yield ("comparison", "statistics", index), name, "a statistic", statistics


def _panel(panel: PanelSettings, statistic: Statistic | None) -> Iterator[tuple[str, str]]:
    """The panel's settings that are missing or contradict each other, and why."""
    if panel.statistic is not None and panel.nothing is None:
        yield "nothing", "is missing; write what the panel says where there is nothing to count."
    if panel.chart == "none":
        return
    if panel.statistic is None:
        message = 'a chart shows a statistic; name it in statistic = "…", or write chart = "none".'
        yield "chart", message
        return
    shown = {"chart_text": "what the chart shows", "chart_nothing": "that the chart is empty"}
    for name, what in shown.items():
        if getattr(panel, name) is None:
            yield name, f"is missing; say in words {what}."
    if statistic is None or statistic.per == 100:
        return
    if panel.chart == "ring":
        message = (
            f"a ring shows a percentage, and this statistic is per {statistic.per:,}; "
            'write chart = "bar" and its scale.'
        )
        yield "chart", message
    elif panel.scale is None:
        yield "scale", "is missing; give the number at which the bar is full."
