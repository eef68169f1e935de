"""Copies of an SQLite database: made while others write, looked at, and put back."""

from __future__ import annotations

import secrets
import sqlite3
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

from govcrawl.store.engine import BUSY_SECONDS, parse_url, sqlite_path
from govcrawl.store.errors import StoreDamaged, StoreError, StoreUnavailable

_PROBLEMS = 20
_COMPANIONS = ("-wal", "-shm")


def backup(address: str, path: Path) -> Path:
    """Copies an SQLite database, also while others write to it; `path` appears whole or not at all.

    Raises:
        StoreError: not an SQLite database, or there is none.
        StoreUnavailable: the copy can't be written.
        StoreDamaged: the source can't be read.
    """
    source = sqlite_path(parse_url(address))
    if source is None:
        raise StoreError("只有 SQLite 数据库可以这样备份；PostgreSQL 请使用 pg_dump。")
    if not source.is_file():
        raise StoreUnavailable(f"数据库文件不存在：{source}。")
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.touch(mode=0o600, exist_ok=False)
        with closing(sqlite3.connect(source)) as here, closing(sqlite3.connect(part)) as there:
            here.backup(there)
        part.replace(path)
    except sqlite3.DatabaseError as error:
        part.unlink(missing_ok=True)
        if isinstance(error, sqlite3.OperationalError):
            raise StoreUnavailable(f"备份未能写入：{path}。") from None
        raise StoreDamaged(f"数据库文件已损坏或不是数据库：{source}。") from None
    except OSError as error:
        raise StoreUnavailable(f"备份未能写入：{path}（{error.strerror}）。") from None
    return path


def problems(address: str) -> list[str]:
    """What SQLite's own checks find wrong with a database, at most 20 lines; empty: it is sound.

    Raises:
        StoreError: not an SQLite database.
        StoreUnavailable: there is none.
    """
    path = sqlite_path(parse_url(address))
    if path is None:
        raise StoreError("只有 SQLite 数据库可以这样检查；PostgreSQL 请使用 pg_amcheck。")
    if not path.is_file():
        raise StoreUnavailable(f"数据库文件不存在：{path}。")
    return _problems(path)


def restore(address: str, copy: Path, *, now: datetime) -> Path | None:
    """Puts a copy in the place of an SQLite database; nothing may have the database open.

    The database that stood there is not thrown away: it is moved aside, and its new path is
    returned (None: there was none). The copy itself stays.

    Raises:
        StoreError: not an SQLite database.
        StoreUnavailable: no such copy, or it can't be put there.
        StoreDamaged: the copy is not sound, or no database of this program; nothing was changed.
    """
    path = sqlite_path(parse_url(address))
    if path is None:
        raise StoreError("只有 SQLite 数据库可以这样恢复；PostgreSQL 请使用 pg_restore。")
    if not copy.is_file():
        raise StoreUnavailable(f"备份文件不存在：{copy}。")
    if _problems(copy) or not _is_ours(copy):
        raise StoreDamaged(f"备份文件已损坏，或不是本程序的数据库，未作恢复：{copy}。")
    # Whole beside the database first: if that fails, nothing has been touched.
    incoming = backup(f"sqlite:///{copy}", path.with_name(path.name + ".incoming"))
    aside = path.with_name(f"{path.name}.{now.astimezone(UTC).strftime('%Y%m%dT%H%M%SZ')}.replaced")
    existed = path.exists()
    try:
        for suffix in ("", *_COMPANIONS):
            # A log of the old database beside the new one would be taken for the new one's.
            old = path.with_name(path.name + suffix)
            if old.exists():
                old.rename(aside.with_name(aside.name + suffix))
        incoming.replace(path)
    except OSError as error:
        raise StoreUnavailable(f"恢复未能完成：{path}（{error.strerror}），原文件见 {aside}。") from None
    return aside if existed else None


def _problems(path: Path) -> list[str]:
    try:
        with closing(_open(path)) as database:
            lines = [str(row[0]) for row in database.execute(f"PRAGMA integrity_check({_PROBLEMS})")]
            lines = [] if lines == ["ok"] else lines
            for table, row, parent, _ in database.execute("PRAGMA foreign_key_check"):
                lines.append(f"{table} 第 {row} 行指向 {parent} 中不存在的记录")
                if len(lines) >= _PROBLEMS:
                    break
    except sqlite3.DatabaseError as error:
        return [str(error)]
    return lines[:_PROBLEMS]


def _is_ours(path: Path) -> bool:
    with suppress(sqlite3.DatabaseError), closing(_open(path)) as database:
        return bool(database.execute("SELECT version_num FROM alembic_version").fetchone())
    return False


def _open(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=BUSY_SECONDS)
