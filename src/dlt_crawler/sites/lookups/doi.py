"""DOIs: doi.org says whether one exists, and its registration agency what it stands for (content negotiation)."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import unquote_to_bytes, urlsplit

from dlt_crawler.config import LookupSettings
from dlt_crawler.model import Outcome, Page, Work
from dlt_crawler.page.record import page_of, work_of_csl
from dlt_crawler.sites.lookups.one_by_one import OneByOne
from dlt_crawler.sites.lookups.service import Ask, Reply, Told, json_object

_RESOLVERS = frozenset({"doi.org", "dx.doi.org", "www.doi.org"})
_DOI = re.compile(r"/(?:doi:)?10\.\d{4,9}(?:\.\d{1,9})*/[^\x00-\x20\x7f]{1,500}", re.IGNORECASE)
"""A prefix of four to nine digits, perhaps with parts, and any suffix (DOI Handbook, 2.2; crossref.org, "DOIs and
matching regular expressions")."""
_HEADERS = {"Accept": "application/vnd.citationstyles.csl+json"}
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_HOPS = 3
"""Redirects of an agency from one of its hosts to another."""
_HEADING = re.compile(r"<jats:title\b[^<>]{0,100}>[^<]{0,100}</jats:title>|^\s*Abstract\s*:", re.IGNORECASE)
"""What stands above an abstract."""


class Doi(OneByOne):
    """Looks DOIs up, and never asks a publisher (Service)."""

    name = "doi.org"
    hosts = _RESOLVERS

    def __init__(self, settings: LookupSettings) -> None:
        super().__init__()
        self.url = settings.doi_url.rstrip("/")
        self._agencies = frozenset(map(str.lower, settings.doi_agencies))
        self._own_hosts = _RESOLVERS | {urlsplit(self.url).hostname}

    def thing_of(self, url: str) -> str | None:
        """Return the path with a DOI that a URL leads to, as it is spelt there.

        Two spellings are two things, though the case of ASCII letters does not matter (DOI Handbook, 2.4): so what is
        said of one is never said of a DOI that nobody has asked for.
        """
        parts = urlsplit(url)
        if parts.hostname not in self.hosts or parts.query:
            return None
        try:
            path = unquote_to_bytes(parts.path).decode()
        except UnicodeDecodeError:
            return None  # A DOI is Unicode (DOI Handbook, 2.2): who knows what this is.
        return parts.path if _DOI.fullmatch(path) else None

    async def look_up(self, thing: str, ask: Ask) -> Told | None:
        """Return whether doi.org knows a DOI, and what its agency says of it."""
        told = await self.ask_again(thing, ask)
        if told is None or told.reply.location is None:
            return told
        description, elapsed = await self._of_agency(told.reply.location, ask)
        page, work = (Page(), None) if description is None else _described(description)
        return replace(told, page=page, work=work, described_by=description, elapsed=told.reply.elapsed + elapsed)

    async def ask_again(self, thing: str, ask: Ask) -> Told | None:
        """Return whether doi.org knows a DOI (OneByOne)."""
        reply = await ask(self.url + thing, _HEADERS)
        if reply is None:
            return None
        if reply.status == 404:
            return Told(reply, Outcome.NOT_FOUND, "doi.org answered 404 Not Found: there is no such DOI.")
        if reply.status == 200:
            page, work = _described(reply)
            return Told(reply, Outcome.OK, "doi.org knows this DOI.", page, work=work)
        if reply.status not in _REDIRECTS or reply.location is None:
            return None
        # Back to a resolver would be no answer, and is none of what they do.
        if urlsplit(reply.location).hostname in self._own_hosts:
            return None
        return Told(reply, Outcome.OK, "doi.org knows this DOI.")

    async def _of_agency(self, url: str, ask: Ask) -> tuple[Reply | None, float]:
        """Return the description of an agency, and how long that took.

        Nothing where doi.org leads to somebody else. An agency that does not know one says nothing about it: it is
        doi.org that knows which ones there are.
        """
        elapsed, location = 0.0, url
        for _ in range(_HOPS):
            parts = urlsplit(location)
            if parts.scheme != urlsplit(self.url).scheme or parts.hostname not in self._agencies:
                break
            reply = await ask(location, _HEADERS)
            if reply is None:
                break
            elapsed += reply.elapsed
            if reply.status not in _REDIRECTS or reply.location is None:
                return reply if reply.status == 200 else None, elapsed
            location = reply.location
        return None, elapsed


def _described(reply: Reply) -> tuple[Page, Work]:
    """Return what is said of an item in CSL JSON (citeproc-js, "CSL JSON"); Crossref's abstracts are JATS XML."""
    item = json_object(reply.body) or {}
    title, abstract = item.get("title"), item.get("abstract")
    if isinstance(title, list):
        title = next((each for each in title if each), None)
    if isinstance(abstract, str):
        abstract = _HEADING.sub(" ", abstract)
    return page_of(title, abstract, markup=True), work_of_csl(item)
