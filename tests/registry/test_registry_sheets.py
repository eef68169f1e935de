"""Spreadsheets as offices make them, and as nobody should."""

from __future__ import annotations

import datetime as dt
import struct
import sys
import time
import zipfile
import zlib
from pathlib import Path

import openpyxl
import pytest
from registry_samples import city, of_yaml, old_workbook, workbook

from govcrawl.model import ColumnType, Registry, SiteStatus, UnitKind
from govcrawl.registry import ImportPlan, RegistryError, merge, read_files, write_workbook
from govcrawl.registry.sheets import MAX_BYTES, MAX_UNPACKED

UNITS = [["单位名称", "单位类别"], ["示例市教育局", "市直部门"], ["示例市人民政府办公室", "市政府"]]


def plan(*paths: Path, current: Registry | None = None) -> ImportPlan:
    return merge(current or Registry(), read_files(paths))


def told(*paths: Path, current: Registry | None = None) -> list[str]:
    try:
        plan(*paths, current=current)
    except RegistryError as error:
        return str(error).splitlines()
    return []


# -- as offices make them


def test_an_office_sheet_with_titles_notes_and_merged_cells(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "基本信息表.xlsx",
        {
            "Sheet1": [
                ["示例市政府网站基本信息表"],
                ["填报单位：示例市人民政府办公室", None, None, None, "填报日期：", dt.date(2026, 11, 1)],
                ["序号", "主办单位*", "网站名称\n（全称）", "首页 网址：", "网站标识码",
                 "网站负责人", "联系电话", "ICP备案编号", "备注"],
                [1, "示例市教育局", "示例市教育局网站", "jyj.example.gov.cn", 1505000001.0,
                 "张某", 12345678, "示ICP备1号", "x"],
                [None] * 9,
                [2, "示例市人民政府办公室", "示例市\n人民政府", "http://www.example.gov.cn/", "0505000002",
                 "李某", "0000-1234567", None, None],
                ["填表人：王某", None, None, "审核人：赵某"],
            ],
            "单位": [["单位基本情况"], *UNITS],
            "填表说明": [["一、请如实填写。"], ["二、网站名称为全称。"]],
        },
        {"Sheet1": ["A1:I1"]},
    )  # fmt: skip
    made = plan(path)
    first, second = made.result.sites
    assert (first.id, first.code, first.url) == ("jyj", "1505000001", "http://jyj.example.gov.cn/")
    assert second.code == "0505000002", "leading zeros of a code kept as text stay"
    assert second.name == "示例市人民政府", "a line break inside a name is none"
    assert first.filings == {"icp": "示ICP备1号"}
    units = {unit.name: unit for unit in made.result.units}
    assert (units["示例市教育局"].contact, units["示例市教育局"].phone) == ("张某", "12345678")
    assert first.unit == units["示例市教育局"].id
    notes = "\n".join(made.notes)
    assert "填表说明" in notes, "a sheet that is not read is named"
    assert "备注" in notes, "a heading that is not read is named"
    assert "填表人" in notes
    assert "序号" not in notes, "a running number is not worth a word"


def test_merged_cells_hold_for_each_of_their_rows(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "a.xlsx",
        {
            "表1": [
                ["网站名称", "栏目名称", "栏目网址", "栏目类型", "内容保障单位"],
                ["示例市人民政府", "甲", "http://www.example.gov.cn/a/", "动态要闻", "市教育局"],
                [None, "乙", "http://www.example.gov.cn/b/", "通知公告", None],
                [None, "丙", "http://www.example.gov.cn/c/", "政策文件", None],
            ]
        },
        {"表1": ["A2:A4", "E2:E3"]},
    )
    made = plan(path, current=city())
    portal = made.result.site("portal")
    assert portal is not None
    assert [(column.name, column.unit) for column in portal.columns[4:]] == [
        ("甲", "jyj"),
        ("乙", "jyj"),
        ("丙", None),
    ]
    assert portal.columns[5].type is ColumnType.NOTICES


def test_a_row_that_is_only_the_rest_of_a_merged_one_is_none(tmp_path: Path) -> None:
    rows = [["单位名称", "单位类别"], ["示例镇", "苏木乡镇街道"], [None, None], ["示例局", "市直部门"]]
    made = plan(workbook(tmp_path / "a.xlsx", {"单位": rows}, {"单位": ["A2:A3", "B2:B3"]}))
    assert [unit.name for unit in made.result.units] == ["示例镇", "示例局"]


