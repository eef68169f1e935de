"""Findings over runs: what becomes of them, on both databases."""

from __future__ import annotations

import json
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from store_samples import DEAD, HOME, LINK_RULE, START, begin, crawl, key, night, outcome, seen

from govcrawl.model import Finding, Origin, RunResult, Severity, Status
from govcrawl.store import (
    ActionRefused,
    Event,
    FindingReported,
    FingerprintUnclear,
    RunClosed,
    Store,
    lifecycle,
)
from govcrawl.store.engine import connect, parse_url, writer

OTHER = "http://other.example.com/b"


def status_of(store: Store, subject: str = DEAD) -> Status:
    found = store.finding(key(subject))
    assert found is not None
    return found.status


def test_a_run_returns_its_findings_as_they_stand(store: Store) -> None:
    (record,) = crawl(
        store, START, outcome(seen(more_pages=(HOME + "b",), occurrences=2, on_home=True, external=True))
    )
    assert record.fingerprint == key()
    assert (record.status, record.check, record.rule) == (Status.CONFIRMED, "dead_links", "link-broken")
    assert (record.severity, record.points, record.profile) == (Severity.PROBLEM, 0.5, "tongliao-2023")
    assert (record.basis, record.fix) == (LINK_RULE.basis, LINK_RULE.fix)
    assert (record.site, record.unit, record.sponsor) == ("portal", "jyj", "zfb")
    assert (record.page, record.target, record.occurrences, record.more_pages) == (
        HOME,
        DEAD,
        2,
        (HOME + "b",),
    )
    assert (record.on_home, record.external) == (True, True)
    assert record.detail == {"cause": "http", "status": 404}
    assert (record.evidence.snippet, record.evidence.line) == ("<a href>示例</a>", 12)
    assert record.first_seen == record.last_seen == record.status_since == START
    assert record.run == store.runs()[0].run
    assert store.findings() == [record] == [store.finding(key()[:8])]


def test_the_first_failed_try_is_when_it_was_first_seen(store: Store) -> None:
    earlier = START - timedelta(hours=3)
    (record,) = crawl(store, START, outcome(seen(seen_at=earlier)))
    assert (record.first_seen, record.last_seen) == (earlier, START)


def test_suspected_then_sure_then_right_then_back(store: Store) -> None:
    crawl(store, night(0), outcome(seen(certain=False)))
    assert status_of(store) is Status.SUSPECTED
    (record,) = crawl(store, night(1), outcome(seen()))
    assert (record.status, record.first_seen, record.last_seen) == (Status.CONFIRMED, night(0), night(1))
    assert crawl(store, night(2), outcome()) == []
    record = store.findings()[0]
    assert (record.status, record.was_confirmed, record.reason) == (
        Status.CORRECTED,
        True,
        "复查正常，予以销号。",
    )
    (record,) = crawl(store, night(3), outcome(seen()))
    assert (record.status, record.recurred, record.reason) == (Status.CONFIRMED, True, "销号后再次出现。")
    assert [(t.event, t.before, t.after) for t in store.history(key())] == [
        (Event.SEEN_UNCERTAIN, None, Status.SUSPECTED),
        (Event.SEEN_CERTAIN, Status.SUSPECTED, Status.CONFIRMED),
        (Event.SEEN_RIGHT, Status.CONFIRMED, Status.CORRECTED),
        (Event.SEEN_CERTAIN, Status.CORRECTED, Status.CONFIRMED),
    ]


def test_a_lifted_suspicion_can_be_told_from_a_correction(store: Store) -> None:
    crawl(store, night(0), outcome(seen(certain=False)))
    crawl(store, night(1), outcome())
    (record,) = store.findings()
    assert (record.status, record.was_confirmed, record.reason) == (
        Status.CORRECTED,
        False,
        "复查正常，疑似问题排除。",
    )


