"""Wrong use and broken surroundings: one clear Chinese line, the promised exit status, nothing lost."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from office_folder import Office
from portal_site import REGISTRY

CRAWL = ("scrapy", "crawl", "site")


@pytest.fixture(scope="module")
def registered(new_office: Callable[[], Office]) -> Office:
    """An office with the portal registered; nothing is served, for nothing may be asked."""
    office = new_office()
    office.configure()
    office.register(REGISTRY)
    return office


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["sight=portal"], ["sight", "site"]),
        (["site=portl"], ["portl", "portal"]),
        (["site=portal", "url=http://www.example.gov.cn/"], ["-a site=", "-a url=", "二者选一"]),
        ([], ["-a site=", "-a url="]),
        (["site=portal", "as_of=2026-13-01"], ["as_of", "2026-13-01", "YYYY-MM-DD"]),
        (["site=portal", "max_pages=many"], ["max_pages", "many"]),
        (["site=portal", "max_pages=0"], ["max_pages", "1"]),
        (["site=portal", "depth=-1"], ["depth", "-1"]),
        (["site=portal", "checks=freshness,deadlinks"], ["deadlinks", "dead_links"]),
        (["url=ftp://www.example.gov.cn/"], ["ftp://www.example.gov.cn/", "http://"]),
        (["url=http://[broken"], ["http://[broken"]),
        (["site=portal", "config=elsewhere.toml"], ["elsewhere.toml"]),
    ],
    ids=lambda value: " ".join(value) or "nothing",
)
def test_wrong_arguments_of_a_crawl(registered: Office, arguments: list[str], words: list[str]) -> None:
    given = [word for argument in arguments for word in ("-a", argument)]
    registered(*CRAWL, *given).refused(2, *words)


def test_refused_crawls_leave_no_run(registered: Office) -> None:
    registered(*CRAWL, "-a", "site=portl").refused(2)
    assert registered.json("runs", "list") == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["findings", "show", "ffff"], ["ffff"]),
        (["findings", "list", "--status", "done"], ["done", "confirmed"]),
        (["findings", "export", "findings.doc"], [".json", ".csv", ".xlsx", ".doc"]),
        (["findings", "exempt", "ffff", "--reason", "报备", "--until", "soon"], ["--until", "soon"]),
        (["findings", "dismiss", "ffff", "--reason", " "], ["--reason"]),
        (["runs", "show", "7"], ["7"]),
        (["explain", "link-brocken"], ["link-brocken", "link-broken"]),
        (["nightly", "portl"], ["portl"]),
        (["nightly", "--jobs", "0"], ["--jobs"]),
        (["registry", "import", "missing.yaml"], ["missing.yaml"]),
        (["registry", "export", "registry.yaml"], ["registry.yaml", "--force"]),
        (["report", "weekly", "--week", "2026-W99"], ["--week", "2026-W99"]),
        (["report", "weekly", "--week", "2999-W01"], ["还没有到"]),
        (["extract", "missing.html"], ["missing.html"]),
        (["extract", "--kind", "news", "registry.yaml"], ["--kind", "news"]),
        (["profile", "show", "nowhere-1999"], ["nowhere-1999"]),
        (["--config", "missing.toml", "runs", "list"], ["missing.toml"]),
    ],
    ids=lambda value: " ".join(value),
)
def test_wrong_use_of_commands(registered: Office, words: list[str], said: list[str]) -> None:
    registered("govcrawl", *words).refused(2, *said)


def test_what_the_parser_refuses_is_wrong_use_too(registered: Office) -> None:
    for words in (["nosuch"], ["runs", "list", "--nosuch"], ["runs", "show", "seven"], ["explain"]):
        done = registered("govcrawl", *words).ended(2)
        assert done.err.strip(), f"nothing says what is wrong:\n{done}"


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        (
            "[crawl]\nconcurency_per_host = 4\n",
            ["govcrawl.toml", "concurency_per_host", "concurrency_per_host"],
        ),
        ("[craw]\ndepth = 4\n", ["craw", "crawl"]),
        ("[crawl]\ndepth = 'four'\n", ["depth", "整数"]),
        ("[crawl]\ntimeout = -1\n", ["timeout"]),
        ("[office]\ntimezone = 'Asia/Nowhere'\n", ["timezone", "Asia/Nowhere"]),
        ("[crawl\n", ["govcrawl.toml", "TOML"]),
        ("[crawl]\ncommercial_domains = 'lost.txt'\n", ["commercial_domains", "lost.txt"]),
        ("[rules]\nprofile = 'nowhere-1999'\n", ["nowhere-1999"]),
        ("[rules]\n'home.stale_dayz' = 14\n", ["home.stale_dayz"]),
        ("[crawl.resolve]\n'www.example.gov.cn:80' = '127.0.0.1:http'\n", ["127.0.0.1:http"]),
        ("[crawl]\nwindow = 'at night'\n", ["window", "at night"]),
    ],
    ids=lambda value: value.replace("\n", " ") if isinstance(value, str) else "",
)
def test_settings_that_cannot_be_used(office: Office, toml: str, words: list[str]) -> None:
    (office.folder / "govcrawl.toml").write_text(toml, encoding="utf-8")
    if any(word in toml for word in ("resolve", "commercial_domains", "[craw]")):
        office(*CRAWL, "-a", "site=portal").refused(2, *words)
    if "resolve" in toml:
        office("govcrawl", "check-links", "http://www.example.gov.cn/").refused(2, *words)
    elif "commercial_domains" not in toml:
        office("govcrawl", "explain", "home-stale").refused(2, *words)


def test_databases_that_cannot_be_used(registered: Office, tmp_path: Path) -> None:
    broken = tmp_path / "broken.db"
    broken.write_bytes(b"this is no database " * 500)
    file = tmp_path / "file"
    file.write_text("", encoding="utf-8")
    newer = tmp_path / "newer.db"
    registered("govcrawl", "runs", "list", env={"GOVCRAWL_DATABASE_URL": f"sqlite:///{newer}"}).ended()
    with closing(sqlite3.connect(newer)) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999_later'")
        database.commit()
    for url, words in (
        # Port 1 is never listened on; the password must not be printed.
        ("postgresql+psycopg://user:geheim@127.0.0.1:1/govcrawl", ["127.0.0.1", "数据库"]),
        (f"sqlite:///{file}/govcrawl.db", ["数据库"]),
        (f"sqlite:///{broken}", [str(broken), "损坏"]),
        (f"sqlite:///{newer}", ["数据库"]),
        ("mysql://127.0.0.1/govcrawl", ["mysql"]),
        ("not an address", ["数据库"]),
    ):
        done = registered(*CRAWL, "-a", "site=portal", env={"GOVCRAWL_DATABASE_URL": url}).refused(3, *words)
        assert "geheim" not in done.said, f"a password is printed:\n{done}"
    registered("govcrawl", "runs", "list", env={"GOVCRAWL_DATABASE_URL": f"sqlite:///{broken}"}).refused(3)
    assert broken.read_bytes().startswith(b"this is no database"), "what is no database was written to"


def test_a_broken_row_of_the_registry_imports_nothing(office: Office) -> None:
    office.register(REGISTRY)
    before = office.json("registry", "import", "registry.yaml", "--dry-run")
    for broken, words in (
        (REGISTRY.replace("kind: 门户网站", "kind: 门户"), ["registry.yaml", "门户"]),
        (REGISTRY.replace("type: 通知公告", "type: 通知"), ["registry.yaml", "通知"]),
        (REGISTRY.replace("unit: jyj", "unit: nowhere"), ["nowhere"]),
        (REGISTRY.replace("url: http://www.example.gov.cn/\n", "url: 'no address'\n"), ["no address"]),
        (REGISTRY.replace("kind: 门户网站", "kynd: 门户网站"), ["kynd"]),
        (
            REGISTRY + "  - {id: portal, name: 第二个, unit: zfb, url: http://second.example.gov.cn/}\n",
            ["portal"],
        ),
        ("units: [", ["registry.yaml"]),
    ):
        added = broken.replace("units:\n", "units:\n  - {id: new, name: 示例市新设局, kind: 市直部门}\n")
        (office.folder / "registry.yaml").write_text(added, encoding="utf-8")
        done = office("govcrawl", "registry", "import", "registry.yaml").ended(2)
        for word in words:
            assert word in done.err, f"the message should name {word!r}:\n{done}"
        assert done.err.startswith("错误："), f"{done}"
    office("govcrawl", "registry", "export", "kept.yaml").ended()
    kept = (office.folder / "kept.yaml").read_text(encoding="utf-8")
    assert "示例市新设局" not in kept, "a file with a broken row was imported by halves"
    (office.folder / "registry.yaml").write_text(REGISTRY, encoding="utf-8")
    assert office.json("registry", "import", "registry.yaml", "--dry-run") == before, (
        "what was kept has changed"
    )
