from __future__ import annotations

from lgo_letters.cli.output.lists import names_line


def test_the_first_20_of_many_names_are_shown_and_the_others_counted() -> None:
    names = [f"N{number}" for number in range(1_021)]
    line = names_line("Names", names[:20])
    assert " ".join(line.split()) == f"Names (20): {', '.join(names[:20])}"
    line = names_line("Names", names)
    shown = ", ".join(names[:20])
    assert " ".join(line.split()) == (
        f"Names (1,021): {shown} … and 1,001 more, which --json lists."
    )
