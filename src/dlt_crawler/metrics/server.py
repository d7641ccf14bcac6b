"""GET /metrics and GET /healthz: a server that many may ask, and nobody can keep busy."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

log = logging.getLogger(__name__)

LONGEST = 10
"""Seconds of a request in which nothing arrives."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered to a GET."""

    status: int
    body: bytes
    media_type: str = "text/plain; charset=utf-8"


def serve(
    address: tuple[str, int],
    metrics: Callable[[str], Answer],
    health: Callable[[], Answer],
    ready: Callable[[str, int], None],
) -> None:
    """Answer at `address`, a host and a port (0: any that is free), until KeyboardInterrupt, which is passed on.

    `metrics` gets the header Accept; both are called by several threads at once. `ready` is told where it listens.
    Raises OSError when nobody can listen there.
    """
    family = socket.getaddrinfo(*address, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0][0]

    class Handler(_Handler):
        answers = {"/metrics": metrics, "/healthz": lambda _accept: health()}  # noqa: RUF012 - of this server alone

    class Server(ThreadingHTTPServer):
        address_family = family
        # Whoever asks this moment need not be waited for.
        daemon_threads = True

    with Server(address, Handler) as server:
        ready(str(server.server_address[0]), int(server.server_address[1]))
        server.serve_forever()


class _Handler(BaseHTTPRequestHandler):
    answers: dict[str, Callable[[str], Answer]]
    timeout = LONGEST
    server_version = "dlt-crawl"
    sys_version = ""

    def do_GET(self) -> None:
        answer = self.answers.get(self.path.partition("?")[0])
        said = answer(self.headers.get("Accept", "")) if answer else Answer(404, b"/metrics or /healthz\n")
        self.send_response(said.status)
        self.send_header("Content-Type", said.media_type)
        self.send_header("Content-Length", str(len(said.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(said.body)

    do_HEAD = do_GET  # noqa: N815 - as the library has it

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - as the library has it
        log.debug(format, *arguments)
