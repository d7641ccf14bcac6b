"""Makes up dead links and an archive with captures of them, from a seed, and knows what a person would pick.

Every capture is made with a look, and what looks like the page is written down beside it: the oracle (`Link.picked`)
asks nothing but dates and looks. It knows neither how the program searches nor how it judges.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from dlt_crawler.model import NoSnapshotReason, Page, Resource, Wanted
from tests.internet.archive.captures import Capture

FIRST_WORDS = (
    "Convex", "Spectral", "Bayesian", "Random", "Sparse", "Quantum", "Neural", "Causal", "Discrete", "Robust",
    "Tropical", "Ergodic", "Stochastic", "Modal", "Elliptic", "Kernel", "Variational", "Symplectic",
)  # fmt: skip
SECOND_WORDS = (
    "Gradients", "Manifolds", "Automata", "Lattices", "Processes", "Estimators", "Graphs", "Compilers", "Grammars",
    "Tensors", "Proofs", "Matroids", "Wavelets", "Sketches", "Markets", "Codes", "Sensors", "Percolation",
)  # fmt: skip
THIRD_WORDS = ("Handbook", "Lectures", "Workshop", "Tutorial", "Survey", "Library", "Benchmarks", "Seminar", "Primer")

WALLS = (
    "anubis-200", "datadome-with-200", "denied-with-reference", "generic-checking-browser-200",
    "javascript-and-cookies", "login-to-view", "too-many-requests-200", "turnstile-with-200",
)  # fmt: skip
"""Files of tests/labelled/walls whose label is 200 and blocked."""

_Look = tuple[int | None, str]
"""Status and row of BEHAVIOURS."""
LOST: tuple[_Look, ...] = (
    # What a page that was lost looks like, the most frequent first.
    (404, "/status/404"), (404, "/status/404"), (404, "/status/404"), (410, "/status/410"), (200, "/soft-404"),
    (200, "/soft-404"), (200, "/parked"), (200, "/soft-404-chinese"), (200, "/empty"),
)  # fmt: skip
HICCUPS: tuple[_Look, ...] = (
    # What goes wrong with a page that lives.
    (503, "/status/503"), (500, "/status/500"), (403, "/status/403"), (429, "/retry-after/429/6"),
    (403, "/bot-wall/403"), (200, "/login"), *((200, f"/wall/{name}") for name in WALLS),
)  # fmt: skip


@dataclass(slots=True)
class Link:
    """One dead link, and what the archive has of it."""

    kind: str
    wanted: Wanted
    captures: list[Capture] = field(default_factory=list)
    pages: list[Capture] = field(default_factory=list)
    """Those of `captures` that a person would call the page."""
    led: dict[str, str] = field(default_factory=dict)
    """Timestamps of captured redirects from one spelling of the URL to another → those of what they lead to: a person
    takes the one as soon as the other."""
    troubled: str | None = None
    """The row of TROUBLES that the archive answers with for it."""

    @property
    def picked(self) -> tuple[str, str] | NoSnapshotReason:
        """Return the URL and the timestamp of the capture that a person would pick, or why there is none.

        Of the pages captured while the link lived that nearest to the date; else one that was captured later, and is
        the page all the same. Captures under the link's own URL come before those under another.
        """
        if self.troubled is not None:
            return NoSnapshotReason.EXCLUDED
        own = Capture(self.wanted.url, "20000101000000").urlkey
        moment = self.wanted.at or self.wanted.died or datetime.now(UTC)
        died = self.wanted.died or datetime.now(UTC)
        ordered = sorted(
            self.pages,
            key=lambda page: (
                page.urlkey != own,
                _at(page) > died,
                abs(_at(page) - min(moment, died)),
                page.timestamp,
            ),
        )
        if ordered:
            best = ordered[0]
            return best.urlkey, best.timestamp
        return NoSnapshotReason.ONLY_BAD_CAPTURES if self.captures else NoSnapshotReason.NEVER_ARCHIVED


def _at(capture: Capture) -> datetime:
    return _moment(capture.timestamp)


def _moment(timestamp: str) -> datetime:
    return datetime.strptime(timestamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)


def links(seed: int, number: int, *only: str) -> list[Link]:
    """Return so many links, of these kinds or of all; the same for a seed."""
    chance = Random(seed)
    named = only or tuple(KINDS)
    kinds = chance.choices(named, weights=[KINDS[kind][0] for kind in named], k=number)
    return [KINDS[kind][1](_Maker(chance, kind, place)) for place, kind in enumerate(kinds)]


class _Maker:
    """Makes one link: its title, its life, and captures of it."""

    def __init__(self, chance: Random, kind: str, place: int) -> None:
        self.chance = chance
        words = [chance.choice(row) for row in (FIRST_WORDS, SECOND_WORDS, THIRD_WORDS)]
        self.title = " ".join(words)
        self.slug = "-".join(words[:2]).lower()
        self.site = f"http://host{place}.example"
        self.kind = kind
        written = datetime(2007, 1, 1, tzinfo=UTC) + timedelta(days=chance.randrange(5_400))
        self.lived_until = written + timedelta(days=chance.randrange(200, 1_600))
        # None is `prefer = "latest"`, which few maintainers set.
        self.at = written if chance.random() < 0.93 else None
        # Nobody looks every day.
        self.died = self.lived_until + timedelta(days=chance.choice((0, 1, 30, 400)))
        self.began = written - timedelta(days=chance.randrange(30, 2_000))
        self.link = Link(kind, self._wanted(f"{self.site}/{self._path()}"))

    def _path(self) -> str:
        return self.chance.choice(
            (f"papers/{self.slug}.html", f"~smith/{self.slug}/", self.slug, f"view.php?id=12&name={self.slug}")
        )

    def _wanted(self, url: str) -> Wanted:
        known = Page(title=self.title) if self.chance.random() < 0.7 else Page()
        return Wanted(Resource(url), url, self.at, self.died, known=known, texts=(self.title,))

    def at_url(self, url: str) -> None:
        """Let the link be another one."""
        self.link.wanted = self._wanted(url)

    @property
    def url(self) -> str:
        return self.link.wanted.url

    def moments(self, count: int, start: datetime, end: datetime) -> Iterator[str]:
        for _ in range(count):
            moment = start + self.chance.random() * (end - start)
            yield f"{moment:%Y%m%d%H%M%S}"

    def living(self, count: int) -> Iterator[str]:
        """Yield moments before the page was lost."""
        return self.moments(count, self.began, self.lived_until)

    def later(self, count: int) -> Iterator[str]:
        """Yield moments after it was found to be."""
        return self.moments(count, self.died + timedelta(days=2), self.died + timedelta(days=900))

    def few(self) -> int:
        """Return how often a page was captured: most of them a few times, some often."""
        return min(1 + int(self.chance.expovariate(0.35)), 15)

    def spelled(self, url: str) -> str:
        """Return one of the spellings that the archive takes for the same."""
        host = url.partition("://")[2]
        return self.chance.choice((url, url, f"https://{host}", f"http://www.{host}"))

    def good(self, timestamp: str, page: str = "", url: str = "", status: int | None = 200, **more: str) -> Capture:
        capture = Capture(
            self.spelled(url or self.url), timestamp, status, page or f"/titled/{self.title.replace(' ', '-')}", **more
        )
        self.link.captures.append(capture)
        self.link.pages.append(capture)
        return capture

    def bad(self, timestamp: str, looks: Sequence[_Look], **more: str | bool) -> None:
        status, page = self.chance.choice(looks)
        self.link.captures.append(Capture(self.spelled(self.url), timestamp, status, page, **more))  # type: ignore[arg-type]

    def redirected(self, timestamp: str) -> None:
        """Let the capture before this one, of a good page, be a redirect to its other spelling: http: to https:."""
        earlier = f"{_moment(timestamp) - timedelta(seconds=2):%Y%m%d%H%M%S}"
        location = f"https://{self.url.partition('://')[2]}"
        self.link.captures.append(Capture(self.url, earlier, 301, "/empty", location=location))
        self.link.led[earlier] = timestamp

    def afterwards(self) -> None:
        """Let the archive capture what the dead link shows: always the same, as servers do, or as good as."""
        look = self.chance.choice(LOST)
        if self.link.wanted.known.title and self.chance.random() < 0.15:
            look = (200, "/titled/Cheap-Casino-Bonus")
        varied = self.chance.random() < 0.3
        unnoticed = self.chance.choice((0, 0, 1, 2, 5)) if self.died > self.lived_until else 0
        for place, timestamp in enumerate(self.moments(unnoticed, self.lived_until, self.died)):
            # A page that shows the time, or another advertisement, has another digest each time.
            status, page = look
            self.bad(timestamp, ((status, f"{page}?{place}" if varied else page),))
        if look[0] == 404 and self.chance.random() < 0.3:
            self.bad(next(self.later(1)), ((None, look[1]),))
        for timestamp in self.later(self.chance.choice((0, 1, 3, 8))):
            self.bad(timestamp, (look, self.chance.choice(LOST)))


def _lived(maker: _Maker) -> Link:
    """Captured while it lived, now and then in a bad moment, and after its death."""
    for timestamp in maker.living(maker.few()):
        maker.good(timestamp)
        if maker.chance.random() < 0.15:
            maker.redirected(timestamp)
    for timestamp in maker.living(maker.chance.choice((0, 0, 0, 0, 0, 1))):
        maker.bad(timestamp, HICCUPS)
    maker.afterwards()
    return maker.link


def _bad_nearby(maker: _Maker) -> Link:
    """Captured in a bad moment around the date, and well before or after."""
    moment = maker.at or maker.died
    around = maker.moments(maker.chance.choice((1, 1, 2, 3)), moment - timedelta(days=20), moment)
    for timestamp in around:
        maker.bad(timestamp, HICCUPS)
    for timestamp in maker.moments(maker.few(), maker.began - timedelta(days=400), moment - timedelta(days=25)):
        maker.good(timestamp)
    maker.afterwards()
    return maker.link


def _file(maker: _Maker) -> Link:
    """A PDF, in whose place a page was served later."""
    maker.at_url(f"{maker.site}/files/{maker.slug}.pdf")
    for timestamp in maker.living(maker.few()):
        maker.good(timestamp, "/pdf", mimetype="application/pdf")
    replaced: Sequence[_Look] = ((200, "/titled/Our-new-site"), (200, "/soft-404"), (404, "/status/404"))
    for timestamp in maker.moments(maker.chance.choice((0, 1, 2)), maker.lived_until, maker.died):
        maker.bad(timestamp, replaced)
    for timestamp in maker.later(2):
        maker.bad(timestamp, replaced)
    return maker.link


def _repeated(maker: _Maker) -> Link:
    """Captured again and again unchanged: revisit records."""
    maker.good(next(maker.moments(1, maker.began - timedelta(days=100), maker.began)))
    for timestamp in maker.living(maker.few()):
        maker.good(timestamp, status=None)
    maker.afterwards()
    return maker.link


def _moved(maker: _Maker) -> Link:
    """Redirected to where the page went: within the site, or to another one."""
    target = maker.chance.choice((f"{maker.site}/archive/{maker.slug}", f"http://new-{maker.site[7:]}/{maker.slug}"))
    for timestamp in maker.living(maker.chance.choice((1, 2, 4))):
        maker.good(timestamp, "/empty", status=301, location=target)
        page = Capture(target, timestamp, page=f"/titled/{maker.title.replace(' ', '-')}")
        maker.link.captures.append(page)
    maker.afterwards()
    return maker.link


def _sent_home(maker: _Maker) -> Link:
    """Lost before it was missed: for a while it led to the front page, a login or a page that was not found."""
    for timestamp in maker.living(maker.few()):
        maker.good(timestamp)
    there = maker.site
    target = maker.chance.choice((
        f"{there}/", f"{there}/login", f"{there}/404.html", f"{there}/never-captured",
        f"http://ww1.{there[7:]}/?subid=12", "http://shop-for-all.example/", maker.url,
    ))  # fmt: skip
    for timestamp in (*maker.moments(2, maker.lived_until, maker.died), *maker.later(2)):
        maker.bad(timestamp, ((302, "/empty"),), location=target)
        if target not in (maker.url, f"{there}/never-captured"):
            maker.link.captures.append(Capture(target, timestamp, page="/titled/Welcome"))
    return maker.link


def _variant(maker: _Maker) -> Link:
    """Captured under another URL only."""
    base = f"{maker.site}/papers/{maker.slug}"
    written, captured = maker.chance.choice(
        (
            (f"{base}?utm_source=twitter&utm_medium=social", base),
            (f"{base}?id=3&fbclid=IwAR0abc", f"{base}?id=3"),
            (f"{base}/index.html", f"{base}/"),
            (f"{base}/", f"{base}/index.html"),
            (f"{base})", base),
            (f"{base}.", base),
            (f"{base}%60", base),
        )
    )
    maker.at_url(written)
    for timestamp in maker.living(maker.few()):
        maker.good(timestamp, url=captured)
    if maker.chance.random() < 0.3:
        maker.bad(next(maker.living(1)), ((404, "/status/404"),))
    return maker.link


def _slowly_lost(maker: _Maker) -> Link:
    """Nobody knows when it was written, and it was lost long before it was missed: each capture since is another."""
    maker.at, maker.died = None, maker.lived_until + timedelta(days=900)
    maker.at_url(maker.url)
    for timestamp in maker.living(maker.few()):
        maker.good(timestamp)
    look = maker.chance.choice(("/parked", "/soft-404", "/soft-404-chinese"))
    for place, timestamp in enumerate(maker.moments(maker.chance.choice((3, 6, 9)), maker.lived_until, maker.died)):
        maker.bad(timestamp, ((200, f"{look}?{place}"),))
    return maker.link


def _plain(maker: _Maker) -> Link:
    """Pages that say little of themselves, or are packed in odd ways."""
    url = f"{maker.site}/notes/{maker.slug}"
    maker.link.wanted = Wanted(Resource(url), url, maker.at, maker.died)
    rows = ("/text", "/untyped", "/gbk", "/gbk-meta", "/gzip", "/coded/br", "/coded/gzip,gzip", "/coding-said/gzip")
    row = maker.chance.choice(rows)
    for timestamp in maker.living(maker.few()):
        maker.good(timestamp, row)
    maker.afterwards()
    return maker.link


def _image(maker: _Maker) -> Link:
    maker.at_url(f"{maker.site}/figures/{maker.slug}.png")
    for timestamp in maker.living(maker.few()):
        maker.good(timestamp, "/png", mimetype="image/png")
    for timestamp in (*maker.moments(1, maker.lived_until, maker.died), *maker.later(1)):
        maker.bad(timestamp, ((200, "/titled/Our-new-site"), (404, "/status/404")))
    return maker.link


def _never(maker: _Maker) -> Link:
    return maker.link


def _only_bad(maker: _Maker) -> Link:
    for timestamp in maker.living(maker.chance.choice((1, 2, 4))):
        maker.bad(timestamp, (*LOST, *HICCUPS))
    maker.afterwards()
    if not maker.link.captures:
        maker.bad(next(maker.living(1)), LOST)
    return maker.link


def _came_back(maker: _Maker) -> Link:
    """First captured when it was dead for us: the page, or whoever has the domain now."""
    if maker.chance.random() < 0.5:
        for timestamp in maker.later(2):
            maker.good(timestamp)
    else:
        for timestamp in maker.later(2):
            maker.bad(timestamp, ((200, "/titled/Cheap-Casino-Bonus"),))
    return maker.link


def _excluded(maker: _Maker) -> Link:
    maker.good(next(maker.living(1)))
    maker.link.troubled = maker.chance.choice(("excluded", "excluded-403", "excluded-robots"))
    return maker.link


def _awkward(maker: _Maker) -> Link:
    """With records that have an impossible date, or that the archive lists and cannot play."""
    for timestamp in maker.living(3):
        maker.good(timestamp)
    moment = next(maker.living(1))
    maker.bad(f"{moment[:6]}00{moment[8:]}", ((200, "/titled/No-such-day"),))
    maker.bad(next(maker.living(1)), ((200, "/titled/Not-to-be-played"),), playable=False)
    return maker.link


KINDS: dict[str, tuple[float, Callable[[_Maker], Link]]] = {
    "lived": (45, _lived),
    "bad nearby": (6, _bad_nearby),
    "file": (9, _file),
    "repeated": (5, _repeated),
    "moved": (4, _moved),
    "sent home": (6, _sent_home),
    "variant": (4, _variant),
    "never": (7, _never),
    "only bad": (3, _only_bad),
    "came back": (2, _came_back),
    "excluded": (2, _excluded),
    "awkward": (2, _awkward),
    "slowly lost": (1, _slowly_lost),
    "plain": (3, _plain),
    "image": (1, _image),
}
"""Kind → its share of a hundred links, and its maker. Most dead pages were captured well while they lived (IMC'22,
10.1145/3517745.3561451)."""
