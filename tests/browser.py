"""Chromium, for pages that must work in a browser: Debian's, driven by Playwright. One for all tests that want it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

_SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

# Chromium tells of a violation on the console, too; but not of one by a page that listens.
_WATCH = """addEventListener("securitypolicyviolation", (event) =>
    console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`))"""

Open = Callable[..., Page]
"""Opens HTML as a file: `open(html, at="#…", **options of the context)`."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = shutil.which("chromium")
    if program is None and os.environ.get("CI"):
        pytest.fail("in CI the page must be tried, and chromium is not installed")
    if program is None:
        pytest.skip("chromium is not installed")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=_SWITCHES)
        yield running
        running.close()


@pytest.fixture
def open_page(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    """Open pages that must not ask for anything, nor have anything to complain of: that is looked at in the end."""
    with _opening(browser, tmp_path) as open_:
        yield open_


@pytest.fixture(scope="module")
def open_for_module(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Open]:
    """Open pages likewise, for all tests of a module: that is looked at when the last of them is done."""
    with _opening(browser, tmp_path_factory.mktemp("pages")) as open_:
        yield open_


@contextmanager
def _opening(browser: Browser, folder: Path) -> Iterator[Open]:
    asked: list[str] = []
    said: list[str] = []
    contexts: list[BrowserContext] = []

    def open_(html: str, at: str = "", **options: Any) -> Page:
        file = folder / f"{len(contexts)}.html"
        file.write_text(html, encoding="utf-8")
        context = browser.new_context(**{"reduced_motion": "reduce", "offline": True} | options)
        contexts.append(context)
        page = context.new_page()
        page.add_init_script(_WATCH)
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: said.append(f"error: {error}"))
        page.on("dialog", lambda dialog: said.append(f"dialog: {dialog.message}"))
        page.goto(file.as_uri() + at)
        return page

    yield open_
    for context in contexts:
        context.close()
    # A page itself is asked for, and what it holds: `data:` is no request to anybody.
    others = [url for url in asked if not url.startswith((folder.as_uri(), "data:"))]
    assert (others, said) == ([], [])
