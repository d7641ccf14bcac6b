"""Pages of many headings, and headings that are no titles."""

from __future__ import annotations

from tests.page_titles.labelled import h1, ld, og, page, tab

WORK = "Old maps of the northern coast"

PAGES = (
    page(WORK, tab(WORK), h1("Menu") + h1("Search") + h1(WORK)),
    page(WORK, tab(f"{WORK} - The Atlas"), h1("The Atlas") + h1(WORK) + h1("Related articles")),
    page(WORK, og(WORK, "The Atlas") + tab("News - The Atlas"), h1("News") + h1(WORK)),
    page(WORK, og(WORK) + tab(f"{WORK} | Atlas"), h1("Subscribe to our newsletter")),
    page(WORK, tab(f"{WORK} | Atlas"), "<h1><span>Travel</span></h1>" + f"<h2>{WORK}</h2>"),
    page(WORK, og(WORK), f"<h1>Travel<br>{WORK}</h1>"),
    page(WORK, tab(f"{WORK} - Atlas"), f"<h1>{WORK}<a class='headerlink' href='#x'>¶</a></h1>"),
    page(WORK, "", f"<h1>{WORK}<a class='anchor' href='#x'>#</a></h1>"),
    page(WORK, tab(""), f"<h1><style>.a{{color:red}}</style>{WORK}</h1>"),
    page(WORK, tab(""), f"<h1>{WORK}<script>track()</script><svg><title>icon</title></svg></h1>"),
    page(WORK, "", "<h1>Old maps<!-- ad --> of the<noscript>!</noscript> northern coast</h1>"),
    page(WORK, tab("Document"), h1(WORK)),
    page(WORK, tab("Home"), h1(WORK)),
    page(WORK, tab("React App"), h1(WORK)),
    page(WORK, tab("Index"), h1(WORK)),
    page("Old maps of the coast", tab("Old maps of the coast"), h1("Seven reasons to love the sea")),
    page("Old maps of the coast", og("Old maps of the coast") + tab("Old maps of the coast"), h1("Blog")),
    page("Old Maps of the Northern Coast", og("Old Maps of the Northern Coast"), h1("OLD MAPS OF THE NORTHERN COAST")),
    page("“Old maps” and new ones", og("“Old maps” and new ones"), h1('"Old maps" and new ones')),
    page(WORK, og("Old maps") + tab(f"{WORK} | Atlas") + ld({"@type": "Article", "headline": WORK}), h1(WORK)),
    page("Old maps of the northern coast, and the men who drew them",
         tab(f"{WORK} | Atlas"), h1("Old maps of the northern coast, and the men who drew them")),
)  # fmt: skip
