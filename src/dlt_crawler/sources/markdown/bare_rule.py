"""The inline rule that reads bare URLs, in place of markdown-it's own linkify."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from dlt_crawler.sources.bare import CJK_PUNCTUATION, BareUrl, address, read_at, url_at, with_scheme
from dlt_crawler.sources.destination import resolve
from dlt_crawler.sources.markdown.place import PLACE, Place

DOUBLE_ENCODED: Final = "dlt_crawler.double_encoded"
"""Key of markdown-it's environment: whether the document is double-encoded (a bool)."""

AMBIGUOUS: Final = "dlt_crawler.ambiguous"
"""Key of the meta of a link that GFM reads as a part of something else."""

_GFM_READING: Final = "dlt_crawler.gfm_reading"
_READ_TO: Final = "dlt_crawler.read_to"

_SCHEME_BEFORE = re.compile(r"(?<![A-Za-z])(?:https?|ftp)$", re.IGNORECASE | re.ASCII)
_ESCAPE = re.compile(r"\\_|&amp;")
"""What a reader sees as one character, and GFM takes literally in a URL."""

_LONGEST_SCHEME = len("https")
_BEFORE_WWW = re.compile(rf"[ \t-\r*_~({CJK_PUNCTUATION}]")
"""What GFM allows there, and the punctuation that its readers take for the same."""


@dataclass(frozen=True, slots=True)
class GfmReading:
    """What GFM makes of a bare URL where it differs from what its reader sees."""

    href: str
    runs_on: bool
    """Whether it ends elsewhere. If not, only an escape is read differently."""


def gfm_reading_of(token: Token) -> GfmReading | None:
    """Return what was noted on the token of a bare URL; None where there is one reading only."""
    found = token.meta.get(_GFM_READING)
    return found if isinstance(found, GfmReading) else None


def bare_url(state: StateInline, silent: bool) -> bool:
    """Read a bare URL at its "://" or "www.": the text rule has already taken a scheme as pending text."""
    # Silent means that a label is being scanned: as text, for a bare URL never hides a bracket.
    if silent or state.linkLevel or state.src[state.pos] not in ":w":
        return False
    scheme = _scheme_before(state)
    if scheme is None:
        return False
    start = state.pos - len(scheme)
    is_behind_lost_escape = _is_behind_lost_escape(state)
    found = _read(state, start)
    if found is None:
        return False
    if scheme:
        _take_back(state, scheme)
    end = start + len(found.url)
    href = resolve(address(found.url))
    opening = state.push("link_open", "a", 1)
    opening.attrs = {"href": href}
    opening.markup = "bare"
    opening.meta[PLACE] = Place(start, end)
    if is_behind_lost_escape:
        opening.meta[AMBIGUOUS] = True
    if reading := _gfm_reading(found, href):
        opening.meta[_GFM_READING] = reading
    state.push("text", "", 0).content = found.url
    state.push("link_close", "a", -1)
    state.pos = end
    return True


def is_ambiguous(state: StateInline, start: int) -> bool:
    """Tell whether a link or an image that begins at `start` is none to GFM, or may be.

    A bare URL before it takes in its bracket, or the backslash that keeps a tag before it from being one.
    """
    tokens, read_to = state.env.get(_READ_TO, (None, 0))
    return (tokens is state.tokens and start < read_to) or _is_behind_lost_escape(state)


def _is_behind_lost_escape(state: StateInline) -> bool:
    tokens, read_to = state.env.get(_READ_TO, (None, 0))
    return tokens is state.tokens and state.src[read_to - 1 : read_to + 1] == "\\<"


def _scheme_before(state: StateInline) -> str | None:
    """Return the scheme before the "://" here, "" for a "www." that starts a URL, None for anything else."""
    if state.src.startswith("://", state.pos):
        before = state.src[max(0, state.pos - _LONGEST_SCHEME - 1) : state.pos]
        scheme = _SCHEME_BEFORE.search(before)
        return scheme.group() if scheme else None
    is_www = state.src.startswith("www.", state.pos)
    before = state.src[max(0, state.pos - 1) : state.pos]
    return "" if is_www and (not before or _BEFORE_WWW.match(before)) else None


def _take_back(state: StateInline, scheme: str) -> None:
    """Remove a scheme from the text before the URL; its first letter may have gone with a backslash before it."""
    if not state.pending.endswith(scheme):
        state.tokens[-1].content = state.tokens[-1].content[:-1]
        scheme = scheme[1:]
    state.pending = state.pending.removesuffix(scheme)


def _read(state: StateInline, start: int) -> BareUrl | None:
    """Read the URL at `start`. Inside of what GFM reads as one URL, and behind "，", there is no reading of GFM's."""
    references = state.env.get("references", ())
    double_encoded = bool(state.env.get(DOUBLE_ENCODED))
    tokens, read_to = state.env.get(_READ_TO, (None, 0))
    is_of_gfm = start == 0 or state.src[state.pos] == ":" or state.src[start - 1].isascii()
    if not is_of_gfm or (tokens is state.tokens and start < read_to):
        url = url_at(state.src, start, state.posMax, references=references, double_encoded=double_encoded)
        return BareUrl(url, None, read_to) if url else None
    found = read_at(state.src, start, state.posMax, references=references, double_encoded=double_encoded)
    if found and found.gfm != found.url:
        state.env[_READ_TO] = (state.tokens, found.read_to)
    return found


def _gfm_reading(found: BareUrl, href: str) -> GfmReading | None:
    if found.gfm is None or (found.gfm == found.url and not _ESCAPE.search(found.url)):
        return None
    written = found.gfm.rstrip()  # for GFM white space is ASCII, and markdown-it drops it all from the end
    other = resolve(with_scheme(written)) + quote(found.gfm[len(written) :])
    return GfmReading(other, found.gfm != found.url) if other != href else None
