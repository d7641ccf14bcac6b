"""Which of the titles that programs write into documents are titles, and which are what the program knew instead."""

from __future__ import annotations

import re

from dlt_crawler.page.cleaning import one_line

LENGTH = 300
"""Characters of a title at most: of a longer text that much."""
_SHORTEST = 6
"""Characters of a title, and two words, unless …"""
_SHORTEST_IDEOGRAPHS = 4
"""… it has this many ideographs."""

_LETTER = re.compile(r"[^\W\d_]")
_IDEOGRAPH = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_WORD = re.compile(r"[^\W_]+")
_FILE = re.compile(
    r"\.(?:tex|dvi|e?ps|pdf|docx?|dotx?|rtf|odt|sxw|wpd|wps|pages|pptx?|pps|odp|key|xlsx?|ods|csv|indd|qxd|qxp|fm|p65|pmd"
    r"|pub|cdr|ai|svg|png|jpe?g|tiff?|gif|html?|xhtml|mhtml?|php|aspx?|xml|md|rst|txt|log|lyx|ipynb|hwpx?|mif|cls|book)\b",
    re.IGNORECASE,
)
_PLACE = re.compile(r"[a-z]:\\|\\\\|^[~.]?/|^(?:https?|file|ftp):|\bwww\.|^\S+/\S+/\S+$", re.IGNORECASE)
_PROGRAM = re.compile(
    r"microsoft (?:office )?(?:word|powerpoint|excel|publisher|visio)\b|\b(?:untitled|sans titre|ohne titel)\b"
)
_NUMBER_OF_A_PAPER = re.compile(
    r"arxiv:|(?:arxiv )?[a-z\-]+(?:\.[a-z]{2})?/\d{7}|doi:|https?:|10\.\d{4,}/|pii:|issn|isbn|s\d{4}-?\d{3}",
    re.IGNORECASE,
)
_NOTHING = re.compile(
    r"(?:no|new|the|your|my|insert|type|enter|paper|document|article|manuscript|book|report|thesis|presentation|slide|page|"
    r"layout|chapter|section|appendix|draft|final|version|print|cover|front|matter|main|text|title|subtitle|here|untitled|"
    r"powerpoint|word|file|blank|template|sample|example|test|pdf|full|complete|revised|submission|submitted|camera|ready|"
    r"supplement|supplementary|supporting|information|material|materials|abstract|contents|table|of|and|introduction|"
    r"copy|scan|scanned|image|untagged|default|proof|proofs|journal|proceedings|conference|a4|letter|white|term|research|"
    r"technical|working|collection|original|survey|review|lecture|notes?|slides|ibm|v?\d+)+"
)
"""Of the letters and digits of a title in lower case, spaces left out."""
_TEMPLATE = re.compile(
    r"\btemplates?\b.{0,40}\b(?:proceedings|papers?|conference|journal|word|latex|ieee|acm|authors?|a4)\b"
    r"|\b(?:proceedings|papers?|conference|journal|word|latex|ieee|acm|authors?|article|thesis)\b.{0,40}\btemplates?\b"
    r"|^(?:sample|example) (?:paper|article|document)|\b(?:instructions|guidelines?|information|notes) (?:for|to) "
    r"(?:the )?(?:authors?|preparing|preparation|submission|[\w\- ]{0,40}proceedings)"
    r"|^(?:preparation|formatting) of (?:papers|manuscripts)|^how to (?:use|prepare) .{0,40}(?:class|style|template)"
    r"|\b(?:latex|ieeetran|acmart|elsarticle|revtex)\S* (?:class|style|template|file|author)|^bare demo of|style file\b"
    r"|\binsert (?:your )?title\b|\bpaper title\b|^title of (?:the|your) |^lecture notes in computer science\b"
)
_SEPARATELY_SPACED = re.compile(r"(?:\b[^\W\d_]\b[ .]*){6,}")
_MOJIBAKE = re.compile(
    r"[ÂÃÐÑØÙâãåæçèéïð][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|þÿ|ÿþ|\ufffd|(?:锟斤拷)|[\u00a1-\u00ff]{4}"
)
"""UTF-8, or another encoding with two bytes a letter, read as Latin-1 or Windows-1252."""
_CAPITAL_WITHIN = re.compile(r"[^\W\d_][a-zа-я][A-ZА-Я]")
"""One for each word with small letters in the place of capitals, or that swallowed the space before the next."""
_MARKUP = re.compile(r"\\[A-Za-z]{2,}|[\ue000-\uf8ff]|[\x00-\x08\x0b-\x1f]")
_PERIODICAL = re.compile(r"(?:the )?(?:international )?(?:journal of|conference on|proceedings of|transactions on)\b")
_TOO_MUCH = re.compile(
    r"^\[[a-z]{2,9}-\d{5,9}, v\d+\]\s*|^LNCS \d+ [-–] |^\d{2,3}-\d{2,4}: "
    r"|\s-\s[^-]{3,80}, (?:IEEE|ACM)\b[^-]{0,60}$|\s[|-]\s+(?:White ?Paper)$",
    re.IGNORECASE,
)
"""What archives and publishers write before and after titles: HAL, Springer, SUGI, IEEE."""


def plain_title(written: str) -> str | None:
    """Return what is written as the title of a document on one line; None when it is no title.

    Junk by the kind of it: the name of a file or a place, of the program or its template, the number of the paper,
    and text of another encoding than it was taken for. A single word may be any of these, and is none either.
    """
    if _MARKUP.search(written.strip("\x00\t\n\r ")):
        return None
    title = one_line(_TOO_MUCH.sub("", written.strip()), LENGTH, markup=True)
    return title if title is not None and is_title(title) and not _is_of_the_program(title) else None


def is_title(title: str) -> bool:
    """Return whether a line of text can be a title by its look: long enough, mostly letters, and legible."""
    ideographs = len(_IDEOGRAPH.findall(title))
    if ideographs < _SHORTEST_IDEOGRAPHS and (len(title) < _SHORTEST or len(_WORD.findall(title)) < 2):
        return False
    letters = len(_LETTER.findall(title))
    if letters < 0.6 * len(title.replace(" ", "")) or _MOJIBAKE.search(title) or _SEPARATELY_SPACED.search(title):
        return False
    if len(_CAPITAL_WITHIN.findall(title)) > 0.5 * len(_WORD.findall(title)):
        return False
    return _NOTHING.fullmatch("".join(_WORD.findall(title.lower()))) is None


def _is_of_the_program(title: str) -> bool:
    lower = title.lower()
    return bool(
        _FILE.search(title)
        or _PLACE.search(title)
        or _PROGRAM.search(lower)
        or _NUMBER_OF_A_PAPER.match(title)
        or _PERIODICAL.match(lower)
        or _TEMPLATE.search(lower)
        # A name without a space: of a file, a key, a class of TeX.
        or (" " not in title and not _IDEOGRAPH.search(title))
        or "_" in title
    )
