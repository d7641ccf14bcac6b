"""What the source of a page says about it beside its text: traces of programs, services and templates. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from lxml import etree  # type: ignore[import-untyped] # its stubs are a package of their own

from dlt_crawler.page.walls import markers_in

SHELL = "shell"
"""A script is to fill the page: what it has of itself says nothing."""
ERROR = "error page of "
PARKED = "parked by "
PARKING_HOST = "loads from "
"""What the names of markers begin with."""

_HEAD = 49_152
_TAIL = 16_384
"""Characters of the source, at its two ends, in which markers are looked for."""

_TEMPLATES = {
    "Next.js": '"page":"/404"',
    "Next.js (error)": '"page":"/_error","query":{"statuscode":404',
    "Next.js (app)": "next_http_error_fallback;404",
    "Next.js (app, older)": "next_not_found",
    "Nuxt": '"statuscode":404',
    "Nuxt (error)": "nuxt-error-page",
    "Gatsby": 'pagepath="/404',
    "VuePress": "theme-container not-found",
    "VitePress": 'class="notfound"',
    "a WordPress theme": "error-404 not-found",
    "Colorlib": 'id="notfound"',
    "Shopify": '"pagetype":"404"',
    "Rails": "<!-- this file lives in public/404.html -->",
    "HTML5 Boilerplate": "<!-- ie needs 512+ bytes: https://docs.microsoft.com/archive/blogs/ieinternals/friendly-http",
    "Google": "//www.google.com/images/errors/robot.png",
    "Tencent (404公益)": "/search_children.js",
    "Tencent (404公益, newer)": "volunteer.cdn-go.cn/404/",
    "Yibo (404公益)": "yibo.iyiyun.com/js/yibo404",
    "Docusaurus": "theme-doc-not-found",
    "Sphinx": "<!-- rtd-notfound -->",
}
"""Whose error page it is → what stands in its source, in lower case."""
_PARKING = {
    "AdSense for domains": "google.com/adsense/domains/caf.js",
    "Bodis": 'window.park = "',
    "Bodis (script)": 'window.park="',
    "ParkingCrew": "data-adblockkey=",
    "GoDaddy": "window.lander_system",
    "GoDaddy (redirect)": 'window.location.href="/lander"',
    "a script that asks for a parking page": "/_fd?",
    "Oversee": "/__media__/js/trademark",
    "Sedo": "sedoparking.com/templates",
    "Above": "/px.js?ch=1",
    "a parking page's form": "caf_results",
    "Zeropark": "zeropark.com",
    "a template of ParkingCrew": "tcblock",
    "Team Internet": "l.cdn-fileserver.com/bping.php",
    "a parking page's small print": '<a href="/_pp">privacy policy</a>',
    "a parking page's address": "?tr_uuid=",
    "a form for offers": "'/saleform'",
    "GoDaddy (traffic)": '{ap:"parking"}',
    "Squarespace": "scripts-compressed/parking-page-",
    "Sedo (frame)": "sedoparking.com/frmpark",
}
"""Likewise, of parked pages."""
_PARKING_HOSTS = frozenset({
    "22.cn", "4.cn", "above.com", "afternic.com", "bodis.com", "bodiscdn.com", "brandbucket.com", "cashparking.com",
    "d38psrni17bvxu.cloudfront.net", "dan.com", "dnparking.com", "domain.west.cn", "domainlore.uk",
    "domainmarket.com", "domainnamesales.com", "domainsponsor.com", "domcollect.com", "dopa.com", "dsparking.com",
    "efty.com", "ename.com", "ename.net", "epik.com", "fastpark.net", "giantpanda.com", "hugedomains.com",
    "internettraffic.com", "iseaskies.com", "jm.cn", "juming.com", "mi.aliyun.com", "muumuu-domain.com",
    "namedrive.com", "nicsell.com", "onamae.com", "park.io", "parking.hostpoint.ch", "parking.nic.ru",
    "parking.reg.ru", "parkingcrew.net", "parkingpage.namecheap.com", "parklogic.com", "pixie.porkbun.com",
    "rookdns.com", "sav.com", "searchresultsguide.com", "sedo.com", "sedoparking.com", "skenzo.com",
    "smartname.com", "squadhelp.com", "trellian.com", "undeveloped.com", "uniregistry.com", "voodoo.com", "west.cn",
    "ztomy.com",
})  # fmt: skip
"""Parking services and markets for domains (Zirngibl et al., TMA 2022; MISP warning lists; own observation)."""

MARKERS: Mapping[str, str] = MappingProxyType(
    {
        **{f"{ERROR}{name}": written for name, written in _TEMPLATES.items()},
        **{f"{PARKED}{name}": written for name, written in _PARKING.items()},
        f"{PARKING_HOST}wsimg.com/parking-lander": "wsimg.com/parking-lander",
    }
)
"""Name of a marker → what stands in the source of the page, in lower case."""

_HOST = re.compile(r"//([a-z0-9.-]{4,100})")
_CLASSES = frozenset({
    "404", "410", "error404", "error-404", "error_404", "page-404", "page404", "page_404", "template-404", "is-404",
    "path-404", "status-404", "http-404", "view-404", "body-404", "route-404", "page-not-found", "pagenotfound",
    "not-found", "page-notfound", "notfound", "not_found", "page-system-404", "page-node-404", "cms-noroute-index",
    "cms-no-route", "error-not-found", "not-found-page", "notfound-page", "404-page", "404page", "page--404",
    "p-404", "tpl-404", "error-page-404", "controller-404", "pg-404", "type-404", "layout-404", "t-404", "blog-404",
    "sec-404", "ghost-404", "nf404",
})  # fmt: skip
"""Of <html> and <body>: WordPress error404, Shopify template-404, Magento cms-noroute-index, Drupal page-not-found …"""
_CLASSED = etree.XPath("concat(/html/@class, ' ', /html/body/@class, ' ', /html/body/@id)")


def markers_of(source: str) -> tuple[str, ...]:
    """Return the names of the markers in the source of a page that has little text."""
    part = source if len(source) <= _HEAD + _TAIL else f"{source[:_HEAD]}\n{source[-_TAIL:]}"
    part = part.lower()
    told = (name for name, written in MARKERS.items() if written in part)
    # A search for each of them would take longer than all the rest.
    hosts = dict.fromkeys(host for written in dict.fromkeys(_HOST.findall(part)) for host in _above(written))
    return (*markers_in(part), *told, *(f"{PARKING_HOST}{host}" for host in hosts if host in _PARKING_HOSTS))


def _above(host: str) -> Iterator[str]:
    """Yield a host and those above it."""
    while "." in host:
        yield host
        host = host.partition(".")[2]


def classes_of(root: etree._Element) -> Iterator[str]:
    """Yield the names of markers for the classes of <html> and <body> that themes give their error pages."""
    for name in dict.fromkeys(str(_CLASSED(root)).lower().split()):
        if name in _CLASSES:
            yield f"{ERROR}a theme ({name})"
