"""A site that was looked at → the copy that everybody may read, and not before its time."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from datetime import datetime, time
from pathlib import Path
from typing import Any

from lgo_letters.edition.folder import is_ignored
from lgo_letters.edition.settings import Settings
from lgo_letters.errors import SiteError, UsageError
from lgo_letters.run.files import NOT_OURS, open_ordinary
from lgo_letters.year import format_date

from .write import RECORD, files_in, new_site, read_record, write_file

RELEASE = "release"
"""What the record calls the moment from which on a site may be released, with its offset."""


def release_moment(settings: Settings) -> datetime:
    """From when on an edition lets the year be published, in its time zone.

    Raises UsageError where the computer does not know that zone.
    """
    at = settings.release.at or datetime.combine(settings.letter.publication, time())
    return at.replace(tzinfo=settings.release.time_zone())


def release_site(site: Path, to: Path, now: datetime) -> int:
    """Copies a site, whole or not at all, so that everybody can read it; the number of files.

    Raises SiteError where it may not be released yet or is not what was written, UsageError where
    it is not a site or one folder holds the other, WriteError where it cannot be copied.
    """
    about, files = _record(site)
    _check_allowed(site, about, now)
    one, other = (Path(os.path.realpath(folder)) for folder in (site, to))
    if one.is_relative_to(other) or other.is_relative_to(one):
        raise UsageError(
            f"{to} may not be, hold or lie in {site}; choose another folder with --to."
        )
    there = {*files_in(site)}
    if missing := sorted(files.keys() - there):
        raise _changed(site / missing[0], "is missing")
    for name in sorted(there - {*files, RECORD}):
        if not is_ignored(Path(name).name):
            raise _changed(site / name, "does not belong to it")
    with new_site(to, about, public=True) as folder:
        for name, digest in files.items():
            write_file(folder / name, _content(site / name, digest))
    return len(files)


def _record(site: Path) -> tuple[dict[str, Any], Mapping[str, str]]:
    """What a site's record says of it, and the digest of each file."""
    try:
        about = read_record(site)
        files = dict(about.pop("files"))
        if datetime.fromisoformat(about[RELEASE]).tzinfo is None:
            raise ValueError("the moment of release is not known")
        _ = about["draft"], about["example"]
    except NOT_OURS as error:
        raise UsageError(
            f"{site} is not a site that this version of lgo-letters wrote; name its folder with "
            "--out."
        ) from error
    return about, files


def _check_allowed(site: Path, about: Mapping[str, Any], now: datetime) -> None:
    if about["draft"]:
        raise SiteError(
            f"{site} is a draft, which is not released; write the site again without --draft."
        )
    if about["example"]:
        raise SiteError(
            f"{site} is of the example, whose figures are invented, so it is not released; write "
            "the site from your own tables."
        )
    if now < (moment := datetime.fromisoformat(about[RELEASE])):
        raise SiteError(
            f"{site} may not be released before {moment:%H:%M} on {format_date(moment)} "
            f"({moment.tzname()}), as its edition says; wait until then."
        )


def _content(file: Path, digest: str) -> bytes:
    """The bytes that were recorded; raises SiteError where they are others."""
    try:
        with open_ordinary(file) as opened:
            content = opened.read()
    except OSError as error:
        raise _changed(file, "cannot be read") from error
    if hashlib.sha256(content).hexdigest() != digest:
        raise _changed(file, "was changed")
    return content


def _changed(file: Path, what: str) -> SiteError:
    return SiteError(
        f"The site is not as it was written: {file} {what}; write the site again, and look at it "
        "before it is released."
    )
