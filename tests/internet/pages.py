"""Bodies of the test internet: what a page, an article, an error page, a PDF look like."""

from __future__ import annotations

import gzip
import html
import json

from tests.internet.wire import Answer

LOREM = (
    "Deep networks trained by gradient descent generalise well although they could fit noise. This paragraph is "
    "here so that the page has as much visible text as pages that live. "
)

ARTICLE_TITLE = "Gradient Descent Finds Global Minima of Deep Neural Networks"
ARTICLE_ABSTRACT = "Gradient descent finds a global minimum in training deep neural networks despite non-convexity."
GBK_TITLE = "深度学习的数学理论"

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]>>endobj\n"
    b"xref\n0 4\n0000000000 65535 f \n0000000009 00000 n \n0000000052 00000 n \n0000000101 00000 n \n"
    b"trailer<</Size 4/Root 1 0 R>>\nstartxref\n164\n%%EOF\n"
)

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6260000000000500010d0a2db4"
    "0000000049454e44ae426082"
)

HOSTILE_TITLE = "\x1b[31mred\x07 \u202egnp.exe <script>alert(1)</script> ](javascript:x) | `tick` =cmd()"


def document(title: str, body: str | None = None, *, head: str = "") -> str:
    text = f"<h1>{html.escape(title)}</h1>" + f"<p>{LOREM}</p>" * 8 if body is None else body
    return (
        f"<!DOCTYPE html>\n<html><head><title>{html.escape(title)}</title>{head}</head>\n<body>{text}</body></html>\n"
    )


def page(title: str, body: str | None = None, *, head: str = "", status: int | str = 200) -> Answer:
    return Answer(document(title, body, head=head).encode(), status)


def typed(body: bytes, content_type: str, *more: tuple[str, str]) -> Answer:
    return Answer(body, headers=(("Content-Type", content_type), *more))


def article() -> Answer:
    """A page that says its title and abstract in every way, each time a little differently."""
    linked = {"@context": "https://schema.org", "@type": "ScholarlyArticle", "headline": f"{ARTICLE_TITLE} (JSON-LD)"}
    head = "".join(
        f'<meta {attribute}="{name}" content="{html.escape(content)}">'
        for attribute, name, content in (
            ("name", "citation_title", ARTICLE_TITLE),
            ("name", "citation_author", "Du, Simon S."),
            ("name", "citation_publication_date", "2019/05/24"),
            ("name", "citation_abstract", ARTICLE_ABSTRACT),
            ("name", "DC.Title", f"{ARTICLE_TITLE} (Dublin Core)"),
            ("name", "DC.Description", f"{ARTICLE_ABSTRACT} (Dublin Core)"),
            ("property", "og:title", f"{ARTICLE_TITLE} (Open Graph)"),
            ("property", "og:description", f"{ARTICLE_ABSTRACT} (Open Graph)"),
            ("name", "description", f"{ARTICLE_ABSTRACT} (description)"),
        )
    )
    head += f'<script type="application/ld+json">{json.dumps(linked)}</script>'
    return page(f"{ARTICLE_TITLE} | A Journal", head=head)


def gbk(*, declared: bool) -> Answer:
    """A Chinese page in GBK, declared in the header or only in a meta element."""
    body = document(GBK_TITLE, f"<p>{GBK_TITLE}</p>" * 40, head="" if declared else '<meta charset="gbk">')
    return typed(body.encode("gbk"), "text/html; charset=gbk" if declared else "text/html")


def gzipped(body: bytes) -> Answer:
    return typed(gzip.compress(body), "text/html; charset=utf-8", ("Content-Encoding", "gzip"))