@pytest.mark.parametrize(
    "second",
    [
        outcome(complete=False),
        outcome(rules=frozenset({"column-stale"})),
        outcome(asked=frozenset({HOME + "b"})),
        outcome(unsettled=frozenset({DEAD})),
        outcome(pages=4),
    ],
    ids=["incomplete", "rule not judged", "page not asked", "target unsettled", "under half of the pages"],
)
def test_what_a_run_did_not_see_is_not_corrected(store: Store, second: object) -> None:
    crawl(store, night(0), outcome(seen()))
    crawl(store, night(1), second)  # type: ignore[arg-type]
    assert status_of(store) is Status.CONFIRMED
    assert len(store.history(key())) == 1, "what was not judged leaves no line"


def test_a_small_run_is_partial_and_says_why_and_a_second_one_is_believed(store: Store) -> None:
    crawl(store, night(0), outcome(seen(), pages=100))
    # Neither a trial nor a broken-off run makes the site look smaller.
    crawl(store, night(0), outcome(pages=3), trial=True)
    crawl(store, night(0), outcome(pages=3, complete=False))
    crawl(store, night(1), outcome(pages=49))
    small = store.runs(limit=1)[0]
    assert small.result is RunResult.PARTIAL
    assert any("49" in line and "100" in line for line in small.limits_hit)
    assert status_of(store) is Status.CONFIRMED
    crawl(store, night(3), outcome(pages=48))
    assert store.runs(limit=1)[0].result is RunResult.COMPLETE, "a site that shrank stays small"
    assert status_of(store) is Status.CORRECTED


def test_an_unsure_sight_does_not_replace_the_proof_of_a_confirmed_finding(store: Store) -> None:
    crawl(store, night(0), outcome(seen()))
    (record,) = crawl(
        store, night(1), outcome(seen(certain=False, detail={"cause": "timeout"}, occurrences=7))
    )
    assert record.status is Status.CONFIRMED
    assert record.detail == {"cause": "http", "status": 404}
    assert (record.occurrences, record.last_seen) == (7, night(1))
    (record,) = crawl(store, night(2), outcome(seen(detail={"cause": "dns"})))
    assert record.detail == {"cause": "dns"}


def test_two_findings_with_one_fingerprint_are_one(store: Store) -> None:
    records = crawl(store, START, outcome(seen(certain=False), seen(certain=True), seen(OTHER)))
    assert [record.fingerprint for record in records] == [key(), key(OTHER)]
    assert records[0].status is Status.CONFIRMED


def test_a_dismissed_finding_stays_so_until_its_subject_changes(store: Store) -> None:
    crawl(store, night(0), outcome(seen(subject_state="http 404")))
    store.act(key(), Event.DISMISS, who="李某", reason="对方只拒绝机器访问", now=night(0))
    for number, state in ((1, "http 404"), (2, "")):
        (record,) = crawl(store, night(number), outcome(seen(subject_state=state)))
        assert record.status is Status.DISMISSED
    crawl(store, night(3), outcome())
    assert status_of(store) is Status.DISMISSED
    (record,) = crawl(store, night(4), outcome(seen(certain=False, subject_state="dns")))
    assert record.status is Status.SUSPECTED


def test_exempt_until_its_day(store: Store) -> None:
    crawl(store, night(0), outcome(seen()))
    store.act(key(), Event.EXEMPT, who="李某", reason="改版期间", now=night(0), exempt_until=night(5))
    (record,) = crawl(store, night(1), outcome(seen()))
    assert (record.status, record.exempt_until) == (Status.EXEMPT, night(5))
    assert store.pass_time(night(4)) == 0
    assert store.pass_time(night(5), site="jyj") == 0
    assert store.pass_time(night(5)) == 1
    assert status_of(store) is Status.CONFIRMED
    assert store.history(key())[-1].who == "", "the clock did it"


def test_a_run_ends_an_exemption_whose_day_has_come(store: Store) -> None:
    crawl(store, night(0), outcome(seen()))
    store.act(key(), Event.EXEMPT, who="李某", reason="改版期间", now=night(0), exempt_until=night(2))
    crawl(store, night(1), outcome())
    assert status_of(store) is Status.EXEMPT
    crawl(store, night(3), outcome(complete=False))
    assert status_of(store) is Status.CORRECTED, "it had been seen right while it was exempt"


