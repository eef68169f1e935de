"""Links to parts of pages in a run: only where the office wants it, and never more than an advice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from govcrawl.model import FindingRecord, Severity, Status
from spiders.parts import Parts
from tests.spiders.conftest import HOME, Office, article

RULE = "link-part-missing"
GUIDE = HOME + "zwyw/1.html"


@pytest.fixture
def wanted(office: Office) -> Office:
    """An office that wants them told; article 1 has the part `a`, article 2 links to three of its parts."""
    office.crawl["check_fragments"] = True
    office.site.pages[GUIDE] = article("市政府召开第1次常务会议研究工作", more="<h2 id='a'>一</h2>")
    links = "".join(f"<a href='/zwyw/1.html#{part}'>见{part}</a>" for part in ("a", "b", "top"))
    outside = "<a href='http://other.example.com/x.html#c'>别处</a><a href='#d'>本页</a>"
    office.site.pages[HOME + "zwyw/2.html"] = article("市政府召开第2次常务会议研究工作", more=links + outside)
    return office


def _told(office: Office) -> dict[str, FindingRecord]:
    return {str(record.target): record for record in office.store.findings() if record.rule == RULE}


def test_parts_that_are_not_there_are_an_advice(wanted: Office) -> None:
    wanted.inspect()
    told = _told(wanted)
    assert sorted(told) == [f"{GUIDE}#b", f"{HOME}zwyw/2.html#d"], "a page outside is not looked at for it"
    one = told[f"{GUIDE}#b"]
    assert (one.severity, one.status) == (Severity.ADVICE, Status.SUSPECTED)
    assert (one.page, "#b" in one.evidence.snippet) == (HOME + "zwyw/2.html", True)
    assert wanted.site.statuses(GUIDE) == [200], "nothing is asked for it"


def test_an_unchanged_second_night_tells_the_same_and_a_mended_part_is_corrected(wanted: Office) -> None:
    wanted.inspect()
    wanted.inspect(night=1)
    assert all(record.status is Status.SUSPECTED for record in _told(wanted).values())
    assert wanted.site.statuses(GUIDE) == [304]
    wanted.site.pages[GUIDE] = article("市政府召开第1次常务会议研究工作", more="<h2 id='b'>二</h2>")
    wanted.inspect(night=2)
    told = _told(wanted)
    assert not told[f"{GUIDE}#b"].open, "it is there now"
    assert told[f"{GUIDE}#a"].open


def test_switched_off_it_tells_nothing_and_leaves_open_what_is(wanted: Office) -> None:
    wanted.inspect()
    wanted.crawl["check_fragments"] = False
    wanted.inspect(night=1)
    told = _told(wanted)
    assert len(told) == 2
    assert all(record.open for record in told.values()), "not looked at is not corrected"


def test_by_default_nothing_is_told(office: Office) -> None:
    office.site.pages[HOME + "zwyw/2.html"] = article(
        "市政府召开第2次常务会议研究工作", more="<a href='#d'>本页</a>"
    )
    office.inspect()
    assert not _told(office)


def test_a_page_that_was_not_read_is_not_known() -> None:
    from govcrawl.model import Evidence
    from govcrawl.pages.fragments import PartLink

    parts = Parts(lambda url: True)
    link = PartLink(url="http://a.example.gov.cn/x", part="a", text="", evidence=Evidence())
    broken = replace(link, url="http://a.example.gov.cn/broken")
    parts.add(("http://a.example.gov.cn/", "http://a.example.gov.cn/"), ("b",), [link, broken])
    parts.add(("http://a.example.gov.cn/broken", "http://a.example.gov.cn/broken"), None, [])
    assert [reading.there for reading in parts.readings()] == [None, None]
