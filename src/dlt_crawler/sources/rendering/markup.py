"""What HTML shows: tags, the values of their attributes, texts, comments. It is split, and not corrected."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from dlt_crawler.model import MARK
from dlt_crawler.sources.rendering.pieces import closing, opening, text

# HTML standard, section 13.2.5, roughly. What has no end goes on to the end of the text.
_PIECE = re.compile(
    r"""(?P<comment><!--(?:-?>|.*?(?:--!?>|\Z)))
    | (?P<declaration><[?!][^>]*+>?)
    | <(?P<end>/)?(?P<name>[a-zA-Z][^\s/>]*+)(?P<attributes>(?:=\s*+"[^"]*+"|=\s*+'[^']*+'|[^>])*+)(?:>|\Z)
    | (?P<text>[^<]++|<)""",
    re.VERBOSE | re.DOTALL,
)
_ATTRIBUTE = re.compile(
    r"""(?P<name>[^\s/>=][^\s/>=]*+) (?:\s*+=\s*+(?:"(?P<double>[^"]*+)"|'(?P<single>[^']*+)'|(?P<bare>[^\s>]*+)))?+""",
    re.VERBOSE,
)
_RAW_TEXT = frozenset({"script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"})
# In attributes "&copy=1" and "&copyx" stand for themselves (HTML standard, section 13.2.5.73).
_REFERENCE = re.compile(r"&(?:#[0-9]++;?|#[xX][0-9a-fA-F]++;?|[a-zA-Z][a-zA-Z0-9]*+(?:;|(?!=)))")


def html_shown(source: str) -> Iterator[str]:
    """Yield what an HTML document or a fragment of one shows. Linear in its length."""
    position = 0
    while position < len(source) and (piece := _PIECE.match(source, position)):
        position = piece.end()
        if piece["name"] is not None:
            name = piece["name"].lower()
            if piece["end"]:
                yield closing(name)
                continue
            yield from opening(name, _attributes(piece["attributes"]))
            if name in _RAW_TEXT:
                end = re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE).search(source, position)
                yield text(source[position : end.start() if end else len(source)])
                position = end.start() if end else len(source)
        elif piece["text"]:
            yield text(html.unescape(piece["text"]))
        else:
            yield MARK + text(piece[0])


def _attributes(written: str) -> dict[str, str]:
    """Return names and values; of two with one name the first counts."""
    found: dict[str, str] = {}
    for attribute in _ATTRIBUTE.finditer(written):
        value = attribute["double"] or attribute["single"] or attribute["bare"] or ""
        found.setdefault(attribute["name"].lower(), _REFERENCE.sub(lambda one: html.unescape(one[0]), value))
    return found
