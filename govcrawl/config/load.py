"""Reading `govcrawl.toml`: unknown keys are errors that name the nearest known one."""

from __future__ import annotations

import difflib
import os
import re
import tomllib
import types
import typing
from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal, TypeVar, Union, get_args, get_origin
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from govcrawl.config.settings import (
    AdExceptionConfig,
    AdsConfig,
    AttributionConfig,
    Config,
    ConfigError,
    CrawlConfig,
    DatabaseConfig,
    MailConfig,
    OfficeConfig,
    RulesConfig,
)

FILE_NAME = "govcrawl.toml"
_SECTIONS: dict[str, type] = {
    "office": OfficeConfig,
    "database": DatabaseConfig,
    "rules": RulesConfig,
    "crawl": CrawlConfig,
    "mail": MailConfig,
    "ads": AdsConfig,
    "attribution": AttributionConfig,
}
_S = TypeVar("_S")


def find(start: Path, environ: Mapping[str, str]) -> Path | None:
    """The settings file: `GOVCRAWL_CONFIG`, else the nearest `govcrawl.toml` upwards, else None.

    Raises:
        ConfigError: the variable names a file that is not there.
    """
    named = environ.get("GOVCRAWL_CONFIG")
    if named:
        path = Path(named).expanduser()
        if not path.is_file():
            raise ConfigError(f"GOVCRAWL_CONFIG 指向的配置文件不存在：{path}")
        return path.resolve()
    for folder in (start, *start.parents):
        if (folder / FILE_NAME).is_file():
            return (folder / FILE_NAME).resolve()
    return None


def load(
    file: Path | None = None, *, start: Path | None = None, environ: Mapping[str, str] | None = None
) -> Config:
    """The settings in force: the given file, else the one that `find` finds, then the environment.

    Raises:
        ConfigError: the file can't be read, or holds something that can't be used.
    """
    environ = os.environ if environ is None else environ
    start = Path.cwd() if start is None else start
    if file is not None and not file.is_file():
        raise ConfigError(f"配置文件不存在：{file}")
    path = file.resolve() if file is not None else find(start, environ)
    if path is None:
        config = Config(folder=start)
    else:
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"配置文件无法读取（应为 UTF-8 文本）：{path}：{error}") from error
        config = replace(parse(text, name=str(path)), folder=path.parent, file=path)
    if url := environ.get("GOVCRAWL_DATABASE_URL"):
        config = replace(config, database=DatabaseConfig(url=url))
    return config


