"""E-mail addresses as every mail server takes them."""

from __future__ import annotations

import re

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL = re.compile(rf"(?=.{{1,64}}\Z){_ATOM}(?:\.{_ATOM})*")
_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_DOMAIN = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(?:\.{_LABEL})+")
_LONGEST = 254  # characters (RFC 5321, 4.5.3.1.3, less the angle brackets)


def is_address(text: str) -> bool:
    """Whether it is one plain address: no name, comment, quotation mark or other alphabet."""
    local, _, domain = text.rpartition("@")
    return len(text) <= _LONGEST and bool(_LOCAL.fullmatch(local)) and is_domain(domain)


def is_domain(text: str) -> bool:
    """Whether it is the full name of a domain, such as leeds.gov.uk."""
    return _DOMAIN.fullmatch(text) is not None and not text.rpartition(".")[2].isdigit()


def domain_of(address: str) -> str:
    """The part after the @, in lower case."""
    return address.rpartition("@")[2].lower()


def mailbox(address: str) -> str:
    """What two spellings of an address have in common: mail servers rarely tell case apart."""
    return address.lower()
