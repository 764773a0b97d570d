"""Every reason why a draft may not be sent, each as a sentence that says what to do."""

from __future__ import annotations

import shlex
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from lgo_letters.edition.folder import EMAIL, EMAIL_LATE
from lgo_letters.errors import SignOffError, count_of, cut, quoted
from lgo_letters.letter.letter import Letter
from lgo_letters.names import key
from lgo_letters.run.batch import letter_file
from lgo_letters.run.manifest import sheets_of
from lgo_letters.run.signoff import format_time
from lgo_letters.tables.data import Authority
from lgo_letters.year import format_date

from .addresses import domain_of, is_address, is_domain, mailbox
from .draft import Draft, Planned
from .letter_text import letters_of, wrong_letter

SHARED, NEW, MISSING = "shared", "new", "missing"
"""The kinds of objection that a person may accept."""
EXPORTED = "exported"
"""The kind that stands against sending, and not against another export."""


class Objection(NamedTuple):
    """Why nothing is sent: its kind, a sentence, and which authority it is about if about one."""

    kind: str
    message: str
    authority: str | None = None


class Acceptable(NamedTuple):
    """An objection that a person may accept, who names it so, and exactly what is then accepted.

    What has changed since, such as an address, is not accepted any more.
    """

    objection: Objection
    name: str
    what: str


def objections(draft: Draft) -> Iterator[Objection]:
    """All of a draft that nobody may accept."""
    yield from _of_folder(draft)
    yield from _of_days(draft)
    yield from _of_ledger(draft)
    names = [letters_of(authority.name) for authority in draft.year.inputs.data.authorities]
    for planned in draft.due:
        yield from _of_letter(planned, draft, names)
        yield from _of_addresses(planned, draft)


def acceptable(draft: Draft, last_year: Mapping[str, Authority]) -> Iterator[Acceptable]:
    """Those that a person may accept, whether or not that was done.

    `last_year` are its addressees by what their names have in common, empty if nobody knows.
    """
    yield from _missing(draft)
    yield from _shared(draft)
    if last_year:
        yield from _new(draft, last_year)


# ---- the folder of letters


def _of_folder(draft: Draft) -> Iterator[Objection]:
    review, inputs = draft.review, draft.year.inputs
    folder, manifest = review.folder, review.manifest
    if inputs.example or manifest.is_example:
        yield Objection(
            "example",
            "These are the letters of the example, whose figures are invented, and they are never "
            "sent; put decisions.csv and authorities.csv of your own here.",
        )
    try:
        review.check_complete()
    except SignOffError as error:
        yield Objection("signoff", str(error))
    else:
        yield from _unless_two_signed(draft)
    if draft.edition.email is None:
        message = f"The edition has no {EMAIL}, so there is nothing to say in an e-mail; write it."
        yield Objection("wording", message)
    of_year = {letter_file(letter.authority): letter.authority for letter in draft.year.letters}
    for file, name in of_year.items():
        if file not in manifest.letters:
            message = f"{name} has no letter in {folder}; generate it, and have it signed off."
            yield Objection("letter", message, name)
    for file, entry in manifest.letters.items():
        if file not in of_year:
            yield Objection(
                "letter",
                f"{folder} has a letter to {entry['authority']}, which takes no part in the year "
                f"by {draft.table}; put its row back, or move the letter away.",
            )


def _unless_two_signed(draft: Draft) -> Iterator[Objection]:
    """Whoever sends relies on two people, whatever roles the edition asks for."""
    review = draft.review
    signed = [one for one in review.in_force if not review.unsigned(one.role)]
    if len({key(one.name) for one in signed}) > 1 and len({key(one.role) for one in signed}) > 1:
        return
    who = " and ".join(map(str, signed)) or "nobody"
    yield Objection(
        "signoff",
        f"{review.folder} is signed off by {who}; letters are sent after two people have signed "
        f'them off in two roles: "lgo-letters signoff {review.options} --role ROLE --name NAME".',
    )


# ---- days


