"""The entry point of a crawling process. Imports nothing of Scrapy before it runs."""

from __future__ import annotations

import asyncio
import resource
import signal
from collections.abc import Sequence
from multiprocessing.connection import Connection
from socket import socket
from typing import TYPE_CHECKING, cast

from dlt_crawler.fetch.manners.lease import Lease

if TYPE_CHECKING:
    from twisted.internet.asyncioreactor import AsyncioSelectorReactor

_OPEN_FILES = 8_192


def main(connection: Connection, peers: Sequence[socket | None], lease: Lease | None) -> None:
    """Serve the pipe. The first message is the `Setup`; the process ends when the other end is closed or dies.

    `peers`: a socket to each crawling process, by its number; None for this one. `lease`: under which anybody is asked;
    None: always.
    """
    # Ctrl-C goes to every process of the terminal; the calling process decides what it means for this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _allow_open_files()

    # Here and in this order, because some of Twisted's modules install a reactor of their own when imported.
    from scrapy.utils.reactor import install_reactor  # noqa: PLC0415

    install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")
    from twisted.internet import reactor as installed  # noqa: PLC0415

    from dlt_crawler.fetch.crawl.worker import Worker  # noqa: PLC0415

    reactor = cast("AsyncioSelectorReactor", installed)
    try:
        setup = connection.recv()
    except EOFError:
        return

    async def serve() -> None:
        Worker(connection, setup, lease).start(peers)

    reactor.callWhenRunning(lambda: asyncio.ensure_future(serve()))
    reactor.run(installSignalHandlers=False)  # type: ignore[no-untyped-call]


def _allow_open_files() -> None:
    """Raise the usual limit of 1,024 as far as is useful and allowed: idle connections count, too."""
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _OPEN_FILES if most == resource.RLIM_INFINITY else min(most, _OPEN_FILES)
    if now != resource.RLIM_INFINITY and now < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
