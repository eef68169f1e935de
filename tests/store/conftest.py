"""Databases for the tests: a fresh SQLite file, or a fresh database on a PostgreSQL server.

The server is that of GOVCRAWL_TEST_POSTGRESQL (an address whose user may create databases), else one
that is started here from the binaries of this machine, in a temporary folder and on a socket only.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL, create_engine, text
from store_samples import START

from govcrawl.store import Store
from govcrawl.store.engine import parse_url


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[URL]:
    """Address of a server, with a database to connect to first."""
    given = os.environ.get("GOVCRAWL_TEST_POSTGRESQL")
    if given:
        yield parse_url(given)
        return
    programs = _programs()
    if programs is None:
        pytest.skip("no PostgreSQL here: set GOVCRAWL_TEST_POSTGRESQL or install the server")
    folder = Path(tempfile.mkdtemp(prefix="govcrawl-pg-"))
    # The server refuses to run as root; its own account comes with Debian's package.
    user = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
    data = folder / "data"
    quiet = {"check": True, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder, **user}
    options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
    try:
        if user:
            shutil.chown(folder, "postgres", "postgres")
        subprocess.run(
            [
                programs / "initdb",
                "-D",
                data,
                "-U",
                "postgres",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C",
                "--no-sync",
            ],
            **quiet,
        )
        subprocess.run(
            [programs / "pg_ctl", "-D", data, "-w", "-o", options, "-l", folder / "log", "start"], **quiet
        )
    except (subprocess.CalledProcessError, LookupError) as error:
        shutil.rmtree(folder, ignore_errors=True)
        pytest.skip(f"PostgreSQL can't be started here: {error}")
    try:
        yield parse_url(f"postgresql+psycopg://postgres@/postgres?host={folder}")
    finally:
        subprocess.run([programs / "pg_ctl", "-D", data, "-m", "immediate", "stop"], **quiet)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgresql_url(postgresql_server: URL) -> Iterator[str]:
    """Address of an empty database of its own."""
    name = f"govcrawl_{uuid.uuid4().hex}"
    admin = create_engine(postgresql_server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        yield postgresql_server.set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        admin.dispose()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """Address of a file that is not there yet, in a folder that is not there yet."""
    return f"sqlite:///{tmp_path}/var/govcrawl.db"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """Every test that takes this runs on both databases."""
    return request.getfixturevalue(f"{request.param}_url")


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """An open store on each database."""
    with Store.open(url, now=START) as opened:
        yield opened


def _programs() -> Path | None:
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return folders[-1].parent if folders else None
