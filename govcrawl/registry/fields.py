"""The fields of units, sites, columns and accounts: their names in YAML, their headings in spreadsheets.

One table for reading, writing and comparing, so that a new field is one line here and one in the model.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from govcrawl.registry import values as v


class Kind(StrEnum):
    """The four sorts of rows; the value is the key in YAML."""

    UNIT = "units"
    SITE = "sites"
    COLUMN = "columns"
    ACCOUNT = "accounts"

    @property
    def one(self) -> str:
        """The word for one of them, in JSON."""
        return self.value.removesuffix("s")

    @property
    def zh(self) -> str:
        """The word in papers, and the name of the sheet."""
        return {"units": "单位", "sites": "网站", "columns": "栏目", "accounts": "账号"}[self.value]


class _Required:
    """Stands where a field can't be empty."""


REQUIRED: Final = _Required()


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """How several items share one cell."""

    split: Callable[[str], list[str]]
    join: Callable[[list[str]], str]


WORDS = Items(split=v.split_words, join=v.join_words)
SHORT = Items(split=v.split_short, join="；".join)
ADDRESSES = Items(split=v.split_addresses, join="\n".join)
LINES = Items(split=v.split_lines, join="\n".join)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of one kind of row."""

    name: str
    """In the model and in YAML; with a dot: a part of a field, or (`unit.…`) of the sponsoring unit."""
    heading: str
    """As it is written; see `headings` for how tolerantly it is read."""
    also: tuple[str, ...] = ()
    """Other words for the heading."""
    read: Callable[[str], object] = v.optional_text
    items: Items | None = None
    """Of a field that holds several values: `read` reads one of them."""
    empty: object = ""
    """The value of a cell or key that is there and says "nothing"; REQUIRED: it must say something."""

    def read_cell(self, cell: str) -> object:
        """The value of a cell that is not blank.

        Raises:
            ValueError: with a Chinese sentence, where it can't be read.
        """
        if self.items is not None:
            return tuple(self.read(part) for part in self.items.split(cell))
        said = v.clean(cell)
        if self.empty is not REQUIRED and v.is_nothing(said) and not (self.read is v.flag and said == "无"):
            return self.empty
        return self.read(cell)


_UNIT = (
    Field(name="id", heading="单位编号", also=("编号", "单位代码", "id"), read=v.slug, empty=REQUIRED),
    Field(
        name="name",
        heading="单位名称",
        also=("单位全称", "名称", "全称", "单位", "主办单位", "主办单位名称"),
        read=v.text,
        empty=REQUIRED,
    ),
    Field(name="short_names", heading="单位简称", also=("简称",), read=v.item, items=WORDS, empty=()),
    Field(
        name="kind",
        heading="单位类别",
        also=("单位类型", "单位性质", "类别", "类型"),
        read=v.unit_kind,
        empty=REQUIRED,
    ),
    Field(
        name="parent",
        heading="上级单位",
        also=("上级主管单位", "主管单位", "主管部门", "上级部门", "隶属单位"),
        empty=None,
    ),
    Field(
        name="emails",
        heading="联系邮箱",
        also=("邮箱", "电子邮箱", "电子邮件", "邮箱地址", "邮件地址", "email", "e-mail"),
        read=v.email,
        items=SHORT,
        empty=(),
    ),
    Field(name="cc", heading="抄送邮箱", also=("抄送",), read=v.email, items=SHORT, empty=()),
    Field(
        name="contact",
        heading="联系人",
        also=("联系人姓名", "负责人", "单位联系人", "网站负责人", "经办人"),
    ),
    Field(
        name="phone",
        heading="联系电话",
        also=("电话", "办公电话", "联系方式", "联系人电话", "电话号码", "手机号码"),
    ),
)

_SITE = (
    Field(name="id", heading="网站编号", also=("编号", "站点编号", "id"), read=v.slug, empty=REQUIRED),
    Field(name="code", heading="网站标识码", also=("标识码", "政府网站标识码", "网站识别码", "站点标识码")),
    Field(name="name", heading="网站名称", also=("名称", "站点名称", "网站"), read=v.text, empty=REQUIRED),
    Field(
        name="unit",
        heading="主办单位",
        also=("主办单位名称", "网站主办单位", "单位名称", "单位", "所属单位"),
        read=v.text,
        empty=REQUIRED,
    ),
    Field(
        name="url",
        heading="首页网址",
        also=(
            "网址",
            "网站网址",
            "首页地址",
            "网站地址",
            "网站首页网址",
            "网站首页",
            "首页",
            "url",
            "网站域名",
        ),
        read=v.home,
        empty=REQUIRED,
    ),
    Field(
        name="kind",
        heading="网站类别",
        also=("网站类型", "类别", "类型", "站点类型"),
        read=v.site_kind,
        empty=REQUIRED,
    ),
    Field(
        name="status",
        heading="网站状态",
        also=("状态", "运行状态", "网站运行状态", "运行情况"),
        read=v.status,
        empty=REQUIRED,
    ),
    Field(name="scope", heading="网站范围", also=("范围",), read=v.prefix, items=ADDRESSES, empty=()),
    Field(
        name="exclude",
        heading="排除范围",
        also=("排除", "不含范围"),
        read=v.prefix,
        items=ADDRESSES,
        empty=(),
    ),
    Field(name="aliases", heading="其他域名", also=("别名", "别名域名"), read=v.host, items=SHORT, empty=()),
    Field(
        name="versions",
        heading="其他版本",
        also=("语言版本", "版本"),
        read=v.version,
        items=LINES,
        empty=(),
    ),
    Field(name="platform", heading="集约化平台", also=("平台", "所属平台"), empty=None),
    Field(
        name="filings.approval",
        heading="开办批准文号",
        also=("批准文号", "开办批复", "开设批复", "批复文号", "开办审批文号"),
    ),
    Field(
        name="filings.icp",
        heading="ICP备案编号",
        also=("ICP备案号", "ICP备案", "ICP备案/许可证号", "ICP号"),
    ),
    Field(
        name="filings.police",
        heading="公安机关备案号",
        also=(
            "公安备案号",
            "公安机关备案编号",
            "公安备案编号",
            "公安机关备案",
            "公安备案",
            "公安机关互联网备案号",
        ),
    ),
    Field(
        name="filings.mlps",
        heading="等级保护备案号",
        also=(
            "网络安全等级保护备案号",
            "等级保护备案编号",
            "等级保护备案",
            "等保备案号",
            "等保备案",
            "等级保护定级备案",
        ),
    ),
    Field(name="filings.mark", heading="党政机关网站标识", also=("党政机关标识", "网站标识")),
    Field(
        name="former_urls",
        heading="原网址",
        also=("曾用网址", "历史网址", "原域名"),
        read=v.url,
        items=ADDRESSES,
        empty=(),
    ),
    Field(name="approval_reason", heading="批准事由", also=("特殊情况说明",)),
)

_SITE_OF_UNIT = (
    # An office's own sheet of sites names people whom the registry keeps with the sponsoring unit.
    Field(name="undertaker", heading="承办单位", also=("网站承办单位", "承办单位名称")),
    Field(name="unit.head", heading="网站负责人", also=("负责人", "负责人姓名")),
    Field(name="unit.contact", heading="联系人", also=("网站联系人", "联系人姓名")),
    Field(name="unit.phone", heading="联系电话", also=("电话", "办公电话", "联系人电话", "联系方式")),
    Field(
        name="unit.emails",
        heading="联系邮箱",
        also=("邮箱", "电子邮箱", "电子邮件", "联系人邮箱"),
        read=v.email,
        items=SHORT,
        empty=(),
    ),
)

_COLUMN = (
    Field(
        name="site",
        heading="所属网站",
        also=("网站编号", "网站标识码", "标识码", "网站名称", "网站", "站点名称", "所属站点"),
        read=v.text,
        empty=REQUIRED,
    ),
    Field(name="name", heading="栏目名称", also=("名称", "栏目"), read=v.text, empty=REQUIRED),
    Field(
        name="url",
        heading="栏目网址",
        also=("网址", "栏目地址", "栏目链接", "栏目url", "url", "链接"),
        read=v.home,
        empty=REQUIRED,
    ),
    Field(
        name="type",
        heading="栏目类型",
        also=("类型", "栏目类别", "类别"),
        read=v.column_type,
        empty=REQUIRED,
    ),
    Field(
        name="level",
        heading="栏目级别",
        also=("级别", "栏目层级", "层级"),
        read=v.whole(1, 9),
        empty=REQUIRED,
    ),
    Field(
        name="unit",
        heading="内容保障单位",
        also=("保障单位", "责任单位", "内容责任单位", "维护单位", "单位名称", "单位"),
        empty=None,
    ),
    Field(name="confirmed", heading="已确认", also=("是否确认",), read=v.flag, empty=REQUIRED),
    Field(name="archived", heading="已归档", also=("是否归档", "归档"), read=v.flag, empty=REQUIRED),
    Field(
        name="max_age_days",
        heading="更新期限天数",
        also=("更新期限", "更新周期天数", "更新期限天"),
        read=v.whole(1, 3660),
        empty=None,
    ),
    Field(name="reason", heading="期限说明", also=("更新期限说明", "期限理由")),
)

_ACCOUNT = (
    Field(name="id", heading="账号编号", also=("编号", "id"), read=v.slug, empty=REQUIRED),
    Field(
        name="unit",
        heading="主办单位",
        also=("单位名称", "主办单位名称", "单位", "所属单位", "开设单位"),
        read=v.text,
        empty=REQUIRED,
    ),
    Field(
        name="platform",
        heading="平台",
        also=("平台名称", "开设平台", "所属平台", "账号平台", "平台类型"),
        read=v.text,
        empty=REQUIRED,
    ),
    Field(
        name="name",
        heading="账号名称",
        also=("名称", "新媒体名称", "政务新媒体名称", "政务新媒体账号名称", "账号", "帐号名称"),
        read=v.text,
        empty=REQUIRED,
    ),
    Field(name="url", heading="账号网址", also=("网址", "账号链接", "链接", "url"), read=v.home, empty=None),
    Field(
        name="status",
        heading="账号状态",
        also=("状态", "运行状态", "运行情况"),
        read=v.status,
        empty=REQUIRED,
    ),
    Field(name="verified_owner", heading="认证主体", also=("认证单位", "账号认证主体"), empty=None),
    Field(name="filed", heading="已备案", also=("是否备案", "备案情况", "备案"), read=v.flag, empty=None),
    Field(
        name="hosts", heading="后台域名", also=("服务域名", "接口域名"), read=v.host, items=SHORT, empty=()
    ),
    Field(name="approval_reason", heading="批准事由", also=("特殊情况说明",)),
)

WRITTEN: Mapping[Kind, tuple[Field, ...]] = {
    Kind.UNIT: _UNIT,
    Kind.SITE: _SITE,
    Kind.COLUMN: _COLUMN,
    Kind.ACCOUNT: _ACCOUNT,
}
"""What the registry itself keeps, in the order in which it is written."""

IN_SHEETS: Mapping[Kind, tuple[Field, ...]] = {**WRITTEN, Kind.SITE: _SITE + _SITE_OF_UNIT}
"""What is recognised in spreadsheets."""

FILINGS = ("approval", "icp", "police", "mlps", "mark")
"""Keys of a site's `filings`: approval document, ICP, public security, graded protection (等级保护), mark."""

FIELDS: Mapping[Kind, Mapping[str, Field]] = {
    kind: {field.name: field for field in fields} for kind, fields in IN_SHEETS.items()
}
