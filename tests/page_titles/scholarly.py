"""Pages of works: Highwire, bepress, EPrints, PRISM and Dublin Core."""

from __future__ import annotations

from tests.page_titles.labelled import h1, ld, meta, og, page, tab

GRAPH = "Spectral gaps of sparse random graphs"
CELL = "Calcium waves in the developing retina"
LAW = "Judicial review after the reform: ten years of practice"
MAP = "A survey of indoor mapping with inexpensive sensors"
SOIL = "Carbon in drained peat soils - a long-term study"

PAGES = (
    # Highwire: as publishers write it, beside everything else they have.
    page(GRAPH, meta("citation_title", GRAPH) + meta("citation_author", "Ada Example")
         + tab(f"{GRAPH} | Journal of Graphs")),
    page(GRAPH, meta("citation_title", GRAPH) + og("Spectral gaps", "Journal of Graphs") + tab("Spectral gaps - JoG")),
    page(GRAPH, meta("citation_title", GRAPH) + tab(f"[2301.00001] {GRAPH}"), h1(f"Title:{GRAPH}")),
    page(GRAPH, f'<meta content="{GRAPH}" name="citation_title"/>' + tab("Abstract")),
    page(GRAPH, f"<META NAME=Citation_Title CONTENT='{GRAPH}'>" + tab("Full text view")),
    page(CELL, meta("citation_title", CELL) + og(f"Frontiers | {CELL}", "Frontiers") + tab(f"Frontiers | {CELL}")),
    page(CELL, meta("citation_title", CELL) + tab(f"{CELL} - ScienceExample"), h1("Article outline")),
    page(CELL, meta("citation_journal_title", "Vision") + meta("citation_title", CELL)
         + tab(f"{CELL}: Vision: Vol 3, No 2")),
    page("Growth of E. coli in H2O",
         '<meta name="citation_title" content="Growth of &lt;i&gt;E. coli&lt;/i&gt; in H&lt;sub&gt;2&lt;/sub&gt;O">'),
    page("Growth of E. coli in H2O",
         '<meta name="citation_title" content="Growth of <em>E. coli</em> in H<sub>2</sub>O">'),
    page("p53 and its friends",
         '<meta name="citation_title" content="&amp;lt;i&amp;gt;p53&amp;lt;/i&amp;gt; and its friends">'),
    page("Salt & water: a model", '<meta name="citation_title" content="Salt &amp;amp; water: a model">'),
    page("On the “small” case", '<meta name="citation_title" content="On the &amp;ldquo;small&amp;rdquo; case">'),
    page("A line that goes on in the next",
         '<meta name="citation_title" content="A line that\n      goes on in the next">'),
    page(LAW, meta("citation_title", "") + og(LAW) + tab("Law Review")),
    page(LAW, meta("citation_title", "   ") + tab(f"{LAW} | Law Review"), h1(LAW)),
    page(LAW, meta("citation_title", LAW) + meta("citation_title", "A part of the same volume") + tab("Law Review")),
    page("Growth | Decay", meta("citation_title", "Growth | Decay") + tab("Growth | Decay | Journal of Both")),
    # bepress, EPrints, PRISM.
    page(LAW, meta("bepress_citation_title", LAW) + tab(f'"{LAW}" by Bea Example')),
    page(LAW, meta("bepress_citation_title", LAW) + og(f'"{LAW}" by Bea Example', "Law Commons")),
    page(MAP, meta("eprints.title", MAP) + meta("DC.title", MAP) + tab(f"{MAP} - ePrints Example")),
    page(MAP, meta("eprints.title", MAP) + tab("Item 3382"), h1("University of Example Repository")),
    page(MAP, meta("prism.title", MAP) + tab("Volume 12, issue 3")),
    page(MAP, meta("prism.publicationName", "Sensing") + meta("prism.title", MAP) + og("Sensing", "Sensing")),
    # Dublin Core, in its spellings.
    page(SOIL, meta("DC.title", SOIL) + tab("Repository: item 10013/44")),
    page(SOIL, meta("dc.Title", SOIL) + tab(f"{SOIL} | Open Repository")),
    page(SOIL, meta("DCTERMS.title", SOIL) + tab("Open Repository")),
    page(SOIL, meta("DC.Title", SOIL) + meta("DC.publisher", "Soil Society") + tab(f"{SOIL} - Soil Society")),
    page(SOIL, meta("DC.title", "Soil Society") + meta("DC.publisher", "Soil Society") + tab(f"{SOIL} | Soil Society"),
         h1(SOIL)),
    page(SOIL, f'<meta property="dcterms:title" content="x"><meta name="DC.title" lang="en" content="{SOIL}">'
         + tab("Item")),
    # Without any of them.
    page("Attention Is All You Need", tab("[1706.03762] Attention Is All You Need")),
    page("A bound on cut norms", tab("[math/0112019v2] A bound on cut norms")),
    page("A bound on cut norms", tab("[2310.12345v3] A bound on cut norms"), h1("Title: A bound on cut norms")),
    page(SOIL, tab(f"{SOIL} | Request PDF"), h1(SOIL)),
    page(GRAPH, tab(f"{GRAPH} | OpenReview"), f'<h2 class="note_content_title">{GRAPH}</h2>'),
    page(GRAPH, tab(f"{GRAPH} | IEEE Xplore") + ld({"@type": "ScholarlyArticle", "headline": GRAPH})),
    page(GRAPH, tab(f"(PDF) {GRAPH}") + og(GRAPH, "Papers of all")),
    page("Estimating $\\ell_1$ and $|x|$ norms in $O(n \\log n)$ time",
         tab("Estimating $\\ell_1$ and $|x|$ norms in $O(n \\log n)$ time")),
    page("Estimating $\\ell_1$ norms", meta("citation_title", "Estimating $\\ell_1$ norms")
         + tab("Estimating 1 norms")),
    page("Schrödinger’s cat — dead <or> alive?", meta("citation_title", "Schrödinger’s cat — dead <or> alive?")),
)  # fmt: skip
