"""A run has an end: so many links outside, so many minutes; what was not asked is said, and not known."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from govcrawl.config import Config, CrawlConfig
from govcrawl.model import Answer, Status
from spiders.outcome import Outcome
from tests.spiders.conftest import HOME, NOON, Office, article


def inspect(office: Office, night: int = 0, **limits: Any) -> Outcome:
    crawl = CrawlConfig(
        confirm_after=0.0, confirm_after_transient=0.0, robots="never", browser="never", **limits
    )
    return office.inspect(night=night, config=Config(folder=office.folder, crawl=crawl))


def links(count: int) -> str:
    return "".join(f'<p><a href="http://out{n}.example.net/">相关网站{n}</a></p>' for n in range(count))


def slowly(office: Office, minutes: float) -> None:
    """Each answer takes so long."""
    ask = office.site.ask

    async def slow(url: str, **asked: Any) -> Answer:
        answer = await ask(url, **asked)
        office.site.clock += timedelta(minutes=minutes)
        return answer

    office.site.ask = slow  # type: ignore[method-assign]


def test_outside_links_beyond_the_limit_are_said_and_not_judged(office: Office) -> None:
    office.site.pages[HOME + "zwyw/2.html"] = article("市政府召开第2次常务会议研究工作", more=links(5))
    outcome = inspect(office, max_outside_links=3)
    said = "达到站外链接数量上限（3个），另有2个站外链接未检查"
    assert said in outcome.run.limits_hit, outcome.run.limits_hit
    asked = {url for url, _ in office.site.asked if "example.net" in url}
    assert len(asked) == 3
    dead = {r.target for r in outcome.records if r.external}
    assert dead == asked, "what was not asked is not known, and never a finding"


def test_within_the_limits_nothing_is_said(office: Office) -> None:
    office.site.pages[HOME + "zwyw/2.html"] = article("市政府召开第2次常务会议研究工作", more=links(3))
    assert not inspect(office, max_outside_links=3).run.limits_hit


def test_a_known_dead_link_that_was_not_asked_stays_open(office: Office) -> None:
    office.site.pages[HOME + "zwyw/2.html"] = article("市政府召开第2次常务会议研究工作", more=links(1))
    (found,) = inspect(office).records
    assert found.status is Status.CONFIRMED
    office.site.pages["http://out0.example.net/"] = article("相关网站")
    inspect(office, night=1, max_outside_links=0)
    kept = office.store.finding(found.fingerprint)
    assert kept is not None
    assert kept.status is Status.CONFIRMED, "a limit is no proof that it was mended"


def test_when_the_time_is_over_nothing_more_is_begun(office: Office) -> None:
    whole = len({url for url, _ in _asked(office)})
    slowly(office, 1.0)
    outcome = inspect(office, night=1, max_minutes=3.0)
    asked = {url for url, _ in office.site.asked}
    assert len(asked) < whole, "pages and links were asked though the time was over"
    assert any("达到巡查时间上限" in line for line in outcome.run.limits_hit), outcome.run.limits_hit
    judged = {record.target for record in outcome.records if record.rule == "link-broken"}
    assert judged <= asked, "what was not asked is not known"
    before = {record.target for record in office.store.findings() if record.rule == "link-broken"}
    assert before - asked, "some link that the first night found dead was not asked in the second"
    stands = {record.target for record in office.store.findings() if record.open}
    assert before <= stands, "that the time was over is no proof that it was mended"


def test_at_the_end_of_the_hours_a_run_ends_with_what_it_has(office: Office) -> None:
    whole = len({url for url, _ in _asked(office)})
    slowly(office, 1.0)
    crawl = CrawlConfig(confirm_after=0.0, confirm_after_transient=0.0, robots="never", browser="never")
    until = NOON + timedelta(days=1, minutes=3)
    config = Config(folder=office.folder, crawl=crawl)
    outcome = office.inspect(night=1, config=config, until=until)
    asked = {url for url, _ in office.site.asked}
    assert len(asked) < whole, "pages and links were asked though the hours were over"
    assert outcome.run.pages > 0, "what was seen by then is judged"
    assert any("已到巡查时段结束" in line for line in outcome.run.limits_hit), outcome.run.limits_hit
    stands = {record.target for record in office.store.findings() if record.open}
    before = {record.target for record in office.store.findings() if record.rule == "link-broken"}
    assert before <= stands, "that the hours were over is no proof that it was mended"


def _asked(office: Office) -> list[tuple[str, int]]:
    inspect(office)
    return list(office.site.asked)
