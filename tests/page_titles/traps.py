"""What goes wrong in titles: escapes, what cannot be seen, other people's <title>, titles that say nothing."""

from __future__ import annotations

from tests.page_titles.labelled import Labelled, h1, ld, meta, og, page, tab

WORK = "Birds that sleep while they fly"
LONG = "word " * 100

PAGES = (
    # Another <title> than the page's.
    page(WORK, tab(WORK), "<svg><title>Close</title></svg>"),
    page(WORK, f"<svg style='display:none'><symbol><title>Menu</title></symbol></svg>{tab(WORK)}"),
    page(WORK, "", f"<svg><g><g><title>Logo</title></g></g></svg>{h1(WORK)}"),
    page(WORK, "", f"<svg><title>Logo</title></svg><title>{WORK}</title>"),
    # Escapes.
    page("Q&A on birds", "<title>Q&amp;A on birds</title>"),
    page("Q&A on birds", "<title>Q&amp;amp;A on birds</title>"),
    page("Birds’ eyes – a look", "<title>Birds&amp;#8217; eyes &amp;#8211; a look</title>"),
    page("Birds’ eyes – a look", "<title>Birds&#146; eyes &#150; a look</title>"),
    page("Birds & bees", '<meta property="og:title" content="Birds &#x26; bees">'),
    page("R&D of birds", "<title>R&D of birds</title>"),
    page("Birds &copy them", "<title>Birds &amp;copy them</title>"),
    page("The <b> element", "<title>The &lt;b&gt; element</title>"),
    page("<div>: the content division element", "<title>&lt;div&gt;: the content division element</title>"),
    page("vector<int> and friends", "<title>vector&lt;int&gt; and friends</title>"),
    page("Bold birds", "<title>&lt;b&gt;Bold&lt;/b&gt; birds</title>"),
    page("First line second line", "<title>First line&lt;br/&gt;second line</title>"),
    # What cannot be seen.
    page("Birds that sleep", "<title>Birds\u200b that\u200e \u202esleep\u202c</title>"),
    page("Birds that sleep", "<title>\ufeffBirds that sleep</title>"),
    page("Birds that sleep", "<title>Bi\u00adrds that\u00a0sleep</title>"),
    page("Birds that sleep", "<title>Birds\x07 that\x1b sleep\x00</title>"),
    page("Birds that sleep", "<title>Birds\r\n\tthat\u2028sleep\u3000</title>"),
    page("[31mRed birds", "<title>\x1b[31mRed birds</title>"),
    page("Birds that sleep", "<title>\u2066Birds\u2069 that sleep\u2060</title>"),
    page("Birds \U0001f426 asleep \U0001f634", "<title>Birds \U0001f426 asleep \U0001f634</title>"),
    page("Café für Vögel", "<title>Cafe\u0301 fu\u0308r Vo\u0308gel</title>"),
    page("Birds ❤️ sleep", "<title>Birds ❤️ sleep</title>"),
    page("Z̷a̷l̷g̷o birds", "<title>Z̷a̷l̷g̷o birds</title>"),
    page("ﬁnal ½ ｗｉｄｅ", "<title>ﬁnal ½ ｗｉｄｅ</title>"),
    # Too long.
    page(f"{LONG[:299].rstrip()}…", f"<title>{LONG}</title>"),
    page(f"{'x' * 299}…", f"<title>{'x' * 5_000_000}</title>"),
    # What says nothing.
    *(page(None, tab(title)) for title in (
        "Just a moment...", "Loading…", "Login", "Sign in", "Untitled Document", "YouTube", " - YouTube",
             "ResearchGate",
        "知乎 - 有问题，就会有答案", "Attention Required! | Cloudflare", "Access Denied", "Redirecting...", "Document",
             "undefined",
        "安全验证", "无标题文档", "登录", "| |", "Log in | Bridge Weekly",
    )),
    page(WORK, og("YouTube", "YouTube") + tab(f"{WORK} - YouTube")),
    page(WORK, og("Login") + tab(WORK)),
    page(WORK, meta("citation_title", "Untitled") + tab(WORK)),
    page(WORK, tab("Loading..."), h1(WORK)),
    page(WORK, tab("Just a moment..."), h1(WORK)),
    page(WORK, ld({"@type": "Article", "headline": "undefined"}) + tab(WORK)),
    page("Login systems compared", tab("Login systems compared")),
    page(None, tab("Error | Bridge Weekly"), h1("Error")),
    # How pages are broken.
    Labelled(WORK, f"<title>{WORK}</title>".encode()),
    Labelled(WORK, f"<html><head><title>{WORK}".encode()),
    Labelled(WORK, f"\n\n  <h1>{WORK}</h1>".encode(), "text/html"),
    Labelled(WORK, f"<!-- {'x' * 9_000} --><title>{WORK}</title>".encode()),
    Labelled(WORK, f"{'<script>a()</script>' * 30_000}<title>{WORK}</title>".encode()),
    Labelled(WORK, f"<html><body><div>{'<div>' * 2_000}<title>{WORK}</title>".encode()),
    Labelled(WORK, f"<title>{WORK}</title>{'<p>' * 100_000}".encode()),
    Labelled(WORK,
         f'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title>{WORK}</title></head></html>'.encode(),
             "application/xhtml+xml"),
    Labelled(WORK, f"<frameset><frame src=a><noframes>x</noframes></frameset><title>{WORK}</title>".encode()),
    Labelled(WORK, f"<meta property=og:title content='{WORK}'".encode() + b"><title>other</title>" * 2_000),
)  # fmt: skip
