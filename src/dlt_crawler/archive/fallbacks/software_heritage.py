"""Software Heritage: the source code of repositories, as of its last visit (archive.softwareheritage.org/api)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import quote, urlsplit

from dlt_crawler.archive.fallbacks.manners import POOL, transport_of
from dlt_crawler.archive.limits import Clock
from dlt_crawler.archive.memento import TIMESTAMP
from dlt_crawler.archive.transport import Answer
from dlt_crawler.config import ArchiveSettings
from dlt_crawler.errors import ArchiveRateLimited, ArchiveUnavailable
from dlt_crawler.model import Snapshot, Wanted

_PLAIN, _GIT = ("", ".git"), (".git", "")
_FORGES: Mapping[str, tuple[str, str]] = {
    # How the origins of a forge end, the likelier spelling first: the listers take GitHub's html_url, GitLab's
    # http_url_to_repo and the clone URLs of the others (SoftwareHeritage/swh-lister, August 2026); of Bitbucket's
    # Mercurial repositories, and of what people had saved, there is the plain one, too. The interface does not look for
    # the other spelling by itself (swh-web, api/views/origin.py: lookup_similar_urls=False).
    "github.com": _PLAIN,
    "bitbucket.org": _GIT,
    "codeberg.org": _GIT,
    "gitorious.org": _GIT,
}
_GITLABS = frozenset({
    "framagit.org", "gitlab.com", "gitlab.freedesktop.org", "gitlab.gnome.org", "gitlab.inria.fr", "invent.kde.org",
    "salsa.debian.org",
})  # fmt: skip
"""Forges that run GitLab: groups may be in groups, and "-" ends the name of a repository."""
_NAME = re.compile(r"[\w.-]{1,100}", re.ASCII)
_TAB = re.compile(r"(?:tab=[\w-]*|at=[\w/-]*)?", re.ASCII)
"""Queries that lead to no other page: the tab of GitHub's that is open, the branch of Bitbucket's."""
_FRONT = re.compile(
    r"(?:tree|src|src/branch|blob)/(?:master|main|trunk|default|HEAD)(?:/README(?:\.[a-z]{1,9})?)?", re.IGNORECASE
)
"""Behind the name of a repository: what shows what its own page does."""
_EMPTY = "1a8893e6a86f444e8be8e7bda6cb34fb1735a00e"
"""The snapshot of a repository without any branch (swh-model, Snapshot: the hash of nothing)."""


class SoftwareHeritage:
    """Has repositories of known forges, and nothing else (Fallback)."""

    name = "software_heritage"
    title = "Software Heritage"

    def __init__(self, settings: ArchiveSettings, *, contact: str, clock: Clock) -> None:
        self._url = settings.fallbacks.software_heritage_url.rstrip("/")
        self._transport = transport_of(
            settings, settings.fallbacks.software_heritage_rate, contact=contact, clock=clock
        )
        self._none_left_until: datetime | None = None

    def close(self) -> None:
        """Close its connections (Fallback)."""
        self._transport.close()

    def claims(self, wanted: Wanted) -> bool:
        """Return whether this is a link to a repository (Fallback)."""
        return is_repository(wanted)

    def find(self, wanted: Wanted) -> Snapshot | None:
        """Return the latest visit of the repository that has its code: it has the history, too (Fallback)."""
        for origin in origins_of(wanted.url):
            if (visit := self._latest(origin)) is not None:
                return Snapshot(
                    original=origin,
                    timestamp=f"{visit:{TIMESTAMP}}",
                    url=visit_url(self._url, origin, visit),
                    status=200,
                    validated="visit",
                    source=self.name,
                    evidence=f"The repository as Software Heritage saw it last, on {visit:%Y-%m-%d}",
                )
        return None

    def _latest(self, origin: str) -> datetime | None:
        """Return when an origin was visited last and its code had; None: never."""
        now = datetime.now(UTC)
        if self._none_left_until is not None and now < self._none_left_until:
            seconds = (self._none_left_until - now).total_seconds()
            raise ArchiveRateLimited("Software Heritage allows no more requests for now", seconds)
        answer = self._transport.get(
            POOL,
            f"{self._url}/api/1/origin/{quote(origin, safe=':/')}/visit/latest/?require_snapshot=true",
            {"Accept": "application/json"},
        )
        self._heed(answer)
        told = _object(answer)
        if answer.status == 404 and told.get("exception") == "NotFoundExc":
            return None
        if answer.status == 403 and "masked" in told:
            # It has it, and shows it to nobody.
            return None
        if answer.status != 200:
            raise ArchiveUnavailable(f"Software Heritage answered {answer.status} to {answer.url}")
        return _visited(told, answer)

    def _heed(self, answer: Answer) -> None:
        """Remember when the next request may be sent, where the hour allows none ("Rate limiting" in its API)."""
        left, reset = (answer.headers.get(f"X-RateLimit-{name}", "") for name in ("Remaining", "Reset"))
        self._none_left_until = None
        if left.strip() == "0" and reset.strip().isdecimal() and len(reset.strip()) <= 10:
            self._none_left_until = datetime.fromtimestamp(int(reset), UTC)


def is_repository(wanted: Wanted) -> bool:
    """Return whether a link leads to the page of a repository."""
    return bool(origins_of(wanted.url))


def origins_of(url: str) -> tuple[str, ...]:
    """Return how Software Heritage may call the repository that a URL leads to; empty when it leads to none.

    A file or a directory, an issue or a wiki of a repository is another page than the repository's own, and so is the
    list of somebody's repositories.
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    endings = _GIT if host in _GITLABS else _FORGES.get(host)
    if endings is None or not _TAB.fullmatch(parts.query):
        return ()
    name = _name_of([part for part in parts.path.split("/") if part], groups=host in _GITLABS)
    return tuple(f"https://{host}/{name}{ending}" for ending in endings) if name else ()


def visit_url(software_heritage_url: str, origin: str, visit: datetime) -> str:
    """Return where people see a repository as it was at a visit (aware, UTC)."""
    # The documented form: the visit that is closest to that time (docs/uri-scheme-browse-origin.rst).
    where = f"{software_heritage_url.rstrip('/')}/browse/origin/directory/"
    return f"{where}?origin_url={quote(origin, safe=':/')}&timestamp={visit:%Y-%m-%dT%H:%M:%SZ}"


def _name_of(parts: list[str], *, groups: bool) -> str | None:
    """Return "owner/repository" of the parts of a path, with the groups between them; None: not a repository's page."""
    if groups and "-" in parts:
        end = parts.index("-")
        name, page = parts[:end], parts[end + 1 :]
    elif groups and not any(part in ("tree", "blob") for part in parts[2:]):
        name, page = parts, []
    else:
        name, page = parts[:2], parts[2:]
    if len(name) < 2 or not all(_NAME.fullmatch(part) for part in name):
        return None
    if page and not _FRONT.fullmatch("/".join(page)):
        return None
    return "/".join(name).removesuffix(".git")


def _object(answer: Answer) -> Mapping[str, object]:
    """Return the JSON object of an answer; empty when it is none: a wall for robots, the page of a proxy."""
    try:
        told: object = json.loads(answer.body)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _visited(told: Mapping[str, object], answer: Answer) -> datetime | None:
    date, snapshot = told.get("date"), told.get("snapshot")
    if snapshot == _EMPTY:
        return None
    if isinstance(date, str) and isinstance(snapshot, str):
        try:
            return datetime.fromisoformat(date).astimezone(UTC)
        except (ValueError, OverflowError):
            pass
    raise ArchiveUnavailable(f"Software Heritage answered with something else to {answer.url}")
