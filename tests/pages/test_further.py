"""How a page's own script asks for further entries, and what its answers hold."""

from __future__ import annotations

from datetime import date

import pytest

from govcrawl.model import ColumnState, DataCall
from govcrawl.pages import read_column, read_page
from govcrawl.pages.further import MOST_CALLS, answered, data_calls, next_call

TODAY = date(2026, 11, 25)
URL = "http://www.example.gov.cn/col/col1972/index.html"
GROUP = "/module/web/jpage/dataproxy.jsp?page={n}&amp;appid=1&amp;webid=3&amp;path=/&amp;columnid=1972"


def _records(first: int, last: int, month: int = 10) -> str:
    return "".join(
        f"<record><![CDATA[<li><a href='/art/2026/{month}/{n}/art_1972_{n}.html'>示例市第{n}次调度会议</a>"
        f"<span>2026-{month:02}-{n:02}</span></li>]]></record>"
        for n in range(first, last)
    )


def _island(group: str, records: str = "") -> str:
    link = f'<nextgroup><![CDATA[<a href="{group}"></a>]]></nextgroup>' if group else ""
    return f"<datastore>{link}<recordset>{records}</recordset></datastore>"


def _page(script: str) -> bytes:
    body = f'<div id="5443" class="default_pgContainer"></div>{script}'
    return (
        f"<html><head><meta charset='utf-8'><title>示例要闻</title></head><body>{body}</body></html>".encode()
    )


def test_an_island_names_its_next_group() -> None:
    page = read_page(_page(f'<script type="text/xml">{_island(GROUP.format(n=2))}</script>'), URL)
    (call,) = data_calls(page)
    assert call == DataCall(
        url="http://www.example.gov.cn/module/web/jpage/dataproxy.jsp?page=2&appid=1&webid=3&path=/&columnid=1972"
    )


def test_a_pager_script_says_what_it_posts() -> None:
    script = """<script>$("#5443").jpage({ totalRecord:100, perPage:15,
        proxyUrl:'/module/jpage/dataproxy.jsp',
        data: {col:1, appid:'1', webid:'3', path:'/', columnid:'1972', sourceContentType:1, unitid:'5443',
        webname:'示例市人民政府', permissiontype:0} });</script>"""
    calls = data_calls(read_page(_page(script), URL))
    assert [call.url.rpartition("?")[2] for call in calls] == [
        "startrecord=1&endrecord=45&perpage=15",
        "startrecord=46&endrecord=90&perpage=15",
        "startrecord=91&endrecord=100&perpage=15",
    ]
    assert calls[0].url.startswith("http://www.example.gov.cn/module/jpage/dataproxy.jsp?")
    assert dict(calls[0].form) == {
        "col": "1",
        "appid": "1",
        "webid": "3",
        "path": "/",
        "columnid": "1972",
        "sourceContentType": "1",
        "unitid": "5443",
        "webname": "示例市人民政府",
        "permissiontype": "0",
    }


def test_a_unit_that_a_script_builds_names_its_interface() -> None:
    script = (
        '<script src="/js/build.js" url="/gateway/page/build/unit" '
        "queryData=\"{'webId':'3','pageId':'ab12','tagId':'列表'}\"></script>"
    )
    (call,) = data_calls(read_page(_page(script), URL))
    assert call.form == ()
    assert call.url.startswith("http://www.example.gov.cn/gateway/page/build/unit?webId=3&pageId=ab12&tagId=")


@pytest.mark.parametrize(
    "script",
    [
        f'<script type="text/xml">{_island("http://other.example.com/dataproxy.jsp?page=2")}</script>',
        "<script>/* dataproxy.jsp is not called here */ var columnid='1';</script>",
        "<script>$.post('/module/web/jpage/dataproxy.jsp', {perPage:15})</script>",
        "<script url='/x' querydata='none'></script>",
        '<script type="text/xml"><datastore><nextgroup></nextgroup></datastore></script>',
    ],
    ids=["another host", "only a comment", "no column", "no fields", "no link"],
)
def test_what_names_no_interface_of_its_own_is_not_asked(script: str) -> None:
    assert data_calls(read_page(_page(script), URL)) == ()


def test_a_column_of_a_million_records_is_asked_for_a_bounded_number_of_times() -> None:
    script = "<script>p('dataproxy.jsp'); totalRecord=9000000; perPage=15; columnid='1'; unitid='2'</script>"
    assert len(data_calls(read_page(_page(script), URL))) == MOST_CALLS


def test_records_of_an_answer_are_read_as_rows_of_the_column() -> None:
    body = ("<?xml version='1.0' encoding='utf-8'?>" + _island(GROUP.format(n=3), _records(1, 9))).encode()
    page = answered(URL, body, "text/xml;charset=utf-8")
    assert page is not None
    reading = read_column(page, TODAY)
    assert reading.state is ColumnState.READ
    assert len(reading.items) == 8
    assert reading.newest == date(2026, 10, 8)
    assert reading.items[0].url == "http://www.example.gov.cn/art/2026/10/1/art_1972_1.html"
    following = next_call(URL, body)
    assert following is not None
    assert "page=3&appid=1" in following.url


def test_html_in_json_is_read_as_rows_of_the_column() -> None:
    rows = "".join(
        f"<li><a href='/col/col1/art/2026/art_{n}.html'>示例市印发第{n}号文件</a><b>2026-11-{n:02}</b></li>"
        for n in range(1, 6)
    )
    body = f'{{"success":true,"data":{{"html":"<div class=\'pg\'><ul>{rows}</ul></div>"}}}}'.encode()
    page = answered(URL, body, "application/json")
    assert page is not None
    assert read_column(page, TODAY).newest == date(2026, 11, 5)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<datastore><recordset></recordset></datastore>",
        b"{",
        b'{"data": []}',
        b"[" * 50_000,
        b"{" + b'"a":{' * 50_000,
        b"\xff\xfe\x00",
    ],
    ids=["nothing", "no records", "half", "other json", "deep", "deep object", "bytes"],
)
def test_an_answer_without_entries_is_none(body: bytes) -> None:
    assert answered(URL, body) is None
    assert next_call(URL, body) is None


def test_a_page_full_of_openings_is_searched_in_time() -> None:
    script = "<script type='text/xml'>" + "<nextgroup><a href='" * 20_000 + "</script>"
    assert data_calls(read_page(_page(script), URL)) == ()
