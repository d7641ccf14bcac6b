"""arXiv: its export API tells of up to 100 papers in one request (info.arxiv.org/help/api, User's Manual)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from dlt_crawler.config import LookupSettings
from dlt_crawler.model import Due, LinkWarning, Observation, Outcome, Resource, Work
from dlt_crawler.page.record import page_of, work_of_record
from dlt_crawler.sites.lookups.service import Ask, Reply, Told

if TYPE_CHECKING:
    from dlt_crawler.page.atom import Entry

_MOST_REQUESTS = 24
"""For one batch: to find one id that the API does not like among 100 takes 14."""

_ARCHIVES = (
    # Of ids up to March 2007 (arxiv.org/archive and info.arxiv.org/help/arxiv_identifier).
    "acc-phys|adap-org|alg-geom|ao-sci|astro-ph|atom-ph|bayes-an|chao-dyn|chem-ph|cmp-lg|comp-gas|cond-mat|cs|dg-ga|"
    "funct-an|gr-qc|hep-ex|hep-lat|hep-ph|hep-th|math|math-ph|mtrl-th|nlin|nucl-ex|nucl-th|patt-sol|physics|plasm-ph|"
    "q-alg|q-bio|quant-ph|solv-int|supr-con"
)
_MONTH = "(?:0[1-9]|1[0-2])"
_ID = re.compile(
    rf"(?:(?P<archive>{_ARCHIVES})(?:\.[A-Z]{{2}})?/(?P<old>(?:9[1-9]|0[0-7]){_MONTH}\d{{3}})"
    rf"|(?P<new>(?:0[7-9]|1[0-4]){_MONTH}\.\d{{4}}|(?:1[5-9]|[2-9]\d){_MONTH}\.\d{{5}}))(?P<version>v[1-9]\d?)?",
    re.ASCII,
)
"""One id that the API does not like spoils its batch (science.md, C4): so nothing passes that may be none. Numbers have
four digits until 2014, five since (info.arxiv.org/help/arxiv_identifier)."""
_PATH = re.compile(rf"/(?:abs|pdf|html|format|ps|src|e-print)/(?P<id>{_ID.pattern})(?:\.pdf|\.ps)?/?", re.ASCII)
_QUERY = re.compile(r"(?:context=[\w.\-]*)?", re.ASCII)
"""What the pages of a listing add to the links of their papers: nothing that matters."""
_ENTRY = re.compile(rf"https?://[\w.\-]+/abs/(?P<id>{_ID.pattern})", re.ASCII)

_PAPER = "(?:paper|article|submission|manuscript|preprint|work|note|report)"
_GONE = r"(?:withdrawn|retracted)\b"
_WITHDRAWN = re.compile(
    rf"\W*{_GONE}|.{{0,200}}?\b{_PAPER}\s+(?:(?:has|is|was|been|being|now|hereby|temporarily)\s+){{0,3}}{_GONE}"
    rf"|.{{0,200}}?\b(?:withdrawn?|withdrew|retract(?:ed)?)\s+(?:this|the)\s+{_PAPER}\b",
    re.IGNORECASE | re.DOTALL,
)
"""What stands at the beginning of comments, or in the place of the summary, of papers that were withdrawn: "This paper
has been withdrawn by the author", "Withdrawn due to" … It is not "Theorem 2 is withdrawn"."""
_LOOKED_AT = 400
"""Characters of a comment. In a summary it stands right at the beginning …"""
_SUMMARY_LOOKED_AT = 60
"""… for a summary may tell of papers that were withdrawn."""


