"""Names of sources, media and datelines: what is read, and what is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govcrawl.pages.media import dateline_of, is_medium
from govcrawl.pages.reprints import judge_source
from govcrawl.pages.sources import clean_name, same_source


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("示例日报", "示例日报"),
        ("　示例日报　", "示例日报"),
        ("示例日报 许某某 苏某某", "示例日报"),
        ("示例网 记者 张某某", "示例网"),
        ("示例日报（记者 张某某）", "示例日报"),
        ("《示例教育报》", "示例教育报"),
        ("“示例发布”", "示例发布"),
        ("[示例日报]", "示例日报"),
        ("来源：示例网 原创稿", "示例网"),
        ("示例日报 | 作者：张某", "示例日报"),
        ("示例日报发布时间：2024-06-13", "示例日报"),
        ("示例日报2024-06-13 08:49", "示例日报"),
        ("示例市教育局 浏览次数：30", "示例市教育局"),
        ("示例发布", "示例发布"),
        ("示例市人民政府办公室（研究室）", "示例市人民政府办公室（研究室）"),
        ("示例网 别样网", "示例网 别样网"),
        ("综合自示例日报、示例网", "综合自示例日报、示例网"),
        ("", ""),
        ("-", ""),
        ("无", ""),
        ("【字体：大 中 小】", ""),
        ("发布时间：2024-06-13", ""),
        ("| 浏览次数：12", ""),
        ("示" * 200, ""),
        ("示例市教育局 有效期至：2025-06-13 发布日期：2024-06-13", "示例市教育局"),
    ],
)
def test_the_name_alone(value: str, name: str) -> None:
    assert clean_name(value) == name


@given(st.text(alphabet="示例日报来源：:（）《》[]【】 |2024-06-13记者张\u200b\ufdd5作者无.…", max_size=120))
def test_a_cleaned_name_is_clean(value: str) -> None:
    name = clean_name(value)
    assert len(name) <= 80
    assert "：" not in name[-1:]
    assert name == name.strip()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("示例市教育局", "示例市教育局网站", True),
        ("市教育局", "示例市教育局", True),
        ("省文旅厅", "示例省文化和旅游厅", True),
        ("示例日报", "示例晚报", False),
        ("示例网", "示例日报", False),
        ("市教育局", "市水利局", False),
        ("示例网站", "示例日报", False),
    ],
)
def test_short_forms_of_one_name(one: str, other: str, same: bool) -> None:
    assert same_source(one, other) is same
    assert same_source(other, one) is same


PORTAL = ("示例市人民政府", "示例市人民政府办公室")
BUREAU = ("示例市教育局",)


@pytest.mark.parametrize(
    ("name", "own", "answer"),
    [
        ("示例市教育局", BUREAU, False),
        ("市教育局", BUREAU, False),
        ("办公室", BUREAU, False),
        ("本网", BUREAU, False),
        ("示例镇", PORTAL, False),
        ("示例市水利局", PORTAL, False),
        ("示例日报", PORTAL, True),
        ("新华社", BUREAU, True),
        ("别样市人民政府", PORTAL, True),
        ("别样省教育厅", BUREAU, True),
        ("示例市水利局网站", BUREAU, True),
        ("示例市融媒体中心", PORTAL, None),
        ("投资示例", BUREAU, None),
        ("示例市水利局", BUREAU, None),
        ("别样县水利局", ("示例省教育厅",), None),
        ("别样县教育局", ("示例省教育厅",), False),
        ("示例日报", (), True),
        ("办公室", (), None),
    ],
)
def test_own_units_other_houses_and_what_cannot_be_told(
    name: str, own: tuple[str, ...], answer: bool | None
) -> None:
    assert judge_source(name, own) is answer, f"{name} on the site of {own}"


@pytest.mark.parametrize(
    ("name", "medium"),
    [
        ("示例日报", True),
        ("示例晚报社", True),
        ("示例广播电视台", True),
        ("示例新闻客户端", True),
        ("中国示例网", True),
        ("示例市文化广电和旅游局", False),
        ("示例县人民政府网", False),
        ("示例市政府公报", False),
        ("光明区人民政府", False),
        ("凤凰县人民政府", False),
        ("人民政府办公室", False),
        ("示例传媒大学", False),
    ],
)
def test_media_are_told_from_offices(name: str, medium: bool) -> None:
    assert is_medium(name) is medium


@pytest.mark.parametrize(
    ("text", "medium"),
    [
        ("　　新华社北京1月1日电（记者 张某某）近日，", "新华社"),
        ("示例新闻网示例市3月30日讯（记者 季某某）", "示例新闻网"),
        ("本报示例市讯 （记者/王某某）深入学习", "本报"),
        ("本报讯（记者 张某某 通讯员 李某某）", "本报"),
        ("示例日报记者 张某某 李某某", "示例日报"),
        ("示例通讯社示例市６月１３日电（记者 张某某）", "示例通讯社"),
        ("示例通讯社示例市6 月 13 日电", "示例通讯社"),
        ("据《示例日报》报道，近日", "示例日报"),
        ("示例网消息：近日，", "示例网"),
        ("本网讯（记者 张某某）近日", None),
        ("示例市教育局讯 近日", None),
        ("国家电网供电（示例）公司近日", None),
        ("社区网格员电话（通讯）方式", None),
        ("记者从示例市教育局获悉，", None),
        ("图为会议现场。示例日报记者 张某某 摄", None),
        ("示例日报记者 张某某 摄", None),
        ("6月12日，示例市召开会议。", None),
    ],
)
def test_datelines(text: str, medium: str | None) -> None:
    assert dateline_of(text) == medium
