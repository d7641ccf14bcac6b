"""Whether words are those of an error page or of a parked domain. Pure.

Titles and headings must be such a phrase from their beginning to their end, or have one as the part before or after
the name of the site: a title that only mentions an error is a page about it (0 of 1,515 living articles; science.md,
B2). Sentences are looked for anywhere in a text, which counts only on pages that have little of it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache

from dlt_crawler.page.wording import (
    ERROR_TALK,
    ERRORS,
    HINTS,
    MENTIONS,
    SALE_TALK,
    SALES,
    SENTENCES,
    WAYS_HOME,
)

_LONGEST = 160
"""Characters of a phrase: error messages are short."""
_TEXT = 1_500
"""Characters of a text in which sentences are looked for."""
_APOSTROPHES = re.compile("['\u2018\u2019\u02bc`\u00b4\u05f3]")
_NO_WORD = re.compile(r"[\W_]+")
_SEPARATOR = re.compile(
    r"\s+(?:[-\u2010-\u2015\u2212|·•∙⋅»«›‹>→~/\\]+|::+|//+)\s+|\s*(?:[|｜_»«·•—]|::|//)\s*"
    # Chinese and Japanese titles have no blanks around a hyphen.
    r"|(?<=[\u3040-\uffef])-|-(?=[\u3040-\uffef])"
)

_INTERJECTION = (
    r"(?:o+p+s+(?:y|ie)?|oops+|o+ps|o+ups|u+ps+(?:i|ala)?|wh?oops+|woah|wow|ouch|hmm+|h+m+|uh ?oh|oh (?:no|noes"
    r"|dear|snap|my)|ah|aw+|damn|dang|yikes|sorry|pardon|were sorry|we are sorry|im sorry|apologies"
    r"|we apologi[sz]e|but|hoppla|huch|ups|désolée?s?|nous sommes désolés|lo sentimos|lo siento|perdón|vaya"
    r"|disculpa|desculpe|ops|hey|ci dispiace|siamo spiacenti|spiacenti|helaas|entschuldigung|es tut uns leid"
    r"|tut uns leid|leider|извините|упс|ой|к сожалению|вибачте|przepraszamy|niestety|ojej|omlouváme se|jejda"
    r"|üzgünüz|maalesef|sajnos|sajnáljuk|beklager|tyvärr|hoppsan|valitettavasti|hups|λυπούμαστε|ne pare rău|hopsa"
    r"|ajjaj|申し訳(?:ございません|ありません)(?:が)?|すみません|죄송합니다|عذرا|عذراً|عذرًا|متاسفانه|rất tiếc"
    r"|xin lỗi|maaf|抱歉|很抱歉|非常抱歉|对不起|對不起|哎呀|哎哟|糟糕|啊哦|啊叻)"
)
_DEFINES = re.compile(r"\b(?:status|response) code\b|\bis the status\b|状态码|狀態碼|ステータスコード|상태 코드")
_ERROR_WORD = (
    r"(?:error|errors|err|http|https|status|code|server|warning|detail|details|message|msg|reason|fehler"
    r"|fehlercode|erreur|errore|erro|fout|foutmelding|fel|feil|fejl|virhe|hiba|chyba|błąd|eroare|ошибка|помилка"
    r"|hata|lỗi|kesalahan|galat|σφάλμα|خطأ|خطا|שגיאה|грешка|greška|错误代码|错误|錯誤|エラー|오류|에러)"
)
_CODE = r"(?:4 ?0 ?4|4 ?1 ?0)"
_OPENING = rf"(?:{_INTERJECTION}|{_ERROR_WORD}|{_CODE})"
_LEAD = re.compile(rf"(?:{_OPENING}(?: |$|(?=4)|(?<=[^\x00-\u0fff])|(?<=\d)(?=[^\x00-\u0fff])))++")
_TRAIL = re.compile(rf"(?:(?:^| |(?<=[^\x00-\u0fff])){_OPENING})++$")
"""Possessive: some words can be read in several ways, and each would be tried for each of the others."""
_SAYS_CODE = re.compile(rf"(?<!\d){_CODE}(?!\d)")
_BARE = re.compile(rf"(?:(?:http|status|code) )*(?:{_CODE}(?!\d) ?)+")
_CODE_AT_AN_END = re.compile(
    rf"\W*(?:{_OPENING}\W*){{0,3}}{_CODE}\s*(?:[!?:.,;…|)\]·•\u2010-\u2015-]|{_ERROR_WORD}|{_INTERJECTION})"
    rf"|.*?[(\[,:;|·•\u2010-\u2015!-]\s*(?:{_ERROR_WORD}\s*)?{_CODE}\s*(?:[)\]!.…]*\Z|[,|]\s)",
    re.IGNORECASE | re.DOTALL,
)
"""The number with a mark or a word of an error at it: "404! Go away", "Off the trail (404)", not "404 Media"."""
_SHARE = 0.65
"""Of a line, for it to be about a domain that nobody uses and nothing else: a word or a name may stand beside it."""
_DOMAIN = (
    "domain", "domein", "domini", "domíni", "domeni", "domen", "doména", "doméně", "doménu", "domän", "domæ",
    "dome", "домен", "域名", "網域", "网域", "米表", "ドメイン", "도메인", "النطاق", "نطاق", "دامنه", "الدومين",
    "tên miền", "alan adı", "verkkotunnus", "parked", "future home of", "sponsored listings", "related searches",
    "enregistré", "internetpräsenz", "停靠", "停放", "お名前", "όνομα", "万网",
)  # fmt: skip
"""What stands in each phrase of a parked domain."""


_ABOUT = re.compile(
    r"\b(?:api|reference|status codes?|endpoints?|parameters?|npm|pip|middleware|documentation"
    r"|glossary|rfc|podcast|album|novel|film|songs?|lyrics)\b|接口|文档|小说|歌词|教程"
)
_ERROR_TALK = re.compile(ERROR_TALK)
_SALE_TALK = re.compile(SALE_TALK)


@cache
def _any(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """Return the patterns as one, made when it is first needed: together they take 0.1 s, and most are rarely asked."""
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


def plain(text: str) -> str:
    """Return text as the patterns are written for: NFKC, case folded, no apostrophes, one blank between words."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return _NO_WORD.sub(" ", _APOSTROPHES.sub("", folded)).strip()