def test_a_closed_site_of_the_same_name_is_not_meant(tmp_path: Path) -> None:
    registry = of_yaml(
        "units: [{id: a, name: 甲}]\n"
        "sites:\n"
        "  - {id: old, name: 站, unit: a, url: http://old.gov.cn/, status: 永久下线}\n"
        "  - {id: new, name: 站, unit: a, url: http://new.gov.cn/}\n"
    )
    rows = [["网站名称", "栏目名称", "栏目网址", "栏目类型"], ["站", "一", "http://new.gov.cn/1/", "其他"]]
    made = plan(workbook(tmp_path / "a.xlsx", {"栏目": rows}), current=registry)
    assert [entry.site for entry in made.added] == ["new"]


def test_two_rows_of_headings_with_merged_groups(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "a.xlsx",
        {
            "名单": [
                ["单位名称", "联系方式", None, "单位类别"],
                [None, "联系人", "联系电话", None],
                ["示例镇", "张某", "0000", "苏木乡镇街道"],
            ]
        },
        {"名单": ["A1:A2", "B1:C1", "D1:D2"]},
    )
    (unit,) = plan(path).result.units
    assert (unit.name, unit.contact, unit.phone, unit.kind) == ("示例镇", "张某", "0000", UnitKind.TOWNSHIP)


