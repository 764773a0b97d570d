"""A small year of one's own, and commands run in this process."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lgo_letters.cli.main import main
from lgo_letters.errors import WriteError
from lgo_letters.run.journal import JOURNAL

AUTHORITIES = """name,type,role,recipient,salutation,email,code
Bromsgrove District Council,District Council,Chief Executive,Mr Dicks,,dicks@example.org,E07000234
Bromley District Council,District Council,Chief Executive,,,,
Peak District National Park Authority,National Park Authority,Chief Executive,,,,
"""
HEADER = (
    "reference,authority,service_area,decision_date,decision,"
    "satisfactory_remedy,compliance_date,compliance_outcome\n"
)
DECISIONS = (
    HEADER
    + """19 000 001,Bromsgrove District Council,Housing,2019-05-01,Upheld,yes,2019-07-01,Complied
19 000 002,Bromsgrove District Council,Housing,2019-05-02,Not upheld,,,
19 000 003,Bromley District Council,Housing,2019-05-03,Upheld,no,,
"""
)


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


BROMLEY, BROMSGROVE = "bromley-district-council.pdf", "bromsgrove-district-council.pdf"
PEAK_DISTRICT = "peak-district-national-park-authority.pdf"


def stopped_run(letters: Path, monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The journal's lines as a run leaves them that is killed when all letters are written."""
    with monkeypatch.context() as patched:
        patched.setattr("lgo_letters.run.record.Record.settle", _no_room)
        patched.setattr("lgo_letters.run.record.remove_parts", lambda _: None)
        assert run("generate", "--year", "2020", "--out", letters).exit_code == 5
    return (letters / JOURNAL).read_bytes().splitlines(keepends=True)


def _no_room(*_: object) -> None:
    raise WriteError("no room.")