def parse(text: str, *, name: str = FILE_NAME) -> Config:
    """The settings that a TOML text holds.

    Raises:
        ConfigError: no TOML, an unknown section or key, or a value of the wrong type.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{name} 不是有效的 TOML：{error}") from error
    for section in document:
        if section not in _SECTIONS:
            raise ConfigError(f"{name}：没有名为 [{section}] 的部分{_nearest(section, _SECTIONS)}")
    parts: dict[str, Any] = {
        section: _section(kind, document.get(section, {}), f"{name}：[{section}]")
        for section, kind in _SECTIONS.items()
    }
    config = Config(folder=Path(), **parts)
    _validate(config, name)
    return config


def _section(kind: type[_S], table: object, where: str) -> _S:
    if not isinstance(table, dict):
        raise ConfigError(f"{where} 应为一个表")
    hints = typing.get_type_hints(kind)
    known = {field.name for field in fields(kind)}  # type: ignore[arg-type]
    values: dict[str, Any] = {}
    overrides: dict[str, Any] = {}
    for key, value in table.items():
        if key in known and key != "overrides":
            values[key] = _convert(value, hints[key], f"{where} {key}")
        elif kind is RulesConfig:
            overrides.update(_flatten(value, key, where))
        else:
            raise ConfigError(f"{where} 没有名为 {key} 的设置{_nearest(key, known)}")
    if kind is RulesConfig:
        values["overrides"] = overrides
    return kind(**values)


def _flatten(value: object, key: str, where: str) -> dict[str, Any]:
    """Nested tables of `[rules]` as dotted keys of the profile."""
    if isinstance(value, dict):
        return {
            k: v for name, inner in value.items() for k, v in _flatten(inner, f"{key}.{name}", where).items()
        }
    if not isinstance(value, bool | int | float | str):
        raise ConfigError(f"{where} {key} 应为数字、文本或 true/false")
    return {key: value}


def _convert(value: object, hint: Any, where: str) -> Any:
    origin = get_origin(hint)
    if origin is Literal:
        if value not in get_args(hint):
            allowed = "、".join(str(choice) for choice in get_args(hint))
            raise ConfigError(f"{where} 应为 {allowed} 之一，现为 {value!r}")
        return value
    if hint == tuple[AdExceptionConfig, ...]:
        if not isinstance(value, list):
            raise ConfigError(f"{where} 应写作 [[ads.exceptions]]")
        return tuple(_exception(entry, f"{where} 第{n}项") for n, entry in enumerate(value, 1))
    if origin is tuple:
        if isinstance(value, str):
            value = [value]
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise ConfigError(f"{where} 应为一组文本")
        return tuple(value)
    if origin is Mapping or origin is typing.get_origin(Mapping[str, str]):
        if not isinstance(value, dict):
            raise ConfigError(f"{where} 应为一个表")
        return {
            str(key).lower(): _convert(item, tuple[str, ...], f"{where} {key}") for key, item in value.items()
        }
    if origin in {Union, types.UnionType}:
        return value
    if hint is float and isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if type(value) is not hint:
        words = {str: "文本", int: "整数", float: "数字", bool: "true 或 false"}
        raise ConfigError(f"{where} 应为{words.get(hint, str(hint))}，现为 {value!r}")
    return value


def _exception(table: object, where: str) -> AdExceptionConfig:
    if not isinstance(table, dict):
        raise ConfigError(f"{where} 应为一个表")
    values = {key: _day(value, f"{where} {key}") if key in _DAYS else value for key, value in table.items()}
    for key in ("domain", "reason", "date"):
        if not values.get(key):
            raise ConfigError(f"{where} 缺少 {key}（例外须写明域名、理由和日期）")
    exception = _section(AdExceptionConfig, values, where)
    domain = exception.domain.strip().strip(".").lower()
    if not _DOMAIN.fullmatch(domain):
        raise ConfigError(f"{where} domain 应为域名，如 shop.example.com，现为 {exception.domain!r}")
    if exception.until is not None and exception.until < exception.date:
        raise ConfigError(f"{where} until 早于 date")
    return replace(exception, domain=domain, reason=exception.reason.strip())


_DAYS = frozenset({"date", "until"})
_DOMAIN = re.compile(r"(?=.{4,253}$)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63}){1,9}")


def _day(value: object, where: str) -> date:
    """A day, as TOML's own date or as text."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise ConfigError(f"{where} 应为 2026-11-25 这样的日期，现为 {value!r}") from None


def _validate(config: Config, name: str) -> None:
    try:
        ZoneInfo(config.office.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ConfigError(f"{name}：[office] timezone 不是已知的时区：{config.office.timezone!r}") from error
    crawl = config.crawl
    try:
        _ = crawl.hours
    except ConfigError as error:
        raise ConfigError(f"{name}：{error}") from error
    if not 0 < config.mail.port < 65536:
        raise ConfigError(f"{name}：[mail] port 应为 1 到 65535，现为 {config.mail.port!r}")
    for key, urls in (
        ("control_urls", crawl.control_urls),
        ("ipv6_canary", crawl.ipv6_canary),
        ("filter_lists", crawl.filter_lists),
    ):
        for url in urls:
            if not _is_web(url):
                raise ConfigError(f"{name}：[crawl] {key} 应为 http:// 或 https:// 开头的网址，现为 {url!r}")
    at_least: tuple[tuple[str, float, float], ...] = (
        ("concurrency_per_host", crawl.concurrency_per_host, 1),
        ("concurrency_outside", crawl.concurrency_outside, 1),
        ("max_pages_per_site", crawl.max_pages_per_site, 1),
        ("max_outside_links", crawl.max_outside_links, 0),
        ("max_minutes", crawl.max_minutes, 1),
        ("max_page_bytes", crawl.max_page_bytes, 1024),
        ("depth", crawl.depth, 0),
        ("render_pages", crawl.render_pages, 0),
        ("delay", crawl.delay, 0),
        ("confirm_after", crawl.confirm_after, 0),
        ("confirm_after_transient", crawl.confirm_after_transient, 0),
        ("link_fresh_hours", crawl.link_fresh_hours, 0),
        ("timeout", crawl.timeout, 0.1),
    )
    for key, value, least in at_least:
        if not least <= value < float("inf"):
            raise ConfigError(f"{name}：[crawl] {key} 不能小于 {least:g}，现为 {value!r}")


def _is_web(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _nearest(word: str, known: typing.Iterable[str]) -> str:
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.0)
    return f"，最接近的是 {close[0]}" if close else ""
