"""What keeps the house in order: the direction of imports, the README, the wheel."""

from __future__ import annotations

import ast
import csv
import os
import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import product
from pathlib import Path

import pytest
from click import Command, Context, Group
from PIL import Image

from lgo_letters.cli.main import main
from tests.support.commands import run
from tests.support.dispatch import make_dispatch_year
from tests.support.editions import change, edition_of_2021, with_embedded
from tests.support.exports import write_export
from tests.support.mail import mail_server
from tests.support.pages import PagePicture
from tests.support.paths import EDITION, EXAMPLES, ROOT

PACKAGE = ROOT / "lgo_letters"
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
README = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)

# From the first step to the last; a room may import only rooms before it, and itself.
ROOMS = [
    "ground",
    "tables",
    "figures",
    "edition",
    "letter",
    "sheets",
    "pdf",
    "signing",
    "run",
    "site",
    "dispatch",
    "cli",
]
ONLY_IN = {
    "asn1crypto": {"signing"},
    "click": {"cli"},
    "cryptography": {"signing"},
    "distributed": {"run"},
    "jinja2": {"edition", "site"},
    "markdown_it": {"edition"},
    "_duckdb": {"tables"},
    "duckdb": {"tables"},
    "page": {"pdf"},
    "psutil": {"run"},
    "pydantic": {"ground", "tables", "edition", "dispatch"},
    "pyhanko": {"signing"},
    "pyhanko_certvalidator": {"signing"},
    "pypdf": {"pdf"},
    "pypdfium2": {"pdf"},
    "python_calamine": {"tables"},
    "reportlab": {"pdf"},
    "xlsxwriter": {"sheets"},
}


def _modules() -> dict[Path, str]:
    """Every module with its room; those beside the folders are the ground."""
    modules = {}
    for file in sorted(PACKAGE.rglob("*.py")):
        room = file.relative_to(PACKAGE).parts[0]
        modules[file] = "ground" if room.endswith(".py") else room
    del modules[PACKAGE / "__main__.py"]
    return modules


MODULES = _modules()


@cache
def _imports(file: Path) -> frozenset[str]:
    """The full names of all that a module imports, anywhere in it."""
    return frozenset(_imported(file))


def _imported(file: Path) -> Iterator[str]:
    package = ".".join(("lgo_letters", *file.relative_to(PACKAGE).parts[:-1]))
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level <= 1
            base = f"{package}.{node.module or ''}".rstrip(".") if node.level else node.module
            assert base is not None
            yield from (f"{base}.{alias.name}" for alias in node.names)


def _rooms_imported(file: Path) -> set[str]:
    ours = (name.split(".") for name in _imports(file) if name.startswith("lgo_letters."))
    return {parts[1] if parts[1] in ROOMS else "ground" for parts in ours}


def test_every_folder_is_a_room() -> None:
    assert set(MODULES.values()) == set(ROOMS)


@pytest.mark.parametrize("room", ROOMS)
def test_imports_between_rooms_never_run_back(room: str) -> None:
    allowed = set(ROOMS[: ROOMS.index(room) + 1])
    for file, its_room in MODULES.items():
        if its_room == room:
            assert _rooms_imported(file) <= allowed, file


@pytest.mark.parametrize("folder", ["tables.files", "edition.text", "cli.output"])
def test_what_a_room_is_built_on_imports_nothing_else_of_that_room(folder: str) -> None:
    room, _ = folder.split(".")
    files = list((PACKAGE / folder.replace(".", "/")).rglob("*.py"))
    assert files
    for file in files:
        of_room = {name for name in _imports(file) if name.startswith(f"lgo_letters.{room}.")}
        assert all(name.startswith(f"lgo_letters.{folder}.") for name in of_room), file


@pytest.mark.parametrize("library", ONLY_IN)
def test_a_library_is_known_to_its_own_rooms_only(library: str) -> None:
    known = {
        room
        for file, room in MODULES.items()
        if library in {name.split(".")[0] for name in _imports(file)}
    }
    assert known == ONLY_IN[library]


def test_no_test_module_is_imported_by_another() -> None:
    for file in sorted((ROOT / "tests").rglob("*.py")):
        for name in _imports_of_test(file):
            assert not re.search(r"(^|\.)(test_\w+|conftest)($|\.)", name), file


