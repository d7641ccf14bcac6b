"""Addresses that are made to lead somewhere else: short links, and names that outlive the place of a thing. Pure."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from dlt_crawler.urls.resources import host_of
from dlt_crawler.urls.slots import site_of

_SHORTENERS = frozenset({
    # The larger ones of PeterDaveHello/url-shorteners (September 2025: 1,480 domains), Chinese ones, and retired ones
    # whose links are still in documents.
    "adf.ly", "aka.ms", "amzn.to", "apple.co", "b23.tv", "bit.do", "bit.ly", "bitly.com", "bl.ink", "buff.ly",
    "clck.ru", "cli.gs", "cutt.ly", "db.tt", "dlvr.it", "dwz.cn", "econ.st", "eepurl.com", "fb.me", "flic.kr",
    "forms.gle", "g.co", "git.io", "go.gl", "goo.gl", "ht.ly", "hubs.li", "hubs.ly", "ift.tt", "is.gd", "j.mp",
    "lc.cx", "lihi.cc", "lnkd.in", "mcaf.ee", "msft.it", "nyti.ms", "ow.ly", "po.st", "pse.is", "qr.ae", "rb.gy",
    "rebrand.ly", "redd.it", "reurl.cc", "reut.rs", "s.coop", "s.id", "shar.es", "short.io", "shorturl.at", "sina.lt",
    "snip.ly", "soo.gd", "spoti.fi", "su.pr", "suo.im", "t.cn", "t.co", "t.ly", "tcrn.ch", "tiny.cc", "tinyurl.com",
    "tnyurl.org", "tr.im", "trib.al", "u.to", "ur1.ca", "url.cn", "urlz.fr", "urlzs.com", "v.gd", "vk.cc", "w.wiki",
    "wapo.st", "wp.me", "x.co", "youtu.be", "zi.ma",
})  # fmt: skip
"""Registrable domains."""
_IDENTIFIERS = frozenset({
    # Registrable domains of the resolvers of DOIs, handles (RFC 3650), ARKs, PURLs and URNs of libraries, and of
    # registries that give out their addresses as names.
    "arxiv.org", "doi.org", "handle.net", "identifiers.org", "n2t.net", "nbn-resolving.de", "nbn-resolving.org",
    "orcid.org", "perma.cc", "purl.org", "ror.org", "urn.fi", "w3id.org",
})  # fmt: skip
_IDENTIFIER_HOST = re.compile(r"(?:ark|doi|hdl|handle|lsid|nbn|purl|purls|urn)\..+\..+")
"""Resolvers of one organisation: purl.stanford.edu, purl.obolibrary.org, hdl.loc.gov, urn.nb.no, doi.acm.org."""
_ARK = re.compile(r"/ark:/?\d{5,9}/", re.IGNORECASE)
"""An Archival Resource Key is one at any host (draft-kunze-ark, section 2)."""


def is_short_link(url: str) -> bool:
    """Return whether a normalised URL is that of a link shortener: it says nothing, and lives as long as that does."""
    return site_of(host_of(url)) in _SHORTENERS


def is_persistent_identifier(url: str) -> bool:
    """Return whether a normalised URL names a thing for good, wherever that is: DOIs, handles, PURLs, ARKs, arXiv ids.

    Where it leads today is not what is to be cited.
    """
    host = host_of(url)
    if site_of(host) in _IDENTIFIERS or _IDENTIFIER_HOST.fullmatch(host) is not None:
        return True
    return _ARK.search(urlsplit(url).path) is not None


def leads_elsewhere(url: str) -> bool:
    """Return whether nothing at this place is a page itself."""
    return is_short_link(url) or is_persistent_identifier(url)
