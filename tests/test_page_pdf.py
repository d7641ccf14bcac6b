"""Titles of PDFs, each written here: from their metadata, from their first page, or none when it is not sure."""

from __future__ import annotations

import io
import re
import zlib
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

from dlt_crawler.page.document_title import plain_title
from dlt_crawler.page.headline import Piece, headline
from dlt_crawler.page.pdf import said_by_pdf
from dlt_crawler.page.signatures import is_pdf, may_be_pdf
from tests.pdf_files import BODY, article, assemble, line, literal, paper, run, stream, text, utf16

TITLE = "A Method for the Stochastic Optimization of Everything"
SET = (line(TITLE, 17.2, 700), text())
CHINESE = "深度学习的数学理论与方法"
STAMP = b"BT 0 1 -1 0 30 500 Tm /Roman 20 Tf (A preprint of 30 January 2017) Tj ET\n"


def encrypted(user: str, algorithm: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(paper(*SET, title=literal(TITLE.encode())))))
    writer.encrypt(user, "owner", algorithm=algorithm)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def in_object_streams() -> bytes:
    """All objects but the content of the page are in a stream, and so is what says where they are (PDF 1.5)."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 6 0 R/Resources<</Font<</Roman 4 0 R>>>>>>",
        b"<</Type/Font/Subtype/Type1/BaseFont/Times-Roman/Encoding/WinAnsiEncoding>>",
    ]
    numbers, packed = b"", b""
    for number, body in enumerate(objects, start=1):
        numbers += b"%d %d " % (number, len(packed))
        packed += body + b" "
    out = bytearray(b"%PDF-1.5\n")
    places = {5: len(out)}
    entries = b"/Type/ObjStm/N %d/First %d" % (len(objects), len(numbers))
    out += b"5 0 obj\n%s\nendobj\n" % stream(numbers + packed, entries, packed=True)
    places[6] = len(out)
    out += b"6 0 obj\n%s\nendobj\n" % stream(b"".join(SET), packed=True)
    start = len(out)
    rows = b"\0\0\0\0" + b"".join(b"\2\0\5" + bytes([index]) for index in range(4))
    rows += b"".join(b"\1" + place.to_bytes(2, "big") + b"\0" for place in (places[5], places[6], start))
    out += b"7 0 obj\n%s\nendobj\n" % stream(rows, b"/Type/XRef/Size 8/W[1 2 1]/Root 1 0 R", packed=True)
    return bytes(out) + b"startxref\n%d\n%%%%EOF\n" % start


def updated() -> bytes:
    """An editor has appended a better title, and an earlier table of where things are is to be read, too (/Prev)."""
    first = paper(*SET, title=b"(untitled)")
    previous = int(re.findall(rb"startxref\n(\d+)", first)[-1])
    place = len(first)
    change = b"12 0 obj\n<</Title(%s, Revised)>>\nendobj\n" % TITLE.encode()
    table = b"xref\n12 1\n%010d 00000 n \n" % place
    rest = b"trailer\n<</Size 13/Root 1 0 R/Info 12 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n"
    return first + change + table + rest % (previous, place + len(change))


FROM_METADATA = {
    "Info": (paper(*SET, title=literal(TITLE.encode())), TITLE),
    "Info of a scan": (paper(title=literal(TITLE.encode())), TITLE),
    "XMP before Info": (
        paper(title=b"(A Title of Another Kind)", xmp="A Title in &lt;i&gt;XMP&lt;/i&gt;"),
        "A Title in XMP",
    ),
    "junk in XMP": (paper(title=b"(A Title of Another Kind)", xmp="Microsoft Word - a.doc"), "A Title of Another Kind"),
    "broken XMP": (paper(title=b"(A Title of Another Kind)", xmp="<<&"), "A Title of Another Kind"),
    "UTF-16": (paper(title=utf16(CHINESE)), CHINESE),
    "UTF-16, accents": (paper(title=utf16("Über die Größe der Zahlen")), "Über die Größe der Zahlen"),
    "PDFDocEncoding": (
        paper(title=literal("Über die Größe der Zahlen".encode("latin-1"))),
        "Über die Größe der Zahlen",
    ),
    "UTF-8 without a mark": (paper(title=literal(CHINESE.encode())), CHINESE),
    "UTF-8 with a mark": (paper(title=literal(b"\xef\xbb\xbf" + CHINESE.encode())), CHINESE),
    "GBK": (paper(title=literal(CHINESE.encode("gbk"))), CHINESE),
    "GBK and ASCII": (paper(title=literal("基于BERT的文本分类研究".encode("gbk"))), "基于BERT的文本分类研究"),
    "short, with two words": (paper(line("Tidy Data", 17.2, 700), text(), title=b"(Tidy Data)"), "Tidy Data"),
    "tags": (
        paper(title=b'(Senders: <Emphasis Type="Italic">Untraceable</Emphasis> Ones)'),
        "Senders: Untraceable Ones",
    ),
    "what an archive adds": (paper(title=b"([inria-00555588, v1] A Study of Types)"), "A Study of Types"),
    "what a series adds": (paper(title=b"(LNCS 4168 - An Improved Construction)"), "An Improved Construction"),
    "of the figure, not of the paper": (paper(*SET, title=b"(System Model)"), TITLE),
    "by another hand than the page": (
        paper(*SET, title=b"(Stochastic Optimization of Everything)"),
        "Stochastic Optimization of Everything",
    ),
    "encrypted, RC4": (encrypted("", "RC4-128"), TITLE),
    "encrypted, AES": (encrypted("", "AES-256"), TITLE),
    "updated": (updated(), f"{TITLE}, Revised"),
}

FROM_THE_PAGE = {
    "LaTeX": (article(), TITLE),
    "packed": (paper(*SET, packed=True), TITLE),
    "junk in Info": (paper(*SET, title=b"(Microsoft Word - final_v3.doc)"), TITLE),
    "two lines": (
        paper(line("A Method for the Stochastic", 17.2, 700), line("Optimization of Everything", 17.2, 680), text()),
        TITLE,
    ),
    "a hyphen that the page has not": (
        paper(
            line("A Method for the Stochastic Opti-", 17.2, 700),
            line("mization of Everything", 17.2, 680),
            text(("optimization",) * 30),
        ),
        TITLE,
    ),
    "a hyphen that the page has": (
        paper(
            line("Zab: High-", 17.2, 700), line("performance Broadcast", 17.2, 680), text(("high-performance",) * 30)
        ),
        "Zab: High-performance Broadcast",
    ),
    "a ligature": (paper(line("Conﬁning the Omnipotent Root", 17.2, 700), text()), "Confining the Omnipotent Root"),
    "accents beside their letters": (
        paper(line("On the Schr¨odinger Equation", 17.2, 700), text()),
        "On the Schrödinger Equation",
    ),
    "the mark of a footnote": (paper(run(700, (TITLE, 17.2), ("*", 9)), text()), TITLE),
    "numbers of authors": (
        paper(run(700, ("Equal Rights for Objects", 17.2), ("1", 9)), text()),
        "Equal Rights for Objects",
    ),
    "small capitals": (
        paper(
            run(700, ("V", 17.2), ("ERY ", 13.8), ("D", 17.2), ("EEP ", 13.8), ("N", 17.2), ("ETWORKS", 13.8)), text()
        ),
        "VERY DEEP NETWORKS",
    ),
    "a stamp on the margin": (paper(STAMP, *SET), TITLE),
    "the banner of a journal": (paper(line("Journal of Statistical Software", 27, 760), *SET), TITLE),
    "a figure with large letters": (
        paper(b"q .5 0 0 .5 90 300 cm /Figure Do Q\n", *SET, form=line("Number of nodes that fail", 60, 400)),
        TITLE,
    ),
    "all in a form": (paper(b"/Figure Do\n", form=b"".join(SET)), TITLE),
    "all in a form, made smaller": (
        paper(
            line("Lent by the Library of Nowhere", 14, 30),
            b"10 0 0 10 0 0 cm /Figure Do\n",
            form=line(TITLE, 1.72, 70, x=7) + b"".join(line(each, 1, 56 - n, x=7) for n, each in enumerate(BODY)),
        ),
        TITLE,
    ),
    "a scaled page": (paper(b"q .1 0 0 .1 0 0 cm\n", line(TITLE, 172, 7000), text(size=100, top=560), b"Q"), TITLE),
    "headings as large as the title": (
        paper(*SET, line("1 Introduction", 17.2, 590), line("2 Elimination of Variables", 17.2, 300)),
        TITLE,
    ),
    "a cover": (
        paper(line("Communicating", 22, 700), line("Sequential Processes", 22, 675), line("C. A. R. Hoare", 16, 600)),
        "Communicating Sequential Processes",
    ),
    "Chinese": (
        paper(line(CHINESE, 18, 700, font="Han"), text(("的一是不了人我在有他这为之大来以个中上们",) * 30, font="Han")),
        CHINESE,
    ),
    "object streams": (in_object_streams(), TITLE),
    "cut at the cap": (article()[:-400], TITLE),
    "cut within the objects": (article()[: article().index(b"7 0 obj")], TITLE),
    "white space before it": (b"\r\n\r\n" + article(), TITLE),
}

NONE = {
    "no page": assemble([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 0>>"]),
    "no text": paper(),
    "no larger text": paper(line("A Method for Optimization", 10, 700), text()),
    "hardly larger text": paper(line("A Method for Optimization", 10.9, 700), text()),
    "large text at the bottom": paper(text(top=750), line("A Method for Optimization", 17.2, 100)),
    "two large texts": paper(
        line("A Method for Optimization", 17.2, 740), line("Another Method of Mine", 17.2, 600), text()
    ),
    "authors as large as the title": paper(
        line("A Method for Optimization", 17.2, 700), line("Ada Lovelace", 17.2, 680, font="Bold"), text()
    ),
    "a size between": paper(
        line("A Method for a Fault-Tolerant", 17.2, 700), line("Computer for Aircraft", 16, 680), text()
    ),
    "an unfinished title": paper(line("Evaluating Everything:", 17.2, 700), line("A Study", 12, 680), text()),
    "torn words": paper(line("F unctional Programming with Bananas", 17.2, 700), text()),
    "torn capitals": paper(line("A METHOD FOR S TOCHASTIC OPTIMIZATION", 17.2, 700), text()),
    "unknown letters": paper(line("Simpli\x03ed Data Processing", 17.2, 700), text()),
    "a heading with its number": paper(line("6 Related Work of Others", 17.2, 700), text()),
    "too short": paper(line("On X and", 17.2, 700), text()),
    "one word": paper(line("Optimization", 17.2, 700), text()),
    "a part of the paper": paper(line("Table of Contents of it", 17.2, 700), text()),
    "an institution": paper(line("The University of Somewhere", 17.2, 700), text()),
    "too many lines": paper(*(line("A Method for Optimization", 17.2, 780 - 20 * n) for n in range(8)), text()),
    "encrypted": encrypted("secret", "AES-256"),
    "nothing": b"",
    "no more than the magic": b"%PDF-1.4\n",
    "cut at once": article()[:100],
    "no PDF": b"<!DOCTYPE html><title>Not Found</title>",
    "a title that is itself": paper(title=b"12 0 R"),
    "a title that is a number": paper(title=b"42"),
    "a title of nothing": paper(title=b"<0000000000000000>"),
}


@pytest.mark.parametrize("name", FROM_METADATA)
def test_title_from_metadata(name: str) -> None:
    document, title = FROM_METADATA[name]
    assert said_by_pdf(document).title == title


@pytest.mark.parametrize("name", FROM_THE_PAGE)
def test_title_from_the_first_page(name: str) -> None:
    document, title = FROM_THE_PAGE[name]
    assert said_by_pdf(document).title == title


@pytest.mark.parametrize("name", NONE)
def test_no_title_rather_than_a_wrong_one(name: str) -> None:
    assert said_by_pdf(NONE[name]).title is None


@pytest.mark.parametrize(
    "written",
    [
        "Microsoft Word - ppcoin-paper.doc", "Microsoft PowerPoint - Lecture 3", "untitled", "Untitled Document",
        "paper_v3.tex", "final.dvi", "data/abortions.tex", "camera ready.pdf", "SZ max err.eps", "index.html",
        "C:\\Users\\me\\My Paper", "/home/me/My Paper", "file:///home/me/a b", "https://example.org/a paper",
        "Slide 1", "PowerPoint Presentation", "Presentation 2", "Document1", "Research Report", "White Paper",
        "arXiv:1412.6806v3  [cs.LG]  13 Apr 2015", "hep-th/9901001 v2", "doi:10.1016/j.tcs.2003.05.002",
        "10.1145/3290605 3300233", "PII: S0140-6736(98)00001-X", "1234 5678 90", "2019 12 24", "--- ----- ---",
        "IEEE Paper Template in A4 (V1)", "template for UP 2008 proceedings", "Paper Title (use style: paper title)",
        "Instructions for Authors of SIAM Articles", "Preparation of Papers for IEEE Journals", "Insert Title Here",
        "Formatting Instructions for ICLR 2017 Conference Proceedings", "Lecture Notes in Computer Science",
        "International Journal of Recent Technology (IJRTE)", "Common_Ground_Single", "IJEL", "paper",
        "Deep-Learning-v2", "þÿ D e e p", "Deep \ufffd Learning",
        "ÐÐ»ÑÐ±Ð¾ÐºÐ¾Ðµ Ð¾Ð±ÑÑÐµÐ½Ð¸Ðµ", "Ââåäåíèå â òåîðèþ", "Éî¶ÈÑ§Ï°µÄÊýÑ§ÀíÂÛ",
        "锟斤拷锟斤拷学习", "D e e p L e a r n i n g", "\\uppercase {deep learning}", "\uf041\uf042 deep learning", "",
        "виБІр ПрОтоколу серІалІЗацІї ПрИ роЗроБцІ",
    ],
)  # fmt: skip
def test_what_programs_write_is_no_title(written: str) -> None:
    assert plain_title(written) is None


@pytest.mark.parametrize(
    "written",
    [
        "404 Media: What Happened", "The C Programming Language", "A Template Attack on AES", "2001: A Space Odyssey",
        "Untangling the Web", "Proofs of Retrievability", "On the Documentation of Files",
        "A Note on Distributed Computing",
        "Automatic Mapping of MySQL to NoSQL MongoDB", "Élan vital et création", "Введение в теорию чисел", "深度学习",
        "機械学習入門", "딥러닝 입문서", "Journal-keeping in Antiquity", "Words and Pages",
        "µTune: Auto-Tuned Threading",
    ],
)  # fmt: skip
def test_what_looks_like_it_is_a_title(written: str) -> None:
    assert plain_title(written) == written


def test_title_is_cleaned() -> None:
    assert plain_title("A \u202eMethod\n  for\u200b Everything ") == "A Method for Everything"
    assert len(plain_title("many words " * 100) or "") == 300


@pytest.mark.parametrize(
    ("content_type", "path", "may_be"),
    [
        ("application/pdf", "/x", True),
        ("Application/X-PDF; charset=utf-8", "/x", True),
        ("application/octet-stream", "/a.PDF?x=1", True),
        (None, "/a.pdf", True),
        ("application/octet-stream", "/a.zip", False),
        ("application/octet-stream", "/get?file=a.pdf", False),
        ("text/html", "/a.pdf", False),
        ("image/png", "/a.pdf", False),
        (None, "/a", False),
    ],
)
def test_which_answers_may_be_pdfs(content_type: str | None, path: str, may_be: bool) -> None:
    assert may_be_pdf(content_type, f"https://a.example{path}") is may_be


@pytest.mark.parametrize(
    ("body", "is_one"),
    [
        (b"%PDF-1.4", True),
        (b"\r\n" * 400 + b"%PDF-2.0", True),
        (b"", None),
        (b"%PD", None),
        (b" " * 1_100 + b"%PDF-1.4", False),
        (b"<title>How %PDF-1.4 begins</title>", False),
        (b"\xef\xbb\xbf\n<html>", False),
        (b"PK\x03\x04" * 300, False),
    ],
)
def test_what_begins_as_pdfs_do(body: bytes, is_one: bool | None) -> None:
    assert is_pdf(body) is is_one


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_damage_raises_nothing(data: st.DataObject) -> None:
    document = bytearray(
        data.draw(st.sampled_from([article(), in_object_streams(), updated(), encrypted("", "RC4-128")]))
    )
    for _ in range(data.draw(st.integers(0, 6))):
        document[data.draw(st.integers(0, len(document) - 1))] = data.draw(st.integers(0, 255))

    title = said_by_pdf(bytes(document[: data.draw(st.integers(0, len(document)))])).title

    assert title is None or (len(title) <= 300 and title.isprintable())


def test_nothing_is_said_of_damage(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    said_by_pdf(article()[:-100].replace(b"endobj", b"endxxx"))

    assert (caplog.records, capfd.readouterr()) == ([], ("", ""))


@pytest.mark.parametrize("unit", ["a", "A ", "_ ", "- (", "a1", "é", "\\", "1", "/a", ". ", "I X ", "ﬁ", "a-\n"])
def test_hostile_text_takes_no_time(unit: str) -> None:
    long = unit * (1_000_000 // len(unit))
    body = [Piece("text of the paper", 10, 600 - n) for n in range(50)]

    began = process_time()
    plain_title(long)
    plain_title(long[:300] + "!")
    headline([Piece(long[:100_000], 20, 700), Piece(unit * 300, 20, 680), *body], 792)

    assert process_time() - began < 0.5


def test_the_files_of_these_tests_are_what_they_are_for() -> None:
    assert PdfReader(io.BytesIO(in_object_streams())).pages[0].extract_text().startswith(TITLE)
    assert zlib.decompress(re.findall(rb"stream\n(.*?)\nendstream", in_object_streams(), re.DOTALL)[1]).startswith(
        b"BT"
    )
