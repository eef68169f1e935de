"""Making, upgrading, copying and refusing databases."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text
from store_samples import CITY, START, crawl, night, outcome, seen

from govcrawl.store import (
    SchemaTooNew,
    SchemaTooOld,
    Store,
    StoreDamaged,
    StoreError,
    StoreUnavailable,
    copies,
    schema,
)
from govcrawl.store.engine import connect, parse_url, writer
from govcrawl.store.tables import Base


def _go_back(url: str, revision: str) -> None:
    """Makes the database one of an earlier program."""
    engine = connect(parse_url(url))
    with writer(engine).begin() as connection:
        command.downgrade(schema.configuration(connection), revision)
    engine.dispose()


@pytest.fixture
def newer_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Puts a further migration behind the shipped ones, as the next version will have it."""
    folder = tmp_path / "migrations"
    shutil.copytree(schema.MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "versions" / "9999_next.py").write_text(
        "from alembic import op\nimport sqlalchemy as sa\n"
        f"revision = '9999'\ndown_revision = '{schema.head()}'\n"
        "def upgrade():\n    op.add_column('units', sa.Column('motto', sa.Text(), nullable=True))\n"
        "def downgrade():\n    op.drop_column('units', 'motto')\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(schema, "MIGRATIONS", folder)
    return "9999"


def test_tables_are_what_the_migrations_make(url: str) -> None:
    Store.open(url, now=START).close()
    engine = connect(parse_url(url))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        difference = compare_metadata(context, Base.metadata)
    engine.dispose()
    assert difference == [], f"tables.py and migrations/ do not agree: {difference}"


def test_migrations_can_be_taken_back_and_made_again(url: str) -> None:
    Store.open(url, now=START).close()
    _go_back(url, "base")
    assert schema.current(url) is None
    schema.upgrade(url, now=START)
    assert schema.current(url) == schema.head()


def test_opening_makes_an_empty_database_and_its_folder(sqlite_url: str, tmp_path: Path) -> None:
    with Store.open(sqlite_url, now=START) as store:
        assert store.runs() == []
    assert (tmp_path / "var" / "govcrawl.db").is_file()
    assert list((tmp_path / "var").glob("*.bak")) == [], "a new database needs no backup"


def test_an_older_sqlite_database_is_copied_then_upgraded(sqlite_url: str, tmp_path: Path) -> None:
    with Store.open(sqlite_url, now=START) as store:
        store.save_registry(CITY, now=START)
        crawl(store, START, outcome(seen()))
    _go_back(sqlite_url, "0001")
    with Store.open(sqlite_url, now=night(1)) as store:
        assert store.registry() == CITY
        assert len(store.findings()) == 1
    assert schema.current(sqlite_url) == schema.head()
    copies = [path.name for path in (tmp_path / "var").glob("*.bak")]
    assert copies == ["govcrawl.db.0001.20261117T140000Z.bak"], "named by revision and time"
    copy = f"sqlite:///{tmp_path}/var/{copies[0]}"
    assert schema.current(copy) == "0001", "the copy is the database before the upgrade"
    with sqlite3.connect(tmp_path / "var" / copies[0]) as database:
        assert database.execute("SELECT count(*) FROM findings").fetchone() == (1,)
    assert (tmp_path / "var" / copies[0]).stat().st_mode & 0o077 == 0, "a copy is for its owner only"


def test_an_older_postgresql_database_waits_for_a_person(postgresql_url: str) -> None:
    Store.open(postgresql_url, now=START).close()
    _go_back(postgresql_url, "0001")
    with pytest.raises(SchemaTooOld, match="govcrawl db upgrade"):
        Store.open(postgresql_url, now=START)
    assert schema.current(postgresql_url) == "0001", "refusing must not upgrade"
    assert schema.upgrade(postgresql_url, now=START) is None
    Store.open(postgresql_url, now=START).close()


def test_a_newer_database_is_refused_and_left_alone(
    url: str, newer_program: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Store.open(url, now=START).close()
    assert schema.current(url) == newer_program
    monkeypatch.undo()
    with pytest.raises(SchemaTooNew, match=newer_program):
        Store.open(url, now=START)
    with pytest.raises(SchemaTooNew):
        schema.upgrade(url, now=START)
    assert schema.current(url) == newer_program


def test_an_upgrade_that_fails_changes_nothing(
    sqlite_url: str, newer_program: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.undo()
    with Store.open(sqlite_url, now=START) as store:
        store.save_registry(CITY, now=START)
    monkeypatch.setattr(schema, "MIGRATIONS", tmp_path / "migrations")
    broken = tmp_path / "migrations" / "versions" / "9999_next.py"
    broken.write_text(
        broken.read_text(encoding="utf-8").replace(
            "\ndef downgrade", "\n    op.execute('NONSENSE')\ndef downgrade"
        ),
        encoding="utf-8",
    )
    with pytest.raises(StoreError):
        Store.open(sqlite_url, now=night(1))
    monkeypatch.undo()
    with Store.open(sqlite_url, now=START) as store:
        assert store.registry() == CITY, "a half-made upgrade must be rolled back whole"


def test_several_openers_of_an_older_database_copy_it_once(sqlite_url: str, tmp_path: Path) -> None:
    with Store.open(sqlite_url, now=START) as store:
        store.save_registry(CITY, now=START)
    _go_back(sqlite_url, "0001")
    assert _open_at_once(sqlite_url) == []
    (copy,) = (tmp_path / "var").glob("*.bak")
    assert schema.current(f"sqlite:///{copy}") == "0001", "not a copy of what was upgraded already"
    assert list((tmp_path / "var").glob("*.part")) == []


def test_several_openers_of_an_empty_database_make_it_once(url: str) -> None:
    assert _open_at_once(url) == []
    assert schema.current(url) == schema.head()


def _open_at_once(url: str) -> list[BaseException]:
    errors: list[BaseException] = []

    def open_it() -> None:
        try:
            Store.open(url, now=START).close()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=open_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def test_a_damaged_database_is_restored_from_a_copy(sqlite_url: str, tmp_path: Path) -> None:
    path = tmp_path / "var" / "govcrawl.db"
    with Store.open(sqlite_url, now=START) as store:
        store.save_registry(CITY, now=START)
        for number in range(20):
            crawl(store, night(number), outcome(*(seen(f"http://x.example.com/{n}") for n in range(20))))
    assert copies.problems(sqlite_url) == []
    copy = copies.backup(sqlite_url, tmp_path / "copy.bak")
    damaged = bytearray(path.read_bytes())
    damaged[8192:-8192] = b"\xff" * (len(damaged) - 16384)
    path.write_bytes(damaged)
    assert copies.problems(sqlite_url)
    with pytest.raises(StoreDamaged, match="restore"), Store.open(sqlite_url, now=START) as store:
        store.findings()
    aside = copies.restore(sqlite_url, copy, now=night(30))
    assert aside is not None
    assert aside.read_bytes() == damaged, "what stood there is kept"
    with Store.open(sqlite_url, now=START) as store:
        assert store.registry() == CITY
        assert len(store.findings()) == 20
    assert copy.is_file()


def test_only_a_sound_copy_of_ours_is_put_back(sqlite_url: str, tmp_path: Path) -> None:
    with Store.open(sqlite_url, now=START) as store:
        store.save_registry(CITY, now=START)
    (tmp_path / "text.bak").write_text("不是数据库" * 500, encoding="utf-8")
    with sqlite3.connect(tmp_path / "foreign.bak") as database:
        database.execute("CREATE TABLE invoices (id INTEGER)")
    for name, kind in (
        ("text.bak", StoreDamaged),
        ("foreign.bak", StoreDamaged),
        ("none.bak", StoreUnavailable),
    ):
        with pytest.raises(kind):
            copies.restore(sqlite_url, tmp_path / name, now=START)
    with Store.open(sqlite_url, now=START) as store:
        assert store.registry() == CITY
    for work in (
        copies.problems,
        lambda url: copies.backup(url, tmp_path / "x"),
        lambda url: copies.restore(url, tmp_path / "x", now=START),
    ):
        with pytest.raises(StoreError, match="PostgreSQL"):
            work("postgresql://govcrawl:secret@db/x")


def test_backup_while_a_transaction_is_open(sqlite_url: str, tmp_path: Path) -> None:
    with Store.open(sqlite_url, now=START) as store:
        store.save_registry(CITY, now=START)
        engine = connect(parse_url(sqlite_url))
        with writer(engine).begin() as connection:
            connection.execute(text("UPDATE units SET name = '未提交'"))
            schema.backup(sqlite_url, tmp_path / "copy" / "a.bak")
        engine.dispose()
    with Store.open(f"sqlite:///{tmp_path}/copy/a.bak", now=START) as copy:
        assert copy.registry() == CITY, "a backup holds what was committed, and nothing else"
    assert [path.name for path in (tmp_path / "copy").glob("*.part")] == []


@pytest.mark.parametrize(
    ("address", "kind", "word"),
    [
        ("nonsense", StoreError, "格式不正确"),
        ("mysql://root:secret@db/x", StoreError, "mysql"),
        ("sqlite://", StoreError, "文件路径"),
        ("sqlite:///:memory:", StoreError, "文件路径"),
        ("postgresql://govcrawl:secret@127.0.0.1:1/x", StoreUnavailable, "127.0.0.1:1"),
        ("postgresql+psycopg://govcrawl:secret@/x?host=/nowhere&password=secret", StoreUnavailable, "x"),
        ("sqlite:////proc/nowhere/govcrawl.db", StoreUnavailable, "/proc/nowhere"),
    ],
)
def test_a_database_that_cannot_be_opened_is_one_clear_line(
    address: str, kind: type[StoreError], word: str
) -> None:
    with pytest.raises(kind) as caught:
        Store.open(address, now=START)
    line = str(caught.value)
    assert word in line
    assert "\n" not in line
    assert "secret" not in line, "a password must never be printed"


def test_without_create_a_missing_database_is_an_error(url: str, tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable):
        Store.open(url, now=START, create=False)
    assert not (tmp_path / "var").exists()


def test_a_file_that_is_no_database(sqlite_url: str, tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "govcrawl.db").write_text("这不是数据库。" * 1000, encoding="utf-8")
    with pytest.raises(StoreDamaged, match="govcrawl db restore"):
        Store.open(sqlite_url, now=START)


def test_tables_of_another_program_are_left_alone(sqlite_url: str, tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    with sqlite3.connect(tmp_path / "var" / "govcrawl.db") as database:
        database.execute("CREATE TABLE invoices (id INTEGER)")
    with pytest.raises(SchemaTooNew, match="其他程序"):
        Store.open(sqlite_url, now=START)


def test_sqlite_is_set_as_promised(sqlite_url: str) -> None:
    Store.open(sqlite_url, now=START).close()
    engine = connect(parse_url(sqlite_url))
    with engine.connect() as connection:
        settings = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "foreign_keys", "synchronous")
        }
    engine.dispose()
    assert settings == {"journal_mode": "wal", "foreign_keys": 1, "synchronous": 2}
