"""Short pages that live and are called, or say in passing, what error pages and parked pages say."""

from __future__ import annotations

import pytest

from dlt_crawler.fetch.link.meaning import meaning
from dlt_crawler.model import SUCCESSES, Outcome
from dlt_crawler.page import Response, Shown
from dlt_crawler.page.reading import read_response
from dlt_crawler.sites import Sites

MENU = '<nav><a href="/">Home</a> <a href="/about">About</a></nav>'
MENU_ZH = '<nav><a href="/">首页</a> <a href="/list">返回列表</a></nav>'
# ruff: noqa: E501
LIVING = (
    # Title, heading, text.
    ("Missing Link | Cinema", "Missing Link", "A film about an explorer and the creature he befriends. From Friday, at eight."),
    ("Dead Link – Walkthrough", "Dead Link", "The boss of the third dungeon. Use the hammer, then keep moving to the left."),
    ("404 Error – Shirts", "404 Error", "Soft cotton, printed in Leeds. Sizes S to XXL. Add to basket for fifteen pounds."),
    ("404 Not Found | Shirts", "404 Not Found", "A shirt of soft cotton, printed by hand in Leeds and sold in five colours."),
    ("Not Found | Records", "Not Found", "By The Clockworks. Eight songs, recorded in a barn in three days in May."),
    ("User Not Found – Podcasts", "User Not Found", "A podcast on identity and what remains of it. Twelve episodes, half an hour each."),
    ("File Not Found - Theatre", "File Not Found", "A play in one act by M. Lang. Doors open at half past seven, no interval."),
    ("Page Not Found | Bookshop", "Page Not Found", "Second-hand novels in the old mill. Open on weekdays from ten until six."),
    ("404 | Saloons", "404", "Built from 1960 to 1975. The saloon was drawn by Pininfarina and won rallies in Africa."),
    ("Talk: 404 Not Found", "A talk", "On how libraries keep what the web forgets. Tuesday evening, with tea and cake."),
    ("404 - 歌词", "404", "演唱：小明。作词：小红。夜里的灯还亮着，我在等你的消息，一直等到天亮。"),
    ("404 | 宿舍日记", "404", "我们寝室是四楼第四间，大家都叫它这个。今天晚上一起吃火锅，喝了很多汽水。"),
    ("东西丢了 - 日记", "东西丢了", "昨天在地铁上把伞弄丢了，今天去失物招领处领回来了，工作人员很热情。"),
    ("数据丢失 - 恢复教程", "数据丢失", "第一步，停止写入。第二步，用软件扫描整个磁盘。第三步，把结果导出到另一块硬盘。"),
    ("商品下架 | 卖家手册", "商品下架", "在商品管理中勾选要处理的一项，再点右上角的按钮，第二天生效。"),
    ("链接失效 - 手册", "链接失效", "分享时可以设定有效期：一天、七天或永久，到期后好友不能再打开，随时可以重新生成。"),
    ("Datei nicht gefunden – Galerie", "Datei nicht gefunden", "Öl auf Leinwand, 2011. Die Malerin zeigt Schränke voller Akten im Abendlicht."),
    ("Страница не найдена – повесть", "Страница не найдена", "Повесть о молодом библиотекаре, который ищет рукопись своего деда в старом городе."),
    ("Smith Consulting", "Smith Consulting", "We have advised small firms since 1994. I own this domain and write about tax law here."),
    ("Fahrrad kaufen bei radhaus.example", "Räder", "Wir bauen Rahmen nach Maß und zeigen sie gern im Laden am Fluss, auch samstags."),
)  # fmt: skip


PLACE = "https://www.heathrow.example/2019/07/x"


def outcome_of(body: str, content_type: str = "text/html; charset=utf-8", url: str = PLACE) -> Outcome:
    content = read_response(Response(url, 200, (("content-type", content_type),), body.encode()))
    return meaning(Shown(url, url, 200, page=content.page, evidence=content.evidence), Sites()).finding.outcome


@pytest.mark.parametrize(("title", "heading", "text"), LIVING, ids=[title for title, *_ in LIVING])
@pytest.mark.parametrize("menu", ["", MENU, MENU_ZH], ids=["plain", "menu", "Chinese menu"])
def test_a_short_page_that_says_something_else_lives(title: str, heading: str, text: str, menu: str) -> None:
    body = f"<html><head><title>{title}</title></head><body>{menu}<h1>{heading}</h1><p>{text}</p></body></html>"
    assert outcome_of(body) in SUCCESSES


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("User-agent: *\nDisallow: /404\n", "text/plain"),
        ('<body class="tcBlock"><h1>Timber</h1><p>Oak and ash, sawn to length and brought to your yard by lorry, stacked, dried and weighed.</p>', "text/html"),
        ('<h1>Survey</h1><p>Ten questions on how people came to work this year, on foot, by train, or on a bicycle.</p><a href="//a.example/?tr_uuid=1">Go</a>',
         "text/html"),
    ],
)  # fmt: skip
def test_one_string_condemns_nothing(body: str, content_type: str) -> None:
    assert outcome_of(body, content_type) in SUCCESSES


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Not Found | Records", "Sorry, we could not find that page. Check the address or go back home."),
        ("404 - 歌词", "抱歉，您访问的页面不存在。请检查您输入的网址，或返回首页。"),
        ("Datei nicht gefunden – Galerie", "Die Seite existiert leider nicht mehr. Zurück zur Startseite."),
    ],
)
def test_the_same_titles_on_error_pages_are_found(title: str, text: str) -> None:
    body = f"<html><head><title>{title}</title></head><body>{MENU}<h1>{title}</h1><p>{text}</p></body></html>"
    assert outcome_of(body) is Outcome.SOFT_404


@pytest.mark.parametrize("path", ["/soft-404/1", "/404/a.html", "/errors/x", "/old/404.html", "/not-found/7?id=1"])
def test_a_directory_named_after_errors_makes_nothing_of_its_pages(path: str) -> None:
    body = "<title>Page not found</title><h1>Page not found</h1><p>Sorry, check the address.</p>"
    assert outcome_of(body, url=f"https://a.example{path}") is Outcome.SOFT_404


@pytest.mark.parametrize("path", ["/status/404", "/404", "/wiki/HTTP_404", "/errors", "/docs/not-found/"])
def test_a_link_to_a_page_about_an_error_takes_more(path: str) -> None:
    body = "<title>404 Not Found</title><h1>404 Not Found</h1>"
    assert outcome_of(body, url=f"https://a.example{path}") in SUCCESSES


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("<title>Job expired</title><h1>This job is no longer available</h1><p>The job has expired or been filled.</p>", "text/html"),
        ("<title>系统提示</title><p>参数错误或文章不存在！</p>", "text/html"),
        ("<title>Ошибка</title><p>Запись удалена или ещё не создана. Такой страницы не существует.</p>", "text/html"),
        ("<title>エラー</title><p>指定された記事は削除されたか、存在しません。</p>", "text/html"),
        ('{"errno":-7,"error_code":404,"message":"resource not found"}', "application/json"),
    ],
)  # fmt: skip
def test_what_was_put_up_for_a_time_is_gone_where_nothing_else_is_said(body: str, content_type: str) -> None:
    assert outcome_of(body, content_type) is Outcome.SOFT_404