def test_notice_reply_dispute_and_overdue(store: Store) -> None:
    crawl(store, night(0), outcome(seen()))
    record = store.act(
        key(), Event.NOTIFY, who="李某", reason="", now=night(0), deadline=night(5), notice="2026-012"
    )
    assert (record.status, record.deadline, record.notice) == (Status.NOTIFIED, night(5), "2026-012")
    store.act(key(), Event.REPLY, who="示例市教育局", reason="已修改", now=night(1))
    (record,) = crawl(store, night(2), outcome(seen()))
    assert (record.status, record.reason) == (Status.NOTIFIED, "反馈后复查，问题仍然存在。")
    assert store.pass_time(night(6)) == 1
    assert store.finding(key()).overdue  # type: ignore[union-attr]
    store.act(key(), Event.DISPUTE, who="示例市教育局", reason="可以打开", now=night(7))
    crawl(store, night(8), outcome())
    assert status_of(store) is Status.DISPUTED, "a dispute waits for a person"
    store.act(key(), Event.UPHOLD, who="李某", reason="仍打不开", now=night(9), deadline=night(12))
    assert (
        store.act(key(), Event.CLOSE, who="李某", reason="已修改", now=night(10)).status is Status.CORRECTED
    )
    assert [t.who for t in store.history(key())] == [
        "",
        "李某",
        "示例市教育局",
        "",
        "",
        "示例市教育局",
        "",
        "李某",
        "李某",
    ]


@pytest.mark.parametrize(
    ("event", "more", "word"),
    [
        (Event.UPHOLD, {}, "已核实"),
        (Event.SEEN_RIGHT, {}, "不能人工执行"),
        (Event.DISMISS, {"reason": " "}, "理由"),
        (Event.DISMISS, {"who": ""}, "经办人"),
        (Event.EXEMPT, {}, "截止日期"),
        (Event.EXEMPT, {"exempt_until": START}, "晚于"),
    ],
)
def test_refused_steps_say_why_and_change_nothing(
    store: Store, event: Event, more: dict[str, object], word: str
) -> None:
    crawl(store, START, outcome(seen()))
    before = (store.findings(), store.history(key()))
    with pytest.raises(ActionRefused, match=word):
        store.act(key(), event, **({"who": "李某", "reason": "理由", "now": START} | more))  # type: ignore[arg-type]
    assert (store.findings(), store.history(key())) == before


def test_a_fingerprint_may_be_shortened_as_long_as_it_is_clear(store: Store) -> None:
    subjects = [f"http://x{number}.example.com/" for number in range(40)]
    crawl(store, START, outcome(*(seen(subject) for subject in subjects)))
    keys = sorted(map(key, subjects))
    first = next(a for a, b in pairwise(keys) if a[0] == b[0])
    with pytest.raises(FingerprintUnclear, match=first[:1]):
        store.finding(first[:1])
    assert store.finding(keys[0].upper()) is not None
    for nothing in ("", "%", "_", "xyz", "'; DROP TABLE findings; --"):
        assert store.finding(nothing) is None
        assert store.history(nothing) == []
    with pytest.raises(ActionRefused, match="没有编号"):
        store.act("0" * 20, Event.CONFIRM, who="李某", reason="", now=START)


