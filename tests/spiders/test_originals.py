"""The title of a reprint against that of its original, over several nights."""

from __future__ import annotations

from govcrawl.model import Status
from spiders.outcome import Outcome
from tests.spiders.conftest import HOME, Office

REPRINT = HOME + "zwyw/reprint.html"
ORIGINAL = "http://news.example.com/2026/1.html"
TITLE = "示例省今冬农田水利建设全面启动"
ALTERED = "示例省今冬农田水利建设全面完工"


def reprint(title: str) -> str:
    text = "会议指出，要认真贯彻落实上级部署，统筹抓好各项重点工作，切实保障和改善民生。" * 6
    return (
        f"<html><head><meta charset='utf-8'><title>{title}_示例市人民政府</title></head>"
        f"<body><h1>{title}</h1><div>发布时间：2026-11-20 10:00 来源：新华网</div>"
        f"<div class='content'><p>{text}</p><p>{text}</p>"
        f"<p><a href='{ORIGINAL}'>原文链接</a></p></div></body></html>"
    )


def original(title: str) -> str:
    return (
        f"<html><head><meta charset='utf-8'><title>{title}</title></head><body><h1>{title}</h1>"
        f"<p>{'记者从有关部门了解到，今年的建设进展顺利。' * 20}</p></body></html>"
    )


def publish(office: Office, title: str) -> None:
    home = office.site.pages[HOME]
    link = f"<a href='{REPRINT}'>要闻</a></body>"
    if REPRINT not in home:
        office.site.pages[HOME] = home.replace("</body>", link)
        assert REPRINT in office.site.pages[HOME], "the home page of the small site has no end"
    office.site.pages[REPRINT] = reprint(title)


def status(outcome: Outcome) -> list[Status]:
    return [record.status for record in outcome.records if record.rule == "title-altered"]


def test_an_altered_title_is_found_with_both_and_ends_when_it_is_mended(office: Office) -> None:
    publish(office, ALTERED)
    office.site.pages[ORIGINAL] = original(f"{TITLE}-新华网")
    first = office.inspect()
    (record,) = [record for record in first.records if record.rule == "title-altered"]
    assert (record.page, record.target, record.external) == (REPRINT, ORIGINAL, True)
    assert (record.detail["title"], record.detail["original_title"]) == (ALTERED, f"{TITLE}-新华网")
    assert record.status is Status.CONFIRMED
    assert status(office.inspect(night=1)) == [Status.CONFIRMED], "kept readings lost the original"
    publish(office, TITLE)
    office.inspect(night=2)
    (kept,) = [r for r in office.store.findings(site="portal") if r.rule == "title-altered"]
    assert kept.status is Status.CORRECTED, "the title is that of the original now"


def test_an_original_that_can_no_longer_be_compared_is_no_proof(office: Office) -> None:
    publish(office, ALTERED)
    office.site.pages[ORIGINAL] = original(f"{TITLE}-新华网")
    office.inspect()
    office.site.pages[ORIGINAL] = original("新华网")
    office.inspect(night=3)
    (kept,) = [r for r in office.store.findings(site="portal") if r.rule == "title-altered"]
    assert kept.status is Status.CONFIRMED, "nothing was compared, so nothing was mended"


def test_an_original_that_was_not_reached_blames_nobody(office: Office) -> None:
    publish(office, ALTERED)
    office.site.refusing.add(ORIGINAL)
    assert status(office.inspect()) == []
