"""A world of hosts that can be reached in some ways only: one scheme, one spelling, one kind of address, or none."""

from __future__ import annotations

from collections.abc import Mapping

from tests.internet.tls import TLS
from tests.internet.world import Host, World

SCHEMES: Mapping[str, Host] = {
    "https-only.example": Host("port 80 refuses", http="refused"),
    "https-only-silent.example": Host("port 80 does not answer", http="silent"),
    "http-only.example": Host("port 443 refuses", https="refused"),
    "http-only-silent.example": Host("port 443 does not answer", https="silent"),
    "http-only-plain.example": Host("port 443 does not speak TLS", tls="plain-http"),
}

SPELLINGS: Mapping[str, Host] = {
    # With www. they live, without it they do not; or the reverse.
    "www-only.example": Host("the bare domain does not exist", dns="nxdomain"),
    "www-only-refused.example": Host("the bare domain refuses", connect="refused"),
    "www-only-silent.example": Host("the bare domain does not answer", connect="silent"),
    "www.bare-only.example": Host("www. does not exist", dns="nxdomain"),
    "www.bare-only-refused.example": Host("www. refuses", connect="refused"),
    "no-way.example": Host("neither spelling answers", connect="refused"),
    "www.no-way.example": Host("neither spelling answers", connect="refused"),
    "no-name.example": Host("neither spelling exists", dns="nxdomain"),
    "www.no-name.example": Host("neither spelling exists", dns="nxdomain"),
    # Over https it lives under the other spelling only.
    "both.example": Host("port 80 and the bare domain's port 443 refuse", connect="refused"),
    "www.both.example": Host("port 80 refuses", http="refused"),
}

# All links of one host: what is learned from the first must serve for the rest.
CROWDED: Mapping[str, Host] = {
    "refuses.example": Host("every port refuses", connect="refused"),
    "www.refuses.example": Host("every port refuses", connect="refused"),
    "drops.example": Host("no port answers", connect="silent"),
    "www.drops.example": Host("no port answers", connect="silent"),
    "hangs.example": Host("takes every request and answers none", always="/hang"),
    "www.hangs.example": Host("takes every request and answers none", always="/hang"),
    "hangs-politely.example": Host("answers for robots.txt only", always="/hang", robots="/robots-txt/allow-all"),
}
LINKS_OF_CROWDED = 30

ADDRESSES: Mapping[str, Host] = {
    "ipv6-only.example": Host("has IPv6 addresses only", ipv4="none", ipv6="accepted"),
    "dual.example": Host("answers on IPv4 and IPv6", ipv6="accepted"),
    "ipv6-refused.example": Host("refuses on IPv6", ipv6="refused"),
    "ipv6-silent.example": Host("does not answer on IPv6", ipv6="silent"),
    "ipv4-refused.example": Host("refuses on IPv4", ipv4="refused", ipv6="accepted"),
    "ipv4-silent.example": Host("does not answer on IPv4", ipv4="silent", ipv6="accepted"),
    "no-address.example": Host("exists and has no address", ipv4="none"),
    "sixteen.example": Host("listens at one of 16 addresses", dead_addresses=15),
    "aliased.example": Host("lies behind a chain of eight aliases", cnames=8),
}

NETWORKS: Mapping[str, Host] = {
    "private.example": Host("is in a private network", dns="astray", astray=("10.0.0.1",)),
    "metadata.example": Host("is a cloud's metadata service", dns="astray", astray=("169.254.169.254",)),
    "metadata-ipv6.example": Host("is the same over IPv6", dns="astray", astray=("fd00:ec2::254",)),
    "loopback-ipv6.example": Host("is the reader's own machine", dns="astray", astray=("::1",)),
    "half-private.example": Host("has a good address and a private one", dns="both", astray=("10.0.0.1",)),
    "rebinding.example": Host("is private at every other look", dns="in turns", astray=("10.0.0.1", "::1")),
}

ROBOTS: Mapping[str, Host] = {
    "robots-500.example": Host("robots.txt answers 500", robots="/status/500"),
    "robots-503.example": Host("robots.txt answers 503", robots="/status/503"),
    "robots-429.example": Host("robots.txt answers 429", robots="/status/429"),
    "robots-hang.example": Host("robots.txt hangs", robots="/hang"),
    "robots-elsewhere.example": Host(
        "robots.txt is another host's, which forbids /private", robots="/redirect-to-host/rules.example/robots.txt"
    ),
    "rules.example": Host("/private is disallowed", robots="/robots-txt/disallow-private"),
    "crawl-delay-1.example": Host("Crawl-delay of one second", robots="/robots-txt/crawl-delay"),
    "crawl-delay-60.example": Host("Crawl-delay of a minute", robots="/robots-txt/crawl-delay-60"),
}

CERTIFICATES: Mapping[str, Host] = {f"{row.name}.tls.example": Host(row.sentence, tls=row.name) for row in TLS.values()}

WORLD = World("hosts", hosts={**SCHEMES, **SPELLINGS, **CROWDED, **ADDRESSES, **NETWORKS, **ROBOTS, **CERTIFICATES})
