"""The plan of a site whose wall lets no program in: nothing may be said of it but that it was not seen."""

from __future__ import annotations

from tests.city.specs import DATED, LINK, Column, Site, trap

_ALL = (
    DATED | LINK | {"home-stale", "columns-blank", "columns-not-updated", "ipv6-unreachable", "ipv6-differs"}
)

AUDIT = Site(
    id="sjj",
    unit="sjj",
    name="示例市审计局",
    code="1505000067",
    url="http://sjj.example.gov.cn/",
    who="市审计局",
    walled=True,
    columns=(
        Column(path="/sjyw/", name="审计要闻", shape="blocked"),
        Column(path="/sjgg/", name="审计公告", type="通知公告", shape="blocked"),
    ),
    marks=(trap(_ALL, "整个网站拦截程序访问，只能说没有看到", "/", unjudged=True),),
)
