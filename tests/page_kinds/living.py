"""Living pages: short ones of every kind, and ones that speak of errors, deletions, sales and domains."""

# ruff: noqa: E501 -- a table: one page a line
from __future__ import annotations

from dlt_crawler.model import Page
from tests.page_kinds.chrome import THEMES, Labelled, document

_SITE = "https://www.some-site.example"
_LINK = f"{_SITE}/2019/07/a-cited-page"

# Name, theme, language, title, heading, text.
_ROWS = (
    # Titles that hold the words of error pages.
    ("media-404", "company", "en", "404 Media", "404 Media", "Independent reporting on what technology does to people. Subscribe to our letter."),
    ("room-404", "blog", "en", "Room 404", "Room 404", "The hotel gave us the last room on the fourth floor, and nobody had told us of the piano."),
    ("peugeot-404", "company", "en", "Peugeot 404 - Classic cars", "Peugeot 404", "A saloon of the sixties, drawn by Pininfarina. This one has had three owners, and was repainted once."),
    ("highway-404", "bare", "en", "Highway 404 - Roads of Ontario", "Ontario Highway 404", "The road leads north from Toronto and was lengthened in 2014."),
    ("area-code-410", "bare", "en", "Area code 410", "Area code 410", "It serves Baltimore and the eastern part of the state."),
    ("page-404-of-a-book", "docs", "en", "Page 404 - The collected letters", "Page 404", "To Mrs. Lang, 3 May. I have read what you sent me and shall return it on Monday."),
    ("picture-404", "bare", "en", "Plate 404 | Atlas of mosses", "Plate 404", "<img src='/404.jpg' alt='Plate 404'>"),
    ("novel", "company", "en", "Not Found: a novel", "Not Found", "A detective looks for a street that is on no map. 320 pages, paper, 14 pounds."),
    ("memoir", "company", "en", "Lost and not found: a memoir", "Lost and not found", "What stays with us of the people who left."),
    ("how-to-fix", "blog", "en", "How to fix 'page not found'", "How to fix 'page not found'", "First look whether the permalinks are saved. Then see what the server's log says. In most cases a rule for rewriting is missing."),
    ("custom-page", "docs", "en", "Custom 404 page", "Add a custom 404 page", "Make a file named 404.html in the directory public. It is shown when a page does not exist."),
    ("error-handling", "docs", "en", "Error handling", "Error handling", "The client raises NotFoundError when the server answers 404, and Gone when it answers 410."),
    ("band", "bare", "en", "Error 404 (band)", "Error 404 (band)", "Error 404 were a trio from Ghent who made two records between 1998 and 2003."),
    ("not-found-in-translation", "blog", "en", "Not found in translation", "Not found in translation", "There are words that no other language has."),
    ("missing-persons", "company", "en", "Missing persons - Police", "Missing persons", "If you have seen this person, please call us."),
    ("gone", "company", "en", "Gone (film)", "Gone", "A film of 2012. Running time: 94 minutes."),
    ("nothing", "bare", "en", "Nothing", "Nothing", "An essay on the number zero. It begins in Babylon."),
    ("closed", "company", "en", "Closed on Mondays", "Opening hours", "We are closed on Mondays and on public holidays."),
    ("theorem", "bare", "en", "A counterexample that was not found for forty years", "A counterexample", "We show that the conjecture fails in dimension five."),
    ("status-list", "docs", "en", "Status codes of our interface", "Status codes", "<table><tr><td>200</td><td>Fine</td></tr><tr><td>404</td><td>Page not found</td></tr><tr><td>410</td><td>Gone</td></tr><tr><td>500</td><td>Our fault</td></tr></table>"),
    ("glossary", "docs", "en", "404 - Glossary", "404", "A 404 is a standard response code meaning that the server cannot find a requested resource."),
    ("irc-log", "bare", "en", "#404 channel log", "#404", "[12:01] anna: hello [12:02] ben: did you see the page not found joke [12:03] anna: yes"),
    ("de-buch", "company", "de", "Nicht gefunden: Gedichte", "Nicht gefunden", "Gedichte aus zehn Jahren. Mit Zeichnungen der Verfasserin."),
    ("de-hilfe", "company", "de", "Was tun, wenn eine Seite nicht gefunden wird?", "Was tun, wenn eine Seite nicht gefunden wird?", "Prüfen Sie zuerst die Adresse auf Tippfehler. Danach hilft oft eine Suche nach dem Titel."),
    ("fr-aide", "company", "fr", "Que faire en cas de page introuvable ?", "Que faire en cas de page introuvable ?", "Vérifiez d'abord l'adresse, puis videz le cache du navigateur."),
    ("es-pagina-12", "company", "es", "Página 12", "Página 12", "Las noticias del día, y lo que se lee entre líneas."),
    ("zh-how", "portal", "zh", "页面不存在怎么办？教你解决", "页面不存在怎么办", "先检查网址，再清除浏览器缓存，最后联系网站管理员。"),
    ("zh-design", "portal", "zh", "如何设计404页面", "如何设计404页面", "好的错误页会告诉访客发生了什么，并给出下一步。"),
    ("zh-recovery", "portal", "zh", "文件被误删除的恢复方法", "文件被误删除的恢复方法", "第一步，停止向磁盘写入数据。第二步，用恢复软件扫描。"),
    ("zh-novel", "portal", "zh", "不存在的骑士", "不存在的骑士", "卡尔维诺的小说，讲述一副空空的盔甲。"),
    ("zh-film", "portal", "zh", "消失的她", "消失的她", "一部悬疑电影，讲述妻子在旅途中失踪之后发生的事情。"),
    ("ja-howto", "company", "ja", "ページが見つからないときの対処法", "ページが見つからないときの対処法", "まずアドレスを確かめ、次にキャッシュを消してください。"),
    ("ko-howto", "company", "ko", "페이지를 찾을 수 없을 때 해결 방법", "해결 방법", "주소를 확인하고 브라우저의 캐시를 지우세요."),
    ("ru-howto", "company", "ru", "Что делать, если страница не найдена", "Что делать, если страница не найдена", "Проверьте адрес, затем очистите кэш браузера."),
    # Short pages.
    ("personal", "bare", "en", "Anna Berg", "Anna Berg", "I teach algebra in Uppsala. My papers are <a href='/papers'>here</a>."),
    ("personal-zh", "bare", "zh", "王小明的主页", "王小明", "某某大学计算机系博士生，研究方向是机器翻译。"),
    ("directory", "bare", "en", "Index of /pub/tools", "Index of /pub/tools", "<pre><a href='../'>Parent Directory</a> <a href='a.tar.gz'>a.tar.gz</a> 2014-02-01 12:00 4M</pre>"),
    ("empty-directory", "bare", "en", "Index of /pub/empty", "Index of /pub/empty", "<pre><a href='../'>Parent Directory</a></pre>"),
    ("picture", "bare", "en", "Sunset over the harbour", None, "<img src='/s.jpg' alt='Sunset'>"),
    ("picture-without-title", "bare", "en", None, None, "<img src='/s.jpg' alt='Sunset'>"),
    ("video", "company", "en", "Lecture 4: Convexity", "Lecture 4: Convexity", "<video src='/4.mp4'></video>"),
    ("demo", "bare", "en", "Bouncing balls", None, "<canvas width=600 height=400></canvas><script>var c=document.querySelector('canvas');</script>"),
    ("download", "company", "en", "Download", "Download version 3.1", "The older versions are no longer available here; they are in the archive."),
    ("contact", "company", "en", "Contact", "Contact", "Write to us, or come by."),
    ("search-page", "company", "en", "Search", "Search", "If you cannot find what you need, write to the librarian."),
    ("search-form-hint", "company", "en", "Search the catalogue", "Search", "Enter the name of an author or a title. Wrong spellings are found, too."),
    ("sitemap", "company", "en", "Site map", "Site map", "<ul><li><a href='/a'>A</a></li><li><a href='/b'>B</a></li></ul>"),
    ("maintenance", "company", "en", "Maintenance", "We will be back soon", "The library is closed for maintenance until Thursday. The catalogue can be used."),
    ("under-construction", "bare", "en", "Under construction", "Under construction", "This corner of my page is not ready yet. The old photographs are in the album."),
    ("moved-note", "bare", "en", "This page has moved", "This page has moved", "The new address is <a href='https://new.example/'>new.example</a>. Please change your bookmarks."),
    ("archived-notice", "company", "en", "Project Lark", "Project Lark", "This project has been archived and is no longer maintained. The code stays available."),
    ("deprecated-docs", "docs", "en", "fetch_all (deprecated)", "fetch_all", "This function was removed in version 4. Use fetch instead."),
    ("repository", "company", "en", "GitHub - berg/lark: A small parser", "lark", "A small parser for dates. Installing: pip install lark. Issues: 3 open. Licence: MIT."),
    ("issue", "company", "en", "Page not found when the slug has a dot · Issue #12 · berg/lark", "Page not found when the slug has a dot #12", "Open /a.b and see that the page is not found. Expected: it is shown."),
    ("stack-question", "company", "en", "nginx - Why do I get 404 Not Found for static files? - Questions", "Why do I get 404 Not Found for static files?", "I set root in the server block, and every file answers 404 Not Found. What is wrong?"),
    ("forum-deleted", "company", "en", "Which wood for a bench? - Woodworkers", "Which wood for a bench?", "<p>Oak, if it stands outside.</p><p>This post was deleted.</p><p>[removed]</p><p>Larch is cheaper.</p>"),
    ("forum-closed", "company", "en", "Old engine oil - Board", "Old engine oil", "This topic is now closed to further replies. Thanks to all who answered."),
    ("comments-removed", "blog", "en", "On pruning apples", "On pruning apples", "Prune in February. <section><h2>Comments</h2><p>This comment has been deleted by its author.</p></section>"),
    ("news-correction", "company", "en", "Bridge reopens", "Bridge reopens", "The bridge reopened on Tuesday. Correction: an earlier version gave a wrong date, which was removed."),
    ("product-unavailable", "company", "en", "Walnut desk - Acme", "Walnut desk", "Currently unavailable. We do not know when this item will be back in stock. Width 140 cm, height 74 cm."),
    ("product-sold-out", "company", "en", "Lamp No. 5 - Acme", "Lamp No. 5", "<h2>This product is no longer available</h2><p>See the Lamp No. 6, which follows it. The shade is of linen, the foot is of ash.</p>"),
    ("job-closed", "company", "en", "Gardener (part time) - Town of Berg", "Gardener (part time)", "Applications are closed. The post was filled in May."),
    ("event-past", "company", "en", "Workshop on graph minors", "Workshop on graph minors", "This event has ended. Slides are linked below."),
    ("conference-cancelled", "company", "en", "SOFSEM 2020", "SOFSEM 2020", "The conference was cancelled. The proceedings have appeared."),
    ("paper", "company", "en", "Sparse recovery without incoherence", "Sparse recovery without incoherence", "We give a new analysis of greedy pursuit. The full text is not available here; ask the library."),
    ("paper-no-abstract", "company", "en", "On a question of Erdős", "On a question of Erdős", "No abstract available. DOI: 10.0000/abc. Pages 404–410."),
    ("retracted", "company", "en", "RETRACTED: Cold fusion in a jar", "RETRACTED: Cold fusion in a jar", "This article has been retracted at the request of the editors."),
    ("withdrawn", "company", "en", "[1234.56789] A proof", "A proof", "This paper has been withdrawn by the authors because of an error in Lemma 3."),
    ("obituary", "company", "en", "In memoriam", "In memoriam", "She is gone, and much missed. The service is on Friday."),
    ("poem", "bare", "en", "Lost", "Lost", "You are lost, said the map. You are here, said the arrow."),
    ("guestbook", "bare", "en", "Guest book", "Guest book", "Nothing here yet. Be the first to write."),
    ("empty-category", "blog", "en", "Category: Bees", "Bees", "No posts yet."),
    ("empty-results", "company", "en", "Results for moss", "Results for moss", "Your search did not match any record."),
    ("login-beside-content", "company", "en", "The Courier: Harvest begins", "Harvest begins", "The first grapes were cut on Monday. <form action='/login'><label>Name<input name=u></label><label>Password<input type=password></label><button>Sign in</button></form>"),
    ("default-wiki-stub", "docs", "en", "Bog iron - A Wiki", "Bog iron", "This article is a stub. You can help by adding to it. There is currently no picture."),
    ("wiki-talk", "docs", "en", "Talk:Bog iron - A Wiki", "Talk:Bog iron", "The link in note 4 is dead: page not found. I have put an archived copy there."),
    ("link-rot", "blog", "en", "Every link dies", "Every link dies", "A page you requested last year does not exist today, and nobody told you. This is what I did about it."),
    ("status-page", "company", "en", "All systems operational", "All systems operational", "12 May: some users got error 404 for images. Resolved."),
    ("release-notes", "docs", "en", "Release 2.4", "Release 2.4", "Fixed: a page not found error when the name ends with a dot. Removed: support for old browsers."),
    ("robots-note", "company", "en", "Error pages of the world", "Error pages of the world", "<img src='/1.png'><img src='/2.png'>A collection of screenshots."),
    # Domains and sales.
    ("domain-trade", "blog", "en", "How to sell a domain name", "How to sell a domain name", "A parked domain earns little. Put a page there that says that this domain is for sale, with a price. Then wait. The market places take a tenth to a fifth of the price, and hold the money until the name has moved."),
    ("domain-parking-explained", "docs", "en", "What is domain parking?", "What is domain parking?", "A domain is parked when it is registered and shows no site of its own. Registrars put advertisements there. This article tells how to end that: point the name at your server, and wait a day."),
    ("registrar-help", "company", "en", "My domain has expired. What now?", "My domain has expired. What now?", "You can renew it for thirty days after the end. Log in, choose the name and pay. After that it costs more, and after seventy-five days anyone can have it."),
    ("registrar-home", "company", "en", "Find your domain name", "Find your domain name", "Search for a domain, register it, and build a site. Domains from nine pounds a year."),
    ("house-for-sale", "company", "en", "The house is for sale", "The house is for sale", "Four rooms, a garden with old trees, near the station."),
    ("car-for-sale", "company", "en", "For sale: bicycle", "For sale: bicycle", "Ridden twice. Make me an offer."),
    ("public-domain", "company", "en", "Public domain books", "Public domain books", "All of them are free to read and to sell."),
    ("domain-specific", "bare", "en", "Domain-specific languages", "Domain-specific languages", "A course in four weeks. Buy the book, or borrow it."),
    ("protein-domain", "company", "en", "SH2 domain", "SH2 domain", "This domain is found in many proteins that carry signals."),
    ("parking-garage", "company", "en", "Parking - Town of Berg", "Parking", "The garage is open until midnight. Cars parked on the square are towed."),
    ("zh-domain-law", "portal", "zh", "域名争议解决办法解读", "域名争议解决办法解读", "本文介绍域名被抢注之后的维权途径，包括仲裁与诉讼。域名转让应当签订书面合同，并在注册机构办理过户手续，费用由双方约定。"),
    ("zh-domain-renew", "portal", "zh", "如何续费域名", "如何续费域名", "登录控制台，选择需要续费的域名，点击续费，选择年限并付款即可。建议在到期前一个月办理，以免网站无法访问。"),
    ("zh-shutdown-news", "portal", "zh", "某某网站宣布关闭", "某某网站宣布关闭", "该网站在公告中表示，服务将于年底停止，用户可在此前下载自己的数据。"),
    # Other things.
    ("redirect-stub", "bare", "en", "Redirecting…", None, "<p>Redirecting to <a href='/new'>/new</a>.</p>"),
    ("it-works", "bare", "en", "Apache2 Default Page: It works", "It works!", "This is the default welcome page used to test the server after installation."),
    ("iframe", "bare", "en", "Map of the moor", None, "<iframe src='/map'></iframe>"),
    ("cookie-policy", "company", "en", "Cookie policy", "Cookie policy", "A page that you visit may store a small file. If you delete it, some pages may not be available."),
    ("terms", "company", "en", "Terms", "Terms", "We may suspend an account that is used to harm others. Content may be removed."),
    ("error-opinion", "blog", "en", "Sorry", "Sorry", "I was wrong about the moss. Here is what I know now."),
    ("oops", "blog", "en", "Oops", "Oops", "I broke the vase, and other small disasters of this week."),
    ("temporary-error", "company", "en", "Something went wrong", "Something went wrong", "Please try again in a few minutes."),
    ("server-busy", "company", "en", "Service temporarily unavailable", "We are busy", "Please come back in ten minutes."),
    ("geo", "company", "en", "Not available in your country", "Not available in your country", "The owner of the rights does not let us show this film where you are."),
    ("zh-busy", "portal", "zh", "系统繁忙，请稍后再试", None, "<p>系统繁忙，请稍后再试。</p>"),
    ("zh-notice", "portal", "zh", "关于网站改版的公告", "关于网站改版的公告", "本网站已于五月改版，原有栏目可在新版首页找到。"),
)  # fmt: skip


