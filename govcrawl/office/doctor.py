"""What this machine can do, and what each lack means for the inspection."""

from __future__ import annotations

import asyncio
import platform
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from govcrawl import __version__
from govcrawl.config import Config, ConfigError
from govcrawl.net.client import Client
from govcrawl.net.failures import PROXY
from govcrawl.net.installed import find_browser
from govcrawl.office.deadlines import profile_of
from govcrawl.rules import CatalogueError, FilterListError, ProfileError, load_catalogue
from govcrawl.store import StoreError, schema
from spiders.job import filters_in_force

_SECONDS = 5.0
_LOW_DISK = 2 * 2**30
_V6_ROUTE = "2001:db8::1"
"""An address that is never asked: connecting a datagram socket to it only looks the route up."""


class State(StrEnum):
    """Fine, a lack that costs something, or a fault that stops the inspection."""

    FINE = "正常"
    LACK = "缺少"
    FAULT = "故障"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One thing that was looked at."""

    name: str
    state: State
    found: str
    means: str = ""
    """What a lack means, and what to do (Chinese)."""

    def to_json(self) -> dict[str, str | None]:
        """One object of `govcrawl doctor --json`."""
        return {
            "name": self.name,
            "state": self.state.name.lower(),
            "found": self.found,
            "means": self.means or None,
        }


def diagnose(config: Config) -> Iterator[Diagnosis]:
    """Look at everything in turn; nothing here takes longer than some seconds."""
    yield Diagnosis("程序", State.FINE, f"govcrawl {__version__}，Python {platform.python_version()}")
    yield _settings(config)
    yield _rules(config)
    yield _filters(config)
    yield _database(config)
    yield _disk(config)
    yield _browser(config)
    yield _dns(config)
    yield from asyncio.run(_network(config))
    yield _mail(config)
    yield Diagnosis(
        "访问标识",
        State.FINE,
        config.user_agent,
        "被巡查网站看到的 User-Agent；网站有防护的，请单位将其和本机出口地址加入白名单",
    )


def _settings(config: Config) -> Diagnosis:
    if config.file is None:
        return Diagnosis(
            "配置", State.LACK, "没有找到 govcrawl.toml，使用默认值", "请在工作文件夹运行 govcrawl init"
        )
    return Diagnosis("配置", State.FINE, str(config.file))


def _rules(config: Config) -> Diagnosis:
    try:
        profile = profile_of(config)
        catalogue = load_catalogue()
    except (ProfileError, CatalogueError) as error:
        return Diagnosis("检查指标", State.FAULT, str(error), "无法巡查，请更正 [rules]")
    unverified = sum(not value.verified for value in profile.values.values())
    means = f"其中 {unverified} 个数值尚未与原文核对（govcrawl profile show 查看），据此得出的只作疑似"
    return Diagnosis(
        "检查指标",
        State.FINE,
        f"{profile.name}，{len(catalogue.checks)} 个检查项，{len(catalogue.rules)} 条规则",
        means if unverified else "",
    )


def _filters(config: Config) -> Diagnosis:
    name = "广告规则"
    try:
        lists, filters = filters_in_force(config)
        works = filters.matches("https://pos.baidu.com/s", "http://www.example.gov.cn/", "script")
    except FilterListError as error:
        return Diagnosis(name, State.FAULT, str(error), "无法巡查，请重新导入或删去该规则")
    except ImportError as error:
        return Diagnosis(name, State.FAULT, f"规则引擎无法载入：{error}", "无法检查广告联盟资源")
    if works is None:
        return Diagnosis(name, State.FAULT, "规则引擎没有认出广告联盟", "无法检查广告联盟资源")
    if not lists:
        means = "可用 govcrawl filters update 下载 EasyList，或用 govcrawl filters add 文件 导入"
        return Diagnosis(name, State.FINE, "随程序提供的规则", means)
    return Diagnosis(
        name, State.FINE, "、".join(["随程序提供的规则", *(e.zh(config.office.zone) for e in lists)])
    )


def _database(config: Config) -> Diagnosis:
    try:
        revision = schema.current(config.database_url)
    except StoreError as error:
        return Diagnosis("数据库", State.FAULT, str(error), "无法保存巡查结果")
    kind = "PostgreSQL" if config.database_url.startswith("postgresql") else "SQLite"
    if revision is None:
        return Diagnosis("数据库", State.FINE, f"{kind}，尚未建立", "第一次使用时自动建立")
    if revision == schema.head():
        return Diagnosis("数据库", State.FINE, f"{kind}，版本 {revision}")
    means = "SQLite 打开时自动备份并升级，PostgreSQL 请运行 govcrawl db upgrade"
    return Diagnosis("数据库", State.LACK, f"{kind}，版本 {revision} 与程序（{schema.head()}）不同", means)


def _disk(config: Config) -> Diagnosis:
    folder = next(path for path in (config.data, *config.data.parents) if path.exists())
    free = shutil.disk_usage(folder).free
    state = State.FINE if free >= _LOW_DISK else State.LACK
    return Diagnosis(
        "磁盘",
        state,
        f"{folder} 剩余 {free / 2**30:.1f} GB",
        "" if state is State.FINE else "请清理磁盘，空间不足时巡查会中断",
    )


def _browser(config: Config) -> Diagnosis:
    means = "由脚本生成的栏目列表、由脚本加载的广告和飘窗看不到，列表只能列为“未能读取”；安装 chromium 即可"
    if config.crawl.browser == "never":
        return Diagnosis("浏览器", State.LACK, "配置为不使用（[crawl] browser = never）", means)
    path = find_browser()
    if path is None:
        state = State.FAULT if config.crawl.browser == "always" else State.LACK
        return Diagnosis("浏览器", state, "没有找到 chromium 或 google-chrome", means)
    return Diagnosis("浏览器", State.FINE, f"{_version_of(path)}（{path}）")


def _version_of(path: Path) -> str:
    try:
        done = subprocess.run(  # noqa: S603  # the browser that was just found
            [str(path), "--version"], capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return "版本不明"
    return done.stdout.strip()[:80] or "版本不明"


def _dns(config: Config) -> Diagnosis:
    hosts = [host for url in config.crawl.control_urls if (host := urlsplit(url).hostname)]
    if not hosts:
        return Diagnosis(
            "域名解析",
            State.LACK,
            "没有设置 [crawl] control_urls，未检查",
            "本机网络出故障时，只能凭网站自己的应答判断；请填写一两个可靠的网址",
        )
    for host in hosts:
        try:
            socket.getaddrinfo(host, None)
            return Diagnosis("域名解析", State.FINE, f"{host} 可以解析")
        except OSError:
            continue
    return Diagnosis(
        "域名解析",
        State.FAULT,
        f"{'、'.join(hosts)} 都不能解析",
        "本机域名解析有故障，站外链接将列为“未能核实”",
    )


async def _network(config: Config) -> list[Diagnosis]:
    try:
        client = Client(config.crawl, user_agent=config.user_agent)
    except ConfigError as error:
        return [Diagnosis("网络", State.FAULT, str(error), "无法巡查，请更正 [crawl]")]
    try:
        return [await _control(config, client), await _ipv6(config, client)]
    finally:
        await client.close()


async def _control(config: Config, client: Client) -> Diagnosis:
    if not config.crawl.control_urls:
        return Diagnosis("网络", State.LACK, "没有设置 [crawl] control_urls，未检查")
    for url in config.crawl.control_urls:
        answer = await client.ask(url, limit=1024, timeout=_SECONDS)
        if answer.status is not None and answer.status < 500:
            return Diagnosis("网络", State.FINE, f"{url} 可以访问（{answer.status}）")
    return Diagnosis("网络", State.FAULT, "control_urls 都不能访问", "本机网络有故障，此时的巡查结果不可信")


async def _ipv6(config: Config, client: Client) -> Diagnosis:
    """The machine's own route, or the proxy's: proven by a known host that answers over IPv6."""
    proxy = config.crawl.ipv6_proxy
    way = "通过 [crawl] ipv6_proxy 设置的代理" if proxy else "通过 IPv6 "
    means = "IPv6 检查只能看域名有无 IPv6 地址，能否访问列为“未检查”"
    if not proxy and not _has_v6_route():
        return Diagnosis(
            "IPv6",
            State.LACK,
            "本机没有 IPv6 路由",
            f"{means}；请为本机接入 IPv6，或用 [crawl] ipv6_proxy 设置一台有 IPv6 的代理",
        )
    if not config.crawl.ipv6_canary:
        has = "设置了 [crawl] ipv6_proxy" if proxy else "本机有 IPv6 路由"
        return Diagnosis("IPv6", State.LACK, f"{has}，但没有设置 [crawl] ipv6_canary，无法证明通畅", means)
    reason = ""
    for url in config.crawl.ipv6_canary:
        answer = await client.ask(url, limit=1024, family=6)
        if answer.status is not None:
            limits = "通过代理不能检查域名服务器的 IPv6 应答" if proxy else ""
            return Diagnosis("IPv6", State.FINE, f"{url} 可以{way}访问", limits)
        reason = answer.reason
    if reason == PROXY:
        return Diagnosis(
            "IPv6", State.LACK, "[crawl] ipv6_proxy 设置的代理不能使用", f"{means}；请检查该代理"
        )
    return Diagnosis("IPv6", State.LACK, f"ipv6_canary 都不能{way}访问", means)


def _has_v6_route() -> bool:
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as probe:
            probe.connect((_V6_ROUTE, 9))
    except OSError:
        return False
    return True


def _mail(
    config: Config, connect: Callable[[tuple[str, int], float], socket.socket] = socket.create_connection
) -> Diagnosis:
    address = (config.mail.host, config.mail.port)
    try:
        connect(address, _SECONDS).close()
    except OSError as error:
        return Diagnosis(
            "邮件服务器",
            State.LACK,
            f"{address[0]}:{address[1]} 连接不上（{error.strerror or error}）",
            "不能发送邮件；报告仍会写成文件，可用其他方式送达",
        )
    return Diagnosis("邮件服务器", State.FINE, f"{address[0]}:{address[1]} 可以连接")
