"""The difference between two versions of a document, as bytes that `git apply` takes."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterator

from dlt_crawler.model import SourceDocument

_SPECIAL = re.compile(rb'[\x00-\x1f"\\\x7f]')


def diff(old: SourceDocument, new: SourceDocument) -> bytes:
    """Return a unified diff from `old` to `new` with the prefixes a/ and b/; empty when their bytes are equal.

    Whatever the bytes are: line endings, a missing final newline and undecodable bytes are kept as they are.
    """
    lines = difflib.diff_bytes(
        difflib.unified_diff,
        _lines(old.data),
        _lines(new.data),
        _name(b"a/", old.path),
        _name(b"b/", new.path),
    )
    return b"".join(_terminated(lines))


def _lines(data: bytes) -> list[bytes]:
    """Split after line feeds only: to git, a carriage return is a part of its line."""
    return re.findall(rb"[^\n]*\n|[^\n]+", data)


def _terminated(lines: Iterator[bytes]) -> Iterator[bytes]:
    for line in lines:
        yield line if line.endswith(b"\n") else line + b"\n\\ No newline at end of file\n"


def _name(prefix: bytes, path: str) -> bytes:
    """Quote a path as git does (quote_c_style in its quote.c); a tab ends a plain name that holds spaces."""
    name = prefix + os.fsencode(path).lstrip(b"/")
    if _SPECIAL.search(name):
        return b'"' + _SPECIAL.sub(lambda found: b"\\%03o" % found[0][0], name) + b'"'
    return name + b"\t" if b" " in name else name
