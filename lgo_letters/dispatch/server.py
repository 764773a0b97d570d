"""[dispatch] of lgo-letters.toml → the mail server, and in whose name it is asked to send."""

from __future__ import annotations

import os
import re
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from lgo_letters.errors import DataError, UsageError
from lgo_letters.tables.data import MAPPING_FILE
from lgo_letters.tables.export import open_settings
from lgo_letters.toml_lines import SettingLines
from lgo_letters.toml_settings import Line, Table, validate

from .addresses import is_address
from .outgoing import Server

_TABLE = "dispatch"
_NAMED = re.compile(r"[^<>@\"]+ <(?P<address>[^<> ]+)>")  # LGSCO <letters@example.org>
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")


def _address(text: str) -> str:
    if not is_address(text):
        raise ValueError("is not an e-mail address; write one such as letters@example.org")
    return text


def _sender(text: str) -> str:
    named = _NAMED.fullmatch(text)
    _address(text if named is None else named["address"])
    return text


def _host(text: str) -> str:
    if not (_HOST.fullmatch(text) or _is_ip(text)):
        raise ValueError("is not the name of a server; write it as smtp.example.org")
    return text


def _is_ip(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


_Address = Annotated[Line, AfterValidator(_address)]


class _Dispatch(Table):
    host: Annotated[Line, AfterValidator(_host)]
    port: Annotated[int, Field(ge=1, le=65_535)]
    security: Literal["starttls", "tls", "none"]
    user: Line | None = None
    sender: Annotated[Line, AfterValidator(_sender)] = Field(alias="from")
    bounce_to: _Address | None = None
    reply_to: _Address | None = None
    rehearse_to: list[_Address] = Field(default_factory=list)


class _File(Table):
    dispatch: _Dispatch


def read_server(file: Path = Path(MAPPING_FILE)) -> Server:
    """The mail server that lgo-letters.toml names; `bounce_to` is by default the sender's address.

    Raises UsageError where it names none, DataError where a setting is not as it has to be.
    """
    if os.path.lexists(file):
        tables, lines, _ = open_settings(file)
        if _TABLE in tables:
            return _server(tables[_TABLE], lines)
    raise UsageError(
        f"{file} here has no [{_TABLE}], which says by which mail server letters are sent and in "
        "whose name; add it."
    )


def _server(table: Any, lines: SettingLines) -> Server:
    read, problems = validate(_File, {_TABLE: table}, lines)
    if read is None:
        raise DataError(problems)
    settings = read.dispatch
    if settings.security == "none" and not _is_loopback(settings.host):
        message = (
            "is for a server on this computer alone, as anybody on the way could read the letters; "
            'write "starttls" or "tls".'
        )
        raise DataError([lines.problem((_TABLE, "security"), message, settings.security)])
    named = _NAMED.fullmatch(settings.sender)
    return Server(
        host=settings.host,
        port=settings.port,
        security=settings.security,
        user=settings.user,
        sender=settings.sender,
        bounce_to=settings.bounce_to or (named["address"] if named else settings.sender),
        reply_to=settings.reply_to,
        rehearse_to=tuple(settings.rehearse_to),
    )


def _is_loopback(host: str) -> bool:
    return host == "localhost" or (_is_ip(host) and ip_address(host).is_loopback)
