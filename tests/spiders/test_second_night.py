"""A night costs what changed: unchanged pages are asked, not parsed, and judged all the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from govcrawl.model import (
    ArticleReading,
    ColumnReading,
    ColumnState,
    DateOrigin,
    FindingRecord,
    HomeReading,
    Kind,
    Link,
    ListItem,
    PublishedDate,
    SiteNames,
    Status,
)
from govcrawl.store import PageSeen
from spiders.facts import PageFacts, pack, unpack, version
from spiders.memory import BELIEVED, stored_of
from spiders.outcome import Outcome
from tests.spiders.conftest import HOME, NOON, Office, article

DEAD = HOME + "fj/gone.html"
STANDS_ON = HOME + "zwyw/2.html"


def of_rule(outcome: Outcome, rule: str) -> list[FindingRecord]:
    return [record for record in outcome.records if record.rule == rule]


def told(outcome: Outcome) -> list[tuple[object, ...]]:
    """What a unit is told: everything but times and runs."""
    return sorted(
        (r.fingerprint, r.title, r.page, r.target, r.occurrences, r.evidence.snippet, r.evidence.selector)
        for r in outcome.records
    )


def test_unchanged_night_parses_nothing_and_finds_the_same(office: Office) -> None:
    first = office.inspect()
    assert first.parsed == 5
    assert [record.target for record in of_rule(first, "link-broken")] == [DEAD]
    second = office.inspect(night=1)
    assert (second.parsed, second.unchanged) == (0, 5), "a page that has not changed was parsed again"
    assert all(office.site.statuses(url) == [304] for url in office.site.pages), (
        "every page must be asked, conditionally and once"
    )
    assert told(second) == told(first), "the same faults must be told, with the same proof"
    assert second.run.pages == first.run.pages


def test_changed_page_alone_is_parsed(office: Office) -> None:
    office.inspect()
    office.site.pages[STANDS_ON] = article("市政府召开第2次常务会议研究工作")  # the link was taken out
    second = office.inspect(night=1)
    assert (second.parsed, second.unchanged) == (1, 4)
    (finding,) = office.store.findings(site="portal")
    assert finding.status is Status.CORRECTED, "its page was seen without the link"


def test_server_without_validators_is_told_by_the_hash(office: Office) -> None:
    office.site.validators = False
    first = office.inspect()
    second = office.inspect(night=1)
    assert second.parsed == 0, "the body is the stored one, byte for byte"
    assert told(second) == told(first)


def test_a_304_is_believed_for_seven_nights(office: Office) -> None:
    office.inspect()
    for night in range(1, 8):
        assert office.inspect(night=night).parsed == 0
    assert office.inspect(night=8).parsed == 5, "after a week every page is fetched whole"


def test_judging_runs_anew_on_kept_readings(office: Office) -> None:
    assert of_rule(office.inspect(), "column-stale") == []
    later = office.inspect(night=1, today=date(2026, 12, 20))
    assert later.parsed == 0
    assert [record.column for record in of_rule(later, "column-stale")] == [HOME + "zwyw/"]
    assert [record.rule for record in of_rule(later, "home-stale")] == ["home-stale"]


def test_new_fault_of_an_unchanged_page_is_proved(office: Office) -> None:
    """A link that dies overnight stands on a page that nobody parsed: its proof is fetched."""
    office.site.pages[DEAD] = article("附件说明")
    assert of_rule(office.inspect(), "link-broken") == []
    del office.site.pages[DEAD]
    (finding,) = of_rule(office.inspect(night=1), "link-broken")
    assert finding.page == STANDS_ON
    assert "附件说明" in finding.evidence.snippet
    assert finding.evidence.line


def facts(**more: object) -> PageFacts:
    link = Link(url=HOME + "a", raw="a", element="a", text="链接", line=3, index=0)
    base = PageFacts(url=HOME, title="示例", kind=Kind.OTHER, links=(link,), floating=(0,))
    return replace(base, **more)  # type: ignore[arg-type]  # facts of one test


def test_facts_survive_the_store() -> None:
    published = PublishedDate(date(2026, 11, 20), DateOrigin.SHOWN)
    full = facts(
        article=ArticleReading(url=HOME, title="题目", published=published),
        column=ColumnReading(url=HOME, state=ColumnState.READ, items=(ListItem(title="x", url=HOME),)),
        home=HomeReading(url=HOME, newest=date(2026, 11, 20)),
    )
    assert unpack(pack(full)) == full


@pytest.mark.parametrize("blob", [b"", b"junk", pack(facts())[:-5], b"x\x9cK\x04\x00\x00b\x00b"])
def test_what_can_not_be_read_is_read_anew(blob: bytes) -> None:
    assert unpack(blob) is None


def day(n: int) -> date:
    return date(2026, 11, n)


@pytest.mark.parametrize(
    ("more", "lasting"),
    [
        ({}, True),
        ({"kind": Kind.ARTICLE, "article": ArticleReading(url=HOME, title="x")}, False),
        (
            {
                "kind": Kind.ARTICLE,
                "article": ArticleReading(
                    url=HOME, title="x", published=PublishedDate(day(1), DateOrigin.SHOWN)
                ),
            },
            True,
        ),
        (
            {
                "kind": Kind.ARTICLE,
                "article": ArticleReading(
                    url=HOME, title="x", published=PublishedDate(day(1), DateOrigin.ROW)
                ),
            },
            False,
        ),
        ({"home": HomeReading(url=HOME)}, False),
        ({"home": HomeReading(url=HOME, lasting=True)}, True),
        ({"column": ColumnReading(url=HOME, state=ColumnState.EMPTY)}, True),
        ({"column": ColumnReading(url=HOME, state=ColumnState.NEEDS_RENDERING)}, False),
        (
            {
                "column": ColumnReading(
                    url=HOME, state=ColumnState.READ, items=(ListItem(title="x", url=HOME, day=day(1)),)
                )
            },
            True,
        ),
        (
            {
                "column": ColumnReading(
                    url=HOME, state=ColumnState.READ, items=(ListItem(title="x", url=HOME, latest=day(1)),)
                )
            },
            False,
        ),
        (
            {
                "column": ColumnReading(
                    url=HOME,
                    state=ColumnState.READ,
                    items=(ListItem(title="x", url=HOME, day=day(30), future=True),),
                )
            },
            False,
        ),
    ],
)
def test_only_what_reads_the_same_on_any_day_is_kept(more: dict[str, object], lasting: bool) -> None:
    assert facts(**more).lasting is lasting


def test_readings_of_another_reader_or_other_names_are_not_used() -> None:
    ours = version(SiteNames(own=("示例市人民政府",)))
    page = PageSeen(url=HOME, status=200, reader_version=ours, readings=pack(facts()), fetched_at=NOON)
    assert stored_of(page, NOON, ours) is not None
    assert stored_of(page, NOON, version(SiteNames(own=("示例市教育局",)))) is None
    assert stored_of(page, NOON + BELIEVED + timedelta(seconds=1), ours) is None
    assert stored_of(replace(page, readings=None), datetime(2026, 11, 25, tzinfo=UTC), ours) is None
