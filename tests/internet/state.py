"""What the test internet remembers: its log, and what the control calls have changed since it came up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic

from tests.internet.archive.memory import Memory
from tests.internet.wire import Request
from tests.internet.world import CANARIES, Host, World, is_made_up, key_of

NOBODY = Host("nobody has this name", dns="nxdomain")


@dataclass(slots=True)
class LoggedRequest:
    """One request. Times are of the monotonic clock, which all processes of a machine share, in seconds."""

    at: float
    done: float | None
    """When the answer had been handed over; None while the exchange goes on."""
    connection: int
    scheme: str
    host: str
    authority: str
    address: str
    method: str
    target: str
    headers: Mapping[str, str]
    body: str
    status: str | None = None
    """Of the answer that was sent; None where the connection itself was dealt with."""

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.authority}{self.target}"


@dataclass(slots=True)
class LoggedConnection:
    """One accepted connection, whether or not a request came on it."""

    at: float
    number: int
    address: str
    port: int


class State:
    """The memory of one internet."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.reset()

    def reset(self) -> None:
        """Forget everything that happened since the internet came up."""
        self.hosts = dict(self.world.hosts)
        self.pages = {key_of(url): target for url, target in {**CANARIES, **self.world.pages}.items()}
        self.archive = Memory(self.world.captures, self.world.troubled)
        self.switches: dict[str, str] = {}
        self.counters: Counter[str] = Counter()
        self.requests: list[LoggedRequest] = []
        self.connections: list[LoggedConnection] = []

    def host(self, name: str) -> Host:
        other = self.world.other_hosts
        return self.hosts.get(name, NOBODY if other.dns == "answers" and is_made_up(name) else other)

    def page(self, url: str) -> str | None:
        """Return the row of BEHAVIOURS that the world has for a URL: for the other scheme, it is moved or the same."""
        scheme, authority, target = key_of(url)
        found = self.pages.get((scheme, authority, target))
        if found is not None:
            return found
        if scheme == "https":
            return self.pages.get(("http", authority, target))
        return (
            f"/redirect-to/301?https{url.removeprefix('http')}" if ("https", authority, target) in self.pages else None
        )

    def count(self, key: str) -> int:
        """Return how often this was called with `key`, this call included."""
        self.counters[key] += 1
        return self.counters[key]

    def log_connection(self, address: str, port: int) -> int:
        number = len(self.connections)
        self.connections.append(LoggedConnection(monotonic(), number, address, port))
        return number

    def log_request(self, request: Request, connection: int) -> LoggedRequest:
        entry = LoggedRequest(
            monotonic(), None, connection, request.scheme, request.host, request.authority, request.address,
            request.method, request.target, request.headers, request.body.decode("utf-8", "replace"),
        )  # fmt: skip
        self.requests.append(entry)
        return entry
