"""Make a failing document smaller, as long as it fails in the same way."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from tests.fuzz.grammar import Generated


def reduced(document: Generated, fails: Callable[[Generated], bool]) -> Generated:
    """Return a document that still fails: pieces are left out, halves first and single characters last."""
    head, body = _parts(document)
    if fails(without := Generated(_encoded(body, document.encoding), document.encoding)):
        head, document = "", without
    size = len(body) // 2
    while size:
        position = 0
        while position < len(body):
            shorter = body[:position] + body[position + size :]
            smaller = replace(document, data=_encoded(head + shorter, document.encoding))
            if fails(smaller):
                body, document = shorter, smaller
            else:
                position += size
        size //= 2
    return document


def _parts(document: Generated) -> tuple[str, str]:
    """Return the front matter, which stays or goes as a whole, and the rest."""
    text = document.data.decode(document.encoding, "surrogateescape")
    ends = [0, *(line_ending.end() for line_ending in re.finditer(r"\r\n?|\n", text))]
    end = ends[document.front_matter]
    return text[:end], text[end:]


def _encoded(text: str, encoding: str) -> bytes:
    return text.encode(encoding, "surrogateescape")
