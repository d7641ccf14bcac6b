"""TimeGate and playback of `/web/…` (RFC 7089), as web.archive.org answers."""

from __future__ import annotations

import re
from dataclasses import replace
from email.utils import format_datetime, parsedate_to_datetime

from tests.internet.archive.captures import Capture, moment, nearest
from tests.internet.archive.troubles import own_page
from tests.internet.behaviours import perform
from tests.internet.exchange import Exchange
from tests.internet.wire import Answer

NOW = "99991231235959"
TOOLBAR = (
    b"<!-- BEGIN WAYBACK TOOLBAR INSERT --><div id='wm-ipp'>Wayback Machine</div><!-- END WAYBACK TOOLBAR INSERT -->"
)
_MEMENTO = re.compile(r"(?:(?P<timestamp>\d{1,14})(?P<flag>[a-z]{2}_)?/)?(?P<url>.+)")


def wanted_url(rest: str) -> str:
    """Return the URL of what follows `/web/`; clients and proxies write `http:/host` for `http://host` at times."""
    rest = rest.removeprefix("timemap/link/")
    found = _MEMENTO.fullmatch(rest)
    url = found["url"] if found else rest
    return re.sub(r"^(https?):/+", r"\1://", url) if re.match(r"https?:", url) else f"http://{url}"


async def answer(exchange: Exchange, rest: str) -> Answer | None:
    """Answer a request for `/web/<rest>`."""
    url = wanted_url(rest)
    captures = [capture for capture in exchange.state.archive.of(url) if capture.playable]
    base = f"{exchange.request.origin}/web/"
    if not captures:
        return own_page("Hrm.", "The Wayback Machine has not archived that URL.", 404)
    if rest.startswith("timemap/link/"):
        return Answer(
            _link(base, url, _in_order(captures)).encode(), headers=(("Content-Type", "application/link-format"),)
        )
    found = _MEMENTO.fullmatch(rest)
    timestamp, flag = (found["timestamp"], found["flag"] or "") if found else (None, "")
    exact = [capture for capture in captures if capture.timestamp == timestamp]
    if not exact:
        return _found(base, flag, nearest(captures, timestamp or _accepted(exchange))[0])
    return await _memento(exchange, base, flag, exact[0], captures)


def _accepted(exchange: Exchange) -> str:
    header = exchange.request.headers.get("accept-datetime")
    return parsedate_to_datetime(header).strftime("%Y%m%d%H%M%S") if header else NOW


def _found(base: str, flag: str, capture: Capture) -> Answer:
    return Answer(
        status=302,
        headers=(
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Location", f"{base}{capture.timestamp}{flag}/{capture.url}".encode()),
            ("X-Archive-Redirect-Reason", f"found capture at {capture.timestamp}"),
            ("X-ts", "302"),
        ),
    )


async def _memento(
    exchange: Exchange, base: str, flag: str, capture: Capture, captures: list[Capture]
) -> Answer | None:
    recorded = await perform(exchange, capture.page)
    if recorded is None:
        return None
    memento = (
        ("Memento-Datetime", format_datetime(moment(capture.timestamp), usegmt=True)),
        ("Link", _link(base, capture.url, _around(capture, captures)).replace("\n", " ").encode()),
        ("X-Archive-Src", "test-internet-00000.warc.gz"),
    )
    original = tuple(
        (name if name.lower().startswith("content-") else f"X-Archive-Orig-{name}", value)
        for name, value in recorded.headers
    )
    # A revisit record is played back with what it repeats.
    repeated = 302 if capture.location is not None else recorded.status
    status = repeated if capture.status is None else capture.status
    if capture.location is not None:
        if flag != "id_":
            text = f"<p>Got an HTTP {status} response at crawl time</p><p>Redirecting to {capture.location}</p>"
            return Answer(text.encode(), headers=(("Content-Type", "text/html; charset=utf-8"), *memento))
        # The archive writes such a Location without its own host: clients must resolve it.
        where = f"/web/{capture.timestamp}{flag}/{capture.location}"
        return Answer(status=status, headers=(("Location", where), *memento))
    body = recorded.body if flag else recorded.body.replace(b"<body>", b"<body>" + TOOLBAR)
    return replace(recorded, body=body, status=status, headers=(*original, *memento))


_Related = list[tuple[str, Capture]]
"""Relations (RFC 7089, section 2.2), each with the capture that has it."""


def _around(capture: Capture, captures: list[Capture]) -> _Related:
    """Return what the header names: an entry for each relation, though two of them may be one capture."""
    place = captures.index(capture)
    related: _Related = [("first memento", captures[0])]
    if place > 0:
        related.append(("prev memento", captures[place - 1]))
    related.append(("memento", capture))
    if place + 1 < len(captures):
        related.append(("next memento", captures[place + 1]))
    return [*related, ("last memento", captures[-1])]


def _in_order(captures: list[Capture]) -> _Related:
    last = len(captures) - 1
    return [
        (" ".join(["first"] * (place == 0) + ["last"] * (place == last) + ["memento"]), capture)
        for place, capture in enumerate(captures)
    ]


def _link(base: str, url: str, related: _Related) -> str:
    """Return links (RFC 8288) to the original, time map, time gate and these mementos."""
    entries = [
        f'<{url}>; rel="original"',
        f'<{base}timemap/link/{url}>; rel="timemap"; type="application/link-format"',
        f'<{base}{url}>; rel="timegate"',
    ]
    for relation, capture in related:
        date = format_datetime(moment(capture.timestamp), usegmt=True)
        entries.append(f'<{base}{capture.timestamp}/{capture.url}>; rel="{relation}"; datetime="{date}"')
    return ",\n".join(entries)
