"""The host of a web link, as the URL standard reads it (https://url.spec.whatwg.org/#host-parsing). Pure."""

from __future__ import annotations

import re
import unicodedata
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import unquote

import idna

_LABEL = 63
_NAME = 253
"""Characters (RFC 1035, section 2.3.4: 63 octets a label, 255 a name with its length octets)."""
_FORBIDDEN_IN_DOMAINS = re.compile(r"[\x00-\x20\x7f#%/:<>?@\[\\\]^|]")
"""URL standard, forbidden domain code points. All others may stand in a name that somebody's DNS server answers for."""
_ENDS_IN_A_NUMBER = re.compile(r"(?:^|\.)(?:[0-9]+|0x[0-9a-f]*)\.?$")
_NUMBERS = ((16, re.compile("0x([0-9a-f]*)")), (8, re.compile("0([0-7]+)")), (10, re.compile("(0|[1-9][0-9]*)")))
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})
"""Bidi classes (RFC 5893, section 2). Others, those of characters younger than our Unicode data included, pass."""
_JOINERS = re.compile("[\u200c\u200d]")


def host(written: str) -> str | None:
    """Return the one spelling of a host: a name in lower case and Punycode, an address in the standard's form.

    None for what browsers refuse; raises ValueError for some of it.
    """
    if written.startswith("["):
        return f"[{_ipv6(written[1:-1])}]"
    name = _domain_to_ascii(unquote(written, errors="replace"))
    if _FORBIDDEN_IN_DOMAINS.search(name):
        return None
    if _ENDS_IN_A_NUMBER.search(name):
        return _ipv4(name.removesuffix("."))
    return name or None


def may_exist(name: str) -> bool:
    """Return whether a DNS server can know a host, or it is an address. Browsers try in any case."""
    name = name.removesuffix(".")
    return len(name) <= _NAME and all(0 < len(label) <= _LABEL for label in name.split("."))


def _domain_to_ascii(name: str) -> str:
    """Apply domain to ASCII of the URL standard. Raises ValueError for what breaks the rules of UTS #46.

    Not `idna.encode`: its validity rules are those of IDNA 2008, for registries, and refuse names that browsers open
    (emoji, hyphens in the third and fourth place, underscores beside letters of other scripts). What is ASCII already
    is not looked at: names with wrong Punycode are in use (whatwg/url#914, 2026).
    """
    if name.isascii():
        return name.lower()
    labels = [_unicode_label(label) for label in idna.uts46_remap(name, std3_rules=False).split(".")]
    for label in filter(None, labels):
        idna.check_initial_combiner(label)
        # A label at a time, as Firefox does: others look at those in Latin letters, too, when one is in Hebrew.
        if not _RIGHT_TO_LEFT.isdisjoint(map(unicodedata.bidirectional, label)):
            idna.check_bidi(label)
        if any(not idna.valid_contextj(label, joiner.start()) for joiner in _JOINERS.finditer(label)):
            raise ValueError(f"a joiner in {label!r} joins nothing")
    return ".".join(map(_a_label, labels))


def _unicode_label(label: str) -> str:
    """Return what a mapped label stands for. Raises ValueError when that is not to be written with `xn--`."""
    if not label.startswith("xn--"):
        return label
    decoded = label[4:].encode("ascii").decode("punycode")
    if decoded.isascii() or decoded.startswith("xn--") or idna.uts46_remap(decoded, std3_rules=False) != decoded:
        raise ValueError(f"{label!r} stands for {decoded!r}")
    return decoded


def _a_label(label: str) -> str:
    if label.isascii():
        return label
    if len(label) > _LABEL:  # Longer still in Punycode, which takes quadratic time to write.
        raise ValueError("a label is too long")
    return f"xn--{label.encode('punycode').decode('ascii')}"


def _ipv4(written: str) -> str | None:
    """Apply the IPv4 parser: one to four numbers, the last one for all the bytes that are left."""
    *first, last = map(_number, written.split("."))
    if len(first) > 3 or any(number > 255 for number in first) or last >= 256 ** (4 - len(first)):
        return None
    return str(IPv4Address(last + sum(number << 24 - 8 * place for place, number in enumerate(first))))


def _number(written: str) -> int:
    for base, pattern in _NUMBERS:
        if digits := pattern.fullmatch(written):
            return int(digits[1] or "0", base)
    raise ValueError(f"{written!r} is no number")


def _ipv6(written: str) -> str:
    """Apply the IPv6 parser and serialiser. Raises ValueError for no address, and for one with a zone."""
    address = IPv6Address(written)
    if address.scope_id is not None:
        raise ValueError("browsers know no zones")
    if (mapped := address.ipv4_mapped) is not None:
        # Python 3.13 writes ::ffff:192.0.2.1, like inet_ntop; the URL standard does not.
        return f"::ffff:{int(mapped) >> 16:x}:{int(mapped) & 0xFFFF:x}"
    return address.compressed
