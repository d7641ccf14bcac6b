"""From a written destination to the resource that is checked, or the reason why nothing is. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from ipaddress import IPv6Address
from urllib.parse import SplitResult, unquote, urljoin, urlsplit, urlunsplit

import idna
from w3lib.url import safe_url_string

from dlt_crawler.model import Resource, SkipReason

MAX_LENGTH = 16_384
"""Characters. Servers commonly refuse request lines over 8 KiB (RFC 9110, section 4.1, asks for 8,000 at least)."""

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):")
_WEB_URL = re.compile(r"(https?):/*([^/?#]*)([^?#]*)\??([^#]*)", re.IGNORECASE | re.DOTALL)
"""Scheme, authority, path, query, backslashes read as slashes: browsers take any number of them before the authority,
none included (URL standard, special authority ignore slashes state)."""
_WITH_AUTHORITY = re.compile(r"(https?:)?//", re.IGNORECASE)
_HOST_AND_PORT = re.compile(r"(\[[^\[\]]*\]|[^:\[\]]*)(?::([0-9]*))?")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_FORBIDDEN_IN_DOMAINS = re.compile(r"[\x00-\x20\x7f#%/:<>?@\[\\\]^|]")
"""URL standard, forbidden domain code points. All others may stand in a name that somebody's DNS server answers for."""
_BEFORE_QUERY = re.compile(r"^[^?#]*")
_EMPTY_LABEL = re.compile(r"^\.|\.\.|^$")
_TABS_AND_NEWLINES = str.maketrans("", "", "\t\n\r")
_CONTROLS_AND_SPACE = "".join(map(chr, range(0x21)))


def target_of(url: str | None, exclude: Iterable[re.Pattern[str]] = ()) -> Resource | SkipReason:
    """Return the resource that `url` (a resolved destination) names, or why it is not checked."""
    if url is None:
        return SkipReason.INVALID
    url = url.translate(_TABS_AND_NEWLINES).strip().strip(_CONTROLS_AND_SPACE)
    if not url:
        return SkipReason.EMPTY
    if url.startswith("#"):
        return SkipReason.FRAGMENT
    scheme = _SCHEME.match(url)
    if scheme is None:
        return SkipReason.RELATIVE
    match scheme[1].lower():
        case "http" | "https":
            pass
        case "mailto":
            return SkipReason.MAILTO
        case _:
            return SkipReason.SCHEME
    if any(pattern.search(url) for pattern in exclude):
        return SkipReason.EXCLUDED
    normalised = normalise(url)
    return SkipReason.INVALID if normalised is None else Resource(normalised)


def normalise(url: str) -> str | None:
    """Return the form of an http(s) URL under which it is checked; None when no browser could open it.

    It is read as the URL standard reads one without a base: `https:/a.example`, `https:a.example` and
    `https:///a.example` are https://a.example/. Lower-case scheme and host, IDNA host, no default port, no user
    information (it is never stored or sent), no dot segments, no fragment, illegal characters percent-encoded. Query,
    case and doubled slashes of the path stay: servers tell them apart. Numbers that browsers read as IPv4 addresses
    stay, too.
    """
    if len(url) > MAX_LENGTH:
        return None
    if (found := _WEB_URL.match(_as_browsers_read(url))) is None:
        return None
    scheme, authority, path, query = found[1].lower(), *found.groups()[1:]
    try:
        host = _host_and_port(authority, _DEFAULT_PORTS[scheme])
        if host is None:
            return None
        plain = SplitResult(scheme, host, _without_dot_segments(path) or "/", query, "")
        return safe_url_string(urlunsplit(plain))
    except ValueError:
        return None


def host_of(url: str) -> str:
    """Return the host of a normalised URL, without port: what politeness is counted by."""
    return urlsplit(url).hostname or ""


def resolve_location(base: str, location: str) -> str | None:
    """Return the absolute, normalised URL of a Location header (RFC 9110, 10.2.2); None if it is no web page.

    Read as the URL standard reads it: the scheme of the page without two slashes, `https:/x`, says nothing, and with
    more than two, `https:///x`, it begins an authority.
    """
    reference = _as_browsers_read(location)
    try:
        if (absolute := _WITH_AUTHORITY.match(reference)) is None:
            reference = urljoin(base, reference)
        elif absolute[1] is None:
            reference = f"{urlsplit(base).scheme}:{reference}"
    except ValueError:
        return None
    found = target_of(reference)
    return found.url if isinstance(found, Resource) else None


def with_fragment_of(url: str, written: str | None) -> str:
    """Return `url` with the fragment of `written`, so that a reader lands on the same section."""
    fragment = (written or "").partition("#")[2]
    return f"{url}#{fragment}" if fragment and "#" not in url else url


def _as_browsers_read(url: str) -> str:
    """Apply what the URL standard does to a web link before and while it looks for the parts."""
    url = url.strip(_CONTROLS_AND_SPACE).translate(_TABS_AND_NEWLINES)
    # A backslash before the query is a slash; whoever disagrees about that disagrees about which part is the host.
    return _BEFORE_QUERY.sub(lambda found: found[0].replace("\\", "/"), url)


def _host_and_port(authority: str, default_port: int) -> str | None:
    """Return the authority without user information and default port. Raises ValueError for a bad IPv6 address.

    `safe_url_string` refuses ports over 65,535.
    """
    found = _HOST_AND_PORT.fullmatch(authority.rpartition("@")[2])
    host = _host(found[1]) if found else None
    if found is None or host is None:
        return None
    port = int(found[2] or default_port)
    return host if port == default_port else f"{host}:{port}"


def _host(written: str) -> str | None:
    """Apply the host parser of the URL standard, its checks of bidirectional text and joiners aside.

    Not `idna.encode`: its validity rules are those of IDNA 2008, for registries, and refuse names that browsers open
    (emoji, hyphens in the third and fourth place). The mapping is the same: UTS #46, non-transitional.
    """
    if written.startswith("["):
        address = IPv6Address(written[1:-1])
        return written.lower() if address.scope_id is None else None
    try:
        host = idna.uts46_remap(unquote(written, errors="replace"), std3_rules=False)
    except idna.IDNAError:
        return None
    host = ".".join(map(_a_label, host.split(".")))
    return None if _EMPTY_LABEL.search(host) or _FORBIDDEN_IN_DOMAINS.search(host) else host


def _a_label(label: str) -> str:
    return label if label.isascii() else f"xn--{label.encode('punycode').decode('ascii')}"


def _without_dot_segments(path: str) -> str:
    """Apply RFC 3986, section 5.2.4, keeping empty segments."""
    if "/." not in path:
        return path
    kept: list[str] = []
    segments = path.split("/")[1:]
    for index, segment in enumerate(segments):
        last = index == len(segments) - 1
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
        if last and segment in (".", ".."):
            kept.append("")
    return "/" + "/".join(kept)
