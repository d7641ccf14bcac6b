"""The title of a paper by its looks: what stands in the largest letters at the top of the first page."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from dlt_crawler.page.cleaning import one_line
from dlt_crawler.page.document_title import LENGTH, is_title

_LARGER = 1.12
"""Times the size of the text: what LaTeX calls \\large is 1.2 times it; rounding is less than the rest."""
_SAME = 0.04
"""Part of a size by which two sizes may differ that are the same."""
_LEADING = 2.3
"""Of its size: how far the next line of a title is from the last at most (double-spaced: 2)."""
_TOP = 0.4
"""Of the height of the page: a title begins above that, counted from below."""
_MOST_LINES = 6
_SHORTEST = 10
"""Characters: what is shorter is a part of something, unless it is Chinese."""
_MARK = 0.8
"""Of the size of its line: smaller pieces at its end are marks of footnotes."""
_ALIKE = 0.88
"""Of the size of the title: what is nearly as large and stands next to it may belong to it, or may not."""
_COVER = 400
"""Letters on a page that has no more text than a cover: the title may be most of it."""

_UNFINISHED = (":", "-", "–", "—", ",", "/", "&")
"""What stands at the end of a title that goes on, in a smaller size."""

_LETTER = re.compile(r"[^\W\d_]")
_NUMBER = re.compile(r"[\d, ]+")
_CAPITALS = re.compile(r"[A-ZÀ-Þ]{2}")
_AFTER_WORD = re.compile(r"[^\W\d_]{3}$")
_BLANK = " \n\t\xa0"
"""White space, but for those characters that TeX has letters for."""
_LIGATURES = {"\x0b": "ff", "\x0c": "fi", "\x0d": "fl", "\x0e": "ffi", "\x0f": "ffl"}
"""Of TeX's encoding OT1, which has them where ASCII has control characters."""
_OT1 = re.compile(r"(?<=[A-Za-z])[\x0b-\x0f](?=[A-Za-z])|(?<=\s)[\x0b-\x0f](?=[a-z])")
_PRESENTED = re.compile("[\ufb00-\ufb06]")
_ACCENTS = {"´": "\u0301", "`": "\u0300", "¨": "\u0308", "ˆ": "\u0302", "˜": "\u0303", "ˇ": "\u030c", "˚": "\u030a"}
_ACCENTED = re.compile(f"([{''.join(_ACCENTS)}]) ?([A-Za-zı])")
_MARKS_AT_END = re.compile(r"[\s*∗†‡§¶⋆★☆#\x00-\x1f]+$")
_BROKEN = re.compile(
    r"[\x00-\x1f\ufffd]|/(?:[,.:;({})\[\]]|\d|[A-Z]\d)|\b[B-HJ-Zb-hj-z] [a-z]{2,}|\b[B-HJ-Z] [A-Z]{2,}|\(cid:"
    r"|[a-z]::[a-z]|^[,.:;)]| [,.] "
)
"""Letters without meaning, and words torn apart, as in "F unctional" and "S TOCHASTIC"."""
_HEADING = re.compile(r"(?:\d{1,2}(?:\.\d{1,2})*\.?|[IVX]{1,5}\.|[A-H]\.) \S")
"""Of a section, with its number: what there is on a page that is not the first, which is what a PDF may begin with."""
_BANNER = re.compile(
    r"journal of\b|proceedings\b|transactions on\b|lecture notes|tech(?:nical|\.) ?rep|contents lists|available online"
    r"|www\.|https?:|@|©|\bissn\b|\bisbn\b|\bvol(?:\.|ume) ?\d|\bno\. ?\d|arxiv:|\bdoi\b|downloaded|submitted to"
    r"|published|special issue|^see discussions|^this paper is included|^this is (?:a|an|the) |all rights reserved"
    r"|^to appear|^accepted|university of\b.{0,30}$|\buniversit[yéà]t?\b|^department of|conference on\b|symposium on\b"
    r"|workshop on\b|^(?:research )?(?:article|paper|report)s?$|^conference paper|^international (?:journal|conference)"
    r"|^(?:abstract|(?:table of )?contents|introduction|summary|preface|foreword|acknowledge?ments?|references)\b"
    r"|^chapter \d|^part [ivx\d]+$|^\d+(?:\.\d+)*\.? (?:introduction|background)|^page \d|^copyright|^annals of"
    r"|^advances in neural|摘\s*要|学报|论文集|目\s*录"
)
"""In lower case: what publishers and institutions print large, too, and what is a part of the paper."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Text that is set in one go, in the order of the document."""

    text: str
    size: float
    """Of the font on the page, in points."""
    y: float
    """Of the base line, in points from below."""
    font: str = ""


