"""What is known of single sites: the rule that holds for a URL, what it says of pages, and how settings change it.

`tests/sites/NAME.html` holds answers that the rule NAME was written for, each after a line that says how it is meant:
`<!-- dead|wall|living [STATUS] URL [-> FINAL URL] [TYPE/SUBTYPE] [= TITLE] -->`.
"""

from __future__ import annotations

import pickle
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from pathlib import Path

import pytest

from dlt_crawler.config import FetchSettings, HostSettings, SiteSettings, load
from dlt_crawler.errors import ConfigError
from dlt_crawler.fetch import Crawler
from dlt_crawler.fetch.link.meaning import meaning
from dlt_crawler.fetch.manners.limits import Limits, SlotLimits
from dlt_crawler.model import Evidence, Outcome, Redirect, SiteRule
from dlt_crawler.page import Response, Shown, site_rules
from dlt_crawler.page.reading import read_response
from dlt_crawler.sites import Sites, known_sites
from tests.fetch_support import observe, settings
from tests.internet.client import Internet

PAGES = Path(__file__).parent / "sites"
DOCS = Path(__file__).parent.parent / "docs" / "sites.md"
SITES = known_sites()
RULES = {rule.name: rule for rule in SITES.rules}
MEANT = re.compile(
    r"^<!-- (?P<kind>dead|wall|living)(?: (?P<status>\d{3}))? (?P<url>\S+)(?: -> (?P<final>\S+))?"
    r"(?: (?P<type>\w+/\w+))?(?: = (?P<title>.+?))? -->$\n",
    re.MULTILINE,
)
OUTCOMES = {
    "dead": {Outcome.SOFT_404},
    "wall": {Outcome.BLOCKED, Outcome.RATE_LIMITED},
    "living": {Outcome.OK, Outcome.REDIRECTED},
}


@dataclass(frozen=True)
class Sample:
    rule: str
    kind: str
    title: str | None
    shown: Shown

    def __str__(self) -> str:
        return f"{self.rule} {self.kind} {self.shown.final_url}"


def samples() -> Iterator[Sample]:
    for path in sorted(PAGES.glob("*.html")):
        _, *parts = re.split(r"(?m)^(?=<!-- (?:dead|wall|living) )", path.read_text(encoding="utf-8"))
        for part in parts:
            meant = MEANT.match(part)
            assert meant is not None, part
            url, final, status = meant["url"], meant["final"] or meant["url"], int(meant["status"] or 200)
            fields = (("content-type", f"{meant['type'] or 'text/html'}; charset=utf-8"),)
            body = part[meant.end() :].encode()
            content = read_response(Response(final, status, fields, body), rule=SITES.rule_for(final))
            hops = (Redirect(url, 302, final),) if meant["final"] else ()
            shown = Shown(url, final, status, hops, content.page, content.evidence)
            yield Sample(path.stem, meant["kind"], meant["title"], shown)


SAMPLES = list(samples())


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_a_rule_says_of_its_pages_what_they_are(sample: Sample) -> None:
    rule = SITES.rule_for(sample.shown.url)
    assert rule is not None
    assert rule.name == sample.rule

    found = meaning(sample.shown, SITES)

    assert found.finding.outcome in OUTCOMES[sample.kind], found
    if sample.kind == "living":
        assert site_rules.lives(sample.shown, rule) or not site_rules.wall(sample.shown, rule)
        assert sample.title is None or sample.shown.page.title == sample.title
    else:
        of_site = site_rules.dead if sample.kind == "dead" else site_rules.wall
        assert of_site(sample.shown, rule) is not None
        assert not site_rules.lives(sample.shown, rule)


@pytest.mark.parametrize("rule", SITES.rules, ids=lambda rule: rule.name)
def test_every_rule_has_pages_for_all_that_it_says(rule: SiteRule) -> None:
    own = [sample for sample in SAMPLES if sample.rule == rule.name]
    kinds = {sample.kind for sample in own}
    assert kinds >= ({"dead"} if rule.dead or rule.dead_source or rule.dead_urls else set())
    assert kinds >= ({"wall"} if rule.wall or rule.wall_source or rule.wall_urls or rule.wall_statuses else set())
    assert "living" in kinds or not rule.living
    finals = " ".join(sample.shown.final_url for sample in own)
    unseen = [
        pattern
        for pattern in (*rule.dead_urls, *rule.wall_urls)
        if not any(re.search(pattern, sample.shown.final_url) for sample in own)
    ]
    assert unseen == [], finals
    assert rule.source
    assert rule.checked is not None


