"""An end for answers whose head never ends: the timeouts of requests are for one receive, not for all of them."""

from __future__ import annotations

import socket
import threading

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.response import HTTPResponse


class HeadDeadlineAdapter(HTTPAdapter):
    """Gives up an answer when its status line and headers have not come within the read timeout.

    Connections through a proxy are left to the proxy, which has a patience of its own.
    """

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **pool_kwargs: object) -> None:
        """Let the pools open connections with a deadline."""
        super().init_poolmanager(connections, maxsize, block, **pool_kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}


class _HeadDeadline(HTTPConnection):
    # As in urllib3, whose answer is another class than http.client's.
    def getresponse(self) -> HTTPResponse:  # type: ignore[override]
        seconds = self.timeout
        if not isinstance(seconds, int | float):
            return super().getresponse()
        # A cut connection looks to http.client like the end of the headers: whether it was cut must be asked.
        cut = threading.Event()
        watch = threading.Timer(seconds, _cut, [self.sock, cut])
        watch.daemon = True
        watch.start()
        try:
            response = super().getresponse()
        finally:
            watch.cancel()
        if cut.is_set():
            response.close()
            raise TimeoutError("the head of the answer takes too long")
        return response


class _SecureConnection(_HeadDeadline, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _HeadDeadline


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


def _cut(connection: socket.socket, cut: threading.Event) -> None:
    cut.set()
    try:
        # Not the method of TLS sockets, which changes them under the hands of the thread that reads.
        socket.socket.shutdown(connection, socket.SHUT_RDWR)
    except OSError:
        # The peer was faster: reading ends by itself.
        return
