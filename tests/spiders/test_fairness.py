"""Nobody is blamed for what the crawler could not see, and nothing is called mended that it did not ask."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from govcrawl.model import (
    Answer,
    Cause,
    FindingRecord,
    Ipv6Reading,
    Ipv6State,
    RunResult,
    Status,
)
from govcrawl.net.connect import Addresses, Endpoint
from govcrawl.net.links import LinkChecker
from spiders.outcome import Outcome
from tests.spiders.conftest import HOME, Office, SmallSite, article, listing, probe, row

NEWS = HOME + "zwyw/"
GAMBLING = (
    "<html><head><meta charset='utf-8'><title>澳门赌场真人百家乐在线投注_时时彩开奖</title></head><body>"
    "<h1>澳门新葡京娱乐城</h1><p>注册送彩金 老虎机 百家乐 时时彩 六合彩 在线投注</p></body></html>"
)


def told(outcome: Outcome, *rules: str) -> list[FindingRecord]:
    return [record for record in outcome.records if record.rule in rules]


def rows(day: str) -> str:
    return "".join(row(f"/zwyw/{n}.html", f"市政府召开第{n}次常务会议研究工作", day) for n in (1, 2, 3))


@dataclass
class ShuttingSite(SmallSite):
    """Answers some requests and then, like a firewall that has seen enough, none in earnest."""

    answers: int = 4
    refusal: Mapping[str, Any] | None = None
    but: str = ""
    """The one address that it goes on to answer."""
    count: int = 0

    async def ask(self, url: str, **how: Any) -> Answer:
        self.count += 1
        self.clock += timedelta(seconds=1)
        if self.count > self.answers and url != self.but:
            await asyncio.sleep(0)
            facts: dict[str, Any] = dict(self.refusal or {"error": Cause.RESET, "reason": "connect"})
            return Answer(url=url, at=self.clock, ms=1, **facts)
        return await super().ask(url, **how)


@pytest.mark.parametrize("refusal", [None, {"status": 503}, {"error": Cause.TIMEOUT}])
def test_a_site_that_shuts_the_crawler_out_has_no_dead_links(
    office: Office, refusal: Mapping[str, Any] | None
) -> None:
    office.site = ShuttingSite(office.site.pages, refusal=refusal)
    outcome = office.inspect()
    assert told(outcome, "link-broken") == [], "pages that a firewall kept from us are told as dead links"
    assert outcome.run.result is RunResult.PARTIAL
    assert any("不再正常应答" in text for text in outcome.run.limits_hit), outcome.run.limits_hit
    assert outcome.run.links_unverified, "what was not seen must be told as not verified"


def test_pages_that_fail_while_the_home_page_opens_are_dead(office: Office) -> None:
    office.site = ShuttingSite(office.site.pages, answers=2, but=HOME, refusal={"status": 500})
    outcome = office.inspect()
    assert told(outcome, "link-broken"), "the site answers, so what fails is its own fault"


def test_aliases_of_a_site_are_inspected_by_duty(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[str, ...]] = []
    monkeypatch.setattr(
        "spiders.inspection.LinkChecker",
        lambda *args, **facts: seen.append(facts["registered_hosts"]) or LinkChecker(*args, **facts),
    )
    office.aliases = ("old.example.gov.cn",)
    office.inspect()
    assert seen == [("old.example.gov.cn", "www.example.gov.cn")]


def test_a_site_that_refuses_most_pages_is_not_called_inspected(office: Office) -> None:
    office.site = ShuttingSite(office.site.pages, answers=1, but=HOME, refusal={"status": 403})
    outcome = office.inspect()
    assert outcome.run.result is RunResult.PARTIAL
    assert any("拒绝程序访问" in text for text in outcome.run.limits_hit), outcome.run.limits_hit


@dataclass
class CuttingSite(SmallSite):
    """Gives no more of a body than was asked for, as the client does."""

    async def ask(self, url: str, *, limit: int = 4 * 2**20, **how: Any) -> Answer:
        answer = await super().ask(url, **how)
        if limit and len(answer.body) > limit:
            return replace(answer, body=answer.body[:limit], truncated=True)
        return answer


def test_what_lies_behind_the_limit_of_a_page_may_be_the_news(office: Office) -> None:
    """Pages with pictures in their source: the side box comes first, the list behind the limit."""
    old = "".join(
        row(f"/zwyw/{n}.html", f"市政府召开第{n}次常务会议研究工作", "2026-01-20") for n in (1, 2, 3)
    )
    head = f"<html><head><meta charset='utf-8'><title>示例</title></head><body><ul class='list'>{old}</ul>"
    picture = f"<img src='data:image/png;base64,{'A' * (5 * 2**20)}'>"
    pages = office.site.pages
    for url in (HOME, NEWS):
        pages[url] = head + picture + pages[url]
    office.site = CuttingSite(pages)
    outcome = office.inspect()
    assert told(outcome, "column-stale", "home-stale", "column-empty") == []
    assert any("超过4MB" in text for text in outcome.run.limits_hit)
    assert office.site.statuses(HOME) == [200], "asked again, it would not be shorter"


def test_hijacked_home_page_is_told(office: Office) -> None:
    office.site.pages[HOME] = GAMBLING
    outcome = office.inspect()
    (finding,) = outcome.records
    assert (finding.rule, finding.page, finding.on_home) == ("link-hijacked", HOME, True)
    assert outcome.run.result is RunResult.BLOCKED
    assert outcome.exit_status == 3
    assert len(office.site.statuses(HOME)) == 2, "so grave a thing is looked at twice"


def test_hijacked_column_that_no_page_links_to_is_told(office: Office) -> None:
    rows = "".join(
        row(f"/zwyw/{n}.html", f"市政府召开第{n}次常务会议研究工作", "2026-11-20") for n in (1, 2, 3)
    )
    office.site.pages |= {HOME: listing("示例市人民政府", rows), NEWS: GAMBLING}
    outcome = office.inspect()
    assert [record.page for record in told(outcome, "link-hijacked")] == [NEWS]
    assert told(outcome, "column-unreadable") == [], "it is told once"


@pytest.mark.parametrize("limit", [{"max_pages": 2}, {"depth": 0}])
def test_a_run_that_was_told_to_see_less_is_no_complete_one(office: Office, limit: dict[str, int]) -> None:
    assert office.inspect(**limit).run.result is RunResult.PARTIAL
    assert office.inspect(night=1).run.result is RunResult.COMPLETE


def test_a_list_that_loses_its_dates_is_not_mended(office: Office) -> None:
    """Its articles can't be dated either, so nobody knows how old it is."""
    later = date(2026, 12, 20)
    (stale,) = told(office.inspect(today=later), "column-stale")
    for n in (1, 2, 3):
        office.site.pages[HOME + f"zwyw/{n}.html"] = article(f"第{n}次常务会议", day="").replace(
            "发布时间：", ""
        )
    rows = "".join(
        f'<li><a href="/zwyw/{n}.html">市政府召开第{n}次常务会议研究工作</a></li>' for n in (1, 2, 3)
    )
    office.site.pages[NEWS] = listing("示例要闻", rows)
    office.inspect(night=1, today=later)
    kept = office.store.finding(stale.fingerprint)
    assert kept is not None
    assert kept.status is Status.CONFIRMED, f"called {kept.status} though no date could be read"


