"""Addresses to which sites redirect whom they do not know, or what they have lost. Pure.

Stricter than what is known of pages: of a page that is wrongly called a wall its document loses a link, and of a
redirect that is wrongly called one nothing is lost, since the old link stays as it is. So whole words are enough here,
without a look at the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from urllib.parse import SplitResult, unquote, unquote_plus, urlsplit

_HOSTS = frozenset({
    # First labels of hosts that do nothing but log people in.
    "accounts", "adfs", "auth", "cas", "idp", "login", "oauth", "openid", "saml", "signin", "sso",
})  # fmt: skip
_JUMPS = frozenset({
    # Hosts that only count who leaves a site.
    "l.facebook.com", "l.instagram.com", "link.zhihu.com", "lm.facebook.com", "out.reddit.com", "slack-redir.net",
})  # fmt: skip
_SEGMENTS = frozenset({
    # Segments of paths, as `_folded` spells them. Log-in and registration; those that begin with a word of
    # `resources.is_landing_page` are known there.
    "anmelden", "anmeldung", "authenticate", "authorise", "authorize", "connexion", "createaccount", "einloggen",
    "iniciarsesion", "inloggen", "newaccount", "oauth", "oauth2", "register", "registrieren", "registration", "saml",
    "saml2", "signup", "userlogin", "wplogin", "wpsignup",
    # Walls: payment, age, consent, robots.
    "abo", "accessdenied", "adblock", "agecheck", "ageconfirmation", "agegate", "ageverification", "ageverify",
    "areyouhuman", "blocked", "botcheck", "captcha", "cdncgi", "cookieconsent", "cookiesdisabled", "cookiesrequired",
    "cookiewall", "denied", "dsgvo", "enablecookies", "enablejavascript", "forbidden", "gdpr", "gdprconsent",
    "geoblocked", "humanverification", "incapsularesource", "nocookies", "paywall", "recaptcha", "regwall",
    "subscribe", "subscription", "unauthorised", "unauthorized",
    # Errors, and what is no more.
    "deleted", "expired", "filenotfound", "gone", "notavailable", "oops", "pagenotfound", "removed", "sorry",
    "unavailable",
    # Parked and suspended: by cPanel, and by registrars.
    "accountsuspended", "cgisys", "defaultwebpage", "domainexpired", "domainforsale", "forsale", "lander", "parked",
    "parkingpage", "suspended", "suspendedpage",
    # Two of them.
    "session/new", "sessions/new",
})  # fmt: skip
_KEYS = frozenset({
    # Parameters of searches (`s` is WordPress's, and the session of old forums), and of sessions.
    "keyword", "keywords", "q", "query", "s", "search", "sessid", "session_id", "sessionid", "suche",
})  # fmt: skip
_MAINTENANCE = re.compile(
    r"/(?:[a-z-]{0,20}[-_])?(?:maintenance|wartung|offline|unavailable|underconstruction|under-construction|coming-?soon)"
    r"(?:[-_](?:page|mode))?(?:\.[a-z]{2,5})?/?",
    re.IGNORECASE,
)
"""The whole path where all visitors are sent to while a site is not there."""
_SUFFIX = re.compile(r"\.[a-z]{2,5}$")
_SESSION = re.compile(r"/\((?:[A-Z]\([^()/]*\))+\)/")
"""ASP.NET's session without cookies: `/(S(lit3py55t21z5v55vlm25s55))/`."""
_URL = re.compile(r"https?:/", re.IGNORECASE)


def leads_astray(source: str, target: str) -> bool:
    """Return whether a redirect leads to where nobody is who reads a document: never the new address of a page.

    A log-in, wall, error, search, maintenance or parked page, one visitor's session, or a page that leads on, by whole
    labels of the host, segments of the path and keys of the query. What `source` itself says already is no reason. Both
    are normalised URLs.
    """
    before, after = urlsplit(source), urlsplit(target)
    if set(_signs(after)) - set(_signs(before)):
        return True
    return _SESSION.search(unquote(after.path)) is not None and _SESSION.search(unquote(before.path)) is None


def _signs(parts: SplitResult) -> Iterator[str]:
    """Yield what in a URL says so, each with the mark of its place, so that the same at another place is another."""
    host = parts.hostname or ""
    label, _, rest = host.partition(".")
    if label in _HOSTS and "." in rest:
        yield f"//{label}"
    if host in _JUMPS:
        yield f"//{host}"
    segments = [_folded(segment) for segment in parts.path.split("/") if segment]
    pairs = map("/".join, pairwise(segments))
    yield from (f"/{name}" for name in (*segments, *pairs) if name in _SEGMENTS)
    if _MAINTENANCE.fullmatch(parts.path):
        yield "/*maintenance"
    for pair in filter(None, parts.query.split("&")):
        key, _, value = pair.partition("=")
        if unquote(key).lower() in _KEYS:
            yield f"?{unquote(key).lower()}"
        # A page to come back to, or to go on to.
        if _URL.match(unquote_plus(value)):
            yield "?://"


def _folded(segment: str) -> str:
    """Return a segment without suffix, parameters and what stands between words: `Age_Check.php` → `agecheck`."""
    name = unquote(segment).lower().partition(";")[0]
    return re.sub(r"[-_ ]", "", _SUFFIX.sub("", name))
