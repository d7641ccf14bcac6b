"""Words that error pages use in jest or in passing. Each stands on many living pages, too.

They count only on a page of a few words whose title, heading or text begins with the number of the error.
"""

from __future__ import annotations

HINTS = (
    (
        r"\b(?:o+ps\w*|o+ops|whoops\w*|uh ?oh|oh no|lost|missing|awkward|embarrass\w*|nowhere|vanish\w*|disappear\w*"
        r"|misplaced|astray|not ?found|no (?:such )?(?:page|content|document|file|post)|nothing|dead end"
        r"|(?:cant|couldnt|cannot|could not|unable to|didnt|did not) (?:\w+ )?(?:find|locate|reach)"
        r"|(?:doesnt|does not|didnt|did not|not?|never) (?:\w+ )?(?:exist|exsit|exit)\w*|no longer"
        r"|(?:is|are|was) ?(?:not|nt) here"
        r"|wrong|broken|unavailable|not available|go away|are you sure|abyss|void|black hole|in space|aliens?"
        r"|(?:get|got|end up|ended up) here"
        r"|your? (?:way )?(?:back|home)|sorry)\b"
    ),
    (
        r"\b(?:nicht|verlaufen|verirrt|verloren|leider|entschuldig\w*|perdue?s?|égarée?s?|introuvable|désolée?s?"
        r"|nexiste|trompée?s?|perdid[oa]s?|perdiste|siento|existe|encontr\w+|desculpe?|perdeu|não|pers[oai]|smarrit\w"
        r"|esiste|trovat\w|spiacent\w|helaas|verdwaald|niet|kwijt)\b"
    ),
    (
        r"заблуд|потеря|не найден|не существ|такой страницы|упс|ой\b|извините|загуби|не знайд|не існує|на жаль"
        r"|zgubi|nie (?:znal|ist)|niestety|ztrat|neexist|nenal|bohužel|bulunam|üzgün|kayb|yok\b|maalesef|eltéved"
        r"|nem tal|sajn|vilse|tyvärr|saknas|finns inte|beklager|fant ikke|findes ikke|eksyk|löydy|χαθ|δεν βρ|δεν υπ"
        r"|rătăcit|nu exist"
    ),
    (
        r"迷路|迷失|走丢|走丟|丢失|丢了|丟失|不见|不見|不存在|没有找|沒有找|没找到|找不|未找到|无法找|無法找|飞走|飞到"
        r"|被吃|吃掉|去吃|外星|火星|失踪|消失|荒原|荒漠|抱歉|对不起|對不起|哎呀|糟糕|出错|出錯|走错|走錯|空空如也"
        r"|什么(?:都|也)没|没有了|没有页面|没有這|没有这|搬家|跑了|跑路|去哪|偷走|无人区|黑洞|你来到|你來到|您来到"
        r"|访问的(?:页面|地址|内容)|訪問的(?:頁面|網頁)|禁地|尽头|异次元|知识的荒"
    ),
    (
        r"見つか|みつか|ありません|存在しな|ごめん|すみません|申し訳|迷子|削除|消滅|なくな"
        r"|없|죄송|잘못|찾을|사라|길을 잃"
        r"|عذر|غير موجود|لم يتم|یافت نشد|پیدا نشد|گم شد|وجود ندارد|không (?:tìm|tồn)|xin lỗi|lạc"
        r"|tidak (?:ada|ditemukan)|maaf|hilang|ไม่พบ|ขออภัย|לא נמצא|לא קיים|אופס"
    ),
)  # fmt: skip
