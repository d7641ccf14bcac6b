"""Words of which each clause of an error page, or of a parked page, has some: data for `phrases`."""

from __future__ import annotations

ERROR_TALK = (
    # Of addresses and pages, and what became of them.
    r"\b(?:pages?|url|address|links?|site|website|webpage|server|404|410|error|errors|http|broken|moved|removed|deleted"
    r"|exists?|existed|renamed|expired|outdated|mistyped|misspell\w*|spell\w*|typo|typos|typed|typing|incorrect|invalid"
    r"|unavailable|redirect\w*|bookmark\w*"
    # Of the visitor, and where he may go.
    r"|sorry|oops|whoops|apolog\w*|inconvenience|unfortunately|looking|find|found|search\w*|seek|homepage|home"
    r"|go back|back to|return|start over|try|again|check|click|navigat\w*|browse|menu|contact us|let us know|report\w*"
    r"|support|help|account|suspended|request\w*|path|urls|match|inaccessible|articles?"
    r"|webmaster|administrator|visit|instead|continue|refresh|reload|seconds|you were|you are|youre|your"
    # What stands at the edges of any page.
    r"|copyright|rights reserved|privacy|terms|cookies?|powered by|hosted|theme|designed by|made with|built with"
    r"|skip to|toggle|javascript|sitemap|subscribe|newsletter|login|log in|sign in|language|english|loading|code)\b"
    # German, French, Spanish, Portuguese, Italian, Dutch …
    r"|seite|adresse|fehler|gefunden|gesucht|suche|startseite|zurück|leider|verschoben|gelöscht|existiert|bitte|versuch"
    r"|page|erreur|trouv|cherch|accueil|retour|désol|déplac|supprim|existe|rien|endroit|semble|veuillez|lien|rechercher"
    r"|página|error|encontr|busca|inicio|volver|voltar|sentimos|existe|enlace|intent|pagina|errore|trovat|cerca|torna"
    r"|spiacent|esiste|gevonden|zoek|terug|helaas|bestaat|strona|znalez|szuka|wróć|adres|stránk|nalezen|hledat|zpět"
    r"|sidan|hitta|söka|tillbaka|siden|findes|finnes|tilbage|tilbake|søk|sivu|löydy|etusivu|oldal|található|vissza"
    r"|pagin|găsit|căut|înapoi|sayfa|bulunam|aradığ|dön|страниц|ошибк|найден|искал|поиск|главн|верн|сожален|удален|адрес"
    r"|ссылк|сторінк|знайд|пошук|головн|σελίδα|αρχική|βρέθηκε|halaman|ditemukan|kembali|trang|tìm|không tồn tại"
    r"|صفحة|الصفحة|الرئيسية|موجود|صفحه|یافت|דף|נמצא"
    # Chinese, Japanese, Korean …
    r"|页|頁|网址|網址|链接|鏈接|連結|地址|访问|訪問|不存在|找不到|没有找到|沒有找到|未找到|删除|刪除|移动|移除"
    r"|错误|錯誤|出错|出錯|返回|首页|回到|抱歉|对不起|對不起|很遗憾|检查|檢查|输入|輸入|搜索|搜尋|查找|跳转|跳轉|秒|稍后|重试|联系"
    r"|管理员|管理員|刷新|网站|網站|版权|备案|点击|點擊|分享|内容|涉及|侵权|无法|信息|分享的文件"
    r"|ページ|見つかり|存在し|移動|削除|戻る|戻り|トップ|ホーム|検索|ファイル|提供|申し訳|エラー|指定|アドレス|リンク"
    r"|페이지|찾을|존재하지|삭제|이동|홈으로|돌아|주소|오류|에러|죄송"
)
"""A clause with one of these may stand on an error page; a living page has others, too."""
SALE_TALK = (
    r"\b(?:domains?|domainname|names?|sale|sell\w*|buy\w*|purchas\w*|offers?|pric\w*|bids?|auction\w*|inquir\w*|enquir\w*"
    r"|contact\w*|owners?|owned|regist\w*|expir\w*|renew\w*|park\w*|hosting|hosted|webs?ites?|coming soon|related"
    r"|search\w*|links?|sponsor\w*|ads?|advertis\w*|listings?|privacy|policy|terms|copyright|rights|reserved|pages?"
    r"|trademark\w*|clicks?|here|payments?|transfer\w*|brokers?|whois|webmaster|available|premium|interested|request"
    r"|visitors?|under construction|provider|account|customers?|support|e?mails?|cookies?|learn more)\b"
    r"|kauf|angebot|preis|inhaber|geparkt|registri|vend|vente|achet|prix|offre|enregistr|nom de domaine|venta|compra"
    r"|precio|preço|domini|domíni|domaine|registr|prezzo|koop|prijs|prijz|eigenaar|продаж|продаё|продае|купить|домен|цен"
    r"|зарегистр|владел|sprzeda|kup|domen|cena|prodej|koupit|satılık|alan adı|eladó|till salu|til salg|myytävä"
    r"|域名|網域|网域|出售|转让|轉讓|购买|購買|报价|联系|聯繫|价格|價格|备案|注册|註冊|到期|过期|交易|微信|电话|邮箱|售|买|有意"
    r"|販売|購入|ドメイン|取得|登録|お問い合わせ|売|판매|도메인|구매|문의|نطاق|للبيع|دامنه|فروش|tên miền"
)
"""Likewise, of parked pages."""