class Arxiv:
    """Looks papers up (Service)."""

    name = "arXiv"
    hosts = frozenset({"arxiv.org", "www.arxiv.org", "export.arxiv.org", "browse.arxiv.org", "xxx.lanl.gov"})
    batch = 100
    """100 to 200 ids in a request are no trouble (science.md, C4)."""

    def __init__(self, settings: LookupSettings) -> None:
        self.url = settings.arxiv_url
        self._delay = settings.arxiv_delay

    def claims(self, resource: Resource) -> bool:
        """Return whether this is a link to a paper, in any of its forms (Service)."""
        return self._id_of(resource) is not None

    async def check(self, due: Sequence[Due], ask: Ask) -> Mapping[Resource, Observation]:
        """Return what the API says of papers; those that it does not name are not in it (Service).

        An id that it does not know is simply absent from its answer, for whatever reason: the page will tell.
        """
        links: dict[str, list[Resource]] = {}
        for each in due:
            if (paper := self._id_of(each.resource)) is not None:
                links.setdefault(paper, []).append(each.resource)
        found: dict[Resource, Observation] = {}
        batches, requests = [[*links]] if links else [], 0
        while batches and requests < _MOST_REQUESTS:
            ids = batches.pop(0)
            requests += 1
            reply = await ask(self._question(ids), {"Accept": "application/atom+xml"}, pause=self._delay)
            if reply is None:
                continue
            if reply.status == 400 or not reply.complete:
                half = len(ids) // 2
                batches += [part for part in (ids[:half], ids[half:]) if len(ids) > 1]
                continue
            for paper, told in self._read(ids, reply, ask).items():
                found |= {resource: told.of(resource) for resource in links[paper]}
        return found

    def _id_of(self, resource: Resource) -> str | None:
        """Return the id of the paper that a link leads to, as the API takes it."""
        parts = urlsplit(resource.url)
        path = _PATH.fullmatch(parts.path)
        if path is None or parts.hostname not in self.hosts or not _QUERY.fullmatch(parts.query):
            return None
        return _plain(path) + (path["version"] or "")

    def _question(self, ids: Sequence[str]) -> str:
        # Without a number of results, it would be ten.
        return f"{self.url}?{urlencode({'id_list': ','.join(ids), 'max_results': len(ids)}, safe=',/')}"

    def _read(self, ids: Sequence[str], reply: Reply, ask: Ask) -> Mapping[str, Told]:
        # The parser is needed where feeds come, and not by who only wants to know whose links these are.
        from dlt_crawler.page.atom import entries_of  # noqa: PLC0415

        entries = entries_of(reply.body) if reply.status == 200 else None
        if entries is None:
            ask.give_up(self.url, f"what it answered ({reply.status}) is no Atom feed")
            return {}
        # By id, and never by order: what is not known leaves no gap.
        by_id: dict[str, Entry] = {}
        known = [(found, entry) for entry in entries if (found := _ENTRY.fullmatch(entry.id)) and entry.title]
        for found, entry in sorted(known, key=lambda each: int((each[0]["version"] or "v0")[1:])):
            by_id[_plain(found) + (found["version"] or "")] = by_id[_plain(found)] = entry
        return {paper: _told(paper, by_id[paper], reply) for paper in ids if paper in by_id}


def _plain(found: re.Match[str]) -> str:
    """Return the id without the class in its archive, which is no part of it, and without version."""
    return found["new"] or f"{found['archive']}/{found['old']}"


def _told(paper: str, entry: Entry, reply: Reply) -> Told:
    page, work = page_of(entry.title, entry.summary), _work(paper, entry)
    if _WITHDRAWN.match(entry.comment[:_LOOKED_AT]) or _WITHDRAWN.match(entry.summary[:_SUMMARY_LOOKED_AT]):
        detail = "arXiv's interface knows this paper, and says that it was withdrawn."
        return Told(reply, Outcome.OK, detail, page, (LinkWarning.WITHDRAWN,), work=work)
    return Told(reply, Outcome.OK, "arXiv's interface knows this paper.", page, work=work)


def _work(paper: str, entry: Entry) -> Work:
    return work_of_record(
        kind="article",
        authors=entry.authors,
        issued=entry.published,
        doi=entry.doi,
        arxiv=paper,
        category=entry.category,
        reference=entry.reference,
    )
