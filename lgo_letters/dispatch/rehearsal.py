"""A rehearsal: the real messages, but to one's own address."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lgo_letters.errors import DispatchError
from lgo_letters.tables.data import Authority

from .addresses import domain_of, mailbox
from .objections import EXPORTED, MISSING, NEW, SHARED
from .outgoing import Outgoing
from .plan import Plan

_OF_SENDING = (
    *("signoff", "early", "late", "address", "ledger"),
    *(EXPORTED, MISSING, NEW, SHARED),
)
"""What stands against sending to authorities, and not against a look at what they would get."""


def check_rehearsal(plan: Plan, authorities: Iterable[Authority], to: str) -> None:
    """Raises DispatchError if nothing may be rehearsed, or not to that address.

    It may be in the domain of no authority, whether or not that gets a letter.
    """
    plan.without(*_OF_SENDING).check()
    if not plan.messages:
        raise DispatchError("There is no message to rehearse, as no authority has an address.")
    if mailbox(to) not in map(mailbox, plan.server.rehearse_to):
        allowed = ", ".join(plan.server.rehearse_to) or "none so far"
        raise DispatchError(
            f"A rehearsal may go to the addresses that rehearse_to in lgo-letters.toml names "
            f"({allowed}), and {to} is not one, so nothing was sent."
        )
    for authority in authorities:
        addresses = (authority.email or "", *authority.cc)
        if domain_of(to) in (*map(domain_of, addresses), (authority.domain or "").lower()):
            raise DispatchError(
                f"{to} is in the domain of {authority.name}, to which no rehearsal may go, so "
                "nothing was sent; take it out of rehearse_to in lgo-letters.toml."
            )


def sample_of(messages: Sequence[Outgoing], number: int) -> Sequence[Outgoing]:
    """That many of the messages, or all, spread evenly from the first to the last."""
    number = min(number, len(messages))
    return [messages[place * (len(messages) - 1) // max(1, number - 1)] for place in range(number)]
