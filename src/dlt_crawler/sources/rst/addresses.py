"""Standalone hyperlinks: addresses in text that is no other inline markup."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import Enum, auto

from dlt_crawler.sources.rst.characters import before_start, behind_end

_SCHEMES = frozenset(
    {"about", "acap", "addbook", "afp", "afs", "aim", "callto", "castanet", "chttp", "cid", "crid", "data", "dav"}
    | {"dict", "dns", "eid", "fax", "feed", "file", "finger", "freenet", "ftp", "go", "gopher", "gsm-sms", "h323"}
    | {"h324", "hdl", "hnews", "http", "https", "hydra", "iioploc", "ilu", "im", "imap", "info", "ior", "ipp"}
    | {"irc", "iris.beep", "iseek", "jar", "javascript", "jdbc", "ldap", "lifn", "livescript", "lrq", "mailbox"}
    | {"mailserver", "mailto", "md5", "mid", "mocha", "modem", "mtqp", "mupdate", "news", "nfs", "nntp"}
    | {"opaquelocktoken", "phone", "pop", "pop3", "pres", "printer", "prospero", "rdar", "res", "rtsp", "rvp"}
    | {"rwhois", "rx", "sdp", "service", "shttp", "sip", "sips", "smb", "snews", "snmp", "soap.beep", "soap.beeps"}
    | {"ssh", "t120", "tag", "tcp", "tel", "telephone", "telnet", "tftp", "tip", "tn3270", "tv", "urn", "uuid"}
    | {"vemmi", "videotex", "view-source", "wais", "whodp", "whois++", "x-man-page", "xmlrpc.beep", "xmlrpc.beeps"}
    | {"z39.50r", "z39.50s"},
)
"""The schemes that docutils links (`utils.urischemes`, after IANA's register)."""
_LONGEST_SCHEME = max(map(len, _SCHEMES))

# What docutils takes for a part of an address (RFC 2396 with the brackets of RFC 2732), the NUL of an escape included,
# and for the last character of one; before ">" that may be any.
_PART = r"[-_.!~*'()[\];/:@&=+$,%a-zA-Z0-9\x00]"
_END = rf"(?:[_~*/=+a-zA-Z0-9]|{_PART}(?=>))"
_MAIL_PART = r"[-_!~*'{|}/#?^`&=+$%a-zA-Z0-9\x00]"


class Sort(Enum):
    """What an address is of."""

    URL = auto()
    MAIL = auto()
    OTHER = auto()
    """Of an unknown scheme, or a word before a colon that looks like one."""


@dataclass(frozen=True, slots=True)
class Address:
    """Half-open offsets of an address in the escaped text."""

    start: int
    end: int
    sort: Sort
    is_linked: bool = True
    """Whether docutils makes a link of it."""


@dataclass(frozen=True, slots=True)
class _Patterns:
    scheme: re.Pattern[str]
    """A run of what schemes are made of, before a colon, as a whole: its beginning need not be one."""
    scheme_here: re.Pattern[str]
    rest: re.Pattern[str]
    """All behind the colon."""
    mail: re.Pattern[str]
    """A run of what names are made of, before an at sign."""
    mail_here: re.Pattern[str]
    host: re.Pattern[str]
    """All behind the at sign."""
    before: re.Pattern[str]
    behind: re.Pattern[str]
    parts: re.Pattern[str]


def addresses(text: str, start: int, end: int) -> Iterator[Address]:
    """Yield the addresses in `text[start:end]` (escaped), in order. Linear in the length.

    docutils gives up at the first word before a colon that is no scheme: what is behind is not linked.
    """
    gives_up = False
    urls = _Ahead(_Urls(), text, end)
    mails = _Ahead(_mail_from, text, end)
    position = start
    while found := min(
        filter(None, (urls.first(position), mails.first(position))), key=lambda address: address.start, default=None
    ):
        gives_up = gives_up or not found.is_linked
        if found.sort is not Sort.OTHER:
            yield replace(found, is_linked=not gives_up)
        position = found.end


def is_address(text: str) -> bool:
    """Tell whether an escaped text begins like an address, of whatever scheme."""
    patterns = _patterns()
    scheme = patterns.scheme_here.match(text)
    if scheme and text[0].isalpha() and patterns.rest.match(text, scheme.end()):
        return True
    return mail_at(text) is not None


def mail_at(text: str) -> int | None:
    """Return where the mail address ends that an escaped text begins with; None if it begins with none."""
    patterns = _patterns()
    name = patterns.mail_here.match(text)
    if name is None or _first_of_name(text, 0, name.end() - 1, 0) != 0:
        return None
    host = patterns.host.match(text, name.end())
    return host.end() if host else None


_Search = Callable[[str, int, int], Address | None]
"""Returns the first address in `text[start:end]`."""


def runs_into_foreign_text(text: str, end: int) -> bool:
    """Tell whether an address that docutils ends there would go on but for a character that may not stand behind one.

    These are letters of other scripts: docutils takes ASCII for addresses, and goes back to punctuation before them.
    """
    patterns = _patterns()
    rest = patterns.parts.match(text, end)
    behind = text[rest.end() : rest.end() + 1] if rest else ""
    return not behind.isascii() and not patterns.behind.match(behind)


class _Ahead:
    """The next address of one sort, looked for no more often than needed."""

    def __init__(self, search: _Search, text: str, end: int) -> None:
        self._search = search
        self._text = text
        self._end = end
        self._next: Address | None = None
        self._exhausted = False

    def first(self, position: int) -> Address | None:
        """Return the first one at `position` or behind; positions never decrease."""
        if not self._exhausted and (self._next is None or self._next.start < position):
            self._next = self._search(self._text, position, self._end)
            self._exhausted = self._next is None
        return self._next


class _Urls:
    """Looks for addresses by their scheme."""

    def __init__(self) -> None:
        self._gives_up = False
        """Whether docutils has given up before: what is no scheme need not be looked at any more."""

    def __call__(self, text: str, start: int, end: int) -> Address | None:
        """Return the first one in `text[start:end]`."""
        patterns = _patterns()
        run = patterns.scheme_here.match(text, start, end) or patterns.scheme.search(text, start, end)
        while run:
            if found := self._at_colon(text, run, start, end):
                return found
            run = patterns.scheme.search(text, run.end(), end)
        return None

    def _at_colon(self, text: str, run: re.Match[str], start: int, end: int) -> Address | None:
        colon = run.end() - 1
        first = next((at for at in _starts(text, run.start(), colon, start) if text[at].isalpha()), None)
        if first is None:
            return None
        starts = _starts(text, max(first, colon - _LONGEST_SCHEME), colon, start)
        known = next((at for at in starts if text[at:colon].lower() in _SCHEMES), None)
        has_authority = text.startswith("://", colon)
        if self._gives_up and known is None and not has_authority:
            return None
        rest = _patterns().rest.match(text, run.end(), end)
        if rest is None:
            return None
        self._gives_up = self._gives_up or known != first
        if known is not None:
            return Address(known, rest.end(), Sort.URL, is_linked=known == first)
        # "name://..." is one thing; behind "name:" there may be an address.
        return Address(first, rest.end() if has_authority else run.end(), Sort.OTHER, is_linked=False)


def _mail_from(text: str, start: int, end: int) -> Address | None:
    patterns = _patterns()
    run = patterns.mail_here.match(text, start, end) or patterns.mail.search(text, start, end)
    while run:
        host = patterns.host.match(text, run.end(), end)
        first = _first_of_name(text, run.start(), run.end() - 1, start) if host else None
        if host and first is not None:
            return Address(first, host.end(), Sort.MAIL)
        run = patterns.mail.search(text, run.end(), end)
    return None


def _first_of_name(text: str, start: int, at: int, floor: int) -> int | None:
    """Return where the name before an at sign begins: its parts are not empty, and the at sign is not escaped."""
    if text[at - 1] in ".\0":
        return None
    doubled = text.rfind("..", start, at)
    if doubled >= 0:
        start = doubled + 2
    return next((first for first in _starts(text, start, at, floor) if text[first] != "."), None)


def _starts(text: str, start: int, end: int, floor: int) -> Iterator[int]:
    """Yield where in a run an address may begin: at the floor, and behind what may stand before one."""
    before = _patterns().before
    if start < end and (start == floor or before.match(text, start - 1)):
        yield start
    for mark in before.finditer(text, start, end - 1):
        yield mark.end()


@functools.cache
def _patterns() -> _Patterns:
    behind = f"(?=[{behind_end()}]|$)"
    scheme = "[a-zA-Z0-9.+-]++:"
    mail = f"(?:{_MAIL_PART}|\\.)++@"
    return _Patterns(
        scheme=re.compile(f"(?<![a-zA-Z0-9.+-]){scheme}"),
        scheme_here=re.compile(scheme),
        rest=re.compile(rf"(?://?)?{_PART}*{_END}(?:\?{_PART}*{_END})?(?:\#{_PART}*{_END})?{behind}"),
        mail=re.compile(f"(?<!{_MAIL_PART})(?<!\\.){mail}"),
        mail_here=re.compile(mail),
        host=re.compile(rf"{_MAIL_PART}+(?:\.{_MAIL_PART}*)*{_END}{behind}"),
        before=re.compile(f"[{before_start()}]"),
        behind=re.compile(f"[{behind_end()}]"),
        parts=re.compile(rf"(?:{_PART}|[?#])*"),
    )
