"""The letter as Typst makes it; imports nothing else that would take time to import."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import typst

_ROOT = Path(__file__).parents[3]
# In the main file the figures stand as they are: what letter.typ holds is then evaluated once, not
# once a letter as where `sys_inputs` change, which takes a fifth longer. A JSON file written for
# each letter takes a little longer too.
_MAIN = '#import "/tests/benchmarks/peers/letter.typ": letter\n#letter(json(bytes({})))'


def typst_maker() -> Callable[[dict[str, Any]], bytes]:
    """What makes one letter's PDF/UA-1 from its figures, with a compiler that is kept."""
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[_ROOT / "fonts"]
    )
    compiler = typst.Compiler(root=_ROOT, font_paths=fonts, ignore_system_fonts=True)

    def make(figures: dict[str, Any]) -> bytes:
        literal = json.dumps(json.dumps(figures, ensure_ascii=False), ensure_ascii=False)
        pdf = compiler.compile(_MAIN.format(literal).encode(), format="pdf", pdf_standards=["ua-1"])
        assert isinstance(pdf, bytes)
        return pdf

    return make
