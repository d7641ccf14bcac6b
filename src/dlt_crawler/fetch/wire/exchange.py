"""What comes in answer to one request, piece by piece: the head, and as much of the body as is wanted. Knows no socket.

A good head is never lost, whatever becomes of the body, and no more of the body is kept than its reading asks for.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import chain
from typing import Protocol

TAKEN = None
"""What a callback of libcurl returns to go on …"""
ENOUGH = 0
"""… and to end the transfer and its connection (CURLOPT_WRITEFUNCTION, CURLOPT_HEADERFUNCTION)."""

CODINGS = "gzip, deflate, br"
"""Content codings that are asked for, and that libcurl undoes …"""
_READABLE = frozenset({*CODINGS.split(", "), "x-gzip", "", "identity", "none"})
"""… and others that it undoes, too, or leaves alone because they change nothing."""
STATUS_LINE = re.compile(rb"HTTP/\S+ +(\d{3})(?!\d)", re.IGNORECASE)
_INTERIM = frozenset({100, *range(102, 200)})
"""Statuses that another head follows (RFC 9110, section 15.2). After 101 nobody speaks HTTP any more: it is final."""
NO_BODY = frozenset({204, 304})
"""Statuses whose answers end with the head (RFC 9112, section 6.3)."""

_DRAINED_BYTES = 16_384
"""A rest that nobody wants is read to its end when it is no longer than this, to keep the connection …"""
_DRAINED_DECODED = 65_536
"""… and no longer than this without its content coding, or when chunks do not say how long it is."""


class Reading(Protocol):
    """How much of a body is wanted, once its head is known. Picklable: it may cross processes."""

    @property
    def limit(self) -> int:
        """Bytes of the body that are kept at most, its content coding undone."""

    def __call__(self, status: int, content_type: str | None) -> int:
        """Return the number of bytes wanted; 0 for none."""

    def enough(self, body: bytearray) -> bool:
        """Return whether no more is needed than what has come. Asked with every piece that comes."""


@dataclass(frozen=True, slots=True)
class Head:
    """Status, and header fields in their order: names in lower case, values as Latin-1."""

    status: int
    fields: tuple[tuple[str, str], ...]
    _last: dict[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_last", dict(self.fields))

    def get(self, name: str) -> str | None:
        """Return the last value of a field (name in lower case); None when there is none."""
        return self._last.get(name)

    def all(self, name: str) -> tuple[str, ...]:
        """Return every value of a field (name in lower case)."""
        return tuple(value for key, value in self.fields if key == name)


class Exchange:
    """Collects one answer. `line` and `piece` are libcurl's callbacks and raise nothing: `fault` keeps what they would.

    `on_head` is called once the head is whole, `on_drain` when a rest begins that is read only to keep the connection.
    """

    def __init__(self, reading: Reading, *, on_head: Callable[[], None], on_drain: Callable[[], None]) -> None:
        self.fault: Exception | None = None
        self.enough_at: float | None = None
        """When all that is wanted had come, on the monotonic clock, where more is taken after it."""
        self._reading = reading
        self._on_head = on_head
        self._on_drain = on_drain
        self._status: int | None = None
        self._fields: list[tuple[str, str]] = []
        self._whole = False
        self._wanted = 0
        self._rest = 0
        self._has_enough = False
        self._is_cut = False
        self._body = bytearray()
        self._drained: int | None = None
        """Bytes of the rest that have been thrown away; None while the body is wanted."""

    @property
    def is_whole(self) -> bool:
        """Whether the head has come to its end."""
        return self._whole

    @property
    def has_enough(self) -> bool:
        """Whether all that is wanted of the body has come, though there may be more."""
        return self._has_enough

    @property
    def is_cut(self) -> bool:
        """Whether the body had more than what was kept of it, as far as the transfer has ended well."""
        return self._is_cut or bool(self._drained)

    @property
    def head(self) -> Head | None:
        """What came of the final head, up to where it broke off; None before its status line."""
        if self._status is None or self._status in _INTERIM:
            return None
        return Head(self._status, tuple(self._fields))

    def break_off(self) -> None:
        """Say that nobody waits for the rest any more."""
        self._is_cut = True

    def ended(self, code: int, address: str) -> None:
        """Say that the transfer has ended, with a CURLE_* (curl/curl.h), from an address; empty: only a proxy knows."""

    def take_body(self) -> bytes | None:
        """Return the body without its content coding, and let go of it; None when its coding is not known."""
        if not self._is_readable():
            return None
        body = bytes(self._body)
        self._body.clear()
        return body

    def line(self, line: bytes) -> int | None:
        """Take one line of a head (CURLOPT_HEADERFUNCTION)."""
        if self._whole:
            return TAKEN  # A trailer, after the body.
        try:
            if line.strip(b"\r\n"):
                self._collect(line)
                return TAKEN
            return self._end_of_head()
        except Exception as error:  # noqa: BLE001 - raised again once libcurl has returned
            self.fault = error
            return ENOUGH

    def piece(self, piece: bytes) -> int | None:
        """Take a piece of the body (CURLOPT_WRITEFUNCTION)."""
        try:
            return self._keep(piece)
        except Exception as error:  # noqa: BLE001 - raised again once libcurl has returned
            self.fault = error
            return ENOUGH

    def _collect(self, line: bytes) -> None:
        if status := STATUS_LINE.match(line):
            # Every interim answer (1xx) comes with fields of its own.
            self._status, self._fields = int(status[1]), []
        elif line[:1] in b" \t" and self._fields:
            # RFC 9112, section 5.2: a folded line goes on with a space.
            name, value = self._fields[-1]
            self._fields[-1] = name, f"{value} {_text(line)}".strip()
        else:
            name_, colon, value_ = line.partition(b":")
            if colon:
                self._fields.append((_text(name_).lower(), _text(value_)))

    def _end_of_head(self) -> int | None:
        if self._status is None or self._status in _INTERIM:
            return TAKEN
        self._whole = True
        self._on_head()
        if self._status == 101:
            return ENOUGH
        head = Head(self._status, tuple(self._fields))
        self._wanted = min(self._reading(head.status, head.get("content-type")), self._reading.limit)
        self._rest = _length(head)
        if not self._rest:
            return TAKEN
        return TAKEN if self._wanted > 0 and self._is_readable() else self._drain()

    def _keep(self, piece: bytes) -> int | None:
        if self._drained is not None:
            self._drained += len(piece)
            return TAKEN if self._drained <= _DRAINED_DECODED else ENOUGH
        self._body += piece
        self._rest -= len(piece)
        if len(self._body) < self._wanted and not self._reading.enough(self._body):
            return TAKEN
        self._is_cut = len(self._body) > self._wanted
        del self._body[self._wanted :]
        return self._drain()

    def _drain(self) -> int | None:
        self._has_enough = True
        if self._rest > _DRAINED_BYTES:
            return ENOUGH
        self._drained = 0
        self._on_drain()
        return TAKEN

    def _is_readable(self) -> bool:
        codings = (value.split(",") for name, value in self._fields if name == "content-encoding")
        return all(coding.strip().lower() in _READABLE for coding in chain.from_iterable(codings))


def _length(head: Head) -> int:
    """Return the bytes that are to come.

    Of chunks, which do not say, as many as are just short enough; up to the end of the connection, more than that.
    With a content coding, what has been kept is more than what came: the rest counts as too short then.
    """
    if head.status in NO_BODY:
        return 0
    if head.get("transfer-encoding") is not None:
        return _DRAINED_BYTES
    length = head.get("content-length") or ""
    return int(length[:19]) if length.isdecimal() else _DRAINED_BYTES + 1


def _text(raw: bytes) -> str:
    return raw.decode("latin-1").strip(" \t\r\n")
