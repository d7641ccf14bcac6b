"""Who is told in the tests: a webhook and a mail server on loopback that remember what they were sent."""

from __future__ import annotations

import email
import email.policy
import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar

Server = TypeVar("Server", bound=socketserver.TCPServer)


class Webhook(ThreadingHTTPServer):
    """Takes JSON, and answers with `status`; with None it keeps its callers waiting until the test ends."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Call)
        self.status: int | None = 200
        self.received: list[dict[str, Any]] = []
        self.closing = threading.Event()

    def url(self, secret: str = "T0PS3CRET") -> str:
        """An Apprise URL of it, with a password and a path that are nobody's business."""
        return f"json://me:{secret}@127.0.0.1:{self.server_port}/{secret}/hook"


class _Call(BaseHTTPRequestHandler):
    server: Webhook

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.server.status is None:
            # A byte now and then: no time limit of a single read helps.
            self.send_response(200)
            self.end_headers()
            while not self.server.closing.wait(0.2):
                self.wfile.write(b" ")
            return
        self.server.received.append(body)
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


class MailServer(socketserver.ThreadingTCPServer):
    """Takes any mail (RFC 5321, the least of it)."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.received: list[EmailMessage] = []

    @property
    def url(self) -> str:
        return f"mailto://127.0.0.1:{self.server_address[1]}?from=crawl@a.example&to=people@a.example&mode=insecure"


class _Session(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self._say("220 mail.example")
        while line := self.rfile.readline().strip().upper():
            match line.split(b" ")[0]:
                case b"DATA":
                    self._say("354 go on")
                    self.server.received.append(self._message())
                    self._say("250 taken")
                case b"QUIT":
                    self._say("221 bye")
                    return
                case _:
                    self._say("250 mail.example")

    def _message(self) -> EmailMessage:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line.removeprefix(b"."))
        message = email.message_from_bytes(b"".join(lines), policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        return message

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@contextmanager
def listening(server: Server) -> Iterator[Server]:
    """Let a server work for as long as the block does."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        if isinstance(server, Webhook):
            server.closing.set()
        server.shutdown()
        thread.join()
        server.server_close()
