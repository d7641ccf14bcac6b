"""The cookies of one chain of redirects: kept from hop to hop, and forgotten with the check."""

from __future__ import annotations

from scrapy.http import Request, Response
from scrapy.http.cookies import CookieJar

_COOKIE_BYTES = 4_096
_COOKIES = 50
"""What a browser keeps at least (RFC 6265, section 6.1); a server that sends more is not asked with them."""


class ChainCookies:
    """Some servers redirect until a cookie comes back: without cookies they would look like a loop."""

    def __init__(self) -> None:
        self._jar: CookieJar | None = None

    def keep(self, response: Response, request: Request) -> None:
        """Keep the cookies that the answer sets for its own site, as many as a browser keeps."""
        lines = [line for line in response.headers.getlist("Set-Cookie") if len(line) <= _COOKIE_BYTES]
        if not lines:
            return
        self._jar = self._jar or CookieJar()
        if len(self._jar) < _COOKIES:
            capped = response.replace(headers={"Set-Cookie": lines[: _COOKIES - len(self._jar)]}, body=b"")
            self._jar.extract_cookies(capped, request)

    def add_to(self, request: Request) -> bytes:
        """Give the request the cookies of its site; return them, which is what tells two visits of a URL apart."""
        if self._jar is None:
            return b""
        self._jar.add_cookie_header(request)
        return request.headers.get("Cookie") or b""
