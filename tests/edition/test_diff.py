from __future__ import annotations

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from lgo_letters.edition.diff import differences
from lgo_letters.edition.sentences import Sentence, sentences
from tests.support.paths import EDITION

Shown = tuple[str, tuple[int, str] | None, tuple[int, str] | None]


def diff(before: str | Mapping[str, str], after: str | Mapping[str, str]) -> list[Shown]:
    """What differs between two bodies, or two editions: each sentence's line and text."""
    old, new = (
        list(sentences({"letter.md": texts} if isinstance(texts, str) else texts))
        for texts in (before, after)
    )
    return [
        (found.kind, _shown(found.before), _shown(found.after)) for found in differences(old, new)
    ]


def _shown(sentence: Sentence | None) -> tuple[int, str] | None:
    return None if sentence is None else (sentence.line, sentence.text)


def shipped() -> dict[str, str]:
    return {
        name: (EDITION / name).read_text(encoding="utf-8") for name in ("letter.md", "edition.toml")
    }


def test_an_edition_does_not_differ_from_itself_in_other_lines_and_line_ends() -> None:
    other = {
        name: text.replace("\n", "\r\n") if name == "edition.toml" else text.replace(". ", ".\n")
        for name, text in shipped().items()
    }
    assert diff(shipped(), other) == []


WORDS = st.sampled_from(
    ["We wrote.", "You wrote.", "It rained. ", "Rain fell?", "\n\n", " ", "- a"]
)
BODIES = st.lists(WORDS, max_size=12).map(" ".join)


@given(BODIES, BODIES)
def test_the_differences_turn_the_one_text_into_the_other(before: str, after: str) -> None:
    def counted(body: str) -> list[str]:
        return sorted(sentence.text for sentence in sentences({"letter.md": body}))

    found = diff(before, after)
    assert diff(before, before) == []
    texts = counted(before)
    for _, old, _ in found:
        if old is not None:
            texts.remove(old[1])
    assert sorted([*texts, *(new[1] for _, _, new in found if new)]) == counted(after)


def test_a_changed_sentence_stands_beside_what_became_of_it() -> None:
    before = "One of us wrote. Attended by 178 delegates.\n\nThe end."
    after = "One of us wrote. Something else entirely.\n\nAttended by 201 delegates. The end."
    assert diff(before, after) == [
        ("added", None, (1, "Something else entirely.")),
        ("changed", (1, "Attended by 178 delegates."), (3, "Attended by 201 delegates.")),
    ]


def test_sentences_that_have_nothing_in_common_are_not_set_beside_each_other() -> None:
    assert diff("Aaaa bbbb.", "Zzzz yyyy.") == [
        ("removed", (1, "Aaaa bbbb."), None),
        ("added", None, (1, "Zzzz yyyy.")),
    ]


def test_a_sentence_that_stands_elsewhere_has_moved_once() -> None:
    before = {"letter.md": "It moves.\n\nIt moves.\nOne. Two. Three.", "own/A.md": "It stays."}
    after = {"letter.md": "One. Two. Three.\n\nIt moves.", "own/A.md": "It stays.\nIt moves."}
    assert diff(before, after) == [
        ("moved", (1, "It moves."), (3, "It moves.")),
        ("moved", (3, "It moves."), (2, "It moves.")),
    ]


def test_a_panel_put_in_before_others_differs_alone() -> None:
    texts = shipped()
    panel = '[[panels]]\nheading = "Residents"\nsentence = "We heard you."\n\n[[panels]]\n'
    changed = texts["edition.toml"].replace("[[panels]]\n", panel, 1)
    found = diff(texts, {**texts, "edition.toml": changed})
    line = changed[: changed.index('"Residents"')].count("\n") + 1
    assert found == [
        ("added", None, (line, "Residents")),
        ("added", None, (line + 1, "We heard you.")),
    ]


def test_a_setting_stands_beside_the_same_setting_however_much_it_changed() -> None:
    before = {"edition.toml": 'name = "Michael King"\ndate = 2020-07-22\nlist = ["x", "y"]\n'}
    after = {"edition.toml": 'name = "Xyz"\n\ndate = 2021-07-21\nlist = ["x"]\nother = true\n'}
    assert diff(before, after) == [
        ("changed", (1, "Michael King"), (1, "Xyz")),
        ("changed", (2, "2020-07-22"), (3, "2021-07-21")),
        ("removed", (3, "y"), None),
        ("added", None, (5, "true")),
    ]
