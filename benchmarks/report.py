"""How fast the page of 10,000 links opens and filters in Chromium, beside a bare table of the same links."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from html import escape
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, sync_playwright

from benchmarks.timing import least
from dlt_crawler.model import Report
from dlt_crawler.report import Format, View, render
from tests.page_samples import report_of

LINKS = 10_000
ROUNDS = 5
TYPED = ("l", "le", "learn", "learning", "learning survey", "learning survey 神经", "神经", "github.com", "")
"""What is in the search field, letter by letter."""

_OPENED = "performance.getEntriesByType('navigation')[0].loadEventEnd"
_PAINTED = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"
_TYPE = """(words) => {
    const field = document.getElementById("search");
    field.value = words;
    const start = performance.now();
    field.dispatchEvent(new Event("input", {bubbles: true}));
    document.body.offsetHeight;  // Until it is laid out.
    return performance.now() - start;
}"""


def main() -> None:
    report = report_of(LINKS)
    page, table = render(report, Format.HTML, View(all_links=True)), bare_table(report)
    made = least(lambda: render(report, Format.HTML, View(all_links=True)), 3)
    print(f"made in {made:.2f} s; bytes a link: {size(page):.0f}, the bare table {size(table):.0f}")
    program = shutil.which("chromium")
    if program is None:
        print("chromium is not installed: nothing is opened")
        return
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        for name, html in (("page", page), ("bare table", table)):
            file = Path(folder) / "report.html"
            file.write_text(html, encoding="utf-8")
            painted, opened, typed = timings(browser, file.as_uri())
            print(f"{name}: first paint after {painted:.0f} ms, open after {opened:.0f} ms", end="")
            print(f", a keystroke {median(typed):.0f} ms (at most {max(typed):.0f} ms)" if typed else "")
        browser.close()


def timings(browser: Browser, address: str) -> tuple[float, float, Sequence[float]]:
    """Return milliseconds to the first paint, to the page being there, and of each keystroke: the least of ROUNDS."""
    painted, opened, typed = [], [], []
    for _ in range(ROUNDS):
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(address)
        opened.append(page.evaluate(_OPENED))
        painted.append(page.evaluate(_PAINTED))
        if page.locator("#search").count():
            typed.append([page.evaluate(_TYPE, words) for words in TYPED])
        page.close()
    return min(painted), min(opened), [min(times) for times in zip(*typed, strict=True)]


def size(html: str) -> float:
    return len(html.encode()) / LINKS


def bare_table(report: Report) -> str:
    """Return the least that shows the same links: no history, no details, nothing to press."""
    rows = "".join(
        f"<tr><td>{link.verdict.state.value}<td>{escape(link.page.title or '')}"
        f'<td><a href="{escape(link.url)}">{escape(link.url)}</a><td>{escape(link.verdict.reason)}'
        f"<td>{escape(link.occurrences[0].file)}:{link.occurrences[0].line}"
        for link in report.links
    )
    return f'<!DOCTYPE html><meta charset="utf-8"><title>Links</title><table>{rows}</table>'
