"""What keeps the house in order: the direction of imports, the README, the wheel."""

from __future__ import annotations

import ast
import os
import re
import shlex
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from click import Command, Group
from PIL import Image

from lgo_letters.cli import main

from .conftest import EXAMPLES
from .pages import PagePicture

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "lgo_letters"
README = (ROOT / "README.md").read_text(encoding="utf-8")

# From the first step to the last; a module may import only those before it.
ORDER = [
    "__init__", "errors", "workers", "year", "names", "shipped", "streams", "blocks", "findings",
    "textfile", "cells", "lazy", "rules", "data", "tables", "statistics", "authorities", "columns",
    "tally",
    "markdown", "wording", "settings", "choices", "edition", "letter", "composition",
    "inputs", "pipeline", "report",
    "untouched", "description", "structure", "mended", "tagged", "styles", "holes", "panels",
    "typeset", "layout", "certificates", "container", "signing", "verify", "pictures", "press",
    "characters", "trial", "files", "record", "cluster", "batch", "check", "console", "progress",
    "options", "cli", "__main__",
]  # fmt: skip
ONLY_IN = {
    "asn1crypto": {"certificates", "container", "signing", "verify"},
    "click": {"cli", "console", "options", "progress"},
    "cryptography": {"certificates", "signing"},
    "distributed": {"cluster"},
    "jinja2": {"wording"},
    "markdown_it": {"markdown"},
    "numpy": {"cells", "columns", "tables", "tally"},
    "psutil": {"cluster"},
    "pydantic": {"settings"},
    "pyhanko": {"container", "signing"},
    "pyhanko_certvalidator": {"signing", "verify"},
    "pypdfium2": {"pictures"},
    "reportlab": {
        "untouched",
        "structure",
        "mended",
        "tagged",
        "styles",
        "holes",
        "panels",
        "typeset",
        "layout",
    },
}


def _imports(module: str) -> Iterator[str]:
    """Names of the package's modules (with a dot before them) and of libraries."""
    for node in ast.walk(ast.parse((PACKAGE / f"{module}.py").read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level and not node.module:
            yield from (f".{alias.name}" for alias in node.names if alias.name != "__version__")
        elif isinstance(node, ast.ImportFrom):
            assert node.module is not None
            yield f".{node.module}" if node.level else node.module.split(".")[0]


def test_every_module_has_its_place_in_the_order() -> None:
    assert {file.stem for file in PACKAGE.glob("*.py")} == set(ORDER)


@pytest.mark.parametrize("module", ORDER)
def test_imports_never_run_back(module: str) -> None:
    earlier = {f".{name}" for name in ORDER[: ORDER.index(module)]}
    own = {name for name in _imports(module) if name.startswith(".")}
    assert own <= earlier


@pytest.mark.parametrize("library", ONLY_IN)
def test_a_library_is_known_to_its_own_modules_only(library: str) -> None:
    assert {module for module in ORDER if library in _imports(module)} == ONLY_IN[library]


def _commands() -> Iterator[tuple[str, Command]]:
    assert isinstance(main, Group)
    yield from main.commands.items()


@pytest.mark.parametrize(("name", "command"), list(_commands()), ids=str)
def test_the_readme_names_every_command_and_option(name: str, command: Command) -> None:
    assert re.search(rf"`{name}[ `]", README)
    for parameter in command.params:
        for option in (*parameter.opts, *parameter.secondary_opts):
            if option.startswith("--"):
                assert f"`{option}" in README, option


def _console_blocks() -> Iterator[tuple[str, str]]:
    blocks = re.findall(r"<!-- tables: (\w+) -->\n```console\n(.*?)```", README, re.DOTALL)
    assert len(blocks) == README.count("```console")
    yield from blocks


def _put_tables(folder: Path, tables: str) -> None:
    """The example's tables as one's own, by an empty line at the end; spoilt as the README says."""
    if tables == "none":
        return
    for name in ("authorities.csv", "decisions.csv"):
        (folder / name).write_bytes((EXAMPLES / name).read_bytes() + b"\n")
    if tables == "spoilt":
        file = folder / "decisions.csv"
        lines = file.read_text(encoding="utf-8").split("\n")
        lines[13] = re.sub(r"\d{4}-\d\d-\d\d", "10/14/2019", lines[13], count=1)
        cells = lines[19].split(",")
        lines[19] = ",".join([cells[0], "Bromsgroove District Council", *cells[2:]])
        file.write_text("\n".join(lines), encoding="utf-8", newline="")


def _pattern(expected: str) -> str:
    """The output that fits a README's: any lines for …, any number for seconds."""
    pattern = re.escape(expected)
    pattern = re.sub(r"\d+\\\.\d\\ s", r"\\d+\\.\\d s", pattern)
    return pattern.replace("\\\n…\\\n", "\n(?:.*\n)+").replace("…", ".*")


@pytest.mark.parametrize(("tables", "block"), list(_console_blocks()))
def test_the_readmes_console_shows_what_the_commands_print(
    workplace: Path, tables: str, block: str
) -> None:
    _put_tables(workplace, tables)
    for part in block.split("$ ")[1:]:
        line, expected = part.split("\n", 1)
        program, *arguments = shlex.split(line)
        assert program == "lgo-letters"
        done = subprocess.run(
            [sys.executable, "-m", "lgo_letters", *arguments],
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=workplace,
            env={**os.environ, "PYTHONUTF8": "1"},
        )
        printed = done.stdout.decode().replace("\r\n", "\n").replace("\\", "/")
        assert re.fullmatch(_pattern(expected), printed), printed


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
    """Fonts, example and edition come out of the wheel alone."""
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
