"""What was sent to whom: dispatch/YEAR.jsonl, a line of JSON for every step, flushed to disk.

    {"step": "claimed", "time": …, "authority": …, "issue": 1, "message": 1, …}
    {"step": "committing", …}   just before the dot that ends the message
    {"step": "accepted", …, "answer": "250 …"}

A message that was claimed and no more was surely not sent. One that was committing may have been,
whatever happened next, unless the server's answer or a person says otherwise. A line that was cut
short is a step that never came to be, as nothing is done before its line is on disk.
"""

from __future__ import annotations

import contextlib
import getpass
import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any, Literal

from lgo_letters.errors import DispatchError, reason
from lgo_letters.run.files import (
    NOT_OURS,
    flush_folder,
    make_folder,
    open_locked,
    open_ordinary,
    write_all,
)

from .outgoing import End, Key, Outgoing

State = Literal["to come", "uncertain", "accepted", "refused", "returned", "acknowledged"]
Outcome = Literal["sent", "not-sent", "returned", "acknowledged"]
"""What a person found out about a message."""

Entry = dict[str, Any]
"""A line of the ledger."""

_AFTER: dict[str, tuple[State, tuple[State, ...]]] = {
    "claimed": ("to come", ("to come",)),
    "committing": ("uncertain", ("to come",)),
    "unanswered": ("uncertain", ("uncertain",)),
    "accepted": ("accepted", ("uncertain",)),
    "refused": ("refused", ("to come", "uncertain")),
    "deferred": ("to come", ("to come", "uncertain")),
}
"""The state after each step, and those that it may follow."""
_RESOLVED: dict[Outcome, tuple[State, tuple[State, ...]]] = {
    "sent": ("accepted", ("to come", "uncertain", "refused")),
    "not-sent": ("to come", ("uncertain",)),
    "returned": ("returned", ("uncertain", "accepted", "acknowledged")),
    "acknowledged": ("acknowledged", ("uncertain", "accepted", "returned")),
}
"""The state after each outcome, and those that it may follow."""
_OTHERS = ("begun", "resolved", "resend", "allowed", "exported")


@dataclass(frozen=True, slots=True)
class Message:
    """One e-mail: the first of its key is number 1, and each that `resend` sent has the next.

    `sha256` is that of its letter, `message_id` and `date` are header fields that stay for all
    attempts, `time` is when its last step was, and `answer` is what the server or the connection
    said then.
    """

    key: Key
    number: int
    to: str
    cc: tuple[str, ...]
    sha256: str
    message_id: str
    date: str
    state: State = "to come"
    time: str = ""
    answer: str | None = None


class Ledger:
    """The record of a year's messages, or of its rehearsals, as it was when it was read.

    Raises DispatchError where the file is not as this program wrote it.
    """

    def __init__(self, file: Path, year: int, *, rehearsal: bool, content: bytes = b"") -> None:
        self.file, self.year, self.is_rehearsal = file, year, rehearsal
        self.entries: list[Entry] = []
        self._messages: dict[Key, dict[int, Message]] = {}
        for number, line in enumerate(_whole(content).split(b"\n")[:-1], 1):
            try:
                self._add(json.loads(line))
            except NOT_OURS as error:
                raise DispatchError(
                    f"{file}, line {number}, is not as lgo-letters wrote it for the "
                    f"{'rehearsals' if rehearsal else 'messages'} of {year}, so nothing was sent; "
                    "put the original back. Without it nobody knows who has had a letter."
                ) from error

    def messages(self, key: Key) -> Sequence[Message]:
        """All messages of a key, in the order of their numbers."""
        return [*self._messages.get(key, {}).values()]

    def last(self, key: Key) -> Message | None:
        """The message that the key's state is of: the last that may have been sent, else the first.

        None where there was none yet.
        """
        messages = self.messages(key)
        sent = [message for message in messages if message.state != "to come"]
        return next(reversed(sent), None) or next(iter(messages), None)

    def state(self, key: Key) -> State:
        """What became of a key's message."""
        last = self.last(key)
        return "to come" if last is None else last.state

    def _state_of(self, key: Key, number: int) -> State:
        """What became of one message; of the first, what became of the key's."""
        if number == 1:
            return self.state(key)
        message = self._messages.get(key, {}).get(number)
        return "to come" if message is None else message.state

    def all_keys(self) -> Sequence[Key]:
        """The keys of all messages, in the order in which they were first claimed."""
        return [*self._messages]

    def allowed(self, objection: str) -> frozenset[str]:
        """What a person accepted of that kind of objection, such as an address for "shared"."""
        return frozenset(
            entry["what"]
            for entry in self.entries
            if entry["step"] == "allowed" and entry["objection"] == objection
        )

    @property
    def exports(self) -> Sequence[Entry]:
        """The entries of what was exported, each with its code, messages, who and time."""
        return [entry for entry in self.entries if entry["step"] == "exported"]

    def _add(self, entry: Entry) -> None:
        """Takes a line in; raises one of NOT_OURS where it is not ours."""
        step = entry["step"]
        head = {"year": self.year, "rehearsal": self.is_rehearsal}
        if (step == "begun") != (not self.entries) or not isinstance(entry["time"], str):
            raise ValueError("a ledger begins once")
        if step == "begun":
            if {name: entry[name] for name in head} != head:
                raise ValueError("the ledger of something else")
        elif step in _AFTER or step == "resolved":
            self._add_to_message(entry)
        elif step not in _OTHERS:
            raise ValueError("an unknown step")
        for name in {"allowed": ("objection", "what"), "exported": ("code",)}.get(step, ()):
            if not isinstance(entry[name], str):
                raise TypeError("not text")
        self.entries.append(entry)

    def _add_to_message(self, entry: Entry) -> None:
        key = Key(self.year, entry["authority"], entry["issue"])
        number, step = entry["message"], entry["step"]
        is_resolved = step == "resolved"
        state, before = _RESOLVED[entry["outcome"]] if is_resolved else _AFTER[step]
        if self._state_of(key, number) not in before:
            raise ValueError("a step that cannot follow")
        of_key = self._messages.setdefault(key, {})
        if number not in of_key and step != "claimed" and not is_resolved:
            raise ValueError("a message that was never claimed")
        if step == "claimed" or number not in of_key:
            # A person may say that a letter went another way before any message was claimed.
            fields = [entry.get(name, "") for name in ("to", "sha256", "message_id", "date")]
            if not all(isinstance(field, str) for field in (*fields, key.authority)):
                raise TypeError("not text")
            to, sha256, message_id, date = fields
            cc = tuple(map(str, entry.get("cc", ())))
            of_key[number] = Message(key, number, to, cc, sha256, message_id, date)
        answer = entry.get("note" if is_resolved else "answer")
        of_key[number] = replace(of_key[number], state=state, time=entry["time"], answer=answer)


