"""The connection to the database: SQLite or PostgreSQL, and what a transaction is on each.

SQLite: WAL on a local disk; every writing transaction opens with BEGIN IMMEDIATE (a deferred one
that reads and then writes fails at once when another process wrote in between, whatever the busy
timeout); `synchronous=FULL`, so that what was committed, and thus reported as done, outlives not
only a kill but a power cut. With batches of pages the price is a few dozen fsyncs a run.
PostgreSQL: reading transactions see one moment (REPEATABLE READ); writing ones lock their rows.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    IntegrityError,
    NoSuchModuleError,
    OperationalError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout

from govcrawl.store.errors import Conflict, StoreDamaged, StoreError, StoreUnavailable

BUSY_SECONDS = 30
"""How long a writer waits for others before it gives up."""
CONNECT_SECONDS = 10

_WRITES = "govcrawl_writes"


def parse_url(address: str) -> URL:
    """The address of a database that the store can work with.

    Raises:
        StoreError: it is no address, or of a kind that is not supported.
    """
    try:
        url = make_url(address)
    except ArgumentError:
        raise StoreError("数据库地址格式不正确，请检查 [database] url。") from None
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    if url.drivername not in {"sqlite", "sqlite+pysqlite", "postgresql+psycopg"}:
        raise StoreError(f"不支持的数据库类型：{url.drivername}（可用 sqlite 或 postgresql+psycopg）。")
    if url.get_backend_name() == "sqlite" and (url.database in {None, "", ":memory:"} or url.query):
        raise StoreError("SQLite 数据库须写明文件路径，例如 sqlite:///var/govcrawl.db。")
    return url


def sqlite_path(url: URL) -> Path | None:
    """The file of an SQLite address; None for PostgreSQL."""
    if url.get_backend_name() != "sqlite":
        return None
    return Path(url.database or "")


def shown(url: URL) -> str:
    """The address for messages, without its password."""
    path = sqlite_path(url)
    return str(path) if path is not None else url.set(query={}).render_as_string(hide_password=True)


def connect(url: URL) -> Engine:
    """An engine with the store's settings. Nothing is opened yet.

    Raises:
        StoreError: the driver is not installed.
    """
    options: dict[str, Any] = {
        "json_serializer": lambda value: json.dumps(value, ensure_ascii=False, allow_nan=False),
        "json_deserializer": json.loads,
        # Values hold what pages and people said; they have no place in a log.
        "hide_parameters": True,
    }
    local = url.get_backend_name() == "sqlite"
    if local:
        options["connect_args"] = {"timeout": BUSY_SECONDS}
    else:
        options["pool_pre_ping"] = True
        options["connect_args"] = {
            "connect_timeout": CONNECT_SECONDS,
            "options": f"-c timezone=UTC -c lock_timeout={BUSY_SECONDS * 1000}",
        }
    try:
        engine = create_engine(url, **options)
    except (ImportError, NoSuchModuleError):
        raise StoreError("缺少 PostgreSQL 驱动，请安装 govcrawl[postgresql]。") from None
    if local:
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def reader(engine: Engine) -> Engine:
    """The same pool, for transactions that only read and see one moment."""
    if engine.dialect.name == "sqlite":
        return engine.execution_options()
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def writer(engine: Engine) -> Engine:
    """The same pool, for transactions that write."""
    return engine.execution_options(**{_WRITES: True})


@contextmanager
def clear_errors(url: URL) -> Iterator[None]:
    """Turns what the drivers raise into one clear Chinese line.

    Raises:
        Conflict: another transaction was quicker.
        StoreDamaged: the SQLite file is no database or is damaged.
        StoreUnavailable: it can't be reached, is locked, read-only or full.
    """
    try:
        yield
    except IntegrityError as error:
        raise Conflict(f"写入内容与数据库中已有内容冲突，未写入：{shown(url)}。") from error
    except DBAPIError as error:
        raise _clear(url, error) from None
    except PoolTimeout:
        raise StoreUnavailable(f"数据库连接已用尽：{shown(url)}。") from None


def _clear(url: URL, error: DBAPIError) -> StoreError:
    where = shown(url)
    text = str(error.orig).lower()
    code = getattr(error.orig, "sqlite_errorname", "")
    if code.startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT")):
        return StoreDamaged(f"数据库文件已损坏或不是数据库：{where}。可用 govcrawl db restore 从备份恢复。")
    if code.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")) or "lock timeout" in text:
        return StoreUnavailable(f"数据库正被其他进程占用，等待 {BUSY_SECONDS} 秒后放弃：{where}。")
    if code.startswith("SQLITE_FULL") or "no space left" in text or "disk full" in text:
        return StoreUnavailable(f"磁盘空间不足，数据未写入：{where}。")
    if code.startswith(("SQLITE_READONLY", "SQLITE_PERM")):
        return StoreUnavailable(f"数据库文件不可写：{where}。")
    if code.startswith("SQLITE_CANTOPEN"):
        return StoreUnavailable(f"无法打开数据库文件：{where}。")
    if isinstance(error, OperationalError) or error.connection_invalidated:
        return StoreUnavailable(f"无法连接数据库：{where}。")
    # A fault of the program or of the data, not of the surroundings: the class helps whoever mends it.
    return StoreError(f"数据库拒绝了写入（{where}）：{type(error.orig).__name__}。")


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver must not open transactions by itself: `_begin_sqlite` does.
    connection.isolation_level = None
    cursor = connection.cursor()
    try:
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA synchronous = FULL")
        _switch_to_wal(cursor)
    finally:
        cursor.close()


def _switch_to_wal(cursor: Any) -> None:
    """WAL stays once it is set. The switch itself does not heed the busy timeout, so it is tried again."""
    deadline = time.monotonic() + BUSY_SECONDS
    while cursor.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except Exception as error:
            if getattr(error, "sqlite_errorname", "") != "SQLITE_BUSY" or time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
