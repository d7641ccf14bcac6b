"""Identifiers of works as pages and interfaces write them, in one spelling each; empty for what is none."""

from __future__ import annotations

import re
from urllib.parse import unquote

_LOOKED_AT = 300
_DOI = re.compile(
    r"(?:^|[/:\s=(\[<])(10\.\d{4,9}(?:\.\d{1,9})*/"
    r"(?:(?![,;]\s?10\.\d{4,9}|</)[^\s\"{}\\^`|\x00-\x20\x7f\u200b-\u200f\u2060\ufeff]){1,200})",
    re.IGNORECASE,
)
"""Crossref, "DOIs and matching regular expressions"; DOI Handbook, 2.2. Up to the next of several, or to a tag."""
_RESOLVER = re.compile(r"(?:https?:)?//(?:dx\.|www\.)?doi\.org/", re.IGNORECASE)
_BRACKETS = {")": "(", "]": "[", ">": "<"}
_ARXIV = re.compile(
    r"(?:^|[/:\s])((?:\d{4}\.\d{4,5})|(?:[a-z]+(?:-[a-z]+)?)(?:\.[a-z]{2})?/\d{7})(?:v\d{1,3})?(?:$|[\s\]])",
    re.IGNORECASE | re.ASCII,
)
"""arXiv, "Understanding the arXiv identifier"."""
_CLASS = re.compile(r"\.[a-z]{2}(?=/)", re.IGNORECASE)
_OF_ARXIV = "10.48550/arxiv."
"""What the DOIs of arXiv's papers begin with: they say what the identifier says."""
_ISBN = re.compile(r"(?:97[89])?\d{9}[\dX]")
_ISSN = re.compile(r"\d{4}-\d{3}[\dX]")


def doi_of(text: str) -> str:
    """Return the DOI in a text, in lower case (DOI Handbook, 2.4: case does not matter); not one of arXiv's."""
    place = text[:_LOOKED_AT].strip()
    if _RESOLVER.match(place):
        # In a DOI these are escaped there (DOI Handbook, 2.5.2.4).
        place = unquote(re.split(r"[?#]", place, maxsplit=1)[0])
    found = _DOI.search(place)
    doi = _without_end(found[1]).lower() if found else ""
    return "" if doi.startswith(_OF_ARXIV) else doi


def arxiv_of(text: str) -> str:
    """Return the arXiv identifier in a text, or in one of arXiv's DOIs, without version and class: math/0309136."""
    place = text[:_LOOKED_AT].strip()
    _, mark, rest = place.lower().partition(_OF_ARXIV)
    found = _ARXIV.search(rest if mark else place)
    return _CLASS.sub("", found[1]).lower() if found else ""


def arxiv_of_doi(text: str) -> str:
    """Return the arXiv identifier in a text if that is one of arXiv's DOIs: others may look like one at their end."""
    return arxiv_of(text) if _OF_ARXIV in text.lower() else ""


def isbn_of(text: str) -> str:
    """Return the first ISBN in a text, without hyphens, if its check digit fits."""
    for part in re.split(r"[;,\s]{1,9}", text[:_LOOKED_AT].strip()):
        digits = re.sub(r"[\-‐‑–]", "", part.removeprefix("urn:isbn:").removeprefix("ISBN:")).upper()
        if _ISBN.fullmatch(digits) and _is_checked(digits):
            return digits
    return ""


def issn_of(text: str) -> str:
    """Return the first ISSN in a text, with its hyphen, if its check digit fits."""
    for part in re.split(r"[;,\s]{1,9}", text[:_LOOKED_AT].strip().upper()):
        number = part.removeprefix("URN:ISSN:").removeprefix("ISSN:")
        number = f"{number[:4]}-{number[4:]}" if len(number) == 8 and "-" not in number else number
        if _ISSN.fullmatch(number):
            digits = number.replace("-", "")
            if sum(weight * _value(digit) for weight, digit in zip(range(8, 0, -1), digits, strict=True)) % 11 == 0:
                return number
    return ""


def _without_end(doi: str) -> str:
    """Return a DOI without what ends the sentence around it: a bracket only if it was not opened in the DOI."""
    while doi[-1:] in {".", ",", ";"} or (doi[-1:] in _BRACKETS and doi.count(doi[-1]) > doi.count(_BRACKETS[doi[-1]])):
        doi = doi[:-1]
    return doi


def _is_checked(digits: str) -> bool:
    if len(digits) == 13:
        weights = (1, 3) * 6 + (1,)
        return digits[-1] != "X" and sum(w * int(d) for w, d in zip(weights, digits, strict=True)) % 10 == 0
    return sum(weight * _value(digit) for weight, digit in zip(range(10, 0, -1), digits, strict=True)) % 11 == 0


def _value(digit: str) -> int:
    return 10 if digit == "X" else int(digit)
