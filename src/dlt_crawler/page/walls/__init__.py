"""Pages that stand before a page and let robots, or strangers, not in. Pure.

- `signature.py` says how one wall is known; `services.py`, `firewalls.py` and `chinese.py` are the tables, which
  `known.py` applies.
- `robots.py` knows captchas and refusals that do not say whose they are.
- `login.py` and `consent.py` know the pages that want something of people first.
- `talk.py` tells what a short page says beside what walls say: one that says something of its own lives.
- `look.py` is what all of these compare; `markers.py` finds what they know in the source of a page.

Words of challenges stand in one of five pages that live (science.md, B2): they count in titles, in headings and in what
little text there is, and never alone in a page with a text of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlt_crawler.model import Signal, SignalKind
from dlt_crawler.page.walls import known
from dlt_crawler.page.walls.consent import CONSENT, is_consent_address, is_consent_page
from dlt_crawler.page.walls.login import LOGIN, is_login_address, is_login_page
from dlt_crawler.page.walls.look import Look
from dlt_crawler.page.walls.markers import MARKERS, markers_in
from dlt_crawler.page.walls.robots import robot_wall_of

if TYPE_CHECKING:
    from dlt_crawler.page.interpretation import Shown

__all__ = ["FIELDS", "MARKERS", "is_wall_address", "markers_in", "wall_of"]

FIELDS: frozenset[str] = frozenset({*known.fields(), "set-cookie", "www-authenticate"})
"""Header fields that tell of walls. Of Set-Cookie the names of the cookies are wanted."""

_WEIGHT = 2.0
"""A wall needs no second signal: what it takes to be one is in its rules."""


def wall_of(shown: Shown) -> Signal | None:
    """Return whose wall it is that answers; None when it is none.

    A 404 or 410 is believed, unless a header says that the answer is the wall's.
    """
    look = Look(shown)
    owner = known.mitigator_of(look) or known.wall_seen_in(look)
    if owner is not None:
        return _signal(owner.whose)
    if is_consent_page(look):
        return _signal(CONSENT)
    if is_login_page(look):
        return _signal(LOGIN)
    kind = robot_wall_of(look)
    owner = known.owner_of(look, is_wall=kind is not None)
    if owner is not None:
        return _signal(owner.whose)
    if kind is None and look.status == 401 and any(name == "www-authenticate" for name, _ in look.fields):
        kind = LOGIN
    return _signal(kind) if kind else None


def is_wall_address(url: str) -> bool:
    """Return whether a URL is, by itself, that of a page that asks who somebody is, or for consent."""
    return is_login_address(url) or is_consent_address(url)


def _signal(what: str) -> Signal:
    return Signal(SignalKind.WALL, _WEIGHT, what)
