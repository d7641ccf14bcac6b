"""Which written links cite something: what a reader follows to a work, and not what decorates a page."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable

from dlt_crawler.model import LinkKind, LinkOccurrence

_BADGE = re.compile(
    r"//(?:[\w\-]+\.)*(?:shields\.io|badgen\.net|badge\.fury\.io|awesome\.re|travis-ci\.(?:org|com)|coveralls\.io"
    r"|codecov\.io|circleci\.com|appveyor\.com|codacy\.com|codeclimate\.com|gitter\.im|mybinder\.org|star-history\.com)/"
    r"|\bbadges?\b|colab\.research\.google\.com/assets/",
    re.IGNORECASE,
)
"""In addresses of images that say how a project does: services that make them, and what others call them."""
_AFTER_IMAGE = 4
"""Bytes from the URL of an image to that of the link around it in markdown: `)](`, perhaps with a space …"""
_BEFORE_IMAGE = 120
"""… and from the URL of a link to that of the image in it in HTML, with attributes."""


def cites(occurrence: LinkOccurrence) -> bool:
    """Return whether a reader of the document can follow a link to what it cites."""
    if occurrence.kind is LinkKind.IMPLIED:
        return True
    return occurrence.renders and occurrence.kind not in (LinkKind.IMAGE, LinkKind.CODE)


class Badges:
    """The badges in documents, and the links around them."""

    def __init__(self, occurrences: Iterable[LinkOccurrence]) -> None:
        images: defaultdict[tuple[str, int], list[tuple[int, int]]] = defaultdict(list)
        for each in occurrences:
            if each.kind is LinkKind.IMAGE and each.span is not None and _BADGE.search(each.url or ""):
                images[each.file, each.line].append((each.span.start, each.span.end))
        self._images = {line: sorted(spans) for line, spans in images.items()}

    def has(self, link: LinkOccurrence) -> bool:
        """Return whether a badge is all that there is of a link."""
        spans = self._images.get((link.file, link.line))
        if spans is None or link.span is None:
            return False
        place = bisect_left(spans, (link.span.start, 0))
        after = place > 0 and link.span.start - spans[place - 1][1] <= _AFTER_IMAGE
        inside = link.kind is LinkKind.HTML and place < len(spans)
        return after or (inside and spans[place][0] - link.span.end <= _BEFORE_IMAGE)
