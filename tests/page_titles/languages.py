"""Titles in other languages and scripts, and how sites there write their names."""

from __future__ import annotations

from tests.page_titles.labelled import h1, ld, meta, og, page, tab

ZH = "深度学习的数学理论：一个综述"
TW = "臺灣古地圖的數位典藏"
JA = "深層学習の数学的な理論"
KO = "딥러닝의 수학적 이론"
RU = "Математика глубокого обучения"

PAGES = (
    page(ZH, tab(f"{ZH}_知乎"), lang="zh"),
    page(ZH, tab(f"{ZH} - 知乎"), lang="zh"),
    page(ZH, tab(f"{ZH} - 知乎") + og(ZH), lang="zh"),
    page(ZH, tab(f"{ZH}｜某某学报"), lang="zh"),
    page(ZH, tab(f"{ZH}|某某学报"), lang="zh"),
    page(ZH, tab(f"{ZH}--学习网"), lang="zh"),
    page(ZH, tab(f"{ZH}—博客园"), lang="zh"),
    page(ZH, tab(f"{ZH} - 张三 - 博客园"), h1(ZH), lang="zh"),
    page(ZH, tab(f"{ZH}-新华网"), lang="zh"),
    page(ZH, tab(f"{ZH}_科技_腾讯网"), lang="zh"),
    page(ZH, tab(f"{ZH}_教育频道_中国青年网"), lang="zh"),
    page(ZH, tab(f"{ZH}_百度百科"), h1(ZH), lang="zh"),
    page(ZH, tab(f"{ZH}_哔哩哔哩_bilibili"), lang="zh"),
    page(ZH, tab(f"{ZH}-CSDN博客"), lang="zh"),
    page(ZH, tab(f"{ZH}_张三的博客-CSDN博客"), h1(ZH), lang="zh"),
    page(ZH, tab(f"{ZH} - 简书"), lang="zh"),
    page(ZH, tab(f"{ZH} - 掘金"), lang="zh"),
    page(ZH, tab(f"{ZH} - 维基百科，自由的百科全书"), h1(ZH), lang="zh"),
    page(ZH, tab(f"{ZH} - 维基百科，自由的百科全书"), lang="zh"),
    page(ZH, og(ZH, "微信公众平台") + tab(""), lang="zh"),
    page(f"【综述】{ZH}", tab(f"【综述】{ZH}"), lang="zh"),
    page(ZH, meta("citation_title", ZH) + tab("中国知网"), lang="zh"),
    page(ZH, tab(f"{ZH} | 学习社区") + og(f"{ZH} | 学习社区", "学习社区"), lang="zh"),
    page(ZH, ld({"@type": "Article", "headline": ZH}) + tab("登录"), lang="zh"),
    page("《红楼梦》——一部小说的历史", tab("《红楼梦》——一部小说的历史"), h1("《红楼梦》——一部小说的历史"), lang="zh"),
    page("什么是 foo_bar？", tab("什么是 foo_bar？"), lang="zh"),
    page("C++ 模板入门", tab("C++ 模板入门 - 菜鸟教程") + og("C++ 模板入门", "菜鸟教程"), lang="zh"),
    page(TW, tab(f"{TW} - 維基百科，自由的百科全書"), lang="zh-TW"),
    page(TW, tab(f"{TW} | 聯合新聞網"), lang="zh-TW"),
    page(JA, tab(f"{JA}：日本の新聞"), h1(JA), lang="ja"),
    page(JA, tab(f"{JA} － 技術ブログ"), h1(JA), lang="ja"),
    page(JA, tab(f"{JA} | 株式会社なにか"), lang="ja"),
    page(JA, tab(f"新しいニュース|{JA}") + og(f"新しいニュース|{JA}", "新しいニュース"), lang="ja"),
    page("子どもの本の歴史", "",
         "<h1><ruby>子<rp>(</rp><rt>こ</rt><rp>)</rp></ruby>どもの<ruby>本<rt>ほん</rt></ruby>の歴史</h1>", lang="ja"),
    page(KO, tab(f"{KO} - 나무위키") + og(KO, "나무위키"), lang="ko"),
    page(KO, tab(f"{KO} :: 어떤 블로그"), h1(KO), lang="ko"),
    page(RU, tab(f"{RU} — Википедия"), h1(RU), lang="ru"),
    page(RU, tab(f"{RU} / Хабр") + og(RU, "Хабр"), lang="ru"),
    page(RU, tab(f"{RU} | Наука"), lang="ru"),
    page("»Haltet das Wasser sauber!«", tab("»Haltet das Wasser sauber!« - Der Blog")
         + og("»Haltet das Wasser sauber!«"), lang="de"),
    page("« Il y a le poids de la géographie »", tab("« Il y a le poids de la géographie » - Le Journal"),
         h1("« Il y a le poids de la géographie »"), lang="fr"),
    page("Größe und Maß – ein Überblick", tab("Größe und Maß – ein Überblick | Lexikon"),
         h1("Größe und Maß – ein Überblick"), lang="de"),
    page("La théorie des catégories : une introduction", tab("La théorie des catégories : une introduction"),
         h1("La théorie des catégories : une introduction"), lang="fr"),
    page("النظرية الرياضية للتعلم العميق", tab("النظرية الرياضية للتعلم العميق | مجلة"),
         h1("النظرية الرياضية للتعلم العميق"), lang="ar"),
    page("התאוריה של למידה עמוקה", tab("התאוריה של למידה עמוקה") + og("התאוריה של למידה עמוקה"), lang="he"),
    page("गहन अधिगम का गणित", tab("गहन अधिगम का गणित - विकिपीडिया") + og("गहन अधिगम का गणित"), lang="hi"),
    page("คณิตศาสตร์ของการเรียนรู้เชิงลึก", tab("คณิตศาสตร์ของการเรียนรู้เชิงลึก - วิกิพีเดีย"),
         h1("คณิตศาสตร์ของการเรียนรู้เชิงลึก"), lang="th"),
    page("Derin öğrenmenin İstanbul'daki tarihi", tab("Derin öğrenmenin İstanbul'daki tarihi"), lang="tr"),
    page("Toán học của học sâu", tab("Toán học của học sâu – Tạp chí") + og("Toán học của học sâu", "Tạp chí"),
         lang="vi"),
)  # fmt: skip