def _of_days(draft: Draft) -> Iterator[Objection]:
    """It is too early for what would be sent now, or so late that each has to be named."""
    settings = draft.edition.settings
    chosen = [planned for planned in draft.due if planned.is_chosen]
    not_before = settings.dispatch.not_before
    days = Counter(_earliest(planned.letter, not_before) for planned in chosen)
    for day in sorted(day for day in days if day > draft.today):
        why = "the date that they bear"
        if day == not_before:
            why = "as the edition says"
        elif days[day] == 1:
            why = "the date that it bears"
        message = (
            f"{count_of(days[day], 'letter')} may not be sent before {format_date(day)}, {why}; "
        )
        yield Objection("early", f"{message}wait until then.")
    if not chosen or not draft.is_published:
        return
    published = f"The letters were published on {format_date(settings.letter.publication)}"
    if not draft.choices.authorities:
        yield Objection(
            "late",
            f"{published}, and {count_of(len(chosen), 'letter')} would come after that; name each "
            "that is to be sent all the same with --authority.",
        )
    elif draft.edition.email_late is None:
        message = f"{published}, and the edition has no {EMAIL_LATE} that says so; write it."
        yield Objection("late", message)


def _earliest(letter: Letter, not_before: date | None) -> date:
    """The day from which on a letter may be sent; one that was reissued waits for its own date."""
    if not_before is None:
        return letter.dated
    return not_before if letter.reissued is None else max(not_before, letter.dated)


# ---- what was sent before


def _of_ledger(draft: Draft) -> Iterator[Objection]:
    ledger = draft.ledger
    for planned in draft.planned:
        outgoing = planned.outgoing
        last, letter = ledger.last(outgoing.key), outgoing.attachments[0]
        if planned.state == "to come" or last is None or last.sha256 in ("", letter.sha256):
            continue
        yield Objection(
            "ledger",
            f"{planned.authority.name} was sent another letter than {letter.path} by "
            f"{ledger.file}; put that one back, or reissue it, so that it says what it replaces.",
            planned.authority.name,
        )
    keys = [*(planned.outgoing.key for planned in draft.planned), *draft.unaddressed]
    known = {key.authority for key in keys}
    sent = [key.authority for key in ledger.all_keys()]
    for name in dict.fromkeys(sent):
        if name not in known:
            yield Objection(
                "ledger",
                f"{ledger.file} has a letter to {name}, which has none here. If an authority has "
                f"another name now, give that one under also_known_as in {draft.table}, so that "
                "nothing goes there twice.",
            )
    if draft.due and ledger.exports:
        export = ledger.exports[-1]
        yield Objection(
            EXPORTED,
            f"The messages were exported by {export['who']} on {format_time(export['time'])}, so "
            "that others send them, and nothing is sent here; record what they have sent with "
            '"lgo-letters dispatch resolve".',
        )


# ---- letters


def _of_letter(planned: Planned, draft: Draft, names: Sequence[str]) -> Iterator[Objection]:
    """What stands against the files that go with a message."""
    name, letter = planned.authority.name, planned.outgoing.attachments[0].path
    changed = {difference.file: difference.what for difference in draft.review.differences}
    for attachment in planned.outgoing.attachments:
        if what := changed.get(attachment.path.name):
            yield Objection(
                "digest",
                f"{name}: {attachment.path} {what}, so it is not what the manifest has; put that "
                "back.",
                name,
            )
    if "sheets" in draft.edition.settings.dispatch.attach:
        there = {attachment.path.name for attachment in planned.outgoing.attachments}
        for file in sheets_of(letter.name):
            if file not in there:
                message = f"{name}: {letter.parent / file} is not there, and is to go with the "
                message += "letter; run generate with --sheets, and have all signed off."
                yield Objection("sheets", message, name)
    wrong = None if letter.name in changed else wrong_letter(planned, names, draft.table)
    if wrong is not None:
        yield Objection("letter", f"{name}: {letter} {wrong}", name)


# ---- addresses


