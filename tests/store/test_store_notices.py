"""Correction notices in the store, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from store_samples import crawl, key, night, outcome, seen

from govcrawl.model import Notice, NoticeItem, Status
from govcrawl.store import ActionRefused, Event, Store

NOW = night(1)
DUE = NOW + timedelta(days=5)
SUBJECTS = ("http://a.example.com/1", "http://a.example.com/2")
FACTS = Notice(
    number="",
    unit="jyj",
    issued=NOW,
    document_number="示政办函〔2026〕1号",
    signer="李某",
    dated=date(2026, 11, 17),
)


def _items(*subjects: str, due: datetime = DUE) -> list[NoticeItem]:
    return [NoticeItem(fingerprint=key(subject), deadline=due) for subject in subjects]


def _issue(store: Store, *subjects: str, year: int = 2026) -> Notice:
    return store.issue_notice("jyj", _items(*subjects), FACTS, year=year, who="张某", now=NOW)


@pytest.fixture
def told(store: Store) -> Store:
    """A store with two confirmed findings."""
    crawl(store, night(0), outcome(*(seen(subject) for subject in SUBJECTS)))
    return store


def test_a_notice_notifies_its_findings_and_keeps_what_it_says(told: Store) -> None:
    notice = _issue(told, *SUBJECTS)
    assert told.notices() == [notice]
    assert (notice.number, notice.signer, notice.dated) == ("2026-001", "李某", date(2026, 11, 17))
    for record, subject in zip(told.notice_findings("2026-001"), SUBJECTS, strict=True):
        assert record.fingerprint == key(subject)
        assert (record.status, record.notice, record.deadline) == (Status.NOTIFIED, "2026-001", DUE)
        last = told.history(record.fingerprint)[-1]
        assert (last.event, last.who) == (Event.NOTIFY, "张某")
        assert "2026-001" in (last.reason or "")


def test_numbers_go_on_within_a_year_and_begin_anew_with_the_next(told: Store) -> None:
    assert [_issue(told, SUBJECTS[0]).number, _issue(told, SUBJECTS[1]).number] == ["2026-001", "2026-002"]
    told.act(key(SUBJECTS[0]), Event.CLOSE, who="张某", reason="已办", now=NOW)
    told.act(key(SUBJECTS[0]), Event.REOPEN, who="张某", reason="未改", now=NOW)
    assert _issue(told, SUBJECTS[0], year=2027).number == "2027-001"


def test_a_finding_stands_in_one_notice_though_two_people_issue_at_once(told: Store) -> None:
    _issue(told, SUBJECTS[0])
    with pytest.raises(ActionRefused, match=r"已列入整改通知单（编号:2026-001）"):
        _issue(told, *SUBJECTS)
    assert [notice.number for notice in told.notices()] == ["2026-001"]


def test_a_finding_that_can_not_be_notified_leaves_no_notice(told: Store) -> None:
    told.act(key(SUBJECTS[1]), Event.DISMISS, who="张某", reason="误报", now=NOW)
    with pytest.raises(ActionRefused, match="不能列入整改通知单"):
        _issue(told, *SUBJECTS)
    assert told.notices() == []
    first = told.finding(key(SUBJECTS[0]))
    assert first is not None
    assert first.status is Status.CONFIRMED, (
        "a notice that failed must not have notified half of its findings"
    )


@pytest.mark.parametrize(
    ("items", "who", "said"),
    [
        ([], "张某", "没有问题"),
        (_items("http://unknown.example.com/"), "张某", "没有编号"),
        (_items(SUBJECTS[0]), " ", "经办人"),
    ],
)
def test_what_is_no_notice_is_refused(told: Store, items: list[NoticeItem], who: str, said: str) -> None:
    with pytest.raises(ActionRefused, match=said):
        told.issue_notice("jyj", items, FACTS, year=2026, who=who, now=NOW)


def test_deadlines_run_from_the_day_it_was_sent_save_for_what_was_answered(told: Store) -> None:
    _issue(told, *SUBJECTS)
    told.act(key(SUBJECTS[1]), Event.REPLY, who="李某", reason="已改", now=NOW + timedelta(hours=1))
    later = DUE + timedelta(days=3)
    notice = told.notice_sent(
        "2026-001",
        channel="OA",
        at=NOW + timedelta(days=2),
        deadlines={item.fingerprint: item for item in _items(*SUBJECTS, due=later)},
        who="张某",
        now=NOW + timedelta(days=2),
    )
    assert (notice.channel, notice.sent) == ("OA", NOW + timedelta(days=2))
    first, second = told.notice_findings("2026-001")
    assert (first.status, first.deadline) == (Status.NOTIFIED, later)
    assert (second.status, second.deadline) == (Status.REPLIED, DUE), "what was answered keeps its deadline"


def test_an_unknown_notice_is_said(told: Store) -> None:
    with pytest.raises(ActionRefused, match="没有编号为“2026-009”"):
        told.notice_findings("2026-009")
    with pytest.raises(ActionRefused, match="没有编号为“2026-009”"):
        told.notice_sent("2026-009", channel="OA", at=NOW, deadlines={}, who="张某", now=NOW)
    assert told.notices(numbers=["2026-009"]) == []


def test_a_reminder_is_noted(told: Store) -> None:
    _issue(told, SUBJECTS[0])
    told.notices_reminded(["2026-001"], now=DUE)
    assert told.notices()[0].reminded == DUE.astimezone(UTC)


def test_a_second_channel_on_the_same_day_is_no_second_step(told: Store) -> None:
    _issue(told, *SUBJECTS)
    items = {item.fingerprint: item for item in _items(*SUBJECTS, due=DUE + timedelta(days=1))}

    def send(channel: str) -> Notice:
        return told.notice_sent(
            "2026-001", channel=channel, at=NOW, deadlines=items, who="张某", now=NOW + timedelta(hours=1)
        )

    send("邮件")
    steps = len(told.history(key(SUBJECTS[0])))
    assert send("OA").channel == "邮件、OA"
    assert send("OA").channel == "邮件、OA"
    assert len(told.history(key(SUBJECTS[0]))) == steps
