"""Whether an authority is named in a text of which only letters and digits are left."""

from __future__ import annotations

import pytest

from lgo_letters.dispatch.letter_text import is_named, letters_of

NAMES = ["Wye Council", "East Wye Council", "Stoke-on-Trent City Council", "St Helens Council"]


@pytest.mark.parametrize(
    ("name", "text", "named"),
    [
        ("Wye Council", "Chief Executive\r\nWye  Council\r\nDear", True),
        ("Wye Council", "To East Wye\nCouncil, in place of Wye Council", True),
        ("Wye Council", "To East Wye\nCouncil, and East Wye Council alone", False),
        ("East Wye Council", "To Wye Council in the East", False),
        ("Stoke-on-Trent City Council", "Stoke\ufffeon-Trent City Coun\u00adcil", True),
        ("St Helens Council", "ST. HELENS COUNCIL", True),
        ("St Helens Council", "", False),
    ],
)
def test_an_authority_is_named_unless_only_as_a_part_of_another_s_name(
    name: str, text: str, named: bool
) -> None:
    assert is_named(name, letters_of(text), [*map(letters_of, NAMES)]) is named