def _of_addresses(planned: Planned, draft: Draft) -> Iterator[Objection]:
    name, addressee = planned.authority.name, planned.addressee
    domain, correct = addressee.domain, f"correct it in {draft.table}."
    correct_address = "correct --to." if planned.is_again and draft.choices.to else correct
    addresses = planned.outgoing.to, *planned.outgoing.cc

    def objection(message: str) -> Objection:
        return Objection("address", f"{name}: {message}", name)

    if domain is None:
        message = f"it has no approved domain; put the one of its addresses into {draft.table}."
        yield objection(message)
    elif not is_domain(domain):
        yield objection(f'the domain "{cut(domain)}" is not one, such as leeds.gov.uk; {correct}')
        domain = None
    for address in dict.fromkeys(addresses):
        if not is_address(address):
            message = f'"{cut(address)}" is not one e-mail address that every server takes; '
            yield objection(message + correct_address)
        elif domain is not None and domain_of(address) != domain.lower():
            yield objection(f"{address} is not in its approved domain, {domain}; {correct_address}")
    for address, number in Counter(map(mailbox, addresses)).items():
        if number > 1:
            yield objection(f"{cut(address)} is given twice; {correct}")


def _missing(draft: Draft) -> Iterator[Acceptable]:
    for outgoing_key, addressee in draft.unaddressed.items():
        if draft.ledger.state(outgoing_key) != "to come":
            continue  # as it went another way
        name = outgoing_key.authority
        of = "" if addressee.name == name else f" of {addressee.name}, which receives its letter,"
        message = f"{name}: no address{of} in {draft.table}; add it, or give --skip-missing."
        yield Acceptable(Objection(MISSING, message, name), name, name)


def _shared(draft: Draft) -> Iterator[Acceptable]:
    serves: dict[str, list[Planned]] = defaultdict(list)
    for planned in draft.planned:
        for address in dict.fromkeys(map(mailbox, (planned.outgoing.to, *planned.outgoing.cc))):
            serves[address].append(planned)
    for address, served in serves.items():
        if len(served) < 2 or not any(planned.is_due for planned in served):
            continue
        names = sorted(planned.authority.name for planned in served)
        message = (
            f"{address} serves {len(names)} authorities: {', '.join(names)}; correct that, or, if "
            f"it is right, give --accept-shared {shlex.quote(address)}."
        )
        yield Acceptable(Objection(SHARED, message), address, f"{address}: {'; '.join(names)}")


def _new(draft: Draft, last_year: Mapping[str, Authority]) -> Iterator[Acceptable]:
    for addressee in {planned.addressee.name: planned.addressee for planned in draft.due}.values():
        names = map(key, (addressee.name, *addressee.also_known_as))
        was = next((last_year[name] for name in names if name in last_year), None)
        addresses = addressee.email or "", *addressee.cc
        if (what := _what_is_new(addressee, addresses, was)) is None:
            continue
        message = (
            f"{addressee.name}: {what}; ask the authority, and correct {draft.table}, or give "
            f"--accept-new {quoted(addressee.name)}."
        )
        to = f"{addressee.name}: {addressee.recipient or addressee.role} <{', '.join(addresses)}>"
        yield Acceptable(Objection(NEW, message, addressee.name), addressee.name, to)


def _what_is_new(
    addressee: Authority, addresses: Sequence[str], was: Authority | None
) -> str | None:
    """What differs from last year in an authority's addresses and person; None if nothing does."""
    before = () if was is None or was.email is None else (was.email, *was.cc)
    known = {*map(mailbox, before)}
    new = [address for address in addresses if mailbox(address) not in known]
    if was is None or not before:
        return f"{', '.join(new)} is new, as last year it had no address"
    is_same_person = key(addressee.recipient or "") == key(was.recipient or "")
    if new:
        person = f", though {addressee.addressed_as} is the same" if is_same_person else ""
        return f"{', '.join(new)} is new; last year it was {', '.join(before)}{person}"
    if not is_same_person:
        now, then = (one.recipient or f"no name ({one.role})" for one in (addressee, was))
        return f"the letter goes to {now}, last year to {then}, and to the same address"
    return None
