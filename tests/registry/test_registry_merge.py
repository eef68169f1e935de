"""Matching rows with what is registered: pure, whole or not at all."""

from __future__ import annotations

import json

import pytest
from registry_samples import city, errors_of, of_yaml

from govcrawl.model import Registry, SiteStatus
from govcrawl.registry import ImportPlan, RegistryError, from_yaml, merge
from govcrawl.registry.fields import Kind
from govcrawl.registry.lookup import Slugs


def plan(text: str, *, retire: bool = False, current: Registry | None = None) -> ImportPlan:
    return merge(city() if current is None else current, from_yaml(text, file="f.yaml"), retire=retire)


def changes(made: ImportPlan) -> list[tuple[str, str, object, object]]:
    return [(change.entry.id, change.field, change.old, change.new) for change in made.changed]


# -- matching where ids are missing


def test_a_site_is_matched_by_its_code_first() -> None:
    made = plan("sites: [{code: '1505000001', name: 示例市政府网, url: http://www.example.gov.cn/new/}]")
    assert changes(made) == [
        ("portal", "name", "示例市人民政府", "示例市政府网"),
        ("portal", "url", "http://www.example.gov.cn/", "http://www.example.gov.cn/new/"),
    ]
    assert not made.added


@pytest.mark.parametrize(
    "url", ["http://www.shilixian.gov.cn", "HTTPS://WWW.shilixian.gov.cn/", "www.shilixian.gov.cn"]
)
def test_else_by_its_home_address_in_any_spelling(url: str) -> None:
    made = plan(f"sites: [{{name: 示例县政府, url: '{url}'}}]")
    assert ("county", "name", "示例县人民政府", "示例县政府") in changes(made)
    assert not made.added, f"{url} is the registered home page"


def test_a_closed_site_does_not_take_the_place_of_a_running_one() -> None:
    registry = of_yaml(
        "units: [{id: a, name: 甲}]\n"
        "sites:\n"
        "  - {id: old, name: 旧站, unit: a, url: http://www.example.gov.cn/, status: 永久下线}\n"
        "  - {id: new, name: 新站, unit: a, url: http://www.example.gov.cn/}\n"
    )
    made = plan("sites: [{name: 新网站, url: http://www.example.gov.cn/}]", current=registry)
    assert changes(made) == [("new", "name", "新站", "新网站")]


def test_an_account_is_matched_by_platform_and_name() -> None:
    made = plan("accounts: [{unit: 示例市教育局, platform: 微信公众号, name: '示例教育 ', status: 临时下线}]")
    assert changes(made) == [("jyj-wx", "status", SiteStatus.RUNNING, SiteStatus.SUSPENDED)]
    other = plan("accounts: [{unit: 示例市教育局, platform: 微博, name: 示例教育}]")
    assert [entry.id for entry in other.added] == ["jyj-wb"]


def test_a_unit_is_matched_by_name_or_short_name() -> None:
    assert changes(plan("units: [{name: 示例市 教育局, phone: '1'}]")) == [
        ("jyj", "phone", "0000-0000000", "1")
    ]
    made = plan("units: [{name: 市教育局, phone: '1'}]")
    assert changes(made) == [("jyj", "phone", "0000-0000000", "1")], "its short name does not become its name"


def test_a_short_name_of_two_units_is_not_clear() -> None:
    county = "  - {id: X, name: X县教育局, short_names: [教育局]}\n"
    registry = of_yaml("units:\n" + county.replace("X", "a") + county.replace("X", "b"))
    told = errors_of("units: [{name: 教育局, phone: '1'}]", registry)
    assert told, "one of two units was taken at random"
    assert "a县教育局" in told[0], told
    assert "b县教育局" in told[0], told


def test_an_id_with_another_name_renames() -> None:
    assert changes(plan("units: [{id: jyj, name: 示例市教育体育局}]")) == [
        ("jyj", "name", "示例市教育局", "示例市教育体育局")
    ]


# -- ids for what is new


def test_new_ids_come_from_the_host() -> None:
    made = merge(
        Registry(),
        from_yaml(
            "units: [{name: 甲局}, {name: 乙局}, {name: 丙中心}]\n"
            "sites:\n"
            "  - {name: 甲, unit: 甲局, url: http://jyj.example.gov.cn/}\n"
            "  - {name: 乙, unit: 乙局, url: http://www.example.gov.cn/}\n"
            "accounts:\n"
            "  - {unit: 甲局, platform: 微信公众号, name: 甲}\n"
            "  - {unit: 甲局, platform: 微信公众号, name: 乙}\n"
        ),
    )
    assert [site.id for site in made.result.sites] == ["jyj", "example"]
    assert [unit.id for unit in made.result.units] == ["jyj", "example", "unit-1"]
    assert [account.id for account in made.result.accounts] == ["jyj-wx", "jyj-wx-2"]
    assert len(made.slugs) == 7
    assert any("新编号" in line and "［jyj-wx］" in line for line in made.lines())


