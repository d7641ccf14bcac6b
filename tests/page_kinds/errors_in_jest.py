"""Error pages that say so with a number, a picture or a joke rather than with the usual sentences."""

# ruff: noqa: E501 -- a table: one page a line
from __future__ import annotations

from dlt_crawler.model import Outcome
from tests.page_kinds.chrome import THEMES, Labelled, document

# Name, theme, language, title, heading, text, what stands in the head.
_ROWS = (
    ("only-the-number", "bare", "en", "404", "404", "", ""),
    ("number-in-pieces", "bare", "en", "404", None, "<div><span>4</span> <span>0</span> <span>4</span></div>", ""),
    ("number-and-shoo", "bare", "en", "404!", "404! Shoo!", "<p>Go away, there is nothing.</p>", ""),
    ("off-the-path", "company", "en", "Acme hinges - Off the path (404)", "You have left the path", "The page you are after is not on our map. Head back to the gate.", ""),
    ("misplaced", "blog", "en", None, "404: Page not found", "We have misplaced that URL, or it is pointing to something that doesn't exist.", ""),
    ("no-page", "bare", "en", "Newsroom", "404", "There is no page", ""),
    ("cannot-find-this", "bare", "en", "field-notes/404", "404", "We could not find this. Back", ""),
    ("awkward", "bare", "en", "404", None, "<p>Well, this is awkward: you are looking for something that does not really exist.</p>", ""),
    ("vanished", "company", "en", "404 | Acme hinges", "404", "Whatever you were looking for has vanished.", ""),
    ("did-not-exit", "bare", "en", "404", "404", "This page does not exit, please go to the first page.", ""),
    ("crumbs", "bare", "en", "Tapes", None, "<p>Home > 404 Page Not Found !!</p>", ""),
    ("small-headings", "company", "en", "Acme hinges", None, "<h3>404</h3><h4>Page not found</h4><p>Have a look at the menu.</p>", ""),
    ("canonical", "blog", "en", "Field Notes", None, "<p>Hm.</p>", '<link rel="canonical" href="https://www.some-site.example/404.html">'),
    ("named-class", "company", "en", "404 | Acme hinges", None, "<div class='error-404'><p>The hinge is off.</p></div>", ""),
    ("picture", "company", "en", "404 | Acme hinges", None, "<img src='/img/404-error.svg' alt='Page not found'>", ""),
    ("welfare-script", "portal", "zh", "某某博客", None, "<script src='https://qzonestyle.gtimg.cn/qzone/hybrid/app/404/search_children.js'></script>", ""),
    ("zh-lost-on-the-way", "bare", "zh", None, None, "<p>404 你的请求在路上迷路了</p>", ""),
    ("zh-gone-to-eat", "portal", "zh", "404 | 某某", None, "<p>404</p><p>你访问的页面去吃饭了</p>", ""),
    ("zh-needed", "bare", "zh", None, None, "<p>没有找到你所需要的页面，请访问首页。</p>", ""),
    ("ko-it-seems", "bare", "ko", "어느 모임", "404 에러인 것 같네요!", "혹시 잘못 들어오셨나요? 이전 페이지로", ""),
    ("ja-moved-or-gone", "bare", "ja", "要求されたリソースは移動（または消滅）しました", "要求されたリソースは移動（または消滅）しました", "このファイルはもう提供できません。", ""),
    ("ru-in-the-middle", "company", "ru", "Петли, 404, не найдено!", None, "<p class='notfound'>404</p><a href='/'>На главную</a>", ""),
    ("hu-astray", "company", "hu", "Sarokvas", "404", "A fenébe! Úgy tűnik, eltévedtél.", ""),
    ("fr-egare", "bare", "fr", "404 | Charnières", "404", "Vous vous êtes égaré ?", ""),
)  # fmt: skip


def _written(row: tuple[str, str, str, str | None, str | None, str, str]) -> Labelled:
    name, theme, lang, title, heading, text, head = row
    main = (f"<h1>{heading}</h1>" if heading else "") + (text if text.startswith("<") else f"<p>{text}</p>")
    made = document(title, main, lang=lang, head=head) if theme == "bare" else THEMES[theme](title, main, lang, head)
    return Labelled(name, made, Outcome.SOFT_404)


JESTS = tuple(map(_written, _ROWS))
