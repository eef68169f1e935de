"""The version of the database: made when empty, upgraded with a backup, refused when newer."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, text

from govcrawl.store.copies import backup
from govcrawl.store.engine import clear_errors, connect, parse_url, reader, shown, sqlite_path, writer
from govcrawl.store.errors import SchemaTooNew, SchemaTooOld, StoreUnavailable
from govcrawl.store.tables import Base

MIGRATIONS = Path(__file__).parent / "migrations"

_UPGRADE_LOCK = 0x676F7663
"""Key of PostgreSQL's advisory lock: two processes must not upgrade at once."""


def head() -> str:
    """The revision that this program works with."""
    revision = _scripts().get_current_head()
    assert revision is not None, "there is no migration"
    return revision


def current(address: str) -> str | None:
    """The revision of a database; None: it is empty.

    Raises:
        StoreError: it can't be opened (see `govcrawl.store.engine.clear_errors`).
    """
    url = parse_url(address)
    engine = connect(url)
    try:
        with clear_errors(url), reader(engine).connect() as connection:
            return _revision(connection)
    finally:
        engine.dispose()


def upgrade(address: str, *, now: datetime) -> Path | None:
    """Brings a database to the newest revision; an SQLite one that holds data is copied first.

    What `govcrawl db upgrade` calls. Returns the path of the backup, if one was made.

    Raises:
        SchemaTooNew: the database is of a newer program, or not of this one.
        StoreError: it can't be opened.
    """
    url = parse_url(address)
    engine = connect(url)
    try:
        with clear_errors(url):
            return _bring_up(engine, now)
    finally:
        engine.dispose()


def ensure(engine: Engine, *, now: datetime, create: bool) -> Path | None:
    """What opening a store does: make, upgrade (SQLite), or refuse. Returns the backup, if any.

    Raises:
        SchemaTooOld: an older PostgreSQL database.
        SchemaTooNew: a newer one, or tables of another program.
        StoreUnavailable: it is empty and `create` is false.
    """
    with reader(engine).connect() as connection:
        revision = _revision(connection)
        _refuse_foreign(connection, revision)
    if revision == head():
        return None
    if revision is None:
        if not create:
            raise StoreUnavailable(f"数据库尚未建立：{shown(engine.url)}。")
    elif sqlite_path(engine.url) is None:
        raise SchemaTooOld(
            f"数据库版本较旧（{revision}），请先备份，再执行 govcrawl db upgrade：{shown(engine.url)}。"
        )
    return _bring_up(engine, now)


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's configuration, without a file of its own."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _bring_up(engine: Engine, now: datetime) -> Path | None:
    path = sqlite_path(engine.url)
    copy = None
    with writer(engine).begin() as connection:
        if path is None:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _UPGRADE_LOCK})
        # Under the lock: of several processes that find an old database one copies and upgrades it.
        revision = _revision(connection)
        _refuse_foreign(connection, revision)
        if revision == head():
            return None
        if path is not None and revision is not None:
            stamp = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
            copy = backup(
                engine.url.render_as_string(hide_password=False),
                path.with_name(f"{path.name}.{revision}.{stamp}.bak"),
            )
        command.upgrade(configuration(connection), "head")
    return copy


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _refuse_foreign(connection: Connection, revision: str | None) -> None:
    where = shown(connection.engine.url)
    if revision is None:
        tables = set(inspect(connection).get_table_names()) - {"alembic_version"}
        if connection.dialect.name == "postgresql":
            # A database may be shared with a queue; only tables of our names are in the way.
            tables &= Base.metadata.tables.keys()
        if tables:
            raise SchemaTooNew(f"该数据库中已有其他程序的表，未作改动：{where}。")
        return
    known = {script.revision for script in _scripts().walk_revisions()}
    if revision not in known:
        raise SchemaTooNew(f"数据库由较新版本的程序写入（{revision}），请升级本程序后再用：{where}。")


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(configuration())
