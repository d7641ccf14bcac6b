"""What becomes of a link when it is read otherwise, or of the page that an archive has, in words for a person."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from urllib.parse import unquote

from dlt_crawler.model import Alternative, LinkStatus, Resource, State, has_gfm_reading


def alternatives_text(link: LinkStatus) -> Iterator[tuple[str, str]]:
    """Yield a sentence and a URL for each other reading of a link that does better or worse than it."""
    for other in link.alternatives:
        if (state := other.verdict.state) is not link.verdict.state:
            yield f"{_reading(link, other)} it {_how(state)}:", other.url


def original_text(link: LinkStatus) -> Iterator[tuple[str, str]]:
    """Yield a sentence and a URL for the page that a link into an archive shows a copy of, once that was checked."""
    if (original := link.original) is not None and original.verdict.state is not State.UNCHECKED:
        yield f"it is an archive's copy of a page that {_how(original.verdict.state)}:", original.url


def _how(state: State) -> str:
    return "works" if state is State.ALIVE else f"is {state.value}"


def _reading(link: LinkStatus, other: Alternative) -> str:
    for written in link.occurrences:
        if has_gfm_reading(written) and written.alternative is not None:
            if written.alternative == Resource(other.url):
                return "as GitHub reads it,"
            if written.target == Resource(other.url):
                return "as others than GitHub read it,"
    return "without the invisible character" if _shown(link.url) == _shown(other.url) else "read otherwise"


def _shown(url: str) -> str:
    # "Cf": zero-width and other format characters.
    return "".join(character for character in unquote(url) if unicodedata.category(character) != "Cf")