def test_readings_of_later_days_do_not_serve_an_earlier_one(office: Office) -> None:
    """As of a day before what was kept was published, the column shows only what stood there then."""
    pages = office.site.pages
    pages[NEWS] = pages[NEWS].replace("2026-11-20", "2026-01-05", 2)
    past = {"today": date(2026, 2, 1), "as_of": date(2026, 2, 1)}
    anew = [record.detail for record in told(office.inspect(**past), "column-stale")]  # type: ignore[arg-type]
    office.inspect()
    again = [record.detail for record in told(office.inspect(**past), "column-stale")]  # type: ignore[arg-type]
    assert anew, "the trap needs a column that was stale then"
    assert again == anew


def test_a_target_that_may_not_be_asked_tonight_is_not_mended(office: Office) -> None:
    dead = "http://other.example.net/gone"
    pages = office.site.pages
    pages[HOME] = pages[HOME].replace("</ul>", f'</ul><a href="{dead}">相关部门</a>')

    class Inward(SmallSite):
        async def ask(self, url: str, **how: Any) -> Answer:
            if url == dead:
                return Answer(url=url, at=self.clock, ms=1, error=Cause.FORBIDDEN_ADDRESS)
            return await super().ask(url, **how)

    (finding,) = [r for r in told(office.inspect(), "link-broken") if r.target == dead]
    office.site = Inward(pages)
    office.inspect(night=1)
    kept = office.store.finding(finding.fingerprint)
    assert kept is not None
    assert kept.status is Status.CONFIRMED, f"called {kept.status} though nobody asked"


