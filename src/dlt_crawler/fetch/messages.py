"""What the calling process and a crawling process say to each other through their pipe.

The child sends a parcel of `Reply`s at a time, the calling process one message.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from dlt_crawler.config import FetchSettings
from dlt_crawler.model import Due, HandedOn, Observation, Resource, Rest, RobotsRecord
from dlt_crawler.model.payloads import Payload
from dlt_crawler.sites import Sites
from dlt_crawler.sites.lookups import Service


@dataclass(frozen=True, slots=True)
class Setup:
    """The first message to the child: what holds for its whole life."""

    settings: FetchSettings
    """With this process's share of the concurrency."""
    sites: Sites
    contact: str
    trust: str | None
    """File of trusted certificate authorities; None: OpenSSL's default."""
    log_level: int
    """Records below this level are not worth sending."""
    remembers_robots: bool
    """Whether the calling process knows robots.txt files and wants to be told of new ones."""
    copies: Path | None = None
    """The directory of our own WARC files, where long bodies may lie meanwhile; None: there are none."""
    services: tuple[Service, ...] = ()
    """Interfaces that are asked in the place of pages. They may hold secrets: nobody prints them."""


@dataclass(frozen=True, slots=True)
class Ask:
    """To the child: draw links until there are no more, check them, and say `Done`."""

    robots: bool
    keep: bool
    """Whether what is answered goes into our own WARC files."""


@dataclass(frozen=True, slots=True)
class Draw:
    """From the child: what its window has room for."""

    slots: int
    """New slots, with up to `first` links each …"""
    first: int
    more: tuple[tuple[str, int], ...]
    """… and for slots under way: how many more links."""


@dataclass(frozen=True, slots=True)
class OpenedSlot:
    """A slot that is handed to a child: it alone asks this slot's hosts."""

    name: str
    links: int
    seconds: float
    """How long it is expected to take in all."""


@dataclass(frozen=True, slots=True)
class Filling:
    """Links of a slot, and whether it has more."""

    slot: str
    due: tuple[Due, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class Drawn:
    """To the child: the answer to a `Draw`."""

    opened: tuple[OpenedSlot, ...]
    filled: tuple[Filling, ...]
    """Of the opened slots and of others."""
    end: bool
    """Whether these were the last slots for this child."""


@dataclass(frozen=True, slots=True)
class Stream:
    """To the child: check the links of batches as they come, until you are told to `Stop`, and say `Done`."""

    keep: bool
    """As in `Ask`."""


@dataclass(frozen=True, slots=True)
class Added:
    """To the child: all links of a batch, whose site is held from now on."""

    site: str
    look: tuple[int, int]
    """Of which run, and which look in it."""
    drawn: Drawn
    rests: tuple[Rest, ...]
    """What slots of the site are to have first, as others who asked them have left them."""


@dataclass(frozen=True, slots=True)
class Stop:
    """To the child: begin no more links of batches."""


@dataclass(frozen=True, slots=True)
class BatchEnded:
    """From the child: nothing more will come of this batch, of which these links were not begun."""

    site: str
    released: tuple[Resource, ...]
    rests: tuple[Rest, ...]
    """What its slots are to have before they are asked again."""


@dataclass(frozen=True, slots=True)
class Paused:
    """From the child: a slot is to be left alone from now on, as its host wants or as its pace is."""

    rest: Rest


@dataclass(frozen=True, slots=True)
class Laden:
    """From the child: whether it has as much to do by now as its processor can."""

    is_laden: bool


@dataclass(frozen=True, slots=True)
class RobotsWanted:
    """From the child: whether this origin's robots.txt is known."""

    origin: str


@dataclass(frozen=True, slots=True)
class RobotsKnown:
    """To the child: the answer to a `RobotsWanted`."""

    origin: str
    record: RobotsRecord | None


@dataclass(frozen=True, slots=True)
class PayloadWanted:
    """From the child: which record has the body with this digest, or without one, the last body of an answer."""

    number: int
    digest: str | None
    answer: str


@dataclass(frozen=True, slots=True)
class PayloadKnown:
    """To the child: the answer to a `PayloadWanted`."""

    number: int
    payload: Payload | None


@dataclass(frozen=True, slots=True)
class Recorded:
    """From the child: WARC records to be kept, whole members of gzip, and what is then the body of an answer."""

    number: int
    records: bytes
    answer: str
    payload: Payload | None


@dataclass(frozen=True, slots=True)
class Kept:
    """To the child: what was `Recorded` is in a file."""

    number: int


@dataclass(frozen=True, slots=True)
class LookUp:
    """To one child: claim links for your services until there are no more, look them up, and say `Done`."""

    seconds: float
    """After these nothing more is to be claimed or asked."""


@dataclass(frozen=True, slots=True)
class Claim:
    """From the child: this service (by its name) has nothing to look up."""

    service: str


@dataclass(frozen=True, slots=True)
class Claimed:
    """To the child: the answer to a `Claim`; no links: there are no more."""

    service: str
    due: tuple[Due, ...]


@dataclass(frozen=True, slots=True)
class LookedUp:
    """From the child: what a service knows of the links that it claimed last."""

    service: str
    observations: tuple[Observation, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """From the child: observations, and links that were handed on in the place of one."""

    observations: tuple[Observation, ...]
    handed: tuple[HandedOn, ...] = ()


@dataclass(frozen=True, slots=True)
class Logged:
    """From the child: one log record."""

    name: str
    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Done:
    """From the child: nothing more will come for the latest `Ask` or `LookUp`."""


@dataclass(frozen=True, slots=True)
class Broken:
    """From the child: an error of our own ended the crawl."""

    reason: str
    traceback: str
    """Empty where the reason says it all."""


Message = Ask | Drawn | Stream | Added | Stop | RobotsKnown | PayloadKnown | Kept | LookUp | Claimed
Reply = (
    Seen | Draw | BatchEnded | Paused | Laden | RobotsWanted | RobotsRecord | PayloadWanted | Recorded | Claim
    | LookedUp | Logged | Done | Broken
)  # fmt: skip
