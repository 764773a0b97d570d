"""What the public pages say of each authority's rates, set against the rest of its type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lgo_letters.edition.edition import Edition
from lgo_letters.edition.text.blocks import Block, Heading, Table
from lgo_letters.figures.chance import Chance, chances
from lgo_letters.figures.compare import YearFigures
from lgo_letters.figures.definitions import Statistic
from lgo_letters.names import capitalised

from .words import listed, said


def chance_content(figures: YearFigures, edition: Edition) -> Iterator[Block]:
    """The sentences, of whom each is said, and the counts of those said to be higher or lower."""
    if (comparison := edition.settings.comparison) is None:
        return
    yield said(
        "They set these rates against the rest of the authority's type, by an exact test "
        "(hypergeometric, 0.1% on each side), and one of these sentences stands under each:"
    )
    yield listed([f"{chance.label}: {comparison.sentence(chance)}" for chance in Chance])
    found = chances(figures)
    for statistic in figures.definitions.statistics:
        if (of_authorities := found.get(statistic.name)) is not None:
            yield Heading(edition.statistic_name(statistic.name), 3)
            yield listed([*_by_type(of_authorities, figures)])
            yield from _outside(statistic, of_authorities, figures, edition)


def _by_type(found: Mapping[str, Chance], figures: YearFigures) -> Iterator[str]:
    """Of whom what is said; of those that are inside, only the fewer are named in each type."""
    for group in figures.types:
        together: dict[Chance, list[str]] = {chance: [] for chance in Chance}
        for one in figures.authorities:
            if one.authority.type == group.name:
                together[found[one.authority.name]].append(one.authority.name)
        rest = max((Chance.CHANCE, Chance.TOO_FEW), key=lambda chance: len(together[chance]))
        parts = [
            f"{chance.label} ({len(names):,}): {'; '.join(names)}."
            for chance, names in together.items()
            if names and chance is not rest
        ]
        if number := len(together[rest]):
            parts.append(f"All{' others' if parts else ''} ({number:,}): {rest.label.lower()}.")
        if parts:
            yield " ".join([f"{group.name}.", *parts])


def _outside(
    statistic: Statistic, found: Mapping[str, Chance], figures: YearFigures, edition: Edition
) -> Sequence[Table]:
    """The counts of those that are higher or lower; no table where nobody is."""
    noun = figures.definitions.noun
    rows = [
        (
            one.authority.name,
            found[one.authority.name].label,
            f"{one.counts[statistic.denominator]:,}",
            f"{one.counts[statistic.numerator]:,}",
            statistic.shown(statistic.rate(one.counts)),
            statistic.shown(one.averages[statistic.name]),
        )
        for one in figures.authorities
        if found.get(one.authority.name) in (Chance.HIGHER, Chance.LOWER)
    ]
    counts = (noun(statistic.denominator, 2), noun(statistic.numerator, 2))
    headings = ("Authority", "Said", *map(capitalised, counts), "Rate", "Average")
    caption = f"Higher or lower ({len(rows):,}): {edition.statistic_name(statistic.name)}"
    return [Table(caption, headings, tuple(rows))] if rows else []
