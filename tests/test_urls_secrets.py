"""What of a URL is masked wherever it is shown, and which URLs no public archive is told of."""

from __future__ import annotations

import re
from pathlib import Path
from time import process_time

import pytest

from dlt_crawler.urls import is_on_this_machine, masked, may_be_published, why_private, without_session

ROOT = Path(__file__).parents[1]

# (as it is, as it is shown, why an archive is not asked for it)
SECRET = [
    ("https://me:pw@a.example/x", "https://***@a.example/x", "user information looks like a secret"),
    ("https://me@a.example/x", "https://***@a.example/x", "user information looks like a secret"),
    ("https://me:p@w@a.example:8443/x?y=z", "https://***@a.example:8443/x?y=z", "user information"),
    ("https://a.example/?token=T0K&x=1", "https://a.example/?token=***&x=1", "parameter token looks like a secret"),
    ("https://a.example/?x=1&access_token=T0K#top", "https://a.example/?x=1&access_token=***#top", "access_token"),
    ("https://a.example/?accessToken=T0K", "https://a.example/?accessToken=***", "accessToken"),
    ("https://a.example/?api_key=T0K", "https://a.example/?api_key=***", "api_key"),
    ("https://a.example/?apiKey=T0K", "https://a.example/?apiKey=***", "apiKey"),
    ("https://a.example/?sig=T0K&sv=2020", "https://a.example/?sig=***&sv=2020", "sig"),
    ("https://a.example/?password=T0K", "https://a.example/?password=***", "password"),
    ("https://a.example/?pw=1234", "https://a.example/?pw=***", "pw"),
    ("https://a.example/?psw=word", "https://a.example/?psw=***", "psw"),
    ("https://a.example/?pass=word", "https://a.example/?pass=***", "pass"),
    ("https://a.example/?subscription-key=T0K", "https://a.example/?subscription-key=***", "subscription-key"),
    ("https://a.example/?pwd=1234", "https://a.example/?pwd=***", "pwd"),
    ("https://a.example/?client_secret=T0K", "https://a.example/?client_secret=***", "client_secret"),
    ("https://a.example/?PHPSESSID=T0K", "https://a.example/?PHPSESSID=***", "PHPSESSID"),
    ("https://a.example/x;jsessionid=T0K", "https://a.example/x;jsessionid=***", "jsessionid"),
    ("https://a.example/#access_token=T0K&y=2", "https://a.example/#access_token=***&y=2", "access_token"),
    ("https://a.example/#/access_token=T0K", "https://a.example/#/access_token=***", "access_token"),
    ("https://a.example/?user%5Bpassword%5D=T0K", "https://a.example/?user%5Bpassword%5D=***", "password"),
    ("https://a.example/?%74oken=T0K", "https://a.example/?%74oken=***", "token"),
    (
        "https://b.s3.example/k?X-Amz-Credential=A%2FB&X-Amz-Date=2&X-Amz-Signature=f&v=1",
        "https://b.s3.example/k?X-Amz-Credential=***&X-Amz-Date=***&X-Amz-Signature=***&v=1",
        "X-Amz-Credential",
    ),
    (
        "https://b.s3.example/k?AWSAccessKeyId=T0K&Expires=9&Signature=a%3D",
        "https://b.s3.example/k?AWSAccessKeyId=***&Expires=9&Signature=***",
        "AWSAccessKeyId",
    ),
    # In a URL that is a parameter of another.
    (
        "https://a.example/?next=https%3A%2F%2Fb.example%2F%3Ftoken%3DT0K&x=1",
        "https://a.example/?next=https%3A%2F%2Fb.example%2F%3Ftoken%3D***&x=1",
        "token",
    ),
    (
        "https://a.example/?next=https%3A%2F%2Fme%3Apw%40b.example%2F",
        "https://a.example/?next=https%3A%2F%2F***%40b.example%2F",
        "user information",
    ),
    (
        "https://a.example/?next=https%253A%252F%252Fme%253Apw%2540b.example%252F",
        "https://a.example/?next=https%253A%252F%252F***%2540b.example%252F",
        "user information",
    ),
    (
        "https://a.example/web/20/https://me:pw@a.example/",
        "https://a.example/web/20/https://***@a.example/",
        "user information",
    ),
    # As browsers read it.
    ("https:/me:pw@a.example/x", "https:/***@a.example/x", "user information"),
    ("https:me:pw@a.example/x", "https:***@a.example/x", "user information"),
    ("https:\\\\me:pw@a.example/x", "https:\\\\***@a.example/x", "user information"),
    # In a path.
    ("https://hooks.slack.com/services/T0/B0/T0K?x=1", "https://hooks.slack.com/services/***?x=1", "path looks like"),
    ("https://discord.com/api/webhooks/12/T0-K_", "https://discord.com/api/webhooks/***", "path looks like a secret"),
    ("https://ptb.discordapp.com/api/v9/webhooks/12/T0K", "https://ptb.discordapp.com/api/v9/webhooks/***", "path"),
    ("https://api.telegram.org/bot12:T0-K_/getMe", "https://api.telegram.org/bot***", "path looks like a secret"),
    ("https://api.telegram.org/file/bot12:T0K/x.jpg", "https://api.telegram.org/file/bot***.jpg", "path looks like"),
    (
        "https://a.example/?u=https%3A%2F%2Fhooks.slack.com%2Fservices%2FT0%2FB0%2FT0K&x=1",
        "https://a.example/?u=https%3A%2F%2Fhooks.slack.com%2Fservices%2F***&x=1",
        "path looks like a secret",
    ),
    # By their shape, wherever they stand.
    *((f"https://a.example/{before}{token}{after}", f"https://a.example/{before}***{after}", "looks like a token")
      for token in ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P-Fk",
                    "eyJhbGciOiJkaXIifQ..48V1_ALb6US04U3b.5eym8TW_c8SuK0l.XFBoMYUZodetZdvT",
                    "AKIA" + "A1B2" * 4, "ASIA" + "A1B2" * 4, "ghp_" + "a1B2" * 9, "github_pat_" + "a1B2_" * 9,
                    "glpat-" + "a1-B_" * 4, "xoxb-" + "1234-aB" * 4, "AIza" + "a1-B_" * 7, "ya29." + "a1-B_" * 5,
                    "sk_live_" + "a1B2" * 6)
      for before, after in (("?t=", ""), ("?a=b&u=", "&c=d"), ("#", ""), ("confirm/", "/now"),
                            ("?to=https%3A%2F%2Fb.example%2F%3Fu%3D", "%26c%3Dd"),
                            ("?to=https%253A%252F%252Fb.example%252F%253Fu%253D", ""))),
    # Keys that may hold one, with a value that looks like one.
    ("https://a.example/?key=AIzaSyD-9tSr", "https://a.example/?key=***", "parameter key looks like a secret"),
    ("https://a.example/?code=4/0AX4XfWh", "https://a.example/?code=***", "code"),
    ("https://a.example/?auth=hunter2", "https://a.example/?auth=***", "auth"),
    ("https://a.example/?session=9f86d081884c", "https://a.example/?session=***", "session"),
    ("https://a.example/?invite_code=X7YZ99", "https://a.example/?invite_code=***", "invite_code"),
]  # fmt: skip

