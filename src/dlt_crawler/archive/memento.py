"""How an archive addresses what it holds: URLs of mementos, raw and for readers, and the Link header (RFC 7089)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from dlt_crawler.archive.transport import Answer
from dlt_crawler.urls import normalise, resolve_location

TIMESTAMP = "%Y%m%d%H%M%S"
"""How archives write times, in UTC."""
REDIRECTS = frozenset({301, 302, 303, 307, 308})

_ADDRESS = re.compile(r"(\d{14})(?:[a-z]{2}_)?/(\S+)")
_LINK = re.compile(r'<([^<>]*)>((?:[^<>"]|"[^"]*")*)')
"""A link of RFC 8288: the URL may hold commas and semicolons, which requests.utils.parse_header_links splits at."""
_RELATION = re.compile(r'(?:^|[;\s])rel\s*=\s*"?([^";,]*)', re.IGNORECASE)
_MOST_LINKS = 100


@dataclass(frozen=True, slots=True)
class Memento:
    """One capture: which second of which URL."""

    timestamp: str
    """14 digits."""
    url: str
    """As the archive or the document writes it."""

    @property
    def at(self) -> datetime | None:
        """When it was made; None for what is no date, such as 20000800241623, seen in the archive."""
        try:
            return datetime.strptime(self.timestamp, TIMESTAMP).replace(tzinfo=UTC)
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Links:
    """What the Link header of a memento says of the other captures of its URL. None, empty: it does not say."""

    first: Memento | None = None
    previous: Memento | None = None
    next: Memento | None = None
    last: Memento | None = None
    all: frozenset[Memento] = frozenset()
    """Those, itself, and whatever else is named."""


class Collection:
    """The mementos below one URL, which is also that of the TimeGate."""

    def __init__(self, timegate_url: str) -> None:
        self._base = timegate_url.rstrip("/") + "/"
        _, _, self._prefix = (normalise(self._base) or self._base).partition("://")

    def raw(self, memento: Memento) -> str:
        """Return where a capture is had as the site sent it, without the archive's toolbar and links."""
        return f"{self._base}{memento.timestamp}id_/{memento.url}"

    def for_readers(self, memento: Memento) -> str:
        """Return where people see a capture."""
        return f"{self._base}{memento.timestamp}/{memento.url}"

    def target(self, answer: Answer, url: str) -> Memento | None:
        """Return the memento that an answer redirects to; None when it leads out of the archive, or is no redirect.

        `url`: what was asked for, and stands for an original URL that is none.
        """
        if answer.status not in REDIRECTS or "Location" not in answer.headers:
            return None
        return self._memento(answer.url, answer.headers["Location"], url)

    def links(self, answer: Answer, url: str) -> Links:
        """Return what a memento says of the captures beside it; those with impossible dates are left out."""
        found: dict[str, Memento] = {}
        every: set[Memento] = set()
        for reference, parameters in _LINK.findall(answer.headers.get("Link", ""))[:_MOST_LINKS]:
            relation = _RELATION.search(parameters)
            names = relation[1].lower().split() if relation else []
            memento = self._memento(answer.url, reference, url) if "memento" in names else None
            if memento is not None and memento.at is not None:
                every.add(memento)
                found.update(dict.fromkeys(names, memento))
        previous = found.get("prev") or found.get("previous")
        return Links(found.get("first"), previous, found.get("next"), found.get("last"), frozenset(every))

    def _memento(self, base: str, reference: str, url: str) -> Memento | None:
        location = resolve_location(base, reference) or ""
        # The archive writes http: in places where it was asked by https:.
        _, _, place = location.partition("://")
        match = _ADDRESS.fullmatch(place.removeprefix(self._prefix)) if place.startswith(self._prefix) else None
        if match is None:
            return None
        written = match[2] if re.match("https?:", match[2], re.IGNORECASE) else f"http://{match[2]}"
        return Memento(match[1], url if normalise(written) is None else written)


def time_of(answer: Answer) -> datetime | None:
    """Return when a memento was captured, by its Memento-Datetime; None when that is no date."""
    try:
        moment = parsedate_to_datetime(answer.headers["Memento-Datetime"])
        # In UTC, the last day that there is may be the day after it.
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (KeyError, ValueError, OverflowError):
        return None
