"""Which archived redirects lead to the page, and which are what sites do with pages they have lost."""

from __future__ import annotations

import pytest

from dlt_crawler.archive.moves import is_known_move, leads_away

SITE = "http://site.example"


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("/deep/page", "/"),
        ("/deep/page", "/index.html"),
        ("/deep/page", "/en/home"),
        ("/deep/page", "/?from=/deep/page"),
        ("/deep/page", "/404.html"),
        ("/deep/page", "/errors/notfound?from=page"),
        ("/deep/page", "/error.aspx?aspxerrorpath=/deep/page"),
        ("/deep/page", "/page-not-found"),
        ("/deep/page", "/login?next=page"),
        ("/deep/page", "/consent?return=page"),
        ("/deep/page", "/search?q=page"),
        ("/deep/page", "http://www.site.example/"),
        ("/deep/page", "https://sso.other.example/login"),
        ("/page", "http://ww1.site.example/?subid=12"),
    ],
)
def test_roots_errors_logins_and_searches_are_not_the_page(source: str, target: str) -> None:
    assert leads_away(SITE + source, target if "://" in target else SITE + target)


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("/", "/index.html"),
        ("/login", "/signin"),
        ("/errors/404", "/errors/404.html"),
        ("/paper", "/?paper=7"),
        ("/old/paper.html", "/new/paper/"),
        ("/~smith/gizmo/", "http://gizmo.example/"),
        ("/page", "http://ww2.site.example/page"),
        ("/wiki", "/wiki/Main_Page"),
    ],
)
def test_other_redirects_have_to_be_looked_at(source: str, target: str) -> None:
    assert not leads_away(SITE + source, target if "://" in target else SITE + target)


@pytest.mark.parametrize(
    ("source", "target", "known"),
    [
        pytest.param("http://a.example/x/y", "http://a.example/z/w", True, id="within a site"),
        pytest.param("http://a.example/x/y", "https://www.docs.a.example/z/w", True, id="another host of it"),
        pytest.param("http://lab.com/x/y", "http://lab.org/z/w", True, id="the same name"),
        pytest.param("http://a.example/2015/03/my-post.html", "http://a.example/my-post/", True, id="a shorter path"),
        pytest.param("http://a.example/2015/03/my-post.html", "http://a.example/blog/", False, id="much shorter"),
        pytest.param("http://a.example/x/gizmo", "http://b.example/projects/gizmo", True, id="the path is kept"),
        pytest.param("http://a.example/v.php?id=1234", "http://b.example/p/1234-t", True, id="the number is kept"),
        pytest.param("http://a.example/x/gizmo", "http://b.example/offers/today", False, id="another site"),
        pytest.param("http://a.example/x/gizmo", "http://b.example/", False, id="another site's front page"),
        pytest.param("http://a.example/x/gizmo", "http://gizmo.example/", False, id="a site of its own"),
        pytest.param("https://goo.gl/AbCd", "http://b.example/anything/else", True, id="a shortener"),
        pytest.param("https://doi.org/10.1000/1", "http://b.example/anything/else", True, id="a DOI"),
    ],
)
def test_by_their_addresses_pages_move_within_sites_or_keep_their_names(source: str, target: str, known: bool) -> None:
    assert is_known_move(source, target) == known
