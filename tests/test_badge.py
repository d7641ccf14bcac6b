"""The badge of a README says how many links are broken: in colours that fit, and in letters that can be read."""

from __future__ import annotations

import gettext
import json
from dataclasses import replace

import pytest
from lxml import etree

from dlt_crawler.language import catalogue
from dlt_crawler.model import Ignore, LinkStatus, Report, State, Verdict
from dlt_crawler.report import Format, View, render
from tests.report_samples import ALIVE, BLOCKED, DEAD, RUN, UNCHECKED

SVG = "{http://www.w3.org/2000/svg}"
SKIPPED = replace(UNCHECKED, verdict=Verdict(State.SKIPPED, "a mail address"))
INVALID = replace(UNCHECKED, verdict=Verdict(State.INVALID, "malformed"))
IGNORED = replace(DEAD, ignored=Ignore("dlt-crawl.toml, ignore[1]", "gone.example", "known"))

SAYS = [
    ([ALIVE] * 670, "all 670 alive", "brightgreen"),
    ([ALIVE], "1 alive", "brightgreen"),
    ([ALIVE] * 1233 + [BLOCKED], "none of 1,234 broken", "brightgreen"),
    ([ALIVE] * 667 + [DEAD] * 2 + [INVALID], "3 of 670 broken", "yellow"),
    ([ALIVE] * 97 + [DEAD] * 3, "3 of 100 broken", "orange"),
    ([ALIVE] * 7 + [DEAD] * 3, "3 of 10 broken", "red"),
    ([ALIVE] * 9 + [IGNORED, SKIPPED, UNCHECKED], "all 9 alive", "brightgreen"),
    ([UNCHECKED, SKIPPED], "not checked yet", "lightgrey"),
    ([], "none", "lightgrey"),
]


def svg(links: list[LinkStatus]) -> etree._Element:
    return etree.fromstring(render(Report(RUN, tuple(links)), Format.BADGE, View()).encode())


@pytest.mark.parametrize(("links", "message", "colour"), SAYS)
def test_what_it_says_and_in_which_colour(links: list[LinkStatus], message: str, colour: str) -> None:
    shields = json.loads(render(Report(RUN, tuple(links)), Format.SHIELDS, View()))
    assert shields == {"schemaVersion": 1, "label": "links", "message": message, "color": colour}
    drawn = svg(links)
    assert [text.text for text in drawn.iter(f"{SVG}text")] == ["links", message]
    assert drawn.get("role") == "img"
    assert drawn.get("aria-label") == drawn.findtext(f"{SVG}title") == f"links: {message}"


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    digits = colour.removeprefix("#")
    digits = "".join(each * 2 for each in digits) if len(digits) == 3 else digits
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("links", [links for links, _, _ in SAYS])
def test_it_can_be_read_on_its_colours_and_everything_has_room(links: list[LinkStatus]) -> None:
    drawn = svg(links)
    (group,) = (each for each in drawn.iter(f"{SVG}g") if each.get("fill"))
    left, right = list(drawn.iter(f"{SVG}rect"))[1:]
    for part in (left, right):
        assert (luminance(group.get("fill", "")) + 0.05) / (luminance(part.get("fill", "")) + 0.05) >= 4.5
    for part, text in zip((left, right), drawn.iter(f"{SVG}text"), strict=True):
        start, end = float(part.get("x", 0)), float(part.get("x", 0)) + float(part.get("width", 0))
        assert start < float(text.get("x", 0)) < float(text.get("x", 0)) + float(text.get("textLength", 0)) < end
    assert float(drawn.get("width", 0)) == pytest.approx(float(left.get("width", 0)) + float(right.get("width", 0)))


class Chinese(gettext.NullTranslations):
    def gettext(self, message: str) -> str:
        return {"links": "链接", "{broken} of {total} broken": "{total} 个中 {broken} 个<失效>"}.get(message, message)


def test_chinese_takes_its_room_and_markup_in_a_translation_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    english = [float(text.get("textLength", 0)) for text in svg([DEAD]).iter(f"{SVG}text")]
    monkeypatch.setattr(catalogue, "_in_use", Chinese())
    label, message = svg([DEAD]).iter(f"{SVG}text")
    assert (label.text, message.text) == ("链接", "1 个中 1 个<失效>")
    assert float(label.get("textLength", 0)) == 22
    assert float(message.get("textLength", 0)) != english[1]
