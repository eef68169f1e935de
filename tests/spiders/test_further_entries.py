"""Lists that a page does not hold itself: behind an interface, in a frame, dated by shared articles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest

from govcrawl.config import CrawlConfig
from govcrawl.model import Answer, Column, ColumnType
from govcrawl.net.client import Client
from govcrawl.net.gate import Gate
from spiders.outcome import Outcome
from tests.spiders.conftest import HOME, Office, SmallSite, article, listing, row

COLUMN = HOME + "col/col1972/"
PROXY = "/module/web/jpage/dataproxy.jsp"


@dataclass
class Interface:
    """A JCMS site on a socket: pages by path, and an interface that answers only as its own script asks."""

    pages: dict[str, str]
    records: list[str]
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    """Method, path with query, body."""

    def answer(self, method: str, target: str, body: str) -> tuple[int, str, str]:
        self.asked.append((method, target, body))
        parts = urlsplit(target)
        if parts.path != PROXY:
            text = self.pages.get(parts.path)
            return (200, "text/html", text) if text is not None else (404, "text/html", "没有这个页面")
        numbers, form = parse_qs(parts.query), parse_qs(body)
        if method != "POST" or form.get("columnid") != ["1972"] or form.get("unitid") != ["5443"]:
            return 405, "text/html", "不支持"
        first, last = int(numbers["startrecord"][0]), int(numbers["endrecord"][0])
        records = "".join(f"<record><![CDATA[{text}]]></record>" for text in self.records[first - 1 : last])
        total = f"<totalrecord>{len(self.records)}</totalrecord>"
        return 200, "text/xml", f"<datastore>{total}<recordset>{records}</recordset></datastore>"


@pytest.fixture
def interface() -> Iterator[tuple[Interface, int]]:
    site = Interface({}, [])

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout: ClassVar[float] = 5

        def do_GET(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            status, kind, text = site.answer(self.command, self.path, self.rfile.read(length).decode())
            data = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_POST = do_GET  # noqa: N815 - as the standard library calls it

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield site, server.server_port
    server.shutdown()
    server.server_close()
    thread.join()


@dataclass
class OnSocket(SmallSite):
    """Asks a real server on loopback by the client of this project."""

    port: int = 0

    async def ask(
        self,
        url: str,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        limit: int = 4 * 2**20,
        family: int | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - of the protocol
        fresh: bool = False,
    ) -> Answer:
        crawl = CrawlConfig(resolve={"www.example.gov.cn:80": (f"127.0.0.1:{self.port}",)}, delay=0.0)
        client = Client(crawl, user_agent="govcrawl/test", gate=Gate())
        try:
            return await client.ask(url, method=method, headers=headers, body=body, limit=limit)
        finally:
            await client.close()


def _portal(column: str) -> dict[str, str]:
    home = listing("示例市人民政府", row("/col/col1972/", "示例要闻", "") + row("/a.html", "示例市简介", ""))
    return {"/": home, "/col/col1972/": column, "/a.html": article("示例市简介")}


def _about_columns(outcome: Outcome) -> set[str]:
    return {record.rule for record in outcome.records if record.rule.startswith("column-")}


PAGER = (
    "<div id='5443'></div><script>$('#5443').jpage({totalRecord:60, perPage:15, proxyUrl:'" + PROXY + "',"
    "data:{col:1, appid:1, webid:3, path:'/', columnid:1972, unitid:5443, permissiontype:0}});</script>"
)


def test_a_list_behind_an_interface_is_read_by_asking_as_its_page_does(
    office: Office, interface: tuple[Interface, int]
) -> None:
    site, port = interface
    days = [date(2026, 11, 24) - timedelta(days=n) for n in range(60)]
    site.records = [
        f"<li><a href='/art/{n}.html'>示例市第{n}次会议召开</a><span>{day}</span></li>"
        for n, day in enumerate(days)
    ]
    site.pages = _portal(listing("示例要闻", "") + PAGER)
    site.pages |= {f"/art/{n}.html": article(f"示例市第{n}次会议召开") for n in range(60)}
    office.site = OnSocket(port=port)
    office.columns = (Column(name="示例要闻", url=COLUMN, type=ColumnType.NEWS),)
    outcome = office.inspect()
    posted = [(target, body) for method, target, body in site.asked if method == "POST"]
    assert [urlsplit(target).query for target, _ in posted] == [
        "startrecord=1&endrecord=45&perpage=15",
        "startrecord=46&endrecord=60&perpage=15",
    ], "each group is asked once, as the pager of the page asks it"
    read = {target for method, target, _ in site.asked if method == "GET"}
    assert {"/art/0.html", "/art/59.html"} <= read, "the entries of all groups lead to pages of the site"
    assert outcome.run.columns_read == 1, "the list must be read without a browser"
    assert _about_columns(outcome) == set(), "its newest entry is some days old"


def test_an_interface_that_refuses_leaves_the_column_unread(
    office: Office, interface: tuple[Interface, int]
) -> None:
    site, port = interface
    site.pages = _portal(listing("示例要闻", "") + PAGER.replace("unitid:5443", "unitid:9"))
    office.site = OnSocket(port=port)
    office.columns = (Column(name="示例要闻", url=COLUMN, type=ColumnType.NEWS),)
    outcome = office.inspect()
    assert _about_columns(outcome) <= {"column-unreadable"}, "nobody is blamed for it"
    assert outcome.run.columns_read == 0


def test_a_list_in_a_frame_of_the_same_site_is_the_columns_list(office: Office) -> None:
    frame = HOME + "lists/zwyw.html"
    body = listing("示例要闻", "").replace(
        "</body>", f"<iframe src='{frame}' width='800' height='600'></iframe></body>"
    )
    office.site.pages[frame] = office.site.pages[HOME + "zwyw/"]
    office.site.pages[HOME + "zwyw/"] = body
    outcome = office.inspect()
    assert outcome.run.columns_read == 1, "the list stands in the frame"
    assert _about_columns(outcome) == set()
    assert len(office.site.statuses(frame)) == 1, "the frame is asked once"


@pytest.mark.parametrize(
    "frame",
    ["http://other.example.com/list.html", HOME + "gone.html", HOME + "zwyw/", HOME + "weather.html"],
    ids=["another host", "missing", "itself", "weather"],
)
def test_a_frame_that_holds_no_list_leaves_the_column_as_it_was(office: Office, frame: str) -> None:
    office.site.pages[HOME + "weather.html"] = listing(
        "天气", row("/t.html", "示例市气象台天气预报", "2020-01-01") * 3
    )
    office.site.pages[HOME + "zwyw/"] = (
        "<html><head><meta charset='utf-8'><title>示例要闻</title></head><body><div>示例要闻</div>"
        f"<iframe src='{frame}'></iframe></body></html>"
    )
    outcome = office.inspect()
    assert outcome.run.columns_read == 0
    assert _about_columns(outcome) <= {"column-unreadable"}, "what was not seen is held against nobody"


def test_columns_that_share_undated_articles_are_both_dated_by_them(office: Office) -> None:
    rows = "".join(row(f"/zwyw/{n}.html", f"市政府召开第{n}次常务会议研究工作", "") for n in (1, 2, 3))
    more = "".join(row(f"/zwyw/{n}.html?", f"市政府召开第{n}次常务会议研究工作", "") for n in (1, 2, 3))
    office.site.pages[HOME + "zwyw/"] = listing("示例要闻", rows)
    office.site.pages[HOME + "dt/"] = listing("工作动态", more)
    office.columns = (*office.columns, Column(name="工作动态", url=HOME + "dt/", type=ColumnType.NEWS))
    outcome = office.inspect()
    assert outcome.run.columns_read == 2
    assert _about_columns(outcome) == set(), (
        "the second column waits for the articles that the first one asked"
    )
    assert [len(office.site.statuses(f"{HOME}zwyw/{n}.html")) for n in (1, 2, 3)] == [1, 1, 1]
