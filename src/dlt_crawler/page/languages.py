"""In which language, and which script, a page is written. Pure."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter

from dlt_crawler.page.head import Head

_LANGUAGE = re.compile(r"\s*([a-z]{2,3})(?=[-_,;\s]|\Z)", re.IGNORECASE)
_NAMES = ("content-language", "language", "dc.language", "dcterms.language", "citation_language", "og:locale")
_XML = "{http://www.w3.org/XML/1998/namespace}lang"
_UNKNOWN = frozenset({"und", "mul", "zxx", "xx"})

_LOOKED_AT = 2_000
"""Characters."""
_LEAST_SHARE = 0.1
"""Of kana or hangul among all letters, in Japanese and Korean; a Chinese page about Japan has less."""
_RANGES = (
    # First character of each range of Unicode's blocks that are letters of one script (Blocks.txt 15.1), and its code.
    (0x0041, "Latn"), (0x005B, ""), (0x0061, "Latn"), (0x007B, ""), (0x00C0, "Latn"), (0x02B0, ""), (0x0370, "Grek"),
    (0x0400, "Cyrl"), (0x0530, "Armn"), (0x0590, "Hebr"), (0x0600, "Arab"), (0x0700, ""), (0x0750, "Arab"),
    (0x0780, ""), (0x08A0, "Arab"), (0x0900, "Deva"), (0x0980, "Beng"), (0x0A00, "Guru"), (0x0A80, "Gujr"),
    (0x0B00, "Orya"), (0x0B80, "Taml"), (0x0C00, "Telu"), (0x0C80, "Knda"), (0x0D00, "Mlym"), (0x0D80, "Sinh"),
    (0x0E00, "Thai"), (0x0E80, "Laoo"), (0x0F00, "Tibt"), (0x1000, "Mymr"), (0x10A0, "Geor"), (0x1100, "Hang"),
    (0x1200, "Ethi"), (0x13A0, ""), (0x1780, "Khmr"), (0x1800, "Mong"), (0x18B0, ""), (0x1E00, "Latn"),
    (0x1F00, "Grek"), (0x2000, ""), (0x2DE0, "Cyrl"), (0x2E00, ""), (0x3041, "Kana"), (0x3097, ""), (0x309D, "Kana"),
    (0x3100, ""), (0x3130, "Hang"), (0x3190, ""), (0x3400, "Hani"), (0x4DC0, ""), (0x4E00, "Hani"), (0xA000, ""),
    (0xAC00, "Hang"), (0xD7B0, ""), (0xF900, "Hani"), (0xFB00, ""), (0xFB1D, "Hebr"), (0xFB50, "Arab"), (0xFE00, ""),
    (0xFE70, "Arab"), (0xFEFF, ""), (0xFF21, "Latn"), (0xFF3B, ""), (0xFF41, "Latn"), (0xFF5B, ""), (0xFF66, "Kana"),
    (0xFFA0, ""), (0x20000, "Hani"), (0x32000, ""),
)  # fmt: skip
_STARTS = [start for start, _ in _RANGES]


def language_of(head: Head) -> str | None:
    """Return the primary language subtag (RFC 5646) that a page declares, in lower case; None when it declares none."""
    root = head.root
    declared = (root.get("lang"), root.get(_XML), root.get("xml:lang"), *(head.metas.get(name) for name in _NAMES))
    for value in declared:
        found = _LANGUAGE.match(value) if value else None
        if found and (language := found[1].lower()) not in _UNKNOWN:
            return language
    return None


def script_of(text: str) -> str | None:
    """Return the script of most letters among the first 2,000 characters of a text (ISO 15924); None without letters.

    Han with kana among it is "Jpan", with hangul "Kore": a Han letter says about as much as two of an alphabet.
    """
    counts: Counter[str] = Counter()
    for character, count in Counter(text[:_LOOKED_AT]).items():
        place = bisect_right(_STARTS, ord(character)) - 1
        if place >= 0 and (script := _RANGES[place][1]):
            counts[script] += count
    total = counts.total()
    if not total:
        return None
    asian = counts["Hani"] + counts["Kana"] + counts["Hang"]
    if 2 * asian < total - asian:
        return max((script for script in counts if script not in {"Hani", "Kana", "Hang"}), key=counts.__getitem__)
    if counts["Kana"] >= _LEAST_SHARE * asian and counts["Kana"] > counts["Hang"]:
        return "Jpan"
    return "Kore" if counts["Hang"] >= _LEAST_SHARE * asian else "Hani"
