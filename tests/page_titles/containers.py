"""Open Graph, JSON-LD, Twitter cards, <title> and <h1>, alone and against one another."""

from __future__ import annotations

from tests.page_titles.labelled import h1, ld, meta, og, page, script, tab

TEA = "How tea came to the mountains"
RUN = "Running a small server for ten years"
CAT = "Three cats and a vacuum cleaner"
SITE = {"@type": "WebSite", "name": "The Daily Example"}
CRUMBS = {"@type": "BreadcrumbList", "itemListElement": [{"@type": "ListItem", "name": "World"}]}
ORGANIZATION = {"@type": "Organization", "name": "Example Press"}

PAGES = (
    # Open Graph.
    page(TEA, og(TEA)),
    page(TEA, og(TEA, "The Daily Example") + tab(f"{TEA} | The Daily Example"), h1(TEA)),
    page(TEA, f'<meta name="og:title" content="{TEA}">' + tab("Article")),
    page(TEA, f'<meta property="OG:Title" content="{TEA}">' + tab("Article")),
    page(TEA, f'<meta content="{TEA}" property="og:title" data-react-helmet="true">' + tab("The Daily Example")),
    page(TEA, og("") + tab(TEA)),
    page(TEA, og("The Daily Example", "The Daily Example") + tab(f"{TEA} - The Daily Example"), h1(TEA)),
    page(TEA, og("Home", "The Daily Example") + tab(f"{TEA} - The Daily Example"), h1(TEA)),
    page(TEA, og("Untitled") + tab(f"{TEA}"), h1(TEA)),
    page(TEA, og("Press releases") + tab(f"{TEA} | Example Press"), h1(TEA)),
    page("How tea came to the mountains, and why it stayed there",
         og(TEA, "The Daily Example") + tab(f"{TEA} | The Daily Example"),
         h1("How tea came to the mountains, and why it stayed there")),
    page(TEA, og("The drink that everyone talks about", "Example") + tab(f"{TEA} | Example"), h1(TEA)),
    # JSON-LD.
    page(RUN, ld({"@context": "https://schema.org", "@type": "Article", "headline": RUN})),
    page(RUN, ld({"@type": "NewsArticle", "headline": RUN, "publisher": ORGANIZATION}) + tab("Example Press")),
    page(RUN, ld([ORGANIZATION, {"@type": "BlogPosting", "headline": RUN}])),
    page(RUN, ld({"@context": "https://schema.org", "@graph": [SITE, CRUMBS, {"@type": "Article", "headline": RUN}]})),
    page(RUN, ld([{"@graph": [ORGANIZATION]}, {"@graph": [SITE, {"@type": "TechArticle", "name": RUN}]}])),
    page(RUN, ld({"@type": ["Article", "Thing"], "headline": RUN})),
    page(RUN, ld({"@type": "http://schema.org/BlogPosting", "headline": RUN})),
    page(RUN, ld({"@type": "schema:Article", "headline": {"@value": RUN, "@language": "en"}})),
    page(RUN, ld({"@type": "WebPage", "name": "A page", "mainEntity": {"@type": "Article", "headline": RUN}})),
    page(RUN, ld({"@type": "ItemPage", "name": "An item", "mainEntity": {"@type": "Dataset", "name": RUN}})),
    page(RUN,
         ld({"@type": "QAPage", "mainEntity": {"@type": "Question", "name": RUN, "answerCount": 3}})),
    page(RUN, ld({"@type": "VideoObject", "name": RUN}) + tab("Watch")),
    page(RUN, ld({"@type": "Course", "name": RUN, "provider": ORGANIZATION})),
    page(RUN, ld({"@type": "Recipe", "name": RUN, "author": {"@type": "Person", "name": "Ann"}})),
    page(RUN, ld({"@type": "SoftwareSourceCode", "name": RUN})),
    page(RUN, ld(ORGANIZATION) + ld(CRUMBS) + tab(RUN)),
    page(RUN, ld({"@type": "Person", "name": "Ann Author"}) + tab(RUN)),
    page(RUN, ld({"@type": "Article", "headline": None}) + tab(RUN)),
    page(RUN, ld({"@type": "Article", "headline": ["One", "Two"]}) + tab(RUN)),
    page(RUN,
         script('{"@type": "Article", "headline": "Running a small\n\tserver for ten years"}')),
    page(RUN,
         script(f'\n//<![CDATA[\n{{"@type": "Article", "headline": "{RUN}"}}\n//]]>\n')),
    page(RUN, script(f'<!--\n{{"@type": "Article", "headline": "{RUN}"}}\n-->')),
    page(RUN, script(f'{{"@type": "Article", "headline": "{RUN}"}};')),
    page(RUN, f'<script type="Application/LD+JSON">{{"@type": "Article", "headline": "{RUN}"}}</script>'),
    page(RUN, script('{"@type": "Article", "headline": "Unfinished') + tab(RUN)),
    page(RUN, script('{{ page.json }}') + tab(RUN)),
    page("Ten years of “small” servers & more",
         script('{"@type": "Article", "headline": "Ten years of &ldquo;small&rdquo; servers &amp; more"}')),
    # Twitter cards.
    page(CAT, meta("twitter:title", CAT)),
    page(CAT, f'<meta property="twitter:title" content="{CAT}">' + tab("A site of cats")),
    page(CAT, meta("twitter:title", f"{CAT} | A site of cats") + tab(f"{CAT} | A site of cats"), h1(CAT)),
    # <title>, and nothing else.
    page(CAT, tab(CAT)),
    page(CAT, f"<title>\n    {CAT}\n  </title>"),
    page(CAT, f'<title data-rh="true">{CAT}</title>'),
    page(CAT, f"<TITLE>{CAT}</TITLE>"),
    page(CAT, f"<title></title><title>{CAT}</title>"),
    page(CAT, "", f"<title>{CAT}</title><p>It was written into the body.</p>"),
    page("Cats & dogs: <b> or <strong>?", "<title>Cats &amp; dogs: &lt;b&gt; or &lt;strong&gt;?</title>"),
    page("if a < b then c > d", "<title>if a &lt; b then c &gt; d</title>"),
    # Headings alone.
    page(CAT, "", h1(CAT)),
    page(CAT, "", f"<h1><img src=logo.png alt=''></h1><h1>{CAT}</h1>"),
    page(CAT, "", "<h1>Three cats<br>and a <em>vacuum</em> cleaner</h1>"),
    page(CAT, "", f"<h1 itemprop='headline'>{CAT}</h1><h1>Related</h1>"),
    page(CAT, "", f"<header><h1 class='site-title'><a href='/'>A site of cats</a></h1></header><h1>{CAT}</h1>"),
    page(None, "", "<p>No title at all.</p>"),
    page(None, tab(""), "<svg><title>An icon</title></svg>"),
    # Microdata and RDFa, where nothing else says it.
    page(CAT, f'<meta itemprop="headline" content="{CAT}">'),
    page(CAT, f'<meta itemprop="name" content="{CAT}">' + tab("")),
)  # fmt: skip
