"""What is kept of one exchange."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO


@dataclass(frozen=True, slots=True)
class Capture:
    """One request and its answer."""

    url: str
    at: datetime
    """When it was asked for (aware)."""
    request: bytes
    """The head of the request, without what is nobody else's business."""
    head: bytes
    """That of the answer, as it came: a line of status, and fields, their lines ended in any way."""
    status: int
    body: BinaryIO
    """Without transfer and content coding; it can be wound back."""
    length: int
    """Bytes of the body."""
    digest: str
    """Of the body (`model.payloads.Payload`)."""
    truncated: str | None = None
    """Why it has less than the whole body, as in WARC-Truncated: "length", "time", "disconnect" or "unspecified"."""
    address: str | None = None
    """Of the server."""