def _written(row: tuple[str, str, str, str | None, str | None, str]) -> Labelled:
    name, theme, lang, title, heading, text = row
    main = (f"<h1>{heading}</h1>" if heading else "") + (text if text.startswith("<") else f"<p>{text}</p>")
    return Labelled(name, THEMES[theme](title, main, lang))


_SHELL = document(
    "Lark",
    '<noscript>You need to enable JavaScript to run this app.</noscript><div id="root"></div><script src="/static/js/main.js"></script>',
)

LIVING = (
    *map(_written, _ROWS),
    # Applications: the server shows the same shell for everything.
    Labelled("shell", _SHELL),
    Labelled("shell-vue", document("Lark", '<div id="app">Loading…</div><script src="/app.js"></script>', head='<meta name="robots" content="noindex">')),
    Labelled("shell-angular", document("Lark", "<app-root></app-root><script src='/main.js'></script>")),
    Labelled("shell-redirected", _SHELL, final_url=f"{_SITE}/", known=Page("Proofs of termination")),
    # Where links are sent to.
    Labelled("redirected-home", THEMES["company"]("Acme", "<h1>Acme</h1><p>We make hinges.</p>"), final_url=f"{_SITE}/"),
    Labelled("redirected-language", THEMES["company"]("Acme", "<h1>Acme</h1><p>We make hinges.</p>"), url=f"{_SITE}/", final_url=f"{_SITE}/en/"),
    Labelled("redirected-to-https", THEMES["blog"]("On moss", "<h1>On moss</h1><p>It grows.</p>"), url="http://some-site.example/moss", final_url=f"{_SITE}/moss"),
    Labelled("moved-title-kept", THEMES["blog"]("On moss", "<h1>On moss</h1><p>It grows.</p>"), final_url=f"{_SITE}/moss", known=Page("On moss")),
    Labelled("short-link", THEMES["company"]("Lark", "<h1>Lark</h1><p>A parser.</p>"), url="https://short.example/abc", final_url="https://lark.example/"),
    Labelled("three-ways-to-one-page", THEMES["blog"]("On moss", "<h1>On moss</h1><p>It grows.</p>"), final_url=f"{_SITE}/moss", converging=3),
    Labelled("retitled", THEMES["blog"]("Bryology today", "<h1>Bryology today</h1><p>Moss grows.</p>"), known=Page("On moss")),
    Labelled("errors-in-its-address", THEMES["docs"]("Errors - Handbook", "<h1>Errors</h1><p>All of them.</p>"), url=f"{_SITE}/docs/v1/errors", final_url=f"{_SITE}/docs/v2/errors"),
    Labelled("status-cat", document("404 Not Found | Status moss", "<h1>404</h1><img src='/404.jpg'><p>Not Found</p>"), url=f"{_SITE}/404"),
    Labelled("status-reference", THEMES["docs"]("404 Not Found — Status codes", "<h1>404 Not Found</h1><p>The origin server did not find a current representation for the target. A 404 does not say whether that will last.</p>"), url=f"{_SITE}/status/404"),
    Labelled("market", THEMES["company"]("Domain names for sale | Market", "<h1>Domain names for sale</h1><p>Buy this domain or that one.</p>"), url="https://www.hugedomains.com/"),
    # What is no HTML.
    Labelled("plain-text", "Notes on moss\n\nIt grows on the north side, they say.\n", content_type="text/plain"),
    Labelled("json", '{"name": "lark", "version": "3.1", "errors": []}', content_type="application/json"),
    Labelled("pdf", "%PDF-1.7\n1 0 obj\n(Page not found)\nendobj", content_type="application/pdf"),
    Labelled("empty", ""),
    Labelled("source-of-an-error-page", "<html><head><title>404 Not Found</title></head></html>", content_type="text/plain", url=f"{_SITE}/raw/template.txt"),
    Labelled("feed", '<?xml version="1.0"?><rss><channel><title>Page not found</title></channel></rss>', content_type="application/rss+xml"),
    Labelled("svg-title", document("Tree", "<svg><title>Page not found</title></svg><p>A tree.</p>")),
    Labelled("hidden-message", document("Tree", "<h1>A tree</h1><div hidden><h2>Page not found</h2><p>The page you are looking for does not exist.</p></div><p>It stands alone.</p>")),
    Labelled("message-in-script", document("Tree", "<h1>A tree</h1><script>var messages={notFound:'Page not found',gone:'The page you requested does not exist'};</script>")),
    Labelled("template-element", document("Tree", "<h1>A tree</h1><template><h1>404</h1><p>Page not found</p></template>")),
    Labelled("not-found-of-a-search-box", document("Tree", "<h1>A tree</h1><p>An oak.</p><div class='not-found'>No tree by that name was found.</div>")),
)  # fmt: skip
