"""The world of the demo: every link of seeds/ lives, except those that the tables `FATES` and `HOSTS` name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from urllib.parse import urlsplit

from tests.internet.archive.captures import Capture
from tests.internet.world import Host, World, living_pages

SEEDS = Path(__file__).parents[2] / "seeds"


class Archived(Enum):
    """What the archive has for a link."""

    NOTHING = "never captured"
    GOOD = "a good capture"
    GOOD_THEN_BAD = "a good capture, and later ones of the error page"
    GOOD_THEN_SOFT = "a good capture, and a later one of an error page with status 200"
    MOVED = "a captured redirect to a good capture"
    ONLY_BAD = "captures of error pages only"
    EXCLUDED = "the site asked to be left out"
    BUSY = "every question is answered with 429"


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a link: the row of BEHAVIOURS that it answers with now, and what the archive has."""

    page: str
    archived: Archived = Archived.NOTHING


GONE = "/status/404"

FATES: Mapping[str, Fate] = {
    # Gone, and kept by the archive.
    "http://ai.ucsd.edu/~haosu/papers/thesis_finalversion.pdf": Fate(GONE, Archived.GOOD),
    "http://anotherdatum.com/tce_2018.html": Fate(GONE, Archived.GOOD),
    "http://at.yorku.ca/c/b/p/g/30.htm": Fate(GONE, Archived.GOOD_THEN_BAD),
    "http://cocosci.princeton.edu/research.php": Fate(GONE, Archived.GOOD_THEN_SOFT),
    "http://dalimeeting.org/dali2018/workshopTheoryDL.html": Fate(GONE, Archived.MOVED),
    "http://lear.inrialpes.fr/people/gaidon/lear_xrce_deep_learning_01.html": Fate("/status/410", Archived.GOOD),
    "http://nips2018dltheory.rice.edu/": Fate(GONE, Archived.GOOD_THEN_BAD),
    "http://npfsa2017.uni-jena.de/l_notes/vybiral.pdf": Fate(GONE, Archived.GOOD),
    "http://phys2018.csail.mit.edu/papers/29.pdf": Fate(GONE, Archived.GOOD),
    "http://www.brain-ai.jp/project-outline/": Fate(GONE, Archived.GOOD),
    "http://www.mlnl.cs.ucl.ac.uk/readingroup.html": Fate("/status/410", Archived.GOOD),
    "http://www.prcv2019.com/en/index.html": Fate(GONE, Archived.GOOD_THEN_BAD),
    "https://aimath.org/workshops/upcoming/deeppde/": Fate(GONE, Archived.GOOD),
    "https://deepai.org/machine-learning/researcher/weinan-e": Fate(GONE, Archived.GOOD),
    "https://www.birs.ca/events/2020/5-day-workshops/20w5126": Fate(GONE, Archived.GOOD),
    # Gone, and the archive cannot help.
    "http://hohol.pl/granty/geometry/": Fate(GONE, Archived.NOTHING),
    "http://utstat.toronto.edu/~ali/papers/PDEandDeepLearning.pdf": Fate(GONE, Archived.NOTHING),
    "http://www.cs.jyu.fi/ai/vagan/DL4CC.html": Fate(GONE, Archived.ONLY_BAD),
    "https://faculty.sites.uci.edu/khargonekar/files/2018/04/Control_ML_AI_Final.pdf": Fate(GONE, Archived.EXCLUDED),
    "https://www.dlip.org/": Fate(GONE, Archived.BUSY),
    # Gone, and answering 200.
    "https://mp.weixin.qq.com/s/HkjHEqs8d85VPdgpaHEzPQ": Fate("/soft-404-chinese"),
    "https://pbdl2019.github.io/": Fate("/soft-404", Archived.GOOD),
    "https://www.transai.org/": Fate("/parked", Archived.GOOD_THEN_SOFT),
    # Moved.
    "http://www.offconvex.org/": Fate("/redirect-to/301?https://www.offconvex.org/"),
    "https://ai.googleblog.com/2019/03/unifying-physics-and-deep-learning-with.html": Fate(
        "/redirect-to/301?https://research.google/blog/unifying-physics-and-deep-learning-with-tossingbot/"
    ),
    "https://skymind.ai/ebook/Skymind_The_Math_Behind_Neural_Networks.pdf": Fate(
        "/redirect-to/308?https://skymind.global/ebook/Skymind_The_Math_Behind_Neural_Networks.pdf"
    ),
    "https://www.newton.ac.uk/event/mdl": Fate("/redirect-to/302?https://www.newton.ac.uk/event/mdl/"),
    "https://braininspired.co/about/": Fate("/redirect-to/307?https://braininspired.co/about-us/"),
    "https://deepmodeling.com/": Fate("/redirect-to/301?/status/404", Archived.GOOD),
    "https://cogcomp.org/": Fate("/redirect-self"),
    # In trouble today.
    "http://ita.ucsd.edu/": Fate("/status/500"),
    "https://csai.nl/home/": Fate("/retry-after/503/3600"),
    "https://indico.cern.ch/event/781223/": Fate("/retry-after/429/1"),
    "https://opade.digital/": Fate("/hang"),
    "https://human-memory.net/": Fate("/reset"),
    "http://apagom.com/physicsforests/": Fate("/empty-reply"),
    "https://timdettmers.com/2019/07/11/sparse-networks-from-scratch/": Fate("/short-body"),
    # Not for robots.
    "https://ieeexplore.ieee.org/document/8281501": Fate("/status/418"),
    "https://www.bilibili.com/video/av71583469": Fate("/status/412"),
    "https://papers.ssrn.com/sol3/papers.cfm?abstract_id=3366314": Fate("/bot-wall/403"),
    "https://drive.google.com/file/d/1-FFa6nMVg18m1zPtoAQrFalwpx2YaGK4/view": Fate(
        "/redirect-to/302?https://accounts.google.com/ServiceLogin"
    ),
}