def test_new_ids_are_unique_and_fit_for_file_names() -> None:
    slugs = Slugs(["jyj", "JYJ-example", "example"])
    assert slugs.of_host("http://jyj.example.gov.cn/") == "jyj-example-2", (
        "upper and lower case are one file name"
    )
    assert slugs.of_host("http://www.example.gov.cn/jyj/index.html") == "example-jyj"
    assert slugs.of_host("http://127.0.0.1:8080/") == "127-0-0-1"
    assert slugs.of_host("http://示例.政务/").isascii()
    assert slugs.of_account("a", "某新平台") == "a-account"


def test_an_id_that_a_file_gives_is_not_given_to_another() -> None:
    made = merge(
        Registry(),
        from_yaml(
            "units: [{id: u, name: 甲}]\n"
            "sites:\n"
            "  - {name: 一, unit: u, url: http://jyj.example.gov.cn/}\n"
            "  - {id: jyj, name: 二, unit: u, url: http://two.example.gov.cn/}\n"
        ),
    )
    assert [site.id for site in made.result.sites] == ["jyj-example", "jyj"]


# -- missing


def test_what_is_not_in_the_file_is_reported_and_stays() -> None:
    made = plan("sites: [{id: portal, columns: [{url: http://www.example.gov.cn/zwyw/}]}]")
    assert [entry.id for entry in made.missing if entry.kind is Kind.SITE] == ["jy", "county"]
    assert len([entry for entry in made.missing if entry.kind is Kind.COLUMN]) == 3
    assert not [entry for entry in made.missing if entry.kind in {Kind.UNIT, Kind.ACCOUNT}], (
        "the file has none of these"
    )
    assert made.result == city()


def test_retire_takes_it_offline_and_deletes_nothing() -> None:
    made = plan("sites: [{id: portal, columns: [{url: http://www.example.gov.cn/zwyw/}]}]", retire=True)
    assert {site.id: site.status for site in made.result.sites} == {
        "portal": SiteStatus.RUNNING,
        "jy": SiteStatus.CLOSED,
        "county": SiteStatus.CLOSED,
    }
    assert [column.archived for column in made.result.sites[0].columns] == [False, True, True, True]
    assert len(made.retired) == 5
    assert ("jy", "status", SiteStatus.RUNNING, SiteStatus.CLOSED) in changes(made)
    again = merge(made.result, from_yaml("sites: [{id: portal}]"), retire=True)
    assert not again.missing, "what is closed already is not missing"
    assert again.empty


def test_a_unit_cannot_be_retired() -> None:
    made = plan("units: [{id: jyj}]", retire=True)
    assert [entry.id for entry in made.missing] == ["zfb", "county"]
    assert made.result == city()


def test_an_empty_list_retires_nothing() -> None:
    assert plan("sites: []\naccounts: []\nunits: []", retire=True).empty


# -- wrong rows: nothing by halves

UNITS = "units:\n  - {id: a, name: 甲局}\n  - {id: b, name: 乙局}\n"


def new_site(more: str) -> str:
    return f"sites:\n  - {{id: s, name: 站, unit: jyj, {more}}}\n"


