"""How the labelled pages are written."""

from __future__ import annotations

import html
import json
from dataclasses import dataclass

from dlt_crawler.page import Response
from dlt_crawler.page.reading import read_response

HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Labelled:
    """A page and its title."""

    title: str | None
    """What a person would write down; None: nothing that is worth it."""
    body: bytes
    content_type: str | None = HTML


def page(title: str | None, head: str, body: str = "", lang: str = "en") -> Labelled:
    """Write a whole page around what matters in it."""
    source = (
        f'<!DOCTYPE html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width">\n{head}\n'
        f'<link rel="stylesheet" href="/style.css">\n</head>\n<body>\n'
        f'<nav><a href="/">Start</a> <a href="/more">More</a></nav>\n{body}\n<p>{"Text of the page. " * 20}</p>\n'
        f"<footer><h2>Newsletter</h2><p>Imprint</p></footer>\n</body>\n</html>\n"
    )
    return Labelled(title, source.encode())


def meta(name: str, content: str) -> str:
    return f'<meta name="{name}" content="{html.escape(content)}">'


def og(title: str, site: str | None = None) -> str:
    site_name = "" if site is None else f'<meta property="og:site_name" content="{html.escape(site)}">'
    return f'<meta property="og:title" content="{html.escape(title)}">{site_name}'


def tab(title: str) -> str:
    return f"<title>{html.escape(title, quote=False)}</title>"


def h1(text: str) -> str:
    return f"<h1>{html.escape(text, quote=False)}</h1>"


def ld(data: object) -> str:
    return script(json.dumps(data, ensure_ascii=False))


def script(source: str) -> str:
    return f'<script type="application/ld+json">{source}</script>'


def title_read(labelled: Labelled) -> str | None:
    """Return what the program says is the title."""
    fields = () if labelled.content_type is None else (("content-type", labelled.content_type),)
    return read_response(Response("https://host.example/works/17", 200, fields, labelled.body)).page.title
