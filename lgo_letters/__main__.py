"""`python -m lgo_letters` is `lgo-letters`."""

from lgo_letters.cli.main import main

if __name__ == "__main__":
    main(prog_name="lgo-letters")
