"""Workers on a Dask cluster, which has to be on this computer, or be reached over TLS.

Letters are confidential until they are published, so every connection between this process, the
scheduler and its workers is checked before any letter is sent. Dask comes with the extra
`lgo-letters[cluster]`; without it, importing this module fails.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import logging
import pickle
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Future
from importlib.metadata import version
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakSet

import psutil
from distributed import Client, Nanny, Scheduler, Security, Worker
from distributed import Future as DaskFuture
from distributed.comm.addressing import unparse_host_port
from distributed.comm.tcp import TLSListener

from lgo_letters import __version__
from lgo_letters.errors import LettersError, UsageError, WriteError

from .pool import Pool

_CONNECTING = 5  # seconds that a scheduler may take to answer
_WITHOUT_WORKERS = 30.0  # seconds to wait for new workers when all are gone
_LOGGERS = "distributed", "distributed.client", "distributed.core", "tornado.application"


def scheduler_address(address: str) -> str:
    """The address, with its protocol; raises UsageError if letters may not be sent there."""
    whole = address if "://" in address else f"tcp://{address}"
    try:
        is_complete = urlsplit(whole).hostname and urlsplit(whole).port is not None
    except ValueError:
        is_complete = False
    if not is_complete:
        raise UsageError(
            f'"{address}" is not the address of a Dask scheduler; give --cluster one like '
            "tls://scheduler.example.org:8786 or 127.0.0.1:8786."
        )
    if not _is_private(whole):
        raise UsageError(
            f"{address} is neither on this computer nor reached over TLS, and letters are "
            "confidential until they are published; give --cluster an address with tls://."
        )
    return whole


@contextlib.contextmanager
def cluster_pool(address: str) -> Iterator[Pool]:
    """The workers of the cluster whose scheduler has that address.

    Raises WriteError if it cannot be reached, if letters would go over an open network, or if they
    would not be the same as those made here.
    """
    client = _connected(address)
    try:
        cluster = _Cluster(client, address)
        yield Pool(len(cluster.workers), cluster.submit, cluster.watch)
    except (LettersError, GeneratorExit):
        raise
    except Exception as error:
        raise WriteError(
            f"The cluster at {address} did not make its letters ({_in_short(error)}); fix that, "
            "and run the command again to make the rest."
        ) from error
    finally:
        with contextlib.suppress(Exception):
            client.close(timeout=0.2)  # or Ctrl-C would wait for work under way


def _is_private(address: str) -> bool:
    parts = urlsplit(address)
    host = parts.hostname or ""
    is_local = parts.scheme == "tcp" and (host == "localhost" or _is_loopback(host))
    return is_local or parts.scheme == "tls"


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _connected(address: str) -> Client:
    for name in _LOGGERS:  # here, as Dask's workers import this module too
        logging.getLogger(name).setLevel(logging.CRITICAL)  # what matters is raised too
    security = _security() if address.startswith("tls://") else None
    try:
        return Client(address, timeout=_CONNECTING, set_as_default=False, security=security)
    except Exception as error:
        raise WriteError(
            f"No Dask scheduler could be reached at {address} ({_in_short(error)}); start one "
            "there, or leave out --cluster."
        ) from error


def _security() -> Security:
    """TLS as Dask's configuration has it."""
    security = Security(require_encryption=True)
    try:
        if security.get_connection_args("client")["ssl_context"] is None:
            raise FileNotFoundError("none is named")
    except OSError as error:
        raise UsageError(
            "TLS needs certificates, and Dask's configuration names none that can be read "
            f"({_in_short(error)}); name them there as distributed.comm.tls.ca-file, …client.cert "
            "and …client.key."
        ) from error
    return security


def _checked_workers(client: Client, address: str) -> list[str]:
    """The addresses of the workers; raises WriteError if letters may not go to one of them."""
    client.wait_for_workers(1, timeout=_CONNECTING)
    information = client.scheduler_info(n_workers=-1)
    workers = [*information["workers"]]
    for contact in (information["address"], *workers):
        if not _is_private(contact):
            raise WriteError(
                f"The cluster at {address} sends to {contact}, which is neither on this computer "
                "nor reached over TLS; no letter was sent there. Start its scheduler and workers "
                "with --protocol tls, or with --host 127.0.0.1."
            )
    try:
        _ask(client, workers)
    except (OSError, KeyError):
        if client.nthreads().keys() >= {*workers}:
            raise
        return _checked_workers(client, address)  # without the one that is gone
    return workers


