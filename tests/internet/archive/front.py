"""Which service of the archive a request is for, and whether it meets a trouble."""

from __future__ import annotations

from tests.internet.archive import availability, cdx, playback, save
from tests.internet.archive.troubles import TROUBLES
from tests.internet.exchange import Exchange
from tests.internet.wire import Answer

SERVICES = {
    "cdx": ("/cdx/search/cdx", "/web/timemap/cdx"),
    "availability": ("/wayback/available",),
    "save": ("/save",),
    "playback": ("/web/",),
}
"""Service → the paths it answers under. The first that fits counts."""

ARCHIVE_HOSTS = frozenset({"archive.org", "web.archive.org"})


def service_of(path: str) -> str | None:
    """Return the service that answers under a path."""
    return next((name for name, starts in SERVICES.items() if path.startswith(starts)), None)


async def answer(exchange: Exchange, service: str) -> Answer | None:
    """Answer a request to one of the services."""
    request, memory = exchange.request, exchange.state.archive
    query = cdx.Query.parse(request.query)
    rest = request.target.removeprefix("/web/")
    url = {"save": save.url_of(request), "playback": playback.wanted_url(rest)}.get(service, query.one("url"))
    at = exchange.state.requests[-1].at
    trouble = memory.trouble_before(service, f"{request.method} {request.target}", at)
    trouble = trouble or memory.trouble_of(service, url)
    if trouble in TROUBLES and TROUBLES[trouble].meets(request.method):
        row = TROUBLES[trouble]
        if row.instead is not None:
            await row.instead(exchange)
            return None
        if row.answer is not None:
            return row.answer(service)
    match service:
        case "cdx":
            return cdx.answer(memory.captures, query)
        case "availability":
            # The archive's own links say http, and lead to the other host.
            host = "http://web.archive.org" if request.host in ARCHIVE_HOSTS else request.origin
            return availability.answer(memory.of(url), f"{host}/web/", url, query.one("timestamp") or None)
        case "save":
            return save.answer(memory, request, trouble)
        case _:
            return await playback.answer(exchange, rest)
