"""An answer kept whole, for our own WARC files. What is read of it is the same as without."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from pathlib import Path
from tempfile import SpooledTemporaryFile
from time import monotonic
from typing import BinaryIO, cast

import pycurl

from dlt_crawler.errors import CrawlError
from dlt_crawler.fetch.outcome import FOLLOWED
from dlt_crawler.fetch.wire.exchange import NO_BODY, STATUS_LINE, TAKEN, Exchange, Reading

_IN_MEMORY = 65_536
"""Bytes of a body; what is longer lies in a file, so that 128 of them take 8 MB of memory and not 640. Most pages are
shorter without their pictures."""
_OF_REDIRECTS = 65_536
"""Bytes of a body that nobody sees: redirects have a line or two, and the link's time is for where they lead to."""


class Tape:
    """What one answer had: its head as it came, and its body without codings, up to a limit. To be closed."""

    def __init__(self, directory: Path, limit: int) -> None:
        """`directory`: where long bodies lie meanwhile, in files without names, that end with the process."""
        self.limit = limit
        self.length = 0
        """Bytes of the body that were kept."""
        self.is_cut = False
        """Whether there were more than `limit`."""
        self.truncated: str | None = None
        """Why there is less than the whole body, in the words of WARC-Truncated."""
        self.address: str | None = None
        """Of the server; None when only a proxy knows."""
        self._directory = directory
        self._lines: list[bytes] = []
        self._body = SpooledTemporaryFile(_IN_MEMORY, dir=str(directory))  # noqa: SIM115 - closed with the tape
        self._digest = hashlib.sha1(usedforsecurity=False)

    @property
    def head(self) -> bytes:
        """The lines of the last head that came, the empty one excepted."""
        return b"".join(self._lines)

    @property
    def body(self) -> BinaryIO:
        """The body; it is to be wound back."""
        return cast("BinaryIO", self._body)

    @property
    def digest(self) -> str:
        """Of the body, as in WARC-Payload-Digest: SHA-1 in base 32 is what archives compare (pywb, CDX servers)."""
        return f"sha1:{base64.b32encode(self._digest.digest()).decode()}"

    def line(self, line: bytes) -> None:
        """Take a line of the head; a line of status begins another head."""
        if STATUS_LINE.match(line):
            self._lines.clear()
        self._lines.append(line)

    def piece(self, piece: bytes) -> None:
        """Take a piece of the body. Raises CrawlError when there is no room for it on the disk."""
        kept = piece[: self.limit - self.length]
        self.is_cut = self.is_cut or len(kept) < len(piece)
        try:
            self._body.write(kept)
        except OSError as error:
            raise CrawlError(f"{self._directory}: a copy cannot be kept: {error.strerror}") from error
        self._digest.update(kept)
        self.length += len(kept)

    def close(self) -> None:
        """Let go of the body."""
        self._body.close()


class TapedExchange(Exchange):
    """An exchange that goes on after all that is read has come, until its tape has the whole body or is full."""

    def __init__(
        self, reading: Reading, tape: Tape, *, on_head: Callable[[], None], on_drain: Callable[[], None]
    ) -> None:
        super().__init__(reading, on_head=on_head, on_drain=on_drain)
        self._tape = tape
        self._is_late = False

    def line(self, line: bytes) -> int | None:
        """Take one line of a head (Exchange)."""
        if not self.is_whole and line.strip(b"\r\n"):
            self._tape.line(line)
        return super().line(line)

    def break_off(self) -> None:
        """Say that nobody waits for the rest any more (Exchange)."""
        self._is_late = True
        super().break_off()

    def ended(self, code: int, address: str) -> None:
        """Let the tape know how the transfer ended (Exchange)."""
        head = self.head
        self._tape.address = address or None
        if self._tape.is_cut:
            self._tape.truncated = "length"
        elif head is not None and head.status in {101, *NO_BODY}:
            self._tape.truncated = None
        elif self._is_late or code == pycurl.E_OPERATION_TIMEDOUT:
            self._tape.truncated = "time"
        elif code == pycurl.E_BAD_CONTENT_ENCODING:
            self._tape.truncated = "unspecified"
        else:
            # It may be the second request: the first one did not leave, which ended its connection, too.
            self._tape.truncated = None if code == pycurl.E_OK else "disconnect"

    def _end_of_head(self) -> int | None:
        taken = super()._end_of_head()
        head = self.head
        if self.is_whole and head is not None and head.status in FOLLOWED and head.get("location"):
            self._tape.limit = min(self._tape.limit, _OF_REDIRECTS)
            self._on_drain()
        return taken

    def _keep(self, piece: bytes) -> int | None:
        self._tape.piece(piece)
        if not self._has_enough or self._drained is not None:
            return super()._keep(piece)
        # All that is read has come before.
        self._is_cut = True
        self._rest -= len(piece)
        return super()._drain() if self._tape.is_cut else TAKEN

    def _drain(self) -> int | None:
        self.enough_at = monotonic()
        if self._tape.is_cut:
            return super()._drain()
        self._has_enough = True
        return TAKEN


def exchange_for(
    reading: Reading, tape: Tape | None, *, on_head: Callable[[], None], on_drain: Callable[[], None]
) -> Exchange:
    """Return what collects an answer, and all of it for a tape if there is one."""
    if tape is None:
        return Exchange(reading, on_head=on_head, on_drain=on_drain)
    return TapedExchange(reading, tape, on_head=on_head, on_drain=on_drain)
