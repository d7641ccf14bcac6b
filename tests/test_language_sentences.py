"""Stored sentences are recognised, and said in Chinese; what others said in them stays as it is."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from dlt_crawler.language import chosen, ngettext, told, use
from dlt_crawler.language.sentences import Sentences


@pytest.fixture(autouse=True)
def _chinese() -> Iterator[None]:
    before = chosen()
    use("zh_CN")
    yield
    use(before)


@pytest.mark.parametrize(
    ("sentence", "chinese"),
    [
        ("not checked yet", "尚未检查"),
        ("a.example answered 404 Not Found.", "a.example 应答 404 Not Found。"),
        (
            "its title says “Page not found”, and 4 links of this host end on the same page",
            "其标题写着“Page not found”，该主机有 4 个链接最终都到了同一个网页",
        ),
        (
            "a.example answered 200 OK: its title says “404”, and there is hardly any text; seen once since 2026-01-01",
            "a.example 应答 200 OK：其标题写着“404”，并且几乎没有文字；自 2026-01-01 起见到 1 次",
        ),
        (
            "a.example answered 600, which is no answer to a plain request.",
            "a.example 应答 600，这不是对普通请求的应答。",
        ),
        (
            "a.example answered 404 Not Found; seen 3 times since 2026-01-02, which proves nothing yet",
            "a.example 应答 404 Not Found；自 2026-01-02 起见到 3 次，尚不能证明什么",
        ),
        (
            "a.example did not answer within 20 s; www.a.example was tried in vain; seen once since 2026-01-01",
            "a.example 在 20 秒内没有应答；另外尝试了 www.a.example，也无结果；自 2026-01-01 起见到 1 次",
        ),
        (
            "a.example answered 403 Forbidden: the bot wall of Cloudflare does not let robots in.",
            "a.example 应答 403 Forbidden：Cloudflare 的机器人拦截页不让机器人访问。",
        ),
        (
            "No secure connection to a.example: the server does not speak TLS as it should.",
            "无法与 a.example 建立安全连接：服务器的 TLS 不正常。",
        ),
        (
            (
                "a.example answered 200 OK: it belongs to sedo.com, which parks or sells domains, its text says "
                "“for sale”, and there is hardly any text."
            ),
            "a.example 应答 200 OK：它属于停放或出售域名的 sedo.com，其文字写着“for sale”，并且几乎没有文字。",
        ),
        (
            (
                "a.example answered 410 Gone; seen 2 times since 2026-11-01. The snapshot of 2020-01-02 was played "
                "back. Captured 3 months before the link came into the list (2020-04-01); archived as http://a.example/"
            ),
            (
                "a.example 应答 410 Gone；自 2026-11-01 起见到 2 次。2020-01-02 的快照已经回放。"
                "捕获于链接进入列表（2020-04-01）之前 3 个月；存档时的网址为 http://a.example/"
            ),
        ),
        ("dlt-crawl.toml: cannot be read: No such file or directory", "dlt-crawl.toml：无法读取：没有这样的文件或目录"),
        ("dlt-crawl.toml: fetch.delay: Input should be greater than 0", "dlt-crawl.toml: fetch.delay: 应大于 0"),
        (
            "links.db cannot be written: the disk is full (database or disk is full)",
            "无法写入 links.db：磁盘已满（database or disk is full）",
        ),
        (
            "postgresql+psycopg://db.example/links cannot be reached: “is it running and reachable?”; waiting for it",
            "无法连接 postgresql+psycopg://db.example/links：“is it running and reachable?”；正在等待它恢复",
        ),
        (
            (
                "workers are at work for a run that was cut off (process 3 on a; process 4 on b): end them, or go on "
                "with dlt-crawl run --distributed"
            ),
            (
                "有工作进程正在处理一次中断的运行（a 上的进程 3；b 上的进程 4）：请结束它们，或用 "
                "dlt-crawl run --distributed 继续这次运行"
            ),
        ),
        # A word is a name where it is filled in.
        (
            "environment: DLT_CRAWL_FECH is not a setting; did you mean fetch?",
            "环境变量：没有设置项 DLT_CRAWL_FECH；是否要写 fetch？",
        ),
    ],
)
def test_a_sentence_in_chinese(sentence: str, chinese: str) -> None:
    assert told(sentence) == chinese


@pytest.mark.parametrize("said", ["Not found; seen once since 2020", "x, and there is hardly any text", "a: b. C {d}"])
def test_what_a_page_says_stays_as_it_is(said: str) -> None:
    sentence = f"a.example answered 200 OK: its title says “{said}”, and there is hardly any text."
    assert told(sentence) == f"a.example 应答 200 OK：其标题写着“{said}”，并且几乎没有文字。"


@pytest.mark.parametrize(
    "sentence", ["", " ", ".", "…", "Somebody else's words", "%s {x} {0} {", "“", "()", "\x00 (\x1b)"]
)
def test_what_is_not_recognised_stays_as_it_is(sentence: str) -> None:
    assert told(sentence) == sentence


def test_in_english_nothing_is_looked_at() -> None:
    use("en")
    assert told("not checked yet") == "not checked yet"
    assert ngettext("{number} link", "{number} links", 1) == "{number} link"
    assert ngettext("{number} link", "{number} links", 2) == "{number} links"


@pytest.mark.parametrize(
    "part",
    [
        "; ",
        ": ",
        "“",
        ", and ",
        " (a)",
        "a; seen ",
        "(x ",
        "its title says “",
        "answered ",
        ". x: y; z, and w, ",
        "{",
        ", which parks",
    ],
)
def test_hostile_sentences_are_looked_at_once(part: str) -> None:
    began = time.process_time()
    for length in (100, 9_900):
        told(part * (length // len(part)))
        told(f"a.example answered 404 {part * (length // len(part))}; seen once since 2026-01-01")
    # A hundredth of it on an idle machine.
    assert time.process_time() - began < 2


def test_many_sentences_take_little_time() -> None:
    sentences = [
        f"h{number}.example answered 404 Not Found; seen {number} times since 2026-01-02, which proves nothing yet"
        for number in range(5_000)
    ]
    told("not checked yet")
    began = time.process_time()
    assert all("尚不能证明什么" in told(sentence) for sentence in sentences)
    # 0.1 s on an idle machine.
    assert time.process_time() - began < 1


def test_the_more_a_template_says_the_sooner_it_is_taken() -> None:
    language = Sentences(
        {
            "{host} answered {what}": "B {what} A {host}",
            "{host} answered {what} and nothing else": "C {host} {what}",
            "nothing to see": "-",
        }
    )
    assert language.said("h answered 3 and nothing else") == "C h 3"
    assert language.said("h answered nothing to see.") == "B - A h。"
