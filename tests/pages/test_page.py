"""Pages as they are decoded and parsed: encodings, links of every kind, floating windows, evidence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from govcrawl.pages import read_page

FOLDER = Path(__file__).parents[1] / "fixtures" / "reading"
ENCODINGS = sorted((FOLDER / "encoding").glob("*.html"))
LINKS = sorted((FOLDER / "links").glob("*.html"))


@pytest.mark.parametrize("path", ENCODINGS, ids=lambda path: path.stem)
def test_page_is_decoded_by_what_its_bytes_are(path: Path) -> None:
    expected = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    page = read_page(path.read_bytes(), "http://www.example.gov.cn/a.html", expected["content_type"])
    why = f"{path.name}: {expected['why']}"
    assert page.is_html == expected.get("is_html", True), why
    assert page.encoding == expected["encoding"], why
    assert page.declared_encoding == expected["declared"], why
    assert expected["has"] in page.text, f"{why} Text read: {page.text[:200]}"


@pytest.mark.parametrize("path", LINKS, ids=lambda path: path.stem)
def test_links_of_a_page(path: Path) -> None:
    expected = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    page = read_page(path.read_bytes(), expected["url"])
    why = f"{path.name}: {expected['why']}"
    assert [[link.element, link.url, link.text] for link in page.links] == expected["links"], why
    for address in expected["absent"]:
        assert not any(address in link.url for link in page.links), f"{why} {address} is taken for a link"
    floating = sorted(page.links[index].url for index in page.floating)
    assert floating == expected["floating"], why
    assert page.refresh == expected["refresh"], why


@pytest.mark.parametrize("path", LINKS, ids=lambda path: path.stem)
def test_every_link_has_evidence(path: Path) -> None:
    page = read_page(path.read_bytes(), "http://www.example.gov.cn/")
    for link in page.links:
        proof = page.evidence(link)
        assert proof.snippet, f"{path.name}: no snippet for {link.url}"
        assert len(proof.snippet) <= 500, f"{path.name}: the snippet of {link.url} is too long"
        assert proof.line, f"{path.name}: no source line for {link.url}"
        assert proof.selector, f"{path.name}: no element path for {link.url}"


def test_evidence_points_at_line_and_element() -> None:
    body = (
        b'<html>\n<body>\n<div id="main"><ul>\n<li><a href="/a">A</a></li>\n'
        b'<li><a href="/b">B</a></li></ul></div></body></html>'
    )
    page = read_page(body, "http://www.example.gov.cn/")
    proof = page.evidence(page.links[1])
    assert proof.snippet == '<a href="/b">B</a>'
    assert proof.line == 5
    assert proof.selector == "#main > ul > li:nth-of-type(2) > a"
    found = page.root.cssselect(proof.selector)
    assert [element.get("href") for element in found] == ["/b"], "the element path leads to another element"


def test_evidence_crosses_the_tbody_that_browsers_add() -> None:
    body = b"<html><body><table><tr><td><a href='/a'>A</a></td></tr></table></body></html>"
    page = read_page(body, "http://www.example.gov.cn/")
    assert page.evidence(page.links[0]).selector == "html > body > table tr > td > a"


def test_evidence_within_tags_of_no_language() -> None:
    body = b"<html><body><o:p>x</o:p><o:p><a href='/a'>A</a></o:p><\x01b><a href='/b'>B</a></\x01b></body>"
    page = read_page(body, "http://www.example.gov.cn/")
    for link in page.links:
        found = page.root.cssselect(page.evidence(link).selector)
        assert [element.get("href") for element in found] == [link.raw]


def test_evidence_of_a_large_part_with_control_characters() -> None:
    body = b"<html><body><div title='\x01'>\x01\x02" + b"<p>\x03x</p>" * 200 + b"</div></body></html>"
    page = read_page(body, "http://www.example.gov.cn/")
    div = next(page.root.iter("div"))
    assert 0 < len(page.evidence_of(div).snippet) <= 500


def test_metas_keep_order_and_empty_contents() -> None:
    body = (
        b'<meta name="ContentSource" content=""><meta name="contentSource" content=" a  b "><meta name="x">'
    )
    page = read_page(body, "http://www.example.gov.cn/")
    assert page.metas["contentsource"] == ("", "a b")
    assert "x" not in page.metas


def test_text_is_what_is_shown() -> None:
    body = (
        "<html><head><title>题</title></head><body>甲<script>var a='乙'</script><p style='display: none'>丙"
        "<b>丁</b></p>戊<span hidden>己</span>庚<!-- 辛 --><style>.a{}</style>"
        "<noscript>壬</noscript></body></html>"
    )
    assert read_page(body.encode(), "http://www.example.gov.cn/").text == "甲 戊 庚"


def test_a_page_is_read_no_further_than_its_limit() -> None:
    body = "<html><body><p>开头</p>".encode() + b"<p>x</p>" * 1_000_000
    page = read_page(body, "http://www.example.gov.cn/")
    assert page.text.startswith("开头")
    assert sum(1 for _ in page.root.iter("p")) < 600_000, "more than the limit of bytes was parsed"


def test_a_few_broken_characters_do_not_change_the_encoding() -> None:
    text = "示例市人民政府关于做好冬季清洁取暖工作的通知" * 20
    damaged = bytearray(f"<html><body><p>{text}</p></body></html>".encode())
    for at in range(40, len(damaged) - 40, 97):
        damaged[at] = 0xFF
    assert read_page(bytes(damaged), "http://www.example.gov.cn/").encoding == "utf-8"
    damaged = bytearray(f"<html><body><p>{text}</p></body></html>".encode("gb18030"))
    damaged[60] = 0xFF
    assert read_page(bytes(damaged), "http://www.example.gov.cn/").encoding == "gb18030"
