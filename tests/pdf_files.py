"""PDFs written by hand: whole ones, with first pages as papers have them, and some that harm who reads them."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable

BODY = tuple(
    f"This is line {number} of the text of a paper with nothing in it that one would read." for number in range(30)
)


def assemble(objects: Iterable[bytes], trailer: bytes = b"") -> bytes:
    """A PDF of these objects, numbered from 1; the first one is the catalog."""
    out, places = bytearray(b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n"), []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
    for place in places:
        out += b"%010d 00000 n \n" % place
    out += b"trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, trailer, start)
    return bytes(out)


def stream(data: bytes, entries: bytes = b"", *, packed: bool = False) -> bytes:
    if packed:
        data, entries = zlib.compress(data, 9), entries + b"/Filter/FlateDecode"
    return b"<</Length %d%s>>\nstream\n%s\nendstream" % (len(data), entries, data)


def literal(raw: bytes) -> bytes:
    return b"<" + raw.hex().encode() + b">"


def utf16(text: str) -> bytes:
    return literal(b"\xfe\xff" + text.encode("utf-16-be"))


def line(text: str, size: float, y: float, *, font: str = "Roman", x: float = 72) -> bytes:
    """A line of text at a place. Its font is Roman, Bold or Han; ﬁ has a place of its own in the first two."""
    raw = text.encode("utf-16-be") if font == "Han" else text.replace("ﬁ", "\x02").encode("cp1252")
    return b"BT /%s %g Tf %g %g Td %s Tj ET\n" % (font.encode(), size, x, y, literal(raw))


def run(y: float, *parts: tuple[str, float], x: float = 72) -> bytes:
    """A line of several sizes, one right after the other."""
    out = b"BT %g %g Td " % (x, y)
    for text, size in parts:
        out += b"/Roman %g Tf %s Tj " % (size, literal(text.encode("cp1252")))
    return out + b"ET\n"


def text(lines: Iterable[str] = BODY, *, top: float = 560, size: float = 10, font: str = "Roman") -> bytes:
    return b"".join(line(each, size, top - 12 * number, font=font) for number, each in enumerate(lines))


_SIMPLE = b"<</Type/Font/Subtype/Type1/BaseFont/%s/Encoding<</BaseEncoding/WinAnsiEncoding/Differences[2/fi]>>>>"
_HAN = b"<</Type/Font/Subtype/Type0/BaseFont/SimSun/Encoding/Identity-H/ToUnicode 8 0 R/DescendantFonts[9 0 R]>>"
_SYSTEM = b"<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
_CHARACTERS = b"<</Type/Font/Subtype/CIDFontType0/BaseFont/SimSun/CIDSystemInfo %s>>" % _SYSTEM
_CODES = (
    b"/CIDInit/ProcSet findresource begin 12 dict begin begincmap 1 begincodespacerange <0000> <FFFF> "
    b"endcodespacerange 1 beginbfrange <4E00> <9FFF> <4E00> endbfrange endcmap end end"
)


def paper(
    *content: bytes,
    title: bytes | None = None,
    author: bytes | None = None,
    xmp: str | None = None,
    form: bytes = b"",
    packed: bool = False,
    trailer: bytes = b"",
) -> bytes:
    """A PDF with one page. `title`, `author`: strings as written into Info; `form`: what the form /Figure shows."""
    packet = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title><rdf:Alt>'
        f'<rdf:li xml:lang="x-default">{xmp}</rdf:li></rdf:Alt></dc:title></rdf:Description></rdf:RDF></x:xmpmeta>'
    )
    resources = b"/Resources<</Font<</Roman 5 0 R/Bold 6 0 R/Han 7 0 R>>/XObject<</Figure 11 0 R>>>>"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R%s>>" % (b"/Metadata 10 0 R" if xmp is not None else b""),
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R%s>>" % resources,
        stream(b"".join(content), packed=packed),
        _SIMPLE % b"Times-Roman",
        _SIMPLE % b"Times-Bold",
        _HAN,
        stream(_CODES),
        _CHARACTERS,
        stream(packet.encode(), b"/Type/Metadata/Subtype/XML"),
        stream(form, b"/Type/XObject/Subtype/Form/BBox[0 0 612 792]" + resources),
        b"<</Title %s/Author %s/Producer(a test)>>" % (title or b"()", author or b"()"),
    ]
    return assemble(objects, b"/Info 12 0 R" + trailer)


def article(title: str = "A Method for the Stochastic Optimization of Everything", *, filled: int = 0) -> bytes:
    """A paper as LaTeX sets it, with so many bytes that show nothing."""
    abstract = line("Abstract", 12, 600, font="Bold")
    return paper(line(title, 17.2, 700), line("Ada Lovelace", 12, 660), abstract, text(), form=bytes(filled))


def zeros(size: int) -> bytes:
    """So many zero bytes, packed."""
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(bytes(1_000_000)) for _ in range(size // 1_000_000)) + packer.flush()


def _of(content: bytes, filters: bytes = b"/Filter/FlateDecode") -> bytes:
    return assemble([_CATALOG, _PAGES, _PAGE, stream(content, filters)])


_CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
_PAGES = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
_PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R>>"
_MANY = (_CATALOG, _PAGES, _PAGE, *(b"0" for _ in range(100_000)))
_DEEP = (_CATALOG, *(b"<</Type/Pages/Kids[%d 0 R]/Count 1>>" % (number + 1) for number in range(2, 20_000)), _PAGE)

HOSTILE: dict[str, Callable[[], bytes]] = {
    "a page of 300 MB": lambda: _of(zeros(300_000_000)),
    "a page of 1 GB, packed twice": lambda: _of(zlib.compress(zeros(10**9)), b"/Filter[/FlateDecode/FlateDecode]"),
    "4,000,000 operators": lambda: paper(b"BT /Roman 20 Tf (A title) Tj ET\n" * 1_000_000, packed=True),
    "arrays in arrays": lambda: paper(b"[" * 5_000_000, packed=True),
    "dictionaries in dictionaries": lambda: assemble([b"<</A" * 1_000_000]),
    "a tree of pages that bites its tail": lambda: assemble([_CATALOG, b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 9>>"]),
    "a tree of pages 20,000 deep": lambda: assemble(_DEEP),
    "a page that shows itself": lambda: paper(b"/Figure Do " * 1_000, form=b"/Figure Do " * 1_000),
    "an object that is itself": lambda: assemble([b"1 0 R"], b"/Info 1 0 R"),
    "a table that comes before itself": lambda: article().replace(b"/Root 1 0 R", b"/Root 1 0 R/Prev 9999"),
    "100,000 objects": lambda: assemble(_MANY),
    "100,000 objects, and no table": lambda: assemble(_MANY)[:-30],
    "a title of 4 MB": lambda: paper(title=b"(" + b"a title " * 500_000 + b")"),
    "XML of 4 MB": lambda: paper(xmp="<a>" * 1_300_000),
    "nothing but ends": lambda: b"%PDF-1.4\n" + b"%%EOF\nstartxref\n0\n" * 200_000,
    "nothing but beginnings": lambda: b"%PDF-1.4\n" + b"1 0 obj<<" * 500_000,
    "nothing but streams": lambda: b"%PDF-1.4\n" + b"1 0 obj<</Length 9>>stream\n" * 180_000,
}
"""PDFs that cost what they are not worth, by what they do."""
COSTLY = {
    "a page of 1 GB, packed twice", "4,000,000 operators", "dictionaries in dictionaries", "100,000 objects",
    "100,000 objects, and no table", "a title of 4 MB",
}  # fmt: skip
"""Those that take the longest: they are for the nightly tests."""
