"""Text made harmless: nothing that a page or a document says acts on a terminal, no URL gives its secret away."""

from __future__ import annotations

import re
import unicodedata

from dlt_crawler.urls import masked

_ACTIVE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Unicode general categories of what is not seen but acts: control characters (terminal escapes begin with one), format
characters (bidirectional overrides, zero-width and tag characters), surrogates, line and paragraph separators."""

_SUSPECT = re.compile(r"[^\x20-\x7e]")


def inert(text: str) -> str:
    r"""Return `text` on one line with every character that would act, and not show, as its escape, such as \x1b.

    Letters of every script, symbols and emoji stay as they are.
    """
    return text if text.isascii() and text.isprintable() else _SUSPECT.sub(_shown, text)


def discreet(text: str) -> str:
    """Return `text` inert, and with the secrets in its URLs masked."""
    return inert(masked(text))


def _shown(found: re.Match[str]) -> str:
    character = found[0]
    if unicodedata.category(character) not in _ACTIVE_CATEGORIES:
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