@dataclass(slots=True)
class _Line:
    y: float
    pieces: list[Piece] = field(default_factory=list)

    def size(self) -> float:
        """Return the size of most letters."""
        sizes: Counter[float] = Counter()
        for piece in self.pieces:
            sizes[piece.size] += _letters(piece.text)
        return sizes.most_common(1)[0][0]

    def font(self) -> str:
        """Return the font of most letters."""
        fonts: Counter[str] = Counter()
        for piece in self.pieces:
            fonts[piece.font] += _letters(piece.text)
        return fonts.most_common(1)[0][0]

    def text(self) -> str:
        """Return the text without marks of footnotes: what is small after its last word, and numbers after a word."""
        size = self.size()
        end = max(
            number
            for number, piece in enumerate(self.pieces)
            # Fonts without small capitals imitate them with capitals of a smaller size.
            if piece.size >= _MARK * size or _CAPITALS.match(piece.text)
        )
        text = ""
        for piece in self.pieces[: end + 1]:
            is_mark = 0 < piece.size < _MARK * size and _NUMBER.fullmatch(piece.text) and _AFTER_WORD.search(text)
            text += "" if is_mark else piece.text
        return text


def headline(pieces: Sequence[Piece], height: float) -> str | None:
    """Return the title that a page of this height (points) begins with; None when that is in doubt."""
    lines = [(line, line.size()) for line in _lines(pieces)]
    page = "\n".join(line.text() for line, _size in lines).lower()
    body = _size_of_text(pieces)
    for size in sorted({size for _line, size in lines if size >= _LARGER * body}, reverse=True):
        found = []
        for block in _blocks([line for line, its in lines if abs(its - size) <= _SAME * size], size):
            title = _joined(block, page)
            if title is None or _says(title):
                found.append((block, title))
        if found:
            (block, title), *others = found
            doubtful = (
                title is None
                or _HEADING.match(title)
                or block[0].y < _TOP * height
                or len(block) > _MOST_LINES
                # The names of the authors may be as large as the title.
                or len({line.font() for line in block}) > 1
                or title.endswith(_UNFINISHED)
                or any(other is None or not _HEADING.match(other) for _block, other in others)
                or any(_is_next_to(block, line, its / size, size) for line, its in lines)
            )
            return title if title is not None and not doubtful and is_title(title) else None
    return None


def _size_of_text(pieces: Sequence[Piece]) -> float:
    """Return the size of most letters; on a cover, of most that are not the largest."""
    letters: Counter[float] = Counter()
    for piece in pieces:
        if count := _letters(piece.text):
            letters[piece.size] += count
    if letters.total() < _COVER and len(letters) > 1:
        del letters[max(letters)]
    return letters.most_common(1)[0][0] if letters else math.inf


def _is_next_to(block: Sequence[_Line], line: _Line, ratio: float, size: float) -> bool:
    """Return whether a line of `ratio` of the size of a block, and no part of it, stands next to it."""
    return _ALIKE <= ratio < 1 - _SAME and min(abs(line.y - block[0].y), abs(line.y - block[-1].y)) <= _LEADING * size


def _lines(pieces: Sequence[Piece]) -> Iterator[_Line]:
    line: _Line | None = None
    for piece in pieces:
        if not piece.text.strip(_BLANK):
            if line is not None and piece.text[:1] in {" ", "\xa0"}:
                line.pieces.append(Piece(" ", 0, line.y))
            continue
        if line is None or abs(line.y - piece.y) > 0.5 * max(piece.size, line.pieces[0].size):
            if line is not None:
                yield line
            line = _Line(piece.y)
        line.pieces.append(piece)
    if line is not None:
        yield line


def _blocks(lines: Sequence[_Line], size: float) -> list[list[_Line]]:
    """Return the lines in groups of those that follow one another."""
    blocks: list[list[_Line]] = []
    for line in lines:
        if blocks and 0 < blocks[-1][-1].y - line.y <= _LEADING * size:
            blocks[-1].append(line)
        else:
            blocks.append([line])
    return blocks


def _joined(lines: Sequence[_Line], page: str) -> str | None:
    """Return the text of some lines on one, with what the typesetter did to words undone; None when it is garbled."""
    joined = ""
    for line in lines:
        text = _mended(line.text().strip(_BLANK))
        joined = _without_hyphen(joined, text, page) if joined.endswith("-") and text else f"{joined} {text}"
    joined = _MARKS_AT_END.sub("", joined.strip(" "))
    if _BROKEN.search(joined):
        return None
    return one_line(joined, LENGTH)


def _mended(text: str) -> str:
    text = _OT1.sub(lambda found: _LIGATURES[found[0]], text)
    text = _PRESENTED.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
    return _ACCENTED.sub(lambda found: found[2].replace("ı", "i") + _ACCENTS[found[1]], text)


def _without_hyphen(before: str, after: str, page: str) -> str:
    """Join a line that ends with a hyphen to the next, as the rest of the page writes the word, if it does."""
    first = re.split(r"\W", before[:-1])[-1]
    second = re.split(r"\W", after)[0]
    whole, hyphened = f"{first}{second}".lower(), f"{first}-{second}".lower()
    keeps = hyphened in page or (whole not in page and not second[:1].islower())
    return before + after if keeps else before[:-1] + after


def _says(title: str) -> bool:
    """Return whether it is more than a banner of the publisher, a drop capital or an ornament."""
    long_enough = _letters(title) > 3 and (len(title) >= _SHORTEST or not title.isascii())
    return long_enough and _BANNER.search(title.lower()) is None


def _letters(text: str) -> int:
    return len(_LETTER.findall(text))