def error_phrase(text: str) -> str | None:
    """Return the part of a title or heading that is an error message and nothing else; None when there is none."""
    return next((part for part in parts_of(text) if is_error(part)), None)


def is_error_line(text: str) -> bool:
    """Return whether all that a page says is an error message, the name of its site or its section aside."""
    line = text.strip()
    return is_error(line) or (len(line) <= _LONGEST and any(is_error(part) for part in _ends_of(line)))


def is_error(text: str) -> bool:
    """Return whether a text is an error message from its beginning to its end."""
    return _is_error(plain(text))


def is_sale(text: str) -> bool:
    """Return whether a text says that nobody uses the domain, and hardly anything else."""
    phrase = sale_phrase(text)
    return phrase is not None and len(phrase) >= _SHARE * len(plain(text)) and not text.rstrip().endswith(("?", "？"))


def is_bare_code(phrase: str) -> bool:
    """Return whether an error phrase is no more than the number 404 or 410, or the name of that status."""
    return _BARE.fullmatch(plain(phrase)) is not None


def leads_home(text: str) -> bool:
    """Return whether a text shows visitors the way out, as error pages do."""
    return _any(WAYS_HOME).search(plain(text[:_TEXT])) is not None


def error_sentence(text: str) -> str | None:
    """Return what in a text tells a visitor that what he looks for is not there."""
    found = _any(SENTENCES).search(plain(text[:_TEXT]))
    return found[0] if found else None


def error_mention(text: str) -> str | None:
    """Return what in a text speaks of a page that is not there, to whomever."""
    found = _any(MENTIONS).search(plain(text[:_TEXT]))
    return found[0] if found else None


def error_hint(text: str) -> str | None:
    """Return a word of the text that error pages like to use, and others do, too; none where it defines a status."""
    words = plain(text[:_TEXT])
    found = None if _DEFINES.search(words) else _any(HINTS).search(words)
    return found[0] if found else None


def has_code_at_an_end(line: str) -> bool:
    """Return whether a line begins or ends with 404 or 410, set off from its other words as a number of an error is."""
    return _CODE_AT_AN_END.match(line[:_LONGEST]) is not None


def begins_with_code(text: str) -> bool:
    """Return whether a text begins with 404 or 410, whatever follows."""
    return _BARE.match(plain(text[:_LONGEST])) is not None


def says_code(phrase: str) -> bool:
    """Return whether 404 or 410 stands in a phrase."""
    return _SAYS_CODE.search(plain(phrase)) is not None


def is_about_errors(text: str) -> bool:
    """Return whether a text is of those that are written about errors and their codes."""
    return _ABOUT.search(plain(text[:_TEXT])) is not None


def error_words_in(clause: str) -> int:
    """Return how many words there are in a clause that error pages use."""
    return len(_ERROR_TALK.findall(plain(clause)))


def sale_words_in(clause: str) -> int:
    """Return how many words there are in a clause that parked pages use."""
    return len(_SALE_TALK.findall(plain(clause)))


def sale_phrase(text: str) -> str | None:
    """Return what in a text says that nobody uses the domain."""
    words = plain(text[:_TEXT])
    # Most texts are not about domains: a fiftieth of the time.
    found = _any(SALES).search(words) if any(hint in words for hint in _DOMAIN) else None
    return found[0] if found else None


def parts_of(title: str) -> Iterator[str]:
    """Yield a title, and its parts before and after what separates it from the name of its site."""
    title = title.strip()
    if len(title) <= _LONGEST:
        yield title
    yield from (part for part in _ends_of(title) if len(part) <= _LONGEST)
    # "Site: Page not found"; not "Not Found: a novel".
    _, colon, last = title.rpartition(": ")
    if colon and len(last) <= _LONGEST and not is_bare_code(last):
        yield last


def _ends_of(title: str) -> Iterable[str]:
    """Return what stands before the first separator and after the last: between two stand sections."""
    parts = [part for part in _SEPARATOR.split(title[: 2 * _LONGEST]) if part]
    return dict.fromkeys((parts[0], parts[-1])) if len(parts) > 1 else ()


def _is_error(words: str) -> bool:
    if _any(ERRORS).fullmatch(words):
        return True
    lead = _LEAD.match(words)
    core = words[lead.end() :] if lead else words
    trail = _TRAIL.search(core)
    core = core[: trail.start()] if trail else core
    if core == words:
        return False
    if core.strip() in ("", "page"):
        return _SAYS_CODE.search(words) is not None and not words.startswith("page")
    return _any(ERRORS).fullmatch(core.strip()) is not None
