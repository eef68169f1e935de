"""Words and what makes hostile text safe to read."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.wording import cut, defang, defanger, full_width, host_of, is_web, visible


@pytest.mark.parametrize(
    ("half", "full"),
    [
        ("栏目“要闻”已31天未更新(要求14天内)", "栏目“要闻”已31天未更新（要求14天内）"),
        (
            "无法访问:返回 404 错误(http://a.cn/x_(1).html)",
            "无法访问：返回 404 错误（http://a.cn/x_(1).html）",
        ),
        ("《办法》(2026年)第十条;其他", "《办法》（2026年）第十条；其他"),
        ("上午9:00至12:30", "上午9:00至12:30"),
        ("http://a.cn/a,b:c;d?e=中", "http://a.cn/a,b:c;d?e=中"),
        ("plain (english), text: yes", "plain (english), text: yes"),
        ("\ue000(甲)", "\ufffd（甲）"),
    ],
)
def test_our_sentences_get_full_width_punctuation(half, full):
    assert full_width(half) == full


@given(st.text(alphabet="中文(),:;http://a.b ?！", max_size=80))
def test_widening_only_changes_punctuation(text):
    wide = full_width(text)
    narrow = str.maketrans("（），：；？！", "(),:;?!")
    strip = str.maketrans("", "", " \n")
    assert wide.translate(narrow).translate(strip) == text.translate(narrow).translate(strip)


def test_hidden_marks_are_shown():
    assert visible("a\u202eb\x00c\u200bd\ud800") == "a⟨U+202E⟩b⟨U+0000⟩c⟨U+200B⟩d⟨U+D800⟩"
    assert visible("两行\n有\t缩进") == "两行\n有\t缩进"


@given(st.text(max_size=50), st.integers(min_value=1, max_value=20))
def test_cutting_keeps_the_limit(text, limit):
    assert len(cut(text, limit)) <= max(limit, 1)
    assert cut(text, 50) == text


@pytest.mark.parametrize(
    ("url", "linked"),
    [
        ("http://www.example.gov.cn/", True),
        ("https://[2001:db8::1]/x", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("//example.com", False),
        ("http://", False),
        ("http://[", False),
        ("http://a.cn/\u202egpj.exe", False),
        ("http://a.cn/a b", False),
        ("java\nscript:x", False),
        ("", False),
    ],
)
def test_only_web_addresses_become_links(url, linked):
    assert is_web(url) is linked


@pytest.mark.parametrize(
    ("url", "masked"),
    [
        ("http://bad.example.com/a.html", "hxxp://bad[.]example[.]com/a.html"),
        ("HTTPS://u:p@bad.example:8080?x=.", "hxxpS://u:p@bad[.]example:8080?x=."),
        ("http://bad.example/?to=http://worse.example/", "hxxp://bad[.]example/?to=hxxp://worse.example/"),
        ("bad.example", "bad[.]example"),
    ],
)
def test_addresses_of_hijacked_targets_are_masked(url, masked):
    assert defang(url) == masked


def test_hijacked_hosts_are_masked_wherever_they_stand():
    mask = defanger({"bad.example"})
    assert mask("<a href='http://www.bad.example/x'>") == "<a href='hxxp://www[.]bad[.]example/x'>"
    assert mask("指向BAD.example的链接") == "指向BAD[.]example的链接"
    assert mask("bad.examples.org 与 badexample") == "bad.examples.org 与 badexample"
    assert defanger(())("http://bad.example") == "http://bad.example"


def test_hosts():
    assert host_of("http://WWW.Example.gov.cn:8080/x") == "www.example.gov.cn"
    assert host_of("http://[") == host_of("x") == ""


@pytest.mark.parametrize(
    "worst", ["a" * 20_000, "a." * 10_000, "(" * 20_000, "中(" * 10_000, "http://" * 3000]
)
def test_no_text_takes_long(worst):
    mask = defanger({f"bad{n}.example" for n in range(50)})
    before = time.process_time()
    visible(full_width(worst))
    mask(worst[:2000])
    assert time.process_time() - before < 2, "a text from a page must not be able to stall the reports"
