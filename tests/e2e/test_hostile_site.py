"""What the web does to a crawler: each bad page gets its finding or its clear line; memory is bounded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import lxml.html
import pytest
from hostile_site import HOME, HOST, REGISTRY, SECRET, hostile, huge
from loopback_site import Reply, Sites, html, redirect
from office_folder import Done, Office, of_rule
from portal_site import NEWS, NOTICES, listing, portal
from portal_site import REGISTRY as PORTAL

TODAY = datetime.now(ZoneInfo("Asia/Shanghai")).date()
MEMORY = 400 * 2**20
"""Bytes that a crawl of a small site may hold at most; a plain one holds about 150 MB."""


@dataclass
class Crawled:
    """The hostile site, crawled once."""

    office: Office
    done: Done
    findings: list[dict[str, Any]]
    run: dict[str, Any]
    asked: list[str]

    def causes(self) -> dict[str, str]:
        """Cause of each broken link, by its address without the host."""
        return {
            finding["target"].removeprefix(HOME): finding["detail"]["cause"]
            for finding in of_rule(self.findings, "link-broken")
        }


@pytest.fixture(scope="module")
def crawled(new_office: Callable[[], Office]) -> Iterator[Crawled]:
    office = new_office()
    with Sites({}) as sites:
        sites.pages |= hostile(sites.port)
        office.configure(f'"{HOST}:80" = "127.0.0.1:{sites.port}"', timeout=6.0)
        office.register(REGISTRY)
        done, findings = office.crawl("site=portal", "max_pages=300")
        yield Crawled(office, done.ended(), findings, office.last_run(), list(sites.asked))


def test_nothing_of_it_ends_the_run_or_litters_the_terminal(crawled: Crawled) -> None:
    assert crawled.run["result"] == "partial", f"300 of 5000 pages: {crawled.run}"
    assert crawled.done.err == "", f"something other than the summary was printed:\n{crawled.done}"
    assert crawled.done.peak < MEMORY, f"it held {crawled.done.peak / 2**20:.0f} MB"


def test_pages_that_are_not_there_are_broken_links_with_their_cause(crawled: Crawled) -> None:
    causes = crawled.causes()
    assert set(causes) == {
        "empty.html",
        "loop-a",
        "endless",
        "no.html",
        "in-nul.html",
        "gone-1.html",
        "gone-2.html",
        "gone-3.png",
        "http://[broken",
        "http://www.example.gov.cn:99999/",
    }, f"broken links: {causes}"
    assert causes["empty.html"] == "empty"
    assert causes["loop-a"] == "redirect-loop"
    assert causes["endless"] == "too-many-redirects"
    assert causes["http://[broken"] == "dns"


def test_what_is_no_web_page_is_read_as_none(crawled: Crawled) -> None:
    told = {finding["page"] for finding in crawled.findings if finding["check"] == "freshness"}
    assert f"{HOME}not-html.html" not in told, "a document in a column's place is no stale column"
    assert f"{HOME}empty.html" not in told, "an empty page is told once, as a dead link"
    deep = [finding for finding in crawled.findings if finding["page"] == f"{HOME}deep.html"]
    assert [finding["rule"] for finding in deep] == ["column-unreadable"]


def test_a_page_in_a_wrongly_declared_encoding_is_read_as_meant(crawled: Crawled) -> None:
    assert f"{HOST}/in-gbk.html" in crawled.asked, "the link in the GBK page was not followed"
    done = crawled.office("govcrawl", "runs", "show", str(crawled.run["run"]), "--json").ended()
    assert "\ufffd" not in done.out, "text that could not be decoded stands in what was found"


def test_large_pages_are_read_to_the_limit_and_said_to_be_cut(crawled: Crawled) -> None:
    assert f"{HOST}/in-huge.html" in crawled.asked, "the beginning of the huge page was not read"
    said = [text for text in crawled.run["limits_hit"] if "超过4MB" in text]
    assert said, f"nothing says that pages were cut: {crawled.run['limits_hit']}"
    assert said[0].startswith("2个页面"), f"the 40 MB page and the gzip bomb: {said}"


def test_pages_that_broke_off_are_said_to_be_read_in_part(crawled: Crawled) -> None:
    said = [text for text in crawled.run["limits_hit"] if "未能完整接收" in text]
    assert said, f"nothing says that pages broke off: {crawled.run['limits_hit']}"
    assert said[0].startswith("2个页面"), f"the one that drips and the one that broke off: {said}"


def test_traps_end_at_their_limit_and_are_said(crawled: Crawled) -> None:
    days = {address for address in crawled.asked if address.startswith(f"{HOST}/cal?")}
    assert len(days) <= 60, f"{len(days)} pages of a calendar were fetched"
    sessions = [address for address in crawled.asked if address.startswith(f"{HOST}/s/")]
    assert len(sessions) == 2, f"two pages under ever new session ids were fetched as {sessions}"
    deeper = [address for address in crawled.asked if address.startswith(f"{HOST}/deeper")]
    assert len(deeper) <= 5, f"deeper than four clicks: {deeper}"
    said = "".join(crawled.run["limits_hit"])
    assert "疑似地址陷阱" in said, said
    assert "达到页面数量上限（300个），另有" in said, "what max_pages cut is not said"
    assert len({address for address in crawled.asked if address.startswith(f"{HOST}/m/")}) < 300


def test_nothing_on_this_machine_or_its_network_was_asked(crawled: Crawled) -> None:
    inside = [address for address in crawled.asked if SECRET in address]
    assert inside == [], f"addresses on loopback were asked: {inside}"
    for finding in crawled.findings:
        target = finding["target"] or ""
        assert "127.0.0.1" not in target, f"what must not be asked is no fault: {finding['title']}"
        assert "169.254" not in target, f"what must not be asked is no fault: {finding['title']}"
    assert not any("to-loopback" in (f["target"] or "") for f in crawled.findings)
    assert not any("to-metadata" in (f["target"] or "") for f in crawled.findings)
    odd = [
        f["target"] for f in crawled.findings if (f["target"] or "").startswith(("javascript", "mail", "tel"))
    ]
    assert odd == [], f"no addresses of the web: {odd}"


CONTROL = {chr(code) for code in (*range(32), 127, *range(128, 160), 0x202E)} - {"\n"}


def test_no_control_character_reaches_the_terminal(crawled: Crawled) -> None:
    office = crawled.office
    shown = [
        crawled.done,
        office("govcrawl", "findings", "list").ended(),
        office("govcrawl", "runs", "show", str(crawled.run["run"])).ended(),
    ]
    escaped = next(f for f in crawled.findings if f["target"] == f"{HOME}gone-1.html")
    shown.append(office("govcrawl", "findings", "show", escaped["fingerprint"]).ended())
    for done in shown:
        found = CONTROL & set(done.said)
        assert not found, f"{sorted(map(hex, map(ord, found)))} in what `{' '.join(done.words)}` prints"
        assert "清屏" in done.out, f"the finding itself is not shown:\n{done}"


def test_markup_of_pages_is_text_in_reports(crawled: Crawled) -> None:
    report = next(line for line in crawled.done.out.splitlines() if line.startswith("报告：")).removeprefix(
        "报告："
    )
    paths = [Path(report)]
    year, week, _ = TODAY.isocalendar()
    weekly = crawled.office.json("report", "weekly", "--week", f"{year}-W{week:02}")
    paths += [crawled.office.folder / path for path in weekly["paths"] if path.endswith(".html")]
    assert len(paths) == 2, f"a site's report and a weekly one: {paths}"
    for path in paths:
        text = path.read_text(encoding="utf-8")
        tree = lxml.html.fromstring(text)
        assert tree.xpath("//script") == [], f"a script stands in {path.name}"
        handlers = tree.xpath("//@*[starts-with(name(), 'on')]")
        assert handlers == [], f"markup of a page stands as markup in {path.name}: {handlers}"
        schemes = {str(address).partition(":")[0] for address in tree.xpath("//@href")}
        assert "javascript" not in schemes, f"a link of {path.name} runs a script"
        assert "&lt;script&gt;alert(1)" in text, f"the finding with markup in its title is not in {path.name}"
        assert "\x1b" not in text, f"escape sequences in {path.name}"


HOMES = {
    "empty": (Reply(b""), "unreachable", "返回空白内容"),
    "a loop": (redirect(HOME), "unreachable", "循环跳转"),
    "500": (Reply(b"<html><body>Internal</body></html>", status=500), "unreachable", "返回 500 错误"),
    "dropped": (Reply(drop=True), "unreachable", "连接被中断"),
}


def test_a_home_page_that_fails_twice_is_unreachable_and_says_how(new_office: Callable[[], Office]) -> None:
    office = new_office()
    with Sites(portal(TODAY)) as sites:
        office.configure(sites.resolve())
        for case, (home, result, words) in HOMES.items():
            sites.pages[f"{HOST}/"] = home
            done, findings = office.crawl(f"url={HOME}")
            done.ended(3)
            assert findings == [], f"{case}: {findings}"
            run = office.last_run()
            assert run["result"] == result, f"{case}: {run}"
            assert words in done.out, f"{case}: the summary does not say how it failed:\n{done}"


def test_a_huge_home_page_is_judged_by_what_was_read(new_office: Callable[[], Office]) -> None:
    office = new_office()
    with Sites({f"{HOST}/": Reply(chunks=huge), f"{HOST}/in-huge.html": html("<p>到了</p>" * 50)}) as sites:
        office.configure(sites.resolve(), timeout=20.0)
        done, _ = office.crawl(f"url={HOME}")
        done.ended()
        assert done.peak < MEMORY, f"it held {done.peak / 2**20:.0f} MB"
        assert "超过4MB" in done.out, f"that it was cut is not said:\n{done}"
        assert f"{HOST}/in-huge.html" in sites.asked


def cut_off(reply: Reply, at: bytes) -> Reply:
    """The same page, announced in full and cut where these bytes begin."""
    kept = reply.body.partition(at)[0]
    assert kept != reply.body, "the page does not hold the place at which it is to be cut"
    return Reply(kept, headers=(("Content-Length", str(len(reply.body))),), chunks=lambda: iter(()))


def test_a_page_that_broke_off_accuses_nobody_and_corrects_nothing(new_office: Callable[[], Office]) -> None:
    """A list that broke off before its newest entries, or before any, is neither stale nor empty."""
    office = new_office()
    with Sites(portal(TODAY)) as sites:
        office.configure(sites.resolve())
        office.register(PORTAL)
        before, _ = office.crawl("site=portal")
        before.ended()
        pages = sites.pages
        news = pages[f"{HOST}/zwyw/"]
        assert isinstance(news, Reply)
        pinned, articles = listing("/zwyw/", "示例要闻", [TODAY - timedelta(days=90 + n) for n in range(4)])
        pages |= articles
        pages[f"{HOST}/zwyw/"] = cut_off(pinned, b"</ul>")
        stale = pages[f"{HOST}/tzgg/"]
        assert isinstance(stale, Reply)
        pages[f"{HOST}/tzgg/"] = cut_off(stale, b"<li>")
        vague = pages[f"{HOST}/zwyw/vague.html"]
        assert isinstance(vague, Reply)
        pages[f"{HOST}/zwyw/vague.html"] = cut_off(vague, "<span>来源".encode())
        done, findings = office.crawl("site=portal")
        done.ended()
        told = {(finding["rule"], finding["page"]) for finding in findings}
        assert ("column-stale", NEWS) not in told, "a list that broke off was called stale"
        assert ("column-empty", NOTICES) not in told, "a list that broke off was called empty"
        assert ("column-unreadable", NEWS) in told
        assert "3个页面未能完整接收" in done.out, f"that pages broke off is not said:\n{done}"
        status = {
            (finding["rule"], finding["page"]): finding["status"]
            for finding in office.json("findings", "list", "--all")
        }
        assert status["column-stale", NOTICES] == "confirmed", "a list that broke off was called mended"
        assert status["source-vague", f"{NEWS}vague.html"] == "confirmed", (
            "an article that broke off was mended"
        )
