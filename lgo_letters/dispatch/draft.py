"""What each authority would be sent: its letter, and the e-mail with which it goes out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from lgo_letters.edition.edition import Edition
from lgo_letters.edition.settings import Settings
from lgo_letters.errors import DispatchError, SignOffError
from lgo_letters.figures.bodies import addressee_of
from lgo_letters.letter.email import Email, compose_email
from lgo_letters.letter.letter import Letter
from lgo_letters.names import file_stem
from lgo_letters.run.batch import letter_file
from lgo_letters.run.composed import ComposedYear, earlier_years
from lgo_letters.run.journal import Entry
from lgo_letters.run.manifest import Manifest, sheets_of
from lgo_letters.run.reissue import reissues_of
from lgo_letters.run.review import Review, review_folder
from lgo_letters.tables.data import Authority

from .ledger import Ledger, State
from .outgoing import Attachment, Key, Outgoing

_NO_EMAIL = Email("", "")  # which is an objection


@dataclass(frozen=True, slots=True)
class Choices:
    """What a person has chosen, by full names and by addresses.

    `authorities` are those to be sent now, all if none is named. `shared` addresses may serve
    several authorities, `new` are authorities whose address or person may be new, and with
    `skip_missing` authorities without an address get nothing. An authority named in `again` is to
    get its message another time, at the address `to` if there is one.
    """

    authorities: frozenset[str] = frozenset()
    shared: frozenset[str] = frozenset()
    new: frozenset[str] = frozenset()
    skip_missing: bool = False
    again: str | None = None
    to: str | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """A message, what became of it, and its letter and the addressee of that.

    `is_chosen` says that a command which names authorities names this one, or names none, and
    `is_again` that it sends this message another time.
    """

    outgoing: Outgoing
    state: State
    authority: Authority
    addressee: Authority
    letter: Letter
    is_chosen: bool
    is_again: bool

    @property
    def is_due(self) -> bool:
        """Whether it has still to be sent."""
        return self.state == "to come" or self.is_again


@dataclass(frozen=True, slots=True)
class Draft:
    """A plan before it is objected to: a folder's letters, and the e-mails that go with them.

    `today` is the day in the time zone of the edition, and `is_published` whether the day of
    publication has come; `unaddressed` are the authorities without an address, with those that
    would receive their letters.
    """

    year: ComposedYear
    review: Review
    ledger: Ledger
    choices: Choices
    today: date
    is_published: bool
    planned: Sequence[Planned]
    unaddressed: Mapping[Key, Authority]

    @property
    def edition(self) -> Edition:
        """The year's."""
        return self.year.inputs.validated_edition()

    @property
    def due(self) -> Sequence[Planned]:
        """What has still to be sent."""
        return [one for one in self.planned if one.is_due]

    @property
    def table(self) -> str:
        """What the file of the authorities is called."""
        return self.year.inputs.data.authorities_file.file


def draft_of(
    year: ComposedYear, folder: Path, ledger: Ledger, now: datetime, choices: Choices
) -> Draft:
    """The letters of a folder and what goes with them.

    Raises UsageError where it holds none of the year, DispatchError where its sign-off is broken.
    """
    edition = year.inputs.validated_edition()
    settings = edition.settings
    review = _review(folder, year.inputs.year, settings)
    today = now.astimezone(settings.release.time_zone()).date()
    is_published = today >= settings.letter.publication
    named = {one.name: one for one in year.inputs.data.authorities}
    reissues = reissues_of(review.manifest.letters.values())
    earlier = earlier_years(year.inputs)
    sent_as = {file_stem(key.authority): key.authority for key in ledger.all_keys()}
    planned: list[Planned] = []
    unaddressed: dict[Key, Authority] = {}
    for figures, letter in zip(year.figures.authorities, year.letters, strict=True):
        authority = figures.authority
        entry = review.manifest.letters.get(letter_file(authority.name))
        if entry is None:
            continue  # which is an objection
        addressee = addressee_of(authority, named, letter.dated)
        is_again = authority.name == choices.again
        if is_again and choices.to is not None:
            addressee = replace(addressee, email=choices.to, cc=())
        key = _key(year.inputs.year, authority, entry, sent_as)
        if addressee.email is None:
            unaddressed[key] = addressee
            continue
        is_named = authority.name in choices.authorities
        wording = edition.email_late if is_published and is_named else edition.email
        email = _NO_EMAIL
        if wording is not None:
            reissue = reissues.get(file_stem(authority.name))
            email = compose_email(wording, figures, edition, addressee, earlier, reissue)
        attachments = tuple(_attachments(folder, review.manifest, entry, settings.dispatch.attach))
        outgoing = Outgoing(key, addressee.email, addressee.cc, *email, attachments)
        is_chosen = is_named or not choices.authorities
        state = ledger.state(key)
        planned.append(Planned(outgoing, state, authority, addressee, letter, is_chosen, is_again))
    return Draft(year, review, ledger, choices, today, is_published, planned, unaddressed)


def _review(folder: Path, year: int, settings: Settings) -> Review:
    try:
        return review_folder(folder, year, settings.roles)
    except SignOffError as error:
        raise DispatchError(f"Nothing was sent: {error}") from error


def _key(year: int, authority: Authority, entry: Entry, sent_as: Mapping[str, str]) -> Key:
    """The key of an authority's letter; one that was sent under another spelling keeps that."""
    names = (authority.name, *authority.also_known_as)
    known = (sent_as[stem] for stem in map(file_stem, names) if stem in sent_as)
    return Key(year, next(known, authority.name), len(entry.get("issues", [None])))


def _attachments(
    folder: Path, manifest: Manifest, entry: Entry, attach: Sequence[str]
) -> Iterator[Attachment]:
    """The letter, and its sheets where these are to go with it and are there."""
    yield Attachment(folder / entry["file"], entry["sha256"])
    for file in sheets_of(entry["file"]) if "sheets" in attach else ():
        if file in manifest.files:
            yield Attachment(folder / file, manifest.files[file])
