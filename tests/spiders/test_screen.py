"""What only a browser sees of a page: judged, kept while no browser looks, corrected when one has looked."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from checks.ad_exceptions import AdException
from govcrawl.model import FindingRecord, FloatingLink, PageRequest, Status
from govcrawl.net.browser import Rendered
from spiders.outcome import Outcome
from tests.spiders.conftest import HOME, Office

NETWORK = "https://pos.baidu.com/s?t={}"
SHOP = "http://item.taobao.com/item.htm?id=1"


@dataclass
class Screenplay:
    """A renderer that shows what the test says, anew at each visit."""

    requests: dict[str, list[PageRequest]] = field(default_factory=dict)
    floating: dict[str, list[FloatingLink]] = field(default_factory=dict)
    failing: bool = False
    leading: dict[str, str] = field(default_factory=dict)
    """Where a page stands in the end, by its own address."""
    shown: list[str] = field(default_factory=list)

    async def render(self, url: str, *, windows: bool = False) -> Rendered:
        assert windows, "with the check of advertisements, windows are looked for"
        self.shown.append(url)
        if self.failing:
            return Rendered("", "TimeoutError")
        return Rendered(
            "<html><body>shown</body></html>",
            url=self.leading.get(url, url),
            requests=tuple(self.requests.get(url, ())),
            floating=tuple(self.floating.get(url, ())),
        )


def script(url: str, frame: str = HOME, kind: str = "script") -> PageRequest:
    return PageRequest(url=url, kind=kind, frame=frame)


def of_rule(outcome: Outcome, rule: str) -> list[FindingRecord]:
    return [record for record in outcome.records if record.rule == rule]


def test_a_page_that_leads_away_answers_for_nothing_of_the_site(office: Office) -> None:
    """A redirect or a script brought another site's page: its advertisements are not this unit's."""
    window = FloatingLink(url="https://mall.jd.com/index-1.html", text="年货大街 满减优惠 立即购买")
    screen = Screenplay({HOME: [script(NETWORK.format(1))]}, {HOME: [window]})
    screen.leading[HOME] = "http://news.example.com/1.html"
    outcome = office.inspect(renderer=screen)
    assert HOME in screen.shown, "the page was opened"
    blamed = [r for r in outcome.records if r.rule.startswith("ad-")]
    assert blamed == [], "what another site shows was held against this one"
    assert "没有使用浏览器" in " ".join(outcome.run.method), "the home page itself was not seen"


def test_a_network_that_only_scripts_load(office: Office) -> None:
    requests = [
        script(NETWORK.format(1)),
        script(NETWORK.format(2)),
        script("https://hm.baidu.com/hm.js?1"),
        script("https://pos.baidu.com/f.js", frame="http://widget.example.com/w.html", kind="image"),
        script(HOME + "ad/own.js"),
    ]
    screen = Screenplay({HOME: requests})
    first = office.inspect(renderer=screen)
    assert len(screen.shown) == len(set(screen.shown)) <= 3, "home page and a few, each once"
    found = {record.detail["frame"]: record for record in of_rule(first, "ad-network")}
    assert set(found) == {HOME, "http://widget.example.com/w.html"}, "one finding a resource"
    (record,) = (found[HOME],)
    assert record.status is Status.CONFIRMED
    assert (record.page, record.on_home, record.occurrences) == (HOME, True, 1)
    assert record.detail["network"] == "百度联盟"
    assert "widget.example.com" in found["http://widget.example.com/w.html"].title, "who asked is said"

    screen.requests = {HOME: [script(NETWORK.format(77))]}
    (again,) = of_rule(office.inspect(night=1, renderer=screen), "ad-network")
    assert again.fingerprint == record.fingerprint, "what is new at each visit is no part of its identity"


def test_what_no_browser_has_looked_at_is_not_corrected(office: Office) -> None:
    screen = Screenplay(
        {HOME + "zwyw/": [script(NETWORK.format(1), frame=HOME + "zwyw/")]},
        {HOME: [FloatingLink(url=SHOP, text="年货节", snippet="<a>年货节</a>", selector="#w > a")]},
    )
    first = office.inspect(renderer=screen)
    (network,), (window,) = of_rule(first, "ad-network"), of_rule(first, "ad-floating")
    assert window.target == SHOP
    assert window.evidence.snippet == "<a>年货节</a>"
    assert of_rule(first, "ad-link") == [], "ad-floating replaces it"

    office.inspect(night=1)  # without a browser
    office.inspect(night=2, renderer=Screenplay(failing=True))
    kept = {record.fingerprint: record for record in office.store.findings(site="portal")}
    assert kept[network.fingerprint].status is Status.CONFIRMED
    assert kept[window.fingerprint].status is Status.CONFIRMED

    office.inspect(night=3, renderer=Screenplay())
    kept = {record.fingerprint: record for record in office.store.findings(site="portal")}
    assert kept[network.fingerprint].status is Status.CORRECTED, "its page was shown and asks no more"
    assert kept[window.fingerprint].status is Status.CORRECTED


def test_a_link_that_a_browser_saw_float_floats_until_one_looks_again(office: Office) -> None:
    office.site.pages[HOME] += f'<p><a href="{SHOP}">年货节</a></p>'
    screen = Screenplay(floating={HOME: [FloatingLink(url=SHOP)]})
    (window,) = of_rule(office.inspect(renderer=screen), "ad-floating")
    without = office.inspect(night=1)
    assert [record.fingerprint for record in of_rule(without, "ad-floating")] == [window.fingerprint]
    assert of_rule(without, "ad-link") == []
    after = office.inspect(night=2, renderer=Screenplay())
    assert of_rule(after, "ad-floating") == []
    assert [record.target for record in of_rule(after, "ad-link")] == [SHOP], "it still stands there"


def test_where_a_window_leads_decides(office: Office) -> None:
    own = [HOME + "zt/", "http://www.gov.cn/zt/", "https://www.news.cn/zt/", "http://hall.example.org/"]
    for url in own:
        office.site.pages[url] = "<html><title>专题</title><body>专题专栏</body></html>"
    screen = Screenplay(floating={HOME: [FloatingLink(url=url, text="专题") for url in own]})
    assert [record for record in office.inspect(renderer=screen).records if record.check == "ads"] == []


def test_no_page_is_shown_for_other_checks(office: Office) -> None:
    office.checks = ("dead_links",)
    screen = Screenplay()
    office.inspect(renderer=screen)
    assert screen.shown == []


def test_what_the_office_allows_is_no_finding_and_no_correction(office: Office) -> None:
    office.site.pages[HOME] += f'<p><a href="{SHOP}">年货节</a></p>'
    (found,) = of_rule(office.inspect(), "ad-link")
    allowed = AdException(
        domain="taobao.com", reason="消费帮扶专馆", date=date(2026, 1, 1), until=date(2099, 1, 1)
    )
    options = {"ad_exceptions": (allowed,)}
    assert of_rule(office.inspect(night=1, options=options), "ad-link") == []
    kept = {record.fingerprint: record for record in office.store.findings(site="portal")}
    assert kept[found.fingerprint].status is Status.CONFIRMED, "nobody has mended it"
    (back,) = of_rule(office.inspect(night=2), "ad-link")
    assert back.fingerprint == found.fingerprint


def test_a_run_says_by_which_lists_and_means_it_judged(office: Office) -> None:
    with_browser = office.inspect(renderer=Screenplay()).run.method
    assert "随程序提供的规则" in with_browser[0]
    assert any("用浏览器打开" in line for line in with_browser)
    allowed = AdException(domain="shop.example.com", reason="消费帮扶协议", date=date(2026, 1, 1))
    elsewhere = AdException(domain="b.example.com", reason="试用", date=date(2026, 1, 1), site="jyj")
    without = office.inspect(night=1, options={"ad_exceptions": (allowed, elsewhere)}).run.method
    assert any("没有使用浏览器" in line for line in without), "what was not looked at is said"
    assert any("shop.example.com（2026-01-01，消费帮扶协议）" in line for line in without)
    assert not any("b.example.com" in line for line in without), "it holds for another site"
    office.checks = ("dead_links",)
    assert office.inspect(night=2).run.method == ()
