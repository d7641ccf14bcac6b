r"""What a reader of a document gets to see, in pieces that can be compared.

Three kinds of pieces: texts; tags, as `"\0<a href title>"` (with the names of its attributes), `"\0</a>"`, `"\0<br>"`;
and values, as `"\0@https://a.example/"`, one for each attribute of the tag before them. A text never holds a NUL.
"""

from __future__ import annotations

Rendered = tuple[str, ...]

MARK = "\0"
"""Begins every piece that is not a text."""
VALUE = MARK + "@"
"""Begins the value of an attribute: where a link leads, a title, a value of the front matter."""


def link_shown(url: str, label: str) -> Rendered:
    """Return how a link without a title shows, in markdown and in HTML; `label` is its text, without markup."""
    return (f"{MARK}<a href>", VALUE + url, label, f"{MARK}</a>")


def url_shown(url: str) -> Rendered:
    """Return how a link shows whose text is its URL: an autolink, or a bare URL that GFM makes a link of."""
    return (f"{MARK}<url>", VALUE + url)
