"""What is indexed of a link: the words of its titles, labels, abstracts and URLs.

All of it is the same for every engine, its limits, too, which are PostgreSQL's: an entry of its index has 16,383
places, and knows of a word 256 of them (postgresql.org/docs/current/textsearch-limitations.html).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from sqlalchemy import Connection, select, union_all

from dlt_crawler.store.tables import occurrences, pages, resources
from dlt_crawler.store.words import words, words_of_url

Texts: TypeAlias = tuple[str, ...]
"""One for each of COLUMNS: words, with blanks between them."""

COLUMNS = ("title", "labels", "abstract", "url")

BREAK = "\ue000"
"""Stands between two texts in one column: no phrase is found that begins in one label and ends in the next. No word of
ours has this character, which is for private use."""

_LONGEST = (2_000, 16_000, 6_000, 7_000)
"""Characters of each column: half as many places at most. Titles have up to 600 characters, abstracts up to 2,000; what
is cut is a URL of thousands, or the last of a thousand different labels."""
_OFTEN = 256
"""A word that stands more often in one entry is left out of it from there on."""


def texts_of(connection: Connection, ids: Sequence[int]) -> Mapping[int, Texts]:
    """Return what is to be indexed of those of these resources that are written now.

    A link that is read in two ways has the words of both.
    """
    columns = tuple(
        occurrences.c[name] for name in ("resource_id", "alternative_id", "text", "url", "document_id", "position")
    )
    written = union_all(
        select(*columns).where(occurrences.c.resource_id.in_(ids)),
        select(*columns).where(occurrences.c.resource_id.is_(None), occurrences.c.alternative_id.in_(ids)),
    ).order_by("document_id", "position")
    readings: defaultdict[int, dict[int, None]] = defaultdict(dict)
    labels: defaultdict[int, dict[str, None]] = defaultdict(dict)
    urls: defaultdict[int, dict[str, None]] = defaultdict(dict)
    for target, alternative, label, url, *_ in connection.execute(written):
        both = [number for number in (target, alternative) if number is not None]
        readings[both[0]].update(dict.fromkeys(both))
        labels[both[0]][label] = None
        # As it is written: with letters where the resource has escapes, and with a fragment.
        urls[both[0]][url or ""] = None
    says = (
        select(resources.c.id, resources.c.url, pages.c.title, pages.c.abstract)
        .join_from(resources, pages, isouter=True)
        .where(resources.c.id.in_({number for both in readings.values() for number in both}))
    )
    known = {number: (url, title or "", abstract or "") for number, url, title, abstract in connection.execute(says)}
    return {
        number: _bounded(
            (
                _joined(words(known[each][1]) for each in both),
                _joined(map(words, labels[number])),
                _joined(words(known[each][2]) for each in both),
                _joined(map(words_of_url, [*(known[each][0] for each in both), *urls[number]])),
            )
        )
        for number, both in readings.items()
    }


def _joined(texts: Iterable[Sequence[str]]) -> str:
    """Return the words of texts, each different text once."""
    return f" {BREAK} ".join(filter(None, dict.fromkeys(" ".join(found) for found in texts)))


def _bounded(texts: Texts) -> Texts:
    """Return as much of texts as every engine has room for."""
    if any(len(text) > longest for text, longest in zip(texts, _LONGEST, strict=True)):
        texts = tuple(_cut(text, longest) for text, longest in zip(texts, _LONGEST, strict=True))
    if sum(text.count(" ") + 1 for text in texts) <= _OFTEN:
        return texts
    seen: Counter[str] = Counter()
    return tuple(" ".join(_counted(text.split(), seen)) for text in texts)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest + 1].rpartition(" ")[0]


def _counted(found: Iterable[str], seen: Counter[str]) -> Iterable[str]:
    """Yield words, and a break in the place of those that were seen too often."""
    for word in found:
        seen[word] += 1
        yield word if seen[word] <= _OFTEN else BREAK
