"""A URL in the characters that may be written into a document."""

from __future__ import annotations

import re
from urllib.parse import quote

from w3lib.url import safe_url_string

from dlt_crawler.errors import RepairError

_RESERVED = ":/?@!$&'()*+,;=~%"
"""RFC 3986, sections 2.2 and 2.3: what `quote` leaves alone besides letters, digits, "-", "." and "_"."""
_WEB = re.compile(
    r"(?P<origin>https?://(?:[^/?#\\\[\]]+|\[[0-9a-f:.]+\](?::[0-9]*)?))(?P<rest>(?:[/?#].*)?)",
    re.IGNORECASE | re.DOTALL,
)
_ORIGIN = re.compile(r"https?://[]!$&-.0-;=@A-Z[_a-z~%]+")
_DROPPED = str.maketrans("", "", "\t\n\r")
"""What browsers leave out of a URL (URL standard, section 4.4)."""
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


def rfc3986(url: str) -> str:
    """Return `url` in the characters of RFC 3986, everything else percent-encoded as UTF-8 (its host by IDNA).

    Nothing else of it changes. Square brackets stay in an IPv6 host only, and a "#" only before the fragment. Raises
    RepairError for anything that is not an http or https URL: nothing else is ever written into a document.
    """
    web = _WEB.fullmatch(url.strip().translate(_DROPPED))
    try:
        origin = safe_url_string(web["origin"]) if web else ""
        if web and _ORIGIN.fullmatch(origin):
            rest, mark, fragment = _LONE_PERCENT.sub("%25", web["rest"]).partition("#")
            return origin + quote(rest, safe=_RESERVED) + mark + quote(fragment, safe=_RESERVED)
    except ValueError:  # a host that is none, or half a surrogate pair
        pass
    raise RepairError(f"{url!r} is not an http or https URL")
