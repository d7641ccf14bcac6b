"""The inline rule that reads bare URLs, in place of markdown-it's own linkify."""

from __future__ import annotations

import re
from typing import Final

from markdown_it.rules_inline import StateInline

from dlt_crawler.sources.bare import CJK_PUNCTUATION, url_at
from dlt_crawler.sources.destination import resolve
from dlt_crawler.sources.place import PLACE, Place

DOUBLE_ENCODED: Final = "dlt_crawler.double_encoded"
"""Key of markdown-it's environment: whether the document is double-encoded (a bool)."""

_SCHEME_BEFORE = re.compile(r"(?<![A-Za-z])(?:https?|ftp)$", re.IGNORECASE)
_LONGEST_SCHEME = len("https")
_BEFORE_WWW = re.compile(rf"[\s*_~({CJK_PUNCTUATION}]")


def bare_url(state: StateInline, silent: bool) -> bool:
    """Read a bare URL at its "://" or "www.": the text rule has already taken a scheme as pending text."""
    # Silent means that a label is being scanned: as text, for a bare URL never hides a bracket.
    if silent or state.linkLevel or state.src[state.pos] not in ":wW":
        return False
    scheme = _scheme_before(state)
    if scheme is None:
        return False
    start = state.pos - len(scheme)
    url = url_at(
        state.src,
        start,
        state.posMax,
        references=state.env.get("references", ()),
        double_encoded=bool(state.env.get(DOUBLE_ENCODED)),
    )
    if url is None:
        return False
    if scheme:
        state.pending = state.pending[: -len(scheme)]
    # A reader sees these two escapes as one character each.
    href = resolve(("" if scheme else "http://") + url.replace("\\_", "_").replace("&amp;", "&"))
    opening = state.push("link_open", "a", 1)
    opening.attrs = {"href": href}
    opening.markup = "bare"
    opening.meta[PLACE] = Place(start, start + len(url))
    state.push("text", "", 0).content = url
    state.push("link_close", "a", -1)
    state.pos = start + len(url)
    return True


def _scheme_before(state: StateInline) -> str | None:
    """Return the scheme before the "://" here, "" for a "www." that starts a URL, None for anything else."""
    if state.src.startswith("://", state.pos):
        before = state.src[max(0, state.pos - _LONGEST_SCHEME - 1) : state.pos]
        scheme = _SCHEME_BEFORE.search(before)
        return scheme.group() if scheme else None
    is_www = state.src[state.pos : state.pos + 4].lower() == "www."
    before = state.src[max(0, state.pos - 1) : state.pos]
    return "" if is_www and (not before or _BEFORE_WWW.match(before)) else None
