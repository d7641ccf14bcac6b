"""Walls: the labelled pages of the tests as they are labelled, and redirects to pages that want something first."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from tests.internet import pages
from tests.internet.exchange import Exchange, Serve
from tests.internet.redirects import redirect
from tests.internet.wire import Answer

_LABELLED = Path(__file__).parent.parent / "labelled/walls"
_LOGIN = pages.page("Log in", "<h1>Log in</h1><form><input name='user'><input type='password'></form>")
_COOKIES = pages.page("We use cookies", "<h1>We use cookies</h1><p>May we?</p><form><button>Yes</button></form>")


def _labelled(exchange: Exchange) -> Answer:
    """Send what stands in a file: link, status and label, header, an empty line, body."""
    path = _LABELLED / f"{exchange.arguments['name']}.http"
    if path not in _LABELLED.glob("*.http"):
        return pages.page("No such wall", status=404)
    head, _, body = path.read_text(encoding="utf-8").partition("\n\n")
    _, label, *lines = head.splitlines()
    fields = ((name.strip(), value.strip()) for name, _, value in (line.partition(":") for line in lines))
    return Answer(body.encode(), label.partition(" ")[0], tuple(fields))


def _first(where: str, parameter: str) -> Serve:
    return lambda exchange: redirect(302, f"{where}?{parameter}={quote(exchange.request.target, safe='')}")


WALLS: tuple[tuple[str, str, Serve], ...] = (
    ("/wall/{name}", "A wall of tests/labelled/walls, by the name of its file.", _labelled),
    ("/members/{rest}", "Redirects to /login.", _first("/login", "next")),
    ("/login", "A log-in page.", lambda _: _LOGIN),
    ("/behind-cookies/{rest}", "Redirects to /cookiewall.", _first("/cookiewall", "return")),
    ("/cookiewall", "A page that asks for consent.", lambda _: _COOKIES),
)
