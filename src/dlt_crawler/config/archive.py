"""The section `archive`: how the Wayback Machine is asked, what else is, and what is kept before it dies.

Sections in the comments are those of wayback.md, the project's facts on archives (November 2026).
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import ByteSize, Field, NonNegativeFloat, NonNegativeInt, PositiveFloat, PositiveInt, model_validator

from dlt_crawler.config.kinds import Days, HttpUrl, Seconds, Section, Token


class FallbackSettings(Section):
    """Who is asked for what the Wayback Machine does not have, each after it has said so."""

    time_limit: Seconds = 600
    """Seconds in which each of the two archives below is asked in one run, while repairs and reports wait: about 300
    links at arquivo.pt, 8 repositories at Software Heritage. The next run goes on with those that are left."""
    papers: bool = True
    """The living page of a paper at arXiv or doi.org, for links whose address or label names it."""
    arxiv_url: HttpUrl = "https://arxiv.org/abs/"
    """Pages of papers at arXiv."""
    doi_url: HttpUrl = "https://doi.org/"
    """The resolver of DOIs."""
    software_heritage: bool = True
    """Repositories of source code."""
    software_heritage_url: HttpUrl = "https://archive.softwareheritage.org/"
    """Its pages, and under api/1/ its interface."""
    software_heritage_rate: PositiveFloat = 1.6
    """Requests a minute: 80 % of 120 an hour for anonymous users (X-RateLimit headers; wayback.md, section 5)."""
    arquivo: bool = True
    """arquivo.pt, the Portuguese web archive, which holds pages from everywhere."""
    arquivo_url: HttpUrl = "https://arquivo.pt/wayback/"
    """Its TimeGate, playback and, under cdx, its index (pywb)."""
    arquivo_rate: PositiveFloat = 30
    """Requests a minute; beyond 250 (index) and 400 (playback) it bans an address for good (wayback.md, section 5)."""


class ArchiveSettings(Section):
    """How the Wayback Machine is asked."""

    timegate_url: HttpUrl = "https://web.archive.org/web/"
    """TimeGate and playback (RFC 7089); also the start of every snapshot's URL."""
    cdx_url: HttpUrl = "https://web.archive.org/cdx/search/cdx"
    """The index of captures."""
    save_url: HttpUrl = "https://web.archive.org/save"
    """Save Page Now."""
    cdx_rate: PositiveFloat = 24
    """CDX queries a minute: 80 % of the limit of 30 (edgi-govdata-archiving/wayback 0.5.1, June 2026)."""
    playback_rate: PositiveFloat = 480
    """Playback requests a minute, TimeGate included: 8 a second, 80 % of the limit of 600 a minute (same source)."""
    save_rate: PositiveFloat = 6
    """Captures asked for a minute: one below the limit of 7 (Save Page Now documentation, July 2026)."""
    workers: Annotated[int, Field(ge=1, le=16)] = 8
    """Links that are resolved at once. A playback takes 0.5 to 2 s, so 16 use up the rate (wayback.md, section 8)."""
    timeout: Seconds = 60
    """Seconds for one answer: CDX answers were seen to take up to 52 s (wayback.md, section 2.2)."""
    attempts: PositiveInt = 3
    """Times one request is sent when it is refused or fails: single playbacks time out and load fast minutes later
    (wayback.md, section 2.3)."""
    pause: Seconds = 60
    """Seconds of silence after a 429 without Retry-After, doubled with each further one: who passes over refusals for
    more than a minute is dropped at the firewall (edgi-govdata-archiving/wayback#137) …"""
    longest_pause: Seconds = 3600
    """… up to this; Retry-After is believed up to here, too (wayback.md, section 8)."""
    breaker: PositiveInt = 5
    """Requests in a row that are refused or fail, after which everything is silent for a while (spn-client 0.4.0)."""
    patience: NonNegativeFloat = 300
    """Seconds that all pauses of one stage may take together; then the rest is left for the next run."""
    prefer: Literal["citation", "latest"] = "citation"
    """The good capture nearest to when the link was written into the list, or the last one before it died."""
    ask_again_days: Days = 14
    """Days until the archive is asked again for what it did not have (wayback.md, section 8)."""
    fallbacks: FallbackSettings = FallbackSettings()
    save: bool = False
    """Whether `run` asks Save Page Now to keep living links before they die."""
    max_age: Days = 365
    """Days: a living link whose newest capture is older is to be captured again."""
    max_saves: NonNegativeInt = 200
    """Captures that one run asks for at most: each takes about half a minute, and the night has an end (wayback.md,
    section 3)."""
    access_key: Token = ""
    """Of archive.org, for Save Page Now; give it in the environment as DLT_CRAWL_ARCHIVE__ACCESS_KEY."""
    secret_key: Token = Field(default="", repr=False)
    """The secret that belongs to it, as DLT_CRAWL_ARCHIVE__SECRET_KEY."""
    warc: bool = False
    """Whether a copy of what is fetched is kept under storage/warc/, as WARC files. Bodies are fetched whole then, up
    to `fetch.max_body`."""
    warc_size: ByteSize = ByteSize(1_000_000_000)
    """A WARC file that is larger is followed by another (WARC 1.1, annex C: 1 GB is recommended)."""

    @model_validator(mode="after")
    def _keys_where_needed(self) -> Self:
        # Found out in the middle of the night it would cost the night its repairs and its report.
        if self.save and not (self.access_key and self.secret_key):
            raise ValueError("save = true needs access_key and secret_key, from an archive.org account")
        return self
