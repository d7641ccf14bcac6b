"""The program in Chinese: for whom, and all of it."""

from __future__ import annotations

import gettext
import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import typer
from rich.cells import cell_len
from typer.main import get_group

from dlt_crawler.cli import app
from dlt_crawler.cli.language import language_asked_for, speak, translated
from dlt_crawler.language import chosen, language_of, named, use
from dlt_crawler.report import Format, View, render
from dlt_crawler.store import Store
from tests.internet.client import Internet
from tests.nightly import Maintainer

CHINESE = {"LANGUAGE": "", "LANG": "zh_CN.UTF-8", "COLUMNS": "80"}
ENGLISH_SENTENCE = re.compile(r"(?<![\w./“-])[a-z]+(?: [a-z]+){2,}")

PAGES = (
    "/ok", "/status/404", "/status/410", "/status/500", "/status/403", "/status/418", "/status/600", "/reset",
    "/empty-reply", "/garbage", "/conflicting-lengths", "/redirect-to/301?/ok", "/redirect-self", "/soft-404",
    "/soft-404-chinese", "/parked", "/bot-wall/403", "/ok#nowhere", "/redirect-to/302?javascript:1",
)  # fmt: skip


@pytest.fixture(scope="module")
def maintainer(internet: Internet, tmp_path_factory: pytest.TempPathFactory) -> Maintainer:
    """After two nights, the second of them in Chinese."""
    maintainer = Maintainer.begin(tmp_path_factory.mktemp("chinese"), internet)
    maintainer.write(
        "列表.md",
        *(f"- [第 {number} 个]({internet.http_url(page)})" for number, page in enumerate(PAGES)),
        *(f"- [证书]({internet.https_url('/ok', tls)})" for tls in ("expired", "wrong-name", "tls-1.0") if tls),
        "- [局域网](http://192.168.1.1/) [未知](http://no-such.invalid/) [坏的](http://[bad/) [邮件](mailto:a@b.c)",
        "- [空]() [文件](a.md) [别的](ftp://x.example/) [未定义][无] http://127.0.0.1:1/裸网址，后面",
        "<!-- dlt-crawl: ignroe -->",
    )
    maintainer.archive(internet.http_url("/status/404"), "20200102030405")
    maintainer.run("run")
    maintainer.nights_pass(1.2)
    said = maintainer.run("run", **CHINESE)
    (maintainer.directory / "said.txt").write_text(said)
    return maintainer


Speaking = Callable[[str], None]


@pytest.fixture
def speaking(monkeypatch: pytest.MonkeyPatch) -> Iterator[Speaking]:
    """Return what makes this process talk a language until the end of the test."""
    before, domain = chosen(), gettext.textdomain()
    monkeypatch.setenv("LANGUAGE", os.environ["LANGUAGE"])
    yield speak
    use(before)
    gettext.textdomain(domain)


def english_in(text: str) -> list[str]:
    """Return the English sentences of a text, beside what was quoted, and addresses."""
    plain = re.sub(r"“[^”]*”|`[^`]*`|https?:\S+|(?<=迹象）：).*", "", text)
    return [line for line in plain.splitlines() if ENGLISH_SENTENCE.search(line)]


def test_a_report_in_chinese_is_all_chinese(maintainer: Maintainer) -> None:
    text = maintainer.run("report", "--all", "--explain", "--list", "lints", **CHINESE)
    assert english_in(text) == []
    assert "127.0.0.1 应答 404 Not Found；自 " in text
    assert "2020-01-02 的快照（已回放）" in text


def test_lines_of_a_chinese_report_are_as_wide_as_english_ones(maintainer: Maintainer) -> None:
    text = maintainer.run("report", **CHINESE)
    assert [line for line in text.splitlines() if cell_len(line) > 80 and "http" not in line] == []
    assert "── 合计 ───" in text


def test_what_a_run_says_is_chinese(maintainer: Maintainer) -> None:
    text = (maintainer.directory / "said.txt").read_text()
    assert english_in(text) == []
    assert "检查了 " in text


@pytest.mark.parametrize("arguments", [("repair",), ("extract", "--lints"), ("prune",), ("search", "第")])
def test_commands_talk_chinese(maintainer: Maintainer, arguments: tuple[str, ...]) -> None:
    text = maintainer.run(*arguments, **CHINESE)
    assert english_in(text) == []
    assert re.search("[\u4e00-\u9fff]{3}", text)


def test_the_history_of_a_dead_link_is_chinese(maintainer: Maintainer, internet: Internet) -> None:
    text = maintainer.run("history", internet.http_url("/status/404"), **CHINESE)
    assert english_in(text) == []
    assert re.search("判定  [^ ]+ → 已失效：127.0.0.1", text)
    assert "未找到 404，用时 0." in text


def test_markdown_and_html_are_chinese(maintainer: Maintainer) -> None:
    markdown = maintainer.run("report", "--format", "markdown", "--all", **CHINESE)
    assert english_in(re.sub(r"<[^>]+>", "", markdown)) == []
    assert "127.0.0.1 应答 200 OK：其标题写着“Page not found”，并且几乎没有文字；自 " in markdown
    page = maintainer.run("report", "--format", "html", **CHINESE)
    assert '<html lang="zh-Hans"' in page
    assert "链接报告" in page


