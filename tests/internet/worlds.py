"""The worlds that have a name: the loopback origins, and a small world of host names for end-to-end tests."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from tests.internet import hosts, seeds
from tests.internet.archive.captures import CAPTURES, TROUBLED, Capture
from tests.internet.world import CANARIES, Host, World, read

# In loopback mode the addresses are the hosts that can be reached.
ORIGINS: Mapping[str, Host] = {
    "127.0.0.1": Host("no robots.txt"),
    "127.0.0.2": Host("everything is allowed", robots="/robots-txt/allow-all"),
    "127.0.0.3": Host("/private is disallowed", robots="/robots-txt/disallow-private"),
    "127.0.0.4": Host("everything is disallowed", robots="/robots-txt/disallow-all"),
    "127.0.0.5": Host("we are disallowed, others are not", robots="/robots-txt/disallow-us"),
    "127.0.0.6": Host("others are disallowed, we are not", robots="/robots-txt/allow-only-us"),
    "127.0.0.7": Host("/private/page allowed in /private", robots="/robots-txt/allow-beats-shorter-disallow"),
    "127.0.0.8": Host("whatever ends in .pdf is disallowed", robots="/robots-txt/wildcards"),
    "127.0.0.9": Host("Crawl-delay of one second", robots="/robots-txt/crawl-delay"),
    "127.0.0.10": Host("/private disallowed, after a byte order mark", robots="/robots-txt/byte-order-mark"),
    "127.0.0.11": Host("/private disallowed, in a file of 1 MB", robots="/robots-txt/large"),
    "127.0.0.12": Host("an HTML page for robots.txt: no rules", robots="/robots-txt/html"),
    "127.0.0.13": Host("robots.txt answers 503: all is disallowed", robots="/status/503"),
    "127.0.0.14": Host("robots.txt answers 403: all is allowed", robots="/status/403"),
    "127.0.0.15": Host("robots.txt answers 429", robots="/status/429"),
    "127.0.0.16": Host("robots.txt hangs", robots="/hang"),
    "127.0.0.17": Host("robots.txt resets the connection: all is disallowed", robots="/reset"),
    "127.0.0.18": Host("moved; /private disallowed", robots="/redirect-to/301?/robots-txt/disallow-private"),
    "127.0.0.19": Host("robots.txt redirects to itself for ever", robots="/redirect-to/301?/robots.txt"),
    "127.0.0.20": Host("robots.txt never ends", robots="/endless-body"),
    "127.0.0.21": Host("robots.txt answers 500: all is disallowed", robots="/status/500"),
    "127.0.0.22": Host("robots.txt is another host's", robots="/redirect-to-host/127.0.0.3/robots.txt"),
    "127.0.0.23": Host("Crawl-delay of a minute", robots="/robots-txt/crawl-delay-60"),
    **{f"127.0.0.{last}": Host("no robots.txt") for last in range(30, 42)},
    "127.0.0.50": Host("connections are refused", connect="refused"),
    "127.0.0.51": Host("connections are never answered", connect="silent"),
}

# Names that the DNS server treats in their own way; every other name has an address.
NAMES: Mapping[str, Host] = {
    "nxdomain.example": Host("does not exist", dns="nxdomain"),
    "servfail.example": Host("its name servers are broken", dns="servfail"),
    "silent.example": Host("its name servers never answer", dns="silent"),
}

LOOPBACK = World("loopback", hosts={**ORIGINS, **NAMES}, captures=CAPTURES, troubled=TROUBLED)

SMALL = World(
    "small",
    hosts={
        **NAMES,
        "refused.example": Host("nothing listens", connect="refused"),
        "expired.example": Host("its certificate ended in 2021", tls="expired"),
        "robots.example": Host("/private is disallowed", robots="/robots-txt/disallow-private"),
        "walled.example": Host("robots are not let in", always="/bot-wall/403"),
    },
    pages={
        "https://alive.example/": "/titled/A-living-page",
        "https://alive.example/article": "/article",
        "http://alive.example/paper.pdf": "/pdf",
        "http://moved.example/old": "/redirect-to/301?https://alive.example/article",
        "https://dead.example/page": "/status/404",
        "https://dead.example/gone": "/status/410",
        "https://dead.example/never-archived": "/status/404",
        "https://dead.example/excluded": "/status/404",
        "https://dead.example/only-bad": "/status/404",
        "https://soft.example/page": "/soft-404",
        "https://broken.example/": "/status/500",
    },
    captures=(
        Capture("https://dead.example/page", "20180601080000", page="/titled/A-page-that-lived"),
        Capture("https://dead.example/page", "20220101000000", 404, page="/status/404"),
        Capture("http://dead.example/gone", "20150310120000", page="/titled/Another-page-that-lived"),
        Capture("https://dead.example/only-bad", "20220101000000", 404, page="/status/404"),
        Capture("http://nxdomain.example/page", "20150310120000", page="/titled/A-host-that-was"),
    ),
    troubled={"https://dead.example/excluded": "excluded"},
)

# Worlds in which our own network, its names or our clock are wrong.
LOG_IN = "/redirect-to/302?http://log-in.example/"
_OUTAGES = (
    World("offline", other_hosts=Host("the cable is out", dns="servfail")),
    # Captive portals: some break the connections that they cannot answer in, others show their own certificate.
    World(
        "portal",
        hosts={"log-in.example": Host("the portal", always="/ok")},
        other_hosts=Host("behind a captive portal", https="refused", always=LOG_IN),
    ),
    World(
        "portal-over-tls",
        hosts={"log-in.example": Host("the portal", always="/ok")},
        other_hosts=Host("behind a captive portal", tls="untrusted", always=LOG_IN),
    ),
    World("lying-names", other_hosts=Host("every name has an address", dns="lies")),
    World(
        "search-page",
        hosts={urlsplit(url).hostname or "": Host() for url in CANARIES},
        other_hosts=Host("leads into the provider's own network", dns="astray", astray=("10.0.0.1",)),
    ),
    World("other-time", pages={url: f"/dated/400/{204 if url.endswith('/generate_204') else 200}" for url in CANARIES}),
)
OUTAGES: Mapping[str, World] = {world.name: world for world in _OUTAGES}


def load(name: str) -> World:
    """Return a world by its name, or read it from the JSON file of this path."""
    match name:
        case "loopback":
            return LOOPBACK
        case "small":
            return SMALL
        case "hosts":
            return hosts.WORLD
        case "seeds":
            return seeds.world()
        case _:
            return OUTAGES[name] if name in OUTAGES else read(Path(name))
