"""The registry of the city, as an office would write it down."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import yaml

from tests.city.specs import Column, Site


@dataclass(frozen=True, slots=True)
class _Unit:
    name: str
    short: str
    kind: str
    parent: str | None = "zfb"


UNITS = {
    "zfb": _Unit("示例市人民政府办公室", "市政府办", "市政府", None),
    "jyj": _Unit("示例市教育局", "市教育局", "市直部门"),
    "wjw": _Unit("示例市卫生健康委员会", "市卫生健康委", "市直部门"),
    "nmj": _Unit("示例市农牧局", "市农牧局", "市直部门"),
    "slj": _Unit("示例市水利局", "市水利局", "市直部门"),
    "wlj": _Unit("示例市文化旅游体育局", "市文化旅游体育局", "市直部门"),
    "sjj": _Unit("示例市审计局", "市审计局", "市直部门"),
    "fanli": _Unit("范例县人民政府", "范例县政府办", "旗县市区政府"),
    "yangben": _Unit("样本县人民政府", "样本县政府办", "旗县市区政府"),
    "kfq": _Unit("示例经济技术开发区管理委员会", "开发区管委会", "开发区管委会"),
    "gxq": _Unit("示例高新技术产业园区管理委员会", "高新区管委会", "开发区管委会"),
}
_ACCOUNTS = [
    {
        "id": "zfb-wb",
        "unit": "zfb",
        "platform": "微博",
        "name": "示例发布",
        "url": "http://weibo.com/u/1000000001",
        "status": "正常运行",
        "hosts": ["weibo.com"],
    },
    {
        "id": "wlj-dy",
        "unit": "wlj",
        "platform": "抖音",
        "name": "示例文旅",
        "url": "http://www.douyin.com/user/slwl",
        "status": "正常运行",
        "hosts": ["www.douyin.com"],
    },
]


def registry_yaml(sites: Iterable[Site]) -> str:
    """`registry.yaml` (INTERFACES, section 2)."""
    content = {
        "units": [_unit(key, unit) for key, unit in UNITS.items()],
        "sites": [_site(site) for site in sites],
        "accounts": _ACCOUNTS,
    }
    text: str = yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=120)
    return text


def _unit(key: str, unit: _Unit) -> dict[str, Any]:
    entry: dict[str, Any] = {"id": key, "name": unit.name, "short_names": [unit.short], "kind": unit.kind}
    if unit.parent:
        entry["parent"] = unit.parent
    return entry | {"emails": [f"{key}@example.gov.cn"], "contact": "张某", "phone": "0000-0000000"}


def _site(site: Site) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "id": site.id,
        "code": site.code,
        "name": site.name,
        "unit": site.unit,
        "url": site.url,
        "kind": site.kind,
        "status": "正常运行",
    }
    if site.scope:
        entry["scope"] = list(site.scope)
    if site.aliases:
        entry["aliases"] = list(site.aliases)
    entry["columns"] = [_column(site, column) for column in site.columns if column.registered]
    return entry


def _column(site: Site, column: Column) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "name": column.name,
        "url": site.address(column.path),
        "type": column.type,
        "level": column.level,
    }
    if column.unit:
        entry["unit"] = column.unit
    if column.archived:
        entry["archived"] = True
    if column.max_age_days is not None:
        entry |= {"max_age_days": column.max_age_days, "reason": column.reason}
    return entry
