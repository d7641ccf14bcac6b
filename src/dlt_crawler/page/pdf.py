"""Title and authors of a PDF. Pure, but not harmless: what PDFs can cost in time and memory, only a process can bound.

The only user of pypdf.
"""

from __future__ import annotations

import io
import logging
import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import hypot
from typing import Any

from pypdf import PageObject, PdfReader
from pypdf.generic import ByteStringObject, TextStringObject

from dlt_crawler.page.cleaning import LOOKED_AT, one_line
from dlt_crawler.page.document_title import plain_title
from dlt_crawler.page.headline import Piece, headline
from dlt_crawler.page.names import names_of

_END = b"%%EOF"
_END_WITHIN = 2_048
"""Bytes from the end: twice of what Acrobat looks at (ISO 32000-1, annex H.3, note 18)."""
_PAGE = re.compile(rb"/Type\s{0,9}/Page(?![A-Za-z])")
_BEGIN = re.compile(rb"(\d{1,7}) 0 obj\b")
_DICTIONARY = 2_000
"""Bytes that the beginning of a page may be long, up to where it says that it is one."""
_OBJECT = 8_388_606
"""A number for an object that no PDF has: 8,388,607 is the last (ISO 32000-1, annex C)."""
_PIECES = 5_000
"""That are looked at, of the first page: a dense one has 2,000."""
_LEGIBLE = 200
"""Letters on a page from which on it can bear witness for or against a title."""
_AUTHORS_LENGTH = 2_000
_SHARED = 0.6
"""Of the words of a title: that are on the first page if it is its title."""

_HIGH_BYTES = re.compile(rb"[\x80-\xff]+")
_WORD = re.compile(r"[\u3400-\u9fff]|[^\W_\u3400-\u9fff]+")


@dataclass(frozen=True, slots=True)
class Said:
    """What a PDF says of itself, each on one line; None or empty when it does not, or not for sure."""

    title: str | None = None
    authors: str = ""
    """One or several, as they are written there."""


