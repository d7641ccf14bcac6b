"""What follows the word of a directive: until when it holds, and why.

    ignore until 2027-03-01: the site keeps robots out
    ignore-next-line until=2027-03-01
    disable: they are moving

Both may be left out. The day is the last one (UTC) on which it holds, as ISO 8601 writes dates in full.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from dlt_crawler.model import Ignore, IgnoreTrouble, Lint, LintKind, StaleIgnore
from dlt_crawler.sources.text import on_one_line

_MARKS = r"\s,;:，；：、。–—"
_SEPARATORS = rf"{_MARKS}-"
_UNTIL = re.compile(
    rf"(?P<before>[{_SEPARATORS}]*+)until(?:\s*+[=:]\s*+|\s++|$)"
    rf"(?P<day>[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}(?![A-Za-z0-9_/-])|[^{_MARKS}()（）]*+)",
    re.IGNORECASE,
)
_COLONS = frozenset(":：–—-")
"""What begins a reason: behind it, "until they are back" is one."""
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_LONGEST_REASON = 200
"""Characters of a reason that are kept."""
_LONGEST_DAY = 40
"""Characters of what should be a day, in a message."""
_UNTIL_A_DAY = re.compile(r"\buntil[\s=:]\s*[0-9]{4}-[0-9]{2}-[0-9]{2}\b", re.IGNORECASE)
_STALE = re.compile(
    r"“(?P<words>.*)” (?:has expired|is about no link|is no day behind “until”|is a part of the reason): .*"
    r"|no day stands behind “until”: .*",
    re.DOTALL,
)
_TROUBLES = {
    LintKind.EXPIRED_IGNORE: IgnoreTrouble.EXPIRED,
    LintKind.NEEDLESS_IGNORE: IgnoreTrouble.NEEDLESS,
    LintKind.UNKNOWN_DIRECTIVE: IgnoreTrouble.BAD_DATE,
}


@dataclass(frozen=True, slots=True)
class Terms:
    """Until when a directive holds, and why."""

    until: date | None = None
    """The last day on which it holds; None: until it is removed."""
    reason: str = ""
    no_day: str | None = None
    """What stands where the day should, and is none: then it holds until it is removed."""


def terms_of(said: str) -> Terms:
    """Return what stands behind the word of a directive, up to the next one or the end of the comment."""
    found = _UNTIL.match(said)
    if found is None:
        return Terms(None, _reason(said))
    day, rest = found["day"], said[found.end() :]
    if (until := _day(day)) is not None:
        return Terms(until, _reason(rest))
    if not day[:1].isdigit() and _COLONS.intersection(found["before"]):
        return Terms(None, _reason(said))
    return Terms(None, _reason(rest), day[:_LONGEST_DAY])


def no_day(terms: Terms) -> str | None:
    """Return the message for terms whose day is none, or is a part of the reason; None for others."""
    if terms.no_day is None:
        found = _UNTIL_A_DAY.search(terms.reason) if terms.until is None else None
        return found and (
            f"“{found[0]}” is a part of the reason: this comment holds without an end; should it end then, write the "
            "day in front of the reason"
        )
    said = f"“{terms.no_day}” is no day" if terms.no_day else "no day stands"
    return (
        f"{said} behind “until”: write it like 2027-03-01, or a colon in front of what is only a reason; until then "
        "this comment holds without an end"
    )


def expired(word: str, terms: Terms) -> str:
    """Return the message for a directive whose day has passed."""
    return (
        f"“{_words(word, terms)}” has expired: the links that it is about are checked and reported again; remove this "
        "comment, or give it another day"
    )


def outlasted(word: str, terms: Terms) -> str:
    """Return the message for a directive whose day has passed while others hold for all that it is about."""
    return (
        f"“{_words(word, terms)}” has expired: another comment still leaves the links alone that it is about; remove "
        "this one"
    )


def needless(word: str, terms: Terms) -> str:
    """Return the message for a directive that leaves nothing alone."""
    return f"“{_words(word, terms)}” is about no link: remove this comment, or put it where the link is"


def stale_ignore(lint: Lint) -> StaleIgnore | None:
    """Return what a lint that was made of one of these messages is about; None for any other lint."""
    trouble, found = _TROUBLES.get(lint.kind), _STALE.fullmatch(lint.message)
    if trouble is None or found is None:
        return None
    where = f"{lint.file}:{lint.line}:{lint.column}"
    words: str = found["words"] or ""
    if trouble is IgnoreTrouble.BAD_DATE:
        what = words if words.lower().startswith("until") else f"until {words}".rstrip()
        return StaleIgnore(Ignore(where, what), trouble, lint.message)
    word = re.match(r"[a-z-]*", words)
    terms = terms_of(words[word.end() if word else 0 :])
    return StaleIgnore(Ignore(where, words, terms.reason, terms.until), trouble, lint.message)


def ignore_of(where: str, word: str, terms: Terms) -> Ignore:
    """Return the request that a directive is; `where`: the place of its comment, for people."""
    return Ignore(where, _words(word, terms), terms.reason, terms.until)


def _words(word: str, terms: Terms) -> str:
    until = f" until {terms.until}" if terms.until else ""
    return f"{word}{until}{f': {terms.reason}' if terms.reason else ''}"


def _reason(said: str) -> str:
    # A brace closes the comment of a bibliography; hyphens, one of HTML.
    reason = on_one_line(re.sub(rf"^[{_SEPARATORS}]+|[\s}}-]+$", "", said))
    return reason if len(reason) <= _LONGEST_REASON else f"{reason[: _LONGEST_REASON - 1]}…"


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if _ISO.fullmatch(text) else None
    except ValueError:
        return None
