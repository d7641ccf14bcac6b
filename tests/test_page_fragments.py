"""Whether a page has what the fragment of a link leads to."""

from __future__ import annotations

import time
import tracemalloc

import pytest

from dlt_crawler.page.fragments import may_be_missing, missing

PAGE = """<!DOCTYPE html><html><head><title>A page</title><meta name="description" content="x"></head><body>
<h2 id="intro">Introduction</h2><h2 ID = 'Single_Quotes'>Single</h2><h2 id=bare>Bare</h2><a name="old"></a>
<h2 id="深度学习">深度学习</h2><h2 id="caf&#233;">Café</h2><h2 id="What&#39;s">New</h2>
<h2 id="a.b:c_d-e">Signs</h2><h2 id="operator==">Same</h2><h2 id="it's">Its</h2><a name="Two Words"></a>
<h2 id="%E4%B8%AD">Encoded</h2><h2 title=" id=" id="after">After</h2>
<a href="/x" class="anchor" name='late'>Late</a><p data-id="data" class="classy">The quick <b>brown</b>&nbsp;fox jumps
over the&#32;lazy dog. “Quoted — text.”</p><input name="field"><h3 id="100%25">Percent</h3></body></html>"""


@pytest.mark.parametrize(
    "fragment",
    [
        "intro", "Single_Quotes", "bare", "old", "late", "深度学习", "%E6%B7%B1%E5%BA%A6%E5%AD%A6%E4%B9%A0",
        "%e6%b7%b1%e5%ba%a6%e5%ad%a6%e4%b9%a0", "café", "caf%C3%A9", "What's", "What%27s", "a.b:c_d-e", "intr%6F",
        "100%25", "operator%3D%3D", "it's", "Two%20Words", "Two Words", "%E4%B8%AD", "中", "after",
        # Always there.
        "", "top", "TOP",
    ],
)  # fmt: skip
def test_fragment_of_an_element_is_there(fragment: str) -> None:
    assert missing(PAGE, (fragment,)) == ()


@pytest.mark.parametrize(
    "fragment",
    [
        "nowhere",
        "Intro",
        "intr",
        "introduction",
        "ntro",
        "data",
        "classy",
        "field",
        "description",
        "x",
        "%E6%B7%B1",
        "%",
        "Two",
        "operator",
    ],
)
def test_fragment_of_no_element_is_missing(fragment: str) -> None:
    assert missing(PAGE, (fragment,)) == (fragment,)


def test_several_fragments_are_told_apart_in_their_order() -> None:
    fragments = ("zzz", "intro", "old", "L10", "aaa", ":~:text=quick", ":~:text=slow")

    assert missing(PAGE, fragments) == ("zzz", "aaa", ":~:text=slow")


@pytest.mark.parametrize(
    "source",
    [
        '<h2 class="heading-element">Set up</h2><a id="user-content-set-up" class="anchor" href="#set-up"></a>',
        '<h2 id="user-content-Set-Up">Set up</h2>',
        "<a name='user-content-set-up'></a>",
        r'<script type="application/json">{"richText":"\u003ca id=\"user-content-set-up\" class=\"anchor\""}</script>',
        r'<script type="application/json">{"a":"{\"b\":\"<h2 id=\\\"set-up\\\">\"}"}</script>',
    ],
)
def test_names_that_a_site_puts_a_prefix_before_are_found(source: str) -> None:
    assert missing(source, ("set-up", "user-content-set-up", "User-Content-set-up")) == ()
    assert missing(source, ("Set-Up-again", "user-content-again")) == ("Set-Up-again", "user-content-again")


def test_case_counts_but_in_names_that_a_site_has_put_its_prefix_before() -> None:
    assert missing("<h2 id='user-content-Set-Up'>", ("SET-UP", "user-content-set-up")) == ()
    assert missing("<h2 id='Set-Up'>", ("user-content-Set-Up", "user-content-set-up")) == ("user-content-set-up",)


def test_escapes_of_json_are_read() -> None:
    source = (
        r'<script>{"html":"<h2 id=\"user-content-\u6df1\u5ea6\">",'
        r'"more":"<h2 id=\\\"\\ud83d\\ude80-caf\u0026eacute;\\\">"}</script>'
    )

    assert missing(source, ("深度", "%E6%B7%B1%E5%BA%A6", "浅", "🚀-café")) == ("浅",)


@pytest.mark.parametrize(
    "fragment",
    [
        # Lines of files.
        "L10", "L10-L20", "L10-20", "L10C3-L12C9", "LC5", "l10", "lines-12", "lines-12:15", "n10", "10", "10-20",
        # Discussions, tabs, gists, changes.
        "issuecomment-1", "discussioncomment-23", "pullrequestreview-4", "discussion_r5", "issue-6", "note_77",
        "commitcomment-8", "readme", "readme-ov-file", "license-1-ov-file", "file-script-py", "file-script-py-L3",
        "diff-0123456789abcdef", "r123456",
        # State of a program.
        "/route", "/a/b?c", "!", "!/route", "!topic/x", "?q=x", "gid=0", "heading=h.1a2b", "slide=id.p1", "a&b",
        "page=3", "nameddest=x", "t=10", "xywh=1,2,3,4", "section/Errors",
    ],
)  # fmt: skip
def test_fragment_that_a_program_understands_is_never_missing(fragment: str) -> None:
    assert not may_be_missing(fragment)
    assert missing(PAGE, (fragment,)) == ()