@pytest.mark.parametrize("rule", SITES.rules, ids=lambda rule: rule.name)
def test_every_phrase_is_found_in_a_page_that_shows_nothing_else(rule: SiteRule) -> None:
    for phrases, says in ((rule.dead, site_rules.dead), (rule.wall, site_rules.wall)):
        for phrase in phrases:
            for evidence in (
                Evidence(title=phrase.upper()),
                Evidence(title=f"{phrase} | Example"),
                Evidence(headings=("Example", f"{phrase}!")),
                Evidence(text=f"Sorry. {phrase} Good-bye.", length=60, prose=60),
            ):
                assert says(Shown("https://a.example/", "https://a.example/", 200, evidence=evidence), rule), phrase


def seen(url: str, status: int, evidence: Evidence, final_url: str | None = None) -> Shown:
    return Shown(url, final_url or url, status, evidence=evidence)


@pytest.mark.parametrize("status", [404, 410])
def test_not_found_is_believed_whatever_the_rule_says(status: int) -> None:
    facebook, springer = RULES["facebook"], RULES["springer"]
    post = seen("https://www.facebook.com/a/posts/1", status, Evidence(headings=(facebook.wall[0],), prose=30))
    article = seen("https://link.springer.com/a", status, Evidence(), "https://idp.springer.com/authorize?x=1")
    for shown, rule in ((post, facebook), (article, springer)):
        assert site_rules.wall(replace(shown, status=200), rule) is not None
        assert site_rules.wall(shown, rule) is None
        assert meaning(shown, SITES).finding.outcome is Outcome.NOT_FOUND
    # But where a person wrote that this very status is the site's wall.
    assert site_rules.wall(post, replace(facebook, wall_statuses=(status,))) is not None


def test_user_who_is_called_404() -> None:
    evidence = Evidence(title="404 - 知乎", headings=("404",), text="404 程序员，喜欢猫。", length=12, prose=12)
    assert site_rules.dead(seen("https://www.zhihu.com/people/four", 200, evidence), RULES["zhihu"]) is None


QUOTING = SiteRule("a", ("a.example",), dead=("This page has been deleted",), wall=("Prove that you are human",))
"""For pages that are about such pages."""


@pytest.mark.parametrize(
    ("status", "evidence", "dead", "wall"),
    [
        (200, Evidence(title="this  page has been DELETED · A"), True, False),
        (200, Evidence(title="Ｔhis page has been deleted"), True, False),
        (200, Evidence(title="“This page has been deleted”: a history"), False, False),
        (200, Evidence(title="This page has been deleted", prose=5_000), False, False),
        (200, Evidence(text="It said: This page has been deleted.", prose=5_000), False, False),
        (200, Evidence(passage="This page has been deleted", prose=30), True, False),
        # 404 says so itself; 403 is about us, whatever is written on the page.
        (404, Evidence(title="This page has been deleted"), False, False),
        (403, Evidence(title="This page has been deleted"), False, False),
        (403, Evidence(title="Prove that you are human"), False, True),
        (200, Evidence(headings=("Prove that you are human?",)), False, True),
    ],
)
def test_where_a_phrase_counts(status: int, evidence: Evidence, dead: bool, wall: bool) -> None:
    shown = Shown("https://a.example/", "https://a.example/", status, evidence=evidence)
    assert (site_rules.dead(shown, QUOTING) is not None, site_rules.wall(shown, QUOTING) is not None) == (dead, wall)


