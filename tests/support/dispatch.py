"""A small year that is ready to be sent: addresses, a mail server, letters signed off by two."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path

from tests.support.commands import HEADER, run
from tests.support.editions import change, image
from tests.support.paths import EDITION
from tests.support.processes import GENERATE
from tests.support.signed import ANALYST, APPROVER

AUTHORITIES = """name,type,role,recipient,salutation,email,cc,domain,until,successor
Bromsgrove District Council,District Council,Chief Executive,Mr Dicks,,dicks@bromsgrove.example,,\
bromsgrove.example,,
Bromley District Council,District Council,Chief Executive,,,chief@bromley.example,\
links@bromley.example; office@bromley.example,bromley.example,,
Wye District Council,District Council,Chief Executive,,,old@wye.example,,wye.example,2020-03-31,\
East Wye Council
East Wye Council,Unitary Council,Chief Executive,Ms Ärger,Ms Ärger,aerger@wye.example,,\
wye.example,,
"""
DECISIONS = (
    HEADER
    + """19 000 001,Bromsgrove District Council,Housing,2019-05-01,Upheld,yes,2019-07-01,Complied
19 000 002,Bromsgrove District Council,Housing,2019-05-02,Not upheld,,,
19 000 003,Bromley District Council,Housing,2019-05-03,Upheld,no,,
19 000 004,Wye District Council,Housing,2019-05-04,Advice given,,,
"""
)
SERVER = """[dispatch]
host = "localhost"
port = 2525
security = "none"
from = "LGSCO <letters@ombudsman.example>"
reply_to = "links@ombudsman.example"
rehearse_to = ["me@ombudsman.example"]
"""
SHARED = ["--accept-shared", "aerger@wye.example"]
"""Wye District Council has ended, so that East Wye Council receives the letters of both."""
PLAN = ["dispatch", "plan", "--year", "2020"]


def make_dispatch_year(workplace: Path, *, is_signed: bool = True) -> None:
    """Tables, an edition whose publication lies ahead, a server, and letters, signed off by two."""
    edition = Path(shutil.copytree(EDITION, workplace / "editions" / "2020"))
    change(edition, ("publication = 2020-07-29", "publication = 2099-07-29"))
    settings = (edition / "edition.toml").read_text(encoding="utf-8")
    before, panel, *_ = settings.split("[[panels]]\n")  # one is enough, and read in no time
    _, after, of_reissue = settings.partition("[reissue]\n")
    of_reissue = of_reissue.partition("# ----")[0]
    text = "".join([before, "[[panels]]\n", panel, after, of_reissue])
    (edition / "edition.toml").write_text(text, encoding="utf-8")
    (edition / "signature.png").write_bytes(image("PNG"))
    (workplace / "authorities.csv").write_text(AUTHORITIES, encoding="utf-8")
    (workplace / "decisions.csv").write_text(DECISIONS, encoding="utf-8")
    (workplace / "lgo-letters.toml").write_text(SERVER, encoding="utf-8")
    with contextlib.chdir(workplace):
        for command in ([*GENERATE, "--jobs", "1"], *([ANALYST, APPROVER] if is_signed else ())):
            done = run(*command)
            assert done.exit_code == 0, done.output


def change_table(old: str, new: str) -> None:
    """Changes authorities.csv here."""
    change(Path(), (old, new), file="authorities.csv")


def ready_last_year(*changes: tuple[str, str]) -> None:
    """Makes the letters of 2019, with these changes in the table of then."""
    edition = Path(shutil.copytree("editions/2020", "editions/2019"))
    change(
        edition,
        ("year = 2020", "year = 2019"),
        ("date = 2020-07-22", "date = 2019-07-24"),
        ("publication = 2099", "publication = 2019"),
    )
    now = Path("authorities.csv").read_bytes()
    for old, new in changes:
        change_table(old, new)
    done = run("generate", "--year", "2019", "--jobs", "1")
    assert done.exit_code == 0, done.output
    Path("authorities.csv").write_bytes(now)