def test_what_programs_read_is_the_same_in_all_languages(maintainer: Maintainer, speaking: Speaking) -> None:
    view = View.of((), all_links=True)
    with Store.open(f"sqlite:///{maintainer.database}", create=False) as store:
        report = store.report()
    said = {}
    for language in ("zh_CN", "en"):
        speaking(language)
        said[language] = [render(report, each, view) for each in (Format.JSON, Format.JUNIT, Format.SARIF, Format.CSV)]
        assert ('<html lang="en"' in render(report, Format.HTML, view)) == (language == "en")
    assert said["zh_CN"] == said["en"]


def test_a_log_for_programs_is_english(maintainer: Maintainer) -> None:
    ended = maintainer.run("--log-format", "json", "history", "http://unknown.example/", status=2, **CHINESE)
    (line,) = ended.splitlines()
    assert "`dlt-crawl report --all` lists what is" in json.loads(line)["message"]
    people = maintainer.run("history", "http://unknown.example/", status=2, **CHINESE)
    assert "`dlt-crawl report --all` 会列出其中的链接" in people


CHOICES: tuple[tuple[tuple[str, ...], dict[str, str], bool], ...] = (
    (("--lang", "zh_CN"), {}, True),
    (("--lang=zh-Hans",), {}, True),
    (("--lang", "en"), {"LANG": "zh_CN.UTF-8"}, False),
    ((), {"LANG": "zh_CN.UTF-8"}, True),
    ((), {"LANG": "C", "LANGUAGE": "zh"}, True),
    ((), {"LANG": "C", "LANGUAGE": "en:zh"}, False),
    ((), {"LANG": "en_GB.UTF-8", "DLT_CRAWL_LANG": "zh_CN"}, True),
    ((), {"LANG": "C"}, False),
    ((), {"LANG": "zh_TW.UTF-8"}, False),
    ((), {"LANG": "de_DE.UTF-8"}, False),
    ((), {"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, False),
)


@pytest.mark.parametrize(("arguments", "environment", "chinese"), CHOICES)
def test_the_language_that_is_asked_for(arguments: tuple[str, ...], environment: dict[str, str], chinese: bool) -> None:
    assert language_asked_for([*arguments, "report"], environment) == ("zh_CN" if chinese else "en")


@pytest.mark.parametrize(("arguments", "environment", "chinese"), [CHOICES[0], CHOICES[6], CHOICES[8]])
def test_help_is_in_the_language_that_is_asked_for(
    tmp_path: Path, internet: Internet, arguments: tuple[str, ...], environment: dict[str, str], chinese: bool
) -> None:
    text = Maintainer(tmp_path, internet).run(*arguments, "--help", **{"LANGUAGE": "", **environment})
    assert ("显示失效的链接。" in text, "Show the broken links." in text) == (chinese, not chinese)
    assert ("选项：" in text, "Options:" in text) == (chinese, not chinese)
    assert ("用法：" in text, "Usage: " in text) == (chinese, not chinese)


def test_all_help_is_chinese_and_keeps_to_its_columns(speaking: Speaking) -> None:
    speaking("zh_CN")
    group = translated(get_group(app))
    whole = typer.Context(group, info_name="dlt-crawl", terminal_width=80)
    for name, command in group.commands.items():
        text = command.get_help(command.context_class(command, info_name=name, parent=whole, terminal_width=80))
        assert [line for line in english_in(text) if "json" not in line and "broken" not in line] == []
        assert max(map(cell_len, text.splitlines())) <= 80
        assert "选项：\n" in text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nonsense",), "错误：没有命令 'nonsense'。"),
        (("histry",), "错误：没有命令 'histry'。您是否想用 'history'？"),
        (("history",), "错误：缺少参数 "),
        (("report", "--format", "nonsense"), "'nonsense' 不在 "),
        (("run", "--format-of", "a=b"), "错误：--format-of 的值无效：没有格式 'b'；请从 "),
        (("report", "--lits"), "错误：没有选项 --lits（可能的选项：--list）"),
        (("-v", "-q", "report"), "--verbose 与 --quiet 不能同时使用"),
        (("--lang", "xx", "report"), "不支持“xx”；请从 en, zh_CN 中选择"),
    ],
)
def test_wrong_usage_is_told_of_in_chinese(
    tmp_path: Path, internet: Internet, arguments: tuple[str, ...], said: str
) -> None:
    text = Maintainer(tmp_path, internet).run(*arguments, status=2, **CHINESE)
    assert said in text
    assert english_in(text) == []


def test_a_mistake_in_the_configuration_is_told_of_in_chinese(tmp_path: Path, internet: Internet) -> None:
    (tmp_path / "dlt-crawl.toml").write_text("[fetch]\ndelay = 'long'\nfoo = 1\n")
    text = Maintainer(tmp_path, internet).run("report", status=2, **CHINESE)
    assert "未知的键 fetch.foo" in text
    assert "fetch.delay: 应为数字，无法把字符串解读为数字" in text


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("zh", "zh_CN"),
        ("zh_CN.GB18030", "zh_CN"),
        ("zh-Hans-SG", "zh_CN"),
        ("zh_HK", None),
        ("fr", None),
        ("POSIX", "en"),
    ],
)
def test_names_of_languages(name: str, language: str | None) -> None:
    assert named(name) == language
    assert language_of({"LANG": name}) == (language or "en")
