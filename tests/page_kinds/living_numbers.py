"""Living pages that look like error pages: the number 404 as a name, pages about it, and pages with next to nothing."""

# ruff: noqa: E501 -- a table: one page a line
from __future__ import annotations

from tests.page_kinds.chrome import THEMES, Labelled

_ROWS = (
    ("area-code-404", "company", "en", "Area code 404", "404", "Area code 404 serves Atlanta and its nearest suburbs. It was split in 1992, when 706 was taken out of it."),
    ("album-named-404", "company", "en", "404 - Min Larsen", "404", "Album, 2019. Nine songs, 34 minutes. Released on a cassette of a hundred copies."),
    ("band-named-404", "bare", "en", "404 (band) - Music of Tuscany", "404", "404 is a noise band from Pisa. The three play in a garage and have two records out."),
    ("course-404", "company", "en", "CS 404", "CS 404: Theory of computation", "Lectures on Tuesdays. No class next week. Homework is handed in on paper."),
    ("course-404-only", "bare", "en", "404", "404 Theory of computation", "Lectures on Tuesdays in the small hall."),
    ("room-404-booking", "company", "en", "Room 404 | A hotel", "Room 404", "Two beds and a view of the bay. No rooms are free in May."),
    ("bus-line-404", "company", "en", "Line 404 - Transit of a city", "404", "Harbour, market, hospital. Every twenty minutes; there is no service on Sundays."),
    ("bus-line-404-number-first", "company", "en", "404: Harbour to hospital", "404", "Every twenty minutes. Delays have been reported at the market."),
    ("flight-404", "bare", "en", "Flight 404", "404", "Lisbon to Oslo, on time. Gate 12."),
    ("issue-404", "company", "en", "Crash when the list is empty · Issue #404 · a/b", "Crash when the list is empty #404", "Open. It does not happen on the older machine."),
    ("issue-404-number", "company", "en", "#404", "#404", "Closed. Fixed in 2.3."),
    ("comic-404", "bare", "en", "404", "404", "<img src='/comics/404.png' alt='Two cats at a window'><a href='/403'>Previous: 403</a> <a href='/405'>Next: 405</a>"),
    ("photo-404", "bare", "en", "404", None, "<a href='403.html'>403</a> <img src='404.jpg' alt=''> <a href='405.html'>405</a>"),
    ("http-404-stub", "docs", "en", "HTTP 404 - A small encyclopedia", "HTTP 404", "HTTP 404 is the status by which a server says that it has no document under the address it was asked for. " * 6),
    ("http-404-reference", "docs", "en", "404 Not Found - Reference", "404 Not Found", "The status code 404 says that a server has no document for a request. It does not say whether that is so for now or for ever. " * 10),
    ("http-410-stub", "docs", "en", "HTTP 410 - A small encyclopedia", "HTTP 410", "The status by which a server says that what was there has been taken away for good."),
    ("gallery-of-404-pages", "company", "en", "The best 404 pages", "The best 404 pages", "<ul>" + "".join(f"<li><a href='/g/{n}'>A lost astronaut, number {n}: oops, page not found</a></li>" for n in range(12)) + "</ul>"),
    ("tutorial-404-apache", "docs", "en", "Set up a 404 page in Apache", "Set up a 404 page", "Put ErrorDocument 404 /404.html into the file .htaccess and reload the server."),
    ("tutorial-404-short", "docs", "en", "Custom error pages", "Custom error pages", "Add a file 404.html. Visitors see it when the page they are looking for does not exist. Link it back home."),
    ("tutorial-404-zh", "portal", "zh", "404页面制作教程", "404页面制作教程", "新建404.html，写上“页面不存在，返回首页”，再在服务器里配置。"),
    ("question-404", "company", "en", "Why do I get a 404? - Forum", "Why do I get a 404?", "I uploaded the file, and still the page cannot be found. What is wrong? 3 answers below."),
    ("art-404", "bare", "en", "Untitled (2004) - Jane Doe", None, "<p style='font-size:60vw'>404</p>"),
    ("poem-lost", "blog", "en", "Lost", "Lost", "I walked until the street had no more name, and did not turn around."),
    ("post-nothing-here-yet", "blog", "en", "Nothing here yet - Field Notes", "Nothing here yet", "The first letter comes in May, when the beans are up."),
    ("nothing-here-yet-alone", "blog", "en", "Letters | Field Notes", "Letters", "<p>Nothing here yet.</p>"),
    ("coming-soon", "company", "en", "Coming soon", "Coming soon", "Our shop opens in spring. Leave your address and we write to you."),
    ("under-construction", "bare", "en", "Under construction", "Under construction", "This page is being written. Please come back later."),
    ("under-construction-zh", "portal", "zh", "建设中", "网站建设中", "页面正在建设，敬请期待。"),
    ("maintenance", "company", "en", "Down for maintenance", "We will be back soon", "The library's catalogue is being moved this weekend."),
    ("empty-category", "blog", "en", "Recipes | Field Notes", "Recipes", "<p>No posts found.</p>"),
    ("empty-tag-zh", "portal", "zh", "标签：旅行 - 某某博客", "标签：旅行", "<p>暂无文章</p>"),
    ("empty-cart", "company", "en", "Cart - A shop", "Your cart", "Your cart is empty. Go back to the shop."),
    ("oops-album", "company", "en", "Oops!", "Oops!", "Album by Min Larsen, 2021. Eight songs about things that were dropped."),
    ("oops-song", "company", "en", "Oops! - Min Larsen", "Oops!", "The first single of the album of that name."),
    ("search-without-results", "company", "en", "Search results for 'wold' - A library", "Search results", "<p>Your search for 'wold' found nothing. Try fewer words.</p>"),
    ("search-without-results-zh", "portal", "zh", "搜索：某某 - 某某图书馆", "搜索结果", "<p>没有找到与“某某”相关的结果。</p>"),
    ("lost-property", "company", "en", "Lost property - Transit of a city", "Lost property", "Something missing? The office is open on weekdays. Go back to the start page for the hours of the others."),
    ("missing-cat", "bare", "en", "Missing: Otto", "Missing", "Otto is a grey cat. He was last seen near the mill. If you find him, please call."),
    ("gone-fishing", "blog", "en", "Gone fishing - Field Notes", "Gone fishing", "No letters until August. Sorry!"),
    ("broken-links-policy", "docs", "en", "Broken links", "Broken links", "If a link is broken, tell us. We take pages away only when their authors ask for it."),
    ("wrong-turn-film", "company", "en", "Wrong Turn (film)", "Wrong Turn", "Six friends take a wrong turn in the woods. 84 minutes."),
    ("game-404", "bare", "en", "404: the game", "404", "Jump over the gaps. Arrow keys to move, space to start."),
    ("error-class-on-a-form", "company", "en", "Write to us", "Write to us", "<form class='not-found error-page'><input></form><p>We answer within a day.</p>"),
    ("post-id-404", "blog", "en", "Beans", "Beans", "<div id='post-404' class='post-404 page-id-404 menu-item-404'>They are up.</div>"),
    ("number-in-a-table", "company", "en", "Rooms", "Rooms", "<table><tr><td>402</td><td>free</td></tr><tr><td>404</td><td>not free, sorry</td></tr></table>"),
    ("statistic-404", "company", "en", "Our year", "Our year", "<div class='number'>404</div><p>members are with us, and nothing was lost.</p>"),
    ("zh-room-404", "portal", "zh", "404寝室的故事", "404寝室", "四个人，一间屋子，一台总是出错的收音机。"),
    ("zh-bus-404", "portal", "zh", "404路公交线路", "404路", "首班车六点，末班车二十二点。中途不停靠火车站。"),
    ("ja-404-song", "company", "ja", "404 - ある歌手", "404", "二〇二一年のシングル。作詞作曲は本人。"),
    ("de-haus-404", "company", "de", "Haus 404", "Haus 404", "Ein Ferienhaus am Deich. Haustiere sind leider nicht erlaubt."),
)  # fmt: skip


def _written(row: tuple[str, str, str, str, str | None, str]) -> tuple[Labelled, ...]:
    """Each in its own theme, and bare, where nothing stands beside it."""
    name, theme, lang, title, heading, text = row
    main = (f"<h1>{heading}</h1>" if heading else "") + (text if text.startswith("<") else f"<p>{text}</p>")
    themes = dict.fromkeys((theme, "bare"))
    return tuple(Labelled(f"{name}-{theme}", THEMES[theme](title, main, lang)) for theme in themes)


LOOK_ALIKES = tuple(page for row in _ROWS for page in _written(row))
