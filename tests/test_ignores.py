"""`[[ignore]]`: links that are checked and not told of, for a reason and until a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from dlt_crawler import pipeline
from dlt_crawler.config import IgnoreSettings, load
from dlt_crawler.errors import ConfigError
from dlt_crawler.model import Ignore, IgnoreTrouble, Report, StaleIgnore, State, Verdict
from dlt_crawler.pipeline import LeftBecause, in_place_by_force, report_of
from dlt_crawler.report import Format, View, broken, render
from dlt_crawler.summary.ignores import of_ignores
from tests.repairs_support import BEGAN, Owner

TODAY = BEGAN.date()
GONE, WALL, FINE = "https://gone.example/paper", "https://wall.example/", "https://fine.example/"


def rule(url: str, until: date = TODAY, reason: str = "they know") -> IgnoreSettings:
    return IgnoreSettings(url=url, reason=reason, until=until)


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def begin(directory: Path, *rules: IgnoreSettings) -> Owner:
    owner = Owner(directory, ignore=rules)
    owner.write("lists/a.md", f"[gone]({GONE}#top) [wall]({WALL}) [fine]({FINE}) [rel](x.md)\n")
    with owner.job() as job:
        pipeline.store_links(job, ())
    owner.dies(GONE)
    owner.knows(WALL, Verdict(State.BLOCKED, "403"))
    owner.knows(FINE, Verdict(State.ALIVE, "200"))
    return owner


def report(owner: Owner) -> Report:
    with owner.job() as job:
        return report_of(job, Format.JSON)


def ignored(shown: Report) -> Mapping[str, str]:
    return {link.url: link.ignored.where for link in shown.links if link.ignored}


def stale(shown: Report) -> list[tuple[str, IgnoreTrouble]]:
    return [(each.ignore.what, each.trouble) for each in shown.ignores]


def test_links_are_ignored_up_to_the_day_and_on_it(directory: Path) -> None:
    owner = begin(directory, rule("^https://wall"), rule(r"gone\.example/.*#top$", reason="moving"), rule("gone"))
    found = report(owner)
    assert ignored(found) == {GONE: r'[[ignore]] "gone\.example/.*#top$"', WALL: '[[ignore]] "^https://wall"'}
    assert (broken(found), stale(found)) == (0, [])
    assert GONE not in render(found, Format.TEXT, View())
    assert GONE in render(found, Format.TEXT, View(ignored=True))
    owner.now += timedelta(days=1)
    after = report(owner)
    assert (ignored(after), broken(after)) == ({}, 1)
    assert [trouble for _, trouble in stale(after)] == 3 * [IgnoreTrouble.EXPIRED]
    assert after.ignores[1].ignore.reason == "moving"
    assert after.ignores[1].sentence.startswith("its last day, 2026-03-01, has passed: the links that it is about are ")
    assert after.ignores[1].sentence.endswith("; its reason: moving")
    assert GONE in render(after, Format.TEXT, View())


@pytest.mark.parametrize(
    ("pattern", "needless"),
    [("nobody", True), ("wall", False), ("gone", False), (r"x\.md", True), ("fine|gone", False)],
)
def test_a_rule_that_is_about_nothing_is_needless(directory: Path, pattern: str, needless: bool) -> None:
    found = report(begin(directory, rule(pattern)))
    assert stale(found) == ([(pattern, IgnoreTrouble.NEEDLESS)] if needless else [])


def test_a_rule_is_needless_when_all_that_it_is_about_has_answered_on_two_days(directory: Path) -> None:
    later = TODAY + timedelta(days=99)
    owner = begin(directory, rule("fine", later), rule("fine|wall", later))
    assert stale(report(owner)) == []
    owner.sees(1, (FINE, ()))
    owner.sees(1.1, (FINE, ()), (WALL, ()))
    assert stale(report(owner)) == []
    owner.sees(2, (FINE, ()))
    found = report(owner)
    assert stale(found) == [("fine", IgnoreTrouble.NEEDLESS)]
    assert "answer, and did so on two days or more: remove it (links: 1)" in found.ignores[0].sentence
    # It answers, so that there is nothing to ignore.
    assert FINE not in ignored(found)
    owner.sees(3, (WALL, ()))
    assert len(report(owner).ignores) == 2


def test_nothing_is_said_of_rules_where_nobody_has_any(directory: Path) -> None:
    found = report(begin(directory))
    assert (ignored(found), found.ignores) == ({}, ())


def test_comments_are_told_of_beside_them(directory: Path) -> None:
    owner = begin(directory, rule("nobody"))
    owner.write(
        "lists/b.md",
        "text <!-- dlt-crawl: ignore: slow -->\n<https://x.example> <!-- dlt-crawl: ignore until 2020-01-01 -->\n",
    )
    with owner.job() as job:
        pipeline.store_links(job, ())
    found = report(owner)
    assert [(each.ignore.where, each.trouble.value) for each in found.ignores] == [
        ("lists/b.md:1:6", "needless"),
        ("lists/b.md:2:21", "expired"),
        ('[[ignore]] "nobody"', "needless"),
    ]


def test_repair_leaves_them_as_they_are_and_says_why(directory: Path) -> None:
    owner = begin(directory, rule("gone", reason="they | know"))
    before = (directory / "lists/a.md").read_bytes()
    (done,) = owner.repair(in_place_by_force)
    ((left,),) = (done.left,)
    assert (left.because, left.why) == (LeftBecause.IGNORED, "to be left alone until 2026-03-01: they | know")
    assert (directory / "lists/a.md").read_bytes() == before
    owner.now += timedelta(days=1)
    (done,) = owner.repair(in_place_by_force)
    assert done.left == ()
    assert b"web.archive.org" in (directory / "lists/a.md").read_bytes()


def test_a_new_death_is_no_news(directory: Path) -> None:
    owner = begin(directory, rule("gone"))
    assert [link.url for link in report(owner).links if link.is_broken] == []
    text = render(replace(report(owner)), Format.TEXT, View())
    assert "newly dead" not in text


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ('url = "("\nreason = "x"\nuntil = 2027-01-01', r"ignore\.0\.url: '\(' is not a regular expression"),
        ('url = ""\nreason = "x"\nuntil = 2027-01-01', r"ignore\.0\.url: '' finds every URL"),
        ('url = "x|.*"\nreason = "x"\nuntil = 2027-01-01', r"ignore\.0\.url: 'x\|\.\*' finds every URL"),
        ('url = "x"\nreason = "x"\nuntil = "soon"', r"ignore\.0\.until: .*date"),
        ('url = "x"\nreason = " "\nuntil = 2027-01-01', r"ignore\.0\.reason: "),
        ('url = "x"\nuntil = 2027-01-01', r"ignore\.0\.reason: Field required"),
        ('url = "x"\nreason = "x"', r"ignore\.0\.until: Field required"),
        ('url = "x"\nuntill = 1\nuntil = 2027-01-01\nreason = "x"', r"unknown key ignore\.0\.untill; .* until\?"),
    ],
)
def test_rules_that_are_none_are_named_by_file_and_key(directory: Path, lines: str, message: str) -> None:
    Path("dlt-crawl.toml").write_text(f"[[ignore]]\n{lines}\n")
    with pytest.raises(ConfigError, match=f"^dlt-crawl.toml: {message}"):
        load()


def test_one_pair_of_brackets_is_no_list_of_rules(directory: Path) -> None:
    Path("dlt-crawl.toml").write_text('[ignore]\nurl = "x"\nreason = "x"\nuntil = 2027-01-01\n')
    with pytest.raises(ConfigError, match=r"^dlt-crawl.toml: ignore: .*write \[\[ignore\]\]"):
        load()


def test_the_summary_of_a_run_names_five_of_each_trouble() -> None:
    stale = [
        StaleIgnore(Ignore(f"list.md:{number}:1", "ignore"), trouble, "A long sentence.")
        for number in range(1, 8)
        for trouble in (IgnoreTrouble.EXPIRED, IgnoreTrouble.BAD_DATE)
        if trouble is IgnoreTrouble.EXPIRED or number == 7
    ]
    assert of_ignores(Report(None, (), ignores=tuple(stale))) == [
        "7 have expired: list.md:1:1, list.md:2:1, list.md:3:1, list.md:4:1, list.md:5:1 and 2 more",
        "1 has no last day that is understood: list.md:7:1",
    ]


def test_a_rule_as_it_is_documented(directory: Path) -> None:
    text = (Path(__file__).parents[1] / "docs/ignores.md").read_text()
    block = text[text.index("    [[ignore]]") :].partition("\n\n")[0]
    Path("dlt-crawl.toml").write_text("\n".join(line.strip() for line in block.splitlines()))
    found: Any = load().ignore[0]
    assert (found.url, found.until) == (r"^https://flaky\.example/", date(2027, 1, 31))
