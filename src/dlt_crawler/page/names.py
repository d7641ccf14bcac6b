"""Names of authors, as pages and interfaces write them: "Family, Given", "Given Family", a body, or a list of these.

A name that is taken apart wrongly is worse than one that is not: what may be a body, and names in Han script without a
comma, stay whole (`Name.literal`).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from itertools import islice

from dlt_crawler.model import Name
from dlt_crawler.page.cleaning import LOOKED_AT, key, one_line

MOST = 100
"""Authors that are kept of a work."""
_LENGTH = 300
"""Characters of a name, or of a list of names."""
_LONGEST_NAME = 100
"""Characters of one name: longer ones are sentences."""

_NOBODY = frozenset({
    # As keys: accounts and placeholders of programs that write pages.
    "", "admin", "administrator", "anonymous", "anonym", "author", "authors", "blog", "blogger", "contributor",
    "contributors", "default", "editor", "editorialstaff", "editors", "example", "guest", "guestauthor", "info", "na",
    "name", "nil", "none", "noname", "null", "owner", "posts", "root", "site", "siteadmin", "siteowner", "staff",
    "super", "superuser", "system", "team", "test", "theeditor", "theeditors", "undefined", "unknown", "user",
    "various", "variousauthors", "webmaster", "website", "wordpress", "wpadmin", "writer", "yourname",
    "作者", "佚名", "匿名", "匿名用户", "小编", "admin管理员", "未知", "本站", "本站编辑", "管理员", "系统管理员",
    "编辑", "网络", "网站管理员", "转载", "原创", "互联网",
})  # fmt: skip
_BODY = re.compile(
    r"\b(?:academy|agency|alliance|assoc(?:iation)?|authority|bureau|center|centre|centro|club|co|collaboration|college"
    r"|collective|commission|committee|community|company|consortium|contributors|corp(?:oration)?|council|department|dept"
    r"|developers|division|editors|faculty|federation|foundation|fund|gmbh|government|group|inc|initiative|institut[eo]?"
    r"|lab|laboratory|laboratories|labs|library|limited|llc|llp|ltd|ministry|museum|network|news|office|organi[sz]ation"
    r"|partners|press|project|research|school|services?|society|staff|studios?|systems|team|technologies|trust|union"
    r"|universit\w+|wikipedia|working)\b|\.(?:com|org|net|io|ai|edu|gov)\b|[&@0-9]",
    re.IGNORECASE,
)
"""What names of bodies have in them, and those of persons hardly ever."""
_PARTICLES = frozenset({
    "af", "al", "ap", "av", "bin", "da", "das", "de", "degli", "dei", "del", "della", "den", "der", "di", "do", "dos",
    "du", "el", "ibn", "la", "las", "le", "los", "of", "op", "ten", "ter", "van", "vande", "vander", "vom", "von",
    "zu", "zum", "zur", "'t",
})  # fmt: skip
"""In lower case between given and family names."""
_CAPITAL_PARTICLES = frozenset({"De", "Del", "Della", "Di", "Du", "Von"})
"""Those that are no given names, as "Van" and "Le" are in Vietnam."""
_SUFFIX = re.compile(r"(?:jr|sr)\.?|junior|senior|i{2,3}|iv", re.IGNORECASE)
_DEGREE = re.compile(
    r"(?:(?:ph\.?\s?d|m\.?d|m\.?sc|b\.?sc|m\.?a|b\.?a|mba|d\.?phil|dr|esq|frs|r\.?n)\.?)+", re.IGNORECASE
)
_TITLE = re.compile(r"(?:(?:dr|prof|professor|mr|mrs|ms|sir|dipl\.-ing)\.?\s+)+(?=\S)", re.IGNORECASE)
_BY = re.compile(r"(?:(?:written\s+)?by|authors?|posted by|作者|文|撰文|编辑)(?:\s*[:：]\s*|\s+)(?=\S)", re.IGNORECASE)
_ASIDE = re.compile(r"\s*(?:[(（\[<][^()（）\[\]<>]{0,200}[)）\]>]|\S+@\S+\.\S+|[*†‡§¹²³⁰-⁹]+)")
"""Affiliations, addresses, marks of footnotes."""
_HAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_ADDRESS = re.compile(r"(?:https?:)?//|www\.|^[@/#]|^\S+@\S+$", re.IGNORECASE)
_LISTED = re.compile(r"\s*(?:;|；|、|\||\s/\s|\s(?:and|und|et|&)\s|，?\s*和\s+)\s*")
_COMMAS = re.compile(r"\s*[,，]\s*")
_INITIALS = re.compile(r"(?:[^\W\d_]\.?[\s\-]?){1,3}")
_BEHIND = re.compile(r"[A-Z](?:[^\WAEIOUYa-z\d_])?|(?:[^\W\d_]\.-?){1,3}")
"""Initials after a family name, as PubMed and Russian journals write them: "Doe J", "Иванов И.И."."""
_EITHER = re.compile(r"[A-Z][AEIOUY]")
"""Initials, or a short name in capitals: "Doe JA", "Wei LI"."""
_OTHERS = re.compile(r"(?:[\s,;]+(?:et\s+al\b\.?|(?:and|&)\s+others\b)|\s*等人?)\s*$", re.IGNORECASE)
_BREAKS = re.compile(r"<br\s*/?>|\s[·•]\s", re.IGNORECASE)
_AMPERSAND = re.compile(r"\s*,?\s+&\s+")
_DASH = re.compile(r"\s+[-–—]\s.*")
"""Behind a name: where it stands, or what its bearer does."""
_STOP = re.compile(r"[^\W\d_]{5,}\.$")
_MOST_WORDS = 6
"""Of the name of a person."""


def names_of(texts: Iterable[str], nobodies: Collection[str] = ()) -> tuple[Name, ...]:
    """Return the names in texts that hold one or several each, at most 100, each once; junk is left out.

    `nobodies`: keys (`cleaning.key`) of what is no author here, such as the name of the site.
    """
    found: dict[Name, None] = {}
    for text in islice(texts, MOST):
        for part in _parts(text):
            name = name_of(part, nobodies)
            if name is not None and len(found) < MOST:
                found[name] = None
    return tuple(found)


def name_of(text: str, nobodies: Collection[str] = ()) -> Name | None:
    """Return the name that a text is; None for one that names nobody."""
    line = one_line(text, _LENGTH)
    if line is None or _ADDRESS.search(line):
        return None
    line = _BY.sub("", line, count=1) if _BY.match(line) else line
    line = _TITLE.sub("", _ASIDE.sub("", line), count=1).strip(" ,;:：，、-–—|")
    # The end of a sentence, and not of an abbreviation or an initial.
    line = line.removesuffix(".") if _STOP.search(line) else line
    if len(line) > _LONGEST_NAME or key(line) in _NOBODY or key(line) in nobodies or not _has_letters(line):
        return None
    return _taken_apart(line)


def body(text: str, nobodies: Collection[str] = ()) -> Name | None:
    """Return the name of a body, or of an account, that is known to be one; None for junk."""
    line = one_line(text, _LENGTH)
    if line is None or _ADDRESS.search(line) or key(line) in _NOBODY or key(line) in nobodies:
        return None
    return Name(literal=line)


def person(family: str, given: str, suffix: str = "") -> Name | None:
    """Return the name of a person that is given in its parts; None for one without a name."""
    parts = [one_line(part, _LENGTH, markup=True) or "" for part in (family, given, suffix)]
    family, given, suffix = parts
    if not family:
        return name_of(given)
    return None if key(family + given) in _NOBODY else Name(family, given, suffix)


def _parts(text: str) -> Iterator[str]:
    """Yield the names in a text that may be a list of them."""
    line = one_line(_BREAKS.sub("; ", text[:LOOKED_AT]), 20 * _LENGTH) or ""
    line = _OTHERS.sub("", line)
    people = _AMPERSAND.split(line)
    # "Johnson & Johnson" is one body.
    if len(people) > 1 and all(len(each.split()) > 1 for each in people):
        line = joined if not _is_of_a_body(joined := " and ".join(people)) else line
    for part in _LISTED.split(line) if not _is_of_a_body(line) else [line]:
        pieces = [piece for piece in _COMMAS.split(part) if piece]
        if len(pieces) > 2 and len(pieces) % 2 == 0 and all(map(_INITIALS.fullmatch, pieces[1::2])):
            yield from map(", ".join, zip(pieces[::2], pieces[1::2], strict=True))
        elif len(pieces) > 1 and _are_names(pieces):
            yield from pieces
        else:
            yield part


def _are_names(pieces: list[str]) -> bool:
    """Return whether what stands between commas are whole names, and not the parts of one."""
    if all(map(_HAN.search, pieces)):
        return all(len(piece) > 1 for piece in pieces)
    if any(_SUFFIX.fullmatch(piece) or _DEGREE.fullmatch(piece) for piece in pieces):
        return False
    # "Vaswani, Ashish, Shazeer, Noam" has one word in each piece: which go together, nobody can tell.
    return all(len(piece.split()) > 1 for piece in pieces) or (len(pieces) > 2 and len(pieces[0].split()) > 1)


def _taken_apart(line: str) -> Name:
    pieces = [piece for piece in _COMMAS.split(line) if piece and not _DEGREE.fullmatch(piece)]
    suffixes = [piece for piece in pieces if _SUFFIX.fullmatch(piece)]
    names = [piece for piece in pieces if piece not in suffixes]
    if _is_of_a_body(line) or not names or len(names) > 2:
        return Name(literal=line)
    suffix = suffixes[0] if suffixes else ""
    if len(names) == 2:
        family, given = names[0], names[1].split()
        # "Jong, Michiel de", as libraries write it.
        while len(given) > 1 and given[-1] in _PARTICLES:
            family = f"{given.pop()} {family}"
        return Name(family, " ".join(given), suffix)
    return _western(names[0], suffix)


def _western(line: str, suffix: str) -> Name:
    words = _DASH.sub("", line).split()
    while len(words) > 2 and _DEGREE.fullmatch(words[-1]):
        words.pop()
    if _HAN.search(line) or not 1 < len(words) <= _MOST_WORDS or words[0].lower() == "the":
        return Name(literal=line)
    if not suffix and len(words) > 2 and _SUFFIX.fullmatch(words[-1]):
        suffix = words.pop()
    if all(word.islower() for word in words):
        return Name(literal=line)
    if not any(map(_BEHIND.fullmatch, words[:-1])):
        if _BEHIND.fullmatch(words[-1]):
            return Name(" ".join(words[:-1]), words[-1], suffix)
        if _EITHER.fullmatch(words[-1]) and not line.isupper():
            return Name(literal=line)
    # The family's name is the last word, with the particles before it.
    begin = len(words) - 1
    while begin > 1 and words[begin - 1] in _PARTICLES | _CAPITAL_PARTICLES:
        begin -= 1
    return Name(" ".join(words[begin:]), " ".join(words[:begin]), suffix)


def _is_of_a_body(line: str) -> bool:
    return _BODY.search(line) is not None or line.lower().startswith("the ")


def _has_letters(line: str) -> bool:
    return sum(map(str.isalpha, line)) >= (1 if _HAN.search(line) else 2)