@pytest.mark.parametrize(
    ("final", "status", "dead", "wall"),
    [
        ("https://a.example/error/404.html?token=secret", 200, "https://a.example/error/404.html", None),
        # It was led there, whatever it is answered there; but 404 says so itself.
        ("https://a.example/error/404.html", 503, "https://a.example/error/404.html", None),
        ("https://a.example/error/404.html", 404, None, None),
        ("https://login.a.example/?to=secret", 200, None, "a (https://login.a.example/)"),
        ("https://login.a.example/", 403, None, "a (https://login.a.example/)"),
        ("https://login.a.example/", 404, None, None),
        ("https://a.example/", 202, None, "a (status 202)"),
        ("https://a.example/", 203, None, None),
    ],
)
def test_where_a_link_ends(final: str, status: int, dead: str | None, wall: str | None) -> None:
    rule = SiteRule(
        "a", ("a.example",), dead_urls=("/error/",), wall_urls=(r"^https://login\.a\.example/",), wall_statuses=(202,)
    )
    shown = Shown("https://a.example/x", final, status)
    of_dead, of_wall = site_rules.dead(shown, rule), site_rules.wall(shown, rule)
    assert (of_dead and of_dead.what, of_wall and of_wall.what) == (dead, wall)


def test_curly_quotes_are_as_good_as_straight_ones() -> None:
    rule = SiteRule("a", ("a.example",), dead=("isn't available",))
    shown = Shown("https://a.example/", "https://a.example/", 200, evidence=Evidence(text="It isn’t  available."))
    assert site_rules.dead(shown, rule) is not None


def test_strings_of_the_source_are_what_was_seen_and_not_what_it_meant_then() -> None:
    before = SiteRule("a", ("a.example",), dead_source=('"state":1',), living=('"state":2',))
    evidence = Evidence(markers=site_rules.site_markers('<script>{"state":1}</script>', before))
    shown = Shown("https://a.example/", "https://a.example/", 200, evidence=evidence)
    assert site_rules.dead(shown, before) is not None
    assert not site_rules.lives(shown, before)

    now = replace(before, dead_source=(), living=('"state":1',))
    assert site_rules.dead(shown, now) is None
    assert site_rules.lives(shown, now)


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://example.org/", "host"),
        ("http://user@example.org:8080?q", "host"),
        ("https://example.org/papers/1", "path"),
        ("https://example.org/old/papers/", "host"),
        ("https://example.org./", "host"),
        ("https://www.example.org/", "below"),
        ("https://a.b.deep.example.org/x", "deep"),
        ("https://deep.example.org/", "below"),
        ("https://a.deep.example.org/papers", "below-path"),
        ("https://xn--r8jz45g.example/", "idn"),
        ("https://[2001:db8::1]:8443/", "address"),
        ("https://notexample.org/", None),
        ("https://org/", None),
        ("https://example.org.evil.example/", None),
        ("mailto:somebody@example.org", None),
        ("", None),
    ],
)
def test_the_most_special_rule_holds(url: str, name: str | None) -> None:
    given = {
        "below": SiteSettings(hosts=("*.example.org",)),
        "below-path": SiteSettings(hosts=("*.deep.example.org",), path="/papers"),
        "deep": SiteSettings(hosts=("*.deep.example.org",)),
        "host": SiteSettings(hosts=("EXAMPLE.org",)),
        "path": SiteSettings(hosts=("example.org",), path="/papers/"),
        "idn": SiteSettings(hosts=("例え.example",)),
        "address": SiteSettings(hosts=("2001:db8::1",)),
    }
    rule = known_sites(given).rule_for(url)
    assert (rule.name if rule else None) == name


def test_settings_add_replace_and_switch_off() -> None:
    sites = known_sites({
        "mine": SiteSettings(hosts=("www.zhihu.com",), dead=("Gone",)),
        "weixin": SiteSettings(delay=60, dead=("没有了",)),
        "github": SiteSettings(enabled=False),
    })  # fmt: skip
    mine, zhihu = sites.rule_for("https://www.zhihu.com/p"), sites.rule_for("https://zhuanlan.zhihu.com/p")
    assert (mine and mine.name, zhihu and zhihu.name) == ("mine", "zhihu")
    assert sites.rule_for("https://mp.weixin.qq.com/s") == replace(RULES["weixin"], delay=60, dead=("没有了",))
    assert sites.rule_for("https://github.com/a/b") is None


