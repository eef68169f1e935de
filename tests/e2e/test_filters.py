"""`govcrawl filters`: fetched on loopback, added, listed, removed; what fails keeps the old list."""

from __future__ import annotations

import hashlib

from loopback_site import NOT_FOUND, Reply, Sites, html
from office_folder import Office

ONE = b"[Adblock Plus 2.0]\n! Title: One\n! Version: 202611250000\n||ads.example.com^\n"
TWO = b"! Title: Two\n||more.example.com^$third-party\n##.guanggao\n"
CRAWL = 'filter_lists = ["http://lists.example.com/one.txt", "http://lists.example.com/two.txt"]'


def plain(body: bytes) -> Reply:
    return Reply(body, kind="text/plain; charset=utf-8")


def test_update_keeps_what_fails_and_says_so(office: Office) -> None:
    pages = {"lists.example.com/one.txt": plain(ONE), "lists.example.com/two.txt": plain(TWO)}
    with Sites(dict(pages)) as sites:
        office.configure(sites.resolve(), CRAWL)
        done = office("govcrawl", "filters", "update").ended()
        assert "One" in done.out
        kept = {entry["name"]: entry for entry in office.json("filters", "list")}
        assert kept["one"]["sha256"] == hashlib.sha256(ONE).hexdigest()
        assert kept["two"]["origin"] == "http://lists.example.com/two.txt"
        assert kept["one"]["version"] == "202611250000"

        newer = TWO + b"||third.example.com^\n"
        sites.pages["lists.example.com/two.txt"] = plain(newer)
        for broken in (NOT_FOUND, html("请登录"), Reply(drop=True), plain(b"")):
            sites.pages["lists.example.com/one.txt"] = broken
            failed = office("govcrawl", "filters", "update").ended(3)
            assert "one.txt" in failed.err, "the line should name the address that failed"
            assert "filters add" in failed.err, "and what a machine without internet does"
            after = {entry["name"]: entry for entry in office.json("filters", "list")}
            assert after["one"] == kept["one"], "the earlier list stays as it was"
            assert after["two"]["rules"] == 3, "the other list is fetched all the same"


def test_add_list_and_remove(office: Office) -> None:
    office.configure()
    (office.folder / "内网 规则.txt").write_bytes(TWO)
    assert "Two" in office("govcrawl", "filters", "add", "内网 规则.txt").ended().out
    (entry,) = office.json("filters", "list")
    assert (entry["name"], entry["rules"]) == ("内网_规则", 2)
    assert "Two" in office("govcrawl", "filters", "list").ended().out
    office("govcrawl", "filters", "remove", "nothing").refused(2, "nothing", "内网_规则")
    office("govcrawl", "filters", "remove", "内网_规则").ended()
    assert office.json("filters", "list") == []
    assert "随程序提供" in office("govcrawl", "filters", "list").ended().out


def test_wrong_files_are_refused(office: Office) -> None:
    office.configure()
    (office.folder / "page.html").write_text("<html><body>x</body></html>", encoding="utf-8")
    office("govcrawl", "filters", "add", "page.html").refused(2, "网页")
    office("govcrawl", "filters", "add", "nowhere.txt").refused(2, "nowhere.txt")
    assert office.json("filters", "list") == []


def test_a_list_that_was_changed_by_hand_stops_the_crawl_with_one_line(office: Office) -> None:
    with Sites({"www.example.gov.cn/": html("首页")}) as sites:
        office.configure(sites.resolve())
        (office.folder / "two.txt").write_bytes(TWO)
        office("govcrawl", "filters", "add", "two.txt").ended()
        (office.folder / "var" / "filters" / "two.txt").write_bytes(b"@@||*^\n")
        done = office("scrapy", "crawl", "site", "-a", "url=http://www.example.gov.cn/").ended(2)
        assert "校验值" in done.err
        assert sites.asked == [], "nothing is asked with rules that nobody vouches for"
