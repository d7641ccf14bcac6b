"""Bodies that our own WARC files hold. All times are aware UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Payload:
    """One body, and the response record that has it."""

    digest: str
    """As in WARC-Payload-Digest: "sha1:" and 32 characters of base 32."""
    url: str
    """Its WARC-Target-URI …"""
    at: datetime
    """… its WARC-Date …"""
    file: str = ""
    """… and the name of its file, in the directory of all; empty for a record that is still to be written."""