def test_a_rule_of_the_settings_goes_before_ours_for_the_same_host() -> None:
    sites = known_sites({"mine": SiteSettings(hosts=("mp.weixin.qq.com",), note="mine")})
    rule = sites.rule_for("https://mp.weixin.qq.com/s")
    assert rule is not None
    assert rule.note == "mine"


def test_rules_are_read_from_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("dlt-crawl.toml").write_text('[sites.lab]\nhosts = ["lab.example"]\ndead = ["Gone"]\nchecked = 2026-11-21\n')
    rule = known_sites(load().sites).rule_for("https://lab.example/")
    assert rule is not None
    assert (rule.name, rule.dead, str(rule.checked)) == ("lab", ("Gone",), "2026-11-21")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[sites.weixin]\ndaed = []", "dlt-crawl.toml: unknown key sites.weixin.daed; did you mean dead?"),
        ("[sites.lab]\ndead = ['Gone']", "dlt-crawl.toml: sites: lab: a new rule needs hosts"),
        ("[sites.weixn]\ndelay = 9", "dlt-crawl.toml: sites: weixn: a new rule needs hosts; did you mean weixin?"),
        ("[sites.lab]\nhosts = []", "dlt-crawl.toml: sites.lab.hosts: Tuple should have at least 1 item"),
        ("[sites.lab]\nhosts = ['https://a.example']", "dlt-crawl.toml: sites.lab.hosts.0: 'https://a.example' is not"),
        ("[sites.lab]\nhosts = ['a.*.example']", "dlt-crawl.toml: sites.lab.hosts.0: 'a.*.example': a star stands"),
        ("[sites.weixin]\npath = '('", "dlt-crawl.toml: sites.weixin.path: '(' is not a regular expression"),
        ("[sites.weixin]\ndead_urls = ['x*']", "dlt-crawl.toml: sites.weixin.dead_urls.0: 'x*' fits every URL"),
        ("[sites.weixin]\nwall_urls = ['[']", "dlt-crawl.toml: sites.weixin.wall_urls.0: '[' is not a regular"),
        ("[sites.weixin]\ndead = [' !?']", "dlt-crawl.toml: sites.weixin.dead.0: ' !?' is too short"),
        ("[sites.weixin]\ndead_urls = ['https?://']", "dlt-crawl.toml: sites.weixin.dead_urls.0: 'https?://' fits"),
        ("[sites.weixin]\nwall_urls = ['.']", "dlt-crawl.toml: sites.weixin.wall_urls.0: '.' fits every URL"),
        ("[sites.weixin]\nwall_urls = ['(a+)+$']", "dlt-crawl.toml: sites.weixin.wall_urls.0: '(a+)+$' repeats a"),
        ("[sites.weixin]\npath = '/(?:b*c?)*d'", "dlt-crawl.toml: sites.weixin.path: '/(?:b*c?)*d' repeats a group"),
        ("[sites.weixin]\ndead = ['ok']", "dlt-crawl.toml: sites.weixin.dead.0: 'ok' is too short"),
        ("[sites.weixin]\nwall = ['错']", "dlt-crawl.toml: sites.weixin.wall.0: '错' is too short"),
        ("[sites.weixin]\nwall_statuses = [200]", "dlt-crawl.toml: sites.weixin.wall_statuses.0: 200 is no refusal"),
        ("[sites.lab]\nhosts = ['.a.example']", "dlt-crawl.toml: sites.lab.hosts.0: '.a.example' begins with a dot"),
        ("[sites.weixin]\nwall_statuses = [20]", "dlt-crawl.toml: sites.weixin.wall_statuses.0: Input should be"),
        ("[sites.weixin]\ndelay = -1", "dlt-crawl.toml: sites.weixin.delay: Input should be"),
        ("[sites.weixin]\nchecked = 'soon'", "dlt-crawl.toml: sites.weixin.checked: Input should be a valid date"),
        ("[sites.'a b']\nhosts = ['a.example']", "dlt-crawl.toml: sites.a b: 'a b' is not a name"),
    ],
)
def test_a_mistake_names_the_file_and_the_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, sentence: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("dlt-crawl.toml").write_text(text)
    with pytest.raises(ConfigError) as caught:
        load()
    assert str(caught.value).startswith(sentence)


