"""Whether two pages show the same: sketches of their text, and how alike two sketches are. Pure.

Bar-Yossef et al. (Sic transit gloria telae, WWW 2004) compare a page with what its host shows for a name that cannot
exist; the measure is Broder's resemblance of sets of shingles (1997), estimated from the smallest hashes of each set.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import unquote, urlsplit
from zlib import crc32

SAME = 0.9
"""Likeness from which two pages are the same (13 pairs of unlike pages of one site: median 0.03; science.md, B2)."""

_WORDS = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]|"
    r"[^\W\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+"
)
"""Words; in scripts that put no blanks between them, characters."""
_NUMBERED = re.compile(r"(?=\w*\d)\w{6,64}", re.ASCII)
"""Numbers of requests, times, random names: other ones each time."""
_SHINGLE = 3
_WINDOW = 1_000
"""Characters of the beginning, the middle and the end of a long text that are looked at."""
_HASHES = 128
"""Kept of the smallest: exact up to so many shingles, and beyond with a standard error of 0.03 at a likeness of 0.9."""
_HASH_LENGTH = 8
_BITS = 0xFFFFFFFF


def sketch_of(text: str, url: str = "") -> str | None:
    """Return a sketch of a text, of at most 1,024 characters; None when there are no words in it.

    What is taken out of it first: `url`, its path and its last segment, because an error page says what was asked for.
    """
    windows = [text]
    if len(text) > 3 * _WINDOW:
        middle = (len(text) - _WINDOW) // 2
        windows = [text[:_WINDOW], text[middle : middle + _WINDOW], text[-_WINDOW:]]
    addresses = sorted(_addresses(url), key=len, reverse=True)
    hashes: set[int] = set()
    for window in windows:
        hashes |= _shingles(_without(window, addresses))
    return "".join(f"{hashed:08x}" for hashed in sorted(hashes)[:_HASHES]) or None


def likeness(one: str | None, other: str | None) -> float:
    """Return the share of shingles that two texts have in common, 0 to 1; 0 when one of them has no words."""
    first, second = _hashes(one), _hashes(other)
    if not first or not second:
        return 0.0
    union = sorted(first | second)
    if len(first) == _HASHES or len(second) == _HASHES:
        union = union[:_HASHES]
    return sum(hashed in first and hashed in second for hashed in union) / len(union)


def _addresses(url: str) -> set[str]:
    parts = urlsplit(url)
    segment = parts.path.rstrip("/").rpartition("/")[2]
    found = {url, parts.path, parts.path.rstrip("/"), segment, segment.partition(".")[0]}
    found |= {unquote(address) for address in found}
    return {address for address in found if len(address) >= 4}


def _without(text: str, addresses: Iterable[str]) -> str:
    for address in addresses:
        text = text.replace(address, " ")
    return _NUMBERED.sub(" ", text).casefold()


def _shingles(text: str) -> set[int]:
    words = _WORDS.findall(text)
    if not words:
        return set()
    # A hash of each word, and sums of them: a third of the time of hashing each shingle.
    hashed = [crc32(word.encode("utf-8", "replace")) for word in words]
    if len(hashed) < _SHINGLE:
        return {sum(hashed) & _BITS}
    return {(a + 3 * b + 9 * c) & _BITS for a, b, c in zip(hashed, hashed[1:], hashed[2:], strict=False)}


def _hashes(sketch: str | None) -> frozenset[str]:
    sketch = sketch or ""
    return frozenset(sketch[start : start + _HASH_LENGTH] for start in range(0, len(sketch), _HASH_LENGTH))
