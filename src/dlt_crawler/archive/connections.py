"""The connections to an archive: a turn for what is sent over them, and an end for answers whose head never ends.

The timeouts of requests are for one receive, not for all of them; and it opens a connection when there is something to
send, which takes as long as it takes.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.response import HTTPResponse


class ArchiveAdapter(HTTPAdapter):
    """Calls `turn` once there is a connection, and sends the request when that returns.

    Gives up an answer when its status line and headers have not come within the read timeout. Connections through a
    proxy are left to the proxy, which has a patience of its own.
    """

    def __init__(self, turn: Callable[[], None], *, connections: int) -> None:
        """Keep so many connections open."""
        self._turn = turn
        super().__init__(pool_maxsize=connections)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **pool_kwargs: object) -> None:
        """Let the pools open connections of ours."""
        super().init_poolmanager(connections, maxsize, block, **pool_kwargs)
        turn = self._turn

        class Plain(_Connection):
            take_turn = staticmethod(turn)

        class Secure(_SecureConnection):
            take_turn = staticmethod(turn)

        class Pool(HTTPConnectionPool):
            ConnectionCls = Plain

        class SecurePool(HTTPSConnectionPool):
            ConnectionCls = Secure

        self.poolmanager.pool_classes_by_scheme = {"http": Pool, "https": SecurePool}


class _Connection(HTTPConnection):
    take_turn: Callable[[], None]

    def request(self, method: str, url: str, *arguments: Any, **more: Any) -> None:
        if self.sock is None:
            self.connect()
        self.take_turn()
        super().request(method, url, *arguments, **more)

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


class _SecureConnection(_Connection, HTTPSConnection):
    pass


def _cut(connection: socket.socket, cut: threading.Event) -> None:
    cut.set()
    try:
        # Not the method of TLS sockets, which changes them under the hands of the thread that reads.
        socket.socket.shutdown(connection, socket.SHUT_RDWR)
    except OSError:
        # The peer was faster: reading ends by itself.
        return