def test_settings_that_look_like_mistakes_and_are_none() -> None:
    given = SiteSettings(
        hosts=("*.a.example",),
        dead=("Gone", "错误"),
        wall_statuses=(202, 404, 999),
        wall_urls=(r"/p(?:/[^/]++)*/gone$", r"^https?://(?:[\w-]+\.)?a\.example/(?:x|y)*[(+)*]+$", r"/\(a+\)+$"),
    )
    assert given.wall_statuses == (202, 404, 999)


def test_the_rules_go_through_a_pipe() -> None:
    there = pickle.loads(pickle.dumps(SITES))
    assert there.rules == SITES.rules
    assert there.rule_for("https://zhuanlan.zhihu.com/p/1") == RULES["zhihu"]


def test_settings_and_rules_have_the_same_fields() -> None:
    assert [*SiteSettings.model_fields] == [
        "enabled",
        *(field.name for field in fields(SiteRule) if field.name != "name"),
    ]


@pytest.mark.parametrize(
    ("slot", "limits"),
    [
        ("other.example", Limits(4, 1)),
        ("gentle.example", Limits(1, 5)),
        # A rule makes nothing hastier than the settings are for all; those for single hosts may.
        ("hasty.example", Limits(4, 1)),
        ("own.example", Limits(1, 0.1)),
        ("www.below.example", Limits(4, 9)),
        ("below.example", Limits(4, 1)),
        # What is known of one host of a farm holds for the farm.
        ("github.io", Limits(2, 3)),
        ("blogspot.com", Limits(4, 7)),
        # Nothing is said of politeness by the rule for the host itself.
        ("silent.below.example", Limits(4, 9)),
    ],
)
def test_politeness_of_rules(slot: str, limits: Limits) -> None:
    sites = Sites([
        SiteRule("gentle", ("gentle.example",), per_host=1, delay=5),
        SiteRule("hasty", ("hasty.example",), per_host=100, delay=0),
        SiteRule("own", ("own.example",), per_host=1, delay=5),
        SiteRule("below", ("*.below.example",), delay=9),
        SiteRule("alice", ("alice.github.io",), per_host=2),
        SiteRule("bob", ("bob.github.io",), per_host=3, delay=3),
        SiteRule("blogs", ("*.blogspot.com",), delay=7),
        SiteRule("silent", ("silent.below.example",), dead=("Gone",)),
    ])  # fmt: skip
    settings = FetchSettings(per_host=4, delay=1, hosts={"own.example": HostSettings(delay=0.1)})
    assert SlotLimits(settings, sites).of(slot) == limits


def test_a_crawl_goes_by_the_rules(internet: Internet) -> None:
    host = "127.0.0.30"
    rule = SiteRule("slow", (host,), delay=1, dead_urls=("/page/2$",))
    urls = [internet.http_url(f"/page/{number}", host) for number in range(3)]

    with Crawler(settings(), sites=Sites([rule])) as running:
        seen = observe(running, urls, robots=False)

    assert [seen[url].outcome for url in urls] == [Outcome.OK, Outcome.OK, Outcome.SOFT_404]
    first, _, third = [request.at for request in internet.requests() if request.host == host]
    # Two seconds apart, but for how late the first one may arrive where the processor is busy.
    assert third - first > 0.5


def test_patterns_take_no_time_on_hostile_addresses() -> None:
    patterns = {pattern for rule in SITES.rules for pattern in (*rule.dead_urls, *rule.wall_urls, rule.path or "x")}
    for text in ("a" * 1_000_000, "https://www." + "springer.com/" * 80_000, "https://nature.com/?" + "&" * 1_000_000):
        for pattern in patterns:
            compiled = re.compile(pattern)
            begin = time.process_time()
            compiled.search(text)
            assert time.process_time() - begin < 0.05, pattern


def test_the_documentation_names_every_rule_and_key() -> None:
    text = DOCS.read_text(encoding="utf-8")
    assert [name for name in RULES if f"`{name}`" not in text] == []
    assert [key for key in SiteSettings.model_fields if f"`{key}`" not in text] == []
