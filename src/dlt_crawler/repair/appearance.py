"""Two renderings of a document, before and after its edits: what differs that has nothing to do with these."""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from operator import itemgetter
from typing import NamedTuple
from urllib.parse import unquote, unquote_to_bytes, urlsplit

from dlt_crawler.model import MARK, VALUE, LinkKind, LinkOccurrence, Rendered
from dlt_crawler.repair.splice import Edit

_WEB = re.compile(r"https?://", re.IGNORECASE)
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
"""A backslash before ASCII punctuation (CommonMark 0.31.2, section 2.4)."""
_TABS_AND_NEWLINES = re.compile(r"[\t\n\r]")
_SHOWN = 60
"""Characters of a text that are quoted in a reason."""


@dataclass(frozen=True, slots=True)
class Change:
    """A link that is edited, as its author wrote it, and where we have it lead."""

    link: LinkOccurrence
    url: str


class Difference(NamedTuple):
    """The first thing that is wrong with a rendering."""

    why: str
    """A sentence."""
    near: int | None
    """About where it is, in bytes of the original document: the edit seen last, or the one that is not seen."""
    part: int
    """Which part of the rendering it is."""


def unexpected(
    before: Rendered,
    after: Rendered,
    changes: Iterable[Change],
    edits: Sequence[Edit],
    returns: Iterable[Change] = (),
) -> Difference | None:
    """Return what is wrong with the rendering `after`; None if nothing is.

    It is right when taking away what `edits` add, in their order, and from `before` what they drop, leaves the same
    tags and texts, and the same values but for the URLs of `changes`, each at least where its link is seen, and of
    `returns`, which are changes that are taken back. A definition that several links use is seen more than once.
    """
    old, new = _parts(before), _parts(after)
    dropped = _without(old, new, [_Extra(_parts(edit.drops), edit.span.start) for edit in edits if edit.drops])
    adding = [_Extra(_parts(edit.adds), edit.span.start) for edit in edits if edit.adds]
    added = None if dropped.missing else _without(new, dropped.kept, adding)
    missing = dropped.missing or (added and added.missing)
    if added is None or missing:
        return Difference("what is added would show otherwise than it should", missing.offset if missing else None, 0)
    places = sorted([*dropped.places, *added.places])
    return _first_difference(dropped.kept, added.kept, _Comparison(changes), _Comparison(returns), places)


def _first_difference(
    before: Sequence[str],
    after: Sequence[str],
    made: _Comparison,
    undone: _Comparison,
    places: Sequence[tuple[int, int]],
) -> Difference | None:
    """Return the first difference that is neither made nor undone, or one of these that is not to be seen.

    `places` are the parts at which something was added or dropped, and where that is in the document.
    """
    for index, (old, new) in enumerate(zip_longest(before, after, fillvalue="")):
        is_text = index % 2 == 0
        seen_before = max(made.seen_last, undone.seen_last)
        explained = old == new or made.explains(old, new, is_text=is_text)
        if not (explained or undone.explains(new, old, is_text=is_text)):
            passed = bisect_right(places, index, key=itemgetter(0))
            near = max(made.seen_last, undone.seen_last, places[passed - 1][1] if passed else 0)
            if not is_text:  # a tag stands before the URL that belongs to it, and a value may begin with a new one
                near = min([*made.behind(seen_before), *undone.behind(seen_before)], default=near)
            return Difference(f"the document would show {_said(new)} instead of {_said(old)}", near, 1 + index)
    unseen = made.missing() or undone.missing()
    if unseen is None:
        return None
    return Difference(
        f"no link that a reader sees would lead to {unseen.url}",
        unseen.link.span.start if unseen.link.span else None,
        1 + max(len(before), len(after)),
    )


def _parts(rendered: Rendered) -> list[str]:
    """Return a rendering in parts, of which each second one is no text: the texts between tags and values joined."""
    return "".join(piece + MARK if piece.startswith(MARK) else piece for piece in rendered).split(MARK)


class _Extra(NamedTuple):
    """What one edit adds or drops, and where in the document that is."""

    parts: Sequence[str]
    offset: int


class _Remainder(NamedTuple):
    """A rendering without its extras."""

    kept: Sequence[str]
    places: Sequence[tuple[int, int]]
    """For each extra: behind how many parts it was, and its offset in the document."""
    missing: _Extra | None
    """The first extra that was not there."""


def _without(rendered: Sequence[str], other: Sequence[str], extras: Iterable[_Extra]) -> _Remainder:
    """Return the parts of a rendering without these extras, which follow one another.

    What the `other` rendering has in the same place is no extra, be it equal to one.
    """
    waiting = deque(extras)
    places: list[tuple[int, int]] = []
    kept: list[str] = []
    position, text = 0, rendered[0]
    while True:
        if waiting and len(kept) % 2 == 0 and _begins(waiting[0].parts, rendered, position, text):
            extra = waiting[0].parts
            if len(kept) >= len(other) or other[len(kept)] != text or not _begins(extra, other, len(kept), text):
                places.append((len(kept), waiting.popleft().offset))
                position += len(extra) - 1
                text = text.removesuffix(extra[0]) + rendered[position].removeprefix(extra[-1])
                continue
        kept.append(text)
        position += 1
        if position == len(rendered):
            return _Remainder(kept, places, waiting[0] if waiting else None)
        text = rendered[position]


