"""The spider beside its inspection: signs of life, and a store that fails."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest

from govcrawl.store import RunClosed, StoreError
from spiders import site
from spiders.site import SiteSpider


class FailingStore:
    """Answers each sign of life with the next of its errors."""

    def __init__(self, *errors: StoreError | None) -> None:
        self.errors = list(errors)
        self.aborted: list[str] = []

    def heartbeat(self, run: int, now: object) -> None:
        if error := self.errors.pop(0):
            raise error

    def abort_run(self, run: int, reason: str, now: object) -> None:
        self.aborted.append(reason)

    def close(self) -> None:
        pass


def spider(store: FailingStore) -> SiteSpider:
    class FakeJob:
        pass

    job: Any = FakeJob()
    job.store = store
    return SiteSpider(job, 7)


def test_a_busy_database_does_not_end_the_signs_of_life(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A run that falls silent is taken over by the next one after ten minutes."""
    monkeypatch.setattr(site, "_HEARTBEAT", 0.0)
    store = FailingStore(None, StoreError("数据库忙。"), None, RunClosed("第 7 次巡查已被接管。"))
    asyncio.run(asyncio.wait_for(spider(store)._beat(), 10))
    assert store.errors == [], "it must go on after an error, and end only where the run was taken over"
    assert "数据库忙。" in caplog.text


def test_a_store_that_fails_ends_the_run_with_one_line(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    store = FailingStore()
    tested = spider(store)

    async def fail() -> None:
        raise StoreError("磁盘已满，数据库无法写入。")

    async def findings() -> list[dict[str, object]]:
        return [item async for item in tested.start()]

    monkeypatch.setattr(tested, "_inspect", fail)
    with caplog.at_level(logging.ERROR):
        assert asyncio.run(findings()) == []
        tested.closed("finished")
    assert [(record.getMessage(), record.exc_info) for record in caplog.records] == [
        ("磁盘已满，数据库无法写入。", None)
    ]
    assert tested.exit_status == 3
    assert store.aborted == ["巡查被中断（finished）"]