def test_a_trial_changes_no_registered_finding(store: Store) -> None:
    crawl(store, night(0), outcome(seen()))
    before = (store.findings(), store.history(key()))
    trial = begin(store, night(1), trial=True, as_of=night(-30).date())
    (record, other) = store.finish_run(trial, outcome(seen(certain=False), seen(OTHER)), now=night(1))
    assert (record.fingerprint, record.status, record.first_seen) == (key(), Status.SUSPECTED, night(1))
    crawl(store, night(2), outcome(), trial=True)
    assert (store.findings(), store.history(key())) == before
    assert store.finding(key(OTHER)) is None
    assert {f.fingerprint for f in store.findings(run=trial)} == {key(), key(OTHER)}
    assert len(store.findings(include_trials=True)) == 3
    assert [run.trial for run in store.runs()] == [True, True, False]
    assert [run.as_of for run in store.runs()] == [None, "2026-10-17", None]
    assert len(store.runs(trials=False)) == 1
    assert other.status is Status.CONFIRMED
    # Nor does a registered run touch what a trial found.
    (again,) = crawl(store, night(4), outcome(seen()))
    assert (again.first_seen, again.last_seen) == (night(0), night(4))
    assert [f.status for f in store.findings(run=trial)] == [record.status, other.status]
    assert {f.last_seen for f in store.findings(run=trial)} == {night(1)}
    # The same trial again is another run with findings of its own.
    assert len(crawl(store, night(3), outcome(seen()), trial=True)) == 1


def test_findings_by_unit_status_site_and_run(store: Store) -> None:
    first = begin(store, night(0))
    store.finish_run(first, outcome(seen(), seen(OTHER, certain=False)), now=night(0))
    crawl(store, night(1), outcome(seen()), site="jyj")
    assert len(store.findings(unit="jyj")) == 3
    assert store.findings(unit="zfb") == [], "the unit that answers, not the sponsor"
    assert [f.fingerprint for f in store.findings(site="portal", statuses={Status.SUSPECTED})] == [key(OTHER)]
    assert {f.fingerprint for f in store.findings(run=first)} == {key(), key(OTHER)}
    assert key() != key(site="jyj")


def test_as_it_stood_at_an_earlier_moment(store: Store) -> None:
    crawl(store, night(0), outcome(seen(certain=False, occurrences=1)))
    crawl(store, night(1), outcome(seen(occurrences=2), seen(OTHER)))
    crawl(
        store, night(2), outcome(seen(certain=False, occurrences=3, detail={"cause": "timeout"}), seen(OTHER))
    )
    expected = {2: store.findings()}
    store.act(
        key(), Event.NOTIFY, who="李某", reason="第一批", now=night(3), deadline=night(6), notice="2026-001"
    )
    expected[3] = store.findings()
    crawl(store, night(4), outcome(seen(OTHER)))
    expected[4] = store.findings()
    crawl(store, night(5), outcome(seen(), seen(OTHER, occurrences=9, detail={"cause": "dns"})))
    expected[5] = store.findings()
    for number, records in expected.items():
        at = night(number) + timedelta(hours=1)
        rebuilt = {f.fingerprint: f for f in store.findings(at=at)}
        for record in records:
            past = rebuilt[record.fingerprint]
            for name in (
                "status",
                "status_since",
                "was_confirmed",
                "recurred",
                "deadline",
                "notice",
                "reason",
                "last_seen",
                "run",
                "detail",
            ):
                assert getattr(past, name) == getattr(record, name), f"{name} after night {number}"
    assert store.findings(at=START - timedelta(seconds=1)) == []
    assert [f.status for f in store.findings(at=night(0))] == [Status.SUSPECTED]
    assert {f.fingerprint: f.status for f in store.findings(at=night(4), statuses={Status.CORRECTED})} == {
        key(): Status.CORRECTED
    }


def test_the_clock_runs_in_the_past_too(store: Store) -> None:
    crawl(store, night(0), outcome(seen(), seen(OTHER)))
    store.act(key(), Event.EXEMPT, who="李某", reason="改版", now=night(1), exempt_until=night(3))
    store.act(key(OTHER), Event.NOTIFY, who="李某", reason="", now=night(1), deadline=night(3))
    at = {f.fingerprint: f for f in store.findings(at=night(2))}
    assert (at[key()].status, at[key(OTHER)].overdue) == (Status.EXEMPT, False)
    at = {f.fingerprint: f for f in store.findings(at=night(4))}
    assert (at[key()].status, at[key()].status_since) == (Status.CONFIRMED, night(3))
    assert at[key(OTHER)].overdue


