"""Every encoding that pages are in, declared rightly, wrongly, late and not at all."""

from __future__ import annotations

from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE

from tests.page_titles.labelled import Labelled

ZH = ("深度学习的数学理论综述", "本文介绍了神经网络的表示能力、优化与泛化问题，并讨论了近年来的研究进展。")
TW = ("臺灣古地圖的數位典藏", "本文介紹了古地圖的蒐集與整理，並討論數位典藏的問題與未來的發展。")
JA = ("深層学習の数学的な理論", "本論文ではニューラルネットワークの表現能力と最適化について説明します。")
KO = ("딥러닝의 수학적 이론", "이 논문에서는 신경망의 표현 능력과 최적화 문제를 소개합니다.")
RU = ("Математика глубокого обучения", "В этой статье рассматриваются вопросы обучения нейронных сетей.")
DE = (
    "Über die Größe naïver Ideen",
    "Der Beitrag erörtert, welche Fragen übrig geblieben sind, für Anfänger schön erklärt.",
)
FR = (
    "Théorie de l’apprentissage à l’école",
    "L’article présente les problèmes d’expressivité des réseaux à la lumière du progrès.",
)
PL = (
    "Książka o głębokim uczeniu się",
    "W artykule przedstawiono zagadnienia związane z wyrażalnością sieci oraz uczeniem się.",
)
EL = ("Μαθηματικά της βαθιάς μάθησης", "Το άρθρο παρουσιάζει τα ζητήματα των νευρωνικών δικτύων.")
HE = ("התאוריה של למידה עמוקה", "המאמר מציג את השאלות של רשתות נוירונים.")
AR = ("النظرية الرياضية للتعلم العميق", "يعرض هذا المقال مسائل الشبكات العصبية.")
TH = ("คณิตศาสตร์ของการเรียนรู้เชิงลึก", "บทความนี้นำเสนอปัญหาเกี่ยวกับโครงข่ายประสาทเทียม")
TR = ("Öğrenmenin kısa tarihi ve ışığı", "Bu yazıda ağların ifade gücü ve öğrenme sorunları ele alınmaktadır.")


def written(
    text: tuple[str, str], encoding: str, *, header: str | None = None, meta: str | None = None, before: str = ""
) -> Labelled:
    """Write a page in an encoding, with what its header and its <meta> say that it is in."""
    title, prose = text
    declaration = "" if meta is None else f"<meta charset={meta}>"
    source = f"<html><head>{before}{declaration}<title>{title}</title></head><body><p>{prose}</p></body></html>"
    content_type = "text/html" if header is None else f"text/html; charset={header}"
    return Labelled(title, source.encode(encoding), content_type)


def cut_off(text: tuple[str, str], encoding: str, declared: str) -> Labelled:
    """Write a page that ends amid a character."""
    whole = written(text, encoding, header=declared)
    body = whole.body[: whole.body.index("</p>".encode(encoding)) - 1]
    return Labelled(whole.title, body, whole.content_type)


EQUIV = '<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset={}">'
XML = '<?xml version="1.0" encoding="{}"?>'
LATE = f"<style>{'p {color: red} ' * 400}</style>"
"""5 KB and more."""

