"""Plain text messages of SARIF (section 3.11), in which nothing acts that a page or a document said."""

from __future__ import annotations

import re

from dlt_crawler.report.inert import discreet

_LINK = re.compile(r"\](?=\()")
"""What makes a link to click on of the text in brackets before it, and the parenthesis behind it."""
_URL = re.compile(r"https?://\S+")
_PLACEHOLDERS = str.maketrans({"{": "{{", "}": "}}"})
_IN_URLS = str.maketrans({"{": "%7B", "}": "%7D"})


def plain(text: str) -> str:
    """Return a message that shows as it is, on one line: no link, no placeholder, no escape, no secret.

    In a URL the marks of these are percent-encoded, so that what people copy leads to the same page.
    """
    shown, pieces, end = discreet(text), [], 0
    for url in _URL.finditer(shown):
        pieces += [_inactive(shown[end : url.start()]), _LINK.sub("%5D", url[0]).translate(_IN_URLS)]
        end = url.end()
    return "".join([*pieces, _inactive(shown[end:])])


def _inactive(text: str) -> str:
    return _LINK.sub("] ", text).translate(_PLACEHOLDERS)
