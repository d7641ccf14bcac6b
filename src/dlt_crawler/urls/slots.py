"""Which hosts are one server farm, and which are one site: what politeness and sharding are counted by. Pure."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tldextract import TLDExtract

_FARMS = frozenset({
    # Platforms that give each user a host name and are not in the private part of the Public Suffix List: all names
    # lead to the same servers, and whoever asks them all asks one operator. Platforms that tell users apart by path
    # (github.com, cnblogs.com, sites.google.com) have one host name anyway.
    "bandcamp.com", "csdn.net", "deviantart.com", "fandom.com", "ghost.io", "gitbook.io", "gitbooks.io",
    "hashnode.dev", "itch.io", "livejournal.com", "medium.com", "neocities.org", "readthedocs.org", "sourceforge.io",
    "sourceforge.net", "substack.com", "surge.sh", "tumblr.com", "typepad.com", "weebly.com", "wikidot.com",
    "wordpress.com",
    # One operator with a host name for each subject or language, who limits clients across all of them.
    "stackexchange.com", "wikipedia.org",
})  # fmt: skip

_NAMES_SOLD = frozenset({
    # Private suffixes under which only names are given out (domains below a domain, dynamic DNS): the servers are as
    # many as the names. The list is of the known ones; a host under another one waits for its neighbours, which is
    # slower than it need be and never impolite.
    "br.com", "cn.com", "co.com", "com.de", "com.se", "de.com", "eu.com", "gb.net", "jpn.com", "ru.com", "sa.com",
    "se.net", "uk.com", "uk.net", "us.com", "us.org", "za.com",
    "ddns.net", "duckdns.org", "dyndns.org", "eu.org", "no-ip.org", "synology.me",
})  # fmt: skip

_REMEMBERED = 16_384
"""Hosts (a few MB): the links of one host come close together, and looking a host up again takes 10 µs."""


@lru_cache(_REMEMBERED)
def slot_of(host: str) -> str:
    """Return what requests to a host (of a normalised URL, without port) are counted under: the host, or its farm.

    On known shared hosting that is the domain that all its hosts share: the private suffix of the Public Suffix List
    (https://publicsuffix.org; alice.github.io → github.io, a bucket of S3 → the S3 of its region), or one of `_FARMS`.
    A suffix that is a host's whole name, as for single machines (ec2-….compute-1.amazonaws.com), is the host itself.
    """
    host = host.removesuffix(".")
    if _is_address(host):
        return host
    parts = _suffixes()(host)
    if parts.is_private:
        return host if _registrable(host) in _NAMES_SOLD else parts.suffix
    domain = parts.top_domain_under_public_suffix
    # Blogger has a domain in most countries (blogspot.co.uk), of which the list knows one.
    return domain if domain in _FARMS or parts.domain == "blogspot" else host


@lru_cache(_REMEMBERED)
def site_of(host: str) -> str:
    """Return the registrable domain of a host: one label below the ICANN part of the Public Suffix List.

    github.io → itself, www.example.co.uk → example.co.uk. Hosts of one slot are of one site. An address, a single label
    and a public suffix are returned as they are; below a top-level domain that the list does not know, two labels are
    (its rule "*").
    """
    host = host.removesuffix(".")
    return host if _is_address(host) else _registrable(host)


def _registrable(host: str) -> str:
    parts = _suffixes()(host, include_psl_private_domains=False)
    if parts.suffix:
        return parts.top_domain_under_public_suffix or host
    return ".".join(host.rsplit(".", 2)[-2:])


def _is_address(host: str) -> bool:
    """Return whether a host is an IP address: the last label of a name is never a number (URL standard, hosts.py)."""
    return ":" in host or host.rpartition(".")[2].isdecimal()


@cache
def _suffixes() -> TLDExtract:
    """Return the Public Suffix List that comes with tldextract: nothing is fetched or written."""
    # Here, because it imports requests (0.1 s), and few of those who import `urls` crawl.
    from tldextract import TLDExtract  # noqa: PLC0415

    return TLDExtract(cache_dir=None, suffix_list_urls=(), include_psl_private_domains=True)
