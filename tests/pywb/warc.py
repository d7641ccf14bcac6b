"""Writes a WARC file (1.1, gzip, a member for each record) of captures that a test makes up."""

from __future__ import annotations

import gzip
import hashlib
from base64 import b32encode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

REVISIT = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a crawler saw at `url`; `timestamp` has 14 digits."""

    url: str
    timestamp: str
    body: bytes = b""
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    kind: str = "text/html; charset=utf-8"
    same_as: Recorded | None = None
    """The capture whose body this one has: a revisit record is written, without a body."""


def write(path: Path, records: Iterable[Recorded]) -> None:
    """Write the records in the order given."""
    with path.open("wb") as file:
        for recorded in records:
            file.write(gzip.compress(_record(recorded)))


def _record(recorded: Recorded) -> bytes:
    first = recorded.same_as
    body = recorded.body if first is None else first.body
    digest = b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()
    fields = [
        ("WARC-Type", "response" if first is None else "revisit"),
        ("WARC-Record-ID", f"<urn:uuid:{uuid4()}>"),
        ("WARC-Date", _iso(recorded.timestamp)),
        ("WARC-Target-URI", recorded.url),
        ("WARC-Payload-Digest", f"sha1:{digest}"),
        ("Content-Type", "application/http; msgtype=response"),
    ]
    if first is not None:
        fields += [
            ("WARC-Profile", REVISIT),
            ("WARC-Refers-To-Target-URI", first.url),
            ("WARC-Refers-To-Date", _iso(first.timestamp)),
        ]
    headers = [("Content-Type", recorded.kind), ("Content-Length", str(len(body))), *recorded.headers]
    block = _head(f"HTTP/1.1 {recorded.status} As recorded", headers) + (body if first is None else b"")
    return _head("WARC/1.1", [*fields, ("Content-Length", str(len(block)))]) + block + b"\r\n\r\n"


def _head(first: str, fields: Iterable[tuple[str, str]]) -> bytes:
    return "\r\n".join([first, *(f"{name}: {value}" for name, value in fields), "", ""]).encode()


def _iso(timestamp: str) -> str:
    return datetime.strptime(timestamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
