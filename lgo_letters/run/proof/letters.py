"""Which letters stand whole in a proof: one of every shape, and a sample that a seed decides."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from lgo_letters.errors import count_of
from lgo_letters.figures.compare import AuthorityFigures, YearFigures
from lgo_letters.letter.letter import Letter, Panel
from lgo_letters.pdf.proof import ShownLetter
from lgo_letters.run.inputs import Inputs
from lgo_letters.run.trial import layout

_ELSEWHERE, _CAUTION = "to another body's address", "with a caution"


def shown_letters(
    inputs: Inputs, figures: YearFigures, letters: Sequence[Letter], sample: int, seed: int
) -> Sequence[ShownLetter]:
    """The letters that a proof shows, each with why it is there.

    Of each shape it is the letter with the longest name, which has the least room; the most
    frequent shape comes first. Then one of whatever else has to be seen, and a sample of the
    others, which depends on the seed and on their names alone.
    """
    of_shape: dict[object, list[int]] = {}
    for index, letter in enumerate(letters):
        of_shape.setdefault(_shape(letter), []).append(index)
    why: dict[int, str] = {}
    for indices in sorted(of_shape.values(), key=len, reverse=True):
        index = max(indices, key=lambda index: len(letters[index].authority))
        others = count_of(len(indices) - 1, "other") if indices[1:] else "no other"
        shape = _description(figures.authorities[index], inputs)
        why[index] = "; ".join((f"{shape}, like {others}", *_extras(letters[index])))
    for extra in (_ELSEWHERE, _CAUTION):
        having = [index for index, letter in enumerate(letters) if extra in _extras(letter)]
        if having and why.keys().isdisjoint(having):
            why[having[0]] = extra
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
    """A panel in which there is nothing to count has other texts; a caution may be in any other."""
    texts = panel.comparison, panel.counted, panel.small_print
    is_empty = panel.chart is not None and panel.chart.share is None
    shown = tuple(text is None for text in texts)
    return is_empty, shown, tuple(type(block) for block in panel.note)


def _description(figures: AuthorityFigures, inputs: Inputs) -> str:
    """The shape of an authority's letter in words."""
    edition = inputs.validated_edition()
    empty = [
        str(number)
        for number, panel in enumerate(edition.panels, start=1)
        if panel.statistic is not None and panel.statistic.rate(figures.counts) is None
    ]
    said = [f"nothing in {_panels(empty)}" if empty else "every panel full"]
    if not edition.type_settings(figures.authority.type).compared:
        said.append("not compared")
    if figures.authority.name in inputs.own_paragraphs:
        said.append("paragraphs of its own")
    return ", ".join(said)


def _extras(letter: Letter) -> Sequence[str]:
    """What else has to be seen in one letter at least, though it makes no shape of its own."""
    extras = {
        _ELSEWHERE: letter.address[-1] != letter.authority,
        _CAUTION: any(panel.caution is not None for panel in letter.panels),
    }
    return [extra for extra in extras if extras[extra]]


def _panels(numbers: Sequence[str]) -> str:
    *others, last = numbers
    return f"panels {', '.join(others)} and {last}" if others else f"panel {last}"