class OpenLedger(Ledger):
    """The ledger held by this process alone; every line is on disk when its method returns.

    Where a line cannot be written, DispatchError is raised, and nothing more can be recorded.
    """

    def __init__(self, file: Path, year: int, *, rehearsal: bool, descriptor: int) -> None:
        self._descriptor = descriptor
        with open(descriptor, "rb", closefd=False) as opened:
            opened.seek(0)
            content = opened.read()
        super().__init__(file, year, rehearsal=rehearsal, content=content)
        self._size = len(_whole(content))
        self._is_broken = False
        if not self.entries:
            self._write({"step": "begun", "year": year, "rehearsal": rehearsal, **_who()})

    def claim(
        self,
        outgoing: Outgoing,
        number: int = 1,
        *,
        domain: str,
        code: str,
        to: str | None = None,
    ) -> Message:
        """Records that a message is about to be tried, and gives it its date and Message-ID.

        Both are those of its first attempt, if there was one. A rehearsal goes to `to` alone.
        Raises DispatchError for a message that may have been sent, whoever asks for it.
        """
        before = self._messages.get(outgoing.key, {}).get(number)
        if (state := self._state_of(outgoing.key, number)) != "to come":
            raise DispatchError(
                f"The message to {outgoing.key.authority} is {state}, and was not sent again."
            )
        if before is not None and before.message_id:
            message_id, date = before.message_id, before.date
        else:
            message_id = f"<{self._identity(outgoing, number)}@{domain}>"
            date = format_datetime(datetime.now(UTC))
        self._step(
            outgoing.key,
            number,
            "claimed",
            to=to or outgoing.to,
            cc=[] if to else outgoing.cc,
            sha256=outgoing.attachments[0].sha256,
            message_id=message_id,
            date=date,
            code=code,
        )
        return self._messages[outgoing.key][number]

    def committing(self, message: Message) -> None:
        """Records that the dot is about to be sent: from now on the message may have arrived."""
        self._step(message.key, message.number, "committing")

    def answered(self, message: Message, end: End, answer: str) -> None:
        """Records what the server said, or how the connection ended without its answer."""
        self._step(message.key, message.number, end, answer=answer)

    def resolve(self, key: Key, outcome: Outcome, note: str) -> None:
        """Records what a person found out; raises DispatchError where it cannot follow."""
        last, state = self.last(key), self.state(key)
        if state not in (before := _RESOLVED[outcome][1]):
            raise DispatchError(
                f"{key.authority}: the message is {state}, and --{outcome} is for one that is "
                f"{' or '.join(before)}, so nothing was recorded."
            )
        number = 1 if last is None else last.number
        self._step(key, number, "resolved", outcome=outcome, note=note, **_who())

    def resend(self, outgoing: Outgoing, reason: str) -> int:
        """Records why a further message is sent, and gives its number.

        Raises DispatchError where the first has not been sent, which `send` does.
        """
        key = outgoing.key
        if self.state(key) == "to come":
            raise DispatchError(
                f"{key.authority} has not been sent its letter yet, so nothing was sent again; "
                "send does that."
            )
        number = self.next_number(key)
        self._step(key, number, "resend", to=outgoing.to, reason=reason, **_who())
        return number

    def next_number(self, key: Key) -> int:
        """The number of a further message of that key, which no other has had."""
        numbers = [
            entry["message"]
            for entry in self.entries
            if (entry.get("authority"), entry.get("issue")) == key[1:]
        ]
        return max(numbers, default=0) + 1

    def allow(self, objection: str, what: str) -> None:
        """Records that a person accepts what an objection says, unless that is recorded."""
        if what not in self.allowed(objection):
            self._write({"step": "allowed", "objection": objection, "what": what, **_who()})

    def export(self, code: str, messages: int) -> None:
        """Records that all messages of a plan were exported, for others to send."""
        self._write({"step": "exported", "code": code, "messages": messages, **_who()})

    def _identity(self, outgoing: Outgoing, number: int) -> str:
        """The same for the same message wherever its ledger lies, as many servers drop a second."""
        letter = outgoing.attachments[0].sha256
        content = json.dumps([*outgoing.key, number, self.is_rehearsal, outgoing.to, letter])
        return hashlib.sha256(content.encode()).hexdigest()[:32]

    def _step(self, key: Key, number: int, step: str, **fields: Any) -> None:
        about = {"authority": key.authority, "issue": key.issue, "message": number}
        self._write({"step": step, "time": now(), **about, **fields})

    def _write(self, entry: Entry) -> None:
        """Writes a line and flushes it; what is written of a line that fails is taken back."""
        if self._is_broken:
            raise DispatchError(f"{self.file} could not be written before; run the command again.")
        line = f"{json.dumps(entry, ensure_ascii=False)}\n".encode()
        try:
            status = os.fstat(self._descriptor)
            if not os.path.samestat(status, self.file.stat()):
                raise FileNotFoundError(None, "it was replaced while it was in use")
            if status.st_size != self._size:  # the rest of a line that was cut short
                os.ftruncate(self._descriptor, self._size)
            write_all(self._descriptor, line)
            os.fsync(self._descriptor)
        except OSError as error:
            self._is_broken = True
            with contextlib.suppress(OSError):
                os.ftruncate(self._descriptor, self._size)
                os.fsync(self._descriptor)
            raise DispatchError(
                f"{self.file} cannot be written ({reason(error)}), and without it nothing is sent; "
                "fix that, and run the same command again."
            ) from error
        self._size += len(line)
        self._add(json.loads(line))


