"""Columns that were discovered become ones that somebody looked at (`govcrawl registry confirm`)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from govcrawl.model import ColumnType, Registry
from govcrawl.registry.errors import RegistryError, RowError, nearest, shown
from govcrawl.registry.lookup import address_key


def confirm(
    registry: Registry,
    site_id: str,
    urls: Collection[str] | None = None,
    types: Mapping[str, ColumnType] | None = None,
) -> Registry:
    """The registry with a site's columns confirmed: all of them, or those at the given addresses.

    Args:
        registry: what is registered.
        site_id: the site.
        urls: addresses of columns, in any spelling; None: all of the site.
        types: by address: what type the column is of. Who says so has looked at it: it is confirmed, too.

    Raises:
        RegistryError: no such site, or an address that none of its columns has; then nothing is confirmed.
    """
    site = registry.site(site_id)
    if site is None:
        close = nearest(site_id, [known.id for known in registry.sites])
        hint = f"，是否为“{close}”？" if close else "。"
        raise RegistryError([RowError(message=f"没有登记编号为{shown(site_id)}的网站{hint}")])
    known = {address_key(column.url) for column in site.columns}
    if strangers := [url for url in (*(urls or ()), *(types or ())) if address_key(url) not in known]:
        message = f"网站“{site.name}”没有登记这些栏目：{'、'.join(map(shown, strangers[:10]))}。"
        raise RegistryError([RowError(message=message)])
    retyped = {address_key(url): kind for url, kind in (types or {}).items()}
    wanted = known if urls is None else {*map(address_key, urls), *retyped}
    columns = tuple(
        replace(column, confirmed=True, type=retyped.get(address_key(column.url), column.type))
        if address_key(column.url) in wanted
        else column
        for column in site.columns
    )
    confirmed = replace(site, columns=columns)
    return replace(registry, sites=tuple(confirmed if s.id == site_id else s for s in registry.sites))
