"""Who we say we are."""

from __future__ import annotations

import re

import pytest

from dlt_crawler.config import user_agent


@pytest.mark.parametrize("contact", ["", "me@a.example"])
def test_the_user_agent_says_where_to_read_about_us_and_whom_to_write_to(contact: str) -> None:
    product, _, comment = user_agent(contact).partition(" ")
    assert re.fullmatch(r"dlt-crawl/\d[\w.+]*", product)
    about, _, written = comment.removeprefix("(").removesuffix(")").partition("; ")
    assert re.fullmatch(r"\+https://[\w.-]+/\S+", about)
    assert written == contact


def test_a_contact_cannot_add_a_line() -> None:
    assert user_agent("me@a.example\r\nX-Evil: 1é").endswith("; me@a.exampleX-Evil: 1)")
