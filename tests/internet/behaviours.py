"""What the web servers of the test internet do, path by path: the table `BEHAVIOURS`, and how a row is found.

Every row can be had from every host, unless the world gives that host something else to do.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, replace
from email.utils import formatdate
from functools import cache
from inspect import isawaitable
from time import time
from urllib.parse import unquote

from tests.internet import codings, conditions, faults, heads, interfaces, pages, redirects, transfers, walls
from tests.internet.exchange import Exchange, Serve
from tests.internet.robots import ROBOTS
from tests.internet.wire import Answer, reason


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One row: `path` names its arguments in braces; `{rest}` takes slashes, too."""

    path: str
    sentence: str
    serve: Serve


def _titled(exchange: Exchange) -> Answer:
    return pages.page(unquote(exchange.arguments["title"].replace("-", " ")))


def _status(exchange: Exchange) -> Answer:
    code = exchange.arguments["code"]
    return pages.page(f"{code} {reason(code)}".strip(), f"<p>Status {code}.</p>", status=code)


def _dated(exchange: Exchange) -> Answer:
    answer = _status(exchange)
    date = formatdate(time() + float(exchange.arguments["days"]) * 86_400, usegmt=True)
    return replace(answer, headers=(*answer.headers, ("Date", date)))


async def _late(exchange: Exchange) -> Answer:
    await asyncio.sleep(float(exchange.arguments["seconds"]))
    return _status(exchange)


def _retry_after(exchange: Exchange) -> Answer:
    given = exchange.arguments
    answer = pages.page("Please come back later", status=given["status"])
    return replace(answer, headers=(*answer.headers, ("Retry-After", unquote(given["when"]))))


def _robots_txt(exchange: Exchange) -> Answer:
    name = exchange.arguments["name"]
    kind = "text/html" if name == "html" else "text/plain; charset=utf-8"
    return pages.typed(ROBOTS[name].encode(), kind) if name in ROBOTS else pages.page("No such row", status=404)


def _fails_first(exchange: Exchange) -> Answer:
    given = exchange.arguments
    seen = exchange.state.count(exchange.request.path)
    if seen > int(given["times"]):
        return pages.page("Alive again")
    if "when" in given:
        return _retry_after(exchange)
    return _status(replace(exchange, arguments={"code": given["status"]}))


async def _switchable(exchange: Exchange) -> Answer | None:
    return await perform(exchange, exchange.state.switches.get(exchange.arguments["key"], "/ok"))


def _bot_wall(exchange: Exchange) -> Answer:
    answer = pages.page("Just a moment...", "<p>Checking your browser</p>", status=exchange.arguments["status"])
    return replace(answer, headers=(*answer.headers, ("Server", "cloudflare"), ("cf-mitigated", "challenge")))


def _always(answer: Answer) -> Serve:
    return lambda _exchange: answer


def _soft(title: str, text: str) -> Serve:
    return _always(pages.page(title, f"<h1>{title}</h1><p>{text}</p>"))