def _imports_of_test(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            yield node.module or ""


def _commands(group: Command, before: str = "") -> Iterator[tuple[str, Command]]:
    """Every command, those of a group with its name before theirs."""
    assert isinstance(group, Group)
    context = Context(group)
    for name in group.list_commands(context):
        _, command, _ = group.resolve_command(context, [name])
        assert command is not None
        if isinstance(command, Group):
            yield from _commands(command, f"{before}{name} ")
        if not isinstance(command, Group) or command.invoke_without_command:
            yield f"{before}{name}", command


@pytest.mark.parametrize(("name", "command"), list(_commands(main)), ids=str)
def test_the_readme_names_every_command_and_option(name: str, command: Command) -> None:
    assert re.search(rf"`{name}[ `]", README)
    for parameter in command.params:
        for option in (*parameter.opts, *parameter.secondary_opts):
            if option.startswith("--"):
                assert f"`{option}" in README, option


def test_every_page_of_the_docs_is_linked_from_the_readme() -> None:
    readme, *pages = PAGES
    links = re.findall(r"\]\((docs/[^)#]+)", readme.read_text(encoding="utf-8"))
    assert {ROOT / link for link in links} == set(pages)


def _console_blocks() -> Iterator[tuple[str, str, str]]:
    """The page that each block is on, the tables it is about, and what it shows."""
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        blocks = re.findall(r"<!-- tables: (\w+) -->\n```console\n(.*?)```", text, re.DOTALL)
        assert len(blocks) == text.count("```console")
        yield from ((page.name, *block) for block in blocks)


def _put_tables(folder: Path, tables: str) -> None:
    """The example's tables as one's own, by an empty line at the end; spoilt as the README says.

    None where a page is about the example itself, perhaps with an edition of the year after.
    """
    if tables == "2021":
        edition_of_2021(folder)
    if tables == "embedded":
        edition = Path(shutil.copytree(EDITION, folder / "editions" / "2020"))
        with_embedded(edition, figures="true", decisions="true")
    if tables in ("none", "2021"):
        return
    if tables in ("dispatch", "mail"):
        make_dispatch_year(folder)
        return
    if tables in ("export", "mapped"):
        _put_export(folder, is_mapped=tables == "mapped")
        return
    for name in ("authorities.csv", "decisions.csv"):
        (folder / name).write_bytes((EXAMPLES / name).read_bytes() + b"\n")
    if tables in DISTRICTS:
        _keep_districts(folder, DISTRICTS[tables])
    if tables in ("corrected", *DISTRICTS):  # beside them
        text = (folder / "decisions.csv").read_text(encoding="utf-8")
        corrected = re.sub("(18 003 398,.*),Not upheld,", r"\1,Upheld,", text)
        (folder / "corrected.csv").write_text(corrected, encoding="utf-8", newline="")
        disputed = re.sub("(18 004 045,.*),Not upheld,", r"\1,Upheld,", corrected)
        (folder / "disputed.csv").write_text(disputed, encoding="utf-8", newline="")
    if tables == "spoilt":
        file = folder / "decisions.csv"
        lines = file.read_text(encoding="utf-8").split("\n")
        lines[13] = re.sub(r"\d{4}-\d\d-\d\d", "10/14/2019", lines[13], count=1)
        cells = lines[19].split(",")
        lines[19] = ",".join([cells[0], "Bromsgroove District Council", *cells[2:]])
        file.write_text("\n".join(lines), encoding="utf-8", newline="")


# Where a page is about what commands do, and not how many letters there are: the first district
# councils, down to Bromsgrove; or all, where it is about their averages.
DISTRICTS = {"few": 20, "districts": 192}


def _keep_districts(folder: Path, number: int) -> None:
    """Leaves the first district councils alone in the tables, and their decisions."""
    kept: set[str] = set()
    for name, column, values in (
        ("authorities.csv", "type", {"District Council"}),
        ("decisions.csv", "authority", kept),
    ):
        header, *rows = csv.reader((folder / name).read_text(encoding="utf-8").splitlines())
        of_column = header.index(column)
        rows = [row for row in rows if row and row[of_column] in values]
        if not kept:
            del rows[number:]
            kept |= {row[0] for row in rows}
            for row, emptied in product(rows, ("until", "successor")):
                row[header.index(emptied)] = ""
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([header, *rows])


def _put_export(folder: Path, *, is_mapped: bool) -> None:
    """The example as another system exports it, and the mapping that docs/inputs.md shows."""
    (folder / "authorities.csv").write_bytes((EXAMPLES / "authorities.csv").read_bytes())
    write_export(folder / "export.csv")
    if is_mapped:
        page = (ROOT / "docs" / "inputs.md").read_text(encoding="utf-8")
        (mapping,) = re.findall(r"```toml\n(\[decisions\]\n.*?)```", page, re.DOTALL)
        (folder / "lgo-letters.toml").write_text(mapping, encoding="utf-8")


def _pattern(expected: str) -> str:
    """The output that fits a README's: any lines for …, any number for seconds."""
    pattern = re.escape(expected)
    pattern = re.sub(r"\d+\\\.\d\\ s", r"\\d+\\.\\d s", pattern)
    pattern = re.sub(r"\d:\d\d\\ left", r"\\d:\\d\\d left", pattern)
    pattern = re.sub(r"\b4\\-[0-9a-f]{6}\b", "4-[0-9a-f]{6}", pattern)
    return pattern.replace("\\\n…\\\n", "\n(?:.*\n)+").replace("…", ".*")


@pytest.fixture
def put_tables(workplace: Path, tables: str) -> Iterator[None]:
    """The tables, and where the e-mail of a page is to arrive, the server of its settings."""
    _put_tables(workplace, tables)
    if tables != "mail":
        yield
        return
    with mail_server() as server:
        change(workplace, ("2525", str(server.port)), file="lgo-letters.toml")
        yield


def _printed(arguments: Sequence[str]) -> str:
    """What a command prints in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "lgo_letters", *arguments],
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, "PYTHONUTF8": "1"},
    )
    return done.stdout.decode().replace("\r\n", "\n")


@pytest.mark.parametrize(("page", "tables", "block"), list(_console_blocks()))
def test_the_console_of_every_page_shows_what_the_commands_print(
    workplace: Path,
    put_tables: None,
    page: str,
    tables: str,
    block: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The README's example runs as a reader runs it, all else in this process."""
    monkeypatch.setenv("COLUMNS", "100")
    code = ""
    for part in block.split("$ ")[1:]:
        line, expected = part.split("\n", 1)
        program, *arguments = shlex.split(re.sub("--confirm [^ ]+", f"--confirm {code}", line))
        assert program == "lgo-letters"
        as_reader = (page, tables) == ("README.md", "none")
        printed = _printed(arguments) if as_reader else run(*arguments).output
        printed = printed.replace("\\", "/")
        assert re.fullmatch(_pattern(expected), printed), printed
        code = "".join(re.findall(r"code (\S+)\. Nothing", printed)) or code


def test_the_readmes_picture_is_the_panel_page_of_today(workplace: Path) -> None:
    command = "preview bromsgrove --year 2020 --png --no-open".split()
    subprocess.run([sys.executable, "-m", "lgo_letters", *command], check=True, capture_output=True)
    with Image.open(workplace / "bromsgrove-district-council-3.png") as image:
        difference = PagePicture(image).differs_from(ROOT / "examples" / "bromsgrove-3.png")
    assert difference is None, difference


def test_the_signature_is_the_one_that_its_script_draws(tmp_path: Path) -> None:
    script = ROOT / "examples" / "draw_signature.py"
    subprocess.run([sys.executable, str(script), str(tmp_path / "drawn.png")], check=True)
    with (
        Image.open(tmp_path / "drawn.png") as drawn,
        Image.open(PACKAGE / "editions/2020/signature.png") as kept,
    ):
        assert drawn.size == kept.size
        assert drawn.tobytes() == kept.tobytes()


def test_the_wheel_works_where_there_is_no_clone(tmp_path: Path) -> None:
    """Fonts, example, edition and places come out of the wheel alone."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        check=True,
        cwd=ROOT,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    done = subprocess.run(
        [sys.executable, "-m", "lgo_letters", "generate", "--year", "2020", "--authority", "leeds"],
        check=True,
        capture_output=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(site)},
        text=True,
    )
    assert "1 letter (1 made" in done.stdout
    letter = (tmp_path / "letters/2020/leeds-city-council.pdf").read_bytes()
    assert letter.startswith(b"%PDF-")
    assert (site / "lgo_letters/fonts/LICENSE").is_file()
    assert (site / "lgo_letters/examples/improvements.csv").is_file()
    assert (site / "lgo_letters/site/data/places.json").is_file()
    assert (site / "lgo_letters/site/data/postcodes.json").is_file()
