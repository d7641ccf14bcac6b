"""Domains that nobody uses: parked, for sale, or run out. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from dlt_crawler.model import Signal, SignalKind
from dlt_crawler.page.markers import PARKED, PARKING_HOST
from dlt_crawler.page.phrases import is_sale, parts_of, plain, sale_phrase, sale_words_in
from dlt_crawler.page.soft404 import is_thin
from dlt_crawler.page.talk import letters_beside
from dlt_crawler.urls import site_of

if TYPE_CHECKING:
    from dlt_crawler.page.interpretation import Shown

_MARKETS = frozenset({
    # Registrable domains to which parked ones are redirected.
    "hugedomains.com", "dan.com", "afternic.com", "sedo.com", "sedoparking.com", "bodis.com", "parkingcrew.net",
    "undeveloped.com", "above.com", "domainmarket.com", "brandbucket.com", "squadhelp.com", "atom.com",
    "uniregistry.com", "domainnamesales.com", "buydomains.com", "efty.com", "sav.com", "domainlore.uk",
    "parklogic.com", "namedrive.com", "smartname.com", "domcollect.com", "4.cn", "ename.com", "ename.net",
    "juming.com", "jm.cn", "dopa.com", "22.cn", "epik.com", "perfectdomain.com", "searchdomains.com",
    "domaineasy.com", "saw.com", "spaceship.com", "internettraffic.com", "ww1.com", "giantpanda.com",
    "registrar-servers.com", "domainagents.com", "domainnameshop.com", "dnsrsearch.com", "expireddomains.com",
})  # fmt: skip
_LITTLE = 3_000
"""Characters of visible text that a parked page has at most: advertisements, and small print."""
_HARDLY_ANY = 400
_BESIDE = 60
"""Letters that a parked page may say beside what such pages say."""


def is_parking_host(url: str) -> bool:
    """Return whether a URL is one of a site to which domains are sent that nobody uses."""
    return _site(url) in _MARKETS


def parking_signals(shown: Shown) -> tuple[Signal, ...]:
    """Return what speaks for a parked domain. Words count only where there is hardly any text beside them."""
    site = _site(shown.final_url)
    if site in _MARKETS and site == _site(shown.url):
        return ()  # A market for domains is a site like others.
    signals = [*_host(shown, site)]
    is_little = shown.evidence.length <= _LITTLE
    if is_little:
        signals += _template(shown)
    if site in _MARKETS or (is_little and is_thin(shown)):
        signals += [*_words(shown), *_text(shown)]
    if signals and is_thin(shown) and (site in _MARKETS or _says_nothing_else(shown)):
        signals.append(Signal(SignalKind.THIN, 0.5, f"{shown.evidence.prose} characters"))
    return tuple(signals)


def _says_nothing_else(shown: Shown) -> bool:
    """Return whether hardly anything stands on a page but what parked pages say, and the name of the domain."""
    evidence = shown.evidence
    text = evidence.passage or (evidence.text if evidence.prose else "")
    site = _site(shown.final_url)
    return letters_beside(text.casefold().replace(site, " "), sale_words_in) <= _BESIDE


def _host(shown: Shown, site: str) -> Iterator[Signal]:
    if site in _MARKETS:
        yield Signal(SignalKind.PARKED_HOST, 1.5, site)
        return
    loaded = next((name for name in shown.evidence.markers if name.startswith(PARKING_HOST)), None)
    if loaded is not None and shown.evidence.length <= _LITTLE:
        yield Signal(SignalKind.PARKED_HOST, 1.0, loaded.removeprefix(PARKING_HOST))


def _words(shown: Shown) -> Iterator[Signal]:
    """Yield the title or heading by which the domain itself is for sale."""
    site = _site(shown.final_url)
    own = plain(site)
    for line in (shown.evidence.title or "", *shown.evidence.headings):
        for part in parts_of(line):
            words = plain(part)
            names_itself = bool(own) and own in words
            if (names_itself and not _FOR_SALE.isdisjoint(words.split())) or is_sale(part.casefold().replace(site, "")):
                yield Signal(SignalKind.PARKED_WORDS, 1.5, part)
                return


_FOR_SALE = frozenset({
    "sale", "kaufen", "verkaufen", "vendre", "venta", "venda", "vendita", "koop", "продается", "продаётся",
    "sprzedaż", "prodej", "salu", "salg", "salgs", "satılık", "eladó", "myytävänä", "parked", "parking", "expired",
    "geparkt", "buy", "出售", "转让", "域名出售", "域名转让", "域名展示页", "正在出售", "販売", "판매",
})  # fmt: skip


def _text(shown: Shown) -> Iterator[Signal]:
    """Yield what the text says: most where the title is the name of the domain, less where it is about something."""
    evidence = shown.evidence
    found = sale_phrase(evidence.text) or (sale_phrase(evidence.passage) if evidence.passage else None)
    if found is not None:
        title, own = plain(evidence.title or ""), plain(_site(shown.final_url))
        is_nameless = not title or (bool(own) and own in title)
        yield Signal(SignalKind.PARKED_TEXT, 1.5 if is_nameless and evidence.prose < _HARDLY_ANY else 1.0, found)


def _template(shown: Shown) -> Iterator[Signal]:
    name = next((name for name in shown.evidence.markers if name.startswith(PARKED)), None)
    if name is not None:
        yield Signal(SignalKind.PARKED_TEMPLATE, 1.5, name.removeprefix(PARKED))


def _site(url: str) -> str:
    return site_of(urlsplit(url).hostname or "")
