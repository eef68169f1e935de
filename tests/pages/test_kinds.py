"""Kinds of pages and the object that `govcrawl extract` prints; how well both do on real pages."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path

import pytest

from govcrawl.model import Kind
from govcrawl.pages import extract, kind_of, read_page

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from accuracy import Case, page_measures
from corpus import corpus_folder, saved_pages

TODAY = date(2026, 11, 25)
FOLDER = Path(__file__).parents[1] / "fixtures" / "reading" / "kinds"
PAGES = sorted(FOLDER.glob("*.html"))
ARTICLE = """<html><head><meta charset="utf-8"><title>示例市召开供暖工作会议-示例市人民政府</title></head>
<body>
<div>当前位置：<a href="/">首页</a> &gt; <a href="/zwyw/">示例要闻</a> &gt; 正文</div>
<h1>示例市召开供暖工作会议</h1><p>发布时间：2026-11-12 09:30　来源：示例日报　【打印】【关闭】</p>
<div class="con">{text}</div></body></html>""".format(
    text="<p>11月11日，示例市召开冬季供暖工作会议，研究部署今冬明春供暖保障工作。</p>" * 8
)
LIST = (
    "<html><head><title>示例要闻-示例市人民政府</title></head><body><h2>示例要闻</h2><ul>"
    + "".join(
        f'<li><a href="{i}.html">示例市第{i}次调度会议召开</a> 2026-11-{20 - i:02}</li>' for i in range(9)
    )
    + '</ul><a href="index_1.html">下一页</a></body></html>'
)


def test_extract_of_an_article_has_all_keys() -> None:
    found = extract(ARTICLE.encode(), "http://www.example.gov.cn/zwyw/a.html", "", TODAY).to_json()
    assert found["kind"] == "article"
    assert found["title"] == "示例市召开供暖工作会议"
    assert found["published"] == "2026-11-12T09:30"
    assert found["source"] == "示例日报"
    assert found["items"] == []
    assert found["newest"] is None


def test_extract_of_a_list_has_its_entries() -> None:
    found = extract(LIST.encode(), "http://www.example.gov.cn/zwyw/", "", TODAY).to_json()
    assert found["kind"] == "list"
    assert found["newest"] == "2026-11-20"
    assert found["published"] is None
    items = found["items"]
    assert isinstance(items, list)
    assert len(items) == 9
    assert items[0] == {
        "title": "示例市第0次调度会议召开",
        "url": "http://www.example.gov.cn/zwyw/0.html",
        "published": "2026-11-20",
    }


def test_kind_may_be_said_by_the_caller() -> None:
    found = extract(LIST.encode(), "http://www.example.gov.cn/", "", TODAY, kind=Kind.ARTICLE)
    assert found.kind is Kind.ARTICLE
    assert found.items == ()


def test_an_article_with_newer_related_links_is_an_article() -> None:
    related = "<h3>相关新闻</h3><ul>" + "".join(
        f'<li><a href="/x{i}.html">示例市第{i}次调度会议召开情况</a> 2026-11-24</li>' for i in range(8)
    )
    page = read_page((ARTICLE + related).encode(), "http://www.example.gov.cn/zwyw/a.html")
    assert kind_of(page, TODAY) is Kind.ARTICLE


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_kind_of_a_page_is_told_by_what_it_shows(path: Path) -> None:
    expected = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    page = read_page(path.read_bytes(), expected["url"])
    assert str(kind_of(page, TODAY)) == expected["kind"], f"{path.name}: {expected['why']}"


def test_an_address_that_was_taken_over_is_other_whatever_its_form() -> None:
    rows = "".join(
        f"<li><a href='/{n}.html'>示例市第{n}次澳门百家乐真人荷官</a> 2026-11-{n:02}</li>"
        for n in range(1, 15)
    )
    head = "<title>百家乐_真人娱乐城_老虎机_六合彩</title><meta name='keywords' content='百家乐,六合彩,博彩'>"
    body = f"<html><head>{head}</head><body><ul>{rows}</ul><a href='2.html'>下一页</a></body></html>"
    assert kind_of(read_page(body.encode(), "http://www.example.gov.cn/tzgg/"), TODAY) is Kind.OTHER


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"%PDF-1.4",
        "<html><head><title>404</title></head><body>您访问的页面不存在</body></html>".encode(),
        "<html><title>访问被阻止</title><body><div id='box'></div>您的请求存在风险</body></html>".encode(),
    ],
    ids=["empty", "document", "soft 404", "blocked"],
)
def test_what_is_no_page_of_content_is_other(body: bytes) -> None:
    assert kind_of(read_page(body, "http://www.example.gov.cn/a/b.html"), TODAY) is Kind.OTHER


def test_real_pages_are_read_as_well_as_was_promised() -> None:
    folder = corpus_folder()
    if folder is None:
        pytest.skip("no labelled corpus (GOVCRAWL_CORPUS, or shared/corpus beside the checkout)")
    # Pages that were labelled by what they say and not by their form are in `kind` alone.
    table = [each for each in page_measures() if each.name != "kind"]
    for saved in saved_pages(folder):
        case = Case(saved)
        for each in table:
            each.take(case)
    for each in table:
        share = each.right / each.total
        assert share >= each.goal, f"{each.name}: {share:.1%} of {each.total}; misses: {each.misses}"