V6 = Addresses(
    host="www.example.gov.cn", port=80, v6=(Endpoint("2001:db8::1", 80),), v6_known=True, overridden=True
)


def read(answer6: Callable[[int], Mapping[str, Any]], status4: int = 200) -> Ipv6Reading:
    """A site that answers over IPv4; `answer6` says what the n-th request over IPv6 gets."""
    asked = [0]

    async def ask(url: str, *, family: int | None = None, **_: Any) -> Answer:
        facts: Mapping[str, Any] = {"status": status4, "body": b"<p>home</p>"}
        if family == 6:
            asked[0] += 1
            facts = answer6(asked[0])
        return Answer(url=url, at=datetime(2026, 11, 25, tzinfo=UTC), ms=1, **facts)

    async def addresses(host: str, port: int) -> Addresses:
        return V6

    async def reading() -> Ipv6Reading:
        return await probe(ask, addresses).begin(HOME).finish()

    return asyncio.run(reading())


@pytest.mark.parametrize(
    ("answer6", "state"),
    [
        (lambda _: {"status": 502}, Ipv6State.NO),
        (lambda _: {"status": 404}, Ipv6State.NO),
        (lambda _: {"error": Cause.TIMEOUT, "reason": "read"}, Ipv6State.NO),
        (lambda _: {"status": 403}, Ipv6State.NOT_TESTED),
        (lambda _: {"status": 412}, Ipv6State.NOT_TESTED),
        (lambda _: {"error": Cause.UNROUTABLE}, Ipv6State.NOT_TESTED),
        (lambda _: {"error": Cause.LOCAL, "reason": "proxy"}, Ipv6State.NOT_TESTED),
        (lambda n: {"status": 502 if n == 1 else 200}, Ipv6State.YES),
        (lambda n: {"status": 502 if n == 3 else 200}, Ipv6State.YES),
        (lambda n: {"status": 200} if n == 2 else {"error": Cause.RESET}, Ipv6State.YES),
    ],
)
def test_a_firewall_on_ipv6_is_no_fault(
    answer6: Callable[[int], Mapping[str, Any]], state: Ipv6State
) -> None:
    reading = read(answer6)
    assert reading.reachable is state
    assert bool(reading.reason) is (state is Ipv6State.NOT_TESTED), "what was not tested must be said"


def test_a_site_that_is_away_altogether_has_no_fault_of_ipv6() -> None:
    reading = read(lambda _: {"status": 502}, status4=502)
    assert reading.reachable is Ipv6State.YES, "over IPv6 it answers as it does over IPv4"
    reading = read(lambda _: {"error": Cause.RESET}, status4=503)
    assert reading.reachable is Ipv6State.NOT_TESTED
    assert "IPv4" in reading.reason