@pytest.mark.parametrize(
    "fragment",
    ["Lists", "L", "LX10", "line-breaks", "issues", "notes", "file", "diff", "comments", "readme-first", "r1", "nodes"],
)
def test_names_that_look_a_little_like_such_are_names(fragment: str) -> None:
    assert missing(PAGE, (fragment,)) == (fragment,)


@pytest.mark.parametrize(
    "directive",
    [
        "text=The%20quick%20brown%20fox",
        "text=the%20QUICK%0A%20brown",
        "text=over%20the%20lazy%20dog",
        "text=quick,lazy",
        "text=The-,quick%20brown,-fox",
        "text=The-,quick,lazy,-dog",
        "text=Bare-,Caf%C3%A9",
        "text=%E6%B7%B1%E5%BA%A6",
        "text=%E2%80%9CQuoted%20%E2%80%94%20text.%E2%80%9D",
        "text=nowhere%20at%20all&text=brown",
        # What nobody can read points to nothing else.
        "text=a,b,c,d",
        "text=",
        "selector(type=CssSelector,value=p)",
    ],
)
def test_text_is_found(directive: str) -> None:
    assert missing(PAGE, (f":~:{directive}",)) == ()


@pytest.mark.parametrize("name", ["intro", "caf%C3%A9", "top", "L10", "/route"])
@pytest.mark.parametrize("directive", ["text=brown", "text=nowhere", "text=", "", "selector(x)"])
def test_text_in_an_element_that_is_there_is_but_marked(name: str, directive: str) -> None:
    assert missing(PAGE, (f"{name}:~:{directive}",)) == ()


@pytest.mark.parametrize(
    "fragment",
    [
        ":~:text=brown%20dog",
        ":~:text=lazy,quick",
        ":~:text=slow-,quick",
        ":~:text=quick,-cat",
        ":~:text=nowhere&text=not%20there",
        "nowhere:~:text=quick",
        "nowhere:~:text=not%20there",
        "nowhere:~:",
    ],
)
def test_text_that_is_gone_is_missing(fragment: str) -> None:
    assert missing(PAGE, (fragment,)) == (fragment,)


@pytest.mark.parametrize(
    "trace",
    [
        '<meta content="GitLab" property="og:site_name">',
        "<script>window.$docsify = {}</script>",
        "<script>anchors.add('h2')</script>",
    ],
)
def test_names_that_a_script_gives_are_not_known(trace: str) -> None:
    assert missing(f"{trace}<h2>Set up</h2>", ("set-up",)) == ()
    assert missing("<h2>Set up</h2>", ("set-up",)) == ("set-up",)


def test_what_is_too_long_to_be_a_name_is_the_program_of_a_playground() -> None:
    assert missing(PAGE, ("code" * 1_000,)) == ()


SECTION = (
    '<div class="section" data-id="q"><h2 id="intro-%d">A heading</h2><p>Some text with <a href="/x?id=5">words</a>'
)
HOSTILE = {
    "letters": "a" * 10**6,
    "blanks": " " * 10**6,
    "brackets": "<" * 10**6,
    "anchors": "<a " * 330_000,
    "long anchor": "<a " + "x " * 500_000,
    "names": "<a " + "name " * 200_000,
    "ids": " id=" * 250_000,
    "quotes": ' id="' * 200_000,
    "apart": " id = " * 160_000,
    "signs": "= " * 500_000,
    "backslashes": " id=" + "\\" * 10**6,
    "references": "&amp;" * 200_000,
    "quoted": " id=\" id='" * 100_000,
    "many names": "".join(f' id="{number:x}&lt;"' for number in range(90_000)),
    "name of references": ' id="' + "&#60;" * 200_000 + '"',
    "name of backslashes": ' id="' + "\\" * 10**6 + '"',
    "escapes": r' id="\u1234"' * 80_000,
}


LINEAR = 1.0
"""Seconds of processor time; each page takes a twentieth of them, and minutes to whoever looks back in it."""


def seconds_for(source: str, fragments: tuple[str, ...]) -> float:
    began = time.process_time()
    missing(source, fragments)
    return time.process_time() - began


@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("fragment", ["nowhere", ":~:text=nowhere"])
def test_hostile_pages_take_no_time(source: str, fragment: str) -> None:
    assert seconds_for(source, (fragment,)) < LINEAR


@pytest.mark.parametrize("length", [60_000, 5_000_000])
def test_two_thousand_fragments_take_no_time(length: int) -> None:
    names = "".join(f'<h2 id="intro-{number}">A heading</h2>' for number in range(1_000))
    rest = length - len(names)
    page = names + "".join(SECTION % (1_000 + number) for number in range(rest // len(SECTION) - 9))
    there, lost = [tuple(f"{name}-{number}" for number in range(1_000)) for name in ("intro", "nowhere")]

    assert missing(page, there + lost) == lost
    assert seconds_for(page, there + lost) < LINEAR


def test_many_texts_take_no_time() -> None:
    page = "".join(SECTION % number for number in range(5_000_000 // len(SECTION)))
    texts = tuple(f":~:text=text%20with&text=nowhere%20{number}" for number in range(500))
    lost = tuple(f":~:text=nowhere%20{number}" for number in range(500))
    found = missing(page, lost + texts)

    assert seconds_for(page, lost + texts) < LINEAR
    # Of those that are looked for.
    assert found == lost[: len(found)]
    assert len(found) > 10


def test_page_with_too_many_names_is_not_known() -> None:
    page = "".join(f"<p id=a{number}>" for number in range(100_001))
    tracemalloc.start()
    try:
        found = missing(page, ("nowhere",))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert found == ()
    assert peak < 20_000_000
