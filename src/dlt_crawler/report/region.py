"""Where something is written, as code scanning and annotations have it: exact regions, and names of files as URIs."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from dlt_crawler.model import LinkOccurrence, Lint

_LINE_END = re.compile(r"\r\n|\r|\n")
"""What ends a line in a document (CommonMark 0.31.2, section 2.1)."""

_UNDECODABLE = "\ufffd"

BASE = "%SRCROOT%"
"""The directory that the names of documents begin at, by the name that GitHub's documentation uses."""


@dataclass(frozen=True, slots=True)
class Region:
    """A piece of a document: lines and columns 1-based, columns in characters (Unicode code points).

    A byte order mark is no character, and no part of a column; it is among the bytes (SARIF 2.1.0, section 3.30.2).
    """

    line: int
    column: int
    end_line: int | None = None
    """None: where it ends is not known …"""
    end_column: int | None = None
    """… else the column behind its last character."""
    offset: int | None = None
    """Its first byte, 0-based; None: not known."""
    length: int = 0
    text: str | None = None
    """What stands there; None: not known to the letter."""


def region_of(written: LinkOccurrence | Lint) -> Region:
    """Return where a link's URL stands, or what a lint is about.

    The end of a link is known where its bytes are, and are all characters: an undecodable byte counts as one
    character here, and as something else in other programs. A lint says where it begins.
    """
    line, column, span = written.line, written.column, written.span
    if isinstance(written, Lint) or span is None or _UNDECODABLE in written.raw:
        return Region(line, column)
    lines = _LINE_END.split(written.raw)
    end = len(lines[-1]) + (column if len(lines) == 1 else 1)
    return Region(line, column, line + len(lines) - 1, end, span.start, span.end - span.start, written.raw)


def location_of(file: str) -> Mapping[str, str]:
    """Return SARIF's artifactLocation of a document: below BASE, or an absolute URI.

    A name is encoded as the bytes that the file system has for it (RFC 3986, section 2.5), and a colon with them: it
    would make a scheme of what stands before it.
    """
    uri = quote(os.fsencode(file), safe="/")
    return {"uri": f"file://{uri}"} if file.startswith("/") else {"uri": uri, "uriBaseId": BASE}
