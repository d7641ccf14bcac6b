"""A web link as the URL standard reads it (https://url.spec.whatwg.org/): what a browser would ask for. Pure."""

from __future__ import annotations

import re
from urllib.parse import quote

from dlt_crawler.urls.hosts import host

MAX_LENGTH = 16_384
"""Characters of a URL without its fragment, as written and as asked for. Servers commonly refuse request lines over
8 KiB (RFC 9110, section 4.1, asks for 8,000 at least). The fragment is not sent; playgrounds keep whole programs there.
"""

_CONTROLS_AND_SPACE = "".join(map(chr, range(0x21)))
_TAB_OR_NEWLINE = re.compile(r"[\t\n\r]")
_REFERENCE = re.compile(r"(?:([a-z][a-z0-9+.\-]*):)?(.*)", re.ASCII | re.IGNORECASE | re.DOTALL)
_WEB_URL = re.compile(r"(https?):/*([^/?]*)([^?]*)(\?.*)?", re.ASCII | re.IGNORECASE | re.DOTALL)
"""Scheme, authority, path, query: browsers take any number of slashes before the authority, none included (URL
standard, special authority ignore slashes state)."""
_HOST_AND_PORT = re.compile(r"(\[[^\[\]]*\]|[^:\[\]]+)(?::([0-9]*))?")
_SOMEBODY = "***"
"""Stands for a user name and password: whoever wrote them is not asked to be believed, and the link is not followed."""
DEFAULT_PORTS = {"http": 80, "https": 443}
_HIGHEST_PORT = 65_535
_PATH_SAFE = "%/:@!$&'()*+,;="
_QUERY_SAFE = "%/:@!$&()*+,;=?"
"""What is not percent-encoded, besides letters, digits and "-._~": what RFC 3986 allows there (sections 3.3 and 3.4),
but "'" in a query, which the URL standard encodes. That leaves some of "[\\]^`{|}" as they are, which are part of no
valid URI; markdown renderers encode them, and servers take them so or not at all."""
_ENCODED_DOT = re.compile("%2e", re.IGNORECASE)


def trimmed(url: str) -> str:
    """Return a URL without what the URL standard removes first: controls and spaces around it, line breaks within."""
    return _TAB_OR_NEWLINE.sub("", url.strip(_CONTROLS_AND_SPACE))


def parse(url: str) -> str | None:
    """Return an http(s) URL as it is asked for, without fragment; None when no browser could open it.

    It is read without a base: `https:/a.example`, `https:a.example` and `https:///a.example` are https://a.example/.
    Of user information only a mark is left that there was some: it is never stored or sent.
    """
    return _parsed(_hierarchy_and_query(url))


def join(page: str, reference: str) -> str | None:
    """Return what `reference` means on a web page, parsed; None if that is no web link. `page` is a parsed URL.

    The page's own scheme without two slashes, `https:/x`, says nothing; with more than two, `https:///x`, it begins an
    authority. Not `urllib.parse.urljoin`, which takes empty segments out of the page's path.
    """
    base, read = _WEB_URL.fullmatch(page), _REFERENCE.fullmatch(_hierarchy_and_query(reference))
    if base is None or read is None:
        return None
    scheme, path, query = base[1], base[3], base[4] or ""
    rest = read[2]
    if (read[1] or scheme).lower() != scheme:
        return _parsed(f"{read[1]}:{rest}")
    if rest.startswith("//"):
        return _parsed(f"{scheme}:{rest}")
    if rest.startswith("/"):
        path, query = rest, ""
    elif rest.startswith("?"):
        query = rest
    elif rest:
        path, query = path.rpartition("/")[0] + "/" + rest, ""
    return _parsed(f"{scheme}://{base[2]}{path}{query}")


def _hierarchy_and_query(url: str) -> str:
    """Return a URL trimmed, without fragment, and with slashes for the backslashes before the query.

    Whoever disagrees about the backslashes disagrees about which part is the host.
    """
    hierarchy, mark, query = trimmed(url).partition("#")[0].partition("?")
    return hierarchy.replace("\\", "/") + mark + query


def _parsed(read: str) -> str | None:
    if len(read) > MAX_LENGTH or (found := _WEB_URL.fullmatch(read)) is None:
        return None
    scheme, authority, path, query = found[1].lower(), found[2], found[3], found[4] or ""
    try:
        location = _host_and_port(authority, DEFAULT_PORTS[scheme])
        if location is None:
            return None
        path = quote(_without_dot_segments(path) or "/", safe=_PATH_SAFE)
        parsed = f"{scheme}://{location}{path}{quote(query, safe=_QUERY_SAFE)}"
    except ValueError:
        return None
    return parsed if len(parsed) <= MAX_LENGTH else None


def _host_and_port(authority: str, default_port: int) -> str | None:
    """Return the authority without default port, user information masked. Raises ValueError for some that are none."""
    user, _, place = authority.rpartition("@")
    found = _HOST_AND_PORT.fullmatch(place)
    name = host(found[1]) if found else None
    if found is None or name is None:
        return None
    if user:
        name = f"{_SOMEBODY}@{name}"
    if not found[2]:
        return name
    digits = found[2].lstrip("0") or "0"
    if len(digits) > 5 or int(digits) > _HIGHEST_PORT:
        return None
    return name if int(digits) == default_port else f"{name}:{digits}"


def _without_dot_segments(path: str) -> str:
    """Apply RFC 3986, section 5.2.4, keeping empty segments; a dot may be percent-encoded, as for browsers."""
    if "/." not in path and "/%2" not in path:
        return path
    kept: list[str] = []
    segments = path.split("/")[1:]
    for index, segment in enumerate(segments):
        last = index == len(segments) - 1
        dots = _ENCODED_DOT.sub(".", segment)
        if dots == "..":
            del kept[-1:]
        elif dots != ".":
            kept.append(segment)
        if last and dots in (".", ".."):
            kept.append("")
    return "/" + "/".join(kept)
