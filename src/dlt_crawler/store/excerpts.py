"""What of a link shows that it holds what somebody searched for. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from dlt_crawler.model import Excerpt, LinkStatus, Where
from dlt_crawler.store.words import Term, placed_words
from dlt_crawler.urls import masked

_BEFORE = 50
_LENGTH = 160
"""Characters: two lines of a terminal, or four of Chinese …"""
_BLANK = 12
"""… not counted those of a word that would be cut."""


def excerpts_of(link: LinkStatus, terms: Sequence[Term]) -> tuple[Excerpt, ...]:
    """Return an excerpt of each of the texts of a link in which one of the terms stands."""
    labels = dict.fromkeys(written.text for written in link.occurrences)
    texts = (
        (Where.TITLE, [link.page.title]),
        (Where.LABEL, labels),
        (Where.ABSTRACT, [link.page.abstract]),
        (Where.URL, [link.url]),
    )
    found = (_excerpt(where, filter(None, candidates), terms) for where, candidates in texts)
    return tuple(excerpt for excerpt in found if excerpt is not None)


def _excerpt(where: Where, candidates: Iterable[str], terms: Sequence[Term]) -> Excerpt | None:
    """Return one of the text in which most of the terms stand; None where there is none in any."""
    best: tuple[int, str, list[tuple[int, int]]] = (0, "", [])
    for candidate in candidates:
        # Masked before anything is marked: nobody recognises a secret in pieces.
        text = unicodedata.normalize("NFC", masked(candidate))
        placed = placed_words(text)
        hits = [list(term.found_in(placed)) for term in terms]
        number = sum(map(bool, hits))
        if number > best[0]:
            best = number, text, sorted(hit for of_one in hits for hit in of_one)
    number, text, found = best
    if not number:
        return None
    merged = tuple(_merged(found))
    return Excerpt(where, text, merged) if where is Where.URL else _cut(where, text, merged)


def _merged(hits: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Return hits, sorted, with those as one that overlap."""
    start, end = -1, -1
    for first, last in hits:
        if first >= end:
            if end > 0:
                yield start, end
            start, end = first, last
        else:
            end = max(end, last)
    yield start, end


def _cut(where: Where, text: str, hits: Sequence[tuple[int, int]]) -> Excerpt:
    """Return the part of a text that begins a little before the first hit."""
    if len(text) <= _LENGTH:
        return Excerpt(where, text, tuple(hits))
    start = min(max(0, hits[0][0] - _BEFORE), len(text) - _LENGTH)
    end = max(start + _LENGTH, hits[0][1])
    if start and (blank := text.find(" ", start - 1, min(start + _BLANK, hits[0][0]))) >= 0:
        start = blank + 1
    if end < len(text) and (blank := text.rfind(" ", max(end - _BLANK, hits[0][1]), end + 1)) >= 0:
        end = blank
    before, after = "…" * (start > 0), "…" * (end < len(text))
    moved = len(before) - start
    kept = tuple((first + moved, last + moved) for first, last in hits if last <= end)
    return Excerpt(where, f"{before}{text[start:end]}{after}", kept)
