"""Pages that stand where a page was: those of a fresh or broken server, of a host that closed, of one who does not pay.

Nobody cites them, and they answer 200. A living link is not called dead for them (the page may come back tomorrow); a
capture of them is no snapshot. Pure.
"""

from __future__ import annotations

import re

from dlt_crawler.model import Evidence
from dlt_crawler.page.phrases import parts_of, plain

LITTLE = 1_200
"""Characters of visible text that such a page has at most; those of servers have up to a thousand."""

_NAMES = frozenset(
    """
it works
testing 123
iis windows
iis windows server
internet information services
domain default page
default page
default web page
default web site page
default plesk page
error
database error
application error
server error
fatal error
unexpected error
an error occurred
an error has occurred
an unexpected error occurred
something went wrong
error establishing a database connection
bandwidth limit exceeded
509 bandwidth limit exceeded
数据库错误
数据库连接错误
site maintenance
website maintenance
server maintenance
scheduled maintenance
maintenance mode
under maintenance
site under maintenance
website under maintenance
well be back soon
we will be back soon
网站维护中
系统维护中
网站建设中
under construction
site under construction
website under construction
coming soon
website coming soon
future home of something quite cool
domain expired
website expired
site expired
account expired
account suspended
site suspended
website suspended
this domain has expired
this account has expired
this account has been suspended
this website has been suspended
this site has been suspended
域名已过期
网站已关闭
sorry geocities has closed
yahoo geocities sorry this page is currently unavailable
no such app
blog not found
user not found
account not found
profile not found
content removed
video unavailable
this video isnt available anymore
this video is no longer available
this page is no longer available
this site is no longer available
this website is no longer available
this content is no longer available
this blog is no longer available
""".strip().splitlines()
)
"""What they are called, title or heading: the words alone, as `phrases.plain` writes them."""
_BEGINNINGS = re.compile(
    r"welcome to (?:nginx|openresty|tengine|caddy)|iis ?\d+(?: \d)?$|congratulations your caddy server works"
    r"|(?:apache2?|nginx)(?: http server)?(?: \w+){0,3} (?:default|test) page|test page for the (?:apache|nginx|ssl)"
)
"""How servers name themselves, and then their system."""
_SAYS = re.compile(
    r"^(?:php )?(?:fatal|parse) error:? .* on line \d+|^warning:? mysqli?_\w+\("
    r"|error establishing a database connection|you have reached this page because the ip address has changed",
    re.IGNORECASE,
)
"""How their text begins, or what it says."""
_REFUSAL = re.compile(rb"<Error>\s*<Code>(?:NoSuch(?:Key|Bucket)|AccessDenied|AllAccessDisabled)</Code>")
"""Object stores (docs.aws.amazon.com/AmazonS3, "Error responses")."""
_SENT_AWAY = re.compile(
    rb"""location(?:\.href)?(?:\s*=\s*|\.replace\()["'](?:https?://ww\d+\.|/lander\b)""",
    re.IGNORECASE,
)
"""Scripts of those who sell domains: to a numbered host beside it, or to a page of offers."""
_WORD = re.compile(r"[^\W_]+")
_SMALL = 4_096
_QUOTED = 80


def placeholder(title: str | None, evidence: Evidence, body: bytes) -> str | None:
    """Return what a page is called that stands where another one was; None where it is none.

    `title`: the page's; `evidence`: what it shows; `body`: unpacked.
    """
    if evidence.length > LITTLE:
        return None
    if not evidence.length and len(body) <= _SMALL and _SENT_AWAY.search(body):
        return "a page that only sends its visitors on"
    names = (
        part for name in (title, evidence.title, *evidence.headings[:1]) if name for part in (name, *parts_of(name))
    )
    found = next((name for name in names if _is_of_placeholder(name)), None) or _SAYS.search(evidence.text)
    if found is None:
        return None
    return f"“{found if isinstance(found, str) else found[0][:_QUOTED]}”"


def is_refusal(body: bytes) -> bool:
    """Return whether a body, whatever it is served as, is how an object store says that it does not show one."""
    return _REFUSAL.search(body[:_SMALL]) is not None


def _is_of_placeholder(name: str) -> bool:
    words = " ".join(_WORD.findall(plain(name)))
    return words in _NAMES or _BEGINNINGS.match(words) is not None
