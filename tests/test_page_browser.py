"""The report as a page, in a real browser: it finds, sorts, tells and prints, by pointer and keys, at many sizes.

Opening a page takes most of the time: what can share one does (`desk`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from dlt_crawler.model import Dispute, LinkStatus, Report, State
from dlt_crawler.report import Format, View, render
from tests.page_samples import HOSTILE_WORDS, RUN, hostile_report, report_of

if TYPE_CHECKING:
    from tests.browser import Open

pytest_plugins = ["tests.browser"]

PHONE = {"width": 390, "height": 844}
NARROW = ({"width": 320, "height": 640}, PHONE, {"width": 768, "height": 1024})
TAKEN_BACK = "https://web.archive.org/web/2019/https://gone.example/"


@cache
def sample() -> Report:
    """Three hundred links; the first dead one has a repair that somebody took back."""
    report = report_of(300)
    dead = links_in(State.DEAD, report)[0]
    disputed = replace(dead, dispute=Dispute(RUN.started, dead.occurrences[0].file, TAKEN_BACK))
    return replace(report, links=tuple(disputed if link is dead else link for link in report.links))


@cache
def sample_page() -> str:
    return render(sample(), Format.HTML, View())


@cache
def hostile_page() -> str:
    return render(hostile_report(), Format.HTML, View())


@pytest.fixture(scope="module")
def shared(open_for_module: Open) -> Page:
    return open_for_module(sample_page())


@pytest.fixture
def desk(shared: Page) -> Page:
    """The sample on a desk, as if it were opened anew."""
    shared.evaluate("follow('', false)")
    return shared


def links_in(state: State, report: Report) -> Sequence[LinkStatus]:
    return [link for link in report.links if link.verdict.state is state and link.ignored is None]


def addresses(page: Page) -> Sequence[str]:
    return page.locator("tr.link .address").all_inner_texts()


def results(page: Page) -> str:
    return page.locator("#results").inner_text()


@pytest.mark.at_length
def test_of_many_links_each_is_found_and_few_are_drawn(open_page: Open) -> None:
    report = report_of(1_200)
    page = open_page(render(report, Format.HTML, View()))
    assert results(page) == "1,200 links"
    alive, broken = len(links_in(State.ALIVE, report)), len(links_in(State.DEAD, report))
    tiles = " ".join(page.locator(".tiles").inner_text().split())
    assert f"{alive:,} alive" in tiles
    assert f"{broken:,} dead" in tiles
    assert page.locator("tr.link").count() == 50
    assert page.evaluate("document.querySelectorAll('*').length") < 10_000
    page.get_by_role("button", name="Show 200 more").click()
    assert page.locator("tr.link").count() == 250
    page.locator("#search").fill(report.links[1_177].url)
    assert addresses(page) == [report.links[1_177].url]


@pytest.mark.parametrize(
    "words", ["learning survey", "神经 GPT", "ＡＲＸＩＶ.org/", "seeds/理论", "guarantees 假设", "nowhere"]
)
def test_search_finds_links_by_all_words_wherever_they_stand(desk: Page, words: str) -> None:
    desk.locator("#search").fill(words)
    wanted = unicodedata.normalize("NFKC", words).lower().split()
    expected = {link.url for link in sample().links if all(word in everything_about(link) for word in wanted)}
    found = f"{len(expected)} of 300 links" if expected else "No link is like that."
    assert results(desk) == found
    assert set(addresses(desk)) <= expected


def everything_about(link: LinkStatus) -> str:
    texts = [link.url, link.page.title or "", link.page.abstract or ""]
    texts += [text for written in link.occurrences for text in (written.file, written.text)]
    return "\n".join(texts).lower()


def test_filters_narrow_one_another_and_are_cleared(desk: Page) -> None:
    desk.locator(".chip[data-state=blocked]").click()
    blocked = links_in(State.BLOCKED, sample())
    assert set(addresses(desk)) == {link.url for link in blocked}
    desk.locator(".chip[data-state=dead]").click()
    either = {link.url for link in (*blocked, *links_in(State.DEAD, sample()))}
    assert set(addresses(desk)) == either
    file = blocked[0].occurrences[0].file
    desk.locator("#file").select_option(file)
    in_file = {link.url for link in sample().links if link.url in either and link.occurrences[0].file == file}
    assert set(addresses(desk)) == in_file
    desk.locator("#host").fill("github.com")
    assert set(addresses(desk)) == {url for url in in_file if "//github.com/" in url}
    desk.get_by_role("button", name="Clear all").click()
    assert results(desk) == "300 links"
    desk.locator(".chip[data-is=moved]").click()
    moved = {link.url for link in sample().links if link.verdict.moved_to is not None}
    assert set(addresses(desk)) == moved
    assert len(moved) > 3


def test_a_figure_leads_to_its_links_and_a_host_to_its_own(desk: Page) -> None:
    tile = desk.locator(".tile.c-failing")
    tile.click()
    assert set(addresses(desk)) == {link.url for link in links_in(State.FAILING, sample())}
    desk.evaluate("scrollTo(0, 0)")
    tile.click()  # Once more: the address is the same by now.
    expect(desk.locator("#links-title")).to_be_in_viewport()
    desk.get_by_role("link", name="zhihu.com", exact=True).click()
    assert all("zhihu.com" in address for address in addresses(desk))
    desk.go_back()
    expect(desk.locator(".chip[data-state=failing]")).to_have_attribute("aria-pressed", "true")
    broken = {link.url for link in sample().links if link.is_broken}
    desk.get_by_role("link", name=f"{len(broken)} links are broken").click()
    assert set(addresses(desk)) == broken
    desk.locator(".skip").press("Enter")
    assert set(addresses(desk)) == broken


@pytest.mark.parametrize(
    ("column", "shown"),
    [("state", "td.state .pill"), ("place", "td.place"), ("since", "td.since"), ("title", "td.title .name")],
)
def test_columns_sort_both_ways_and_back(desk: Page, column: str, shown: str) -> None:
    before = addresses(desk)
    heading = desk.locator(f"#table th.{column}")
    heading.get_by_role("button").click()
    assert heading.get_attribute("aria-sort") == "ascending"
    upwards = [text for text in desk.locator(shown).all_inner_texts() if text]
    heading.get_by_role("button").click()
    assert heading.get_attribute("aria-sort") == "descending"
    downwards = [text for text in desk.locator(shown).all_inner_texts() if text]
    assert upwards[0] != downwards[0]
    if column == "since":
        assert upwards == sorted(upwards)
        assert downwards == sorted(downwards, reverse=True)
    heading.get_by_role("button").click()
    assert heading.get_attribute("aria-sort") is None
    assert addresses(desk) == before


def open_all(page: Page) -> None:
    page.locator(".opener").evaluate_all("found => found.forEach((each) => each.click())")
    assert page.locator("tr.detail").count() == page.locator("tr.link").count()


def test_all_is_done_with_the_keyboard(desk: Page) -> None:
    desk.keyboard.press("/")
    desk.keyboard.type("learning")
    assert desk.locator("#search").input_value() == "learning"
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("ArrowDown")
    second = desk.locator(".opener").nth(1)
    expect(second).to_be_focused()
    desk.keyboard.press("Enter")
    assert second.get_attribute("aria-expanded") == "true"
    assert desk.locator(f"#{second.get_attribute('aria-controls')}").is_visible()
    desk.keyboard.press("Tab")  # To the address of the link, still in its row.
    desk.keyboard.press("Escape")
    expect(second).to_be_focused()
    assert desk.locator("tr.detail").count() == 0
    desk.keyboard.press("ArrowUp")
    desk.keyboard.press("ArrowUp")
    expect(desk.locator("#search")).to_be_focused()
    desk.keyboard.press("Escape")
    assert results(desk) == "300 links"


def test_an_opened_link_tells_all_that_is_known(desk: Page) -> None:
    report = sample()
    link = next(link for link in report.links if link.dispute and link.dispute.replacement == TAKEN_BACK)
    written = link.occurrences[0]
    assert report.trends is not None
    desk.locator("#search").fill(link.url)
    desk.locator("tr.link td.nights").click()
    told = desk.locator("tr.detail").inner_text()
    assert f"{written.file}:{written.line}:{written.column}" in told
    assert " › ".join(written.headings) in told
    assert "the old URL stands again" in told
    assert desk.locator(f'tr.detail a[href="{TAKEN_BACK}"]').count() == 1
    nights = desk.locator("tr.detail .strip li")
    assert nights.count() == 30
    seen = report.trends.strips[link.url][-1]
    assert seen is not None
    assert nights.last.get_attribute("title") == f"2026-11-21 02:30: {seen.value.replace('_', ' ')}"


def test_a_view_has_an_address_that_shows_it_again(desk: Page) -> None:
    desk.locator(".chip[data-state=dead]").click()
    desk.locator("#table th.since button").click()
    desk.locator("#search").fill("e")
    desk.locator(".opener").nth(2).click()
    shown, opened = addresses(desk), desk.locator("tr.is-open .address").inner_text()
    expect(desk).to_have_url(re.compile("#q=e&state=dead&sort=since&link="))
    desk.reload()
    assert addresses(desk) == shown
    assert desk.locator("tr.is-open .address").inner_text() == opened
    assert desk.locator("#search").input_value() == "e"


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("#q=<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>"),
        ("#q=%E0%A4%A&state=__proto__,dead%2&is=toString", "\ufffd%A"),
        ("#sort=constructor&down=1&file=__proto__&link=constructor", ""),
        ("#%00&&&===%", ""),
    ],
)
def test_an_address_that_somebody_made_up_does_nothing(desk: Page, address: str, words: str) -> None:
    desk.evaluate("address => { location.hash = address; follow(location.hash, true) }", address)
    assert desk.locator("#search").input_value() == words
    assert results(desk) == ("No link is like that." if words else "300 links")
    assert desk.locator("#links img").count() == 0


def test_the_chart_tells_its_figures_to_pointer_and_keys(desk: Page) -> None:
    trends = sample().trends
    assert trends is not None
    chart = desk.get_by_role("slider")
    chart.focus()
    desk.keyboard.press("Home")
    first = trends.tallies[0]
    assert desk.locator("#health-at").inner_text() == first.at.strftime("%Y-%m-%d %H:%M")
    assert desk.locator(".legend [data-state=dead]").inner_text() == str(first.counts[State.DEAD])
    assert f"dead {first.counts[State.DEAD]}" in (chart.get_attribute("aria-valuetext") or "")
    box = chart.bounding_box()
    assert box is not None
    desk.mouse.move(box["x"] + box["width"] - 2, box["y"] + 40)
    last = trends.tallies[-1]
    assert desk.locator(".legend [data-state=dead]").inner_text() == str(last.counts[State.DEAD])


def test_hosts_sort_by_what_is_broken(desk: Page) -> None:
    hosts = desk.locator("#host-shares tbody tr")
    assert hosts.locator("visible=true").count() == 10
    desk.locator("#host-shares").get_by_role("button", name="Broken").click()
    broken = [int(text) for text in desk.locator("#host-shares tbody td:nth-child(3)").all_inner_texts() if text]
    assert broken == sorted(broken, reverse=True)
    assert broken[0] > 0


def test_paper_has_every_link_that_matches_and_what_is_known_of_the_broken(desk: Page) -> None:
    desk.emulate_media(media="print", color_scheme="dark")
    expect(desk.locator("tr.link")).to_have_count(300)
    broken = len(links_in(State.DEAD, sample())) + len(links_in(State.INVALID, sample()))
    assert desk.locator("tr.detail").count() == broken
    assert not desk.locator("#controls").is_visible()
    assert not is_dark(desk)
    desk.emulate_media(media="screen", color_scheme="light")
    expect(desk.locator("tr.link")).to_have_count(50)
    assert desk.locator("tr.detail").count() == 0


def is_dark(page: Page) -> bool:
    channels = page.evaluate("getComputedStyle(document.body).backgroundColor.match(/[\\d.]+/g).map(Number)")
    return sum(channels[:3]) < 200


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_theme_is_the_systems_until_it_is_chosen(shared: Page, scheme: str) -> None:
    shared.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    shared.reload()
    assert is_dark(shared) == (scheme == "dark")
    shared.locator("#theme").click()
    assert is_dark(shared) == (scheme == "light")
    shared.reload()
    assert is_dark(shared) == (scheme == "light")
    shared.evaluate("localStorage.clear()")
    shared.emulate_media(color_scheme="light")
    shared.reload()


def test_nothing_that_was_said_acts_without_scripts(open_page: Open) -> None:
    assert_nothing_acts(open_page(hostile_page(), java_script_enabled=False))


def test_what_was_said_is_shown_as_it_is_and_does_not_fill_the_screen(open_page: Open) -> None:
    page = open_page(hostile_page(), viewport=PHONE)
    titles = page.locator("tr.link .name bdi").all_inner_texts()
    assert HOSTILE_WORDS[1] in titles
    assert HOSTILE_WORDS[2] in titles
    tall = page.locator("tr.link, .news li").evaluate_all(
        "found => Math.max(...found.map((each) => each.offsetHeight))"
    )
    assert tall < PHONE["height"] / 2
    page.locator("#search").fill("onerror= owned")
    assert results(page) == "1 of 13 links"
    page.evaluate("follow('', false)")
    open_all(page)
    assert HOSTILE_WORDS[-1] in page.locator(f'tr.is-open [title="{HOSTILE_WORDS[-1]}"]').first.inner_text()
    assert_nothing_acts(page)
    assert_fits(page)


def assert_nothing_acts(page: Page) -> None:
    assert page.title() == "Link report, 2026-11-21"
    assert page.locator("img, iframe, object, embed, base, body style, form[action]").count() == 0
    assert page.locator("script").count() == 3
    anchors = page.locator("main a")
    targets = anchors.evaluate_all("found => found.map((each) => [each.getAttribute('href'), each.rel])")
    for target, rel in targets:
        assert target.startswith(("https://", "#"))
        assert target.startswith("#") or rel == "noopener noreferrer nofollow"
    assert len(targets) > 20
    text = page.locator("body").text_content() or ""
    assert {unicodedata.category(character) for character in text} & {"Cf", "Cs", "Co", "Zl", "Zp"} == set()
    assert "\x1b" not in text
    assert r"\u202etxt.exe" in page.locator("main").inner_text()


def assert_fits(page: Page) -> None:
    for size in NARROW:
        page.set_viewport_size(size)  # type: ignore[arg-type]
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_broken_links_and_charts_need_no_script(open_page: Open) -> None:
    page = open_page(sample_page(), java_script_enabled=False)
    broken = [*links_in(State.DEAD, sample()), *links_in(State.INVALID, sample())]
    assert set(addresses(page)) == {link.url for link in broken}
    assert page.locator("#health-plots path.s-alive").is_visible()
    assert page.locator("#host-shares tbody tr").first.is_visible()
    assert not page.locator("#controls, #theme").first.is_visible()


def test_links_are_cards_on_a_phone_and_all_fits(desk: Page) -> None:
    size = desk.viewport_size
    assert size is not None
    desk.set_viewport_size(PHONE)  # type: ignore[arg-type]
    row, title = desk.locator("tr.link").first.bounding_box(), desk.locator("tr.link .name").first.bounding_box()
    assert row is not None
    assert title is not None
    assert title["width"] > 0.8 * row["width"]
    # The headings are said and not shown, until keys come to one.
    heading = desk.locator("#table th.title button")
    assert (desk.locator("#table thead").bounding_box() or row)["height"] <= 1
    heading.focus()
    assert (desk.locator("#table thead").bounding_box() or row)["height"] > 20
    open_all(desk)
    assert_fits(desk)
    desk.set_viewport_size(size)


def test_a_report_without_links_says_what_to_do(open_page: Open) -> None:
    page = open_page(render(Report(None, ()), Format.HTML, View()))
    assert "dlt-crawl run" in page.locator("main").inner_text()


def test_a_first_run_has_no_course_yet_and_storage_may_be_denied(open_page: Open) -> None:
    page = open_page(render(replace(report_of(3), trends=None), Format.HTML, View()))
    page.add_init_script("Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('denied') }})")
    page.reload()
    assert "Two runs on record make a line" in page.locator("main").inner_text()
    assert results(page) == "3 links"
    page.locator("#theme").click()
    assert is_dark(page)
