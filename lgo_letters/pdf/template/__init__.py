"""Letter → PDF, fast: a run of letters is one document with a few slots.

The first letter of a kind is typeset plainly, and its file cut into what others of its kind share
and slots; every other letter is that file with the slots filled, byte for byte what typesetting it
plainly would give. A letter that no template can hold (a character beyond ASCII in a slot, a footer
that is cut to fit) is typeset plainly.

Nothing outside this folder knows of it but the line of `run/render.py` that imports `typeset_fast`.
"""

from .template import typeset_fast

__all__ = ["typeset_fast"]
