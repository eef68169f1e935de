"""registry.yaml in and out."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from registry_samples import CITY, city, errors_of, of_yaml

from govcrawl.model import Registry, SiteKind, Version
from govcrawl.registry import RegistryError, empty_registry_yaml, from_yaml, merge, read_files, to_yaml


def test_every_field_of_the_city_is_read() -> None:
    registry = city()
    portal = registry.site("portal")
    assert portal is not None
    assert portal.code == "1505000001", "a code written as a number is text"
    assert portal.kind is SiteKind.PORTAL
    assert portal.versions == (Version(url="http://en.example.gov.cn/", lang="en", kind="语言版"),)
    assert portal.filings["police"] == "00000000000001", "leading zeros are kept"
    assert [c.unit for c in portal.columns] == [None, "jyj", None, None], (
        "a unit may be called by its short name"
    )
    assert portal.columns[2].max_age_days == 400
    assert portal.columns[3].url == "http://www.example.gov.cn/#/ld", "a fragment may be what tells a column"
    office = registry.site("jy")
    assert office is not None
    assert office.scope == ("http://www.example.gov.cn/jyj/",), "a prefix of the own host is made absolute"
    assert office.code == "0505000002"
    assert registry.accounts[0].filed is True
    assert registry.accounts[0].url is None


def test_export_and_import_give_the_same_registry() -> None:
    registry = city()
    text = to_yaml(registry)
    assert of_yaml(text) == registry
    again = merge(registry, from_yaml(text))
    assert again.empty, f"importing what was exported changes nothing, but: {again.lines()}"
    assert not again.missing


def test_an_export_undoes_what_was_changed_since() -> None:
    before = city()
    text = to_yaml(before)
    changed = of_yaml(
        "units: [{id: jyj, phone: 1111-1111111, cc: [a@example.gov.cn]}]\n"
        "sites:\n"
        "  - {id: portal, filings: {icp: x}, columns: [{url: http://www.example.gov.cn/zwyw/, unit: jyj}]}\n",
        before,
    )
    assert changed != before
    assert of_yaml(text, changed) == before, "an export names every field, so importing it restores each"


def test_the_starting_file_is_empty_and_its_example_is_right() -> None:
    text = empty_registry_yaml()
    assert merge(Registry(), from_yaml(text)).result == Registry()
    # As its own comment says: take the # away, and the [] above.
    example = re.sub(r"(?m)^(units|sites|accounts): \[\]\n((?:#  .*\n?)+)", _uncommented, text)
    plan = merge(Registry(), from_yaml(example))
    assert [len(plan.result.units), len(plan.result.sites), len(plan.result.accounts)] == [2, 1, 1]
    assert len(plan.result.sites[0].columns) == 4
    for key in re.findall(r"(?m)[{ -]([a-z_]+): ", to_yaml(city())):
        assert re.search(rf"(?m)^#\s+{key} |[{{ ,]{key}[: ]|^#\s+- {key}:|^{key}:", text), (
            f"{key} is not explained"
        )


def _uncommented(match: re.Match[str]) -> str:
    return f"{match[1]}:\n" + "".join(f"{line[1:]}\n" for line in match[2].splitlines())


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("units:\n  - {id: a, nmae: 示例局}\n", 2, "是否应为“name”"),
        ("units:\n  - {id: a, 单位名称: 示例局}\n", 2, "是否应为“name”"),
        ("sits: []\n", 1, "是否应为“sites”"),
        ("units:\n  - {id: a, name: 甲}\n  - {id: b, name: 乙, kind: 市直单位}\n", 3, "最接近的是“市直部门”"),
        ("units:\n  - id: a\n    name: 甲\n    emails:\n      - x y\n", 5, "不是邮箱地址"),
        ("units:\n  - {id: 甲, name: 甲}\n", 2, "半角字母"),
        ("units:\n  - {id: a}\n", 2, "缺少单位名称"),
        ("units: {id: a}\n", 1, "应为列表"),
        ("units:\n  - 甲\n", 2, "读到“甲”"),
        ("units:\n  - {id: a, name: 甲, parent: 乙}\n", 2, "没有登记"),
        ("units:\n  - {id: a, name: [甲]}\n", 2, "不能是列表"),
        ("units:\n  - {id: a, name: 甲, name: 乙}\n", 2, "重复"),
        ("units:\n\t- {id: a}\n", 2, "制表符"),
        ("units：\n  - {id: a}\n", 2, "冒号"),
        ("units:\n  - {id: &x a, name: *x}\n", 2, "锚点"),
        ("units:\n  - {id: !!python/object:os.system a}\n", 2, "标签"),
        ("--- \nunits: []\n---\nunits: []\n", 3, "一个 YAML 文档"),
        ("- a\n", 1, "units、sites、accounts"),
        ("sites:\n  - {filings: {icpp: 1}}\n", 2, "是否应为“icp”"),
        ("sites:\n  - {versions: [{lang: zh}]}\n", 2, "缺少 url"),
    ],
)
def test_a_fault_is_told_with_its_line(text: str, line: int, says: str) -> None:
    lines = errors_of(text)
    assert lines, f"was taken without a word: {text!r}"
    told = [one for one in lines if says in one]
    assert told, f"no message says {says}: {lines}"
    assert f"第{line}行" in told[0], f"line {line} is meant: {told[0]}"
    assert told[0].startswith("登记表.yaml"), told[0]


def test_all_faults_are_told_at_once() -> None:
    lines = errors_of("units:\n  - {id: a, name: 甲, kind: x}\n  - {id: b, name: 乙, kind: y, emails: [z]}\n")
    assert len(lines) == 3, lines


def test_a_message_is_bounded_and_cannot_steer_a_terminal() -> None:
    many = "units:\n" + "".join(
        f'  - {{id: a{n}, name: 单位{n}, kind: "\\e[31m{"x" * 3000}"}}\n' for n in range(500)
    )
    with pytest.raises(RegistryError) as caught:
        of_yaml(many)
    text = str(caught.value)
    assert len(caught.value.errors) == 500
    assert "另有 450 处错误未列出" in text
    assert "\x1b" not in text
    assert len(text) < 50 * 600
    for line in errors_of('units:\n  - {"na\\e[31mme\\u202e": x}\n') + errors_of('"\\e[2J": 1'):
        assert "\x1b" not in line, "a key is repeated as it stood in the file"
        assert "\u202e" not in line


def test_null_and_empty_clear_and_absent_keeps() -> None:
    registry = of_yaml("units: [{id: jyj, contact: null, short_names: [], parent: null}]", city())
    unit = registry.unit("jyj")
    assert unit is not None
    assert (unit.contact, unit.short_names, unit.parent) == ("", (), None)
    assert unit.phone == "0000-0000000", "what is not said stays"


@pytest.mark.parametrize("text", ["", "# nothing\n", "units:\nsites: ~\n", "null\n"])
def test_empty_files_hold_nothing(text: str) -> None:
    assert of_yaml(text) == Registry()


def test_aliases_and_depth_are_refused_quickly() -> None:
    laughs = "a0: &a0 [x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 40)
    )
    began = time.process_time()
    assert any("锚点" in line for line in errors_of(laughs))
    assert any("层次过深" in line for line in errors_of("units: " + "[" * 500 + "]" * 500))
    assert errors_of("units: " + "[" * 100_000), "far deeper than any parser goes: refused, no RecursionError"
    assert any("文件过大" in line for line in errors_of("#" * 4_000_001))
    assert any("内容过多" in line for line in errors_of("units: [" + "[]," * 600_000 + "]"))
    assert time.process_time() - began < 10


def test_several_files_make_one(tmp_path: Path) -> None:
    (tmp_path / "单位.yaml").write_text("units: [{id: a, name: 甲}]", encoding="utf-8-sig")
    (tmp_path / "网站.yml").write_text(
        "sites: [{id: s, name: 站, unit: 甲, url: 'http://www.example.gov.cn'}]", encoding="utf-8"
    )
    registry = merge(Registry(), read_files([tmp_path / "网站.yml", tmp_path / "单位.yaml"])).result
    assert registry.sites[0].unit == "a"
    assert registry.sites[0].url == "http://www.example.gov.cn/"


def test_city_file_is_read_by_read_files() -> None:
    assert merge(Registry(), read_files([CITY])).result == city()
