"""What the addresses of an answer tell: where a link was sent to. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from dlt_crawler.urls import host_of, site_of

if TYPE_CHECKING:
    from dlt_crawler.page.interpretation import Shown

_ERROR = re.compile(
    r"/(?:[\w-]{0,40}[-_.])?(?:404|410|page-?not-?found|not[-_]?found|notfound|pagenotfound|errors?|fehler|oops)"
    r"(?:[-_.][\w-]{0,40}|(?=/)|$)|[?&]aspxerrorpath=",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"(?:(?:http|status|error|code)[-_]?){0,2}(?:404|410)(?:[-_](?:not[-_]?found|gone|error))?|not[-_]?found|errors?",
    re.IGNORECASE,
)
_HOME = re.compile(
    r"(?:/(?:[a-z]{2}(?:[-_][a-z]{2,4})?|global|intl|www))?"
    r"(?:/(?:home|index|default|main|start|welcome|homepage|home-?page|startseite|inicio|accueil)(?:\.[a-z]{2,5})?)?/?",
    re.IGNORECASE,
)
_SEARCH = re.compile(
    r"(?:/[a-z]{2}(?:[-_][a-z]{2,4})?)?/(?:search|suche|recherche|buscar)(?:\.[a-z]{2,5})?/?", re.IGNORECASE
)
_ONE_OF_MANY = re.compile(r"(?:^|&)(?:\w{0,20}id|p|page|article|post|v|t|q|s|f|n|no|cat)=", re.IGNORECASE)
"""In the query of a root: "/?p=12" and "/index.php?id=3" are pages of their own, "/?utm_source=x" is not."""


_OWN = re.compile(
    r"(?:/[\w.-]{1,40})?/(?:(?:404|410|errors?/404)\.[a-z]{2,5}|(?:not-?found|page-not-found|error-?404)(?:\.[a-z]{2,5})?/?)"
    r"|(?:/[a-z]{2}(?:-[a-z]{2,4})?)?/(?:404|410)/?",
    re.IGNORECASE,
)
"""As generators of sites name the file; without its suffix only at the root, because "/rooms/404" is a room."""


def error_address(shown: Shown) -> str | None:
    """Return the part of the final URL that says that it is an error page's, unless the link's own says so, too."""
    if shown.final_url == shown.url or _says_error(shown.url):
        return None
    found = _ERROR.search(_place(shown.final_url))
    return found[0] if found else None


def own_error_address(shown: Shown) -> str | None:
    """Return the address that the page gives as its own, if that is an error page's and the link's is not."""
    canonical = shown.evidence.canonical
    if canonical is None or _says_error(shown.url):
        return None
    path = urlsplit(canonical).path
    return path if _OWN.fullmatch(path) else None


def is_about_error(url: str) -> bool:
    """Return whether an address ends with the number or the name of an error, as those of pages about it do.

    With a suffix it is the file of an error page, and directories are named after what is in them.
    """
    return _ABOUT.fullmatch(urlsplit(url).path.rstrip("/").rpartition("/")[2]) is not None


def _says_error(url: str) -> bool:
    return _ERROR.search(_place(url)) is not None


def landing(shown: Shown) -> str | None:
    """Return the home or search page, of whatever site, to which a deep link was redirected."""
    if not shown.redirects or is_home(shown.url) or not is_home(shown.final_url):
        return None
    return shown.final_url


def is_same_host(url: str, other: str) -> bool:
    """Return whether two URLs belong to one host, `www.` aside."""
    return host_of(url).removeprefix("www.") == host_of(other).removeprefix("www.")


def is_same_site(url: str, other: str) -> bool:
    """Return whether two URLs belong to one site (registrable domain)."""
    return site_of(host_of(url)) == site_of(host_of(other))


def is_home(url: str) -> bool:
    """Return whether a URL is that of a home or search page. What a script makes of its fragment is open."""
    parts = urlsplit(url)
    if parts.fragment.startswith(("/", "!")):
        return False
    if _SEARCH.fullmatch(parts.path):
        return True
    return _HOME.fullmatch(parts.path) is not None and not _ONE_OF_MANY.search(parts.query)


def _place(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
