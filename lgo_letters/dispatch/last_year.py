"""Who received last year's letters, and where, as their record has it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from lgo_letters.names import key
from lgo_letters.run import archive
from lgo_letters.run.manifest import read_manifest
from lgo_letters.tables.authorities import read_authorities
from lgo_letters.tables.data import Authority
from lgo_letters.tables.mapping import NO_MAPPING


def addresses_of(folder: Path) -> Mapping[str, Authority]:
    """The authorities in the record of a folder's letters, by what their names have in common.

    Of a letter that was made again, its own record counts. Empty where there is no folder, no
    record, or no e-mail address in it. Raises UsageError where a record is not as it was written.
    """
    manifest = read_manifest(folder)
    found: dict[str, Authority] = {}
    if manifest is None:
        return found
    letters = {entry["authority"]: entry.get("record") for entry in manifest.letters.values()}
    records = Counter(record for record in letters.values() if record is not None)
    for record, _ in records.most_common():
        with archive.opened(folder, record) as run:
            mapping = NO_MAPPING if run.sources.mapping is None else run.sources.mapping.authorities
            named = read_authorities(run.sources.authorities, None, mapping)[0].named
        own = {key(name) for name, its_record in letters.items() if its_record == record}
        found |= {name: one for name, one in named.items() if name not in found or name in own}
    return found if any(authority.email for authority in found.values()) else {}
