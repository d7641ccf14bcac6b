"""GitHub: its REST API tells of repositories (docs.github.com/rest/repos/repos, "Get a repository")."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from dlt_crawler.config import LookupSettings
from dlt_crawler.model import Due, LinkWarning, Observation, Outcome, Resource
from dlt_crawler.page.record import page_of, work_of_record
from dlt_crawler.sites.lookups.one_by_one import OneByOne
from dlt_crawler.sites.lookups.service import Ask, Reply, Told, json_object

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,38})/(?!\.{1,2}(?:/|$))[A-Za-z0-9._-]{1,100}", re.ASCII)
_TAB = re.compile(r"(?:tab=[\w\-]*)?", re.ASCII)
_OURS = frozenset({
    # First parts of paths of two that are nobody's account (github.com/dead-claudia/github-limits has more).
    "about", "apps", "collections", "contact", "customer-stories", "enterprise", "events", "explore", "features",
    "join", "login", "marketplace", "nonprofit", "notifications", "orgs", "organizations", "pricing", "readme",
    "search", "security", "settings", "site", "solutions", "sponsors", "stars", "team", "topics", "trending", "users",
})  # fmt: skip
_HOSTS = frozenset({"github.com", "www.github.com"})
_REDIRECTS = frozenset({301, 302, 307})
"""docs.github.com/rest, "Best practices": a repository that was renamed, or has another owner, answers 301."""
_HOPS = 3
_REFUSALS = 3
"""403 in a row: one may be for a repository that GitHub has blocked, three are for a token that may read none."""


def repository_of(url: str) -> str | None:
    """Return "owner/repository" of the repository whose page a URL is; None for that of anything else."""
    parts = urlsplit(url)
    name = parts.path.strip("/").removesuffix(".git")
    if parts.hostname not in _HOSTS or not _TAB.fullmatch(parts.query) or not _NAME.fullmatch(name):
        return None
    return None if name.partition("/")[0].lower() in _OURS else name


class GitHub(OneByOne):
    """Looks repositories up with a token, which no other origin than the API's is ever sent (Service)."""

    name = "GitHub"
    hosts = _HOSTS

    def __init__(self, settings: LookupSettings, token: str) -> None:
        super().__init__()
        self.url = settings.github_url.rstrip("/")
        self._origin = _origin(self.url)
        self._refusals = 0
        self._headers = {
            "Accept": "application/vnd.github+json",
            "X-GitHub-Api-Version": "2022-11-28",
            "Authorization": f"Bearer {token}",
        }

    def thing_of(self, url: str) -> str | None:
        """Return "owner/repository", in lower case: case does not matter."""
        name = repository_of(url)
        return None if name is None else name.lower()

    async def check(self, due: Sequence[Due], ask: Ask) -> Mapping[Resource, Observation]:
        """Return what the API says of repositories (Service). Of a section of the page it says nothing."""
        return await super().check([each for each in due if not each.fragments], ask)

    async def look_up(self, thing: str, ask: Ask) -> Told | None:
        """Return what the API says of a repository.

        What it does not know is private, or gone: that it says of both (404), and the page will, too. Nor is
        anything told of a private repository that our token may read.
        """
        url, elapsed = f"{self.url}/repos/{thing}", 0.0
        for _ in range(_HOPS):
            reply = await ask(url, self._headers)
            if reply is None:
                return None
            elapsed += reply.elapsed
            if reply.status not in _REDIRECTS or reply.location is None:
                return self._told(thing, reply, elapsed, ask)
            if _origin(reply.location) != self._origin:
                return None
            url = reply.location
        return None

    def _told(self, thing: str, reply: Reply, elapsed: float, ask: Ask) -> Told | None:
        self._refusals = self._refusals + 1 if reply.status == 403 else 0
        if reply.status == 401 or self._refusals >= _REFUSALS:
            ask.give_up(self.url, f"it refused our token ({reply.status})")
        if reply.status != 200:
            return None
        repository = json_object(reply.body)
        name = repository.get("full_name") if repository else None
        if repository is None or not isinstance(name, str) or not _NAME.fullmatch(name):
            ask.give_up(self.url, "what it answered is no repository")
            return None
        if repository.get("private") is not False:
            # Readers may not: the page says what they get, and the title is nobody's business.
            return None
        description = repository.get("description")
        title = f"{name}: {description}" if isinstance(description, str) and description.strip() else name
        moved, archived = name.lower() != thing, repository.get("archived") is True
        named = f" as {name}" if moved else ""
        said = ", and says that it is archived" if archived else ""
        return Told(
            reply,
            Outcome.REDIRECTED if moved else Outcome.OK,
            f"GitHub's interface knows this repository{named}{said}.",
            page_of(title, description),
            (LinkWarning.ARCHIVED,) if archived else (),
            moved_to=f"https://github.com/{name}" if moved else None,
            elapsed=elapsed,
            work=work_of_record(
                kind="software",
                bodies=(name.partition("/")[0],),
                issued=repository.get("created_at"),
                container="GitHub",
            ),
        )


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port
