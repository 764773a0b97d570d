"""Names as people type them: what counts as the same, what is near, what makes a file name."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

# Every shape of apostrophe, and of hyphen or dash, that Word and Excel put in for the typed one.
_ONE_SHAPE = str.maketrans(
    dict.fromkeys("\u2018\u2019\u201a\u201b\u02bc\u02b9\u2032\u00b4`\uff07", "'")
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d", "-")
    | {"\u00ad": None, "\u200b": None, "\ufeff": None}
)

_LONGEST_STEM = 100
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])|statistics|corrections")


def fold(text: str) -> str:
    """Text with each run of white space, no-break spaces among them, made one space."""
    return " ".join(text.split())


def capitalised(text: str) -> str:
    """A text with a capital letter at its start, and the others as they are."""
    return text[:1].upper() + text[1:]


def key(text: str) -> str:
    """What two names have in common where they differ in case, spaces, apostrophes or hyphens."""
    folded = unicodedata.normalize("NFC", text.translate(_ONE_SHAPE))
    return fold(unicodedata.normalize("NFC", folded.casefold()))


def invisible(text: str) -> str | None:
    """The first control or format character, such as "U+202E (RIGHT-TO-LEFT OVERRIDE)", or None.

    Nobody sees these, and they may hide or reorder others. Line ends, tabs and spaces are fine.
    """
    for character in "" if text.isprintable() else text:
        if character not in "\n\r\t" and unicodedata.category(character) in _INVISIBLE:
            return f"U+{ord(character):04X} ({unicodedata.name(character, 'a control character')})"
    return None


_INVISIBLE = {"Cc", "Cf", "Cs", "Co"}


def nearest(text: str, names: Iterable[str], count: int = 1) -> list[str]:
    """The names most like a text, the most alike first.

    What counts most is a name's own words, which few of the others have: "Bromsgrove DC" is nearer
    to Bromsgrove District Council than to any other district council.
    """
    from rapidfuzz import fuzz  # needed only once something is wrong

    words = {name: _words(name) for name in names}
    users = Counter(word for its_words in words.values() for word in {*its_words})
    few = max(1, len(words) // 20)

    def own(its_words: Sequence[str]) -> str:
        return " ".join(word for word in its_words if users[word] <= few)

    wanted = _words(text[:200])
    wanted_own, wanted_whole = own(wanted), " ".join(wanted)

    def likeness(name: str) -> float:
        whole = " ".join(words[name])
        of_name = own(words[name]) or whole
        own_likeness = max(
            fuzz.ratio(wanted_own, of_name),
            0.95 * fuzz.token_set_ratio(wanted_own, of_name),
            0.9 * fuzz.partial_ratio(wanted_own, of_name),
        )
        whole_likeness = max(
            fuzz.ratio(wanted_whole, whole), fuzz.token_sort_ratio(wanted_whole, whole)
        )
        return 2 * own_likeness + whole_likeness

    return sorted(words, key=likeness, reverse=True)[:count]


def _words(text: str) -> list[str]:
    return key(text).replace("-", " ").replace(",", " ").split()


def matching(text: str, names: Sequence[str]) -> list[str]:
    """The names that a person may mean by a name or a part of one; the full name wins over parts.

    Blank text means no name at all.
    """
    wanted = key(text)
    if not wanted:
        return []
    keyed = [(key(name), name) for name in names]
    whole = [name for its_key, name in keyed if its_key == wanted]
    return whole or [name for its_key, name in keyed if wanted in its_key]


@lru_cache(maxsize=4096)  # each name is asked for by every file that goes by it
def file_stem(name: str) -> str:
    """A file name, without its ending, that no name of an authority can break.

    Only a-z, 0-9 and hyphens, so it is the same on every system and leads out of no folder.
    A name too long for that, or without a Latin letter, ends in eight digits of its SHA-256;
    a name that Windows reserves for a device, or that another file has, gets "-letter".
    """
    decomposed = unicodedata.normalize("NFKD", key(name)).replace("'", "")
    latin = decomposed.encode("ascii", "ignore").decode()
    stem = re.sub(r"[^a-z0-9]+", "-", latin).strip("-")
    if not stem or len(stem) > _LONGEST_STEM:
        digest = hashlib.sha256(key(name).encode("utf-8", "surrogatepass")).hexdigest()[:8]
        stem = f"{stem[:_LONGEST_STEM].strip('-')}-{digest}".strip("-")
    return f"{stem}-letter" if _RESERVED.fullmatch(stem) else stem
