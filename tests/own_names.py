"""Names for a program inside a namespace of the test internet, answered by itself: rebinding, hanging, counted.

For processes that run in there only: the machine's name server is another one from then on.
"""

from __future__ import annotations

import subprocess
import tempfile
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Literal, Self

from dnslib import QTYPE, RCODE, RR, A, DNSError, DNSRecord
from dnslib.server import BaseResolver, DNSLogger, DNSServer

from tests.internet.enclosure import refuse_outside

NAME_SERVER = "127.0.0.99"
CONFIGURATION = f"nameserver {NAME_SERVER}\noptions timeout:2 attempts:2\n"

Answer = Sequence[str] | Literal["nxdomain", "servfail", "silent"]


class OwnNames:
    """Answers for each name, or for all names below a domain, with its answers (lists of addresses) in turn."""

    def __init__(self, outside: str, answers: Mapping[str, Sequence[Answer]]) -> None:
        """`outside`: the name of the network namespace that this process must have left."""
        refuse_outside(outside)
        self.answers = dict(answers)
        self.asked: Counter[str] = Counter()
        """Queries for A, by name: getaddrinfo sends one of them in a look-up."""
        self._lock = threading.Lock()
        self._turns: Counter[str] = Counter()
        self._last: dict[str, Answer] = {}
        self._server = DNSServer(_Resolver(self), NAME_SERVER, logger=DNSLogger("", logf=lambda _: None))

    def __enter__(self) -> Self:
        with tempfile.NamedTemporaryFile("w") as ours:
            ours.write(CONFIGURATION)
            ours.flush()
            subprocess.run(["mount", "--bind", ours.name, "/etc/resolv.conf"], check=True)
        self._server.start_thread()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._server.stop()
        self._server.server.server_close()

    def answer(self, name: str, kind: int) -> Answer:
        """Return the next answer for a name; for other kinds of addresses than A its trouble, or no address."""
        with self._lock:
            if kind != QTYPE.A:
                last = self._last.get(name, ())
                return last if isinstance(last, str) else ()
            self.asked[name] += 1
            row = name if name in self.answers else name.partition(".")[2]
            answers = self.answers.get(row, ("nxdomain",))
            self._last[name] = answers[self._turns[row] % len(answers)]
            self._turns[row] += 1
            return self._last[name]


class _Resolver(BaseResolver):  # type: ignore[misc] # has no types
    def __init__(self, names: OwnNames) -> None:
        self._names = names

    def resolve(self, request: DNSRecord, handler: Any) -> DNSRecord:
        name = str(request.q.qname).rstrip(".").lower()
        reply = request.reply()
        match self._names.answer(name, request.q.qtype):
            case "silent":
                raise DNSError("dnslib sends nothing then")
            case "nxdomain":
                reply.header.rcode = RCODE.NXDOMAIN
            case "servfail":
                reply.header.rcode = RCODE.SERVFAIL
            case addresses:
                for address in addresses:
                    reply.add_answer(RR(request.q.qname, QTYPE.A, rdata=A(address), ttl=0))
        return reply
