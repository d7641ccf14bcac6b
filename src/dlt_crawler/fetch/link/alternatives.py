"""The other addresses of a page: with the other scheme, with or without `www.`; and what they prove. Pure."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import unquote, urlsplit

from dlt_crawler.fetch.outcome import Finding
from dlt_crawler.model import Outcome
from dlt_crawler.urls import host_of, is_landing_page, site_of, slot_of

_NO_ANSWER = frozenset({
    Outcome.DNS_ERROR, Outcome.CONNECTION_ERROR, Outcome.TIMEOUT, Outcome.PROTOCOL_ERROR, Outcome.TLS_ERROR,
})  # fmt: skip
_ANSWERED_IN_VAIN = frozenset({Outcome.NOT_FOUND, Outcome.SERVER_ERROR})
_OTHER_SCHEME = {"http": "https", "https": "http"}


def alternatives(url: str, outcome: Outcome, *, answered: bool) -> tuple[str, ...]:
    """Return the addresses to try before `url` counts as failed, likeliest first; none where that would say nothing.

    `answered`: there was an HTTP answer, which `outcome` follows from. Then only https is tried for http, which
    browsers try first, too (Chrome since 2023). Where nothing answered, the other scheme and `www.` are tried: a port
    that is closed, or a name that was never entered, is what people do not notice who come by another way. A name that
    does not resolve does so for both schemes.
    """
    if not answered and outcome not in _NO_ANSWER:
        return ()
    parts = urlsplit(url)
    # An address with a port of its own has no counterpart: 8080 is not 8443.
    schemes = (parts.scheme, _OTHER_SCHEME[parts.scheme]) if parts.port is None else (parts.scheme,)
    if answered:
        upgraded = outcome in _ANSWERED_IN_VAIN and parts.scheme == "http" and parts.port is None
        return (parts._replace(scheme="https").geturl(),) if upgraded else ()
    found = [] if outcome is Outcome.DNS_ERROR else [parts._replace(scheme=scheme) for scheme in schemes[1:]]
    if (host := _counterpart(host_of(url))) is not None:
        authority = host if parts.port is None else f"{host}:{parts.port}"
        found += [parts._replace(scheme=scheme, netloc=authority) for scheme in schemes]
    return tuple(each.geturl() for each in found)


def is_same_page(url: str, final_url: str) -> bool:
    """Return whether an alternative of `url` that ended at `final_url` has shown that page.

    Sites redirect what they do not know to their home page, and lapsed ones to others: only the same path and query on
    the same site are the same page, a final slash aside. What was a home page itself may have any path but those of
    log-in, error and search pages. On shared hosting every host is somebody else's: there it must be the same one.
    """
    asked, found = urlsplit(url), urlsplit(final_url)
    if not _is_same_owner(host_of(url), host_of(final_url)):
        return False
    if asked.path == "/" and not asked.query:
        return not is_landing_page(final_url)
    return _place(asked.path, asked.query) == _place(found.path, found.query)


def living(finding: Finding, alternative: str, final_url: str, shown: Finding) -> str:
    """Return the sentence for a link that ended with `finding`, and whose `alternative` has `shown` the page."""
    parts = urlsplit(alternative)
    answer = shown.detail.removeprefix(host_of(final_url))
    return f"{finding.detail.rstrip('.')}; {parts.scheme}://{parts.netloc}{answer}"


def in_vain(finding: Finding, url: str, tried: tuple[str, ...]) -> Finding:
    """Return the finding, saying that none of the alternatives which were tried lives."""
    host = host_of(url)
    names = dict.fromkeys(host_of(each) if host_of(each) != host else urlsplit(each).scheme for each in tried)
    said, others = finding.detail.rstrip("."), " and ".join(names)
    verb = "was tried in vain" if len(names) == 1 else "were tried in vain"
    return replace(finding, detail=f"{said}; {others} {verb}.")


def _counterpart(host: str) -> str | None:
    """Return the host with or without `www.`; None for an address, a single label, and other hosts below a domain."""
    domain = site_of(host)
    if ":" in host or "." not in domain or domain.rpartition(".")[2].isdecimal():
        return None
    if host == domain:
        return f"www.{host}"
    return domain if host == f"www.{domain}" else None


def _is_same_owner(host: str, other: str) -> bool:
    if host.removeprefix("www.") == other.removeprefix("www."):
        return True
    return site_of(host) == site_of(other) and slot_of(host) == host and slot_of(other) == other


def _place(path: str, query: str) -> tuple[str, str]:
    return unquote(path).rstrip("/"), unquote(query)
