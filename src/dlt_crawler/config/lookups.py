"""The section `lookups`: which interfaces for programs are asked in the place of pages, and where they are."""

from __future__ import annotations

import os
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from dlt_crawler.config.kinds import Host, HttpUrl, Pause, Section, Token

_GITHUB = "https://api.github.com"


def _beginning(url: str) -> str:
    parts = urlsplit(url)
    if "@" in parts.netloc:
        # It is not repeated.
        raise ValueError("a URL with a user or password is not asked: an interface is asked without")
    if "?" in url or "#" in url:
        raise ValueError(f"{url!r} has a query or fragment: what is asked for is appended to this URL")
    return url


def _https_url(url: str) -> str:
    if not url.startswith("https://"):
        raise ValueError(f"{url!r} is not an https:// URL: the token would go there for everybody to read")
    return url


class LookupSettings(Section):
    """Documented interfaces for programs: they are asked whatever robots.txt says of pages, as politely as pages are.

    What such an interface does not answer is asked for as any other page.
    """

    arxiv: bool = True
    """Papers of arxiv.org by its export API, 100 in one request."""
    arxiv_url: HttpUrl = "https://export.arxiv.org/api/query"
    """The export API (info.arxiv.org/help/api, User's Manual, 3.1)."""
    arxiv_delay: Pause = 3
    """Seconds between two requests to it (Terms of Use: one request every three seconds, one connection)."""
    doi: bool = True
    """DOIs by doi.org, which is asked for the entry in place of the publisher's page."""
    doi_url: Annotated[HttpUrl, AfterValidator(_beginning)] = "https://doi.org/"
    """The resolver (www.doi.org/the-identifier/resources/handbook, 3.5 and 3.8)."""
    doi_agencies: tuple[Host, ...] = (
        "api.crossref.org",
        "data.crossref.org",
        "api.datacite.org",
        "data.datacite.org",
        "data.crosscite.org",
        "data.medra.org",
    )
    """Hosts of registration agencies that doi.org leads to, and that are asked for title and abstract; no others are
    (citation.doi.org/docs.html and crossref.org, "Content negotiation")."""
    github: bool = True
    """Repositories by GitHub's REST API, where there is a token."""
    github_url: Annotated[HttpUrl, AfterValidator(_beginning), AfterValidator(_https_url)] = _GITHUB
    """The REST API (docs.github.com/rest); the token is sent to this origin only."""
    github_token: Token = Field(default="", repr=False)
    """For that, a token that may read public repositories; give it in the environment as GITHUB_TOKEN, or, for any
    other `github_url` too, as DLT_CRAWL_LOOKUPS__GITHUB_TOKEN."""
    youtube: bool = True
    """Videos by YouTube's oEmbed interface."""
    youtube_url: HttpUrl = "https://www.youtube.com/oembed"
    """The interface (oembed.com, section 7.1)."""


def github_token(settings: LookupSettings) -> str:
    """Return the token for `github_url`: that of the settings, or else, for GitHub, that of GITHUB_TOKEN.

    That one was put there for GitHub, and not for a host that a file of settings names, perhaps a proposed one.
    """
    if settings.github_token:
        return settings.github_token
    if settings.github_url.rstrip("/") != _GITHUB:
        return ""
    # What somebody else has put there badly is no reason to refuse the settings.
    token = os.environ.get("GITHUB_TOKEN", "").strip()
    return token if token.isascii() and token.isprintable() and " " not in token else ""
