"""What error pages and parked pages say, in the languages of the web: data for `phrases`. Standard library only.

Every pattern is written for text as `phrases.plain` makes it: NFKC, case folded, without apostrophes ("doesnt",
"nexiste"), one blank for all that is no letter and no digit.
"""

from __future__ import annotations

from dlt_crawler.page.wording import asian, eastern, english, western
from dlt_crawler.page.wording.hints import HINTS
from dlt_crawler.page.wording.talk import ERROR_TALK, SALE_TALK

__all__ = ["ERRORS", "ERROR_TALK", "HINTS", "MENTIONS", "SALES", "SALE_TALK", "SENTENCES", "WAYS_HOME"]

ERRORS = (english.ERRORS, *western.ERRORS, *eastern.ERRORS, *asian.ERRORS)
"""What a title or heading is from its beginning to its end when it says that a page is not there."""
SENTENCES = (english.SENTENCES, *western.SENTENCES, *eastern.SENTENCES, *asian.SENTENCES)
"""What is said to a visitor who does not find what he looked for."""
MENTIONS = (english.MENTIONS, *western.MENTIONS, *eastern.MENTIONS, *asian.MENTIONS)
"""What is said of pages that are not there, on error pages and elsewhere."""
WAYS_HOME = (
    (
        r"\b(?:go|take me|bring me|head|return|back|get|navigate|click here to go)(?: (?:me|you|back|to|the|our|on"
        r"|straight))* (?:home|homepage|main page|front page|start page|dashboard|previous page)\b|\bgo back\b"
        r"|\b(?:youre|you are|you seem|you look|are you|were you|got|get|feeling)(?: \w+){0,3} lost\b"
        r"|\bwrong (?:turn|place|way|address|url)\b|\bdead end\b|\bnothing (?:to see )?here\b|\bbroken links?\b"
    ),
    (
        r"zur startseite|zurück zur|daccueil|à laccueil|página (?:de inicio|principal|inicial)|volver|ir a inicio"
        r"|al inicio|voltar|torna alla home|pagina iniziale|terug naar|на главную|на головну|strony głównej"
        r"|strona główna|startsidan|forsiden|hlavní stránk|úvodní stránk|ana ?sayfa|főoldal|etusivulle|αρχική"
        r"|prima pagină|עמוד הבית|דף הבית"
    ),
    (
        r"返回|首页|首頁|主页|主頁|上一页|回家|跳转|迷路|走丢|トップページ|ホームへ|ホームに|戻る|홈으로|메인으로"
        r"|돌아가기|الرئيسية|صفحه اصلی|خانه|trang chủ|beranda"
    ),
)  # fmt: skip
"""What stands beside it, and on many other pages, too."""
SALES = (*english.SALES, *western.SALES, *eastern.SALES, *asian.SALES)
"""What is said of a domain that nobody uses: it is parked, for sale, or its registration has ended."""
