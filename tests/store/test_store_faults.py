"""What surrounds the store fails: one clear line, and what was stored stays."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import StatementError
from store_samples import CITY, HOME, START, begin, crawl, night, outcome, page, seen

from govcrawl.store import Store, StoreUnavailable, engine
from govcrawl.store.engine import connect, parse_url, writer


def test_a_full_disk_loses_only_what_was_not_stored(sqlite_url: str) -> None:
    with Store.open(sqlite_url, now=START) as store:
        store.save_registry(CITY, now=START)
        run = begin(store, START)
        store.record_pages(run, [page(HOME)], START)
        with store._engine.connect() as connection:
            size = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {size + 10}")
        with pytest.raises(StoreUnavailable, match="磁盘空间不足"):
            store.record_pages(run, [page(f"{HOME}{n}", readings=b"x" * 10_000) for n in range(50)], START)
        with pytest.raises(StoreUnavailable):
            store.finish_run(run, outcome(*(seen(f"{HOME}{n}") for n in range(500))), now=night(1))
        assert store.run(run).ended is None  # type: ignore[union-attr]
        assert store.findings() == []
        with store._engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count = 100000")
        assert len(store.finish_run(run, outcome(seen()), now=night(1))) == 1
        assert store.run(run).pages == 10  # type: ignore[union-attr]


def test_a_lock_that_others_hold_too_long_is_said(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    Store.open(sqlite_url, now=START).close()
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.1)
    other = connect(parse_url(sqlite_url))
    with Store.open(sqlite_url, now=START) as store, writer(other).begin():
        with pytest.raises(StoreUnavailable, match="占用"):
            store.save_registry(CITY, now=START)
        assert store.runs() == [], "readers do not wait for writers"
    other.dispose()


def test_a_server_that_was_restarted_is_connected_to_again(postgresql_url: str) -> None:
    with Store.open(postgresql_url, now=START) as store:
        crawl(store, START, outcome(seen()))
        admin = create_engine(postgresql_url, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE pid <> pg_backend_pid() AND datname = current_database()"
                )
            )
        admin.dispose()
        assert len(store.findings()) == 1


def test_a_moment_without_a_zone_is_refused(store: Store) -> None:
    # A fault of the caller, not of the surroundings: no StoreError, and no values in the message.
    with pytest.raises(StatementError, match="zone") as caught:
        begin(store, START.replace(tzinfo=None), profile="秘密")
    assert "秘密" not in str(caught.value)
    assert store.runs() == []


def test_the_database_file_vanishes(sqlite_url: str, tmp_path: Path) -> None:
    with Store.open(sqlite_url, now=START) as store:
        store.close()
        for path in (tmp_path / "var").iterdir():
            path.unlink()
        (tmp_path / "var").rmdir()
        with pytest.raises(StoreUnavailable, match="无法打开"):
            store.registry()
