"""Workers on a Dask cluster, which has to be on this computer, or be reached over TLS.

Letters are confidential until they are published, so that every way between this process, the
scheduler and its workers is checked before any letter is sent. Dask comes with the extra
`lgo-letters[cluster]`; without it, importing this module fails.
"""

from __future__ import annotations

import contextlib
import ipaddress
import logging
import pickle
import time
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from functools import partial
from importlib.metadata import version
from typing import Any
from urllib.parse import urlsplit

from distributed import Client, Security

from lgo_letters import __version__
from lgo_letters.errors import LettersError, UsageError, WriteError

from .pool import Workers

_CONNECTING = 5  # seconds that a scheduler may take to answer
_WITHOUT_WORKERS = 30.0  # seconds after which workers that are gone are taken to stay away

for _library in ("distributed", "distributed.client", "distributed.core", "tornado.application"):
    logging.getLogger(_library).setLevel(logging.CRITICAL)  # what matters is raised too


def scheduler_address(address: str) -> str:
    """The address, with its protocol; raises UsageError where letters may not be sent there."""
    whole = address if "://" in address else f"tcp://{address}"
    if not _has_port(whole):
        raise UsageError(
            f'"{address}" is no address of a Dask scheduler; give --cluster one like '
            "tls://scheduler.example.org:8786 or 127.0.0.1:8786."
        )
    if not _is_private(whole):
        raise UsageError(
            f"{address} is neither on this computer nor reached over TLS, and letters are "
            "confidential until they are published; give --cluster an address with tls://."
        )
    return whole


@contextlib.contextmanager
def cluster_workers(address: str) -> Iterator[Workers]:
    """The workers of the cluster whose scheduler is there.

    Raises WriteError where it is out of reach, where letters would go over an open network, and
    where they would not become the same letters as here.
    """
    client = _connected(address)
    try:
        number = len(_checked_workers(client, address))
        executor = client.get_executor(pure=False)
        submit = partial(executor.submit, _do, _versions())
        try:
            yield Workers(number, partial(_submit, submit), _Watch(client, address))
        finally:
            executor.shutdown(wait=False)
    except (LettersError, GeneratorExit):
        raise
    except Exception as error:
        raise WriteError(
            f"The cluster at {address} did not make its letters ({_in_short(error)}); see to it, "
            "and run the command again to make the rest."
        ) from error
    finally:
        with contextlib.suppress(Exception):
            client.close(timeout=1)


def _has_port(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return bool(parts.hostname) and parts.port is not None
    except ValueError:
        return False


def _is_private(address: str) -> bool:
    parts = urlsplit(address)
    if parts.scheme == "tls":
        return True
    if parts.scheme != "tcp" or parts.hostname is None:
        return False
    if parts.hostname == "localhost":
        return True
    try:
        return ipaddress.ip_address(parts.hostname).is_loopback
    except ValueError:
        return False


def _connected(address: str) -> Client:
    security = _security() if address.startswith("tls://") else None
    try:
        return Client(address, timeout=_CONNECTING, set_as_default=False, security=security)
    except Exception as error:
        raise WriteError(
            f"No Dask scheduler could be reached at {address} ({_in_short(error)}); start one "
            "there, or leave out --cluster."
        ) from error


def _security() -> Security:
    """What Dask's configuration says of TLS."""
    security = Security(require_encryption=True)
    try:
        context = security.get_connection_args("client")["ssl_context"]
    except OSError as error:
        raise _no_certificates(f": {_in_short(error)}") from error
    if context is None:
        raise _no_certificates("")
    return security


def _no_certificates(what: str) -> UsageError:
    return UsageError(
        f"TLS needs certificates, and Dask's configuration names none that can be read{what}; name "
        "them there as distributed.comm.tls.ca-file, …client.cert and …client.key."
    )


def _checked_workers(client: Client, address: str) -> list[str]:
    """The addresses of all workers; raises WriteError where letters may not go to one."""
    client.wait_for_workers(1, timeout=_CONNECTING)
    information = client.scheduler_info(n_workers=-1)
    workers = list(information["workers"])
    for each in (information["address"], *workers):
        if not _is_private(each):
            raise WriteError(
                f"The cluster at {address} sends to {each}, which is neither on this computer nor "
                "reached over TLS; no letter was sent. Start its scheduler and workers with "
                "--protocol tls, or with --host 127.0.0.1."
            )
    return workers


class _Watch:
    """Looks whether any worker is left, where nothing has come from them for a while."""

    def __init__(self, client: Client, address: str) -> None:
        self._client, self._address = client, address
        self._seen = time.monotonic()

    def __call__(self) -> None:
        """Raises WriteError where the cluster has been without workers for too long."""
        if self._client.nthreads():
            self._seen = time.monotonic()
        elif time.monotonic() - self._seen > _WITHOUT_WORKERS:
            raise WriteError(
                f"The cluster at {self._address} has lost all its workers; start some, and run the "
                "command again to make the rest."
            )


def _submit(submit: Callable[..., Future[Any]], *work: Any) -> Future[Any]:
    """As one piece of bytes, which Dask passes on without looking into it."""
    return submit(pickle.dumps(work, pickle.HIGHEST_PROTOCOL))


def _do(versions: str, pickled: bytes) -> Any:
    """Does the work, on a worker: raises WriteError where it would not do it as the caller does."""
    if versions != _versions():
        raise WriteError(
            f"A worker of the cluster has {_versions()}, and here is {versions}; install the same "
            "on both, as letters depend on them."
        )
    work, *what = pickle.loads(pickled)  # noqa: S301  # from the caller, whom the scheduler let in
    return work(*what)


def _versions() -> str:
    """All that decides what bytes a letter becomes."""
    reportlab = version("reportlab")
    return f"lgo-letters {__version__}, ReportLab {reportlab} and zlib {zlib.ZLIB_RUNTIME_VERSION}"


def _in_short(error: BaseException) -> str:
    text = str(error).strip().split("\n", 1)[0].rstrip(".")
    return text[:1].lower() + text[1:] if text else type(error).__name__
