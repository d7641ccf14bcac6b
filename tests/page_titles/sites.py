"""Names of sites before and after titles, in many shapes; and titles that only look as if they had one."""

from __future__ import annotations

from tests.page_titles.labelled import Labelled, h1, ld, meta, og, page, tab

WORK = "Why bridges hum in the wind"
REVIEW = "Deep learning - a review"


def suffixed(title: str, head: str = "", body: str = "") -> Labelled:
    return page(WORK, tab(title) + head, body)


PAGES = (
    # The page says what its site is called.
    *(
        suffixed(f"{WORK}{separator}Bridge Weekly", og(f"{WORK}{separator}Bridge Weekly", "Bridge Weekly"))
        for separator in (" | ", " - ", " – ", " — ", " · ", " • ", " » ", " :: ", " // ", "｜", " │ ", " « ", " ⋆ ",
             " : ", " -- ")
    ),
    suffixed(f"Bridge Weekly | {WORK}", og(f"Bridge Weekly | {WORK}", "Bridge Weekly")),
    suffixed(f"Bridge Weekly - {WORK}", og(f"Bridge Weekly - {WORK}", "Bridge Weekly")),
    suffixed(f"BRIDGE WEEKLY: {WORK}", og(f"BRIDGE WEEKLY: {WORK}", "Bridge Weekly"), h1(WORK)),
    suffixed(f"{WORK} - bridge weekly", meta("application-name", "Bridge Weekly")),
    suffixed(f"{WORK} | The Bridge Weekly", og(f"{WORK} | The Bridge Weekly", "The Bridge Weekly")),
    suffixed(f"{WORK} | bridgeweekly.com", og(f"{WORK} | bridgeweekly.com", "Bridge Weekly")),
    suffixed(f"{WORK} - Bridge Weekly", ld({"@type": "WebSite", "name": "Bridge Weekly"})),
    suffixed(f"{WORK} - Bridge Weekly",
         ld({"@type": "WebPage", "publisher": {"@type": "Organization", "name": "Bridge Weekly"}})),
    suffixed(f"{WORK} - Bridge Weekly", '<link rel="canonical" href="https://www.bridgeweekly.com/hum">'),
    suffixed(f"{WORK} | Bridge Weekly Opinion", og(f"{WORK} | Bridge Weekly Opinion", "Bridge Weekly")),
    suffixed(f"{WORK} | Physics | Bridge Weekly", og(f"{WORK}", "Bridge Weekly")),
    # A heading or another title says what is without it.
    suffixed(f"{WORK} - Some Journal of Things", "", h1(WORK)),
    suffixed(f"{WORK} — Some Journal — Physics", "", h1(WORK)),
    suffixed(f"Some Journal » Archive » {WORK}", "", h1(WORK)),
    suffixed(f"{WORK} - Some Journal", og(WORK)),
    suffixed(f"{WORK} - Some Journal", meta("twitter:title", WORK)),
    suffixed(f"{WORK} Some Journal", og(WORK), h1(WORK)),
    suffixed(f"{WORK} (with pictures) | Some Journal", "", h1(WORK)),
    suffixed(f"{WORK} : Section : SJN", "", h1(WORK)),
    suffixed(f"Section: {WORK} | SJN", "", h1(WORK)),
    suffixed(f"My Blog » Blog Archive » {WORK}", "", f"<h1><a href='/'>My Blog</a></h1><h2>{WORK}</h2>"),
    suffixed(f"My Blog » {WORK}", "", f"<h1>My Blog</h1><h2><a href='/2009/hum/'>{WORK}</a></h2>"),
    suffixed(f"{WORK} | My Blog", "", f"<h1 id='logo'>My Blog</h1><h2>{WORK}</h2>"),
    suffixed(f"{WORK} « My Blog", "", h1("My Blog")),
    suffixed(f"{WORK} - POLITICS", "", "<h1 class='logo'>POLITICS</h1>" + h1(WORK)),
    # Nothing says it but the separator, or that everyone knows the name.
    suffixed(f"{WORK} | Bridge Weekly"),
    suffixed(f"{WORK} · Bridge Weekly"),
    suffixed(f"{WORK} - Wikipedia"),
    suffixed(f"{WORK} - Wikipedia, the free encyclopedia"),
    suffixed(f"{WORK} - YouTube"),
    suffixed(f"{WORK} | by Jane Doe | Medium"),
    suffixed(f"{WORK} | by Jane Doe | Bridge Weekly | Medium"),
    suffixed(f"{WORK} - bridgeweekly.com"),
    suffixed(f"{WORK} - ResearchGate"),
    # Repositories.
    page("owner/name: Fast parser for tables", tab("GitHub - owner/name: Fast parser for tables")),
    page("owner/name: Fast parser for tables",
         og("GitHub - owner/name: Fast parser for tables", "GitHub")
              + tab("GitHub - owner/name: Fast parser for tables · GitHub")),
    page("owner/name: Fast parser for tables", tab("owner/name: Fast parser for tables · GitHub")),
    # Parts of real titles.
    page(REVIEW, tab(REVIEW)),
    page(REVIEW, og(REVIEW, "Some Journal") + tab(f"{REVIEW} | Some Journal"), h1(REVIEW)),
    page(REVIEW, og(REVIEW) + tab(REVIEW), h1(REVIEW)),
    page(REVIEW, tab(REVIEW), h1(REVIEW)),
    page("Rust vs. Go - which one for services?", tab("Rust vs. Go - which one for services?")),
    page("Learn Rust: a tour — part 2", tab("Learn Rust: a tour — part 2")),
    page("Self-supervised learning", tab("Self-supervised learning"), h1("Self")),
    page("A paperback book", tab("A paperback book"), h1("A paper")),
    page("Input | Output", tab("Input | Output") + og("Input | Output", "Bridge Weekly"), h1("Input | Output")),
    page("P(A|B) and how to compute it", tab("P(A|B) and how to compute it")),
    page("The foo_bar option and snake_case", tab("The foo_bar option and snake_case")),
    page("AC/DC: the early years", tab("AC/DC: the early years")),
    page("Spider-Man: No Way Home", tab("Spider-Man: No Way Home")),
    page("C++ -- the good parts", tab("C++ -- the good parts"), h1("C++ -- the good parts")),
    page("What is YouTube?", tab("What is YouTube? | Bridge Weekly") + og("What is YouTube?", "Bridge Weekly")),
    page("GitHub", tab("GitHub | Bridge Weekly") + og("GitHub", "Bridge Weekly"), h1("GitHub")),
    page("The Python tutorial", tab("The Python tutorial — Python 3 documentation"), h1("The Python tutorial")),
    page("2001: A Space Odyssey (1968)", tab("2001: A Space Odyssey (1968) | Films")
         + og("2001: A Space Odyssey (1968)")),
    # First pages: the site is what they are about.
    page("Bridge Weekly", tab("Bridge Weekly") + og("Bridge Weekly", "Bridge Weekly")),
    page("Bridge Weekly", tab("Home | Bridge Weekly")),
    page("Bridge Weekly", tab("Home - Bridge Weekly") + og("Home", "Bridge Weekly")),
    page("Bridge Weekly", tab("Bridge Weekly - Home")),
    page("Bridge Weekly", tab("Bridge Weekly"), "<h1 class='logo'><a href='/'>Bridge Weekly</a></h1>"),
)  # fmt: skip