PAGES = (
    # UTF-8.
    written(ZH, "utf-8"),
    written(ZH, "utf-8", header="utf-8"),
    written(ZH, "utf-8", meta="UTF-8"),
    written(ZH, "utf-8", header="UTF8", meta="utf8"),
    Labelled(ZH[0], BOM_UTF8 + written(ZH, "utf-8").body, "text/html"),
    Labelled(ZH[0], BOM_UTF8 + written(ZH, "utf-8").body, "text/html; charset=gbk"),
    cut_off(ZH, "utf-8", "utf-8"),
    Labelled(ZH[0], written(ZH, "utf-8", meta="utf-8").body + b"<p>\xff one byte is not</p>", "text/html"),
    Labelled(ZH[0], written(ZH, "utf-8").body + b"<p>\xc4\xe3</p>", "text/html; charset=gbk"),
    # UTF-16.
    Labelled(ZH[0], BOM_UTF16_LE + written(ZH, "utf-16-le").body, "text/html"),
    Labelled(ZH[0], BOM_UTF16_BE + written(ZH, "utf-16-be").body, "text/html"),
    Labelled(DE[0], BOM_UTF16_LE + written(DE, "utf-16-le").body, "text/html; charset=utf-8"),
    written(ZH, "utf-16-le", header="utf-16le"),
    written(ZH, "utf-16-be", header="utf-16be"),
    written(DE, "utf-16-le"),
    written(DE, "utf-16-be"),
    written(RU, "utf-16-le", header="utf-16"),
    written(DE, "utf-8", meta="utf-16"),
    # Chinese.
    *(written(ZH, encoding, header=name) for encoding,
         name in (("gbk", "gbk"), ("gb18030", "gb18030"), ("gb2312", "gb2312"))),
    *(written(ZH, encoding, meta=name) for encoding,
         name in (("gbk", "gb2312"), ("gb18030", "GBK"), ("gb2312", "x-gbk"))),
    written(ZH, "gb18030"),
    written(ZH, "gbk", before=EQUIV.format("gb2312")),
    written(("镕基与喆的故事：罕用字测试", ZH[1]), "gb18030", meta="gb2312"),
    written(TW, "big5", header="big5"),
    written(TW, "big5", meta="Big5"),
    written(TW, "big5"),
    written(TW, "big5hkscs", before=EQUIV.format("big5-hkscs")),
    # Japanese.
    *(written(JA, encoding, meta=name) for encoding,
         name in (("cp932", "Shift_JIS"), ("cp932", "x-sjis"), ("euc_jp", "EUC-JP"))),
    *(written(JA, encoding, header=name) for encoding, name in (("shift_jis", "shift_jis"), ("euc_jp", "euc-jp"))),
    written(JA, "shift_jis"),
    written(JA, "euc_jp"),
    written(JA, "iso2022_jp", header="iso-2022-jp"),
    written(JA, "iso2022_jp", meta="iso-2022-jp"),
    written(JA, "iso2022_jp"),
    # Korean.
    written(KO, "euc_kr", meta="euc-kr"),
    written(KO, "cp949", header="ks_c_5601-1987"),
    written(KO, "euc_kr"),
    # Cyrillic.
    written(RU, "cp1251", header="windows-1251"),
    written(RU, "cp1251", meta="windows-1251"),
    written(RU, "cp1251"),
    written(RU, "koi8_r", header="koi8-r"),
    written(RU, "koi8_r"),
    written(RU, "iso8859_5", meta="iso-8859-5"),
    # Western and Central Europe, and around the Mediterranean.
    written(DE, "latin_1", header="iso-8859-1"),
    written(DE, "cp1252", meta="windows-1252"),
    written(DE, "cp1252"),
    written(DE, "iso8859_15", header="iso-8859-15"),
    written(FR, "cp1252", header="iso-8859-1"),
    written(FR, "cp1252"),
    written(PL, "iso8859_2", meta="iso-8859-2"),
    written(PL, "cp1250", header="windows-1250"),
    written(TR, "iso8859_9", meta="iso-8859-9"),
    written(EL, "iso8859_7", header="iso-8859-7"),
    written(EL, "cp1253", meta="windows-1253"),
    written(HE, "cp1255", header="windows-1255"),
    written(AR, "cp1256", meta="windows-1256"),
    written(TH, "tis_620", meta="tis-620"),
    # A header that lies.
    written(ZH, "gb18030", header="iso-8859-1", meta="gbk"),
    written(ZH, "gb18030", header="utf-8", meta="gbk"),
    written(ZH, "utf-8", header="gbk", meta="utf-8"),
    written(ZH, "utf-8", header="iso-8859-1"),
    written(ZH, "utf-8", header="big5"),
    written(ZH, "gb18030", header="iso-8859-1"),
    written(RU, "cp1251", header="iso-8859-1"),
    written(RU, "cp1251", header="utf-8"),
    written(RU, "koi8_r", header="windows-1251", meta="koi8-r"),
    written(JA, "euc_jp", header="utf-8", meta="euc-jp"),
    written(JA, "shift_jis", header="iso-8859-1", meta="shift_jis"),
    written(DE, "cp1252", header="utf-8"),
    written(ZH, "gbk", header="no-such-charset"),
    # A page that lies.
    written(ZH, "gb18030", header="gbk", meta="utf-8"),
    written(ZH, "gb18030", header="gbk", meta="iso-8859-1"),
    written(ZH, "utf-8", meta="gb2312"),
    written(ZH, "utf-8", meta="iso-8859-1"),
    written(TW, "big5", meta="gb2312"),
    written(ZH, "gb18030", meta="iso-8859-1"),
    written(DE, "utf-8", meta="windows-1252", header="windows-1252"),
    written(DE, "cp1252", meta="utf-8"),
    # Declared late, or in other ways.
    written(ZH, "gb18030", meta="gbk", before=LATE),
    written(RU, "koi8_r", meta="koi8-r", before=LATE),
    written(PL, "iso8859_2", meta="iso-8859-2", before=LATE),
    Labelled(ZH[0], (XML.format("GB2312") + written(ZH, "utf-8").body.decode()).encode("gb18030"),
         "application/xhtml+xml"),
    Labelled(PL[0], (XML.format("iso-8859-2") + written(PL, "utf-8").body.decode()).encode("iso8859_2"),
         "application/xhtml+xml"),
    Labelled(ZH[0], written(ZH, "gbk").body, 'text/html; charset="gbk"'),
    Labelled(ZH[0], written(ZH, "gbk").body, "text/html;charset=GBK;x=y"),
    # Cut off amid a character.
    cut_off(ZH, "gb18030", "gb18030"),
    cut_off(TW, "big5", "big5"),
    cut_off(JA, "shift_jis", "shift_jis"),
    cut_off(JA, "euc_jp", "euc-jp"),
)  # fmt: skip
