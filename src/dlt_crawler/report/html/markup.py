"""HTML that is put together so that nothing becomes markup that was not written as markup in this program."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from dlt_crawler.report.inert import discreet
from dlt_crawler.urls.secrets import MASK

LONG = 120
"""Characters of a text that one sees whole in any case; what is longer may be cut where it stands in a list."""

_WEB_PAGE = re.compile(r"https?://[^\s\\<>\"]+", re.IGNORECASE)


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def fill(template: str, **values: object) -> Markup:
    """Return the HTML of `template`, a literal with names in braces: markup as it is, all else discreet and escaped."""
    return Markup(template.format_map({name: _html(value) for name, value in values.items()}))


def joined(parts: Iterable[Markup]) -> Markup:
    """Return the parts one behind the other."""
    return Markup("".join(parts))


def leads_somewhere(shown: str) -> bool:
    """Tell whether a URL, as `discreet` shows it, can be followed: it is that of a web page, with nothing masked.

    What shows a character as its escape is another address than the one that is meant. `dom.js` has the same rule.
    """
    return MASK not in shown and _WEB_PAGE.fullmatch(shown) is not None


def prose(text: str) -> Markup:
    """Return a sentence of ours in which what stands in backticks is code."""
    parts = text.split("`")
    return joined(fill("<code>{part}</code>" if at % 2 else "{part}", part=part) for at, part in enumerate(parts))


def web_link(url: str, text: str | None = None) -> Markup:
    """Return a link that tells nobody where it was clicked; plain text where a URL leads nowhere."""
    shown = discreet(url)
    if not leads_somewhere(shown):
        return fill('<bdi class="url">{text}</bdi>', text=text or shown)
    return fill(
        '<a class="url" href="{url}" rel="noopener noreferrer nofollow"><bdi>{text}</bdi></a>',
        url=shown,
        text=text or shown,
    )


def _html(value: object) -> str:
    return value if isinstance(value, Markup) else escape(discreet(str(value)), quote=True)
