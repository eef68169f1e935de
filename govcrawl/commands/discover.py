"""`govcrawl discover`: what columns a site seems to have, for a person to check."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from govcrawl.commands.session import CommandError, Json, config, now, opened, print_json

if TYPE_CHECKING:
    from govcrawl.model import Column, Registry, Site
    from govcrawl.registry.site_proposals import SiteProposals
    from govcrawl.store import Store


def register(app: typer.Typer) -> None:
    """Add this command to the program's own."""
    app.command("discover")(discover)


def discover(
    url: Annotated[
        str | None, typer.Argument(help="网站首页网址，或已登记网站的标识", metavar="[URL]")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="全部在运行的已登记网站")] = False,
    write: Annotated[
        bool, typer.Option("--write", help="把新栏目写入登记信息（未确认）；已登记的栏目不改动、不删除")
    ] = False,
    json: Json = False,
) -> None:
    """发现网站的栏目：名称、网址、类型、最新日期，输出登记用 YAML，供人工核对。

    退出状态：0 已完成；1 部分网站未能读取（--all）；3 首页未能读取。
    """
    from govcrawl.office import discovery
    from govcrawl.registry.site_proposals import proposals_yaml

    if everything == (url is not None):
        raise CommandError("请给出一个网址或网站标识，或用 --all 发现全部在运行网站的栏目（二者选一）")
    settings = config()
    with opened(settings) as store:
        registry = store.registry()
        subjects = _running(registry.sites) if url is None else [_subject(url, registry)]
        if write and any(isinstance(one, str) for one in subjects):
            raise CommandError(
                f"{url} 不是已登记网站的首页，不能写入；请先核对输出，再用 govcrawl registry import 导入"
            )
        found: list[SiteProposals] = []
        added: dict[str, tuple[Column, ...]] = {}
        for number, subject in enumerate(subjects, 1):
            one = asyncio.run(discovery.discover(settings, registry, subject, now))
            found.append(one)
            if write and not one.failure:
                added[one.site.id] = _write(store, one)
            if everything and not json:
                told = one.failure or f"发现栏目 {len(one.proposals)} 个，未登记 {len(one.new)} 个"
                typer.echo(f"[{number}/{len(subjects)}] {one.site.id} {told}", err=True)
    failed = sum(bool(one.failure) for one in found)
    if not everything and failed:
        raise CommandError(f"{found[0].site.url}：{found[0].failure}", 3)
    if json:
        facts = [
            one.to_json()
            | ({"added": [column.url for column in added.get(one.site.id, ())]} if write else {})
            for one in found
        ]
        print_json(facts if everything else facts[0])
    elif write:
        _print_added(found, added)
    else:
        typer.echo(proposals_yaml(found), nl=False)
    raise typer.Exit(0 if not failed else 3 if failed == len(found) else 1)


def _running(sites: tuple[Site, ...]) -> list[Site | str]:
    from govcrawl.model import SiteStatus

    running: list[Site | str] = [site for site in sites if site.status is SiteStatus.RUNNING]
    if not running:
        raise CommandError("没有在运行的网站，请先运行 govcrawl registry import 文件")
    return running


def _subject(url: str, registry: Registry) -> Site | str:
    from govcrawl.office.discovery import UnknownSiteError, subject

    try:
        return subject(url, registry)
    except UnknownSiteError as error:
        raise CommandError(str(error)) from error


def _write(store: Store, one: SiteProposals) -> tuple[Column, ...]:
    """Add to the registry as it is now: the search took its time, and others may have written meanwhile."""
    from govcrawl.registry.site_proposals import with_columns

    registry, added = with_columns(
        store.registry(), one.site.id, (proposal.column for proposal in one.proposals)
    )
    if added:
        store.save_registry(registry, now=now())
    return added


def _print_added(found: list[SiteProposals], added: dict[str, tuple[Column, ...]]) -> None:
    from govcrawl.registry.errors import plain
    from govcrawl.registry.site_proposals import remark

    for one in found:
        if one.failure:
            continue
        remarks = {proposal.column.url: remark(proposal) for proposal in one.proposals}
        for column in added[one.site.id]:
            line = f"新增 {one.site.id} {column.name} {column.type} {column.url} {remarks[column.url]}"
            typer.echo(plain(line, 1000))
    total = sum(map(len, added.values()))
    typer.echo(f"共新增 {total} 个栏目，均未确认；核对后用 govcrawl registry confirm 网站标识 确认")