# ---- files


def read_ledger(folder: Path, year: int, *, rehearsal: bool = False) -> Ledger:
    """The ledger as it is now, without a lock; an empty one where there is none.

    A last line that is not whole yet is left out.
    """
    file = ledger_file(folder, year, rehearsal=rehearsal)
    content = b""
    if os.path.lexists(file):
        try:
            with open_ordinary(file) as opened:
                content = opened.readall()
        except OSError as error:
            raise DispatchError(f"{file} cannot be read ({reason(error)}); fix that.") from error
    return Ledger(file, year, rehearsal=rehearsal, content=content)


@contextlib.contextmanager
def open_ledger(folder: Path, year: int, *, rehearsal: bool = False) -> Iterator[OpenLedger]:
    """The ledger, begun if need be, held by this process until the end of the block.

    Raises DispatchError if another process holds it, or if it cannot be made.
    """
    file = ledger_file(folder, year, rehearsal=rehearsal)
    try:
        make_folder(folder)
        descriptor = open_locked(file)
        flush_folder(folder)
    except OSError as error:
        raise DispatchError(f"{file} cannot be written ({reason(error)}); fix that.") from error
    if descriptor is None:
        raise DispatchError(
            f"Another lgo-letters holds {file}, perhaps to send from it, so nothing was sent here; "
            "wait until it has finished."
        )
    try:
        yield OpenLedger(file, year, rehearsal=rehearsal, descriptor=descriptor)
    finally:
        os.close(descriptor)


def ledger_file(folder: Path, year: int, *, rehearsal: bool) -> Path:
    """The file of a year's ledger in the folder of ledgers."""
    return folder / f"{year}{'-rehearsal' if rehearsal else ''}.jsonl"


def _whole(content: bytes) -> bytes:
    """The lines that were written to their end: a power cut may leave zeros in the last."""
    end = content.rfind(b"\n") + 1
    last = content.rfind(b"\n", 0, max(0, end - 1)) + 1
    return content[: last if b"\0" in content[last:end] else end]


def now() -> str:
    """The time in UTC, as the ledger has it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _who() -> Entry:
    """When, and by which login."""
    try:
        login = getpass.getuser()
    except (ImportError, KeyError, OSError):
        login = "unknown"
    return {"time": now(), "who": login}
