"""What in a URL is nobody else's business: it is shown masked, and no public archive is told of it. Pure.

A value that has the shape of a token is a secret wherever it stands. Else a key says that its value is one, or that it
may be one. Where it only may be, the value decides, for showing and
for asking an archive alike: `?session=deep-learning` is a page as others are, and no other page than `?session=3`. To
have a page captured is to publish it: there the key is enough.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from itertools import pairwise
from urllib.parse import unquote, urlsplit

MASK = "***"

# A URL in a parameter of another one is percent-encoded, and in a parameter of that one twice: "%3D", "%253D".
_ENCODED = "%(?:25)*"
_USER_INFO = re.compile(
    rf"""(?x)
    (?P<slashes> :// | (?<!.)// ) [^/\\?\#\s"'<>]+ (?=@)
    # Browsers need no two slashes behind the schemes of the web (URL standard, section 4.4, "special authority").
    | (?P<scheme> (?<![a-z]) (?: https? | ftp ) : [/\\]* ) [^/\\?\#\s"'<>]{{1,300}} (?=@)
    | (?P<encoded> {_ENCODED}3A (?: {_ENCODED}2F ){{2}} )
      (?: (?!{_ENCODED}(?:2F|3F|23)) [^/\\?\#&\s"'<>] )+ (?={_ENCODED}40)
    """,
    re.IGNORECASE,
)
_SLASH = rf"(?:/|{_ENCODED}2F)"
_WEBHOOK = re.compile(
    rf"""(?x)
    (?P<before>
      api\.telegram\.org {_SLASH} (?: file {_SLASH} )? bot (?=\d)
    | hooks\.slack\.com {_SLASH} (?: services | workflows | triggers ) {_SLASH}
    | discord(?:app)?\.com {_SLASH} api {_SLASH} (?: v\d+ {_SLASH} )? webhooks {_SLASH}
    )
    (?: [\w:/-] | % )+
    """,
    re.IGNORECASE | re.ASCII,
)
"""Addresses whose path lets everybody who knows it speak for a program or into a channel."""
_TOKEN = re.compile(
    r"""(?x)
    # Behind what no token has in it; an escape ends in letters, too.
    (?: (?<![\w-]) | (?<=%[0-9a-f]{2}) | (?<=%25[0-9a-f]{2}) )
    (?:
      (?-i: eyJ ) [\w-]{10,} \. [\w-]* \. [\w-]+ (?: \.[\w-]+ ){0,2}  # RFC 7515, 7516: base64 of a JSON object, {"…
    | (?-i: A(?:KIA|SIA|BIA|CCA) [A-Z0-9]{16} )  # AWS
    | gh[opsur]_ [a-z0-9]{36,} | github_pat_ \w{22,}
    | glpat- [\w-]{20,}
    | xox[abeoprs]- [\w-]{10,} | xapp- \d-[\w-]{10,}  # Slack
    | (?-i: AIza [\w-]{35} ) | ya29\. [\w-]{20,}  # Google
    | [rs]k_ (?:live|test) _ [a-z0-9]{16,}  # Stripe
    )
    (?![\w-])
    """,
    re.IGNORECASE | re.ASCII,
)
"""Tokens that are known by their shape, by the rules of gitleaks (config/gitleaks.toml)."""
_PAIR = re.compile(
    rf"""(?x)
    (?: [?&;\#/!] | {_ENCODED}(?:3F|26|3B|23) )
    (?P<key> (?: (?!{_ENCODED}(?:3D|3F|26)) [^=&;?\#/\s"'<>] ){{1,80}} )
    (?: = | {_ENCODED}3D )
    """,
    re.IGNORECASE,
)
_VALUE = re.compile(r"""[^&#\s"'<>“”‘’]*(?<![.,:)\]])|""")
"""Without what ends a sentence or a markdown link behind it."""

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")

_SECRET = re.compile(
    r".*(?:token|secret|password|passwd|passphrase|signature|credentials?|apikey|accesskey|authkey|sessionid|sessid)"
    r"|pw|psw|pwd|sig|jwt|hmac|oauth|bearer|rlkey|sharekey|resourcekey"
)
"""Words of keys whose value is a secret wherever they stand: API keys, sessions, signed URLs of clouds."""
_OF_KEYS = frozenset({
    "access", "api", "app", "auth", "client", "license", "private", "public", "secret", "security", "session", "share",
    "subscription",
})  # fmt: skip
"""Words that make a key of a "key"."""
_PERHAPS = frozenset({"auth", "authorization", "code", "key", "otp", "sess", "session", "sid", "ticket"})
"""Keys that often hold one, and often the number of a course, a word of a wiki or the name of a conference session."""
_OF_CODES = frozenset({"access", "auth", "authorization", "invite", "login", "reset", "security", "verification"})

_PLAIN = re.compile(r"\d{1,5}|[A-Z]{1,4}-?\d{1,4}[a-z]?|(?=.{1,40}$)[A-Z]?[a-z]+(?:[-_+. ][A-Z]?[a-z]+)*")
"""A small number, a course or issue (CS231n, PROJ-12), words: no secret where the key does not say so."""


@dataclass(frozen=True, slots=True)
class _Share:
    """Links that open something for whoever knows them: the address itself is the secret."""

    service: str
    host: re.Pattern[str]
    path: re.Pattern[str]


def _share(service: str, host: str, path: str) -> _Share:
    return _Share(service, re.compile(host), re.compile(path))


# What is published on purpose has other addresses: /d/e/…/pub of Google Docs, forms that anybody may fill in.
_SHARES = (
    _share("Google Drive", r"drive\.google\.com", "/(?:file/d/|drive/|open|uc|folderview|folders/).*"),
    _share("Google Docs", r"docs\.google\.com", "/(?:document|spreadsheets|presentation|drawings)/d/(?!e/).*"),
    _share("Google Forms", r"docs\.google\.com", "/forms/d/(?!e/)[^/]+(?!/(?:viewform|formResponse))(?:/.*)?"),
    _share("Google Colab", r"colab\.research\.google\.com", "/drive/.+"),
    _share("Google Photos", r"photos\.app\.goo\.gl|photos\.google\.com", "/.*"),
    _share("Notion", r"(?:.+\.)?notion\.(?:so|site)", "/.*[0-9a-f]{32}"),
    _share("Dropbox", r"(?:www\.)?dropbox\.com", "/(?:s|sh|scl|t)/.*"),
    _share("OneDrive", r"1drv\.ms|onedrive\.live\.com|.+\.sharepoint\.com", "/.+"),
    _share("Box", r"(?:.+\.)?box\.com", "/(?:s|v)/.*"),
    _share("iCloud", r"(?:www\.|share\.)?icloud\.com", "/.+"),
    _share("Mega", r"mega\.(?:nz|co\.nz)", "/.+"),
    _share("WeTransfer", r"we\.tl|(?:.+\.)?wetransfer\.com", "/.+"),
    _share("Baidu", r"(?:pan|yun)\.baidu\.com", "/(?:s/|share/).*"),
    _share("Overleaf", r"(?:www\.)?overleaf\.com", "/(?:read/.+|[0-9]{5,}[a-z]+)"),
)

_PRIVATE_NAME = re.compile(
    r".+\.(?:local|localdomain|internal|intranet|lan|home|corp|private|home\.arpa)|(?!localhost)[^.:]+"
)
"""Names of networks of one's own (RFC 6762, appendix G; RFC 8375; .internal: ICANN, 2024), and those without a dot."""


_SESSION = re.compile(
    r";jsessionid=[^/?#;]*|(?<=[?&])(?:jsessionid|phpsessid|aspsessionid\w{0,20}|cfid|cftoken)=[^&#]*&?", re.IGNORECASE
)


def masked(text: str) -> str:
    """Return a URL, or any text with URLs in it, without user information and without secret values of parameters.

    They are masked in query, fragment and path parameters (`;jsessionid=…`), and in URLs that are parameters of others;
    so are the paths of webhooks, and whatever has the shape of a token. What holds no secret comes back as it is.
    """
    if "@" in text or "%" in text:
        text = _USER_INFO.sub(rf"\g<slashes>\g<scheme>\g<encoded>{MASK}", text)
    if "." in text:
        text = _WEBHOOK.sub(rf"\g<before>{MASK}", text)
    text = _TOKEN.sub(MASK, text)
    if "=" not in text and "%" not in text:
        return text
    parts, end = [], 0
    for pair in _secrets(text):
        if pair.is_secret:
            parts += [text[end : pair.start], MASK]
            end = pair.end
    return "".join([*parts, text[end:]])


def why_private(url: str, *, captured: bool = False) -> str | None:
    """Return what about a URL forbids telling a public archive of it, as "its …" goes on; None when nothing does.

    `captured`: the archive would be asked to capture it, not only for the captures that it has.
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return "host cannot be read"
    if parts.username is not None or parts.password is not None or _USER_INFO.search(url):
        return "user information looks like a secret"
    if _WEBHOOK.search(url):
        return "path looks like a secret"
    if _TOKEN.search(url):
        return "address holds what looks like a token"
    for pair in _secrets(url):
        if captured or pair.is_secret:
            return f"parameter {pair.key} looks like a secret"
    for share in _SHARES:
        if share.host.fullmatch(host) and share.path.fullmatch(parts.path):
            return f"address is a share link of {share.service}"
    return "host is in a private network" if _is_private(host) else None


def may_be_published(url: str) -> bool:
    """Return whether a public archive may be asked for captures of a URL."""
    return why_private(url) is None


def without_session(url: str) -> str:
    """Return a URL without the parameters that name one visitor's session: those that archives pass over, too.

    The session has ended long ago, and the page is the same without (IAURLCanonicalizer's rules, as in `surt`).
    """
    stripped = _SESSION.sub("", url)
    return url if stripped == url else stripped.rstrip("?&")


def is_on_this_machine(url: str) -> bool:
    """Return whether a URL leads to whoever reads it: a loopback address, or a name for one (RFC 6761, section 6.3)."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


@dataclass(frozen=True, slots=True)
class _Pair:
    """A key, decoded, that its value may be a secret by, and where that is."""

    key: str
    is_secret: bool
    start: int
    end: int


def _secrets(text: str) -> Iterator[_Pair]:
    """Yield the pairs with a value that is or may be a secret; none lies in the value of another."""
    position = 0
    while found := _PAIR.search(text, position):
        position = found.end()
        key = unquote(unquote(found["key"]))
        certain = _is_secret(words := _words(key))
        if (certain or _may_be_secret(words)) and (value := _VALUE.match(text, position)):
            position = value.end()
            is_secret = value[0] != "" and (certain or not _PLAIN.fullmatch(unquote(value[0])))
            yield _Pair(key, is_secret, *value.span())


def _is_secret(words: Sequence[str]) -> bool:
    if any(map(_SECRET.fullmatch, words)) or words == ["pass"] or words[:2] in (["x", "amz"], ["x", "goog"]):
        return True
    return any(word == "key" and before in _OF_KEYS for before, word in pairwise(words))


def _may_be_secret(words: Sequence[str]) -> bool:
    match words:
        case [word]:
            return word in _PERHAPS
        case [*_, before, "code"]:
            return before in _OF_CODES
        case _:
            return False


def _words(key: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(key)]


def _is_private(host: str) -> bool:
    try:
        address = ip_address(host)
    except ValueError:
        return _PRIVATE_NAME.fullmatch(host) is not None
    # The reader's own machine says nothing of anybody's network.
    return not address.is_global and not address.is_loopback
