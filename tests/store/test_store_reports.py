"""Reports in the store, on both databases: one draft a period, and what was issued stays as it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from govcrawl.model import ReportKind, ReportRecord
from govcrawl.store import ActionRefused, Store

NOW = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)
NOVEMBER = ReportRecord(
    id=0,
    kind=ReportKind.MONTHLY,
    period="2026-11",
    made=NOW,
    numbers={"due": 3, "units": [{"unit": "市教育局"}]},
)
FILES = (("reports/issued/a.html", "ab" * 32),)


def test_a_period_has_one_draft_and_its_last_state_counts(store: Store) -> None:
    first = store.draft_report(NOVEMBER)
    again = store.draft_report(replace(NOVEMBER, made=NOW + timedelta(hours=1), numbers={"due": 4}))
    assert (again.id, again.version, again.numbers) == (first.id, 1, {"due": 4})
    assert store.reports() == [again]
    assert store.issued_report(ReportKind.MONTHLY, "2026-11") is None, "a draft is not in force"


def test_what_was_issued_stays_and_the_next_draft_is_another_version(store: Store) -> None:
    draft = store.draft_report(NOVEMBER)
    told = replace(
        draft, who="张某", number="示政办发〔2026〕9号", signer="李某", dated=date(2026, 12, 2), files=FILES
    )
    issued = store.issue_report(told, now=NOW + timedelta(hours=2))
    assert issued == replace(told, issued=NOW + timedelta(hours=2))
    with pytest.raises(ActionRefused, match="已经定稿"):
        store.issue_report(issued, now=NOW)
    second = store.draft_report(replace(NOVEMBER, made=NOW + timedelta(days=1), numbers={"due": 9}))
    assert (second.version, second.id != issued.id) == (2, True)
    assert store.issued_report(ReportKind.MONTHLY, "2026-11") == issued
    store.issue_report(second, now=NOW + timedelta(days=1))
    in_force = store.issued_report(ReportKind.MONTHLY, "2026-11")
    assert in_force is not None
    assert in_force.version == 2
    assert store.report_called(issued.id) == issued, "the old version is kept as it was"


def test_public_and_internal_papers_and_other_periods_are_apart(store: Store) -> None:
    quarter = replace(NOVEMBER, kind=ReportKind.QUARTERLY, period="2026-Q4")
    ids = {
        store.draft_report(one).id
        for one in (NOVEMBER, quarter, replace(quarter, public=True), replace(NOVEMBER, period="2026-10"))
    }
    assert len(ids) == 4
    assert len(store.reports([ReportKind.QUARTERLY])) == 2


def test_a_draft_that_was_made_anew_meanwhile_is_not_issued(store: Store) -> None:
    seen = store.draft_report(NOVEMBER)
    store.draft_report(replace(NOVEMBER, made=NOW + timedelta(minutes=1)))
    with pytest.raises(ActionRefused, match="重新编制"):
        store.issue_report(seen, now=NOW)
    with pytest.raises(ActionRefused, match="没有编号为"):
        store.issue_report(replace(seen, id=999), now=NOW)