# Keys that may hold a secret, with a value that looks like none: without it, the first two would be one address.
DOUBTFUL = [
    "https://a.example/?key=alpha",
    "https://a.example/?key=beta",
    "https://a.example/?session=deep-learning",
    "https://a.example/?session=12",
    "https://a.example/?code=CS231n",
    "https://a.example/?key=PROJ-12&page=2",
]

ORDINARY = [
    "https://a.example/",
    "https://a.example/?token=",
    "https://a.example/?code=404",
    "https://api.telegram.org/bots",
    "https://discord.com/developers/docs/resources/webhook",
    "https://a.example/?author=x&design=1&keyword=y&monkey=z&tokens=5&passage=3",
    "https://a.example/?id=token&q=password",
    "https://a.example/?country_code=DE&sort_key=name&error_code=E7",
    "https://a.example/@someone/post",
    "https://a.example//@someone",
    "https://a.example/?mail=me@b.example",
    "https://mp.weixin.qq.com/s?__biz=MzI3&mid=2247&idx=1&sn=f3a9bc&chksm=fb01#rd",
    "https://docs.google.com/document/d/e/2PACX-1vQ/pub",
    "https://docs.google.com/forms/d/1FAI/viewform",
    "https://docs.google.com/forms/d/1FAI/viewform?usp=sharing",
    "https://docs.google.com/forms/d/e/1FAIpQL/viewform",
    "https://colab.research.google.com/github/a/b/blob/main/c.ipynb",
    # Like a token, and too short for one, or a word.
    "https://a.example/?t=eyJhbGciOiJIUzI1NiJ9",
    "https://a.example/eyjafjallajokull-2010.en.html",
    "https://images.a.example/eyJidWNrZXQiOiJpbWcifQ.jpg",
    "https://a.example/?q=AKIA&r=ghp_&s=xoxb-&t=sk_live_",
    "https://a.example/?q=MAKIAIOSFODNN7EXAMPLE",
    "https://www.notion.so/product",
    "https://www.dropbox.com/about",
    "http://8.8.8.8/x",
    "http://localhost:8000/x",
    "http://127.0.0.1:8000/x",
    "http://[2606:4700::1111]/x",
]

