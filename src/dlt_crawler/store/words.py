"""What counts as a word when links are searched: letter case, width and diacritics are all one. Pure.

Scripts that put no spaces between words are cut into characters, each a word of its own, and what somebody asks for in
them is a phrase of characters: so every text is found that contains it, one character or ten, and no dictionary
decides where a word ends. (Of FTS5's own tokenisers unicode61 takes all that stands between two marks of Chinese
punctuation for one word, and trigram finds nothing shorter than three characters: sqlite.org/fts5.html, section 4.3.)
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from urllib.parse import unquote

RULES = "3"
"""Goes up when texts are cut into other words than before: every index is made anew then."""

# Han with its marks and numerals, kana, bopomofo, hangul (where particles hang on to words), Thai, Lao, Burmese, Khmer.
_UNSPACED = (
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3038-\u303c\u3040-\u3098\u309b-\u312f\u31a0-\u31bf"
    "\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U0001aff0-\U0001b16f\U00020000-\U0003fffd"
    "\u0e01-\u0eff\u1000-\u109f\u1780-\u17ff"
)
# Vowels and the like of scripts whose letters do not stand alone, which `\w` leaves out: Thaana and NKo, those of India
# and Tibet, of the Philippines, of Mongolia to Java, and their extensions.
_MARKED = (
    *(range(0x0780, 0x0800), range(0x0900, 0x0E00), range(0x0F00, 0x1000), range(0x1700, 0x1780)),
    *(range(0x1800, 0x1D00), range(0xA800, 0xAC00)),
)
_MARKS = "".join(chr(each) for each in chain(*_MARKED) if unicodedata.category(chr(each)) in {"Mn", "Mc"})
_LETTER = rf"[^\W_{_UNSPACED}]"
_WORD = re.compile(rf"(?=[^\W_])[{_UNSPACED}]|{_LETTER}+(?:[{_MARKS}]+{_LETTER}*)*")
_ASCII_WORD = re.compile(r"[0-9a-z]+")

# What a word is often written without: diacritics, the points of Hebrew, Arabic and Syriac, the stroke that makes an
# Arabic word longer, and what joins two letters.
_DROPPED = (
    "\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc"
    "\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u0711\u0730-\u074a\u08ca-\u08e1\u08e3-\u08ff\u200d"
)
_DIACRITICS = re.compile(f"[{_DROPPED}]+")
_PLAIN = str.maketrans({"đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ł": "l", "ø": "o", "æ": "ae", "œ": "oe"})
"""Letters that Unicode does not take apart (UnicodeData.txt), and keyboards elsewhere do not have."""

# What belongs to the character before it: all these, and the voicing marks of kana in both widths.
_CLUSTER = re.compile(f"(?s).[{_DROPPED}{_MARKS}\u3099\u309a\uff9e\uff9f]*")

_LONGEST = 100
"""Characters of a word that count: what is longer is one with all that begin so. PostgreSQL takes 2,046 bytes."""

_QUOTES = re.compile(r'["“”„«»「」『』]')
_SCHEME = re.compile(r"^https?://", re.IGNORECASE)


def words(text: str) -> list[str]:
    """Return the words of a text, folded, in their order: letters and digits of any script."""
    found: list[str] = _ASCII_WORD.findall(text.lower()) if text.isascii() else _WORD.findall(_folded(text))
    if len(max(found, key=len, default="")) > _LONGEST:
        return [word[:_LONGEST] for word in found]
    return found


def words_of_url(url: str) -> list[str]:
    """Return the words of a URL as people read it: %E6%B7%B1 is 深."""
    return words(unquote(url, errors="replace"))


def placed_words(text: str) -> list[tuple[str, int, int]]:
    """Return the words of a text in Unicode's form NFC, each with where it stands there: half-open offsets."""
    folded: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for cluster in _CLUSTER.finditer(text):
        for character in _folded(cluster[0]):
            folded.append(character)
            starts.append(cluster.start())
            ends.append(cluster.end())
    return [
        (word[0][:_LONGEST], starts[word.start()], ends[word.end() - 1]) for word in _WORD.finditer("".join(folded))
    ]


@dataclass(frozen=True, slots=True)
class Term:
    """Words that have to follow one another."""

    words: tuple[str, ...]
    prefix: bool = False
    """The last one is only the beginning of a word."""

    def found_in(self, text: Sequence[tuple[str, int, int]]) -> Iterator[tuple[int, int]]:
        """Return where in `placed_words` the term stands: the offsets of its beginning and end in their text."""
        size = len(self.words)
        for first in range(len(text) - size + 1):
            if all(word == text[first + at][0] for at, word in enumerate(self.words[:-1])):
                word, _, end = text[first + size - 1]
                if word == self.words[-1] or (self.prefix and word.startswith(self.words[-1])):
                    yield text[first][1], end


def terms_of(asked: str) -> tuple[Term, ...]:
    """Return what a text is to hold, all of it, to be found: the words, and the phrases in quotation marks.

    A word is what stands between blanks: of a URL it is a phrase of its parts. A * at the end of one asks for all words
    that begin so. No other character means anything; empty where there is no letter and no digit.
    """
    terms: dict[Term, None] = {}
    for number, part in enumerate(_QUOTES.split(asked)):
        # Every other part stands between two marks; one that nobody has closed goes on to the end.
        for written in [part] if number % 2 else part.split():
            bare = written.rstrip()
            if found := tuple(words_of_url(_SCHEME.sub("", bare))):
                terms[Term(found, prefix=bare.endswith("*"))] = None
    return tuple(terms)


def _folded(text: str) -> str:
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return unicodedata.normalize("NFC", _DIACRITICS.sub("", apart).translate(_PLAIN))
