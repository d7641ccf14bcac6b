"""What others say as markdown in which nothing of it acts: neither as markup nor as what a forge makes of plain words.

Escaping is not enough: GitHub, GitLab and their like look for names (`@somebody`), issues (`#1`, `GH-1`, `ABC-1`),
commits (`4f2a91c`), emoji, formulas and addresses in what has been rendered, where no backslash is left. They all leave
code alone (GitHub Docs, "Autolinked references and URLs"; GitLab Flavored Markdown), and in a code span there is no
markup either (CommonMark 0.31.2, section 6.1). So whatever is not a plain word is shown as code. Invisible characters
behind an `@`, as some robots write them, would break what people copy and have to be kept up with every new marker.
"""

from __future__ import annotations

import html
import re
from itertools import groupby

from dlt_crawler.report.inert import discreet

_LINKABLE = re.compile(r"https?://(?:[^\W_]|[-._~:/?#\[\]@!$&'()*+,;=%])+")
"""The characters of RFC 3986, and letters and digits of all scripts: none ends an autolink or a cell of a table."""
_ENTITY = re.compile(r"&#?\w+;")
"""Decoded within angle brackets by some (cmark), and not by others (markdown-it)."""
_PLAIN = re.compile(r"[(“]*(?:[^\W\d_]+(?:[-'’][^\W\d_]+)*|\d+(?:[-.,:]\d+)*|[-–—…/])[)”]*[.,:;!?…]*[)”]*|[“”]+")
"""Words, numbers, dates and times, in quotes or parentheses or at the end of a sentence."""
_COMMIT = re.compile(r"[(“]*[0-9a-f]{7,}\W*", re.IGNORECASE)
_OF_A_FORGE = re.compile(r"/(?:issues|pulls?|merge_requests|discussions|commits?|work_items)/\w", re.IGNORECASE)
_BACKTICKS = re.compile("`+")
_AROUND = re.compile(r"([“（]*)(.*[^”,;:…，。；：].*?)([”,;:…，。；：]*)")
"""What stands around a name or an address in a sentence, and is no part of it."""
_WIDE = re.compile("([\u4e00-\u9fff，。；：、？！（）]+)")
"""Chinese, which has no spaces: what stands between two runs of it is a word like those between spaces."""


def code(text: str) -> str:
    """Return `text` as a code span, also for a cell of a table; on one line, secrets of URLs masked.

    A pipe would end the cell whatever is around it (GFM 0.29, section 4.10), and parsers differ on a backslash before
    one: a broken bar stands for it.
    """
    shown = discreet(text).replace("|", "¦")
    fence = "`" * (1 + max(map(len, _BACKTICKS.findall(shown)), default=0))
    # One space on each side is taken off again; without, a backtick would belong to the fence.
    space = " " if shown[:1] in ("`", " ", "") or shown[-1:] in ("`", " ") else ""
    return f"{fence}{space}{shown}{space}{fence}"


def html_code(text: str) -> str:
    """Return `text` as code in HTML, for where no markdown is read: within `<summary>`."""
    return f"<code>{html.escape(discreet(text))}</code>"


def link(url: str) -> str:
    """Return an autolink to a web page, or code where that could be anything else than a link that shows its target.

    As code, too: what holds a secret, since the masked address leads nowhere; and what looks like an issue or a commit:
    forges write a note into those, of whichever project, that they are linked to.
    """
    inactive = discreet(url) == url and _LINKABLE.fullmatch(url) and not _ENTITY.search(url)
    return f"<{url}>" if inactive and not is_of_a_forge(url) else code(url.replace("|", "%7C"))


def is_of_a_forge(url: str) -> bool:
    """Return whether a URL looks like that of an issue, a merge request or a commit, which a forge would act upon."""
    return _OF_A_FORGE.search(url) is not None


def words(sentence: str) -> str:
    """Return a sentence on one line with whatever is no plain word as code, URLs too: a page may have named those."""
    pieces: list[str] = []
    for plain, tokens in groupby(discreet(sentence).split(), _is_plain):
        text = " ".join(tokens)
        pieces.append(text if plain else "".join(map(_in_code, _WIDE.split(text))))
    return " ".join(pieces)


def _in_code(text: str) -> str:
    shown = text.strip()
    if all(map(_is_plain, shown.split())):
        return text
    around = _AROUND.fullmatch(shown)
    if around is None:
        # A mark or two behind a run of Chinese.
        return text
    before, inside, behind = around.groups()
    return text.replace(shown, f"{before}{code(inside)}{behind}")


def _is_plain(token: str) -> bool:
    parts = list(filter(None, _WIDE.split(token)))
    return all(_WIDE.fullmatch(part) or (_PLAIN.fullmatch(part) and not _COMMIT.fullmatch(part)) for part in parts)