def _begins(extra: Sequence[str], rendered: Sequence[str], position: int, text: str) -> bool:
    """Tell whether an extra begins in the text that stands at this position, and ends in a later one."""
    last = position + len(extra) - 1
    if last >= len(rendered) or not text.endswith(extra[0]) or not rendered[last].startswith(extra[-1]):
        return False
    return rendered[position + 1 : last] == extra[1:-1]


class _Comparison:
    """Compares renderings part by part, and counts the changes that it sees."""

    def __init__(self, changes: Iterable[Change]) -> None:
        self._by_url: defaultdict[str, list[Change]] = defaultdict(list)
        for change in changes:
            self._by_url[change.url].append(change)
        self._lengths = sorted({len(url) for url in self._by_url}, reverse=True)
        self._seen: Counter[str] = Counter()
        self.seen_last = 0
        """Where the change that was seen last is in the original document, in bytes."""

    def missing(self) -> Change | None:
        """Return a change that has not been seen."""
        for url, changes in self._by_url.items():
            visible = [change for change in changes if _is_seen(change)]
            if self._seen[url] < len(visible):
                return visible[self._seen[url]]
        return None

    def behind(self, offset: int) -> Iterable[int]:
        """Return where the changes behind an offset of the original document are."""
        spans = (change.link.span for changes in self._by_url.values() for change in changes)
        return (span.start for span in spans if span is not None and span.start > offset)

    def _see(self, url: str) -> None:
        changes = self._by_url[url]
        change = changes[min(self._seen[url], len(changes) - 1)]
        self._seen[url] += 1
        if change.link.span is not None and change.link.kind is not LinkKind.REFERENCE:  # seen where it is used
            self.seen_last = change.link.span.start

    def explains(self, old: str, new: str, *, is_text: bool) -> bool:
        """Tell whether two parts differ in new URLs alone."""
        mark = "" if is_text else VALUE.removeprefix(MARK)
        if not (old.startswith(mark) and new.startswith(mark)):
            return False
        before, after = old[len(mark) :], new[len(mark) :]
        if not is_text and any(_leads_there(change.link, before) for change in self._by_url.get(after, ())):
            self._see(after)
            return True
        return self._is_replaced(before, after, is_text=is_text)

    def _is_replaced(self, before: str, after: str, *, is_text: bool) -> bool:
        """Tell whether two values differ in new URLs alone, or two texts in which the renderer makes no link of one."""
        start = read = 0
        for web in _WEB.finditer(after):
            if web.start() < start:
                continue
            between = after[start : web.start()]
            if not before.startswith(between, read):
                return False
            start, read = web.start(), read + len(between)
            for url in (after[start : start + length] for length in self._lengths):
                form = self._form_at(before, read, url, is_text=is_text)
                if form:
                    self._see(url)
                    start, read = start + len(url), read + len(form)
                    break
        return before[read:] == after[start:]

    def _form_at(self, before: str, offset: int, url: str, *, is_text: bool) -> str | None:
        """Return how the URL was written at `offset` that is now `url`; None if that is none of the changes."""
        if url not in self._by_url or before.startswith(url, offset):
            return None
        links = (change.link for change in self._by_url[url] if not is_text or change.link.kind is LinkKind.BARE)
        forms = {form for link in links for form in _forms(link)}
        return next((form for form in sorted(forms, key=len, reverse=True) if before.startswith(form, offset)), None)


def _forms(link: LinkOccurrence) -> Iterable[str]:
    """Return the ways in which a value or a text may hold a URL; none of them is empty."""
    said = html.unescape(link.raw)
    url = link.url or ""
    return filter(None, (link.raw, said, _ESCAPED.sub(r"\1", said), url, unquote(url)))


def _leads_there(link: LinkOccurrence, value: str) -> bool:
    """Tell whether a value is the URL of a link, however its characters are encoded; "www." implies a scheme."""
    written = value.removeprefix("http://") if link.raw[: len("www.")].lower() == "www." else value
    return written in _forms(link) or _canonical(value) == _canonical(link.url or "")


def _canonical(url: str) -> bytes:
    """Return a URL without percent-encoding; where its host is not in ASCII, without that: it has many spellings."""
    address = _TABS_AND_NEWLINES.sub("", url).strip()
    try:
        host = urlsplit(address).netloc
    except ValueError:  # brackets that hold no IPv6 address
        host = ""
    if not host.isascii() or "xn--" in host.lower():
        address = address.partition(host)[2]
    return unquote_to_bytes(address.encode("utf-8", "surrogateescape"))


def _is_seen(change: Change) -> bool:
    link = change.link
    return link.renders and link.kind is not LinkKind.FRONT_MATTER and not _leads_there(link, change.url)


def _said(part: str) -> str:
    return repr(part[:_SHOWN] + "…" if len(part) > _SHOWN else part)