HOSTS: Mapping[str, Host] = {
    "djstrouse.com": Host("the domain has expired", dns="nxdomain"),
    "smml.io": Host("the domain has expired", dns="nxdomain"),
    "www.wanghao.in": Host("the domain has expired", dns="nxdomain"),
    "tensornetworktheory.org": Host("its name servers are broken", dns="servfail"),
    "www.smartchair.org": Host("its name servers do not answer", dns="silent"),
    "topology.cs.wisc.edu": Host("nothing listens any more", connect="refused"),
    "ganguli-gang.stanford.edu": Host("a firewall drops what comes", connect="silent"),
    "www-m15.ma.tum.de": Host("its certificate has expired", tls="expired"),
    "staff.fnwi.uva.nl": Host("its certificate is for another name", tls="wrong-name"),
    "quantum.ustc.edu.cn": Host("its certificate is of an authority that nobody knows", tls="untrusted"),
    "ttic.uchicago.edu": Host("closes every handshake", tls="handshake-closed"),
    "www.researchgate.net": Host("lets no robot in", always="/bot-wall/403", robots="/robots-txt/allow-all"),
    "www.sciencedirect.com": Host("lets no robot in", always="/status/403", robots="/robots-txt/allow-all"),
    "zhuanlan.zhihu.com": Host("lets no robot in", always="/status/403"),
    "www.jiqizhixin.com": Host("its robots.txt forbids everything", robots="/robots-txt/disallow-all"),
    "www.leiphone.com": Host("its robots.txt cannot be had", robots="/status/503"),
}


def world() -> World:
    """Return the world of the documents in seeds/."""
    living = living_pages(sorted(SEEDS.glob("**/*.md")))
    pages = {**living, **{url: fate.page for url, fate in FATES.items()}}
    for fate in FATES.values():
        kind, _, location = fate.page.partition("?")
        if kind.startswith("/redirect-to/") and location.startswith("http"):
            pages.setdefault(location, "/titled/The-new-place")
    # What expired domains had is archived.
    expired = [url for url in living if _host(url) in HOSTS and HOSTS[_host(url)].dns == "nxdomain"]
    archived = {**dict.fromkeys(expired, Archived.GOOD), **{url: fate.archived for url, fate in FATES.items()}}
    return World(
        "seeds",
        hosts=HOSTS,
        pages=pages,
        captures=tuple(capture for url, kind in archived.items() for capture in captures_of(url, kind)),
        troubled={
            **{url: "excluded" for url, kind in archived.items() if kind is Archived.EXCLUDED},
            **{url: "rate-limited-briefly" for url, kind in archived.items() if kind is Archived.BUSY},
        },
    )


def captures_of(url: str, kind: Archived) -> tuple[Capture, ...]:
    """Return what the archive has captured of a link."""
    page, mimetype = ("/pdf", "application/pdf") if url.endswith(".pdf") else ("/titled/As-it-was", "text/html")
    good = Capture(url, "20190601120000", page=page, mimetype=mimetype)
    match kind:
        case Archived.GOOD:
            return (good,)
        case Archived.GOOD_THEN_BAD:
            return good, *(Capture(url, f"202{year}0101000000", 404, page="/status/404") for year in range(1, 5))
        case Archived.GOOD_THEN_SOFT:
            return good, Capture(url, "20240101000000", page="/soft-404")
        case Archived.MOVED:
            elsewhere = url.replace("://", "://archive-of-")
            moved = Capture(url, "20190601120000", 301, "/empty", location=elsewhere)
            return moved, Capture(elsewhere, "20190601120001")
        case Archived.ONLY_BAD:
            return tuple(Capture(url, f"201{year}0101000000", 404, page="/status/404") for year in range(5, 9))
        case _:
            return ()


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""
