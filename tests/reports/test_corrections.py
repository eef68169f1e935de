"""How findings were corrected in a month: counted by the program, and once more from the list of events."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from samples import REGISTRY

from govcrawl.model import (
    Evidence,
    Finding,
    Notice,
    NoticeItem,
    Origin,
    Rule,
    RunResult,
    Severity,
    Status,
    fingerprint,
)
from govcrawl.store import Event, FindingReported, FindingSeen, RunOutcome, RunScope, Store, this_owner
from reports.corrections import ErrorReports, by_unit, corrections_of, error_reports_of
from reports.periods import Month

HOME = "http://www.example.gov.cn/"
ZONE = "Asia/Shanghai"
NOVEMBER = Month(2026, 11)
FIRST, END = NOVEMBER.instants(ZONE)
RULES = {
    severity: Rule(code=f"rule-{severity}", title="示例", severity=severity, basis="依据", fix="更正")
    for severity in Severity
}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path}/office.db", now=FIRST - timedelta(days=90)) as opened:
        yield opened


def _key(subject: str, severity: Severity = Severity.PROBLEM) -> str:
    return fingerprint("portal", RULES[severity].code, subject)


def _seen(
    subject: str, unit: str = "jyj", severity: Severity = Severity.PROBLEM, *, certain: bool = True
) -> FindingSeen:
    rule = RULES[severity]
    finding = Finding(
        rule=rule.code,
        subject=subject,
        page=HOME,
        target=subject,
        title=subject,
        certain=certain,
        evidence=Evidence(),
    )
    return FindingSeen(
        finding=finding,
        check="example",
        rule=rule,
        unit=unit,
        sponsor="zfb",
        points=None,
        profile="p",
        subject_state="",
    )


def _night(store: Store, at: datetime, *found: FindingSeen) -> None:
    """A whole run that sees these, and everything else right."""
    run = store.begin_run(
        "portal", trial=False, as_of=None, profile="p", checks=("example",), now=at, owner=this_owner()
    )
    scope = RunScope(
        rules=frozenset(rule.code for rule in RULES.values()), pages=frozenset({HOME}), complete=True
    )
    store.finish_run(
        run, RunOutcome(pages=10, findings=found, scope=scope, result=RunResult.COMPLETE), now=at
    )


def _tell(store: Store, at: datetime, unit: str, *subjects: str, days: int = 5) -> None:
    items = [
        NoticeItem(fingerprint=_key(subject), deadline=at + timedelta(days=days)) for subject in subjects
    ]
    facts = Notice(number="", unit=unit, issued=at)
    store.issue_notice(unit, items, facts, year=at.year, who="张某", now=at)


def _numbers(store: Store, end: datetime = END):
    store.pass_time(end)
    return corrections_of(
        store.findings(at=FIRST), store.findings(at=end), store.trails(FIRST, end), FIRST, end
    )


def _day(number: int, hour: int = 2) -> datetime:
    return datetime(2026, 11, number, hour, tzinfo=UTC)


def test_found_told_answered_and_mended(store: Store) -> None:
    _night(store, _day(2), _seen("a"), _seen("b"))
    _tell(store, _day(3), "jyj", "a", "b")
    store.act(_key("a"), Event.REPLY, who="李某", reason="已改", now=_day(5))
    _night(store, _day(7), _seen("b"))
    numbers = _numbers(store)
    assert (numbers.due, numbers.corrected, numbers.open) == (2, 1, 1)
    assert (numbers.issued, numbers.answered, numbers.overdue) == (2, 1, 1)
    assert numbers.days == pytest.approx(4.0), "from the notice on the 3rd to the run of the 7th"


def test_what_stood_before_the_month_is_due_in_it(store: Store) -> None:
    _night(store, FIRST - timedelta(days=10), _seen("old"))
    _night(store, _day(9))
    numbers = _numbers(store)
    assert (numbers.due, numbers.corrected) == (1, 1)
    assert numbers.days == pytest.approx(18.4167, abs=0.01)


def test_what_was_mended_before_the_month_is_none_of_its_business(store: Store) -> None:
    _night(store, FIRST - timedelta(days=10), _seen("old"))
    _night(store, FIRST - timedelta(days=5))
    assert _numbers(store).due == 0
    assert _numbers(store).rate is None


def test_a_lifted_suspicion_is_no_correction(store: Store) -> None:
    _night(store, _day(2), _seen("a", certain=False))
    _night(store, _day(3))
    assert _numbers(store).due == 0


def test_hints_false_alarms_and_exempt_ones_are_not_due(store: Store) -> None:
    _night(store, _day(2), _seen("hint", severity=Severity.ADVICE), _seen("false"), _seen("exempt"))
    store.act(_key("false"), Event.DISMISS, who="张某", reason="误报", now=_day(3))
    store.act(
        _key("exempt"),
        Event.EXEMPT,
        who="张某",
        reason="已报备",
        now=_day(3),
        exempt_until=_day(3) + timedelta(days=90),
    )
    assert _numbers(store).due == 0


def test_mended_and_come_back_is_due_and_recurred_once(store: Store) -> None:
    for day, found in ((2, [_seen("a")]), (4, []), (6, [_seen("a")]), (8, []), (10, [_seen("a")])):
        _night(store, _day(day), *found)
    numbers = _numbers(store)
    assert (numbers.due, numbers.corrected, numbers.recurred) == (1, 0, 1)


def test_the_month_does_not_know_what_came_after_it(store: Store) -> None:
    _night(store, _day(28), _seen("a"))
    _night(store, END + timedelta(days=1))
    numbers = _numbers(store)
    assert (numbers.due, numbers.corrected) == (1, 0), "mended in December is still open in November's paper"


def test_disputed_ones_are_due_and_told_apart(store: Store) -> None:
    _night(store, _day(2), _seen("a"))
    _tell(store, _day(3), "jyj", "a", days=2)
    store.act(_key("a"), Event.DISPUTE, who="李某", reason="不认可", now=_day(4))
    numbers = _numbers(store)
    assert (numbers.due, numbers.disputed, numbers.overdue, numbers.answered) == (1, 1, 0, 1)


def test_error_reports_are_counted_by_their_three_days(store: Store) -> None:
    for number, answer in enumerate((_day(4), _day(9), None)):
        finding = Finding(rule="rule-problem", subject=f"r{number}", page=HOME, title="留言", certain=True)
        told = FindingReported(
            site="portal",
            finding=finding,
            check="example",
            rule=RULES[Severity.PROBLEM],
            unit="jyj",
            origin=Origin.ERROR_REPORT,
            deadline=_day(5),
        )
        record = store.report(told, who="张某", now=_day(2))
        if answer is not None:
            store.act(record.fingerprint, Event.CLOSE, who="张某", reason="已办", now=answer)
    found = error_reports_of(store.findings(at=END), store.trails(FIRST, END), FIRST, END)
    assert found == ErrorReports(received=3, true=3, answered=2, in_time=1)


@pytest.mark.parametrize("seed", range(4))
def test_a_simulated_quarter_is_counted_as_its_list_of_events_says(store: Store, seed: int) -> None:
    """Faults appear, are told, mended, come back: each month's numbers against a count over the events."""
    chance = random.Random(seed)
    units = {f"s{number}": chance.choice(["jyj", "xq", "zfb"]) for number in range(12)}
    broken: set[str] = set()
    events: list[tuple[datetime, str, str]] = []
    open_now: dict[str, bool] = {}  # by subject: does it stand verified
    told: set[str] = set()
    day = datetime(2026, 10, 1, 2, tzinfo=UTC)
    while day < datetime(2027, 1, 1, tzinfo=UTC):
        for subject in units:
            if chance.random() < 0.08:
                broken ^= {subject}
        _night(store, day, *(_seen(subject, units[subject]) for subject in sorted(broken)))
        for subject in units:
            if subject in broken and not open_now.get(subject):
                events.append((day, subject, "back" if subject in open_now else "found"))
                open_now[subject] = True
            elif subject not in broken and open_now.get(subject):
                events.append((day, subject, "mended"))
                open_now[subject] = False
                told.discard(subject)
        later = day + timedelta(hours=5)
        if day.weekday() == 0:
            for unit in ("jyj", "xq", "zfb"):
                new = sorted(s for s in broken if units[s] == unit and s not in told)
                if new:
                    _tell(store, later, unit, *new, days=3)
                    told |= set(new)
                    events += [(later, subject, "told") for subject in new]
        day += timedelta(days=2)
    for month in (Month(2026, 10), Month(2026, 11), Month(2026, 12)):
        first, end = month.instants(ZONE)
        found = by_unit(
            store.findings(at=first),
            store.findings(at=end),
            store.trails(first, end),
            first,
            end,
            {u.id for u in REGISTRY.units},
        )
        for unit in ("jyj", "xq", "zfb"):
            own = [event for event in events if units[event[1]] == unit]
            at_first = _standing(own, first)
            at_end = _standing(own, end)
            within = [event for event in own if first <= event[0] < end]
            due = at_first | {s for _, s, what in within if what in {"found", "back"}}
            numbers = found.get(unit)
            counted = (
                (0, 0, 0, 0)
                if numbers is None
                else (numbers.due, numbers.corrected, numbers.issued, numbers.recurred)
            )
            assert counted == (
                len(due),
                len(due - at_end),
                len({s for _, s, what in within if what == "told"}),
                len({s for _, s, what in within if what == "back"}),
            ), f"{month.zh}, {unit}: {within}"


def _standing(events: list[tuple[datetime, str, str]], moment: datetime) -> set[str]:
    standing: set[str] = set()
    for at, subject, what in events:
        if at < moment:
            if what in {"found", "back"}:
                standing.add(subject)
            elif what == "mended":
                standing.discard(subject)
    return standing


def test_closed_by_hand_counts_too(store: Store) -> None:
    _night(store, _day(2), _seen("a"))
    record = store.act(_key("a"), Event.CLOSE, who="张某", reason="现场查看", now=_day(3))
    assert record.status is Status.CORRECTED
    assert _numbers(store).corrected == 1
