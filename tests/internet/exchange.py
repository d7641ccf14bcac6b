"""One request, the connection it came on, and the memory of the test internet."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from tests.internet.state import State
from tests.internet.wire import Answer, Connection, Request


@dataclass(frozen=True, slots=True)
class Exchange:
    """What a behaviour works with. `arguments` are the parts of the path that its row names in braces."""

    request: Request
    connection: Connection
    state: State
    arguments: Mapping[str, str] = field(default_factory=dict)


Serve = Callable[[Exchange], Answer | Awaitable[Answer | None]]
"""Returns an answer to send, or None when it has dealt with the connection itself: it is closed then."""