BEHAVIOURS = (
    # Pages that live.
    Behaviour("/ok", "A small page that lives.", _always(pages.page("A living page"))),
    Behaviour("/page/{rest}", "A small page that lives.", _always(pages.page("A living page"))),
    Behaviour("/wiki/{rest}", "A small page that lives.", _always(pages.page("A living page"))),
    Behaviour("/private/{rest}", "A small page that lives; some robots.txt forbid it.", _always(pages.page("Private"))),
    Behaviour("/titled/{title}", "A small page with this title, percent-encoded; hyphens are blanks.", _titled),
    Behaviour("/article", "A page with citation, Dublin Core, Open Graph and JSON-LD data.", _always(pages.article())),
    Behaviour("/gbk", "A Chinese page in GBK, said in the header.", _always(pages.gbk(declared=True))),
    Behaviour("/gbk-meta", "A Chinese page in GBK, said in a meta element only.", _always(pages.gbk(declared=False))),
    Behaviour("/pdf", "A PDF.", _always(pages.typed(pages.PDF, "application/pdf"))),
    Behaviour("/png", "An image.", _always(pages.typed(pages.PNG, "image/png"))),
    Behaviour("/text", "Plain text.", _always(pages.typed(b"Plain text, and it lives.\n", "text/plain"))),
    Behaviour("/untyped", "A page without Content-Type.", _always(replace(pages.page("Untyped"), headers=()))),
    Behaviour("/empty", "An answer of no bytes.", _always(Answer(b""))),
    Behaviour("/gzip", "A page in gzip.", _always(pages.gzipped(pages.document("A packed page").encode()))),
    Behaviour("/large", "A page of 20 MB.", lambda _: pages.page("A large page", "<p>much</p>\n" * 1_700_000)),
    Behaviour("/hostile-title", "A title of escapes, markup and markdown.", _always(pages.page(pages.HOSTILE_TITLE))),
    Behaviour("/long-title", "A title of 5 MB.", lambda _: pages.page("long " * 1_000_000)),
    Behaviour("/nested", "200,000 nested elements.", lambda _: pages.page("Deep", "<div>" * 200_000)),
    Behaviour("/meta-refresh", "A page that sends people to /status/404 by a meta element.", _always(
        pages.page("Moving", head='<meta http-equiv="refresh" content="0; url=/status/404">'))),
    # Pages that answer 200 and are not there.
    Behaviour("/soft-404", "An error page with status 200.", _soft("Page not found", "Sorry, it is not here.")),
    Behaviour("/soft-404-chinese", "A Chinese error page with status 200.", _soft("页面不存在", "您访问的页面不存在")),
    Behaviour("/parked", "A parked domain.", _always(pages.page(
        "example.com is for sale", '<script src="//img.sedoparking.com/js/jquery.js"></script>'
        "<h1>This domain is for sale</h1><p>Buy this domain.</p>"))),
    Behaviour("/bot-wall/{status}", "A challenge page for robots, with this status.", _bot_wall),
    # Statuses.
    Behaviour("/status/{code}", "An answer with these characters as its status code.", _status),
    Behaviour("/dated/{days}/{code}", "This status, and a Date so many days from now.", _dated),
    Behaviour("/retry-after/{status}/{when}", "Status and Retry-After, in seconds or as a date.", _retry_after),
    Behaviour("/flaky/{status}/{times}/{key}", "This status the first times, then a living page.", _fails_first),
    Behaviour("/flaky-retry-after/{status}/{when}/{times}/{key}", "The same with Retry-After.", _fails_first),
    Behaviour("/switchable/{key}", "What the control call `switch` said last; at first /ok.", _switchable),
    Behaviour("/robots-txt/{name}", "A robots.txt of the table ROBOTS.", _robots_txt),
    *(Behaviour(*row) for row in (*redirects.REDIRECTS, *codings.CODINGS, *heads.HEADS, *transfers.TRANSFERS)),
    *(Behaviour(*row) for row in interfaces.INTERFACES),
    *(Behaviour(*row) for row in walls.WALLS),
    *(Behaviour(*row) for row in conditions.CONDITIONS),
    # Slow, endless, broken off.
    Behaviour("/hang", "Takes the request and never answers.", faults.hang),
    Behaviour("/late/{seconds}/{code}", "This status after so many seconds.", _late),
    Behaviour("/slow-headers/{seconds}", "A header line every so many seconds, for ever.", faults.slow_headers),
    Behaviour("/dribble/{seconds}", "A byte of the body every so many seconds, for ever.", faults.dribble),
    Behaviour("/endless-body", "A body that never ends.", faults.endless_body),
    Behaviour("/endless-headers", "Headers that never end.", faults.endless_headers),
    Behaviour("/short-body", "Closes before Content-Length is reached.", faults.short_body),
    Behaviour("/reset", "Resets the connection at once.", faults.reset),
    Behaviour("/reset-after-head", "Sends a good head, then resets the connection.", faults.reset_after_head),
    Behaviour("/empty-reply", "Closes without a byte.", faults.empty_reply),
    # Not HTTP, or not as it should be.
    Behaviour("/garbage", "Bytes that are not HTTP.", faults.garbage),
    Behaviour("/ssh", "The greeting of an SSH server.", faults.ssh_banner),
    Behaviour("/http-0.9", "A page without status line and headers.", faults.http_0_9),
    Behaviour("/conflicting-lengths", "Two different Content-Length.", faults.conflicting_lengths),
    Behaviour("/negative-length", "A Content-Length below zero.", faults.negative_length),
    Behaviour("/bad-chunk", "Chunked coding with a chunk size that is no number.", faults.bad_chunk),
    Behaviour("/broken-gzip", "gzip cut off in the middle.", faults.broken_gzip),
)  # fmt: skip


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], Behaviour], ...]:
    return tuple(
        (re.compile(re.sub(r"\{(\w+)\}", lambda part: f"(?P<{part[1]}>{_argument(part[1])})", row.path)), row)
        for row in BEHAVIOURS
    )


def _argument(name: str) -> str:
    return ".*" if name == "rest" else "[^/]+"


def _found(target: str) -> tuple[Behaviour, dict[str, str]] | None:
    path = target.partition("?")[0]
    for pattern, row in _patterns():
        if found := pattern.fullmatch(path):
            return row, found.groupdict()
    return None


def row_of(target: str) -> Behaviour | None:
    """Return the row of a target (path and query)."""
    found = _found(target)
    return found and found[0]


async def perform(exchange: Exchange, target: str) -> Answer | None:
    """Do what the row of a target says; a page that is not in the table is not found."""
    found = _found(target)
    if found is None:
        return pages.page("404 Not Found", "<h1>Not Found</h1>", status=404)
    row, arguments = found
    request = replace(exchange.request, target=target)
    result = row.serve(replace(exchange, request=request, arguments=arguments))
    return await result if isawaitable(result) else result