def new_columns(*columns: str) -> str:
    listed = ", ".join(f"{{url: http://www.example.gov.cn/x/, {column}}}" for column in columns)
    return f"sites:\n  - {{id: portal, columns: [{listed}]}}\n"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (new_site("url: http://x.gov.cn").replace("jyj", "示例市教育剧"), "示例市教育局"),
        (new_site("url: 'ftp://x.gov.cn/'"), "不是网址"),
        (new_site("url: 'javascript:alert(1)'"), "不是网址"),
        (new_site("url: 'http://u:p@x.gov.cn/'"), "不是网址"),
        (new_site("url: 'http://x.gov.cn:99999/'"), "不是网址"),
        (new_site("url: 'http://x y.gov.cn/'"), "不是网址"),
        (new_site("url: http://x.gov.cn, kind: 门户"), "门户网站"),
        (new_site("url: http://x.gov.cn, status: 正常"), "正常运行"),
        (new_site("url: http://x.gov.cn, code: 1505000001"), "portal"),
        (new_site("url: https://www.example.gov.cn"), "重复"),
        (new_site("url: http://www.example.gov.cn/other/"), "范围"),
        (new_site("url: http://x.gov.cn").replace("id: s", "id: PORTAL"), "重复"),
        (
            new_site("url: http://x.gov.cn") + "  - {id: S, name: 站, unit: jyj, url: http://y.gov.cn}\n",
            "重复",
        ),
        ("sites:\n  - {id: portal}\n  - {code: '1505000001'}\n", "重复"),
        (new_columns("name: 甲"), "缺少栏目类型"),
        (new_columns("name: 甲, type: 要闻"), "动态要闻"),
        (new_columns("name: 甲, type: 其他", "name: 乙, type: 其他"), "重复"),
        (new_columns("name: 甲, type: 其他, unit: 丙"), "丙"),
        (new_columns("name: 甲, type: 其他, max_age_days: 90"), "理由"),
        (new_columns("name: 甲, type: 其他, level: 0"), "1 至 9"),
        (new_columns("name: 甲, type: 其他, archived: 也许"), "“是”或“否”"),
        ("accounts:\n  - {unit: jyj, platform: 微博}\n", "缺少账号名称"),
        ("accounts:\n  - {id: x, unit: jyj, platform: 微信公众号, name: 示例教育}\n", "两次"),
        ("units:\n  - {id: x, name: 示例市教育局}\n", "重复"),
        ("units:\n  - {id: zfb, parent: jyj}\n", "成环"),
        ("units:\n  - {id: zfb, parent: zfb}\n", "成环"),
    ],
)
def test_a_wrong_row_is_refused_in_chinese(text: str, says: str) -> None:
    told = errors_of(text, city())
    assert told, f"was taken without a word:\n{text}"
    assert any(says in line for line in told), f"no message says {says}: {told}"
    assert all("行" in line for line in told), f"without its row: {told}"


def test_right_rows_beside_a_wrong_one_are_not_taken_either() -> None:
    with pytest.raises(RegistryError) as caught:
        plan("units:\n  - {id: x, name: 某局}\n  - {id: y}\n")
    assert [error.row for error in caught.value.errors] == [3]


def test_a_circle_is_told_once() -> None:
    told = errors_of(
        "units:\n  - {id: a, name: 甲, parent: 丙}\n  - {id: b, name: 乙, parent: a}\n"
        "  - {id: c, name: 丙, parent: b}\n  - {id: d, name: 丁, parent: c}\n"
    )
    assert len(told) == 1, told
    assert "甲" in told[0], told


def test_sites_that_share_a_host_by_prefixes_are_right() -> None:
    registry = of_yaml(
        UNITS + "sites:\n"
        "  - {id: a, name: 一, unit: a, url: http://x.gov.cn/a/, scope: [http://x.gov.cn/a/]}\n"
        "  - {id: b, name: 二, unit: b, url: http://x.gov.cn/b/, scope: [/b/, x.gov.cn/bb/]}\n"
        "  - {id: all, name: 三, unit: b, url: http://x.gov.cn/, status: 临时下线}\n"
    )
    assert registry.sites[1].scope == ("http://x.gov.cn/b/", "http://x.gov.cn/bb/")


def test_a_name_given_up_may_be_taken_again() -> None:
    registry = of_yaml(
        UNITS + "accounts:\n"
        "  - {id: old, unit: a, platform: 微博, name: 甲, status: 永久下线}\n"
        "  - {id: new, unit: a, platform: 微博, name: 甲}\n"
    )
    assert len(registry.accounts) == 2


def test_the_plan_is_json() -> None:
    made = plan(
        "units: [{id: jyj, emails: [a@example.gov.cn]}]\n"
        "sites:\n"
        "  - {code: '1505000001', filings: {icp: x}, versions: []}\n"
        "  - {name: 新站, unit: jyj, url: http://new.example.gov.cn/}\n",
        retire=True,
    )
    known = json.loads(json.dumps(made.to_json(), ensure_ascii=False))
    assert known["added"] == [{"kind": "site", "id": "new", "name": "新站", "site": None}]
    assert known["new_ids"] == known["added"]
    fields = {(change["id"], change["field"]): (change["old"], change["new"]) for change in known["changed"]}
    assert fields["jyj", "emails"] == (["jyj@example.gov.cn"], ["a@example.gov.cn"])
    assert fields["portal", "versions"][0][0]["lang"] == "en"
    assert fields["portal", "filings"][1] == {"icp": "x"}
    assert fields["jy", "status"] == ("正常运行", "永久下线")
    assert [entry["id"] for entry in known["retired"]] == ["jy", "county"]


def test_the_plan_reads_well() -> None:
    made = plan("units: [{id: jyj, emails: [a@example.gov.cn, b@example.gov.cn]}]\n", retire=True)
    assert (
        "修改 单位 示例市教育局［jyj］：联系邮箱 jyj@example.gov.cn → a@example.gov.cn、b@example.gov.cn"
        in made.lines()
    )
    hostile = plan('units: [{id: x, name: "甲\\e[2J\\u202e乙"}]')
    assert "\x1b" not in "".join(hostile.lines())
