"""YouTube: its oEmbed interface tells of videos, whose pages answer 200 whether they exist or not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import parse_qs, urlencode, urlsplit

from dlt_crawler.config import LookupSettings
from dlt_crawler.model import Outcome, Work
from dlt_crawler.page.record import page_of, work_of_record
from dlt_crawler.sites.lookups.one_by_one import OneByOne
from dlt_crawler.sites.lookups.service import Ask, Told, json_object

_SHORT = "youtu.be"
_VIDEO = re.compile(r"[A-Za-z0-9_-]{11}", re.ASCII)
_PATH = re.compile(rf"/(?:shorts|embed|live|v)/({_VIDEO.pattern})/?", re.ASCII)
_NO_VIDEOS = frozenset({"videoseries", "live_stream"})
"""What stands in the place of an id where a player shows a list, or whatever a channel shows now (YouTube IFrame Player
API, "Embedded players and player parameters")."""
_REDIRECTS = 3
"""Redirects, of which the interface documents none: it has moved, or wants a consent that a program does not give."""


class YouTube(OneByOne):
    """Looks videos up; lists and channels have pages only (Service)."""

    name = "YouTube"
    hosts = frozenset({
        _SHORT, "youtube.com", "www.youtube.com", "m.youtube.com", "music.youtube.com", "www.youtube-nocookie.com",
    })  # fmt: skip

    def __init__(self, settings: LookupSettings) -> None:
        super().__init__()
        self.url = settings.youtube_url
        self._redirects = 0

    def thing_of(self, url: str) -> str | None:
        """Return the id of the video that a URL leads to."""
        parts = urlsplit(url)
        if parts.hostname not in self.hosts:
            return None
        if parts.hostname == _SHORT:
            video = parts.path.strip("/")
        elif parts.path == "/watch":
            (video, *_) = parse_qs(parts.query, max_num_fields=100).get("v", [""])
        else:
            found = _PATH.fullmatch(parts.path)
            video = found[1] if found else ""
        return video if _VIDEO.fullmatch(video) and video not in _NO_VIDEOS else None

    async def look_up(self, thing: str, ask: Ask) -> Told | None:
        """Return what the interface says of a video (its statuses: science.md, B4; lychee #214).

        It is asked for the page of the video: of other addresses it knows less (leedo/noembed #107).
        """
        page = f"https://www.youtube.com/watch?v={thing}"
        reply = await ask(f"{self.url}?{urlencode({'url': page, 'format': 'json'})}", {"Accept": "application/json"})
        if reply is None:
            return None
        interface = "YouTube's oEmbed interface"
        match reply.status:
            case 200:
                video = json_object(reply.body)
                # Of private videos it once said so in plain text, with status 200 (ruby-oembed #79).
                if video is None or not isinstance(title := video.get("title"), str):
                    return None
                return Told(reply, Outcome.OK, f"{interface} knows this video.", page_of(title), work=_work(video))
            case 401:
                return Told(reply, Outcome.OK, f"{interface} knows this video, which may not be embedded.")
            case 403:
                return Told(reply, Outcome.BLOCKED, f"{interface} answered 403 Forbidden: the video is private.")
            case 400 | 404:
                return Told(reply, Outcome.NOT_FOUND, f"{interface} answered {reply.status}: there is no such video.")
            case status:
                self._redirects += 300 <= status < 400
                if self._redirects >= _REDIRECTS:
                    ask.give_up(self.url, f"it leads elsewhere ({status})")
                return None


def _work(video: Mapping[str, object]) -> Work:
    # The author is a channel, whose name is nobody's family.
    return work_of_record(kind="motion_picture", bodies=(video.get("author_name"),), container="YouTube")
