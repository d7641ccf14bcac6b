"""Sentences broken into lines for a terminal: between words, and between Chinese characters, which have no spaces.

A URL, a place, any run of narrow characters is never broken, however long, nor is a command in backquotes: people
click and copy these.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rich.cells import cell_len

_WIDE = (
    "\u2e80-\u303f\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\uff01-\uff60"
    "\uffe0-\uffe6"
)
"""The blocks of scripts that are written without spaces, and of the punctuation that goes with them (UAX #11, W and F;
Korean has spaces, and may be broken between any two syllables: UAX #14, ID)."""
_CLOSING = "、。〉》」』】〕〗〙〛！％），．：；？］｝～”’"
"""No line begins with one of these …"""
_OPENING = "〈《「『【〔〖〘〚（［｛“‘"
"""… and none ends with one of those (UAX #14, CL, NS and OP; JIS X 4051)."""

_PIECE = re.compile(f"[{_OPENING}]*(?:`[^`]{{1,70}}`|[{_WIDE}]|[^ {_WIDE}{_OPENING}]+)[{_CLOSING}]*|[{_OPENING}]+|[ ]+")


def wrap(text: str, width: int) -> list[str]:
    """Return the text, which is on one line, in lines of at most so many cells of a terminal.

    What cannot be broken and is wider has a line to itself. Spaces at the ends of lines are gone.
    """
    if cell_len(text) <= width:
        # As most do.
        return [text.strip()]
    lines: list[str] = []
    line, room = "", width
    for piece in _pieces(text):
        cells = cell_len(piece)
        if cells > room and line and not piece.isspace():
            lines.append(line.rstrip())
            line, room = "", width
        if line or not piece.isspace():
            line += piece
            room -= cells
    return [*lines, line.rstrip()]


def _pieces(text: str) -> Iterator[str]:
    return (found[0] for found in _PIECE.finditer(text) if found[0])
