"""What the source of a page says about it beside its text: traces of programs, services and templates. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from types import MappingProxyType

from dlt_crawler.page.marking import Marking
from dlt_crawler.page.phrases import is_bare_code, is_error
from dlt_crawler.page.walls import markers_in

SHELL = "shell"
"""A script is to fill the page: what it has of itself says nothing."""
ERROR = "error page of "
LIKE_ERROR = "named as on error pages: "
NUMBER = f"{LIKE_ERROR}404"
"""An element that holds nothing but the number."""
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

SURE = frozenset(
    {f"{ERROR}{name}" for name in _TEMPLATES.keys() - {"Colorlib", "VitePress", "Nuxt"}}
    | {f"{ERROR}a theme ({name})" for name in ("error404", "template-404", "cms-noroute-index")}
)
"""Markers that stand on nothing but error pages: the others can be hidden parts, or data."""
_TOLD = Marking(MARKERS, ("404", "notfound", "park", "lander", "/_", "error"))
_NAMED = re.compile(r"404|not[-_ ]?found|error-?page|page-error")
_NAMES = ("404", "notfound", "not-found", "not_found", "not found", "error-page", "errorpage", "page-error")
"""Where none of them stands the pattern has nothing to find: five times as fast on nearly all pages."""
_MOST = 100
"""Places where one of these stands that are looked at: they are in scripts, too."""
_ATTRIBUTE = re.compile(r"""\b(class|id|src|alt|aria-label)\s?=\s?["']([^"'<>]{0,200})\Z""")
_REST = re.compile(r"""[^"'<>]{0,200}""")
_NAME = re.compile(
    r"(?:[a-z]{1,20}[-_]{1,2}){0,2}(?:(?:error|err|page|e)[-_]{0,2}404|404[-_]{0,2}(?:page|error|err|content|container"
    r"|wrapper|wrap|main|section|box|text|title|image|img|message|body|inner|area|code|number|template)"
    r"|(?:page[-_]?)?not[-_]?found|error[-_]?page|page[-_]error)(?:[-_]{1,2}[a-z]{1,20}){0,3}"
)
"""Of a class or id. Not post-404, page-id-404, menu-item-404: numbers of things that live."""
_IMAGE = re.compile(
    r"(?:[^?#]*/)?(?:[a-z]{1,20}[-_]){0,2}(?:(?:error|err|page)[-_]?404|404[-_]?(?:error|page|not[-_]?found|img|image|bg"
    r"|illustration|hero|icon)|(?:page)?[-_]?not[-_]?found)[-_.\w]{0,40}\.(?:png|svg|gif|jpe?g|webp|avif)(?:[?#].*)?"
)
_BETWEEN = r"\s?(?:</span>\s{0,40}<span[^<>]{0,100}>)?\s?"
_ALONE = re.compile(rf"4{_BETWEEN}0{_BETWEEN}4\s?[!.]{{0,3}}\s?</")
_OPENED = re.compile(
    r"<(?:h\d|div|p|span|strong|b|big|font|center|section|figure|em|i)(?:\s[^<>]{0,300})?>\s?(?:error\s?)?\Z"
)
"""Not in a table, a list or a link, where numbers stand for other things."""
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


def markers_of(source: str) -> tuple[str, ...]:
    """Return the names of the markers in the source of a page that has little text."""
    part = source if len(source) <= _HEAD + _TAIL else f"{source[:_HEAD]}\n{source[-_TAIL:]}"
    part = part.lower()
    # A search for each of them would take longer than all the rest.
    hosts = dict.fromkeys(host for written in dict.fromkeys(_HOST.findall(part)) for host in _above(written))
    loaded = (f"{PARKING_HOST}{host}" for host in hosts if host in _PARKING_HOSTS)
    number = (NUMBER,) if _has_number_alone(part) else ()
    return (*markers_in(part), *_TOLD.found_in(part), *loaded, *islice(_likenesses(part), 1), *number)


def _has_number_alone(source: str) -> bool:
    places = (found.start() for found in islice(_ALONE.finditer(source), _MOST))
    return any(_OPENED.search(source, max(0, place - 340), place) for place in places)


def _likenesses(source: str) -> Iterator[str]:
    """Yield markers for what is named, drawn or described as on error pages."""
    if not any(name in source for name in _NAMES):
        return
    for place in islice(_NAMED.finditer(source), _MOST):
        before = _ATTRIBUTE.search(source, max(0, place.start() - 220), place.start())
        if before is None:
            continue
        rest = _REST.match(source, place.start())
        attribute, value = before[1], f"{before[2]}{rest[0] if rest else ''}"
        if attribute in ("class", "id"):
            found = next((name for name in value.split() if _NAME.fullmatch(name)), None)
        elif attribute == "src":
            found = value if _IMAGE.fullmatch(value) else None
        else:
            found = value if is_error(value) and not is_bare_code(value) else None
        if found:
            yield f"{LIKE_ERROR}{found}"


def _above(host: str) -> Iterator[str]:
    """Yield a host and those above it."""
    while "." in host:
        yield host
        host = host.partition(".")[2]


def markers_among(classes: str) -> Iterator[str]:
    """Yield the names of markers for those classes of <html> and <body> that themes give their error pages."""
    for name in dict.fromkeys(classes.lower().split()):
        if name in _CLASSES:
            yield f"{ERROR}a theme ({name})"
