"""Redirects: chains, loops and the Location headers of real servers, good and bad (RFC 9110, section 10.2.2)."""

from __future__ import annotations

from tests.internet.exchange import Exchange, Serve
from tests.internet.wire import Answer


def redirect(status: int | str, location: str | bytes | None, *more: tuple[str, str]) -> Answer:
    where = () if location is None else (("Location", location),)
    return Answer(b"Moved.\n", status, (("Content-Type", "text/plain"), *where, *more))


def _to(location: str | bytes | None, status: int = 302) -> Serve:
    return lambda _exchange: redirect(status, location)


def _chain(exchange: Exchange) -> Answer:
    status, left = exchange.arguments["status"], int(exchange.arguments["hops"])
    return redirect(status, "/ok" if left <= 1 else f"/redirect/{status}/{left - 1}")


def _anywhere(exchange: Exchange) -> Answer:
    return redirect(exchange.arguments["status"], exchange.request.query)


def _same_host(exchange: Exchange) -> Answer:
    return redirect(302, f"//{exchange.request.authority}/ok")


def _to_host(exchange: Exchange) -> Answer:
    given, port = exchange.arguments, exchange.request.authority.partition(":")[2]
    where = f"{given['host']}:{port}" if port else given["host"]
    return redirect(302, f"{exchange.request.scheme}://{where}/{given['rest']}")


def _to_port(exchange: Exchange) -> Answer:
    return redirect(302, f"http://{exchange.request.host}:{exchange.arguments['port']}/")


def _to_https(exchange: Exchange) -> Answer:
    return redirect(302, f"https://{exchange.request.host}:{exchange.connection.port}/ok")


def _user_info(exchange: Exchange) -> Answer:
    return redirect(302, f"{exchange.request.scheme}://someone:secret@{exchange.request.authority}/ok")


def _long(exchange: Exchange) -> Answer:
    return redirect(302, "/page/" + "x" * (int(exchange.arguments["size"]) - len("/page/")))


def _loop(exchange: Exchange) -> Answer:
    size, place = int(exchange.arguments["size"]), int(exchange.arguments["place"])
    return redirect(302, f"/redirect-loop/{size}/{(place + 1) % size}")


def _endless(exchange: Exchange) -> Answer:
    return redirect(302, f"/redirect-endless/{int(exchange.arguments['count']) + 1}")


def _cookie_wall(exchange: Exchange) -> Answer:
    if "cookie" in exchange.request.headers:
        return Answer(b"<title>Behind the wall</title>")
    return redirect(302, "/cookie-wall", ("Set-Cookie", "seen=1; Path=/"))


def _cookie_steps(exchange: Exchange) -> Answer:
    seen = exchange.request.headers.get("cookie", "").count("step")
    if seen >= int(exchange.arguments["steps"]):
        return Answer(b"<title>Past all steps</title>")
    return redirect(302, exchange.request.path, ("Set-Cookie", f"step{seen}=1; Path=/"))


REDIRECTS: tuple[tuple[str, str, Serve], ...] = (
    ("/redirect/{status}/{hops}", "So many hops with this status, then a living page.", _chain),
    ("/redirect-to/{status}", "This status; the query string, as it stands, is the Location.", _anywhere),
    ("/redirect-relative/here", "A Location relative to the path.", _to("../ok")),
    ("/redirect-protocol-relative", "A Location that names the host and no scheme.", _same_host),
    ("/redirect-non-ascii", "A Location with UTF-8 bytes as they are.", _to("/wiki/Überlagerung".encode())),
    ("/redirect-blanks", "A Location with blanks in it.", _to("/wiki/a page with blanks")),
    ("/redirect-fragment", "A Location with a fragment.", _to("/ok#section")),
    ("/redirect-to-host/{host}/{rest}", "A path on another host, by the same scheme and port.", _to_host),
    ("/redirect-port/{port}", "Another port of this host.", _to_port),
    ("/redirect-https", "https on the port that was asked, whatever it speaks.", _to_https),
    ("/redirect-user-info", "A Location with user name and password.", _user_info),
    ("/redirect-long/{size}", "A Location of so many bytes; what it names lives.", _long),
    ("/redirect-twice", "Two different Location fields.", lambda _: redirect(302, "/ok", ("Location", "/status/404"))),
    ("/redirect-cr", "A Location with a carriage return in it.", _to(b"/ok\rSet-Cookie: a=b")),
    ("/redirect-nul", "A Location with a NUL in it.", _to(b"/ok\x00")),
    ("/redirect-tab", "A Location with a tab in it, which browsers drop.", _to("/o\tk")),
    ("/redirect-nowhere/{status}", "This status without a Location.", lambda e: redirect(e.arguments["status"], None)),
    ("/redirect-mailto", "A Location that is a mail address.", _to("mailto:someone@example.com")),
    ("/redirect-ftp", "A Location that is an FTP URL.", _to("ftp://ftp.example.com/paper.pdf")),
    ("/redirect-file", "A Location on the disk of the reader.", _to("file:///etc/passwd")),
    ("/redirect-private", "A Location in a private network (RFC 1918).", _to("http://10.0.0.1/")),
    (
        "/redirect-metadata",
        "A Location at a cloud's metadata service.",
        _to("http://169.254.169.254/latest/meta-data/"),
    ),
    ("/redirect-malformed", "A Location that is no URL.", _to("http://[::1/")),
    ("/redirect-to-dead", "301 to a page that is not found.", _to("/status/404", 301)),
    ("/redirect-self", "301 to itself.", _to("/redirect-self", 301)),
    ("/redirect-loop/{size}/{place}", "A ring of so many pages.", _loop),
    ("/redirect-endless/{count}", "Every hop leads to a page not seen before.", _endless),
    ("/cookie-wall", "302 to itself until the cookie comes back.", _cookie_wall),
    ("/cookie-steps/{steps}", "302 to itself with one more cookie each time, until so many come back.", _cookie_steps),
)
