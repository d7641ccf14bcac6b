"""The cookies of one chain of redirects: kept from hop to hop, and forgotten with the check."""

from __future__ import annotations

from collections.abc import Sequence
from email.message import Message
from http.client import HTTPResponse
from http.cookiejar import CookieJar
from typing import cast
from urllib.request import Request

_COOKIE_BYTES = 4_096
_COOKIES = 50
"""What a browser keeps at least (RFC 6265, section 6.1); a server that sends more is not asked with them."""
_HEADER_BYTES = 8_000
"""All of them together: servers refuse a longer header line (Apache's LimitRequestFieldSize is 8,190)."""


class _Response:
    """As much of a response as a cookie jar looks at."""

    def __init__(self, line: str) -> None:
        self._headers = Message()
        self._headers["Set-Cookie"] = line

    def info(self) -> Message:
        return self._headers


class ChainCookies:
    """Some servers redirect until a cookie comes back: without cookies they would look like a loop."""

    def __init__(self) -> None:
        self._jar: CookieJar | None = None

    def keep(self, url: str, lines: Sequence[str]) -> None:
        """Keep the cookies that the Set-Cookie lines of an answer set for its own site, as many as a browser keeps."""
        if not lines:
            return
        self._jar = self._jar if self._jar is not None else CookieJar()
        request = Request(url)  # noqa: S310 - opens nothing
        for line in lines[:_COOKIES]:
            size = sum(len(cookie.name) + len(cookie.value or "") + 3 for cookie in self._jar)
            if len(line) <= _COOKIE_BYTES and len(self._jar) < _COOKIES and size + len(line) <= _HEADER_BYTES:
                self._jar.extract_cookies(cast("HTTPResponse", _Response(line)), request)

    def header_for(self, url: str) -> str:
        """Return the Cookie header of a request for `url`, which tells two visits of it apart; "" for none."""
        if self._jar is None:
            return ""
        request = Request(url)  # noqa: S310 - opens nothing
        self._jar.add_cookie_header(request)
        return request.get_header("Cookie") or ""
