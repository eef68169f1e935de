"""Advertisements that only a browser sees, from the crawl to the paper; an office's list and exception."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from loopback_site import Reply, Sites
from office_folder import Office, of_rule
from portal_site import HOME, HOST, REGISTRY, portal

from govcrawl.net.installed import find_browser

pytestmark = pytest.mark.skipif(find_browser() is None, reason="no browser on this machine")
SCRIPT = """
var s = document.createElement('script'); s.src = 'http://lm.example.net/u.js?t=' + Date.now();
document.body.appendChild(s);
function windowTo(url, side) {
  var w = document.createElement('div');
  w.style.cssText = 'position:fixed;top:90px;width:120px;height:90px;' + side + ':5px';
  w.innerHTML = '<a href="' + url + '">link</a>'; document.body.appendChild(w);
}
windowTo('http://item.taobao.com/item.htm?id=9', 'left');
windowTo('http://mall.jd.com/index-9.html', 'right');
"""
EXCEPTION = '[[ads.exceptions]]\ndomain = "jd.com"\nreason = "消费帮扶协议"\ndate = 2026-01-10\n'


def test_from_the_crawl_to_the_paper(office: Office) -> None:
    today = (datetime.now(UTC) + timedelta(hours=8)).date()
    pages = portal(today, extra="<script src='/js/foot.js'></script>")
    pages[f"{HOST}/js/foot.js"] = Reply(SCRIPT.encode(), kind="text/javascript")
    for host in ("lm.example.net", "item.taobao.com", "mall.jd.com"):
        pages[f"{host}/*"] = lambda _: Reply(b"var a = 1;", kind="text/javascript")
    with Sites(pages) as sites:
        office.configure(sites.resolve())
        settings = office.folder / "govcrawl.toml"
        text = settings.read_text(encoding="utf-8").replace('browser = "never"', 'browser = "auto"')
        settings.write_text(f"{text}\n{EXCEPTION}", encoding="utf-8")
        (office.folder / "own.txt").write_text("! Title: 本市规则\n||lm.example.net^$third-party\n", "utf-8")
        office("govcrawl", "filters", "add", "own.txt").ended()
        office.register(REGISTRY)
        done, found = office.crawl("site=portal")
        done.ended()
        again: list[dict[str, Any]] = office.crawl("site=portal")[1]

    networks = {finding["detail"]["network"]: finding for finding in of_rule(found, "ad-network")}
    assert networks["example.net"]["status"] == "confirmed", f"a script loads it:\n{done}"
    assert networks["example.net"]["page"] == HOME
    assert networks["百度联盟"]["evidence"]["snippet"], "what stands in the HTML is shown as it stands there"
    windows = of_rule(found, "ad-floating")
    assert [window["target"] for window in windows] == ["http://item.taobao.com/item.htm?id=9"]
    first = {finding["fingerprint"] for finding in found if finding["check"] == "ads"}
    assert first == {finding["fingerprint"] for finding in again if finding["check"] == "ads"}, (
        "the same advertisements are the same findings, whatever is new in their addresses"
    )
    (report, _) = sorted((office.folder / "var" / "reports" / "sites").glob("*.html"))
    paper = report.read_text(encoding="utf-8")
    for words in ("本市规则", "校验值", "jd.com（2026-01-10，消费帮扶协议）", "用浏览器打开首页和部分页面"):
        assert words in paper, f"the report does not say {words}"