PRIVATE = [
    ("https://drive.google.com/file/d/1-FFa6n/view", "address is a share link of Google Drive"),
    ("https://drive.google.com/drive/folders/1abc", "Google Drive"),
    ("https://drive.google.com/open?id=1abc", "Google Drive"),
    ("https://docs.google.com/document/d/1abc/edit", "Google Docs"),
    ("https://docs.google.com/forms/d/1abc/edit", "Google Forms"),
    ("https://docs.google.com/forms/d/1abc/edit#responses", "Google Forms"),
    ("https://docs.google.com/forms/d/1abc", "Google Forms"),
    ("https://colab.research.google.com/drive/1abc?usp=sharing", "Google Colab"),
    ("https://www.notion.so/team/Plan-0123456789abcdef0123456789abcdef", "Notion"),
    ("https://team.notion.site/Plan-0123456789abcdef0123456789abcdef", "Notion"),
    ("https://www.dropbox.com/s/abc/x.pdf?dl=0", "Dropbox"),
    ("https://1drv.ms/b/s!Abc", "OneDrive"),
    ("https://pan.baidu.com/s/1PDcCj4", "Baidu"),
    ("http://10.1.2.3/x", "host is in a private network"),
    ("http://[fd00::1]/x", "host is in a private network"),
    ("http://169.254.169.254/latest", "host is in a private network"),
    ("http://wiki.corp/x", "host is in a private network"),
    ("http://printer.local/", "host is in a private network"),
    ("http://wiki/Main_Page", "host is in a private network"),
    ("http://[::1/", "host cannot be read"),
]


@pytest.mark.parametrize(("url", "shown", "_why"), SECRET)
def test_a_secret_is_masked_and_nothing_else(url: str, shown: str, _why: str) -> None:
    assert masked(url) == shown
    assert masked(shown) == shown
    assert masked(f"see “{url}”, or [it]({url}): there") == f"see “{shown}”, or [it]({shown}): there"


@pytest.mark.parametrize(("url", "_shown", "why"), SECRET)
def test_no_archive_is_told_of_a_secret(url: str, _shown: str, why: str) -> None:
    assert not may_be_published(url)
    assert why in str(why_private(url))


@pytest.mark.parametrize("url", DOUBTFUL)
def test_a_doubtful_value_is_shown_and_asked_for_but_not_captured(url: str) -> None:
    assert masked(url) == url
    assert may_be_published(url)
    assert "looks like a secret" in str(why_private(url, captured=True))


@pytest.mark.parametrize("url", ORDINARY)
def test_what_holds_no_secret_is_shown_as_it_is_and_asked_for(url: str) -> None:
    assert masked(url) == url
    assert why_private(url) is None


@pytest.mark.parametrize(("url", "why"), PRIVATE)
def test_a_private_address_is_shown_and_no_archive_is_told_of_it(url: str, why: str) -> None:
    assert masked(url) == url
    assert why in str(why_private(url))


def test_the_urls_of_the_seeds_hold_no_secret() -> None:
    texts = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "seeds").glob("**/*.md"))]
    urls = {url for text in texts for url in re.findall(r"https?://[^\s<>\"')\]]+", text)}
    assert len(urls) > 600
    assert [url for url in urls if masked(url) != url] == []
    shared = [url for url in urls if not may_be_published(url)]
    assert all("share link" in str(why_private(url)) for url in shared)
    assert len(shared) < 5


@pytest.mark.parametrize(
    "text",
    [
        "?key=",
        "?a=b",
        "?token=",
        "://a",
        "%25",
        "%3A%2F%2Fa",
        "?session=1",
        "a.b",
        "https:,",
        "hooks.slack.com/",
        "eyJ",
        ".eyJ",
        "eyJaaaaaaaaaa.",
        "%3DeyJaaaaaaaaaa",
        "/AKIA",
        "xoxb-a.",
        "a/g",
    ],
)
def test_long_texts_take_no_time(text: str) -> None:
    begun = process_time()
    masked(text * 30_000 + "@")
    why_private(text * 30_000 + "@")
    assert process_time() - begun < 1


@pytest.mark.parametrize(
    ("url", "is_here"),
    [
        ("http://localhost:8000/x", True),
        ("http://wiki.localhost/x", True),
        ("http://127.3.2.1/x", True),
        ("http://[::1]:8000/x", True),
        ("http://localhost.example.org/x", False),
        ("http://10.0.0.1/x", False),
        ("http://8.8.8.8/x", False),
    ],
)
def test_what_leads_to_the_readers_own_machine_is_known(url: str, is_here: bool) -> None:
    assert is_on_this_machine(url) is is_here


@pytest.mark.parametrize(
    ("url", "stripped"),
    [
        ("http://a.example/x;jsessionid=0123456789abcdef", "http://a.example/x"),
        ("http://a.example/x;jsessionid=01AB.node1?q=1", "http://a.example/x?q=1"),
        ("http://a.example/x?PHPSESSID=0123456789abcdef", "http://a.example/x"),
        ("http://a.example/x?a=1&CFID=12&CFTOKEN=34&b=2", "http://a.example/x?a=1&b=2"),
        ("http://a.example/x?session=1&sid=2", "http://a.example/x?session=1&sid=2"),
        ("http://a.example/x?", "http://a.example/x?"),
    ],
)
def test_a_session_that_has_ended_is_no_part_of_what_is_looked_for(url: str, stripped: str) -> None:
    assert without_session(url) == stripped
    assert (stripped == url) or why_private(stripped) is None