def test_columns_without_a_site_go_where_their_address_lies(tmp_path: Path) -> None:
    rows = [["栏目名称", "栏目网址", "栏目类型"]]
    rows += [
        ["甲", "http://www.example.gov.cn/jyj/a/", "其他"],
        ["乙", "http://www.example.gov.cn/z/", "其他"],
    ]
    made = plan(workbook(tmp_path / "a.xlsx", {"x": rows}), current=city())
    assert {(entry.name, entry.site) for entry in made.added} == {("甲", "jy"), ("乙", "portal")}
    other = workbook(tmp_path / "b.xlsx", {"x": [rows[0], ["丙", "http://elsewhere.gov.cn/", "其他"]]})
    assert "不能确定是哪个网站" in told(other, current=city())[0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv_in_the_encodings_of_office_programs(tmp_path: Path, encoding: str, delimiter: str) -> None:
    lines = [
        ["单位名称", "单位类别", "联系邮箱"],
        ["示例市教育局", "市直部门", '"a@example.gov.cn\nb@example.gov.cn"'],
    ]
    path = tmp_path / "单位.csv"
    path.write_bytes("\r\n".join(delimiter.join(line) for line in lines).encode(encoding))
    (unit,) = plan(path).result.units
    assert unit.name == "示例市教育局"
    assert unit.emails == ("a@example.gov.cn", "b@example.gov.cn")


def test_csv_files_of_all_kinds_make_one_registry(tmp_path: Path) -> None:
    texts = {
        "单位.csv": "名称,类别\n示例市教育局,市直部门\n",
        "网站.csv": "名称,主办单位,网址\n教育局网站,示例市教育局,http://jyj.example.gov.cn/\n",
        "栏目.csv": "名称,网站,网址,类型\n动态,jyj,http://jyj.example.gov.cn/dt/,动态要闻\n",
        "账号.csv": "名称,单位,平台,状态,是否备案\n示例教育,示例市教育局,微信公众号,临时下线,是\n",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    made = plan(*(tmp_path / name for name in texts))
    assert made.result.sites[0].columns[0].name == "动态"
    assert made.result.accounts[0].status is SiteStatus.SUSPENDED
    assert made.result.accounts[0].filed is True


def test_an_old_xls_file(tmp_path: Path) -> None:
    path = old_workbook(
        tmp_path / "旧表.xls",
        "网站",
        [
            ["网站名称", "主办单位", "首页网址", "网站标识码"],
            ["教育局网站", "示例市教育局", "http://jyj.example.gov.cn/", 1505000009.0],
        ],
    )
    made = plan(path, current=of_yaml("units: [{id: jyj, name: 示例市教育局}]"))
    assert made.result.sites[0].code == "1505000009"


def test_merged_cells_of_an_old_xls_file(tmp_path: Path) -> None:
    rows = [
        ["网站名称", "栏目名称", "栏目网址", "栏目类型"],
        ["示例市人民政府", "甲", "http://www.example.gov.cn/a/", "其他"],
        ["", "乙", "http://www.example.gov.cn/jyj/b/", "其他"],  # by its address it would go to another site
    ]
    path = old_workbook(tmp_path / "旧表.xls", "栏目", rows, [(1, 2, 0, 0)])
    assert [entry.site for entry in plan(path, current=city()).added] == ["portal", "portal"]


def test_a_blank_says_nothing_and_a_dash_says_none(tmp_path: Path) -> None:
    rows = [["单位名称", "联系人", "联系电话", "上级单位", "联系邮箱"], ["示例市教育局", "", "无", "—", "／"]]
    made = plan(workbook(tmp_path / "a.xlsx", {"单位": rows}), current=city())
    unit = made.result.unit("jyj")
    assert unit is not None
    assert unit.contact == "张某", "a blank cell keeps what is registered"
    assert (unit.phone, unit.parent, unit.emails) == ("", None, ())


def test_contacts_of_a_site_do_not_replace_those_of_its_unit(tmp_path: Path) -> None:
    rows = [["网站标识码", "联系人", "承办单位"], ["0505000002", "王某", "示例市信息中心"]]
    made = plan(workbook(tmp_path / "a.xlsx", {"网站": rows}), current=city())
    assert made.empty
    assert any("联系人" in note and "未改动" in note for note in made.notes)
    assert any("示例市信息中心" in note for note in made.notes)


def test_an_address_without_a_scheme_does_not_change_https_to_http(tmp_path: Path) -> None:
    registry = of_yaml(
        "units: [{id: a, name: 甲}]\nsites: [{id: s, name: 站, unit: a, url: https://s.gov.cn/}]"
    )
    rows = [["网站名称", "首页网址"], ["站", "s.gov.cn"]]
    assert plan(workbook(tmp_path / "a.xlsx", {"网站": rows}), current=registry).empty
    rows[1][1] = "http：//s.gov.cn"
    changed = plan(workbook(tmp_path / "a.xlsx", {"网站": rows}), current=registry).changed
    assert [(change.field, change.new) for change in changed] == [("url", "http://s.gov.cn/")], (
        "it is said outright"
    )
    rows = [["网站名称", "首页网址", "主办单位"], ["新站", "n.gov.cn/x/", "甲"]]
    new = plan(workbook(tmp_path / "a.xlsx", {"网站": rows}), current=registry).result.sites[-1].url
    assert new == "http://n.gov.cn/x/"
    assert type(new) is str


def test_of_two_columns_for_one_field_the_proper_one_is_read(tmp_path: Path) -> None:
    rows = [
        ["网站名称", "网站域名", "首页网址", "主办单位"],
        ["站", "d.example.gov.cn", "http://d.example.gov.cn/i.html", "市教育局"],
    ]
    made = plan(workbook(tmp_path / "a.xlsx", {"网站": rows}), current=city())
    assert made.result.sites[-1].url == "http://d.example.gov.cn/i.html"
    assert any("网站域名" in note for note in made.notes)


def test_hidden_sheets_are_not_read(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"单位": UNITS, "旧单位": [UNITS[0], ["示例旧局", "其他"]]})
    book = openpyxl.load_workbook(path)
    book["旧单位"].sheet_state = "hidden"
    book.save(path)
    made = plan(path)
    assert len(made.result.units) == 2
    assert any("隐藏" in note for note in made.notes)


# -- wrong rows


def test_errors_name_file_sheet_row_and_column(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "登记表.xlsx",
        {
            "网站": [
                ["标题"],
                ["网站名称", "主办单位", "首页网址（http 开头）", "运行状态"],
                ["甲", "示例市教育剧", "http://a.gov.cn/", "正常运行"],
                ["乙", "示例市教育局", "不详", "正常运行"],
                ["丙", "示例市教育局", "http://c.gov.cn/", "运行中"],
                ["丁", "示例市教育局", None, None],
                ["戊", "示例市教育局", "http://e.gov.cn/" + "x" * 2000, None],
            ],
            "单位": UNITS,
        },
    )
    lines = told(path)
    expected = [
        ("第3行", "主办单位", "最接近的是“示例市教育局”"),
        ("第4行", "首页网址（http开头）", "“不详”不是网址"),
        ("第5行", "运行状态", "正常运行"),
        ("第6行", "首页网址", "缺少首页网址"),
        ("第7行", "首页网址", "内容过长"),
    ]
    assert len(lines) == len(expected), "\n".join(lines)
    for row, heading, says in expected:
        (line,) = [one for one in lines if row in one]
        assert line.startswith("登记表.xlsx “网站” "), line
        assert heading in line, line
        assert says in line, line


def test_the_error_of_a_formula_is_no_value(tmp_path: Path) -> None:
    (tmp_path / "单位.csv").write_text("单位名称,联系人\n甲,#REF!\n", encoding="utf-8")
    assert "公式错误" in told(tmp_path / "单位.csv")[0]


def test_who_undertakes_a_new_site_answers_for_it_where_no_sponsor_is_named(tmp_path: Path) -> None:
    rows = [["网站名称", "承办单位", "首页网址"], ["站", "市教育局", "http://new.example.gov.cn/"]]
    path = workbook(tmp_path / "a.xlsx", {"网站": rows})
    assert plan(path, current=city()).result.sites[-1].unit == "jyj"
    rows[1][1] = "某公司"
    line = told(workbook(path, {"网站": rows}), current=city())[0]
    assert "第2行" in line, line
    assert "承办单位" in line, line


def test_a_row_that_stands_twice_names_the_first(tmp_path: Path) -> None:
    rows = [["单位名称", "单位类别"], ["示例市教育局", "市直部门"], ["示例市教育局", "市直部门"]]
    lines = told(workbook(tmp_path / "a.xlsx", {"单位": rows}))
    assert len(lines) == 1, lines
    assert "第3行" in lines[0], lines
    assert "第2行" in lines[0], lines
    again = told(workbook(tmp_path / "b.xlsx", {"单位": rows}), current=city())
    assert "第3行" in again[0], again
    assert "第2行" in again[0], again


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.xlsx", b"not a workbook", "另存为 .xlsx"),
        ("a.xls", "<html><table><tr><td>单位名称</td></tr></table></html>".encode(), "另存为 .xlsx"),
        ("a.xlsx", b"PK\x05\x06" + b"\0" * 18, "另存为 .xlsx"),
        ("a.csv", b"\xff\xff\x00\xff", "编码"),
        ("a.csv", "姓名,年龄\n".encode(), "没有读到"),
        ("a.yaml", "units: [{name: 甲}]".encode("gbk"), "UTF-8"),
        ("a.docx", b"", "不支持.docx"),
        ("a", b"", "不支持没有扩展名的文件"),
    ],
)
def test_a_file_of_another_kind(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    (tmp_path / name).write_bytes(content)
    (line,) = told(tmp_path / name)
    assert line.startswith(name), line
    assert says in line, line


def test_a_file_that_is_not_there_and_a_folder(tmp_path: Path) -> None:
    assert "无法读取" in told(tmp_path / "nix.xlsx")[0]
    (tmp_path / "d.csv").mkdir()
    assert "不是文件" in told(tmp_path / "d.csv")[0]
    assert len(told(tmp_path / "nix.xlsx", tmp_path / "d.csv")) == 2, "both are told"


# -- as nobody should


def test_what_looks_like_a_formula_stays_text(tmp_path: Path) -> None:
    names = [
        "=1+1",
        '=HYPERLINK("http://bad.example","x")',
        "+1",
        "-1",
        "@x",
        "'x",
        "1e5",
        "0012",
        "2026-01-02",
        "_x0041_",
    ]
    text = "units:\n" + "".join(
        f"  - {{id: u{n}, name: '{name.replace(chr(39), chr(39) * 2)}'}}\n" for n, name in enumerate(names)
    )
    registry = of_yaml(text)
    path = tmp_path / "a.xlsx"
    write_workbook(registry, path)
    assert plan(path).result == registry
    sheet = openpyxl.load_workbook(path)["单位"]
    cells = [sheet.cell(row, 2) for row in range(2, len(names) + 2)]
    assert {cell.data_type for cell in cells} == {"s"}, "a spreadsheet program would run a formula"
    assert {cell.number_format for cell in cells} == {"@"}, "edited, it would become a number or a formula"


def test_a_lone_short_name_with_a_comma_stays_whole(tmp_path: Path) -> None:
    registry = of_yaml(
        "units: [{id: a, name: 甲, short_names: ['甲、乙,丙']}, {id: b, name: 丁, short_names: [戊, 己、庚]}]"
    )
    write_workbook(registry, tmp_path / "a.xlsx")
    assert plan(tmp_path / "a.xlsx").result == registry


def test_the_workbook_has_all_sheets_even_when_empty(tmp_path: Path) -> None:
    path = tmp_path / "空表.xlsx"
    write_workbook(Registry(), path)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["单位", "网站", "栏目", "账号"]
    assert book["网站"]["C1"].value == "网站名称"
    assert [file.name for file in tmp_path.iterdir()] == ["空表.xlsx"], "nothing half-written is left beside"


def test_a_cell_at_the_end_of_the_world(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["XFD1048576"] = "单位名称", "x"
    book.save(tmp_path / "a.xlsx")
    (line,) = told(tmp_path / "a.xlsx")
    assert "超出限制" in line, line


@pytest.mark.skipif(
    sys.platform != "linux", reason="other systems do not hold a process to its address space"
)
def test_a_sheet_that_takes_more_than_a_gigabyte(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["XFD5000"] = "单位名称", "x"  # 80 million cells, of 24 bytes and more each
    book.save(tmp_path / "a.xlsx")
    (line,) = told(tmp_path / "a.xlsx")
    assert "超出限制" in line, line


def test_formats_without_content_do_not_count(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in UNITS:
        sheet.append(row)
    sheet["XFD1048576"].number_format = "@"
    book.save(tmp_path / "a.xlsx")
    assert len(plan(tmp_path / "a.xlsx").result.units) == 2


def test_too_many_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("单位名称\n" + "甲\n" * 100_001, encoding="utf-8")
    assert "行数过多" in told(path)[0]


def test_a_large_file_is_not_opened(tmp_path: Path) -> None:
    for name in ("a.xlsx", "a.csv", "a.yaml"):
        with (tmp_path / name).open("wb") as file:
            file.truncate(MAX_BYTES + 1)
        assert "文件过大" in told(tmp_path / name)[0]


def test_a_bomb_that_says_its_size(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"单位": UNITS})
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/media/x.bin", "w") as part,
    ):
        for _ in range(MAX_UNPACKED // 2**20 + 1):
            part.write(b"\0" * 2**20)
    assert path.stat().st_size < 1_000_000
    assert "解压后过大" in told(path)[0]


def test_a_bomb_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"单位": UNITS})
    _replace_part(path, "xl/sharedStrings.xml", says=1000)
    began = time.perf_counter()
    assert told(path), "a part of 3 GB was read as if it were nothing"
    assert time.perf_counter() - began < 30


def _replace_part(path: Path, name: str, says: int) -> None:
    """Puts 3 GB of one shared string where the directory says `says` bytes."""
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = squeeze.compress(
        b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>'
    )
    packed += squeeze.flush(zlib.Z_FULL_FLUSH)
    block = squeeze.compress(b"x" * 2**24) + squeeze.flush(zlib.Z_FULL_FLUSH)
    packed += block * 192 + squeeze.flush()  # after a full flush a block stands for itself
    with zipfile.ZipFile(path) as archive:
        kept = {info.filename: archive.read(info) for info in archive.infolist() if info.filename != name}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for other, data in kept.items():
            archive.writestr(other, data)
        archive.writestr(zipfile.ZipInfo(name), packed)  # stored, to be declared deflated below
    raw = bytearray(path.read_bytes())
    local = raw.rindex(b"PK\x03\x04", 0, raw.index(packed[:60]))
    central = raw.rindex(b"PK\x01\x02")
    for at, method, size in ((local, 8, 22), (central, 10, 24)):
        raw[at + method : at + method + 2] = struct.pack("<H", 8)
        raw[at + size : at + size + 4] = struct.pack("<I", says)
    path.write_bytes(raw)
