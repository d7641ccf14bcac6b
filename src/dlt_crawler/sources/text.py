"""Between the bytes of a document and the text that is parsed: encodings, line endings, offsets."""

from __future__ import annotations

import codecs
import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, chain

from dlt_crawler.errors import SourceError
from dlt_crawler.model import SourceDocument, Span

_STRIDE = 1024
"""Characters between two known byte offsets: bounds the work of one look-up, also on one endless line."""

_WIDE_MARKS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),  # before UTF-16, whose mark it starts with
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)

_SURROGATES = re.compile("[\udc80-\udcff]+|[\ud800-\udfff]")
"""Undecodable bytes, a run of them together, and what an escape of YAML or JSON can say."""

_LOOKED_AT = 65_536
"""Bytes that tell whether a text is UTF-16."""

# The lead byte of a UTF-8 sequence and one continuation byte, each read as windows-1252.
DOUBLE_ENCODED = re.compile(
    "[\u00c2-\u00f4][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ\u2018\u2019\u201c\u201d•\u2013\u2014˜™š›œžŸ]",
)


@dataclass(frozen=True, slots=True)
class DecodedText:
    """A document as text. Offsets are characters of `text`; `span` leads back to the bytes."""

    data: bytes
    encoding: str
    errors: str
    source: str
    """The bytes decoded, without a byte order mark; encoding it again gives the same bytes."""
    text: str
    """`source` with LF line endings and U+FFFD for NUL (CommonMark 0.31.2, section 2.3): what is parsed."""
    double_encoded: bool
    """Whether UTF-8 was once read as windows-1252 here ("å¦" for one Chinese character)."""
    line_starts: Sequence[int]
    shrunk: tuple[int, ...]
    """Where in `text` an LF stands for CR LF."""
    text_start: int
    """Bytes before the text: those of the byte order mark."""
    checkpoints: tuple[int, ...]
    """Byte offset of every `_STRIDE`-th character of `source`; empty if every character is one byte."""

    def span(self, start: int, end: int) -> Span | None:
        """Return the bytes of `text[start:end]`; None if they would not decode to it."""
        first, last = self._source_offset(start), self._source_offset(end)
        first_byte = self._byte_offset(first)
        written = self.source[first:last].encode(self.encoding, self.errors)
        last_byte = first_byte + len(written)
        return Span(first_byte, last_byte) if self.data[first_byte:last_byte] == written else None

    def written(self, span: Span) -> str:
        """Return the bytes of `span` decoded, with U+FFFD for what is no text: safe to store and to print."""
        return self.data[span.start : span.end].decode(self.encoding, "replace")

    def line_and_column(self, offset: int) -> tuple[int, int]:
        """Return the 1-based line, and the 1-based column in characters."""
        line = bisect_right(self.line_starts, offset)
        return line, offset - self.line_starts[line - 1] + 1

    def _source_offset(self, offset: int) -> int:
        return offset + bisect_left(self.shrunk, offset) if self.shrunk else offset

    def _byte_offset(self, offset: int) -> int:
        if not self.checkpoints:
            return self.text_start + offset
        nearest = offset // _STRIDE
        between = self.source[nearest * _STRIDE : offset]
        return self.checkpoints[nearest] + len(between.encode(self.encoding, self.errors))


def decode(document: SourceDocument) -> DecodedText:
    """Return the text of a document: UTF-8, else GB 18030, else UTF-8 with its broken bytes kept as they are.

    GB 18030 counts only if encoding gives the same bytes again. Raises SourceError for UTF-16 and UTF-32, which
    would parse to a document without a single link.
    """
    data = document.data
    for mark, name in _WIDE_MARKS:
        if data.startswith(mark):
            raise SourceError(f"{document.path}: is {name}; save it as UTF-8")
    if _is_wide(data):
        raise SourceError(f"{document.path}: is UTF-16 or UTF-32 without a byte order mark; save it as UTF-8")
    body = data.removeprefix(codecs.BOM_UTF8)
    encoding, errors, source = _decoded(body)
    text = re.sub("\r\n?", "\n", source).replace("\0", "\ufffd")
    text_start = len(data) - len(body)
    strides = () if source.isascii() else range(0, len(source), _STRIDE)
    lengths = (len(source[start : start + _STRIDE].encode(encoding, errors)) for start in strides)
    return DecodedText(
        data=data,
        encoding=encoding,
        errors=errors,
        source=source,
        text=text,
        double_encoded=_is_double_encoded(text),
        # 8 bytes for each: a document may be nothing but line ends.
        line_starts=array("L", chain((0,), (newline.end() for newline in re.finditer("\n", text)))),
        shrunk=tuple(pair.start() - before for before, pair in enumerate(re.finditer("\r\n", source))),
        text_start=text_start,
        checkpoints=tuple(accumulate(lengths, initial=text_start)) if strides else (),
    )


def encoded(document: SourceDocument, text: str) -> bytes:
    """Return a text in the encoding of a document. Raises SourceError if that is unknown and makes a difference."""
    encoding, errors, _ = _decoded(document.data.removeprefix(codecs.BOM_UTF8))
    if errors != "strict" and not text.isascii():
        raise SourceError(f"{document.path}: the encoding of this document is not known: it cannot say {text!r}")
    return text.encode(encoding, errors)


def on_one_line(label: str) -> str:
    """Return a label with its whitespace collapsed, and U+FFFD for undecodable bytes."""
    return " ".join(_SURROGATES.sub("\ufffd", label).split())


def _decoded(body: bytes) -> tuple[str, str, str]:
    try:
        return "utf-8", "strict", body.decode("utf-8")
    except UnicodeDecodeError:
        pass
    try:
        source = body.decode("gb18030")
        if source.encode("gb18030") == body:
            return "gb18030", "strict", source
    except UnicodeError:
        pass
    return "utf-8", "surrogateescape", body.decode("utf-8", "surrogateescape")


def _is_wide(data: bytes) -> bool:
    """Tell whether the text is UTF-16 or UTF-32 by its NULs: half of all bytes, or one beside each ASCII character.

    UTF-32 has two of them in each character but the rarest. In UTF-16 they stand in one half of the places; eight are
    enough where one character in a hundred is ASCII. Characters such as U+4E00 have theirs in the other half: there may
    be more of them in what is no UTF-8.
    """
    even, odd = data[:_LOOKED_AT:2].count(0), data[1:_LOOKED_AT:2].count(0)
    units = len(data[:_LOOKED_AT]) // 2
    most, least = max(even, odd), min(even, odd)
    if most < max(8, units / 100):
        return False
    return most + least >= units or least * 10 < most or (least * 2 < most and not _is_utf_8(data))


def _is_utf_8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _is_double_encoded(text: str) -> bool:
    """Tell whether three lines look so, which are over 30 % of those with other than ASCII (markdown.md, section 6)."""
    if text.isascii() or not DOUBLE_ENCODED.search(text):
        return False
    foreign = [line for line in text.split("\n") if not line.isascii()]
    double = sum(1 for line in foreign if DOUBLE_ENCODED.search(line))
    return double >= 3 and double > 0.3 * len(foreign)
