"""What is cited: each written link to the web once, and links to one work together; in document order."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce
from itertools import chain

from dlt_crawler.export.keys import keys_of
from dlt_crawler.export.occurrences import Badges, cites
from dlt_crawler.model import LinkOccurrence, LinkStatus, Snapshot, State, Work
from dlt_crawler.urls import masked

_NOT_CITED = frozenset({State.SKIPPED, State.INVALID, State.UNSAFE})
"""What nobody else can look up."""
LANDINGS = frozenset({"arxiv", "doi"})
"""Sources of what is found for dead links that are no archives: the page of the paper, where that lives."""
_LABEL_LENGTH = 300
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_ADDRESS = re.compile(r"\S*//\S*|(?:[\w\-]{1,63}\.){1,5}[a-z]{2,12}(?:[/?#]\S*)?", re.IGNORECASE)
"""Labels that only repeat where the link leads."""


@dataclass(frozen=True, slots=True)
class Citation:
    """One work. Texts are on one line, without what cannot be seen; secrets in URLs are masked."""

    title: str
    work: Work
    url: str
    """As it is written first, of the links to it that live, if one does."""
    state: State | None
    """Of that link; None: nothing is to be told of it (`LinkStatus.ignored`)."""
    file: str
    line: int
    """Where the work is cited first."""
    abstract: str = ""
    language: str = ""
    """Primary language subtag (RFC 5646)."""
    headings: tuple[str, ...] = ()
    """Those that the work is cited under, each once."""
    accessed: date | None = None
    """The day (UTC) on which the page was seen last."""
    snapshot: Snapshot | None = None
    """The archive's copy of a dead page, its URL masked."""
    key: str = ""
    """ASCII, unique among the citations; always the same for a work with the same author, year and title."""

    @property
    def kind(self) -> str:
        """A type of CSL. What has a DOI and no type is more than a page."""
        return self.work.kind or ("article" if self.work.doi else "webpage")

    @property
    def identity(self) -> str:
        """What the work is, whatever is said of it."""
        return self.work.arxiv or self.work.doi or self.url


@dataclass(frozen=True, slots=True)
class _Link:
    """A link, and what it cites, and where."""

    status: LinkStatus
    work: Work
    written: Sequence[LinkOccurrence]

    @property
    def identifiers(self) -> tuple[str, ...]:
        numbers = (("arxiv", self.work.arxiv), ("doi", self.work.doi))
        return tuple(f"{mark}:{number}" for mark, number in numbers if number)

    @property
    def told(self) -> tuple[bool, bool, int]:
        """How much is known of the work: that it has appeared, and who wrote it, says most."""
        facts = (self.work.volume, self.work.issue, self.work.pages, self.work.issued, self.work.publisher)
        return bool(self.work.container and self.work.doi), bool(self.work.authors), sum(map(bool, facts))


def cited(links: Iterable[LinkStatus], work_of: Callable[[LinkStatus], Work]) -> tuple[Citation, ...]:
    """Return what links cite, in their order.

    Left out: images; what stands only in code, comments or unused definitions; badges that lead to no paper; what is
    not checked. What is ignored is cited as any other work, but not as a dead one. Links with one DOI, or one arXiv
    identifier, are one work. `work_of`: what is known of the work that a link leads to.
    """
    links = tuple(links)
    badges = Badges(chain.from_iterable(link.occurrences for link in links))
    found: list[_Link] = []
    for status in links:
        if status.verdict.state in _NOT_CITED:
            continue
        link = _Link(status, work_of(status), tuple(filter(cites, status.occurrences)))
        if not link.identifiers:
            link = replace(link, written=tuple(each for each in link.written if not badges.has(each)))
        if link.written:
            found.append(link)
    citations = [_citation(group) for group in _together(found)]
    return tuple(replace(each, key=key) for each, key in zip(citations, keys_of(citations), strict=True))


def _together(found: Sequence[_Link]) -> Iterable[Sequence[_Link]]:
    """Return the links to each work, the works in the order of their first links."""
    # A forest in which the first link of a work is its root.
    roots = list(range(len(found)))

    def root(number: int) -> int:
        while roots[number] != number:
            roots[number] = number = roots[roots[number]]
        return number

    holders: dict[str, int] = {}
    for number, link in enumerate(found):
        for identifier in link.identifiers:
            one, other = sorted((root(number), root(holders.setdefault(identifier, number))))
            roots[other] = one
    groups: dict[int, list[_Link]] = {}
    for number, link in enumerate(found):
        groups.setdefault(root(number), []).append(link)
    return groups.values()


def _citation(group: Sequence[_Link]) -> Citation:
    best_first = sorted(group, key=lambda link: link.told, reverse=True)
    shown = next((link for link in group if link.status.verdict.state is State.ALIVE), group[0]).status
    pages = [link.status.page for link in best_first]
    written = [each for link in group for each in link.written]
    state = shown.verdict.state if shown.ignored is None else None
    copy = shown.snapshot if state is State.DEAD and isinstance(shown.snapshot, Snapshot) else None
    lives_at = copy.url if copy is not None and copy.source in LANDINGS else shown.url
    seen = [link.status.verdict.last_ok for link in group if link.status.verdict.last_ok]
    url = masked(lives_at)
    return Citation(
        title=_plain(next((page.title for page in pages if page.title), None) or "") or _label(written) or url,
        work=reduce(Work.over, (link.work for link in best_first)),
        url=url,
        state=state,
        file=written[0].file,
        line=written[0].line,
        abstract=_plain(next((page.abstract for page in pages if page.abstract), None) or ""),
        language=next((page.language for page in pages if page.language), None) or "",
        headings=tuple(dict.fromkeys(_plain(heading) for each in written for heading in each.headings)),
        accessed=max(seen).date() if seen else None,
        snapshot=replace(copy, url=masked(copy.url)) if copy is not None and copy.source not in LANDINGS else None,
    )


def _label(written: Sequence[LinkOccurrence]) -> str:
    """Return what the documents call a work; empty where that is only its address."""
    labels = (_plain(each.text)[:_LABEL_LENGTH] for each in written)
    return next((label for label in labels if label and not _ADDRESS.fullmatch(label)), "")


def _plain(text: str) -> str:
    """Return a text on one line, without what cannot be seen and without secrets."""
    if not text.isprintable():
        text = "".join(" " if one.isspace() else one for one in text if one.isspace() or _is_seen(one))
    return masked(" ".join(text.split()))


def _is_seen(character: str) -> bool:
    return unicodedata.category(character) not in _INVISIBLE
