"""`govcrawl extract` and `check-links`: what is read from a page, and what is concluded about a link."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from govcrawl.commands.session import CommandError, Json, config, now, print_line, print_table

if TYPE_CHECKING:
    from govcrawl.config import Config
    from govcrawl.model import LinkVerdict

_MAX_FILE = 64 * 2**20
_KINDS = {"article", "list", "home", "other"}


def register(app: typer.Typer) -> None:
    """Add these commands to the program's own."""
    app.command("extract")(extract)
    app.command("check-links")(check_links)


def extract(
    pages: Annotated[list[str], typer.Argument(help="网页文件或网址", metavar="FILE_OR_URL...")],
    base_url: Annotated[str, typer.Option("--base-url", help="文件原来的网址，用于解析相对链接")] = "",
    kind: Annotated[str | None, typer.Option("--kind", help="按此类型读取：article 或 list")] = None,
    json: Json = False,
) -> None:
    """显示从网页中读取到的内容：类型、标题、时间、来源、列表。"""
    from govcrawl.model import Kind
    from govcrawl.pages.kinds import extract as read

    if kind is not None and kind not in _KINDS:
        raise CommandError(f"--kind 应为 article 或 list，现为 {kind!r}")
    settings = config()
    today = settings.office.day(now())
    failed = 0
    for source in pages:
        try:
            body, url, content_type = _body(source, base_url, settings)
        except CommandError as error:
            typer.echo(f"错误：{error}", err=True)
            failed = max(failed, error.status)
            continue
        found = read(body, url, content_type, today=today, kind=Kind(kind) if kind else None)
        facts = {"input": source} | found.to_json() | {"input": source}
        if json:
            print_line(facts)
        else:
            items = facts.pop("items")
            print_table(["项目", "内容"], [(key, value) for key, value in facts.items() if value is not None])
            if isinstance(items, list) and items:
                print_table(
                    ["日期", "标题", "网址"],
                    ([item["published"], item["title"], item["url"]] for item in items),
                )
    raise typer.Exit(failed)


def _body(source: str, base_url: str, settings: Config) -> tuple[bytes, str, str]:
    if source.startswith(("http://", "https://")):
        return asyncio.run(_fetch(source, settings))
    path = Path(source)
    try:
        if path.stat().st_size > _MAX_FILE:
            raise CommandError(f"文件过大（上限 {_MAX_FILE // 2**20} MB）：{source}")
        return path.read_bytes(), base_url or path.absolute().as_uri(), ""
    except OSError as error:
        raise CommandError(f"文件无法读取：{source}：{error.strerror or error}") from error


async def _fetch(url: str, settings: Config) -> tuple[bytes, str, str]:
    from govcrawl.net.client import Client
    from govcrawl.net.redirects import follow

    client = Client(settings.crawl, user_agent=settings.user_agent)
    try:
        answer = await follow(client.ask, url, limit=settings.crawl.max_page_bytes)
    finally:
        await client.close()
    if answer.status is None:
        raise CommandError(
            f"网址无法访问：{url}（{answer.error}{' ' + answer.reason if answer.reason else ''}）", 3
        )
    return answer.body, answer.url, answer.headers.get("content-type", "")


def check_links(
    urls: Annotated[list[str], typer.Argument(help="要检查的网址", metavar="URL...")],
    wait: Annotated[
        bool, typer.Option("--wait", help="暂时性失败也等到第二次尝试（confirm_after_transient）")
    ] = False,
    json: Json = False,
) -> None:
    """检查链接能否访问，给出结论和每次尝试。"""
    settings = config()
    verdicts = asyncio.run(_check([_address(url) for url in urls], settings, wait=wait))
    if json:
        for verdict in verdicts:
            print_line(verdict.to_json())
        return
    words = {
        "ok": "正常",
        "broken": "错误",
        "suspect": "未能核实",
        "hijacked": "指向异常网站",
        "skipped": "不检查",
    }
    print_table(
        ["结论", "原因", "状态码", "网址", "尝试"],
        ([words[v.verdict.value], v.cause or v.reason, v.status, v.url, len(v.tries)] for v in verdicts),
    )


def _address(given: str) -> str:
    """What a person means who leaves out http://; a file or nothing at all is wrong use."""
    word = given.strip()
    if not word or Path(word).is_file():
        raise CommandError(f"应为网址，现为{f'文件 {word}' if word else '空'}")
    host = word.partition("/")[0].partition(":")[0]
    return f"http://{word}" if ":" not in word and "." in host else word


async def _check(urls: list[str], settings: Config, *, wait: bool) -> list[LinkVerdict]:
    from govcrawl.net.browser_visits import BrowserVisits
    from govcrawl.net.client import Client
    from govcrawl.net.installed import find_browser
    from govcrawl.net.links import LinkChecker
    from govcrawl.pages import verdicts

    agent = settings.user_agent
    client = Client(settings.crawl, user_agent=agent)
    executable = None if settings.crawl.browser == "never" else find_browser()
    renderer = visits = None
    if executable is not None:
        from govcrawl.net.browser import Renderer  # slow to import, and many machines have no browser

        renderer = Renderer(client.ask, executable, user_agent=agent)
        visits = BrowserVisits(renderer, client.ask, now=now, agent=agent)
    checker = LinkChecker(
        client.ask, verdicts, crawl=settings.crawl, now=now, user_agent=agent, browser=visits
    )
    longest = settings.crawl.confirm_after_transient if wait else settings.crawl.confirm_after
    try:
        return list(await asyncio.gather(*(checker.settle(url, longest=longest) for url in urls)))
    finally:
        if renderer is not None:
            await renderer.close()
        await client.close()
