"""Pages that say when they changed, and what servers answer to whoever asks for them only if they have.

The rows `CONDITIONS` of the table of behaviours: RFC 9110, sections 8.8 (validators) and 13.1 (preconditions).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from tests.internet.exchange import Exchange, Serve
from tests.internet.pages import page
from tests.internet.wire import Answer, Request, reason

FIELDS = frozenset({"etag", "weak", "date", "both"})
"""What a page can have: the first argument of /kept."""


def _validators(kind: str, version: str) -> tuple[tuple[str, str], ...]:
    etag = f'W/"{version}"' if kind == "weak" else f'"{version}"'
    days = timedelta(int(version) if version.isdecimal() else 0)
    changed = format_datetime(datetime(2020, 1, 1, tzinfo=UTC) + days, usegmt=True)
    fields = (("ETag", etag), ("Last-Modified", changed))
    return {"etag": fields[:1], "weak": fields[:1], "date": fields[1:], "both": fields}[kind]


def is_conditional(request: Request) -> bool:
    return not {"if-none-match", "if-modified-since"}.isdisjoint(request.headers)


def _is_known(request: Request, fields: dict[str, str]) -> bool:
    """Say whether the client has this version (section 13.2.2): a date counts where there is no tag."""
    if (tags := request.headers.get("if-none-match")) is not None:
        return "ETag" in fields and tags.removeprefix("W/") == fields["ETag"].removeprefix("W/")
    return request.headers.get("if-modified-since") == fields.get("Last-Modified", "")


def _versioned(kind: str, version: str) -> Answer:
    answer = page(f"Version {version}")
    return replace(answer, headers=(*answer.headers, *_validators(kind, version)))


def _kept(exchange: Exchange) -> Answer:
    kind, version = exchange.arguments["kind"], exchange.arguments["version"]
    if kind not in FIELDS:
        return page(f"There are no pages with {kind}", status=404)
    fields = _validators(kind, version)
    return (
        Answer(status=304, headers=fields) if _is_known(exchange.request, dict(fields)) else _versioned(kind, version)
    )


def _allergic(exchange: Exchange) -> Answer:
    status = exchange.arguments["status"]
    if is_conditional(exchange.request):
        return page(f"{status} {reason(status)}", f"<p>Status {status}.</p>", status=status)
    return _versioned("both", exchange.arguments["version"])


CONDITIONS: tuple[tuple[str, str, Serve], ...] = (
    ("/kept/{kind}/{version}", "A page with validators (etag, weak, date, both): 304 to whoever has them.", _kept),
    ("/allergic/{status}/{version}", "A page with validators, and this status to whoever sends any.", _allergic),
)
