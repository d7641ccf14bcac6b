"""One request, as libcurl takes it: told no more of the URL than it needs, and where to connect to."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import pycurl

from dlt_crawler.urls import DEFAULT_PORTS

_URL = re.compile(r"(https?)://([^/?#]*)([^#]*)", re.ASCII)
_AUTHORITY = re.compile(r"(\[[^\]@]*\]|[^:@\[]+)(?::(\d{1,5})?)?", re.ASCII)
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")


class PinnedRequest:
    """A GET of one URL from given addresses.

    libcurl parses scheme, host and port; the target is sent as it is written, with everything that libcurl would tidy
    up (`//p`, a final `?`, brackets). The host is never looked up.
    """

    def __init__(self, url: str, headers: Mapping[str, str], addresses: Sequence[str], *, proxied: bool) -> None:
        """Raise ValueError for a URL that is none. `addresses` in the order in which they are to be tried."""
        scheme, authority, self.host, written_port, target = _parts(url)
        port = written_port or DEFAULT_PORTS[scheme]
        self.options: list[tuple[int, str | list[str] | list[bytes]]] = [
            (pycurl.URL, f"{scheme}://{self.host}:{port}/"),
            # RFC 9112, section 3.2.2: a proxy is given the whole URL, except for TLS, of which it sees nothing.
            (pycurl.REQUEST_TARGET, f"http://{authority}{target}" if proxied and scheme == "http" else target),
            (pycurl.HTTPHEADER, _lines(headers)),
        ]
        if addresses and not self.host.startswith("["):
            written = ",".join(f"[{address}]" if ":" in address else address for address in addresses)
            # The plus lets the entry age like any other in the cache of names.
            self.options.append((pycurl.RESOLVE, [f"+{self.host}:{port}:{written}"]))


def head_of(url: str, headers: Mapping[str, str]) -> bytes:
    """Return the head of a request as libcurl sends it to the server, with these fields. Raises ValueError, too."""
    scheme, _, host, port, target = _parts(url)
    # lib/http.c: the port only where it is not that of the scheme.
    name = host if port in {None, "", str(DEFAULT_PORTS[scheme])} else f"{host}:{port}"
    first = (f"GET {target} HTTP/1.1".encode(), f"Host: {name}".encode())
    return b"\r\n".join((*first, *_lines(headers), b"", b""))


def _parts(url: str) -> tuple[str, str, str, str | None, str]:
    """Return scheme, authority as written, host, port as written and target."""
    parts = _URL.fullmatch(url.partition("#")[0])
    authority = _AUTHORITY.fullmatch(parts[2]) if parts else None
    if parts is None or authority is None or not url.isascii():
        raise ValueError("no URL that can be asked for")
    target = parts[3] if parts[3].startswith("/") else f"/{parts[3]}"
    return parts[1], parts[2], authority[1], authority[2], target


def _lines(headers: Mapping[str, str]) -> list[bytes]:
    clean = ((name, _CONTROLS.sub("", value).strip()) for name, value in headers.items())
    # A name with a semicolon is how libcurl is told of a field without value (CURLOPT_HTTPHEADER).
    return [(f"{name}: {value}" if value else f"{name};").encode("latin-1", "replace") for name, value in clean]