def said_by_pdf(body: bytes) -> Said:
    """Return title and authors of a PDF, if they are sure: wrong ones are worse than none.

    The title is taken from its metadata (XMP before Info), if it is one and the first page does not contradict it, or
    else from the first page; the authors from Info, if the first page names each of them. Of a damaged or cut PDF as
    much is read as can be. Raises MemoryError, and may take for ever.
    """
    logging.getLogger("pypdf").setLevel(logging.CRITICAL + 1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            reader = PdfReader(io.BytesIO(_with_end(body)), strict=False)
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001 - whatever pypdf makes of damaged files: it is no title
            return Said()
        pieces, height = _first_page(reader)
        authors = one_line(next(_info(reader, "/Author"), ""), _AUTHORS_LENGTH) or ""
        return Said(_title(reader, pieces, height), authors if _names(pieces, authors) else "")


def _title(reader: PdfReader, pieces: list[Piece], height: float) -> str | None:
    on_page = headline(pieces, height)
    for written in (*_xmp_titles(reader), *_info(reader, "/Title")):
        title = plain_title(written)
        if title is not None and not _contradicts(pieces, on_page, title):
            return title
    return on_page


def _with_end(body: bytes) -> bytes:
    """Give a PDF that is cut off an end, and a catalog with its first page, for that stands at the end in most."""
    if _END in body[-_END_WITHIN:]:
        return body
    kids = b""
    if page := _PAGE.search(body):
        begins = _BEGIN.findall(body, max(page.start() - _DICTIONARY, 0), page.start())
        kids = begins[-1] + b" 0 R" if begins else b""
    objects = b"%d 0 obj <</Type/Pages/Kids[%s]/Count 1>> endobj\n%d 0 obj <</Type/Catalog/Pages %d 0 R>> endobj\n"
    trailer = b"trailer <</Size %d/Root %d 0 R>>\nstartxref\n0\n%s\n" % (_OBJECT + 2, _OBJECT + 1, _END)
    return body + b"\nendstream endobj\n" + objects % (_OBJECT, kids, _OBJECT + 1, _OBJECT) + trailer


def _xmp_titles(reader: PdfReader) -> Iterator[str]:
    try:
        metadata = reader.xmp_metadata
        titles = metadata.dc_title if metadata is not None else None
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - as above
        return
    if titles:
        first = titles.get("x-default")
        yield from [first] if first else list(titles.values())[:1]


def _info(reader: PdfReader, name: str) -> Iterator[str]:
    try:
        information = reader.metadata
        written = information.get(name) if information is not None else None
        written = written.get_object() if written is not None else None
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - as above
        return
    if isinstance(written, TextStringObject):
        yield str(written) if written.autodetect_utf16 else _text_of(written.original_bytes, str(written))
    elif isinstance(written, ByteStringObject):
        yield _text_of(bytes(written), "")


def _text_of(raw: bytes, by_the_book: str) -> str:
    """Return the text of a string without a mark of its encoding: PDFDocEncoding, says the standard.

    Programs write UTF-8 all the same, and Chinese ones GBK, whose characters are pairs of high bytes.
    """
    runs = _HIGH_BYTES.findall(raw)
    if not runs:
        return by_the_book
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    if all(len(run) % 2 == 0 for run in runs) and sum(map(len, runs)) >= 4:
        try:
            # Level 1 of GB 2312: the 3,755 characters that are common.
            first_bytes = [byte for run in runs for byte in run[::2]]
            if sum(0xA1 <= byte <= 0xD7 for byte in first_bytes) >= 0.8 * len(first_bytes):
                return raw.decode("gb18030")
        except UnicodeDecodeError:
            pass
    return by_the_book


_Matrix = tuple[float, float, float, float, float, float]
_IDENTITY: _Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


class _EnoughError(Exception):
    """No more of the page is needed."""


def _first_page(reader: PdfReader) -> tuple[list[Piece], float]:
    """Return the upright text of the first page, as far as it can be read, and the height of the page in points."""
    pieces: list[Piece] = []
    in_forms: list[Piece] = []
    outer = [_IDENTITY]

    def enter(operator: bytes, _operands: Any, cm: list[float], _tm: Any) -> None:
        # Within a form pypdf counts from the form's own origin.
        if operator == b"Do":
            outer.append(_product(cm, outer[-1]))

    def leave(operator: bytes, *_: Any) -> None:
        if operator == b"Do":
            outer.pop()

    def take(text: str, cm: list[float], tm: list[float], font: Any, size: float) -> None:
        if len(pieces) + len(in_forms) >= _PIECES:
            raise _EnoughError
        _a, _b, across, up, _x, y = _product(tm, _product(cm, outer[-1]))
        if up > abs(across):
            piece = Piece(text, round(abs(size) * hypot(across, up), 1), y, str(font and font.get("/BaseFont")))
            (in_forms if len(outer) > 1 else pieces).append(piece)

    height = 842.0
    try:
        page: PageObject = reader.pages[0]
        height = float(page.mediabox.height)
        page.extract_text(visitor_operand_before=enter, visitor_operand_after=leave, visitor_text=take)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001, S110 - as above; what has come until then counts
        pass
    # Figures are forms, and so are badges and stamps; now and then the whole page is one.
    return (pieces if len(_run(pieces)) >= _LEGIBLE else [*in_forms, *pieces]), height


def _product(one: Sequence[float], other: Sequence[float]) -> _Matrix:
    """Return the transformation `one` followed by `other` (ISO 32000-1, 8.3.3)."""
    a, b, c, d, e, f = one
    p, q, r, s, t, u = other
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u


def _contradicts(pieces: list[Piece], on_page: str | None, title: str) -> bool:
    """Return whether the first page shows another title: metadata are those of a template or a figure now and then."""
    words, run = _words(title), _run(pieces)
    if len(run) < _LEGIBLE or "".join(words) in run:
        return False
    if on_page is not None and not set(words) & set(_words(on_page)):
        return True
    return sum(word in run for word in words) < _SHARED * len(words)


def _names(pieces: list[Piece], authors: str) -> bool:
    """Return whether the first page names all of these authors: programs know accounts, and who made the template."""
    run = _run(pieces)
    words = ("".join(_words(name.family or name.literal)) for name in names_of([authors]))
    return len(run) >= _LEGIBLE and all(word and word in run for word in words)


def _run(pieces: Sequence[Piece]) -> str:
    """Return the letters and digits of a page, its beginning, without anything between them."""
    return "".join(_words(one_line("".join(piece.text for piece in pieces), LOOKED_AT) or ""))


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())
