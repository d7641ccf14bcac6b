"""The last word on every socket that libcurl opens."""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable
from typing import Any

import pycurl

_OUR_LIMITS = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})


class Gate:
    """Opens sockets where the guard lets it (CURLOPT_OPENSOCKETFUNCTION)."""

    def __init__(self, may_connect: Callable[[str, int], bool]) -> None:
        self._may_connect = may_connect
        self.asked = False
        self.forbidden = False
        self.fault: Exception | None = None

    def open(self, _purpose: int, address: Any) -> int:
        """Return a new socket's descriptor, or SOCKET_BAD."""
        self.asked = True
        try:
            host, port, *_ = address.addr
            if not self._may_connect(host, port):
                self.forbidden = True
                return pycurl.SOCKET_BAD
            return socket.socket(address.family, address.socktype, address.protocol).detach()
        except OSError as error:
            # What is left is a family of addresses that this machine does not know: the next one is tried.
            self.fault = error if error.errno in _OUR_LIMITS else self.fault
        except Exception as error:  # noqa: BLE001 - raised again once libcurl has returned
            self.fault = error
        return pycurl.SOCKET_BAD