def _ask(client: Client, workers: list[str]) -> None:
    """Asks for versions and open sockets; raises WriteError if letters may not go there."""
    for versions in client.run(_versions, workers=workers).values():
        if versions != _versions():
            raise WriteError(
                f"A worker of the cluster has {versions}, but this computer has {_versions()}; "
                "install the same on both, as letters depend on them."
            )
    _refuse_open_sockets("scheduler", client.run_on_scheduler(_open_sockets))
    for nanny in (False, True):
        for sockets in client.run(_open_sockets, workers=workers, nanny=nanny).values():
            _refuse_open_sockets("nanny" if nanny else "worker", sockets)


def _refuse_open_sockets(who: str, sockets: Sequence[str]) -> None:
    if sockets:
        raise WriteError(
            f"A {who} of the cluster listens on {' and '.join(sockets)} without Dask's TLS, where "
            "other computers may reach it; it was sent no letter. Start it with --host 127.0.0.1 "
            "or --protocol tls, and in both cases with --dashboard-address 127.0.0.1:0."
        )


def _open_sockets() -> Sequence[str]:
    """What the process that runs this listens on, other than loopback and Dask's own TLS.

    The operating system knows: a contact address does not say on which interfaces a process
    listens, and a dashboard or a preloaded module may listen too.
    """
    servers = [*Scheduler._instances, *Worker._instances, *Nanny._instances]
    with_tls = {
        listener.get_host_port()[1]
        for server in servers
        for listener in server.listeners
        if isinstance(listener, TLSListener) and listener.tcp_server
    }
    return sorted(
        unparse_host_port(connection.laddr.ip, connection.laddr.port)
        for connection in psutil.Process().net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN
        and connection.laddr.port not in with_tls
        and not _is_loopback(connection.laddr.ip)
    )


class _Cluster:
    """Submits work only to workers that have been checked.

    Dask's own executor fails if a worker dies after sending its result but before it says that the
    work is finished.
    """

    def __init__(self, client: Client, address: str) -> None:
        self.workers = _checked_workers(client, address)
        self._client, self._address = client, address
        self._under_way: WeakSet[DaskFuture[Any]] = WeakSet()
        self._seen = time.monotonic()

    def submit(self, work: Callable[..., Any], *what: Any) -> Future[Any]:
        """Submits it as bytes, which Dask passes on unread."""
        sent = pickle.dumps((work, what), pickle.HIGHEST_PROTOCOL)
        loop: Any = self._client.loop  # in a thread of its own
        return asyncio.run_coroutine_threadsafe(self._result(sent), loop.asyncio_loop)

    async def _result(self, sent: bytes) -> Any:
        while True:
            workers = self.workers
            future = self._client.submit(_do, sent, pure=False, workers=workers)
            self._under_way.add(future)
            try:
                return await self._client.gather(future, asynchronous=True)
            except CancelledError:
                if workers is self.workers:
                    raise

    def watch(self) -> None:
        """Gives the work to new workers, as nannies start them, if all those checked are gone.

        Raises WriteError if there have been none for too long, or letters may not go to them.
        """
        there = self._client.nthreads().keys()
        if not there.isdisjoint(self.workers):
            self._seen = time.monotonic()
        elif there:
            self.workers = _checked_workers(self._client, self._address)
            self._client.cancel(list(self._under_way))
        elif time.monotonic() - self._seen > _WITHOUT_WORKERS:
            raise WriteError(
                f"The cluster at {self._address} has lost all its workers; start some, and run the "
                "command again to make the rest."
            )


def _do(sent: bytes) -> Any:
    """Does the work, on a worker."""
    work, what = pickle.loads(sent)  # noqa: S301  # from the caller, whom the scheduler let in
    return work(*what)


def _versions() -> str:
    """Everything that decides the bytes of a letter."""
    reportlab = version("reportlab")
    return f"lgo-letters {__version__}, ReportLab {reportlab} and zlib {zlib.ZLIB_RUNTIME_VERSION}"


def _in_short(error: BaseException) -> str:
    text = str(error).strip().split("\n", 1)[0].rstrip(".")
    return text[:1].lower() + text[1:] if text else type(error).__name__
