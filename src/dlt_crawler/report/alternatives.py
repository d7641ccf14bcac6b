"""What becomes of a link when it is read otherwise, or of the page that an archive has, in words for a person."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from urllib.parse import unquote

from dlt_crawler.language import N_, _
from dlt_crawler.model import Alternative, LinkStatus, Resource, State, has_gfm_reading
from dlt_crawler.report.wording import state_word

_AT_GITHUB = (N_("as GitHub reads it, it works:"), N_("as GitHub reads it, it is {state}:"))
_ELSEWHERE = (N_("as others than GitHub read it, it works:"), N_("as others than GitHub read it, it is {state}:"))
_VISIBLE = (N_("without the invisible character it works:"), N_("without the invisible character it is {state}:"))
_OTHERWISE = (N_("read otherwise it works:"), N_("read otherwise it is {state}:"))
_COPIED = (
    N_("it is an archive's copy of a page that works:"),
    N_("it is an archive's copy of a page that is {state}:"),
)
"""Of what works, and of what does not."""


def alternatives_text(link: LinkStatus) -> Iterator[tuple[str, str]]:
    """Yield a sentence and a URL for each other reading of a link that does better or worse than it."""
    for other in link.alternatives:
        if (state := other.verdict.state) is not link.verdict.state:
            yield _said(_reading(link, other), state), other.url


def original_text(link: LinkStatus) -> Iterator[tuple[str, str]]:
    """Yield a sentence and a URL for the page that a link into an archive shows a copy of, once that was checked."""
    if (original := link.original) is not None and original.verdict.state is not State.UNCHECKED:
        yield _said(_COPIED, original.verdict.state), original.url


def _said(sentences: tuple[str, str], state: State) -> str:
    works, does_not = sentences
    return _(works) if state is State.ALIVE else _(does_not).format(state=state_word(state))


def _reading(link: LinkStatus, other: Alternative) -> tuple[str, str]:
    for written in link.occurrences:
        if has_gfm_reading(written) and written.alternative is not None:
            if written.alternative == Resource(other.url):
                return _AT_GITHUB
            if written.target == Resource(other.url):
                return _ELSEWHERE
    return _VISIBLE if _shown(link.url) == _shown(other.url) else _OTHERWISE


def _shown(url: str) -> str:
    # "Cf": zero-width and other format characters.
    return "".join(character for character in unquote(url) if unicodedata.category(character) != "Cf")
