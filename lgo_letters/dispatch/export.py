"""The messages of a plan as files, for those whose rules forbid a program to send them."""

from __future__ import annotations

from pathlib import Path

from lgo_letters.errors import DispatchError
from lgo_letters.figures.report import csv_lines
from lgo_letters.run.files import write_folder

from .ledger import OpenLedger
from .message import message_bytes
from .objections import EXPORTED
from .plan import Plan
from .smtp import sender_domain

LIST = "messages.csv"
_COLUMNS = ("authority", "to", "cc", "subject", "file", "attachments", "message_id")


def export(plan: Plan, ledger: OpenLedger, folder: Path) -> int:
    """Writes what is still to come as .eml files and a list of them, and gives their number.

    The folder is new, whole whenever it exists, and for its owner alone. The ledger says so first,
    so that from then on nothing of the plan is sent from here. Raises DispatchError where there is
    an objection, nothing to come, or such a folder; WriteError where it cannot be written.
    """
    plan.without(EXPORTED).check()
    if not plan.due:
        raise DispatchError("Nothing was exported, as no message of this plan is still to come.")
    if folder.resolve().is_relative_to(plan.folder.resolve()):
        raise DispatchError(
            f"{folder} lies in the folder of the letters, to which nothing may be added, so "
            "nothing was exported; name another."
        )
    if folder.exists() or folder.is_symlink():
        raise DispatchError(
            f"{folder} is there already, so nothing was exported; name a new folder."
        )
    rows: list[tuple[str, ...]] = [_COLUMNS]
    contents = {}
    for outgoing in plan.due:
        kept = ledger.claim(outgoing, domain=sender_domain(plan.server), code=plan.code)
        file = f"{outgoing.attachments[0].path.stem}.eml"
        contents[file] = message_bytes(
            outgoing, plan.server, date=kept.date, message_id=kept.message_id
        )
        attachments = "; ".join(attachment.path.name for attachment in outgoing.attachments)
        to = outgoing.to, "; ".join(outgoing.cc)
        rows.append(
            (outgoing.key.authority, *to, outgoing.subject, file, attachments, kept.message_id)
        )
    contents[LIST] = "".join(csv_lines(rows)).encode()
    ledger.export(plan.code, len(plan.due))
    write_folder(folder, contents, privately=True)
    return len(plan.due)
