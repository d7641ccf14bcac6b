"""Which words are an error message or those of a parked domain, and which only speak of one."""

from __future__ import annotations

import time

import pytest

from dlt_crawler.page.phrases import (
    error_hint,
    error_mention,
    error_phrase,
    error_sentence,
    has_code_at_an_end,
    is_bare_code,
    leads_home,
    sale_phrase,
)


@pytest.mark.parametrize(
    ("title", "phrase"),
    [
        ("404", "404"),
        ("Field Notes | 404", "404"),
        ("4 0 4", "4 0 4"),
        ("Page not found · GitHub", "Page not found"),
        ("Site: Page not found", "Page not found"),
        ("Error404", "Error404"),
        ("Oops! That page can’t be found.", "Oops! That page can’t be found."),
        ("The page you requested cannot be found :(", "The page you requested cannot be found :("),
        ("HTTP Status 404 – Not Found", "HTTP Status 404 – Not Found"),
        ("Error 404 (Not Found)!!1", "Error 404 (Not Found)!!1"),
        ("某某网盘-链接不存在", "链接不存在"),
        ("抱歉，指定的主题不存在或已被删除或正在被审核", "抱歉，指定的主题不存在或已被删除或正在被审核"),
        ("４０４ ページが見つかりません", "４０４ ページが見つかりません"),
    ],
)
def test_the_part_of_a_title_that_is_an_error_message_is_found(title: str, phrase: str) -> None:
    assert error_phrase(title) == phrase


@pytest.mark.parametrize(
    "title",
    [
        *("Room 404", "404 Media", "Page 404", "Error", "Sorry", "Oops", "Not Found: a novel", "Custom 404 pages", ""),
        *("页面", "错误", "页面不存在怎么办？教你解决", "How to fix 'page not found'", "Video unavailable"),
        *("This product is no longer available", "x" * 161 + " not found"),
    ],
)
def test_a_title_that_speaks_of_something_else_has_none(title: str) -> None:
    assert error_phrase(title) is None


def test_a_number_alone_is_told_from_words() -> None:
    assert is_bare_code("404")
    assert is_bare_code("#404!")
    assert not is_bare_code("Error 404")


@pytest.mark.parametrize(
    ("text", "to_a_visitor"),
    [
        ("We can’t find the page you’re looking for.", True),
        ("The page you requested does not exist.", True),
        ("Die von Ihnen gewünschte Seite wurde leider nicht gefunden.", True),
        ("很抱歉，您要访问的页面不存在！", True),
        ("お探しのページは見つかりませんでした。", True),
        ("The file is shown when a page does not exist.", False),
        ("Wenn eine Seite nicht gefunden wird, prüfen Sie die Adresse.", False),
    ],
)
def test_what_is_said_to_a_visitor_is_told_from_what_is_said_of_pages(text: str, to_a_visitor: bool) -> None:
    assert (error_sentence(text) is not None) is to_a_visitor
    assert error_mention(text) is not None


@pytest.mark.parametrize("text", ["Take me home", "返回首页", "Zur Startseite", "Looks like you are lost"])
def test_ways_out_are_seen(text: str) -> None:
    assert leads_home(text)


@pytest.mark.parametrize(
    "text", ["This domain may be for sale!", "Diese Domain steht zum Verkauf", "该域名正在出售", "домен продаётся"]
)
def test_domains_for_sale_are_seen(text: str) -> None:
    assert sale_phrase(text) is not None


@pytest.mark.parametrize(
    "text", ["The house is for sale", "Protein domains", "Cars parked on the square", "某某路出售房屋"]
)
def test_other_sales_and_domains_are_not(text: str) -> None:
    assert sale_phrase(text) is None


PIECES = (
    *("a", " ", "<", "404 ", "| ", " - ", "the ", "page ", "the page you ", "oops ", "sorry sorry ", "page not ", "x_"),
    *("404404", "…", "this domain ", "domain x ", "seite ", "la page ", "错误", "抱歉 ", "您访问的", "页面不存在或"),
    *("域名 ", "お探しの", "페이지 ", "\u0301", "'", "sorry the page you requested ", "www.a.example "),
)


@pytest.mark.parametrize("piece", PIECES)
@pytest.mark.parametrize("search", [error_phrase, error_sentence, error_mention, leads_home, sale_phrase])
def test_no_text_made_to_cost_time_costs_much(search: object, piece: str) -> None:
    assert callable(search)
    whole = piece * (1_000_000 // len(piece))
    for text in (whole, whole[:159], whole[:1500]):
        started = time.process_time()
        search(text)
        assert time.process_time() - started < 0.05


@pytest.mark.parametrize("line", ["404! Go away", "Off the trail (404)", "Hinges, 404, none", "404 에러인 것 같네요"])
def test_a_number_set_off_from_its_line_is_that_of_an_error(line: str) -> None:
    assert has_code_at_an_end(line)


@pytest.mark.parametrize("line", ["404 Media", "Room 404", "Peugeot 404", "404 Main Street", "14042", "Issue #404"])
def test_a_number_that_belongs_to_a_name_is_not(line: str) -> None:
    assert not has_code_at_an_end(line)


def test_where_a_status_is_defined_nothing_hints_at_an_error() -> None:
    assert error_hint("Oops, you are lost") == "oops"
    assert error_hint("A status code that says that nothing is there") is None