def test_what_a_person_found_lives_the_same_life(store: Store) -> None:
    finding = Finding(
        rule="link-broken", subject=DEAD, page=HOME, title="群众反映打不开", certain=True, target=DEAD
    )
    reported = FindingReported(
        site="portal",
        finding=finding,
        check="dead_links",
        rule=LINK_RULE,
        origin=Origin.ERROR_REPORT,
        unit="jyj",
        deadline=night(3),
    )
    record = store.report(reported, who="王某", now=night(0))
    assert (record.status, record.origin, record.deadline, record.run) == (
        Status.CONFIRMED,
        Origin.ERROR_REPORT,
        night(3),
        None,
    )
    crawl(store, night(1), outcome())
    assert status_of(store) is Status.CONFIRMED
    assert store.finding(key()).reason == "复查正常，待人工确认。"  # type: ignore[union-attr]
    store.act(key(), Event.CLOSE, who="王某", reason="已看过", now=night(2))
    assert store.report(reported, who="王某", now=night(5)).recurred
    assert [f.status for f in store.findings(at=night(0))] == [Status.CONFIRMED]
    with pytest.raises(ActionRefused):
        store.report(reported, who=" ", now=night(6))


def test_what_the_machine_knew_and_a_person_reports_waits_for_a_person(store: Store) -> None:
    crawl(store, night(0), outcome(seen(certain=False)))
    reported = FindingReported(
        site="portal",
        finding=seen().finding,
        check="dead_links",
        rule=LINK_RULE,
        origin=Origin.SUPERIOR,
        deadline=night(9),
    )
    record = store.report(reported, who="王某", now=night(1))
    assert (record.status, record.origin, record.deadline) == (Status.CONFIRMED, Origin.SUPERIOR, night(9))
    assert (record.first_seen, record.unit) == (night(0), "jyj")
    crawl(store, night(2), outcome())
    assert status_of(store) is Status.CONFIRMED


def test_a_closed_or_unknown_run_writes_nothing(store: Store) -> None:
    run = begin(store, START)
    store.finish_run(run, outcome(), now=START)
    for number in (run, 999):
        with pytest.raises(RunClosed):
            store.finish_run(number, outcome(seen()), now=night(1))
        with pytest.raises(RunClosed):
            store.record_pages(number, [], night(1))
        with pytest.raises(RunClosed):
            store.heartbeat(number, night(1))
    assert store.findings() == []


def test_the_database_itself_guards_the_audit_trail(store: Store, url: str) -> None:
    crawl(store, START, outcome(seen()))
    engine = connect(parse_url(url))
    for statement in ("UPDATE transitions SET who = '某人'", "DELETE FROM transitions"):
        with pytest.raises(DBAPIError, match="insert-only"), writer(engine).begin() as connection:
            connection.execute(text(statement))
    engine.dispose()
    assert len(store.history(key())) == 1


def test_hostile_text_is_stored_and_bounded(store: Store) -> None:
    bad = "\x00\ud800<script>'; DROP TABLE findings; -- \u202e" + "长" * 100_000
    deep: object = 1
    for _ in range(100):
        deep = [deep]
    detail = {
        **{f"k{number}": bad for number in range(30)},
        "cause": "http",
        "deep": deep,
        "nan": float("nan"),
        "members": [key(str(number)) for number in range(10_000)],
        bad: 1,
    }
    finding = seen(subject=bad, page=bad, detail=detail, more_pages=tuple(bad for _ in range(100)))
    (record,) = crawl(store, START, outcome(finding, limits_hit=[bad], unverified=[{"url": bad}]))
    assert record.detail["truncated"] is True, "what was cut is said"
    assert record.detail["cause"] == "http", "the largest entries go first"
    assert record.detail["nan"] is None
    assert 10_000 < len(json.dumps(record.detail, ensure_ascii=False).encode()) < 40_000
    assert record.page.startswith("\ufffd?<script>")
    assert len(record.page) == 4_096
    assert len(record.more_pages) == 20
    assert store.findings()[0].page == record.page
    assert len(store.runs()[0].limits_hit[0]) == 4_000


def test_every_event_has_a_word_for_papers() -> None:
    assert all(event.zh for event in lifecycle.Event)
