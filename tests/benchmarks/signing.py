"""Letters signed in a second: this program's way, and pyHanko's own SimpleSigner.

    python -m tests.benchmarks.signing [NUMBER OF LETTERS]

Both sign the same letters of the example with the same RSA key, by turns, in one run.
"""

from __future__ import annotations

import io
import sys
import tempfile
import time
from pathlib import Path

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter

from lgo_letters.pdf.canvas import SIGNATURE_FIELD
from lgo_letters.pdf.typeset import typeset
from lgo_letters.run.composed import year_figures, year_letters
from lgo_letters.run.inputs import read_inputs
from lgo_letters.run.sources import Sources
from lgo_letters.shipped import shipped
from lgo_letters.signing.sign import load_signer, sign
from tests.support.certificates import PASSPHRASE, authority


def main(number: int = 20) -> None:
    """Prints letters in a second of both, and how many times more ours are."""
    example = shipped("examples")
    files = example / "decisions.csv", example / "authorities.csv"
    inputs = read_inputs(Sources(*files, shipped("editions") / "2020"), 2020)
    letters = year_letters(inputs, year_figures(inputs))[:number]
    pdfs = [typeset(letter, signature_field=True).content for letter in letters]
    root = authority("Root")
    for bits in (2048, 3072, 4096):
        file = root.issue("Ombudsman", bits=bits).p12()
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "signer.p12"
            path.write_bytes(file)
            signer = load_signer(path, PASSPHRASE)
        stock = signers.SimpleSigner.load_pkcs12_data(file, [], PASSPHRASE.encode())
        meta = signers.PdfSignatureMetadata(
            field_name=SIGNATURE_FIELD, subfilter=SigSeedSubFilter.PADES
        )
        ours = theirs = 0.0
        for pdf in pdfs:
            started = time.perf_counter()
            sign(pdf, signer)
            between = time.perf_counter()
            signers.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), meta, stock)
            ours, theirs = ours + between - started, theirs + time.perf_counter() - between
        rates = number / ours, number / theirs
        print(
            f"RSA {bits}: {rates[0]:.1f} letters a second, SimpleSigner {rates[1]:.1f}; "
            f"{rates[0] / rates[1]:.1f} times as many"
        )


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
