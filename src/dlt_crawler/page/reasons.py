"""What was found, in words for people. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from dlt_crawler.model import Signal, SignalKind

if TYPE_CHECKING:
    from dlt_crawler.page.interpretation import Shown

_LONGEST = 80
"""Characters of what is quoted."""
_SAID = {
    SignalKind.ERROR_TEXT: "its text says “{}”",
    SignalKind.THIN: "there is hardly any text",
    SignalKind.ERROR_TEMPLATE: "its source is marked as the error page of {}",
    SignalKind.NOINDEX: "search engines are asked not to keep it",
    SignalKind.ERROR_URL: "its address is that of an error page ({})",
    SignalKind.LANDING: "the link was sent to the home or search page {}",
    SignalKind.CONVERGING: "{} of this host end on the same page",
    SignalKind.SIBLING: "a page beside it that cannot exist looks the same",
    SignalKind.LOST_TITLE: "nothing is left of its title “{}”",
    SignalKind.SITE_DEAD: "this site shows that what was there is gone ({})",
    SignalKind.SITE_WALL: "{} does not let robots in",
    SignalKind.PARKED_HOST: "it belongs to {}, which parks or sells domains",
    SignalKind.PARKED_TEXT: "its text says “{}”",
    SignalKind.PARKED_TEMPLATE: "its source is that of a parked page ({})",
    SignalKind.WALL: "this is {}, and not the page behind it",
}


def reason_of(signals: Iterable[Signal], shown: Shown) -> str:
    """Return the signals as a clause: "its title says “Page not found”, and there is hardly any text"."""
    *rest, last = dict.fromkeys(_said(signal, shown) for signal in signals)
    return f"{', '.join(rest)}, and {last}" if rest else last


def _said(signal: Signal, shown: Shown) -> str:
    what = signal.what if len(signal.what) <= _LONGEST else f"{signal.what[: _LONGEST - 1]}…"
    if signal.kind in {SignalKind.ERROR_WORDS, SignalKind.PARKED_WORDS}:
        where = "its title says" if signal.what in (shown.evidence.title or "") else "it says"
        return f"{where} “{what}”"
    if signal.kind is SignalKind.WALL and not what.startswith("a "):
        return f"the bot wall of {what} does not let robots in"
    return _SAID[signal.kind].format(what)
