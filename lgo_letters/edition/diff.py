"""What two editions say differently, sentence by sentence: their texts, not what those mean."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz
from rapidfuzz.distance import LCSseq

from .sentences import Sentence

_MOST_COMPARED = 40_000  # pairs of sentences within a passage; of more, none are paired
_LEAST_LIKENESS = 50  # per cent of their characters that two versions of a sentence share


@dataclass(frozen=True, slots=True)
class Difference:
    """A sentence of one edition and what the other has in its place, or None."""

    before: Sentence | None
    after: Sentence | None

    @property
    def kind(self) -> str:
        """What has become of it: "added", "removed", "moved" or "changed"."""
        if self.before is None:
            return "added"
        if self.after is None:
            return "removed"
        return "moved" if self.before.text == self.after.text else "changed"


def differences(before: Sequence[Sentence], after: Sequence[Sentence]) -> Iterator[Difference]:
    """All that differs, file by file."""
    passages = [
        passage
        for file in dict.fromkeys(sentence.file for sentence in (*before, *after))
        for passage in _unlike(
            [sentence for sentence in before if sentence.file == file],
            [sentence for sentence in after if sentence.file == file],
        )
    ]
    moved = _moved(passages)
    arrived = set(moved.values())
    for old, new in passages:
        yield from _paired(
            [sentence for sentence in old if sentence not in moved],
            [sentence for sentence in new if sentence not in arrived],
        )
        yield from (Difference(left, moved[left]) for left in old if left in moved)


Passage = tuple[Sequence[Sentence], Sequence[Sentence]]
"""What stands between the same two sentences in either edition."""


def _unlike(before: Sequence[Sentence], after: Sequence[Sentence]) -> Iterator[Passage]:
    old = new = 0
    for step in LCSseq.opcodes([*map(_content, before)], [*map(_content, after)]):
        if step.tag == "equal":
            yield before[old : step.src_start], after[new : step.dest_start]
            old, new = step.src_end, step.dest_end
    yield before[old:], after[new:]


def _content(sentence: Sentence) -> tuple[str | None, str]:
    return _place(sentence), sentence.text


def _place(sentence: Sentence) -> str | None:
    """Its setting, whichever panel or entry of a list it belongs to."""
    return sentence.setting and re.sub(r"\.\d+\b", "", sentence.setting)


def _moved(passages: Sequence[Passage]) -> dict[Sentence, Sentence]:
    """Each sentence, of two words or more, that stands elsewhere now; and where."""
    arrivals: dict[tuple[str | None, str], list[Sentence]] = {}
    for _, new in reversed(passages):
        for sentence in reversed(new):
            arrivals.setdefault(_content(sentence), []).append(sentence)
    return {
        sentence: arrivals[_content(sentence)].pop()
        for old, _ in passages
        for sentence in old
        if " " in sentence.text and arrivals.get(_content(sentence))
    }


def _paired(old: Sequence[Sentence], new: Sequence[Sentence]) -> Iterator[Difference]:
    """The most alike side by side, in order; a setting beside the same setting, however unlike."""
    candidates = []
    if len(old) * len(new) <= _MOST_COMPARED:
        candidates = [
            (-fuzz.ratio(before.text, after.text), i, j)
            for i, before in enumerate(old)
            for j, after in enumerate(new)
            if _place(before) == _place(after)
        ]
    pairs: list[tuple[int, int]] = []
    for likeness, i, j in sorted(candidates):
        alike = -likeness >= _LEAST_LIKENESS or old[i].setting is not None
        if alike and all((i - other) * (j - partner) > 0 for other, partner in pairs):
            pairs.append((i, j))
    i = j = 0
    for at, partner in [*sorted(pairs), (len(old), len(new))]:
        yield from (Difference(before, None) for before in old[i:at])
        yield from (Difference(None, after) for after in new[j:partner])
        if at < len(old):
            yield Difference(old[at], new[partner])
        i, j = at + 1, partner + 1
