"""Which sources may be reprinted, and which names are one publisher's."""

from __future__ import annotations

import time

import pytest

from checks.sources import AllowedSources, Standing, joint, one_publisher, standing
from checks.titles import same_title
from govcrawl.config import ConfigError
from govcrawl.config.load import parse
from govcrawl.model import SiteNames

NAMES = SiteNames(own=("示例市人民政府", "示例市水利局", "市水利局"), subordinate=("示例市水文站",))


@pytest.mark.parametrize(
    ("name", "where"),
    [
        ("新华社客户端", Standing.ALLOWED),
        ("转载自新华网", Standing.ALLOWED),
        ("南方+", Standing.ALLOWED),
        ("样本省教育厅", Standing.ALLOWED),
        ("示例晚报", Standing.ALLOWED),
        ("样本晚报、新华社", Standing.ALLOWED),
        ("样本晚报", Standing.UNLISTED),
        ("搜狐新闻", Standing.PLATFORM),
    ],
)
def test_standing(name: str, where: Standing) -> None:
    assert standing(name, NAMES) is where, f"{name} should be {where.value}"


def test_the_office_adds_to_the_list_and_its_region_counts() -> None:
    added = AllowedSources.of(["样本*报  # 邻市", "", "# 说明"])
    assert standing("样本晚报", NAMES, added) is Standing.ALLOWED
    assert standing("样本电台", NAMES, added) is Standing.UNLISTED
    elsewhere = SiteNames(own=("样板县人民政府",))
    assert standing("示例日报", elsewhere) is Standing.UNLISTED
    assert standing("示例日报", elsewhere, region="示例市") is Standing.ALLOWED


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("新华社", "新华网", True),
        ("人民网", "人民网－内蒙古频道", True),
        ("示例日报", "示例日报社", True),
        ("市水利局", "示例市人民政府", True),
        ("样本日报、新华社", "新华社", True),
        ("人民网", "新华网", False),
        ("市水利局", "人民网", False),
    ],
)
def test_one_publisher(one: str, other: str, same: bool) -> None:
    assert one_publisher(one, other, NAMES) is same
    assert one_publisher(other, one, NAMES) is same


def test_names_that_are_one_are_not_parted() -> None:
    assert joint("南方+客户端") == ("南方+客户端",)


def test_hostile_names_and_titles_cost_little() -> None:
    started = time.perf_counter()
    AllowedSources.of(["*a" * 40]).allows("a" * 80)
    same_title("【" * 5000 + "a-" * 5000, "_" * 9000 + "…" * 5000)
    assert time.perf_counter() - started < 1, "a pattern of names or titles takes too long"


def test_settings() -> None:
    config = parse('[attribution]\nallowed_sources = ["样本网"]\n')
    assert config.attribution.allowed_sources == ("样本网",)
    with pytest.raises(ConfigError, match="allowed_sources"):
        parse('[attribution]\nallowed_source = ["样本网"]\n')
