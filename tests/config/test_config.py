"""`govcrawl.toml`: what is read, what is refused, and how it is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from govcrawl.config import Config, ConfigError, load, parse
from govcrawl.office.folder import CONFIG


def test_defaults_need_no_file(tmp_path: Path) -> None:
    config = load(start=tmp_path, environ={})
    assert config.file is None
    assert config.crawl.concurrency_per_host == 8
    assert config.database_url == f"sqlite:///{tmp_path}/var/govcrawl.db"


def test_file_that_init_writes_can_be_read() -> None:
    assert parse(CONFIG).office.region == "示例市"


def test_nearest_file_upwards_and_relative_paths(tmp_path: Path) -> None:
    (tmp_path / "govcrawl.toml").write_text('[office]\nregion = "甲市"', encoding="utf-8")
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    config = load(start=below, environ={})
    assert config.office.region == "甲市"
    assert config.data == tmp_path / "var"
    assert config.path("list.txt") == tmp_path / "list.txt"


def test_environment_chooses_file_and_database(tmp_path: Path) -> None:
    other = tmp_path / "other.toml"
    other.write_text('[office]\nregion = "乙市"', encoding="utf-8")
    chosen = {"GOVCRAWL_CONFIG": str(other), "GOVCRAWL_DATABASE_URL": "postgresql+psycopg://x/y"}
    config = load(start=tmp_path, environ=chosen)
    assert (config.office.region, config.database_url) == ("乙市", "postgresql+psycopg://x/y")
    with pytest.raises(ConfigError, match="GOVCRAWL_CONFIG"):
        load(start=tmp_path, environ={"GOVCRAWL_CONFIG": str(tmp_path / "no.toml")})


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[crawl]\ndepht = 3", "depht 的设置，最接近的是 depth"),
        ("[crawl]\nrobot = 'never'", "最接近的是 robots"),
        ("[craw]\ndepth = 3", "最接近的是 crawl"),
        ("[crawl]\ndepth = '3'", "depth 应为整数"),
        ("[crawl]\ndepth = true", "depth 应为整数"),
        ("[crawl]\ndelay = 'x'", "delay 应为数字"),
        ("[crawl]\ndelay = nan", "delay 不能小于"),
        ("[crawl]\nconcurrency_per_host = 0", "不能小于 1"),
        ("[crawl]\nrobots = 'no'", "outside、always、never"),
        ("[crawl]\ncontrol_urls = [1]", "应为一组文本"),
        ("[crawl]\nresolve = 'x'", "应为一个表"),
        ("[crawl]\ncontrol_urls = ['http://[bad']", "control_urls 应为 http:// 或 https:// 开头的网址"),
        ("[crawl]\nipv6_canary = ['ipv6.example.cn']", "ipv6_canary 应为"),
        ("[mail]\nport = 99999", "port 应为 1 到 65535"),
        ("[office]\ntimezone = 'Mars/Base'", "timezone"),
        ("[office]\ntimezone = '../etc'", "timezone"),
        ("office = 3", "应为一个表"),
        ("[office", "不是有效的 TOML"),
    ],
)
def test_what_can_not_be_used_is_said_in_one_line(text: str, says: str) -> None:
    with pytest.raises(ConfigError, match=says) as error:
        parse(text)
    assert "\n" not in str(error.value)


def test_resolve_takes_one_address_or_several() -> None:
    text = (
        '[crawl.resolve]\n"www.example.gov.cn:80" = "127.0.0.1:8080"\n"A.cn:80" = ["127.0.0.1:1", "[::1]:1"]'
    )
    assert parse(text).crawl.resolve == {
        "www.example.gov.cn:80": ("127.0.0.1:8080",),
        "a.cn:80": ("127.0.0.1:1", "[::1]:1"),
    }


def test_rule_overrides_may_be_nested() -> None:
    overrides = parse('[rules]\n"days.动态要闻" = 7\n[rules.home]\nstale_days = 10').rules.overrides
    assert overrides == {"days.动态要闻": 7, "home.stale_days": 10}


def test_user_agent_names_the_contact_in_ascii_only() -> None:
    contact = parse('[office]\ncontact = "张某 wz@example.gov.cn\\r\\nX: y"').office
    agent = Config(folder=Path(), office=contact).user_agent
    assert "wz@example.gov.cn" in agent
    assert "\r" not in agent
    assert agent.isascii()


def test_exceptions_of_advertisements() -> None:
    config = parse(
        '[[ads.exceptions]]\ndomain = "Shop.Example.com."\nreason = "扶贫协作专馆"\ndate = 2026-11-01\n'
        '[[ads.exceptions]]\ndomain = "b.example.com"\nreason = "合同期内"\ndate = "2026-10-01"\n'
        'site = "portal"\nuntil = 2026-12-31\n'
    )
    first, second = config.ads.exceptions
    assert (first.domain, first.date.isoformat(), first.site, first.until) == (
        "shop.example.com",
        "2026-11-01",
        "",
        None,
    )
    assert (second.site, str(second.until)) == ("portal", "2026-12-31")


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ('reason = "x"\ndate = 2026-11-01', "domain"),
        ('domain = "a.example.com"\ndate = 2026-11-01', "reason"),
        ('domain = "a.example.com"\nreason = "x"', "date"),
        ('domain = "a.example.com"\nreason = "x"\ndate = "soon"', "2026-11-25"),
        ('domain = "a.example.com"\nreason = "x"\ndate = 2026-11-01\nuntil = 2026-10-01', "until"),
        ('domain = "http://a.example.com/x"\nreason = "x"\ndate = 2026-11-01', "域名"),
        ('domain = "a.example.com"\nreason = "x"\ndate = 2026-11-01\nsites = "portal"', "最接近的是 site"),
        ('domain = 5\nreason = "x"\ndate = 2026-11-01', "文本"),
    ],
)
def test_exceptions_that_cannot_be_used(entry: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        parse(f"[[ads.exceptions]]\n{entry}\n")
    with pytest.raises(ConfigError, match=r"\[\[ads.exceptions\]\]"):
        parse('[ads]\nexceptions = "a.example.com"\n')
