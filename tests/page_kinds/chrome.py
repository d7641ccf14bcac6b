"""What programs put around the text of a page."""

# ruff: noqa: E501 -- what programs write, and prose
from __future__ import annotations

from typing import NamedTuple

from dlt_crawler.model import Outcome, Page


class Labelled(NamedTuple):
    """A page that answers 200, and what it is."""

    name: str
    body: str
    outcome: Outcome | None = None
    """None: alive."""
    url: str = "https://www.some-site.example/2019/07/a-cited-page"
    final_url: str | None = None
    """If it is another one, by one redirect."""
    content_type: str = "text/html; charset=utf-8"
    known: Page = Page()
    converging: int = 0


MENUS = {
    "en": ("Home", "News", "Projects", "Blog", "About us", "Contact"),
    "de": ("Startseite", "Aktuelles", "Projekte", "Über uns", "Kontakt", "Impressum"),
    "fr": ("Accueil", "Actualités", "Projets", "À propos", "Contact", "Mentions légales"),
    "es": ("Inicio", "Noticias", "Proyectos", "Quiénes somos", "Contacto", "Aviso legal"),
    "pt": ("Início", "Notícias", "Projetos", "Sobre", "Contato", "Privacidade"),
    "it": ("Home", "Notizie", "Progetti", "Chi siamo", "Contatti", "Privacy"),
    "nl": ("Home", "Nieuws", "Projecten", "Over ons", "Contact", "Privacy"),
    "zh": ("首页", "新闻动态", "产品中心", "技术支持", "关于我们", "联系我们"),
    "zh-tw": ("首頁", "最新消息", "產品介紹", "技術支援", "關於我們", "聯絡我們"),
    "ja": ("ホーム", "お知らせ", "製品情報", "サポート", "会社概要", "お問い合わせ"),
    "ko": ("홈", "공지사항", "제품", "고객지원", "회사소개", "문의하기"),
    "ru": ("Главная", "Новости", "Проекты", "Блог", "О нас", "Контакты"),
}


def document(
    title: str | None, body: str, *, lang: str = "en", head: str = "", body_class: str = "", html: str = ""
) -> str:
    """A page, and nothing around it."""
    tab = "" if title is None else f"<title>{title}</title>"
    attributes = f' class="{body_class}"' if body_class else ""
    return (
        f'<!DOCTYPE html><html lang="{lang}"{html}><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">{tab}{head}</head>'
        f"<body{attributes}>{body}</body></html>"
    )


def _menu(lang: str) -> str:
    names = MENUS.get(lang, MENUS["en"])
    return "<ul>" + "".join(f'<li><a href="/{place}">{name}</a></li>' for place, name in enumerate(names)) + "</ul>"


def bare(title: str | None, main: str, lang: str = "en", head: str = "", body_class: str = "") -> str:
    """As web servers make it."""
    return document(title, main, lang=lang, head=head, body_class=body_class)


def blog(title: str | None, main: str, lang: str = "en", head: str = "", body_class: str = "") -> str:
    """As WordPress, Ghost and the like make it: a header, a sidebar of what was written last, a footer."""
    recent = "".join(f'<li><a href="/p/{n}">A walk along the river, part {n}</a></li>' for n in range(1, 9))
    return document(
        title,
        f'<div id="page" class="site"><header class="site-header"><p class="site-title"><a href="/">Field Notes</a></p>'
        f'<p class="site-description">Letters from a small garden</p><nav>{_menu(lang)}</nav></header>'
        f'<div class="site-content"><main id="main">{main}</main>'
        f'<aside class="widget-area"><h2>Recent posts</h2><ul>{recent}</ul><form role="search"><label>Search for:'
        f'<input type="search"></label><button>Search</button></form></aside></div>'
        f'<footer class="site-footer"><p>© 2009–2026 Field Notes. Proudly made by hand. All texts may be shared.</p></footer>'
        f'</div><script src="/wp-includes/js/jquery.js?ver=3.7"></script>',
        lang=lang, head='<link rel="stylesheet" href="/wp-content/themes/plain/style.css">' + head, body_class=body_class,
    )  # fmt: skip


def company(title: str | None, main: str, lang: str = "en", head: str = "", body_class: str = "") -> str:
    """As the site of a company: large menus, a long footer in <div>s, a cookie banner, inline scripts and styles."""
    columns = "".join(
        f'<div class="col"><h4>Column {n}</h4>{_menu(lang)}<p>Our people in {city} answer on weekdays.</p></div>'
        for n, city in enumerate(("Lyon", "Graz", "Porto", "Turku"))
    )
    return document(
        title,
        f'<div class="topbar"><a href="tel:+1">Call us</a></div><div id="header"><div class="nav-menu">{_menu(lang)}'
        f'{_menu(lang)}</div></div><div class="container content">{main}</div>'
        f'<div id="footer" class="footer-widgets">{columns}<p>Registered in the trade register under number 12345. '
        f'The tax number is given on request. Prices are without tax and delivery, and may change on any day.</p></div>'
        f'<div class="cookie-banner" role="dialog"><p>We use cookies to make this site work, to remember what you chose, '
        f'and to count our visitors. You can change this at any time.</p><button>Accept</button></div>'
        f"<style>.a{{color:red}}</style><script>{'window.dataLayer=window.dataLayer||[];' * 40}</script>",
        lang=lang, head=head, body_class=body_class,
    )  # fmt: skip


def docs(title: str | None, main: str, lang: str = "en", head: str = "", body_class: str = "") -> str:
    """As generators of documentation make it: a tree of chapters beside the text."""
    chapters = "".join(f'<li><a href="/c/{n}">Chapter {n}: setting up, running, mending</a></li>' for n in range(25))
    return document(
        title,
        f'<nav class="navbar"><a href="/">Handbook</a></nav><div class="theme-doc-sidebar-container"><aside><ul>{chapters}'
        f'</ul></aside></div><main class="main-wrapper"><div class="container">{main}</div></main>'
        f'<footer class="footer"><div>Copyright © 2026 the authors of the handbook.</div></footer>',
        lang=lang, head='<meta name="generator" content="Handbook 3.1">' + head, body_class=body_class,
    )  # fmt: skip


def portal(title: str | None, main: str, lang: str = "zh", head: str = "", body_class: str = "") -> str:
    """As a Chinese portal: tables of links, a licence, several scripts."""
    links = "".join(f'<a href="/l/{n}">频道{n}</a> | ' for n in range(30))
    return document(
        title,
        f'<div class="top">{_menu(lang)}</div><div class="channels">{links}</div><div class="main">{main}</div>'
        f'<div class="footer"><p>版权所有 © 2008-2026 某某科技有限公司 京ICP备00000000号 京公网安备00000000000000号</p><p>地址：'
        f"某某市某某区某某路一号 电话：010-0000-0000 未经许可不得转载</p></div><script>var _hmt=_hmt||[];</script>",
        lang="zh-CN" if lang == "zh" else lang, head=head, body_class=body_class,
    )  # fmt: skip


THEMES = {"bare": bare, "blog": blog, "company": company, "docs": docs, "portal": portal}
