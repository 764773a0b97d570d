"""Which letters stand whole in a proof: one of every shape, and a sample that a seed decides."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from lgo_letters.figures.compare import AuthorityFigures, YearFigures
from lgo_letters.letter.letter import Letter, Panel
from lgo_letters.pdf.proof import ShownLetter
from lgo_letters.run.inputs import Inputs
from lgo_letters.run.trial import layout


def shown_letters(
    inputs: Inputs, figures: YearFigures, letters: Sequence[Letter], sample: int, seed: int
) -> Sequence[ShownLetter]:
    """The letters that a proof shows, each with why it is there.

    Of each shape it is the letter with the longest name, which has the least room; the most
    frequent shape comes first. Then one that goes to another body's address, where there is any,
    and a sample of the others, which depends on the seed and on their names alone.
    """
    of_shape: dict[object, list[int]] = {}
    for index, letter in enumerate(letters):
        of_shape.setdefault(_shape(letter), []).append(index)
    why: dict[int, str] = {}
    for indices in sorted(of_shape.values(), key=len, reverse=True):
        index = max(indices, key=lambda index: len(letters[index].authority))
        shape = _description(letters[index], figures.authorities[index], inputs)
        why[index] = f"{shape} ({len(indices):,} in all)"
    for index, letter in enumerate(letters):
        if letter.address[-1] != letter.authority and index not in why:
            why[index] = f"to the address of {letter.address[-1]}"
            break
    left = [index for index in range(len(letters)) if index not in why]
    drawn = sorted(left, key=lambda index: _lot(seed, letters[index].authority))[:sample]
    why |= dict.fromkeys(sorted(drawn), f"drawn from the others by seed {seed}")
    return [ShownLetter(letters[index], reason) for index, reason in why.items()]


def _lot(seed: int, authority: str) -> bytes:
    """What decides who is drawn; unlike Python's own sample, the same in every version of it."""
    return hashlib.sha256(f"{seed} {authority}".encode()).digest()


def _shape(letter: Letter) -> object:
    """What the letter is made of: letters of one shape differ in words and figures alone."""
    return layout(letter), tuple(map(_panel_shape, letter.panels))


def _panel_shape(panel: Panel) -> object:
    texts = panel.comparison, panel.count, panel.small_print, panel.caution
    is_empty = panel.chart is not None and panel.chart.share is None
    shown = tuple(text is None for text in texts)
    return is_empty, shown, tuple(type(block) for block in panel.note)


def _description(letter: Letter, figures: AuthorityFigures, inputs: Inputs) -> str:
    """The shape in words."""
    edition = inputs.validated_edition()
    panels = enumerate(zip(edition.panels, letter.panels, strict=True), start=1)
    empty, cautious = [], []
    for number, (wording, panel) in panels:
        if wording.statistic is not None and wording.statistic.rate(figures.counts) is None:
            empty.append(number)
        if panel.caution is not None:
            cautious.append(number)
    said = [f"nothing in {_panels(empty)}" if empty else "every panel full"]
    if cautious:
        said.append(f"a caution in {_panels(cautious)}")
    if not edition.type_settings(figures.authority.type).compared:
        said.append("not compared")
    if figures.authority.name in inputs.own_paragraphs:
        said.append("paragraphs of its own")
    return ", ".join(said)


def _panels(numbers: Sequence[int]) -> str:
    *others, last = map(str, numbers)
    return f"panels {', '.join(others)} and {last}" if others else f"panel {last}"
