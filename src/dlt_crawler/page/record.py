"""What a catalogue says of a thing, as a `Page`: cleaned like what pages say of themselves. Pure."""

from __future__ import annotations

from dlt_crawler.model import Page
from dlt_crawler.page.cleaning import one_line

_TITLE_LENGTH = 300
_ABSTRACT_LENGTH = 2_000
"""Both as `Page` says."""


def page_of(title: object, abstract: object = None, *, markup: bool = False) -> Page:
    """Return the page for a title and an abstract as they came; what is no text, or empty, is left out.

    `markup`: both may hold elements (JATS, HTML, MathML), whose tags are taken out.
    """
    return Page(
        title=one_line(title, _TITLE_LENGTH, markup=markup) if isinstance(title, str) else None,
        abstract=one_line(abstract, _ABSTRACT_LENGTH, markup=markup) if isinstance(abstract, str) else None,
    )
